"""The database: opened, brought up to date, and every fault of it told in a sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Row, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from bot.fault import BotError

FILE_NAME = "askdesk.db"
SECONDS_TO_MIGRATE = 60.0
MIGRATION_LOCK = 20_260_301
"""By this number programs agree who of them brings a PostgreSQL database up to date."""
MILLISECONDS_TO_WAIT = 5000
"""How long a write waits for one of another process before it gives up."""
SECONDS_IN_LINE = 30.0
Columns = Row[*tuple[Any, ...]]
"""What is read without a session."""
_LINES: "WeakKeyDictionary[Engine, RLock]" = WeakKeyDictionary()
"""Who writes to a database, by its engine."""

UNUSABLE = "the database can't be used at the moment: try again in a minute"
"""For people, in place of the fault: that would say where the database is, which a browser need not know."""


class StateError(BotError):
    """The database can't do what was asked: where, what, and what to do."""


def open_engine(url: str | None, data: Path) -> Engine:
    """An engine over an up-to-date database; raises StateError where there can't be one."""
    with _told(data), _prepared(data):
        data.mkdir(parents=True, exist_ok=True)
        engine = _engine(url or f"sqlite:///{data / FILE_NAME}")
        with FileLock(data / f"{FILE_NAME}.lock", timeout=SECONDS_TO_MIGRATE):
            _migrate(engine, data)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that reads one state of the database throughout."""
    with _told(engine), Session(engine) as session, session.begin():
        yield session


@contextmanager
def looking(engine: Engine) -> Iterator[Connection]:
    """The same for rows alone, at a third of a session's cost: for what is read at every message."""
    with _told(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that holds the right to write from its start: all of it is stored, or nothing."""
    with _told(engine), _in_line(engine), Session(_for_writing(engine)) as session, session.begin():
        yield session


@contextmanager
def _in_line(engine: Engine) -> Iterator[None]:
    """SQLite lets one write at a time; whoever waits asks again and again, the unlucky for seconds. Within
    a process they stand in line instead."""
    if engine.dialect.name != "sqlite":
        yield
        return
    line = _LINES.setdefault(engine, RLock())
    if not line.acquire(timeout=SECONDS_IN_LINE):
        raise StateError(f"the database has been busy for {SECONDS_IN_LINE:.0f} seconds: try again")
    try:
        yield
    finally:
        line.release()


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(
            make_url(url), hide_parameters=True, pool_pre_ping=not url.startswith("sqlite")
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StateError(f"setting database_url: no database can be reached by it ({error})") from error
    except ValueError:  # it quotes what it could not read, which may be a part of the password
        raise StateError(
            "setting database_url: what should be a number in it, such as the port, is none: expected "
            "postgresql+psycopg://user:password@host:5432/name"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    connection.execute(f"PRAGMA busy_timeout = {MILLISECONDS_TO_WAIT}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("askdesk_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _for_writing(engine: Engine) -> Engine:
    return engine.execution_options(askdesk_writes=True)


def _migrate(engine: Engine, data: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with _for_writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":  # servers that share it need not share a data folder
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        version = MigrationContext.configure(connection).get_current_revision()
        if version == scripts.get_current_head():
            return
        _refuse_newer(version, scripts, data)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_newer(version: str | None, scripts: ScriptDirectory, data: Path) -> None:
    try:
        scripts.get_revision(version or "base")
    except CommandError as error:
        raise StateError(
            f"{data / FILE_NAME}: the database has version {version}, this program knows up to "
            f"{scripts.get_current_head()}: update the program, or name another data folder"
        ) from error


@contextmanager
def _told(where: Engine | Path) -> Iterator[None]:
    """Turns what goes wrong outside this program into a StateError; bugs keep their traceback."""
    try:
        yield
    except DBAPIError as error:
        raise StateError(f"{_place(where)}: {_remedy(str(error.orig))}") from error
    except NoConnection as error:
        raise StateError(f"{_place(where)}: all connections are busy: try again") from error


@contextmanager
def _prepared(data: Path) -> Iterator[None]:
    """Turns what keeps the data folder from being prepared into a StateError."""
    try:
        yield
    except Timeout as error:
        raise StateError(
            f"{error.lock_file}: another program has been preparing the database for "
            f"{SECONDS_TO_MIGRATE:.0f} seconds: stop it, then start again"
        ) from error
    except OSError as error:
        raise StateError(
            f"{data}: {error.strerror or error}: name a data folder that can be written to"
        ) from error


def _place(where: Engine | Path) -> str:
    if isinstance(where, Path):
        return str(where / FILE_NAME)
    return where.url.render_as_string(hide_password=True)


_REMEDIES = {
    "readonly": "it can't be written to: give this user the right to write there, or name another folder",
    "unable to open": "it can't be opened: name a data folder that can be written to",
    "is full": "the disk is full: free some space; nothing of the last message was stored",
    "disk i/o": "the disk does not read or write: check it, or name another folder",
    "locked": "another program has kept the database locked: close it, then try again",
    "not a database": "this is no SQLite database: move the file away, and a new one is made",
    "malformed": "the database is damaged: restore it from a backup, or move it away for a new one",
}


def _remedy(fault: str) -> str:
    known = (remedy for sign, remedy in _REMEDIES.items() if sign in fault.lower())
    return next(known, f"{fault.strip()}: try again; if it comes again, check the database")
