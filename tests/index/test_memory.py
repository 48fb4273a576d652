from pathlib import Path

import numpy as np
import pytest

from index.centre import Means, unit
from index.judged import JudgedQuestion
from index.memory import FILE, Memory
from index.samples import sample_questions
from index.view import SHORT, joined
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
        "May a gift go back?",
        "Returning an item\nYou can send an item back within 45 days. The label waits in your account.",
    ]
    assert (second.embedded, second.reused) == (3, first.embedded - 3)


def test_a_text_that_two_articles_share_is_embedded_once_for_each_prompt(workshop: Workshop) -> None:
    twin = {"en/a.md": article("Same title", "One."), "en/b.md": article("Same title", "Two.")}
    workshop.build(twin)
    assert workshop.encoder.texts.count("Same title") == 2


def test_a_text_is_embedded_for_each_of_its_prompts(workshop: Workshop) -> None:
    """A title is seen both as a question and as a statement, and the same words as a passage are stated."""
    workshop.build({"en/a.md": article("Only words", "Only words")})
    assert workshop.encoder.texts.count("Only words") == 2


def test_judged_questions_are_embedded_with_the_articles_and_not_again(workshop: Workshop) -> None:
    judged = [JudgedQuestion("Where does my gift wait?", "en", frozenset({"returns"}))]
    first = workshop.build()
    workshop.encoder.texts.clear()
    assert workshop.build(judged=judged).embedded == 2
    assert workshop.encoder.texts == ["Where does my gift wait?"] * 2
    assert workshop.build(judged=judged).reused == first.embedded + 2


def test_a_text_seen_is_centred_in_each_view_and_joined(workshop: Workshop) -> None:
    """By hand, for a question in Danish and one in English, seen as asked and as stated."""
    encoder, memory = workshop.encoder, Memory({})
    memory.know_samples(encoder, None)
    means, texts = Means.of_samples(memory.vectors), [sample_questions()[code][0] for code in ("da", "en")]
    found = memory.seen(means, SHORT, texts, ["da", "en"])
    for row, text, language in zip(found, texts, ("da", "en"), strict=True):
        raw = encoder.question(text)
        halves = [unit(raw - means.get(view, language)) for view in SHORT]
        assert row == pytest.approx(np.concatenate(halves) / 2**0.5, abs=1e-6)
    assert np.abs(found[0] - memory.seen(means, SHORT, texts[:1], ["en"])[0]).max() > 1e-3


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
    seen = joined(*(unit(raw - after.means.get(view, "en")) for view in SHORT))
    assert after.vectors.at(np.array([place]))[0] == pytest.approx(seen, abs=1e-6)
