from collections.abc import Sequence

import numpy as np
import pytest

from index.calibrate import STRENGTH, WEIGHT_OF_OWN, Judged, calibrate
from index.centre import unit
from index.confidence import UNCALIBRATED, USUAL, Calibration, Example, features, prior
from index.encoder import Vectors
from index.head import Heads
from index.rank import Asked, Layout, Ranker
from index.rehearse import QUESTIONS, Rehearsed
from index.vectors import FieldVectors
from index.words import Words

DIMENSION = 64
NOBODY_KNOWS = 99  # a topic that no candidate is


class Shop:
    """Articles of one passage, and questions near them: the farther, the larger `spread` is."""

    def __init__(self, articles: int = 12, questions: int = 60, spread: float = 0.5) -> None:
        random = np.random.default_rng(0)
        subjects = random.normal(size=(articles, DIMENSION))
        self.owners = (np.arange(questions) % articles).tolist()
        noise = random.normal(size=(questions, DIMENSION))
        self.vectors: Vectors = unit((subjects[self.owners] + spread * noise).astype(np.float32))
        self.far: Vectors = unit(random.normal(size=(80, DIMENSION)).astype(np.float32))
        everything = Layout(
            np.arange(articles),
            np.arange(articles),
            np.ones(articles, np.bool_),
            np.zeros(articles, np.bool_),
            ["en"] * articles,
        )
        self.ranker = Ranker(
            FieldVectors.build(unit(subjects.astype(np.float32))),
            Words.build(["text"] * articles, everything.languages),
            Heads({}),
            everything,
        )

    @property
    def asked(self) -> list[Asked]:
        return [Asked("how?", vector, "en", USUAL) for vector in self.vectors]

    @property
    def first(self) -> list[int]:
        """The topic that is found first for each question."""
        return [int(self.ranker.rank(asked).topics[0]) for asked in self.asked]

    def own(self, topics: Sequence[int] | None = None) -> list[Rehearsed]:
        return [
            Rehearsed(asked, self.ranker.rank(asked), topic)
            for asked, topic in zip(self.asked, topics or self.owners, strict=True)
        ]

    def judged(self, right: bool) -> list[Judged]:
        """People say of every first hit that it is right, or that no article is."""
        answers = [frozenset({topic}) if right else frozenset[int]() for topic in self.first]
        return [Judged(asked, answer) for asked, answer in zip(self.asked, answers, strict=True)]

    @property
    def strangers(self) -> list[Asked]:
        return [Asked("what?", vector, "da", USUAL) for vector in self.far]


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


def real(calibration: Calibration) -> list[Example]:
    return [example for example in calibration.examples if example.real]


def set_by(calibration: Calibration) -> tuple[float, float]:
    return calibration.slope, calibration.shift


def test_without_questions_the_confidence_is_the_priors(shop: Shop) -> None:
    assert calibrate(shop.ranker, [], [], []) == UNCALIBRATED
    found = calibrate(shop.ranker, [], [], shop.strangers)
    assert set_by(found) == (1.0, 0.0)
    assert len(found.examples) == 80


def test_slope_and_shift_are_where_the_examples_put_them_against_the_belief(shop: Shop) -> None:
    """At the least of misses and belief together, a step aside in any direction is worse."""
    own, judged = shop.own(), [*shop.judged(right=True)[:20], *shop.judged(right=False)[20:]]
    found = calibrate(shop.ranker, own, judged, [])
    odds, right, weight = [], [], []
    for question in own:
        odds.append(prior().logits(features(question.found, question.asked))[0])
        right.append(bool(question.right[0]))
        weight.append(WEIGHT_OF_OWN / len(own))
    for asked, answer in zip(shop.asked, judged, strict=True):
        ranked = shop.ranker.rank(asked)
        odds.append(prior().logits(features(ranked, asked))[0])
        right.append(int(ranked.topics[0]) in answer.right)
        weight.append(1.0)

    def loss(slope: float, shift: float) -> float:
        logits = slope * np.array(odds) + shift
        missed = np.array(weight) @ (np.logaddexp(0, logits) - np.array(right) * logits)
        return float(missed + STRENGTH / 2 * ((slope - 1) ** 2 + shift**2))

    assert set_by(found) != (1.0, 0.0)
    for slope, shift in ((0.05, 0.0), (-0.05, 0.0), (0.0, 0.05), (0.0, -0.05)):
        assert loss(found.slope + slope, found.shift + shift) > loss(found.slope, found.shift)


def test_judged_questions_move_slope_and_shift_to_what_people_said(shop: Shop) -> None:
    praised, refused = (calibrate(shop.ranker, [], shop.judged(right), []) for right in (True, False))
    assert praised.shift > 0 > refused.shift
    assert set_by(praised) != set_by(refused)
    by_prior = [UNCALIBRATED.confidences(shop.ranker.rank(asked), asked)[0] for asked in shop.asked]
    assert np.mean([example.confidence for example in real(praised)]) > np.mean(by_prior)
    assert np.mean([example.confidence for example in real(refused)]) < np.mean(by_prior)


def test_confidence_never_runs_the_wrong_way_round() -> None:
    shop = Shop(spread=1.5)
    odds = [prior().logits(features(shop.ranker.rank(asked), asked))[0] for asked in shop.asked]
    surer = np.array(odds) > np.median(odds)
    for follows, right in ((True, surer), (False, ~surer)):
        answers = [
            frozenset({topic}) if yes else frozenset[int]()
            for topic, yes in zip(shop.first, right, strict=True)
        ]
        judged = [Judged(asked, answer) for asked, answer in zip(shop.asked, answers, strict=True)]
        slope = calibrate(shop.ranker, [], judged * 20, []).slope
        assert slope > 0.3 if follows else slope == 0


