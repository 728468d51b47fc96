"""Places kept in quotas for responses still being given.

Revision ID: reservations
Revises: codes
"""

import sqlalchemy as sa
from alembic import op

revision = "reservations"
down_revision = "codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reservations",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("response", sa.String(length=22), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"]),
        sa.PrimaryKeyConstraint("survey_id", "code", "response"),
    )


def downgrade() -> None:
    op.drop_table("reservations")
