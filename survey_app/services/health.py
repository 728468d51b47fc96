"""What is wrong with an installation, each in one sentence that says how to mend it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from survey_app import plugins
from survey_app.config import Config
from survey_app.extensions import db
from survey_app.models import Probe
from survey_app.models.base import inserting, now
from survey_app.services import digest, schema
from survey_app.services.errors import Problem
from survey_app.services.storage import BUSY, Busy, write

PYTHON = (3, 11)
SQLITE = (3, 51, 3)
"""Older ones may lose a commit when a checkpoint and a write meet in WAL mode."""

ROOM = 512 * 1024 * 1024
"""Bytes that should be free in the data folder."""

BACKLOG = 600
"""Seconds a verbatim may stay unread."""

SILENCE = 180
"""Seconds after which a worker that did not say it is alive is taken for gone."""


@dataclass(frozen=True)
class Check:
    """One look at the installation. ``ok`` False is a fault; None is advice that stops nothing."""

    name: str
    ok: bool | None
    sentence: str


def probe() -> None:
    """A real, durable write through the writer. Raises StorageFull or Busy."""
    at = now()

    def work(connection: Connection) -> None:
        statement = inserting(connection.dialect.name, Probe).values(id=1, at=at)
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"at": at}))

    try:
        write(work)
    except ProgrammingError as error:  # PostgreSQL's word for a table that is not there
        raise Busy(BUSY) from error


def _heart(config: Config) -> Path:
    return config.data / "worker.alive"


def beat(config: Config) -> None:
    """Says that a worker of this data folder is alive."""
    _heart(config).touch()


def last_beat(config: Config) -> float | None:
    """Seconds since a worker was last seen alive; None if never."""
    try:
        return max(0.0, time.time() - _heart(config).stat().st_mtime)
    except FileNotFoundError:
        return None


def taken(config: Config) -> bool:
    """Whether somebody listens on our port."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((config.host, config.port))
        except OSError:
            return True
    return False


def diagnose() -> list[Check]:
    """All checks of the current application."""
    config: Config = current_app.extensions["config"]
    return [
        _python(),
        *_packages(),
        *_plugins(),
        *_folder(config),
        _port(config),
        *_database(config),
    ]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        return Check("python", False, f"Python {version} is too old; install 3.11 or newer.")
    return Check("python", True, f"Python {version}.")


def _packages() -> Iterator[Check]:
    for name in ("pysqlite3", "google-re2"):
        module = {"google-re2": "re2"}.get(name, name)
        if importlib.util.find_spec(module) is None:
            yield Check("packages", None, f"{name} is not installed; run pip install {name}.")


def _plugins() -> Iterator[Check]:
    kinds: dict[str, plugins.Registry[Any]] = {
        "question types": plugins.types(),
        "channels": plugins.adapters(),
        "widgets": plugins.widgets(),
    }
    for broken in (each for registry in kinds.values() for each in registry.broken):
        yield Check("plug-ins", False, f"{broken.name} could not be loaded: {broken.reason}.")
    counts = ", ".join(f"{len(registry)} {kind}" for kind, registry in kinds.items())
    yield Check("plug-ins", True, f"{counts} loaded.")


def _folder(config: Config) -> Iterator[Check]:
    if not os.access(config.data, os.W_OK):
        yield Check(
            "data", False, f"The data folder {config.data} cannot be written; give its user the right."
        )
        return
    free = shutil.disk_usage(config.data).free
    if free < ROOM:
        yield Check("data", False, f"Only {free // 2**20} MB are free in {config.data}; make room.")
    else:
        yield Check("data", True, f"{config.data} can be written, {free // 2**30} GB free.")


def _port(config: Config) -> Check:
    if taken(config):
        return Check("port", None, f"Port {config.port} is taken; if that is not this service, set PORT.")
    return Check("port", True, f"Port {config.port} is free.")


def _database(config: Config) -> Iterator[Check]:
    try:
        yield _server()
        if schema.pending():
            yield Check("database", False, "Its tables are not of this version; run survey-app db upgrade.")
            return
        probe()
        yield Check("database", True, "It can be written.")
        yield from _worker(config)
    except (SQLAlchemyError, Problem) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Check("database", False, f"The database cannot be used: {reason}.")


def _server() -> Check:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return _sqlite(connection)
        unsafe = [name for name in ("fsync", "full_page_writes") if _shown(connection, name) != "on"]
        if _shown(connection, "synchronous_commit") in ("off", "local"):
            unsafe.append("synchronous_commit")
        version = _shown(connection, "server_version")
    if unsafe:
        return Check("database", False, f"PostgreSQL may lose answers: switch {' and '.join(unsafe)} on.")
    return Check("database", True, f"PostgreSQL {version} commits durably.")


def _shown(connection: Connection, name: str) -> Any:
    return connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one()


def _sqlite(connection: Connection) -> Check:
    version = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar_one())
    if tuple(map(int, version.split("."))) < SQLITE:
        return Check("database", None, f"SQLite {version} has a rare fault under load; install pysqlite3.")
    return Check("database", True, f"SQLite {version}.")


def _worker(config: Config) -> Iterator[Check]:
    unread = digest.backlog()
    seen = last_beat(config)
    if unread > BACKLOG:
        yield Check(
            "worker", False, f"A text waits unread for {unread / 60:.0f} minutes; is a worker running?"
        )
    elif seen is None or seen > SILENCE:
        yield Check("worker", None, "No worker was seen lately; survey-app serve or worker starts one.")
    else:
        yield Check("worker", True, f"A worker was alive {seen:.0f} seconds ago.")
