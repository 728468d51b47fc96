"""Responses that only try a survey out.

Revision ID: trials
Revises: reservations
"""

import sqlalchemy as sa
from alembic import op

revision = "trials"
down_revision = "reservations"
branch_labels = None
depends_on = None

TESTS = sa.text("test")


def upgrade() -> None:
    with op.batch_alter_table("responses") as batch_op:
        batch_op.add_column(sa.Column("test", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(
            "ix_responses_test", ["survey_id"], unique=False, sqlite_where=TESTS, postgresql_where=TESTS
        )


def downgrade() -> None:
    """Nobody would know them from real ones: they are deleted."""
    op.execute(sa.text("DELETE FROM responses WHERE test"))
    with op.batch_alter_table("responses") as batch_op:
        batch_op.drop_index("ix_responses_test")
        batch_op.drop_column("test")
