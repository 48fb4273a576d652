from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from bot.notify.letter import Letter, compose, html, one_line, plain, read

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OVERRIDE = "\u202e"


def mail(letter, **given):
    how = {"sender": "help@kestrel.example", "sender_name": "Kestrel", "to": "anna@kestrel.example"}
    how |= {"message_id": "<m@kestrel.example>", "thread": "<t@kestrel.example>", "moment": NOW}
    return message_from_bytes(compose(letter, **{**how, **given}).as_bytes(), policy=policy.default)


def letter(subject="Hello", quote="", language="en", **more):
    return Letter(language, subject, ("A sentence.",), quote=quote, **more)


@pytest.mark.parametrize(
    "subject",
    [
        "x\r\nBcc: everybody@evil.example",
        "x\nContent-Type: text/html\n\n<b>",
        "x\u2028Bcc: a@b.example\u2029",
        "x\x00\x0b\x0c\x85Bcc: a@b.example",
    ],
)
def test_a_subject_can_add_no_header(subject):
    sent = mail(letter(subject))
    assert sent["Bcc"] is None
    assert sent.get_content_type() == "multipart/alternative"
    assert len(sent["Subject"].splitlines()) == 1


def test_a_subject_can_not_be_turned_round():
    assert OVERRIDE not in mail(letter(f"invoice{OVERRIDE}gpj.exe"))["Subject"]
    assert one_line(f"a{OVERRIDE}\u2066b\u200fc", 50) == "a b c"


def test_a_company_can_be_called_anything_and_is_still_one_sender():
    sent = mail(letter(), sender_name='Kestrel" <boss@evil.example>,\r\nBcc: x')
    assert [address.addr_spec for address in sent["From"].addresses] == ["help@kestrel.example"]
    assert sent["Bcc"] is None


def test_an_address_with_an_apostrophe_is_one_receiver():
    sent = mail(letter(), to="o'brien@kestrel.example", reply_to="d'arc@kestrel.example")
    assert [address.addr_spec for address in sent["To"].addresses] == ["o'brien@kestrel.example"]
    assert [address.addr_spec for address in sent["Reply-To"].addresses] == ["d'arc@kestrel.example"]


def test_a_subject_in_any_language_arrives_as_it_was():
    for words in ("Spørgsmål nr. 7", "Zgłoszenie", "طلبكم رقم 7", "您的咨询"):
        assert mail(letter(words))["Subject"] == words


def test_a_long_subject_is_cut_with_a_mark():
    assert len(one_line("word " * 100, 150)) <= 150
    assert mail(letter("word " * 100))["Subject"].endswith("word…")


def test_the_html_escapes_whatever_people_write():
    shown = html(letter('<script>"', quote='<img src=x onerror="alert(1)"> & <a href="javascript:x">'))
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert "&lt;img src=x" in shown


def test_nothing_is_fetched_from_elsewhere():
    shown = html(letter(quote="x", link="https://x.example/", link_words="y"))
    assert shown.count("http") == shown.count("https://x.example/") == 1
    assert "src=" not in shown


def test_arabic_runs_from_right_to_left():
    assert '<html lang="ar" dir="rtl">' in html(letter(language="ar"))
    assert '<html lang="da" dir="ltr">' in html(letter(language="da"))


def test_the_plain_text_says_the_same():
    full = letter(
        quote="one\ntwo",
        facts=[("Reason", "upset")],
        link="https://x.example/",
        link_words="Open",
        after=("Bye.",),
    )
    assert (
        plain(full) == "A sentence.\n\nReason: upset\n\n> one\n> two\n\nOpen:\nhttps://x.example/\n\nBye.\n"
    )
    sent = mail(full)
    assert sent.get_body(("plain",)).get_content().splitlines() == plain(full).splitlines()


def test_what_turns_the_direction_of_reading_is_left_out_of_the_text_too():
    assert OVERRIDE not in plain(letter(quote=f"a{OVERRIDE}b")) + html(letter(quote=f"a{OVERRIDE}b"))


def test_a_letter_comes_back_from_its_document():
    full = letter(facts=[("Reason", "upset")], quote="x")
    again = read({**full.document(), "conversation": 7}, link="https://x.example/")
    assert again.link == "https://x.example/"
    assert again.quote == "x"
