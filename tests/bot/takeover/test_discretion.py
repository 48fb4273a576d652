from dataclasses import replace

import pytest

from bot.takeover.discretion import Discretion
from tests.bot.fakes import DELIVERY, RETURNS, SECRET, FakeIndex, FakeLive, article

RULES = article(
    "rules/limits",
    "退款上限",
    "客服每次最多可以给予一百五十克朗的补偿。\n",
    "zh",
    audience="agents",
)
SHARED = replace(
    SECRET, slug="shared", title="Shared", body="A parcel takes two working days. Bicycles take six.\n"
)


@pytest.fixture
def discretion():
    return Discretion(FakeLive(FakeIndex((RETURNS, DELIVERY, SECRET, SHARED, RULES))))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Look: https://help.example/articles/en/goodwill.", "Goodwill limits"),
        ("/articles/en/goodwill#limits", "Goodwill limits"),
        ("(https://help.example/articles/zh/rules/limits)", "退款上限"),
        ("[here](/articles/en/goodwill)", "Goodwill limits"),
        ("https://help.example/articles/en/goodwill/", "Goodwill limits"),
        ("**https://help.example/articles/en/goodwill**", "Goodwill limits"),
        ("__https://help.example/articles/en/goodwill__", "Goodwill limits"),
        ("https://help.example/articles/zh/rules/limits。谢谢", "退款上限"),
        ("https://help.example/articles/zh/rules%2Flimits，谢谢", "退款上限"),
        ("https://help.example/articles/en/returns and /articles/en/goodwill، شكرًا", "Goodwill limits"),
    ],
)
def test_a_link_to_what_is_for_agents_is_caught(discretion, text, title):
    betrayed = discretion.betrayed(text)
    assert (betrayed.title, betrayed.linked) == (title, True)
    assert "links to" in betrayed.sentence()


@pytest.mark.parametrize(
    "text",
    [
        "You know, AGENTS may give 150\nkroner  per case. Nice?",
        "您好，客服每次最多可以给予一百五十克朗的补偿。",
    ],
)
def test_a_sentence_of_what_is_for_agents_is_caught_in_any_script(discretion, text):
    betrayed = discretion.betrayed(text)
    assert not betrayed.linked
    assert "quotes" in betrayed.sentence()


@pytest.mark.parametrize(
    "text",
    [
        "https://help.example/articles/en/returns",
        "You can send an item back within 30 days.",
        "A parcel takes two working days.",  # customers may read it elsewhere
        "We can give you 150 kroner.",
        "",
    ],
)
def test_what_customers_may_read_and_own_words_are_let_through(discretion, text):
    assert discretion.betrayed(text) is None


@pytest.mark.parametrize("slug", ["goodwill-2", "goodwill/old", "goodwill2", "goodwill.2", "goodwill上限"])
def test_a_link_to_an_article_whose_name_begins_alike_is_let_through(slug):
    longer = replace(DELIVERY, slug=slug)
    discretion = Discretion(FakeLive(FakeIndex((longer, SECRET))))
    assert discretion.betrayed(f"https://help.example/articles/en/{slug}, please") is None


def test_a_new_index_is_heeded_and_none_forbids_nothing():
    live = FakeLive(FakeIndex((DELIVERY,), generation="one"))
    discretion = Discretion(live)
    said = "Agents may give 150 kroner per case."
    assert discretion.betrayed(said) is None
    live.index = FakeIndex((DELIVERY, SECRET), generation="two")
    assert discretion.betrayed(said).title == "Goodwill limits"
    live.index = None
    assert discretion.betrayed(said) is None
