import errno
import multiprocessing
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from bot.access import audit
from bot.database import engine as database
from bot.database.engine import FILE_NAME, StateError, open_engine, reading
from bot.database.table import Table
from bot.state.store import Store
from tests.bot.sqlite import migrating

SAID = "2026-03-01 12:00:00.000000"


@pytest.fixture(scope="module", autouse=True)
def _migrated():
    with migrating():
        yield


def refusal(data: Path, url: str | None = None) -> str:
    with pytest.raises(StateError) as refused:
        Store.open(url, data)
    return str(refused.value)


def say(store: Store, token: str, *texts: str, key: str | None = None) -> None:
    with store.turn(token) as turn:
        for text in texts:
            turn.say("customer", text, "question", key=key)


def test_a_new_database_is_made_in_the_data_folder_with_its_folder(tmp_path):
    engine = open_engine(None, tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / FILE_NAME).is_file()
    assert {"conversations", "messages", "tickets", "turned_down"} <= set(inspect(engine).get_table_names())


def test_the_migrations_make_the_tables_that_the_program_knows(database, tmp_path):
    engine = open_engine(database, tmp_path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_nothing_is_written_beside_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_engine(None, tmp_path / "var").dispose()
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_writes_are_safe_and_foreign_keys_hold(tmp_path):
    engine = open_engine(None, tmp_path)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "busy_timeout": 5000, "foreign_keys": 1, "synchronous": 2}


def test_an_older_database_is_migrated_and_keeps_what_it_holds(tmp_path):
    with sqlite3.connect(tmp_path / FILE_NAME) as older:
        older.execute("CREATE TABLE kept (word TEXT)")
        older.execute("INSERT INTO kept VALUES ('still here')")
    Store.open(None, tmp_path).start("en")
    with sqlite3.connect(tmp_path / FILE_NAME) as newer:
        assert newer.execute("SELECT word FROM kept").fetchall() == [("still here",)]
        assert newer.execute("SELECT count(*) FROM conversations").fetchone() == (1,)


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path):
    Store.open(None, tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    sentence = refusal(tmp_path)
    assert "version 9999" in sentence
    assert "update the program" in sentence
    with sqlite3.connect(tmp_path / FILE_NAME) as newer:
        assert newer.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"not a database, " * 100)
    assert refusal(tmp_path).startswith(f"{tmp_path / FILE_NAME}: this is no SQLite database")


def test_a_data_folder_that_can_t_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "name a data folder that can be written to" in refusal(tmp_path / "file" / "data")
    assert "can't be opened" in refusal(tmp_path, "sqlite:////nowhere/at/all.db")


def test_an_address_that_is_no_database_s_is_refused(tmp_path):
    assert "database_url" in refusal(tmp_path, "no address")
    assert "database_url" in refusal(tmp_path, "oracle+none://host/x")


@pytest.mark.parametrize("address", ["desk:secret@host:port", "desk:pass@word:secret", "desk:secret@[::1"])
def test_an_address_whose_port_is_no_number_is_refused_without_a_word_of_it(tmp_path, address):
    told = refusal(tmp_path, f"postgresql+psycopg://{address}/x")
    assert told.startswith("setting database_url: what should be a number in it, such as the port, is none")
    assert "secret" not in told
    assert "host:port" not in told


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path):
    store = Store.open(None, tmp_path)
    token = store.start("en").token
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StateError, match="the disk is full"):
        say(store, token, "small", "large " * 100_000)
    assert store.transcript(token) == ()


def test_a_read_only_database_is_told(tmp_path):
    Store.open(None, tmp_path).close()
    store = Store.open(f"sqlite:///file:{tmp_path / FILE_NAME}?mode=rw&uri=true", tmp_path)
    token = store.start("en").token
    with store.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StateError, match="can't be written to"), store.turn(token) as turn:
        turn.say("customer", "hello", "question")


def test_that_all_connections_are_busy_is_told(tmp_path):
    open_engine(None, tmp_path).dispose()
    url = f"sqlite:///{tmp_path / FILE_NAME}"
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect():
        for way in (database.reading, database.looking, database.writing):
            with pytest.raises(StateError) as told, way(engine) as session:
                session.execute(text("SELECT 1"))
            assert str(told.value) == f"{url}: all connections are busy: try again"


def test_a_fault_never_tells_what_was_written(tmp_path):
    store = Store.open(None, tmp_path)
    token = store.start("en").token
    with pytest.raises(StateError) as told:
        say(store, token, "my secret", "my secret", key="k")
    assert "secret" not in f"{told.value} {told.value.__cause__}"


