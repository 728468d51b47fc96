"""Codes that verify phone numbers.

Revision ID: codes
Revises: uploads
"""

import sqlalchemy as sa
from alembic import op

revision = "codes"
down_revision = "uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("distribution_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.String(length=22), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("digits_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("provider_code", sa.String(length=60), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"]),
        sa.ForeignKeyConstraint(["distribution_id"], ["distributions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    with op.batch_alter_table("codes") as batch_op:
        batch_op.create_index("ix_codes_response", ["response", "question"], unique=False)
        batch_op.create_index("ix_codes_phone", ["phone_hash", "created_at"], unique=False)
        batch_op.create_index("ix_codes_address", ["address_hash", "created_at"], unique=False)
        batch_op.create_index("ix_codes_survey", ["survey_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_codes_distribution_id"), ["distribution_id"], unique=False)


def downgrade() -> None:
    op.drop_table("codes")
