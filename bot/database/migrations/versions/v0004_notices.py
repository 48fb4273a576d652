"""What was told about tickets, and further keys to conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _create_keys()
    _create_notices()
    _create_deliveries()


def _create_keys() -> None:
    owner = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    op.create_table(
        "conversation_keys",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.Integer, owner, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_conversation_keys_conversation_id", "conversation_keys", ["conversation_id"])


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("ticket", sa.Integer, sa.ForeignKey("tickets.number", ondelete="CASCADE")),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_notices_ticket", "notices", ["ticket"])
    op.create_index("ix_notices_state_due", "notices", ["state", "due"])


def _create_deliveries() -> None:
    notice = sa.ForeignKey("notices.id", ondelete="CASCADE")
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("notice", sa.String(40), notice, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(200)),
        sa.Column("milliseconds", sa.Integer, nullable=False),
    )
    op.create_index("ix_deliveries_notice", "deliveries", ["notice"])
