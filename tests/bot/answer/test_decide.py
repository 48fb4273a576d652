from dataclasses import replace

import pytest

from bot.answer.decide import MOST_SUGGESTIONS, UNLIKELY, Context, answer, decide
from bot.answer.reply import Answer, Handoff, Rephrase, SmallTalk, Suggestions
from bot.wishes.intent import Intent
from index.hit import Found, Thresholds
from kb.language import Language
from tests.bot.fakes import LIBRARY, article, knowledge

THRESHOLDS = Thresholds(answer=0.8, suggest=0.4)
ENGLISH = Language("en", 1.0)


def found(*confidences: float, language: Language = ENGLISH) -> Found:
    many = [
        article(f"a{place}", f"Title {place}", f"Passage number {place} about parcels.") for place in range(6)
    ]
    hits = knowledge(many).search("parcels", language, k=6).hits
    rated = tuple(
        replace(hit, confidence=confidence) for hit, confidence in zip(hits, confidences, strict=False)
    )
    return Found("parcels?", language, rated, 1.0)


def opened(given):
    """The sentence that each hit would be answered with."""
    return tuple(answer(given, hit).sentence for hit in given.hits)


def slugs(hits):
    return [hit.passage.article.slug for hit in hits]


def test_who_is_sure_answers_with_a_sentence_of_the_passage():
    reply = decide(found(0.8, 0.1), THRESHOLDS, Context(), None)
    assert isinstance(reply, Answer)
    assert reply.sentence in reply.hit.passage.plain
    assert not reply.foreign


@pytest.mark.parametrize(
    ("question", "anchor"),
    [("red light", "red"), ("blue light", "blue"), ("weight", "figures"), ("lamp", "")],
)
def test_an_answer_is_from_where_its_sentence_or_row_stands(question, anchor):
    body = (
        "A lamp for all rooms.\n\n## Red\nThe red light means stop.\n\n## Blue\nThe blue light means go."
        "\n\n## Figures\n\n| Weight | 2 kg |\n|---|---|\n| Height | 9 cm |\n"
    )
    given = knowledge([article("lamp", "A thing", body)]).search(question, ENGLISH)
    assert answer(given, given.hits[0]).place.anchor == anchor


def test_the_threshold_itself_is_enough():
    assert isinstance(decide(found(0.8), THRESHOLDS, Context(), None), Answer)
    assert isinstance(decide(found(0.7999), THRESHOLDS, Context(), None), Suggestions)
    assert isinstance(decide(found(0.4), THRESHOLDS, Context(), None), Suggestions)
    assert isinstance(decide(found(0.3999), THRESHOLDS, Context(), None), Rephrase)


def test_who_is_nearly_sure_suggests_the_three_likeliest_in_order():
    given = found(0.5, 0.3, 0.2, 0.1, 0.05)
    reply = decide(given, THRESHOLDS, Context(), None)
    assert isinstance(reply, Suggestions)
    assert reply.hits == given.hits[:MOST_SUGGESTIONS]


def test_a_suggestion_has_the_sentence_that_its_answer_would_open_with():
    given = found(0.5, 0.3)
    reply = decide(given, THRESHOLDS, Context(), None)
    assert reply.sentences == ("Passage number 0 about parcels.", "Passage number 1 about parcels.")
    table = knowledge(
        [article("table", "A table", "| Parcels | 2 |\n|---|---|\n| Letters | 9 |\n| Cards | 9 |\n")]
    )
    beside = replace(
        given, hits=(given.hits[0], replace(table.search("parcels", ENGLISH).hits[0], confidence=0.3))
    )
    assert decide(beside, THRESHOLDS, Context(), None).sentences == ("Passage number 0 about parcels.", "")


def test_what_is_hardly_likely_is_not_offered_beside_the_likeliest():
    given = found(0.5, UNLIKELY, UNLIKELY - 0.001)
    assert decide(given, THRESHOLDS, Context(), None) == Suggestions(
        given, given.hits[:2], sentences=opened(given)[:2]
    )
    alone = found(0.5, 0.01, 0.01)
    assert decide(alone, THRESHOLDS, Context(), None) == Suggestions(
        alone, alone.hits[:1], sentences=opened(alone)[:1]
    )
    lenient = Thresholds(answer=0.8, suggest=0.001)
    assert decide(found(0.01, 0.01), lenient, Context(), None).hits == found(0.01, 0.01).hits[:1]


def test_articles_that_are_likely_together_are_offered_though_none_is_likely_alone():
    given = found(0.2, 0.15, 0.1)
    assert decide(given, THRESHOLDS, Context(), None) == Suggestions(
        given, given.hits[:3], sentences=opened(given)
    )
    beyond_what_is_shown = found(0.13, 0.13, 0.13, 0.13)
    assert isinstance(decide(beyond_what_is_shown, THRESHOLDS, Context(), None), Rephrase)
    turned_down = Context(rejected=frozenset(slugs(given.hits[:1])))
    assert isinstance(decide(given, THRESHOLDS, turned_down, None), Rephrase)


def test_who_does_not_know_asks_once_and_then_hands_over():
    assert isinstance(decide(found(0.1), THRESHOLDS, Context(misses=0), None), Rephrase)
    assert decide(found(0.1), THRESHOLDS, Context(misses=1), None) == Handoff(found(0.1), "repeated_miss")


def test_nothing_found_is_a_miss_like_any_other():
    assert isinstance(decide(found(), THRESHOLDS, Context(), None), Rephrase)
    assert isinstance(decide(found(), THRESHOLDS, Context(misses=1), None), Handoff)


def test_a_sure_answer_is_given_after_misses_too():
    assert isinstance(decide(found(0.9), THRESHOLDS, Context(misses=5), None), Answer)


def test_what_was_turned_down_is_never_offered_again():
    given = found(0.9, 0.85, 0.5, 0.4, 0.3)
    first, second = slugs(given.hits[:2])
    reply = decide(given, THRESHOLDS, Context(rejected=frozenset({first})), None)
    assert isinstance(reply, Answer)
    assert reply.hit.passage.article.slug == second
    reply = decide(given, THRESHOLDS, Context(rejected=frozenset({first, second})), None)
    assert isinstance(reply, Suggestions)
    assert not {first, second} & set(slugs(reply.hits))


@pytest.mark.parametrize(("wish", "reason"), [("person", "asked"), ("upset", "upset"), ("danger", "danger")])
def test_who_wants_a_person_is_upset_or_in_danger_gets_one_however_sure_the_bot_is(wish, reason):
    given = found(0.99)
    assert decide(given, THRESHOLDS, Context(), Intent(wish, "en")) == Handoff(given, reason)


def test_small_talk_is_answered_in_the_language_it_came_in():
    assert decide(found(), THRESHOLDS, Context(), Intent("thanks", "da")) == SmallTalk("thanks", "da")


def test_an_article_in_another_language_is_marked_as_foreign():
    reply = answer(found(0.9, language=Language("pl", 1.0)), found(0.9).hits[0])
    assert reply.foreign


def test_deciding_changes_nothing():
    context, given = Context(1, frozenset({"x"}), "en"), found(0.5, 0.2)
    assert decide(given, THRESHOLDS, context, None) == decide(given, THRESHOLDS, context, None)
    assert context == Context(1, frozenset({"x"}), "en")


def test_the_library_of_the_tests_is_found_by_its_words():
    hits = knowledge(LIBRARY).search("Can I return a gift?", ENGLISH).hits
    assert hits[0].passage.article.slug == "returns"
    assert hits[0].confidence == pytest.approx(1.0)
