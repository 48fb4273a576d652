"""What agents searched, pinned, and found no answer to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "recent_searches",
        sa.Column("agent", sa.String(80), primary_key=True),
        sa.Column("folded", sa.String(500), primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("searched", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "pins",
        sa.Column("agent", sa.String(80), primary_key=True),
        sa.Column("mark", sa.String(500), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("pinned", sa.DateTime(timezone=True), nullable=False),
    )
    _create_missed_answers()


def _create_missed_answers() -> None:
    op.create_table(
        "missed_answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(80), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("folded", sa.String(500), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("best", sa.String(255)),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", name="uq_missed_answers_key"),
    )
    op.create_index("ix_missed_answers_folded", "missed_answers", ["folded"])
