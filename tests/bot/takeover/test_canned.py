import pytest
from pydantic import ValidationError

from bot.takeover.canned import Canned, fill, replies

HELLO = Canned.model_validate(
    {"title": "Hello", "en": "Hello {name}, this is {agent}.", "da": "Hej {name}, her er {agent}."}
)
WAIT = Canned.model_validate({"title": "Wait", "en": "One moment, {name}!"})


def test_everything_but_the_title_is_a_text_in_a_language():
    assert HELLO.texts == {"en": "Hello {name}, this is {agent}.", "da": "Hej {name}, her er {agent}."}


@pytest.mark.parametrize(
    "wrong",
    [
        {"en": "Hello"},
        {"title": "Hello"},
        {"title": "", "en": "Hello"},
        {"title": "Hello", "english": "Hello"},
        {"title": "Hello", "en": ""},
        {"title": "Hello", "en": "Hello {nam}"},
        {"title": "Hello", "en": 4},
    ],
)
def test_what_can_t_be_a_reply_is_refused(wrong):
    with pytest.raises(ValidationError):
        Canned.model_validate(wrong)


def test_replies_are_in_the_customer_s_language_as_far_as_they_were_written_in_it():
    found = replies((HELLO, WAIT), "da", "Jo", "Maja")
    assert [(one.title, one.language, one.text) for one in found] == [
        ("Hello", "da", "Hej Jo, her er Maja."),
        ("Wait", "en", "One moment, Jo!"),
    ]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {name}, this is {agent}.", "Hello, this is Maja."),
        ("{name}, hello!", "hello!"),
        ("{name}您好，我是{agent}。", "您好，我是Maja。"),
        ("مرحبًا {name}، معكم {agent}.", "مرحبًا، معكم Maja."),
    ],
)
def test_without_a_name_there_is_no_gap(text, filled):
    assert fill(text, None, "Maja") == filled


def test_a_name_is_put_in_as_it_is():
    assert fill("Hello {name}, {agent} here", "{agent}", "Maja") == "Hello {agent}, Maja here"
