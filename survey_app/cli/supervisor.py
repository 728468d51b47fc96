"""Keeps the parts of one machine running: web and worker, each a process of its own.

It needs nothing of the application, so it is a small process: a command that has prepared everything turns
into it.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from survey_app.cli import logs

GRACE = 4.0
"""Seconds the parts have to stop before they are killed."""

STEADY = 60.0
"""Seconds after which a part counts as well again."""

LONGEST = 30.0
"""Seconds at most between a part's death and its next start."""

WRONG_USE = 2
"""Exit status of a part that can never start like this; its sentence is on stderr already."""

COMMAND = [sys.executable, "-P", "-m", "survey_app.cli"]
"""Ourselves; ``-P``: whatever lies in the current folder is not imported."""

WELCOME = "SURVEY_WELCOME"
"""Variable of the environment that carries the welcome over."""

log = logging.getLogger(__name__)


class Part:
    """One supervised command."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.failures = self.starts = 0
        self.again_at = 0.0
        self.started = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the command, told to end when this process does."""
        self.started = time.monotonic()
        self.starts += 1
        self.process = subprocess.Popen([*COMMAND, self.command, "--leash"])

    def tend(self) -> bool:
        """Restarts the command if it died, later and later if it keeps dying. False if its very first start
        showed that it can never run like this; later the same may be a database that is away for a while."""
        if self.process is None:
            if time.monotonic() >= self.again_at:
                self.start()
            return True
        status = self.process.poll()
        if status is not None:
            self._mourn(status)
        return not (status == WRONG_USE and self.starts == 1)

    def _mourn(self, status: int) -> None:
        lived = time.monotonic() - self.started
        self.failures = 1 if lived > STEADY else self.failures + 1
        wait = min(LONGEST, 2.0 ** (self.failures - 1) / 2)
        log.error(
            "%s ended with status %s after %.0f s; starting again in %.1f s",
            self.command,
            status,
            lived,
            wait,
        )
        self.process, self.again_at = None, time.monotonic() + wait

    def stop(self, how: signal.Signals) -> None:
        """Sends a signal if there is somebody to get it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)

    def wait(self, until: float) -> bool:
        """Waits for the end until a monotonic time; whether it came."""
        try:
            if self.process is not None:
                self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True


class Supervisor:
    """Runs parts until SIGTERM or SIGINT."""

    def __init__(self, commands: list[str]) -> None:
        self._parts = [Part(command) for command in commands]
        self._ending = threading.Event()

    def run(self, ready: Callable[[], bool]) -> int:
        """``ready`` is asked until it is True. Returns 0 after a signal, 2 where a part cannot run."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        waiting = True
        try:
            while not self._ending.wait(0.2):
                if not all(part.tend() for part in self._parts):
                    return WRONG_USE
                waiting = waiting and not ready()
        finally:
            self._stop()
        return 0

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending.set()

    def _stop(self) -> None:
        until = time.monotonic() + GRACE
        for part in self._parts:
            part.stop(signal.SIGTERM)
        for part in self._parts:
            if not part.wait(until):
                part.stop(signal.SIGKILL)
                part.wait(time.monotonic() + 1)


def supervise(host: str, port: int, welcome: str) -> NoReturn:
    """Turns this process into the supervisor of web and worker. ``welcome`` is printed once web answers at
    ``host`` and ``port``."""
    os.environ[WELCOME] = welcome  # not an argument: those are for everybody to see
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", __name__, host, str(port)])  # noqa: S606 - ourselves


def main(host: str, port: str) -> int:
    """What the small process does; its exit status."""
    logs.configure()
    welcome = os.environ.pop(WELCOME, "")

    def ready() -> bool:
        if not answers(host, int(port)):
            return False
        print(welcome, flush=True)
        return True

    return Supervisor(["web", "worker"]).run(ready)


def leash() -> None:
    """Ends this process, politely, when the one that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="leash", daemon=True).start()


def answers(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=0.2):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