def test_own_questions_weigh_as_sixty_judged_ones_however_many_there_are(shop: Shop) -> None:
    assert WEIGHT_OF_OWN == 60
    once = calibrate(shop.ranker, shop.own(), [], [])
    thrice = calibrate(shop.ranker, shop.own() * 3, [], [])
    as_judged = calibrate(shop.ranker, [], [Judged(q.asked, frozenset({q.topic})) for q in shop.own()], [])
    assert set_by(thrice) == pytest.approx(set_by(once), abs=1e-3)
    assert set_by(as_judged) == pytest.approx(set_by(once), abs=1e-3)


def test_the_more_people_have_judged_the_less_own_questions_count(shop: Shop) -> None:
    own, refused = shop.own(shop.first), shop.judged(right=False)
    shifts = [calibrate(shop.ranker, own, refused * times, []).shift for times in (0, 1, 3, 10)]
    assert shifts == sorted(shifts, reverse=True)
    assert shifts[0] > 0 > shifts[-1]


def test_a_rejected_question_counts_where_the_first_hit_was_turned_down(shop: Shop) -> None:
    judged = [
        Judged(asked, frozenset(), wrong=frozenset({topic}))
        for asked, topic in zip(shop.asked, shop.first, strict=True)
    ]
    found = calibrate(shop.ranker, [], judged, [])
    assert [example.right for example in real(found)] == [False] * 60
    assert set_by(found) == set_by(calibrate(shop.ranker, [], shop.judged(right=False), []))


def test_a_rejected_question_says_nothing_where_another_article_comes_first(shop: Shop) -> None:
    """What was turned down is not found first any more; of what is, nobody has said anything."""
    judged = [
        Judged(asked, frozenset(), wrong=frozenset({(topic + 1) % 12}))
        for asked, topic in zip(shop.asked, shop.first, strict=True)
    ]
    assert calibrate(shop.ranker, [], judged, []) == UNCALIBRATED


def test_a_rejected_question_counts_as_right_where_the_first_hit_is_known_to_be(shop: Shop) -> None:
    judged = [
        Judged(asked, frozenset({topic}), wrong=frozenset({(topic + 1) % 12}))
        for asked, topic in zip(shop.asked, shop.first, strict=True)
    ]
    found = calibrate(shop.ranker, [], judged, [])
    assert [example.right for example in real(found)] == [True] * 60


def test_a_question_that_no_article_answers_is_wrong_whatever_is_found(shop: Shop) -> None:
    """Nothing is listed as wrong, and nothing is right: of every article it is known."""
    found = calibrate(shop.ranker, [], [Judged(shop.asked[0], frozenset())], [])
    assert [(example.right, example.real) for example in found.examples] == [(False, True)]


def test_strangers_set_nothing_and_are_kept_as_examples(shop: Shop) -> None:
    with_strangers = calibrate(shop.ranker, shop.own(), [], shop.strangers)
    assert set_by(with_strangers) == set_by(calibrate(shop.ranker, shop.own(), [], []))
    strangers = [example for example in with_strangers.examples if example.stranger]
    assert len(strangers) == 80
    assert {(example.right, example.real, example.language) for example in strangers} == {
        (False, False, "da")
    }


def test_examples_hold_the_confidence_that_the_calibration_gives(shop: Shop) -> None:
    own, judged = shop.own(), shop.judged(right=True)[:5]
    found = calibrate(shop.ranker, own, judged, shop.strangers[:3])
    asked = [question.asked for question in (*own, *judged)] + shop.strangers[:3]
    expected = [found.confidences(shop.ranker.rank(one), one)[0] for one in asked]
    assert [example.confidence for example in found.examples] == pytest.approx(expected, abs=1e-9)
    kinds = [(example.real, example.stranger) for example in found.examples]
    assert kinds == [(False, False)] * 60 + [(True, False)] * 5 + [(False, True)] * 3
    assert [example.right for example in found.examples[:60]] == [bool(question.right[0]) for question in own]
    assert {example.language for example in found.examples[:65]} == {"en"}


def test_an_own_question_whose_article_is_not_found_first_is_wrong(shop: Shop) -> None:
    found = calibrate(shop.ranker, shop.own([NOBODY_KNOWS] * 60), [], [])
    assert not any(example.right for example in found.examples)
    assert found.shift < 0


def test_where_half_of_the_questions_go_wrong_confidence_says_so() -> None:
    shop = Shop(articles=40, questions=400, spread=3.75)
    judged = [Judged(asked, frozenset({owner})) for asked, owner in zip(shop.asked, shop.owners, strict=True)]
    found = real(calibrate(shop.ranker, [], judged, []))
    right = np.mean([example.right for example in found])
    assert 0.3 < right < 0.7
    assert np.mean([example.confidence for example in found]) == pytest.approx(right, abs=0.05)


def test_of_very_many_strangers_only_a_sample_is_asked(shop: Shop) -> None:
    strangers = shop.strangers * (QUESTIONS // 80 + 1)
    assert len(strangers) > len(calibrate(shop.ranker, [], [], strangers).examples) == QUESTIONS


def test_the_same_knowledge_gives_the_same_calibration(shop: Shop) -> None:
    known = shop.own(), shop.judged(right=True), shop.strangers
    assert calibrate(shop.ranker, *known) == calibrate(shop.ranker, *known)
