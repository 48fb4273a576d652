"""What tests of several packages share: the real model, an index of the example articles, and Chromium."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

import hypothesis
import pytest
from filelock import FileLock

from bot.settings import Settings
from index.encoder import OnnxEncoder
from index.export import prepare
from index.index import Index
from index.model import DEFAULT, Model
from index.progress import silent

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "articles"
CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first without anything that only a window needs: opening a page takes it half the processor time."""
CHROMIUM_ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run"
)

# Both cores are busy with tests: how long an example takes says nothing.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


MANY_OBJECTS = 100_000


@pytest.fixture(scope="module", autouse=True)
def _what_stays_is_no_garbage() -> Iterator[None]:
    """Libraries, and the pages that Gradio keeps, come to a million objects: a look through all of them took
    half a second, and a seventh of the processor time of tests in the end."""
    yield
    if len(gc.get_objects()) > MANY_OBJECTS:  # since last time
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session")
def model() -> Model:
    """The default model, from the user's cache; the first time it is unpacked there."""
    return prepare(DEFAULT, silent)


@pytest.fixture(scope="session")
def encoder(model: Model) -> OnnxEncoder:
    """The default model, loaded once for all tests."""
    return OnnxEncoder(model)


@pytest.fixture(scope="session")
def example_settings(
    tmp_path_factory: pytest.TempPathFactory, model: Model, request: pytest.FixtureRequest
) -> Settings:
    """Settings whose data folder holds an index of the example articles, built once for all processes.

    pytest's cache keeps it for the next run, which then embeds only the texts that have changed.
    """
    folder = tmp_path_factory.mktemp("example")
    assert request.config.cache is not None
    kept = request.config.cache.mkdir("example-index")
    with FileLock(kept.with_suffix(".lock")):
        if not _built_in_this_run(kept, tmp_path_factory):
            _build_example(kept, folder / "building")
        copytree(kept, folder / "var" / "index")
    return Settings(data=folder / "var", articles=ARTICLES)


@pytest.fixture(scope="session")
def example_index(example_settings: Settings) -> Index:
    """The index of the example articles."""
    from bot.editions import open_index

    return open_index(example_settings, pytest.fail)


def _built_in_this_run(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> bool:
    """Whether another process of this run has done so; each asks once, the first one of them in vain."""
    run = tmp_path_factory.getbasetemp()
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    try:
        (run / "example-is-built").touch(exist_ok=False)
    except FileExistsError:
        return any(kept.iterdir())
    return False


def _build_example(kept: Path, data: Path) -> None:
    from bot.editions import build_index

    copytree(kept, data / "index")
    build_index(Settings(data=data, articles=ARTICLES), silent)
    rmtree(kept)
    copytree(data / "index", kept)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the person who runs the tests have no say in them."""
    for name in [name for name in os.environ if name.startswith("ASKDESK_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def chromium():
    """A browser without windows; the tests that ask for it are skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS.split())
        api.expect.set_options(timeout=30_000)  # as long as anything else is waited for
        yield browser
        browser.close()
