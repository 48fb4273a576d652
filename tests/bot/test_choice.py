from bot.choice import label

SUGGESTION = {"article": "returns", "question": "Can I send it back?"}


def test_an_article_is_chosen_by_the_question_that_it_answers():
    assert label(SUGGESTION) == "Can I send it back?"


def test_where_a_condition_was_asked_for_it_is_chosen_by_that():
    assert label({**SUGGESTION, "condition": {"name": "country", "value": "Denmark"}}) == "Denmark"
