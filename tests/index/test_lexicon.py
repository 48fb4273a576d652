from math import exp, log

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from index.encoder import OnnxEncoder
from index.lexicon import UNKNOWN, Ranked, zipf


@pytest.fixture
def ranked() -> Ranked:
    """A vocabulary of eight pieces, the commonest first."""
    pieces = ["<unk>", "\u2581", "\u2581the", "\u2581parcel", "s", "par", "cel", "\u2581par"]
    tokenizer = Tokenizer(
        models.Unigram([(piece, -float(rank)) for rank, piece in enumerate(pieces)], 0, byte_fallback=False)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    return Ranked(tokenizer)


def test_shares_by_zipfs_law_fall_with_the_rank_and_add_up_to_1() -> None:
    shares = [exp(zipf(rank, 50_000)) for rank in range(1, 50_001)]
    assert sum(shares) == pytest.approx(1, abs=0.01)
    assert shares[0] / shares[9] == pytest.approx(10)
    assert zipf(0, 50_000) == zipf(1, 50_000)


def test_a_word_of_two_pieces_is_as_likely_as_both_together(ranked: Ranked) -> None:
    parcel, s = zipf(3, 8), zipf(4, 8)
    assert ranked.likelihood("parcel") == pytest.approx(parcel)
    assert ranked.likelihood("parcels") == pytest.approx(parcel + s)
    assert ranked.likelihood("the") - ranked.likelihood("parcel") == pytest.approx(log(3 / 2))


def test_letters_that_no_piece_has_are_unlikely(ranked: Ranked) -> None:
    assert ranked.likelihood("ξ") == pytest.approx(zipf(1, 8) - UNKNOWN)


@pytest.mark.parametrize(("word", "known"), [("parcel", True), ("cel", False), ("s", False), ("", True)])
def test_a_word_is_a_piece_that_begins_one(word: str, known: bool, ranked: Ranked) -> None:
    assert ranked.has(word) is known


@pytest.mark.model
def test_the_default_models_vocabulary_is_sorted_by_probability(encoder: OnnxEncoder) -> None:
    lexicon = encoder.lexicon
    assert isinstance(lexicon, Ranked)
    assert lexicon.likelihood("when") > lexicon.likelihood("parcel") > lexicon.likelihood("parsel")
    assert lexicon.likelihood("return") - lexicon.likelihood("retrun") > 10
    assert lexicon.has("when")
    assert not lexicon.has("wehn")
