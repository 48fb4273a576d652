import pytest

from tests.benchmarks import table
from tests.benchmarks.scoring import Row, by_system, figures, mean_over_runs


def row(
    rank: int | None, confidence: float, *, inside: bool = True, answered: bool = True, run: str = "a"
) -> Row:
    return Row("ours", run, "en", inside, rank, confidence, answered, 10.0)


FOUR = [row(1, 0.9), row(3, 0.8), row(None, 0.1, answered=False), row(None, 0.2, inside=False)]


def test_the_figures_are_those_counted_by_hand() -> None:
    found = figures(FOUR)
    assert found.top1 == pytest.approx(1 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.auroc == 1.0
    assert found.ece == pytest.approx((0.1 + 0.8 + 0.1 + 0.2) / 4)
    assert found.coverage == 0.25
    assert found.answered == 0.75
    assert found.wrong == pytest.approx(2 / 3)


def test_a_confidence_beyond_one_is_read_as_certainty() -> None:
    """As BM25's are; their order stays what tells right from wrong."""
    found = figures([row(1, 12.0), row(2, 11.0)])
    assert found.ece == 0.5
    assert found.auroc == 1.0


def test_every_set_counts_the_same() -> None:
    rows = [*(row(1, 0.9) for _ in range(9)), row(2, 0.9, run="b")]
    assert by_system(rows)["ours"].top1 == 0.9
    assert mean_over_runs(rows)["ours"].top1 == 0.5


def test_a_set_that_has_nothing_to_measure_does_not_count() -> None:
    rows = [row(1, 0.9), row(2, 0.1), row(1, 0.9, run="b")]
    assert mean_over_runs(rows)["ours"].auroc == 1.0  # in b all are right


def test_tables_stand_in_line() -> None:
    lines = [("", "top1"), ("ours", "0.75"), ("BM25", "1")]
    assert table.plain(lines) == "      top1\nours  0.75\nBM25     1"
    assert table.markdown(lines) == "|  | top1 |\n| --- | --: |\n| ours | 0.75 |\n| BM25 | 1 |"
    assert (table.share(None), table.share(0.123), table.share(8.7, digits=0)) == ("-", "0.12", "9")
