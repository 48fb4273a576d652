from pathlib import Path

import numpy as np
import pytest

from index.memory import FILE
from index.samples import sample_questions
from tests.index.fakes import (
    DELIVERY,
    MODEL,
    RETURNS,
    SHOP,
    HashedEncoder,
    Workshop,
    article,
)

SAMPLES = 2 * sum(len(texts) for texts in sample_questions().values())


def test_nothing_is_embedded_again_when_nothing_changed(workshop: Workshop) -> None:
    first = workshop.build()
    workshop.encoder.texts.clear()
    second = workshop.build()
    assert workshop.encoder.texts == []
    assert (second.embedded, second.reused) == (0, first.embedded)
    assert first.embedded > 20


def test_after_one_changed_article_only_its_changed_texts_are_embedded(workshop: Workshop) -> None:
    first = workshop.build()
    workshop.encoder.texts.clear()
    changed = RETURNS.replace("30 days", "45 days").replace("Can I return a gift?", "May a gift go back?")
    second = workshop.build({**SHOP, "en/returns.md": changed})
    assert sorted(workshop.encoder.texts) == [
        "May a gift go back?",
        "Returning an item\nYou can send an item back within 45 days. The label waits in your account.",
    ]
    assert (second.embedded, second.reused) == (2, first.embedded - 2)


def test_a_text_that_two_articles_share_is_embedded_once(workshop: Workshop) -> None:
    twin = {"en/a.md": article("Same title", "One."), "en/b.md": article("Same title", "Two.")}
    workshop.build(twin)
    assert workshop.encoder.texts.count("Same title") == 1


def test_a_text_is_embedded_for_each_of_its_prompts(workshop: Workshop) -> None:
    """A title is a question to the model, the same words in a passage are a passage."""
    workshop.build({"en/a.md": article("Only words", "Only words")})
    assert workshop.encoder.texts.count("Only words") == 2


def test_another_model_reuses_nothing(workshop: Workshop, tmp_path: Path) -> None:
    first = workshop.build()
    workshop.samples = tmp_path / "of-the-other.npz"
    workshop.encoder.texts.clear()
    second = workshop.build(model=("hashed", "revision-2"))
    assert (second.embedded, second.reused) == (first.embedded, 0)
    assert workshop.encoder.embedded == first.embedded + SAMPLES


def test_the_samples_are_embedded_once_for_all_indexes_of_a_model(tmp_path: Path) -> None:
    file, encoder = tmp_path / "samples.npz", HashedEncoder()
    Workshop(tmp_path / "one", file, encoder).build()
    assert encoder.embedded > SAMPLES
    encoder.texts.clear()
    other = Workshop(tmp_path / "two", file, encoder).build()
    assert encoder.embedded == other.embedded < SAMPLES
    assert [path.name for path in tmp_path.glob("*.npz")] == ["samples.npz"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no such thing"])
def test_a_damaged_file_of_samples_is_made_anew(tmp_path: Path, content: bytes) -> None:
    workshop = Workshop(tmp_path, tmp_path / "samples.npz")
    workshop.samples.write_bytes(content)
    workshop.build()
    assert workshop.encoder.embedded > SAMPLES
    with np.load(workshop.samples) as arrays:
        assert arrays["vectors"].shape == (SAMPLES, workshop.encoder.dimension)


def test_samples_that_can_not_be_kept_are_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    workshop = Workshop(tmp_path, tmp_path / "file" / "samples.npz")
    assert workshop.build().articles == len(SHOP)


def test_a_damaged_generation_lends_no_vectors_and_the_one_before_it_does(workshop: Workshop) -> None:
    first = workshop.build({"en/returns.md": RETURNS})
    second = workshop.build({"en/returns.md": RETURNS, "en/delivery.md": DELIVERY})
    memory = workshop.generations.folder / second.generation / FILE
    memory.write_bytes(memory.read_bytes()[:-1])
    third = workshop.build({"en/returns.md": RETURNS, "en/delivery.md": DELIVERY})
    assert third.reused == first.embedded
    assert third.embedded == second.embedded
    assert workshop.open().manifest.revision == MODEL[1]


def test_reused_vectors_are_those_that_were_embedded(workshop: Workshop) -> None:
    workshop.build()
    workshop.build({**SHOP, "en/new.md": article("Another one", "With other words.")})
    after = workshop.open()
    place = [field.text for field in after.catalogue.fields].index("Can I return a gift?")
    raw = workshop.encoder.question("Can I return a gift?")
    centred = raw - after.means.get("query", "en")
    assert after.vectors.at(np.array([place]))[0] == pytest.approx(
        centred / np.linalg.norm(centred), abs=1e-6
    )
