"""Places taken in what a survey limits.

Revision ID: seats
Revises: devices
"""

import sqlalchemy as sa
from alembic import op

revision = "seats"
down_revision = "devices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seats",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("bucket", sa.String(length=120), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"]),
        sa.PrimaryKeyConstraint("survey_id", "question", "bucket"),
    )


def downgrade() -> None:
    op.drop_table("seats")
