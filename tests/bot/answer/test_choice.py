import pytest

from bot.answer.choice import agrees, label, place

SUGGESTION = {"article": "returns", "question": "Can I send it back?"}


def test_an_article_is_chosen_by_the_question_that_it_answers():
    assert label(SUGGESTION) == "Can I send it back?"


def test_where_a_condition_was_asked_for_it_is_chosen_by_that():
    assert label({**SUGGESTION, "condition": {"name": "country", "value": "Denmark"}}) == "Denmark"


@pytest.mark.parametrize(
    ("language", "message", "chosen"),
    [
        ("en", "the first", 0),
        ("en", "The second one, please", 1),
        ("en", "no, the third one", 2),
        ("en", "1", 0),
        ("en", "2.", 1),
        ("en", "the last one", 2),
        ("en", "4", None),
        ("en", "the first or the second", None),
        ("en", "the first bike", None),
        ("en", "yes", None),
        ("da", "den anden", 1),
        ("da", "den første tak", 0),
        ("pl", "pierwszy", 0),
        ("pl", "to drugie", 1),
        ("ar", "الأول", 0),
        ("ar", "٢", 1),
        ("zh", "第二个", 1),
        ("zh", "选第三个吧", 2),
        ("de", "Die zweite, bitte", 1),
        ("de", "nein, die dritte", 2),
        ("de", "die erste Mahnung", None),
        ("fr", "le premier", 0),
        ("es", "la segunda", 1),
        ("tr", "ilki", 0),
        ("sv", "den sista tack", 2),
        ("nb", "den første", 0),
    ],
)
def test_one_of_several_is_chosen_by_its_place(language, message, chosen):
    assert place(message, ("delivery", "returns", "warranty"), (language, "en")) == chosen


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "yes please"),
        ("da", "ja"),
        ("pl", "tak"),
        ("ar", "نعم"),
        ("zh", "是"),
        ("de", "ja bitte"),
        ("fr", "oui"),
        ("tr", "evet"),
    ],
)
def test_a_yes_chooses_the_only_one(language, message):
    assert place(message, ("returns",), (language,)) == 0
    assert place(message, ("returns", "delivery"), (language,)) is None
    assert agrees(message, (language,))


def test_a_thank_you_in_danish_is_no_yes_in_polish():
    assert place("tak", ("returns",), ("da", "en")) is None


def test_a_number_that_may_be_in_another_ones_name_chooses_none():
    assert place("2", ("Strand E2", "Strand E1"), ("en",)) is None
    assert place("2", ("Strand E1", "Strand E2"), ("en",)) == 1
    assert place("1", ("batteries", "recycling", "the battery of the Strand E1"), ("en",)) == 0
    assert place("the second", ("Strand E2", "Strand E1"), ("en",)) == 1


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "one question please"),
        ("en", "no one"),
        ("en", "last question"),
        ("pl", "nie pierwszy"),
        ("zh", "不是第一个"),
    ],
)
def test_what_only_sounds_like_a_place_chooses_none(language, message):
    assert place(message, ["a", "b", "c"], [language]) is None


def test_a_number_in_another_ones_name_is_not_its_place():
    assert place("2", ["Reset the Kanso 2", "Reset the Kanso 1"], ["en"]) is None


def test_a_yes_that_was_said_to_something_else_chooses_none():
    assert place("yes", ["a"], ["en"], yes=False) is None
