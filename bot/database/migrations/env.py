"""Runs a migration over the connection that it is handed: one transaction, so all of it or nothing."""

from alembic import context

import bot.access.tables
import bot.finder.tables
import bot.notify.tables
import bot.state.tables  # noqa: F401
from bot.database.table import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
