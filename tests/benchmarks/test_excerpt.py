"""The right passage of the right article is shown; the figures are kept from falling."""

import pytest

from index.index import Index
from tests.benchmarks.excerpt import Outcome, measured, read, share

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def outcomes(example_index: Index) -> list[Outcome]:
    return list(measured(example_index, read()))


@pytest.mark.parametrize(
    ("kind", "least"), [("few words", 0.94), ("question", 0.70), ("as customers write", 0.60)]
)
def test_the_right_passage_is_shown(outcomes: list[Outcome], kind: str, least: float) -> None:
    assert share([outcome for outcome in outcomes if outcome.label.kind == kind]) >= least


@pytest.mark.parametrize("language", ["en", "da", "pl", "ar", "zh"])
def test_no_language_is_left_behind(outcomes: list[Outcome], language: str) -> None:
    own = [one for one in outcomes if one.label.language == language and one.label.kind == "few words"]
    assert share(own) >= 0.87


@pytest.mark.parametrize("code", ["E07", "E24", "V3", "P-402", "C4", "E30"])
def test_a_code_shows_the_passage_that_holds_it(outcomes: list[Outcome], code: str) -> None:
    own = [one for one in outcomes if one.label.asked == code]
    assert own
    assert all(one.passage and one.article for one in own)
