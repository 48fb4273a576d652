from bot.answer.example import example_questions
from tests.bot.fakes import LIBRARY, article


def test_examples_are_questions_of_articles_in_that_language():
    assert example_questions(LIBRARY, "da", 4) == ("Hvordan sender jeg noget tilbage?",)
    assert len(example_questions(LIBRARY, "en", 4)) == 4


def test_a_language_without_articles_gets_english_ones():
    assert example_questions(LIBRARY, "zh", 2) == example_questions(LIBRARY, "en", 2)


def test_examples_lie_far_apart():
    many = [article(f"a{place:02}", "T", "B", questions=(f"Question {place:02}?",)) for place in range(40)]
    assert example_questions(many, "en", 4) == (
        "Question 00?",
        "Question 10?",
        "Question 20?",
        "Question 30?",
    )


def test_without_articles_there_are_none():
    assert example_questions((), "en", 4) == ()
