"""Absence: tickets that their agents have left without an answer, and agents who say that they are away."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("left_since", sa.DateTime(timezone=True)))
    op.add_column("presence", sa.Column("away", sa.DateTime(timezone=True)))
