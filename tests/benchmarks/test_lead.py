"""The sentence in bold is mostly the one that answers; the figures are kept from falling."""

import pytest

from index.index import Index
from tests.benchmarks.lead import Outcome, measured, read, said, share

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def outcomes(example_index: Index) -> list[Outcome]:
    return list(measured(example_index, read()))


def test_the_nearest_statement_mostly_answers_and_more_so_where_it_is_said(outcomes: list[Outcome]) -> None:
    assert len(outcomes) > 200
    assert share(outcomes) >= 0.77
    assert share(said(outcomes)) >= 0.8
    assert len(said(outcomes)) >= 0.5 * len(outcomes)


@pytest.mark.parametrize("language", ["en", "da", "pl", "ar", "zh"])
def test_no_language_is_left_behind(outcomes: list[Outcome], language: str) -> None:
    assert share([one for one in outcomes if one.label.language == language]) >= 0.7


@pytest.mark.parametrize("code", ["F5", "E07", "P-101", "V1", "C6", "F3"])
def test_of_several_faults_that_is_told_of_whose_code_was_given(outcomes: list[Outcome], code: str) -> None:
    own = [one for one in outcomes if code in one.label.asked]
    assert own
    assert all(one.right for one in own)
