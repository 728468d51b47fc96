"""Files that respondents gave.

Revision ID: uploads
Revises: quality
"""

import sqlalchemy as sa
from alembic import op

revision = "uploads"
down_revision = "quality"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.String(length=22), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.String(length=80), nullable=False),
        sa.Column("mime", sa.String(length=80), nullable=False),
        sa.Column("store_key", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("store_key"),
    )
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_response"), ["response"])
        batch_op.create_index("ix_uploads_state", ["state", "created_at"])


def downgrade() -> None:
    op.drop_table("uploads")