def test_what_goes_wrong_elsewhere_while_something_is_recorded_is_no_fault_of_the_data_folder(tmp_path):
    store = Store.open(None, tmp_path)
    with pytest.raises(OSError, match="Cannot allocate memory"), store.recorded("test", "build started"):
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    with reading(store.engine) as session:
        assert list(audit.entries(session, audit.EntryFilter())) == []


def test_a_fault_that_is_not_known_is_told_with_what_to_do(tmp_path):
    store = Store.open(None, tmp_path)
    with pytest.raises(StateError) as told, reading(store.engine) as session:
        session.execute(text("SELECT 1 FROM elsewhere"))
    place = f"sqlite:///{tmp_path / FILE_NAME}"
    remedy = "try again; if it comes again, check the database"
    assert str(told.value) == f"{place}: no such table: elsewhere: {remedy}"


def test_many_starts_at_once_make_one_database(tmp_path):
    faults: list[Exception] = []

    def start() -> None:
        try:
            Store.open(None, tmp_path).start("en")
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        assert database.execute("SELECT count(*) FROM conversations").fetchone() == (8,)


def _die_within_a_turn(data: Path, token: str) -> None:
    with Store.open(None, data).turn(token) as turn:
        turn.say("customer", "never finished", "question")
        os._exit(9)


def test_a_turn_cut_off_by_the_death_of_the_server_leaves_nothing(tmp_path):
    store = Store.open(None, tmp_path)
    token = store.start("en").token
    with store.turn(token) as turn:
        turn.say("customer", "kept", "question")
    store.close()
    process = multiprocessing.get_context("fork").Process(target=_die_within_a_turn, args=(tmp_path, token))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert [message.text for message in Store.open(None, tmp_path).transcript(token)] == ["kept"]


def _at_version(data: Path, version: str) -> Path:
    """A database as it was at an earlier version."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with create_engine(f"sqlite:///{data / FILE_NAME}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    return data / FILE_NAME


def test_tickets_from_before_people_took_them_wait_or_are_closed(tmp_path):
    with sqlite3.connect(_at_version(tmp_path, "0001")) as older:
        row = "INSERT INTO {} VALUES ({})"
        for number, status in ((1, "open"), (2, "closed")):
            older.execute(
                row.format("conversations", f"{number}, '{number}', 'da', 'da', 0, '{SAID}', '{SAID}'")
            )
            ticket = f"{number}, {number}, 'asked', '{status}', '{{}}', 'Bo', NULL, '{SAID}', NULL"
            older.execute(row.format("tickets", ticket))
    waiting, closed = Store.open(None, tmp_path).tickets()
    assert (waiting.status, waiting.waiting_since, waiting.name) == ("waiting", waiting.created, "Bo")
    assert (closed.status, closed.waiting_since, closed.closed_by) == ("closed", None, "agent")


# PostgreSQL


@pytest.fixture
def empty(postgresql):
    with postgresql.database(empty=True) as address:
        yield address


def _raised(address: str, version: str) -> None:
    """Brings an empty PostgreSQL database to a version from before."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine = create_engine(address)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def test_servers_that_start_at_once_on_an_empty_postgresql_make_its_tables_once(empty, tmp_path):
    """Each with a data folder of its own, as on machines of their own."""
    opened: list[Store] = []
    folders = [tmp_path / str(place) for place in range(4)]
    threads = [
        threading.Thread(target=lambda folder=folder: opened.append(Store.open(empty, folder)))
        for folder in folders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    token = opened[0].start("da").token
    assert opened[3].conversation(token).page_language == "da"
    for store in opened:
        store.close()


@pytest.mark.parametrize("version", ["0001", "0003", "0005"])
def test_an_older_postgresql_is_migrated_and_keeps_what_it_holds(empty, tmp_path, version):
    _raised(empty, version)
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, token_digest, page_language, misses, created, updated) "
            f"VALUES (1, 'x', 'da', 0, '{SAID}', '{SAID}')"
        )
        status = "open" if version == "0001" else "waiting"
        more = ("", "") if version == "0001" else (", waiting_since", f", '{SAID}'")
        connection.exec_driver_sql(
            f"INSERT INTO tickets (number, conversation_id, reason, status, packet, created{more[0]}) "
            f"VALUES (1, 1, 'asked', '{status}', '{{}}', '{SAID}'{more[1]})"
        )
    engine.dispose()
    store = Store.open(empty, tmp_path)
    [ticket] = store.tickets()
    assert (ticket.status, ticket.reason) == ("waiting", "asked")
    assert ticket.waiting_since == ticket.patience_since == ticket.created
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    store.close()


def test_a_newer_postgresql_is_refused(empty, tmp_path):
    Store.open(empty, tmp_path).close()
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    assert "version 9999" in refusal(tmp_path, empty)
