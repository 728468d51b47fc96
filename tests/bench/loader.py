"""A cheap HTTP client: many connections, one thread, no library between it and the sockets.

Run as a module in a process of its own: reads ``{"port", "path", "connections", "seconds", "bodies"}`` from
standard input (bodies are templates in which ``@ID@`` becomes a new id) and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import secrets
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


@dataclass
class Line:
    """One connection with at most one request under way."""

    socket: socket.socket
    sent_at: float = 0.0
    heard: bytes = b""


@dataclass
class Seen:
    """Latencies in seconds of what was answered with 200, and everything else."""

    latencies: list[float] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)


def new_id() -> str:
    """A response id as a phone makes it."""
    number = secrets.randbits(128)
    signs = []
    for _ in range(22):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)


class Load:
    """Keeps every connection busy for some seconds."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.heads = [self._head(order, len(body.encode()) + 22 - len("@ID@")) for body in order["bodies"]]
        self.bodies = [body.encode() for body in order["bodies"]]
        self.port = order["port"]
        self.connections = order["connections"]
        self.seconds = order["seconds"]
        self.seen = Seen()
        self.number = 0

    @staticmethod
    def _head(order: dict[str, Any], length: int) -> bytes:
        return (
            f"POST {order['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()

    def run(self) -> Seen:
        """Sends and hears until the time is up; the requests under way then still count."""
        with selectors.DefaultSelector() as selector:
            for _ in range(self.connections):
                line = Line(socket.create_connection(("127.0.0.1", self.port)))
                line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(line.socket, selectors.EVENT_READ, line)
                self._send(line)
            end, busy = time.monotonic() + self.seconds, self.connections
            while busy:
                for key, _ in selector.select():
                    if self._hear(key.data):
                        if time.monotonic() < end:
                            self._send(key.data)
                        else:
                            selector.unregister(key.data.socket)
                            key.data.socket.close()
                            busy -= 1
        return self.seen

    def _send(self, line: Line) -> None:
        which = self.number % len(self.bodies)
        self.number += 1
        body = self.bodies[which].replace(b"@ID@", new_id().encode())
        line.heard, line.sent_at = b"", time.monotonic()
        line.socket.sendall(self.heads[which] + body)

    def _hear(self, line: Line) -> bool:
        """Takes in what came; whether the reply is whole."""
        line.heard += line.socket.recv(65536)
        head, found, body = line.heard.partition(b"\r\n\r\n")
        if not found or len(body) < length(head):
            return False
        status = head[9:12].decode()
        if status == "200":
            self.seen.latencies.append(time.monotonic() - line.sent_at)
        else:
            self.seen.others[status] = self.seen.others.get(status, 0) + 1
        return True


def length(head: bytes) -> int:
    """Content-Length of a reply."""
    lowered = head.lower()
    start = lowered.index(b"content-length:") + len(b"content-length:")
    return int(lowered[start:].split(b"\r\n", 1)[0])


def main() -> None:
    """One order in, one report out."""
    seen = Load(json.load(sys.stdin)).run()
    latencies = sorted(seen.latencies)
    count = len(latencies)
    json.dump(
        {
            "count": count,
            "others": seen.others,
            "p50": latencies[count // 2] if count else None,
            "p99": latencies[int(count * 0.99)] if count else None,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
