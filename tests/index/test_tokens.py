from pathlib import Path

import numpy as np
import pytest

from index.tally import Tally
from index.tokens import Tokens

TEXTS = [
    ["gift", "parcel", "gift"],
    ["parcel", "two", "days", "parcel", "late"],
    [],
    ["parcel"],
    ["gift", "two"],
]
ASKED = [["gift"], ["parcel", "two"], ["gift", "gift", "days"], ["unknown", "late"], ["unknown"], []]


def test_every_text_gets_what_bm25s_gives_it() -> None:
    from bm25s import BM25

    reference = BM25()
    reference.index(TEXTS, show_progress=False)
    tokens = Tokens.of(Tally.of(TEXTS))
    for asked in ASKED:
        known = [token for token in asked if token in tokens]
        expected = reference.get_scores(known) if known else np.zeros(len(TEXTS))
        assert tokens.bm25(asked) == pytest.approx(expected, rel=1e-5)


def test_a_token_weighs_what_it_adds() -> None:
    tokens = Tokens.of(Tally.of(TEXTS))
    for text in range(len(TEXTS)):
        apart = sum(tokens.weight(token, text) for token in ("parcel", "two", "unknown"))
        assert tokens.bm25(["parcel", "two", "unknown"])[text] == pytest.approx(apart, rel=1e-5)


def test_the_most_is_what_the_best_text_of_each_token_gets_and_an_unseen_one_beside() -> None:
    tokens = Tokens.of(Tally.of(TEXTS))
    unseen = np.log(1 + 5.5 / 0.5)
    gift, two = tokens.bm25(["gift"]).max(), tokens.bm25(["two"]).max()
    assert tokens.most(["gift", "two"], doubt=0.0) == pytest.approx(gift + two, rel=1e-5)
    assert tokens.most(["gift", "unknown"]) == pytest.approx(gift + 2 * unseen, rel=1e-5)


def test_a_token_whose_texts_are_left_out_is_unknown() -> None:
    kept = np.array([True, False, True, True, True])
    rest = Tokens.of(Tally.of(TEXTS).added(np.arange(5), 5, kept))
    without = Tokens.of(Tally.of([text if keep else [] for text, keep in zip(TEXTS, kept, strict=True)]))
    assert "late" not in rest
    assert "two" in rest
    for asked in ASKED:
        assert rest.bm25(asked).tolist() == without.bm25(asked).tolist()
        assert rest.most(asked) == without.most(asked)


def test_texts_without_tokens_say_nothing() -> None:
    tokens = Tokens.of(Tally.of([[], []]))
    assert tokens.bm25(["gift"]).tolist() == [0.0, 0.0]
    assert tokens.texts_with("gift") == 0


def test_tokens_say_the_same_after_saving(tmp_path: Path) -> None:
    tokens = Tokens.of(Tally.of(TEXTS))
    tokens.save(tmp_path / "own")
    loaded = Tokens.load(tmp_path / "own")
    for asked in ASKED:
        assert loaded.bm25(asked).tolist() == tokens.bm25(asked).tolist()
        assert loaded.most(asked) == tokens.most(asked)
