"""Conversations, messages, what was turned down, and tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_conversations()
    _create_messages()
    _create_turned_down()
    _create_tickets()


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("language", sa.String(12)),
        sa.Column("page_language", sa.String(12), nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("token_digest", name="uq_conversations_token_digest"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True),
        _conversation(),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("author", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("document", sa.JSON),
        sa.Column("key", sa.String(80)),
        sa.Column("replies_to", sa.Integer, sa.ForeignKey("messages.id", ondelete="CASCADE")),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("helpful", sa.Boolean),
        sa.UniqueConstraint("conversation_id", "sequence", name="uq_messages_conversation_id_sequence"),
        sa.UniqueConstraint("conversation_id", "key", name="uq_messages_conversation_id_key"),
    )
    op.create_index("ix_messages_replies_to", "messages", ["replies_to"])


def _create_turned_down() -> None:
    op.create_table(
        "turned_down",
        _conversation(primary_key=True),
        sa.Column("slug", sa.String(255), primary_key=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.Integer, primary_key=True),
        _conversation(),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("packet", sa.JSON, nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("email", sa.String(254)),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_index("ix_tickets_status", "tickets", ["status"])
    only_open = sa.text("status = 'open'")
    op.create_index(
        "ix_tickets_one_open",
        "tickets",
        ["conversation_id"],
        unique=True,
        sqlite_where=only_open,
        postgresql_where=only_open,
    )


def _conversation(*, primary_key: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.Integer, key, primary_key=primary_key, nullable=False)
