from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from index.centre import WEIGHT_OF_SHIFT, Means, adapted, unit
from index.encoder import Prompt, Vectors
from index.samples import sample_questions
from index.view import PROMPT_OF, VIEWS
from tests.index.fakes import HashedEncoder


def column(*values: float) -> Vectors:
    return np.array([[value] for value in values], np.float32)


SAMPLES = Means(
    {
        ("asked", "en"): np.array([0.0], np.float32),
        ("asked", "da"): np.array([2.0], np.float32),
        ("passage", "en"): np.array([7.0], np.float32),
    }
)


def test_unit_keeps_the_direction_and_leaves_a_zero_vector_zero() -> None:
    scaled = unit(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    assert scaled[0] == pytest.approx([0.6, 0.8])
    assert scaled[1].tolist() == [0.0, 0.0]


def test_a_language_without_a_mean_has_the_mean_of_all_in_that_view() -> None:
    assert SAMPLES.get("asked", "da").tolist() == [2.0]
    assert SAMPLES.get("asked", "sw").tolist() == [1.0]
    assert SAMPLES.get("passage", "sw").tolist() == [7.0]


def test_the_samples_are_averaged_for_each_view_and_language() -> None:
    encoder = HashedEncoder()

    def vectors(texts: Iterable[tuple[Prompt, str]]) -> Vectors:
        return np.array([encoder.question(f"{prompt} {text}") for prompt, text in texts])

    means = Means.of_samples(vectors)
    assert set(means.of) == {(view, language) for view in VIEWS for language in sample_questions()}
    for view in VIEWS:
        seen = [encoder.question(f"{PROMPT_OF[view]} {text}") for text in sample_questions()["da"]]
        assert means.get(view, "da") == pytest.approx(np.mean(seen, axis=0), abs=1e-6)


def test_a_mean_moves_half_way_to_the_texts_of_its_language() -> None:
    """Twenty English texts at 4: their mean weighs as much as the shift, which is 4 too: all point to 4."""
    texts = column(*[4.0] * WEIGHT_OF_SHIFT)
    means = adapted(SAMPLES, texts, ["asked"] * len(texts), ["en"] * len(texts))
    assert means.get("asked", "en").tolist() == [2.0]


def test_a_language_without_articles_moves_as_the_others_do() -> None:
    """Danish has no texts, so the shift of 4 stands alone: from 2 half way to 6."""
    texts = column(*[4.0] * 5)
    means = adapted(SAMPLES, texts, ["asked"] * 5, ["en"] * 5)
    assert means.get("asked", "da") == pytest.approx([4.0])
    assert means.get("passage", "en").tolist() == [7.0]  # no passage was there to move it


def test_languages_with_texts_of_their_own_are_drawn_between_these_and_the_shift() -> None:
    """English lies at 4 (moved by 4), Danish at 2 (not moved): the shift is 2.

    English: texts (20 x 4 + 20 x 2) / 40 = 3, half way from 0 is 1.5. Danish: (20 x 2 + 20 x 4) / 40 = 3,
    half way from 2 is 2.5.
    """
    texts = column(*[4.0] * 20, *[2.0] * 20)
    means = adapted(SAMPLES, texts, ["asked"] * 40, ["en"] * 20 + ["da"] * 20)
    assert means.get("asked", "en") == pytest.approx([1.5])
    assert means.get("asked", "da") == pytest.approx([2.5])


def test_a_text_loses_the_mean_of_its_own_language_and_view() -> None:
    means = Means(
        {
            ("asked", "en"): np.array([1.0, 0.0], np.float32),
            ("asked", "da"): np.array([0.0, 1.0], np.float32),
            ("stated", "en"): np.array([0.0, 0.0], np.float32),
        }
    )
    raw = np.array([[4.0, 4.0], [4.0, 4.0], [4.0, 4.0]], np.float32)
    found = means.centred("asked", ["en", "da", "sw"], raw)
    assert found == pytest.approx(np.array([[0.6, 0.8], [0.8, 0.6], [0.5**0.5] * 2]), abs=1e-6)
    assert means.centred("stated", ["en"] * 3, raw) == pytest.approx(np.full((3, 2), 0.5**0.5), abs=1e-6)


@pytest.mark.parametrize(
    ("question", "supposed", "expected"),
    [
        ("Wo ist mein Paket geblieben?", "en", "de"),
        ("Onko pakettini jo matkalla?", "da", "fi"),
        ("Hvor bliver min pakke af?", "da", "da"),
        ("iPhone 15", "da", "da"),  # could be any language
        ("Kde je můj balík?", "en", "en"),  # no mean of that language
    ],
)
def test_a_question_in_a_language_that_nobody_expected_is_known_by_it(
    question: str, supposed: str, expected: str
) -> None:
    nothing = np.zeros(1, np.float32)
    means = Means({("asked", language): nothing for language in ("en", "da", "de", "fi")})
    assert means.language_of(question, supposed) == expected


def test_no_texts_are_no_vectors_of_the_same_dimension() -> None:
    assert SAMPLES.dimension == 1
    assert SAMPLES.centred("asked", [], np.zeros((0, 1), np.float32)).shape == (0, 1)


def test_texts_seen_one_way_do_not_move_the_means_of_another() -> None:
    """A passage and a text stated have the same prompt; each has a mean of its own."""
    samples = Means({(view, "en"): np.array([1.0], np.float32) for view in VIEWS})
    means = adapted(samples, column(*[5.0] * 20), ["stated"] * 20, ["en"] * 20)
    assert [means.get(view, "en").tolist() for view in VIEWS] == [[1.0], [3.0], [1.0]]


def test_means_are_the_same_after_saving(tmp_path: Path) -> None:
    means = Means({**SAMPLES.of, ("asked", "zh-hant"): np.array([5.0], np.float32)})
    means.save(tmp_path / "means.npz")
    loaded = Means.load(tmp_path / "means.npz")
    assert set(loaded.of) == set(means.of)
    assert all(loaded.of[key].tolist() == means.of[key].tolist() for key in means.of)
