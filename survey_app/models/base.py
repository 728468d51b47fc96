"""What all tables share: time in UTC, random public codes, engine settings."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

Document = JSON().with_variant(JSONB(), "postgresql")
"""A JSON column; ``jsonb`` on PostgreSQL."""

PLAIN = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs that survive print, speech and small screens; capitals keep QR codes small."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def plain_code(length: int = 8) -> str:
    """A random code to print or type; upper case, no look-alikes."""
    return "".join(secrets.choice(PLAIN) for _ in range(length))


def secret_code(length: int = 22) -> str:
    """A random code nobody can guess: 22 characters carry 130 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def inserting(dialect: str, table: Any) -> Any:
    """An INSERT that knows ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; naive values are refused so that no zone is ever guessed."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


def prepare(engine: Engine) -> None:
    """Pragmas of every SQLite connection: durable (FULL), concurrent readers (WAL), real foreign keys.

    Python's driver begins transactions late and only for writes; taking that over makes savepoints and
    ``BEGIN IMMEDIATE`` mean what they say.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
