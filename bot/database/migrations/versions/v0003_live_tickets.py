"""Live tickets: who has one and since when, notes, events, and how far each side has read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COUNTS = ("revision", "customer_delivered", "customer_seen", "desk_delivered", "desk_seen")


def upgrade() -> None:
    for name in _COUNTS:
        _count("conversations", name)
    op.add_column("messages", sa.Column("speaker", sa.String(80)))
    _widen_tickets()
    _create_notes()
    _create_events()


def _widen_tickets() -> None:
    for column in (
        sa.Column("language", sa.String(12)),
        sa.Column("product", sa.String(200)),
        sa.Column("queue", sa.String(80)),
        sa.Column("agent", sa.String(80)),
        sa.Column("agent_shown", sa.String(80)),
        sa.Column("waiting_since", sa.DateTime(timezone=True)),
        sa.Column("taken", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.String(12)),
        sa.Column("solved", sa.Boolean),
        sa.Column("rating", sa.Integer),
        sa.Column("comment", sa.Text),
    ):
        op.add_column("tickets", column)
    _count("tickets", "distress")
    _count("tickets", "reopened")
    op.create_index("ix_tickets_agent", "tickets", ["agent"])
    op.drop_index("ix_tickets_one_open", "tickets")
    op.execute("UPDATE tickets SET status = 'waiting', waiting_since = created WHERE status = 'open'")
    op.execute("UPDATE tickets SET closed_by = 'agent' WHERE status = 'closed'")
    not_closed = sa.text("status <> 'closed'")
    op.create_index(
        "ix_tickets_one_open",
        "tickets",
        ["conversation_id"],
        unique=True,
        sqlite_where=not_closed,
        postgresql_where=not_closed,
    )


def _create_notes() -> None:
    op.create_table(
        "ticket_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        _ticket(),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("shown", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_ticket_notes_ticket", "ticket_notes", ["ticket"])


def _create_events() -> None:
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer, primary_key=True),
        _ticket(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_ticket_events_ticket", "ticket_events", ["ticket"])


def _ticket() -> sa.Column[int]:
    key = sa.ForeignKey("tickets.number", ondelete="CASCADE")
    return sa.Column("ticket", sa.Integer, key, nullable=False)


def _count(table: str, name: str) -> None:
    op.add_column(table, sa.Column(name, sa.Integer, nullable=False, server_default="0"))
