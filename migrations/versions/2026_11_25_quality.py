"""Responses that look unread, and their own side of the counts.

Revision ID: quality
Revises: conversations
"""

import struct
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "quality"
down_revision = "conversations"
branch_labels = None
depends_on = None

CONTACTS = sa.text("contact_id IS NOT NULL")
KEY = ["survey_id", "day", "unit_id", "channel"]
CELLS = sa.table(
    "cells",
    *map(sa.column, KEY),
    sa.column("flagged", sa.Boolean),
    sa.column("vector", sa.LargeBinary),
)


def flagged() -> sa.Column[Any]:
    return sa.Column("flagged", sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    for table in ("responses", "verbatims"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(flagged())
    with op.batch_alter_table("responses") as batch_op:
        batch_op.create_index(
            "ix_responses_contact",
            ["survey_id", "contact_id"],
            unique=False,
            sqlite_where=CONTACTS,
            postgresql_where=CONTACTS,
        )
    _cells(flagged())


def downgrade() -> None:
    """Both sides of the counts become one: the flagged ones are added to the others."""
    _join()
    _cells()
    with op.batch_alter_table("responses") as batch_op:
        batch_op.drop_index("ix_responses_contact", sqlite_where=CONTACTS, postgresql_where=CONTACTS)
    for table in ("verbatims", "responses"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("flagged")


def _cells(*more: sa.Column[Any]) -> None:
    """The table written anew, for SQLite cannot change a key: with ``more`` columns in its key, or none."""
    op.drop_index("ix_cells_stamp", "cells")
    op.rename_table("cells", "cells_before")
    op.create_table(
        "cells",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        *more,
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"]),
        sa.PrimaryKeyConstraint(*KEY, *(column.name for column in more)),
    )
    kept = ", ".join([*KEY, "stamp", "vector"])
    op.execute(f"INSERT INTO cells ({kept}) SELECT {kept} FROM cells_before")  # noqa: S608 - our own names
    op.drop_table("cells_before")
    op.create_index("ix_cells_stamp", "cells", ["survey_id", "stamp"], unique=False)


def _join() -> None:
    connection = op.get_bind()
    doubtful = sa.select(*(CELLS.c[name] for name in KEY), CELLS.c.vector).where(CELLS.c.flagged)
    for *key, vector in connection.execute(doubtful).all():
        same = [CELLS.c[name] == part for name, part in zip(KEY, key, strict=True)]
        other = connection.execute(sa.select(CELLS.c.vector).where(*same, ~CELLS.c.flagged)).scalar()
        if other is not None:  # else the cell stays as it is
            connection.execute(sa.delete(CELLS).where(*same, CELLS.c.flagged))
            joined = _sum(bytes(other), bytes(vector))
            connection.execute(sa.update(CELLS).where(*same).values(vector=joined))


def _sum(one: bytes, other: bytes) -> bytes:
    """Two vectors of doubles added; the shorter one lacks the last buckets."""
    length = max(len(one), len(other)) // 8
    numbers = (struct.unpack(f"<{length}d", each.ljust(8 * length, b"\0")) for each in (one, other))
    return struct.pack(f"<{length}d", *map(sum, zip(*numbers, strict=True)))
