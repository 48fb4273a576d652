from pathlib import Path

import numpy as np
import pytest

from index.centre import unit
from index.encoder import Vectors
from index.vectors import MANY, FieldVectors

COUNT, DIMENSION = 2_000, 48


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Unit vectors in forty bunches, as texts on forty subjects would lie."""
    random = np.random.default_rng(7)
    subjects = random.normal(size=(40, DIMENSION))
    near = subjects[random.integers(0, 40, COUNT)] + 0.7 * random.normal(size=(COUNT, DIMENSION))
    return unit(near.astype(np.float32))


@pytest.fixture(scope="module")
def questions(vectors: Vectors) -> Vectors:
    noise = np.random.default_rng(8).normal(size=(50, DIMENSION)).astype(np.float32)
    return unit(vectors[:50] + 0.1 * noise)


def test_a_similarity_is_the_cosine_that_brute_force_gives(vectors: Vectors, questions: Vectors) -> None:
    similarities, positions = FieldVectors.build(vectors).nearest(questions, 20)
    by_hand = questions.astype(np.float64) @ vectors.astype(np.float64).T
    best = np.argsort(-by_hand, axis=1)[:, :20]
    assert np.abs(similarities - np.take_along_axis(by_hand, best, 1)).max() < 1e-5
    assert np.abs(similarities - np.take_along_axis(by_hand, positions, 1)).max() < 1e-5
    assert (np.diff(similarities, axis=1) <= 0).all()


def test_an_identical_vector_has_similarity_1(vectors: Vectors) -> None:
    similarities, positions = FieldVectors.build(vectors).nearest(vectors[:30], 1)
    assert positions[:, 0].tolist() == list(range(30))
    assert similarities[:, 0] == pytest.approx(np.ones(30), abs=1e-6)


@pytest.mark.parametrize("exact", [COUNT, 500])
def test_only_what_is_allowed_is_found(vectors: Vectors, questions: Vectors, exact: int) -> None:
    allowed = np.zeros(COUNT, np.bool_)
    allowed[1::3] = True
    similarities, positions = FieldVectors.build(vectors, exact).nearest(questions, 10, allowed)
    assert (positions % 3 == 1).all()
    by_hand = np.where(allowed, questions @ vectors.T, -2)
    assert similarities[:, 0] == pytest.approx(by_hand.max(axis=1), abs=1e-5)


def test_where_fewer_are_allowed_than_asked_for_the_rest_is_minus_one(
    vectors: Vectors, questions: Vectors
) -> None:
    allowed = np.zeros(COUNT, np.bool_)
    allowed[[3, 1999]] = True
    _, positions = FieldVectors.build(vectors).nearest(questions[:1], 5, allowed)
    assert sorted(positions[0, :2].tolist()) == [3, 1999]
    assert positions[0, 2:].tolist() == [-1, -1, -1]


@pytest.mark.parametrize("missing", [1, 300, COUNT - 5])
def test_many_questions_find_what_each_finds_alone(
    vectors: Vectors, questions: Vectors, missing: int
) -> None:
    """However many fields are left out, the nearest ones of the questions first."""
    built = FieldVectors.build(vectors)
    allowed = np.arange(COUNT) >= missing
    assert len(questions) >= MANY
    similarities, positions = built.nearest(questions, 10, allowed)
    for place, question in enumerate(questions):
        alone = built.nearest(question[None], 10, allowed)
        assert positions[place].tolist() == alone[1][0].tolist()
        assert similarities[place] == pytest.approx(alone[0][0], abs=1e-5)


def test_asking_for_more_than_there_are_gives_all_of_them(vectors: Vectors) -> None:
    small = FieldVectors.build(vectors[:4])
    assert len(small) == 4
    assert sorted(small.nearest(vectors[:1], 100)[1][0].tolist()) == [0, 1, 2, 3]


def test_clustered_vectors_have_the_same_first_as_exact_ones(vectors: Vectors, questions: Vectors) -> None:
    exact = FieldVectors.build(vectors).nearest(questions, 1)
    clustered = FieldVectors.build(vectors, exact=500).nearest(questions, 1)
    assert clustered[1].tolist() == exact[1].tolist()
    assert np.abs(clustered[0] - exact[0]).max() < 1e-5


@pytest.mark.parametrize("exact", [COUNT, 500])
def test_vectors_come_back_by_position_after_saving(
    tmp_path: Path, vectors: Vectors, questions: Vectors, exact: int
) -> None:
    built = FieldVectors.build(vectors, exact)
    built.save(tmp_path / "fields.faiss")
    loaded = FieldVectors.load(tmp_path / "fields.faiss")
    places = np.array([1999, 0, 7])
    assert loaded.at(places).tolist() == vectors[places].tolist()
    assert loaded.nearest(questions, 3)[1].tolist() == built.nearest(questions, 3)[1].tolist()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("count", [1, COUNT])
def test_a_full_disk_is_told_when_vectors_are_saved(vectors: Vectors, count: int) -> None:
    """FAISS's own writer is silent about it where the index is small."""
    with pytest.raises(OSError, match="No space left"):
        FieldVectors.build(vectors[:count]).save(Path("/dev/full"))
