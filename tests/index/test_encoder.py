import numpy as np
import pytest

from index.encoder import TOKENS_PER_BATCH, OnnxEncoder
from index.model import Model
from tests.index.scripts import PASSAGES, QUESTIONS

pytestmark = pytest.mark.model


def test_texts_of_many_lengths_come_back_in_their_order(encoder: OnnxEncoder) -> None:
    """Batched by length within, each vector is the one that its text has alone."""
    random = np.random.default_rng(0)
    words = " ".join(PASSAGES).split()
    texts = [" ".join(random.choice(words, size)) for size in (3, 120, 1, 40, 7, 90, 2, 60, 15, 30)]
    assert sum(encoder.length(text) for text in texts) > TOKENS_PER_BATCH / 3
    together = encoder.encode(texts, "passage")
    alone = np.vstack([encoder.encode([text], "passage") for text in texts])
    assert np.abs(together - alone).max() < 1e-4
    assert (together @ alone.T).argmax(axis=1).tolist() == list(range(len(texts)))


def test_vectors_have_length_1_and_the_models_dimension(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(list(QUESTIONS.values()), "query")
    assert vectors.shape == (12, encoder.dimension) == (12, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(12), abs=1e-5)
    assert np.linalg.norm(encoder.question("Hvor?")) == pytest.approx(1, abs=1e-5)
    assert vectors.dtype == np.float32


def test_a_question_and_a_passage_of_the_same_words_differ_by_their_prompt(encoder: OnnxEncoder) -> None:
    text = QUESTIONS["Latin"]
    query, passage = encoder.encode([text], "query")[0], encoder.encode([text], "passage")[0]
    assert float(query @ encoder.question(text)) > 0.99
    assert float(passage @ encoder.question(text)) < 0.99


def test_the_length_counts_tokens_without_prompt_and_marks(encoder: OnnxEncoder) -> None:
    assert encoder.length("") == 0
    assert encoder.length("Hello world") == 2
    assert encoder.length(" ".join(["Hello world"] * 400)) == 800  # beyond what the model takes in
    assert 5 <= encoder.length("退款需要多长时间") <= 8


def test_a_text_longer_than_the_model_takes_in_is_cut(encoder: OnnxEncoder, model: Model) -> None:
    long = "bicycle " * 4_000
    assert encoder.length(long) > model.most_tokens
    cut = encoder.encode(["bicycle " * (model.most_tokens + 50)], "passage")[0]
    assert float(encoder.encode([long], "passage")[0] @ cut) == pytest.approx(1, abs=1e-5)


def test_progress_is_told_up_to_the_number_of_texts(encoder: OnnxEncoder) -> None:
    told: list[tuple[int, int]] = []
    encoder.encode(
        [f"text {number}" for number in range(5)], "query", lambda done, of: told.append((done, of))
    )
    assert told[-1] == (5, 5)
    assert told == sorted(told)


@pytest.mark.parametrize(
    "text", ["", "\x00", "🎉", "\ud800 half a character", "\u202eabc", "e" + "\u0301" * 400]
)
def test_odd_texts_have_vectors_too(encoder: OnnxEncoder, text: str) -> None:
    assert np.linalg.norm(encoder.question(text)) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(encoder.encode([text], "passage")) == pytest.approx(1, abs=1e-5)
    assert encoder.length(text) < 1_000


def test_no_texts_are_no_vectors(encoder: OnnxEncoder) -> None:
    assert encoder.encode([], "query").shape == (0, 384)
