"""Runs migrations inside the application, on its own engine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from survey_app.extensions import db
from survey_app.models.base import Moment

LOCK = 7_301_964_085
"""Number of the advisory lock on PostgreSQL: two starting machines migrate one after the other."""


def render(kind: str, item: object, autogen: AutogenContext) -> str | bool:
    """Spells our own column types as what the database sees: a migration must not change with the code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def enforce(connection: Connection, on: bool) -> None:
    """Switches SQLite's foreign keys, outside of transactions: rebuilding a table must not cascade."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def lock(connection: Connection) -> None:
    """Keeps a second migration out until this one is committed."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def migrate() -> None:
    """One transaction for everything: a failed migration leaves the database as it was."""
    with db.engine.connect().execution_options(immediate=True) as connection:
        enforce(connection, False)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render,
            transactional_ddl=True,
        )
        try:
            with context.begin_transaction():
                lock(connection)
                context.run_migrations()
        finally:
            connection.rollback()
            enforce(connection, True)


migrate()
