"""A bad network: a TCP proxy that resets, cuts, drops, slows and repeats what passes through it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections import Counter

FAULTS = ("reset", "cut", "drop", "half", "slow", "replay")
"""Reset before anything is sent · request cut · reply dropped after the server acted · reply cut in half ·
both ways in small pieces · request sent twice at once."""

PIECE = 40
PATIENCE = 5.0


class Proxy:
    """Passes HTTP/1.1 requests (one per connection) on to a server, ``share`` of them with a fault."""

    def __init__(self, upstream: int, share: float, seed: int) -> None:
        self.faults: Counter[str] = Counter()
        self.port = 0
        self._upstream = upstream
        self._share = share
        self._chance = random.Random(seed)
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(3 * PATIENCE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._finish())
        self._loop.close()

    async def _finish(self) -> None:
        """Lets what is under way come to its end."""
        under_way = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        await asyncio.wait([*under_way, asyncio.ensure_future(asyncio.sleep(0))], timeout=2 * PATIENCE)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self._chance.choice(FAULTS) if self._chance.random() < self._share else "none"
        self.faults[fault] += 1
        try:
            await asyncio.wait_for(self._pass(fault, reader, writer), PATIENCE)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            abort(writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _pass(self, fault: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if fault == "reset":
            return abort(writer)
        request = await whole(reader)
        if fault == "cut":
            return await self._cut(request, writer)
        replies = await asyncio.gather(
            *(self._ask(request, slow=fault == "slow") for _ in range(2 if fault == "replay" else 1))
        )
        reply = replies[0]
        if fault == "drop" or not reply:
            return abort(writer)
        if fault == "half":
            writer.write(reply[: len(reply) // 2])
            await writer.drain()
            return abort(writer)
        await trickle(writer, reply, PIECE if fault == "slow" else len(reply))

    async def _ask(self, request: bytes, slow: bool) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        try:
            await trickle(writer, request, PIECE if slow else len(request))
            return await reader.read()
        finally:
            writer.close()

    async def _cut(self, request: bytes, client: asyncio.StreamWriter) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        writer.write(request[: len(request) // 2])
        await writer.drain()
        abort(writer)
        abort(client)


async def whole(reader: asyncio.StreamReader) -> bytes:
    """One request with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    return head + await reader.readexactly(length)


async def trickle(writer: asyncio.StreamWriter, content: bytes, piece: int) -> None:
    """Sends ``content`` in pieces."""
    for start in range(0, len(content), piece):
        writer.write(content[start : start + piece])
        await writer.drain()
        if piece < len(content):
            await asyncio.sleep(0.001)


def abort(writer: asyncio.StreamWriter) -> None:
    """Ends a connection the rude way, with a reset."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
