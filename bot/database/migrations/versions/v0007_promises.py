"""Promises: who is at the desk, by when a customer was told that somebody comes, and a number to call."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("agent", sa.String(80), primary_key=True),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
    )
    for column in (
        sa.Column("phone", sa.String(40)),
        sa.Column("promise", sa.JSON),
        sa.Column("promised_until", sa.DateTime(timezone=True)),
        sa.Column("patience_since", sa.DateTime(timezone=True)),
    ):
        op.add_column("tickets", column)
    op.execute("UPDATE tickets SET patience_since = waiting_since")
