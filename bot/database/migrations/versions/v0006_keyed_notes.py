"""Notes on tickets that are sent again under their key are stored once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("ticket_notes") as table:
        table.add_column(sa.Column("key", sa.String(80)))
        table.create_unique_constraint("uq_ticket_notes_ticket_key", ["ticket", "key"])
