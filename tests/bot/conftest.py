"""What tests of the bot share: our own server under a free port, and each kind of database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.access import password
from bot.application import application
from bot.conversation.assistant import Assistant
from bot.server import listen
from bot.state.store import Store
from index.generation import Generations
from tests.bot.fakes import FakeLive, knowledge, settings
from tests.bot.pages.chat import drawn
from tests.bot.sqlite import copying
from tests.patience import wait_for


@pytest.fixture(scope="session", autouse=True)
def _copied_databases(tmp_path_factory):
    """`tests/bot/database/test_engine.py` migrates its own."""
    with copying(tmp_path_factory.mktemp("migrated-once")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes():
    """Argon2 as always, at the least cost: what is tested is not how long it takes."""
    kept = password._HASHER
    password._HASHER = password.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password._nobody.cache_clear()
    yield
    password._HASHER = kept
    password._nobody.cache_clear()


@pytest.fixture(scope="session")
def host(tmp_path_factory):
    """The assistant behind `site`."""
    return fake_assistant(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def site(host):
    """The address of a running server."""
    with running(host) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """A running PostgreSQL, started once for all tests."""
    from tests.bot.postgresql import running_server

    with running_server(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """The address of a new database of each kind; None for SQLite in the data folder."""
    if request.param == "sqlite":
        yield None
    else:
        with request.getfixturevalue("postgresql").database() as address:
            yield address


def fake_assistant(folder, index: object = None, **more: object) -> Assistant:
    live = FakeLive(index or knowledge())
    live.generations = Generations(folder / "index")
    given = settings(data=folder, articles=folder / "articles", **more)
    return Assistant(live, Store.open(given.database_url, folder), given)


@contextmanager
def running(assistant: Assistant, port: int = 0) -> Iterator[str]:
    """Serves an assistant in a thread; gives the address."""
    with serving(application(assistant), port) as address:
        yield address


@contextmanager
def serving(app: object, port: int = 0) -> Iterator[str]:
    """Serves an application in a thread; gives the address."""
    import uvicorn

    with listen("127.0.0.1", port) as listening:
        config = uvicorn.Config(app, proxy_headers=False, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            wait_for(lambda: server.started)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


_WATCH = """() => {
    const { dataset } = document.documentElement;
    if (TRUE) return true;
    delete dataset.passed;
    const watch = new MutationObserver(() => {
        if (!(TRUE)) return;
        dataset.passed = "";
        watch.disconnect();
    });
    watch.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
    return false;
}"""
"""Gives whether it is true already; then nothing is watched."""


@contextmanager
def passing(page: Any, true: str) -> Iterator[None]:
    """Waits for what becomes true on a page, though it may not be any more by the time a slow test looks."""
    assert not page.evaluate(_WATCH.replace("TRUE", true)), f"true before anything was done: {true}"
    yield
    page.locator("html[data-passed]").wait_for()


def serious(page):
    """What axe finds that keeps people out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")
    ]


FINGER = 44
"""Pixels that a thing to press measures at least, so that a finger meets it (WCAG 2.5.5)."""
_SMALL = """(least) => [...document.querySelectorAll("button, a, select, summary, input, textarea")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => getComputedStyle(one).display !== "inline" && !one.closest("[data-testid], .prose p"))
    .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
    .filter(([one, { width, height }]) => width > 1 && height > 1 && height < least)
    .map(([one, { height }]) => `${one.outerHTML.slice(0, 80)} ${height}`)"""


def too_small(page):
    """What can be pressed on a phone's page and is lower than a finger; links in a text may be."""
    return page.evaluate(_SMALL, FINGER)


@contextmanager
def visits(chromium: Any, site: str, height: int) -> Iterator[Callable[..., Any]]:
    """Opens the chat as a new customer, again and again; what goes wrong in the browser fails the test."""
    contexts, faults = [], []

    def visit(locale: str = "en-GB", width: int = 1280) -> Any:
        viewport = {"width": width, "height": height}
        context = chromium.new_context(locale=locale, viewport=viewport, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(site)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def visit(chromium, site):
    """Opens the chat as a new visitor; everything that went wrong in the browser fails the test."""
    contexts, faults = [], []

    def opened(locale="en-GB", width=1280, height=800, **more):
        context = chromium.new_context(
            locale=locale, viewport={"width": width, "height": height}, reduced_motion="reduce", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request", lambda request: faults.append(request.url) if _is_abroad(request.url, site) else None
        )
        page.goto(site)
        return drawn(page)

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


FULL = """() => {
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
"""What the browser keeps can be read and taken away, and nothing more can be kept."""


def _is_abroad(address, site):
    return not address.startswith((site, "data:", "blob:"))
