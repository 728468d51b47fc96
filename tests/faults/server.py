"""A real server under test: started, asked, killed, started again."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


class Server:
    """``survey-app web`` on a free port of this machine, with its data in ``data``."""

    def __init__(self, data: Path, database_url: str) -> None:
        self.data = data
        self.port = free_port()
        self.group = 0
        self._log = (data / "server.log").open("ab")
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={
                **os.environ,
                "SURVEY_DATA": str(data),
                "DATABASE_URL": database_url,
                "HOST": "127.0.0.1",
                "PORT": str(self.port),
                "BASE_URL": f"http://127.0.0.1:{self.port}",
                "PYTHONDONTWRITEBYTECODE": "1",  # a full disk would leave the first half of a .pyc behind
            },
        )
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self._nursery.stdout is not None
        return self._nursery.stdout.readline().strip()

    def start(self) -> float:
        """Starts the server and waits until it answers; how many seconds that took."""
        began = time.monotonic()
        assert self._nursery.stdin is not None
        print("start", file=self._nursery.stdin, flush=True)
        self.group = int(self._said())
        while time.monotonic() - began < PATIENCE:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ask(self.port, "GET", "/livez")[0] == 200:
                    return time.monotonic() - began
            time.sleep(0.01)
        for pid in members(self.group):
            os.kill(pid, signal.SIGUSR1)
        time.sleep(0.5)
        raise AssertionError(f"the server does not answer; its log ends with {self._end_of_log()}")

    def _end_of_log(self) -> str:
        return (self.data / "server.log").read_text()[-8000:]

    def kill(self) -> None:
        """Ends every process of the server at once, without a chance to clean up."""
        os.killpg(self.group, signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while members(self.group) and time.monotonic() < until:
            time.sleep(0.005)
        self.group = 0

    def workers(self) -> list[int]:
        """The processes that answer requests: all of the group but its leader."""
        return [pid for pid in members(self.group) if pid != self.group]

    def close(self) -> None:
        """Ends the server and what started it."""
        if self.group:
            self.kill()
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(PATIENCE)
        self._nursery.stdout.close()
        self._log.close()


def members(group: int) -> list[int]:
    """Processes of a group that have not ended. A killed one may be a zombie to look at while some of its
    threads still hold its sockets."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _, own = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(own) == group and (state not in "ZX" or len(list((entry / "task").iterdir())) > 1):
                    found.append(int(entry.name))
    return found


def free_port() -> int:
    """A port nobody listens on, below those the system gives to callers: while the server is down, a caller
    trying again and again would else come to connect to itself and keep the port from the server."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(max(1024, lowest - 8000), lowest)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def ask(port: int, method: str, path: str, body: Any = None, timeout: float = 3.0) -> tuple[int, bytes]:
    """One request on a connection of its own: status and body. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        headers = {"Connection": "close", "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()
