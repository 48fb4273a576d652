import numpy as np

from index.tally import Tally

TEXTS = [["a", "b", "a"], [], ["b", "ca"], ["a"]]


def table(tally: Tally) -> dict[str, list[float]]:
    """Counts in all texts, by token."""
    counts = tally.counts.toarray()
    return {token: counts[:, column].tolist() for token, column in tally.columns.items()}


def test_every_token_of_every_text_is_counted() -> None:
    assert table(Tally.of(TEXTS)) == {"a": [2, 0, 0, 1], "b": [1, 0, 1, 0], "ca": [0, 0, 1, 0]}


def test_cutting_tokens_is_like_counting_texts_that_were_cut_before() -> None:
    def letters(token: str) -> list[str]:
        return [*token, *token[:1]]

    cut_before = [[part for token in text for part in letters(token)] for text in TEXTS]
    assert table(Tally.of(TEXTS).cut(letters)) == table(Tally.of(cut_before))


def test_a_token_may_be_cut_into_nothing() -> None:
    assert table(Tally.of(TEXTS).cut(lambda token: [token] if token == "a" else [])) == {"a": [2, 0, 0, 1]}


def test_texts_are_added_up_by_what_they_are_part_of() -> None:
    owners, all_kept = np.array([1, 0, 1, 2]), np.ones(4, np.bool_)
    assert table(Tally.of(TEXTS).added(owners, 3, all_kept)) == {
        "a": [0, 2, 1],
        "b": [0, 2, 0],
        "ca": [0, 1, 0],
    }


def test_what_is_not_kept_counts_nothing_and_keeps_its_column() -> None:
    owners, kept = np.array([1, 0, 1, 2]), np.array([True, True, False, True])
    tally = Tally.of(TEXTS)
    rest = tally.added(owners, 3, kept)
    assert table(rest) == {"a": [0, 2, 1], "b": [0, 1, 0], "ca": [0, 0, 0]}
    assert rest.columns is tally.columns


def test_no_texts_have_no_tokens() -> None:
    assert Tally.of([]).counts.shape == (0, 0)
    assert Tally.of([[]]).counts.shape == (1, 0)
