"""Files on disk: outside of what is served, under random names of ours, whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from question_types.base import N_
from survey_app.services.errors import Conflict, StorageFull
from survey_app.services.storage import FULL

BUSY = N_("Another part of this file is still coming in. Please try again.")

RESERVE = 64 * 1024 * 1024
"""Bytes of the disk that files leave to answers."""

PATIENCE = 5.0
"""Seconds one request waits for another that writes the same file."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def folder(name: str) -> Path:
    """A folder of the store, made if need be."""
    path = Path(current_app.extensions["config"].data, name)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def fresh_key() -> str:
    """A name for a new file: 32 hexadecimal signs."""
    return secrets.token_hex(16)


def place(key: str) -> Path:
    """Where the upload with this key lies."""
    return Path(current_app.extensions["config"].data, "uploads", key[:2], key)


def part(key: str) -> Path:
    """Where the upload with this key is received."""
    return place(key).with_suffix(".part")


def received(key: str) -> int:
    """Bytes that have come in."""
    try:
        return part(key).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def room() -> Iterator[None]:
    """Says that the storage is full where the system does. Raises StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull(FULL) from error
        raise


def spare(size: int) -> None:
    """Raises StorageFull unless a file of ``size`` bytes leaves room for answers."""
    if shutil.disk_usage(folder("uploads")).free < size + RESERVE:
        raise StorageFull(FULL)


@contextmanager
def receiving(key: str) -> Iterator[int]:
    """The open part of an upload, nobody else's meanwhile. Raises Conflict, StorageFull."""
    path = part(key)
    with room():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _lock(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)


def _lock(descriptor: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise Conflict(BUSY) from None
            time.sleep(0.02)


def settle(key: str, data: bytes | None = None) -> None:
    """Puts what was received, or ``data`` instead, into its place, on disk before its name is. Raises
    StorageFull."""
    if data is None:
        with room(), part(key).open("rb") as file:
            os.fsync(file.fileno())
        _moved(part(key), place(key))
    else:
        keep(place(key), data)
        part(key).unlink(missing_ok=True)


def keep(path: Path, data: bytes) -> None:
    """Writes a file that is there whole or not at all. Raises StorageFull."""
    scratch = path.with_suffix(".new")
    with room():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    _moved(scratch, path)


def _moved(source: Path, target: Path) -> None:
    with room():
        source.replace(target)
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove(key: str) -> None:
    """Removes an upload's file and whatever there is of it."""
    for path in (place(key), part(key), place(key).with_suffix(".new")):
        path.unlink(missing_ok=True)
