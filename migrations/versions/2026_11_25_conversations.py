"""Surveys answered by messages.

Revision ID: conversations
Revises: seats
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "conversations"
down_revision = "seats"
branch_labels = None
depends_on = None

LIST = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("distribution_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("response", sa.String(length=22), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("asked_again", sa.Boolean(), nullable=False),
        sa.Column("doubted", sa.Boolean(), nullable=False),
        sa.Column("passed", LIST, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["distribution_id"], ["distributions.id"]),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.create_index("ix_conversations_open", ["state", "last_at"], unique=False)
        batch_op.create_index(
            "ix_conversations_address", ["distribution_id", "address_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_conversations_invitation_id"), ["invitation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conversations_response"), ["response"], unique=False)
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("said", LIST, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "key"),
    )


def downgrade() -> None:
    op.drop_table("turns")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_response"))
        batch_op.drop_index(batch_op.f("ix_conversations_invitation_id"))
        batch_op.drop_index("ix_conversations_address")
        batch_op.drop_index("ix_conversations_open")
    op.drop_table("conversations")
