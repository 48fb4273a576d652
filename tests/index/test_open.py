from pathlib import Path
from shutil import copytree

import pytest

from index.generation import FORMAT, MANIFEST, Damaged, Foreign, GenerationError, Missing
from index.model import ModelError
from index.open import Opened, open_current
from kb.language import Language
from tests.index.fakes import DELIVERY, MODEL, RETURNS, Workshop, unpack_nothing
from tests.index.test_generation import edit, flipped, truncated

ENGLISH = Language("en", 1.0)
OLD, NEW = {"en/returns.md": RETURNS}, {"en/returns.md": RETURNS, "en/delivery.md": DELIVERY}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    workshop = Workshop(tmp_path_factory.mktemp("both"), samples)
    workshop.build(OLD)
    workshop.build(NEW)
    return workshop.folder


@pytest.fixture
def two(workshop: Workshop, both: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Two generations: the older one holds one article, the current one two."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    unpack_nothing(tmp_path / "cache")
    copytree(both, workshop.folder, dirs_exist_ok=True)
    return workshop


def opened(workshop: Workshop) -> Opened:
    return open_current(workshop.generations, MODEL[0], workshop.encoder)


def articles(workshop: Workshop) -> int:
    return len(opened(workshop).index.articles)


def test_the_current_generation_is_opened_without_a_word(two: Workshop) -> None:
    found = opened(two)
    assert found.warning is None
    assert found.index.generation == two.generations.current()
    assert [hit.passage.article.slug for hit in found.index.search("parcel", ENGLISH).hits][0] == "delivery"


@pytest.mark.parametrize("damage", [truncated, flipped, None], ids=["truncated", "flipped", "missing"])
def test_whatever_file_is_damaged_it_is_named_and_the_generation_before_serves(two: Workshop, damage) -> None:  # type: ignore[no-untyped-def]
    newest, older = two.generations.names()
    files = [path for path in (two.generations.folder / newest).rglob("*") if path.is_file()]
    assert len(files) >= 12
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(damage(whole)) if damage else path.unlink()
        found = opened(two)
        assert found.index.generation == older
        assert len(found.index.articles) == 1
        assert found.warning is not None
        assert found.warning.startswith(f"{path}: ")
        assert found.warning.endswith(f"; run 'askdesk build' (until then {older} answers)")
        path.write_bytes(whole)
    assert articles(two) == 2


def test_a_generation_of_another_model_is_refused_and_the_one_before_serves(two: Workshop) -> None:
    two.build(NEW, model=("hashed", "revision-2"))
    found = opened(two)
    assert found.warning is not None
    assert (
        "built with another revision of hashed, settings ask for hashed; run 'askdesk build'" in found.warning
    )
    assert len(found.index.articles) == 2


def test_the_sentence_names_both_models(two: Workshop, tmp_path: Path) -> None:
    unpack_nothing(tmp_path / "cache", "other", "revision-9")
    with pytest.raises(Foreign, match="built with hashed, settings ask for other; run 'askdesk build'"):
        open_current(two.generations, "other", two.encoder)


def test_a_generation_of_a_newer_version_is_refused_and_the_one_before_serves(two: Workshop) -> None:
    newest = two.generations.names()[0]
    edit(two.generations.folder / newest / MANIFEST, format=FORMAT + 1)
    found = opened(two)
    assert found.warning is not None
    assert "newer version of the program; update the program" in found.warning
    assert len(found.index.articles) == 1


def test_where_every_generation_is_damaged_the_current_one_is_named(two: Workshop) -> None:
    newest, older = two.generations.names()
    for name in (newest, older):
        (two.generations.folder / name / "fields.faiss").unlink()
    with pytest.raises(Damaged, match=rf"{newest}/fields\.faiss: this file of the index is missing"):
        opened(two)


def test_a_pointer_to_a_generation_that_is_gone_falls_back_to_the_one_before(two: Workshop) -> None:
    two.generations.point_to("20990101-000000-abcdef")
    found = opened(two)
    assert found.index.generation == two.generations.names()[0]
    assert found.warning is not None
    assert "there is no such generation" in found.warning


def test_without_an_index_the_sentence_says_what_to_do(two: Workshop) -> None:
    two.generations.pointer.unlink()
    with pytest.raises(Missing, match="there is no index yet; run 'askdesk build'"):
        opened(two)


def test_a_model_that_was_never_unpacked_is_an_error_of_its_own(two: Workshop) -> None:
    with pytest.raises(ModelError, match="the model another is not unpacked yet: run 'askdesk build'"):
        open_current(two.generations, "another", two.encoder)


def test_after_a_rollback_only_older_generations_stand_in(two: Workshop) -> None:
    """The newer one was left on purpose."""
    older = two.generations.rollback()
    (two.generations.folder / older / "means.npz").unlink()
    with pytest.raises(GenerationError, match=rf"{older}/means\.npz"):
        opened(two)
