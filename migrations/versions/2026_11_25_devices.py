"""Which phone a response came from, known within its survey only.

Revision ID: devices
Revises: first
"""

import sqlalchemy as sa
from alembic import op

revision = "devices"
down_revision = "first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("responses") as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=22), nullable=True))
        batch_op.create_index("ix_responses_device", ["survey_id", "device"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("responses") as batch_op:
        batch_op.drop_index("ix_responses_device")
        batch_op.drop_column("device")
