import errno
import threading
import time
from pathlib import Path

import pytest

from bot import live as module
from bot.live import LiveIndex
from index import open as opening
from index.generation import Damaged
from index.index import Index
from tests.index.fakes import DELIVERY, MODEL, RETURNS, HashedEncoder, Workshop, unpack_nothing
from tests.patience import PATIENCE, wait_for

ONE, TWO = {"en/returns.md": RETURNS}, {"en/returns.md": RETURNS, "en/delivery.md": DELIVERY}


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples") / "samples.npz"


@pytest.fixture
def workshop(tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Where a server would open a model, it gets the hashed encoder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(opening, "OnnxEncoder", lambda model: HashedEncoder())
    monkeypatch.setattr(module, "PAUSE", 0.01)
    unpack_nothing(tmp_path / "cache")
    return Workshop(tmp_path, samples)


@pytest.fixture
def live(workshop: Workshop) -> LiveIndex:
    return LiveIndex(workshop.generations, MODEL[0])


def articles(live: LiveIndex) -> int:
    return len(live.index.articles) if live.index else 0


def test_before_the_first_build_there_is_no_index_and_a_reason(workshop: Workshop, live: LiveIndex) -> None:
    assert live.index is None
    assert live.problem == f"{workshop.generations.folder}: there is no index yet; run 'askdesk build'"


def test_the_first_build_is_answered_from_without_a_restart(workshop: Workshop, live: LiveIndex) -> None:
    assert live.index is None
    workshop.build(ONE)
    assert articles(live) == 1
    assert live.problem is None


def test_a_newer_generation_is_exchanged_without_a_restart(workshop: Workshop, live: LiveIndex) -> None:
    workshop.build(ONE)
    first = live.index
    assert first is not None
    workshop.build(TWO)
    wait_for(lambda: articles(live) == 2)
    assert live.index is not None
    assert live.index.generation == workshop.generations.current() != first.generation
    assert live.index.encoder is first.encoder  # the model is not loaded again
    assert len(first.articles) == 1  # whoever still holds the old one goes on with it


def test_the_old_index_answers_while_the_new_one_is_opened(
    workshop: Workshop, live: LiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.build(ONE)
    assert articles(live) == 1
    started, go_on, open_current = threading.Event(), threading.Event(), opening.open_current
    gone_on: list[bool] = []

    def slowly(*arguments: object) -> opening.Opened:
        started.set()
        gone_on.append(go_on.wait(PATIENCE))
        return open_current(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "open_current", slowly)
    workshop.build(TWO)
    wait_for(lambda: live.index is not None and started.is_set())
    assert [articles(live) for _ in range(100)] == [1] * 100
    go_on.set()
    wait_for(lambda: articles(live) == 2)
    assert gone_on == [True]  # nobody waited for it


def test_a_rollback_is_followed(workshop: Workshop, live: LiveIndex) -> None:
    workshop.build(ONE)
    workshop.build(TWO)
    assert articles(live) == 2
    workshop.generations.rollback()
    wait_for(lambda: articles(live) == 1)
    assert live.problem is None


def test_a_damaged_generation_is_told_and_the_one_before_it_answers(
    workshop: Workshop, live: LiveIndex
) -> None:
    workshop.build(ONE)
    damaged = workshop.build(TWO).generation
    (workshop.generations.folder / damaged / "fields.faiss").write_bytes(b"")
    assert articles(live) == 1
    assert live.problem is not None
    assert f"{damaged}/fields.faiss: this file of the index is not as it was built" in live.problem
    workshop.build(TWO)
    wait_for(lambda: articles(live) == 2)
    assert live.problem is None


def test_a_lost_pointer_is_told_and_answers_go_on(workshop: Workshop, live: LiveIndex) -> None:
    workshop.build(ONE)
    assert articles(live) == 1
    workshop.generations.pointer.unlink()
    wait_for(lambda: live.index is not None and live.problem is not None)
    assert articles(live) == 1
    assert "there is no index yet" in str(live.problem)


@pytest.mark.parametrize("wrapped", [False, True], ids=["as it is", "told by the index"])
@pytest.mark.parametrize("serving", [False, True], ids=["first", "newer"])
def test_what_could_not_be_opened_is_tried_again_after_a_while(
    workshop: Workshop, live: LiveIndex, monkeypatch: pytest.MonkeyPatch, serving: bool, wrapped: bool
) -> None:
    """Files or memory may be free by then, and nobody has built meanwhile."""
    fault = OSError(errno.EMFILE, "Too many open files")
    open_current, tried = opening.open_current, []

    def fails(*arguments: object) -> opening.Opened:
        tried.append(time.monotonic())
        if wrapped:
            raise Damaged("there", "this can't be read") from fault
        raise fault

    if serving:
        workshop.build(ONE)
        assert articles(live) == 1
    monkeypatch.setattr(opening, "open_current", fails)
    workshop.build(TWO)
    before = articles(live)
    wait_for(lambda: live.index is None or live.problem is not None)
    assert articles(live) == before == int(serving)
    assert len(tried) == 1
    if not wrapped:
        sentence = "the index can't be opened (OSError): see the log; it is tried again every 30 seconds"
        assert live.problem == sentence
    monkeypatch.setattr(opening, "open_current", open_current)
    monkeypatch.setattr(module, "_now", lambda: tried[0] + module.AGAIN - 1)
    assert articles(live) == before
    monkeypatch.setattr(module, "_now", lambda: time.monotonic() + module.AGAIN)
    wait_for(lambda: articles(live) == 2)
    assert live.problem is None


def test_asked_by_many_at_once_the_index_is_opened_once(workshop: Workshop, live: LiveIndex) -> None:
    workshop.build(ONE)
    found: list[Index | None] = []
    threads = [threading.Thread(target=lambda: found.append(live.index)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len({id(index) for index in found}) == 1
    assert found[0] is not None


def test_a_model_that_fails_is_told_with_a_sentence_and_not_thrown(
    workshop: Workshop, live: LiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(HashedEncoder):
        def question(self, text: str, prompt: str = "query") -> None:  # type: ignore[override]
            raise RuntimeError("the file of the model is torn")

    monkeypatch.setattr(opening, "OnnxEncoder", lambda model: Broken())
    workshop.build(ONE)
    assert live.index is None
    assert (
        live.problem
        == "the index can't be opened (RuntimeError): see the log; it is tried again every 30 seconds"
    )
