from dataclasses import replace
from datetime import timedelta

from bot.waiting.priority import DANGER
from bot.waiting.promise import Promise
from tests.bot.fakes import RETURNS_DA
from tests.bot.pages.test_ticket_page import NOW, drawn, ticket


def test_a_priority_speaks_of_distress_where_there_is_some():
    assert "12 min waited + 34 for distress" in drawn()["facts"]
    assert "distress" not in drawn(distress=0)["facts"]


def test_danger_is_told_as_what_comes_before_all_others():
    assert "12 min waited, before all others for danger" in drawn(distress=DANGER)["facts"]


def test_the_packet_is_whole():
    facts = drawn(name="Jo", email="jo@example.com", phone="+45 12", product="Arc 500", queue="Nordic")[
        "facts"
    ]
    for expected in (
        *("upset", "97% certain", "Jo", "mailto:jo@example.com", "+45 12", "Arc 500", "Nordic"),
        *("12 min waited + 34 for distress", "urgent", "sure · 90%", "unlikely · 10%", "Called again: asked"),
        *("where is &lt;b&gt;it&lt;/b&gt;?", "and now?"),
    ):
        assert expected in facts


def test_an_address_that_a_customer_left_is_the_only_receiver_of_the_mail_it_leads_to():
    facts = drawn(name="Jo", email="a?bcc=evil%40x.example&body=x@shop.example")["facts"]
    assert 'href="mailto:a%3Fbcc%3Devil%2540x.example%26body%3Dx@shop.example"' in facts
    assert "mailto:o%27brien@shop.example" in drawn(email="o'brien@shop.example")["facts"]


def test_articles_lead_to_what_customers_may_read_in_their_language_and_no_further():
    facts = drawn()["facts"]
    assert (
        f'href="/articles/da/returns" target="_blank" rel="noopener"><bdi lang="da">{RETURNS_DA.title}'
        in facts
    )
    assert "/articles/en/goodwill" not in facts
    assert "agents only" in facts
    assert "<bdi>vanished</bdi> (no longer there)" in facts


def test_what_has_expired_says_so_and_leads_nowhere():
    expired = replace(RETURNS_DA, expires=NOW.date() - timedelta(1))
    facts = drawn(articles=(expired,))["facts"]
    assert "/articles/da/returns" not in facts
    assert f"{expired.title}</bdi>" in facts
    assert "expired 22 Nov 2026" in facts
    assert "/articles/da/returns" in drawn(articles=(replace(expired, expires=NOW.date()),))["facts"]


def test_what_was_promised_is_told_until_it_is_kept():
    late = Promise("wait", NOW - timedelta(minutes=5), minutes=(5, 10)).document()
    one = ticket(promise=late, promised_until=NOW - timedelta(minutes=5))
    assert "overdue by 5 minutes" in drawn(one)["facts"]
    assert "Promised" not in drawn(replace(one, status="taken", agent="maja"))["facts"]
