from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.notify.notice import Delivery, Notice
from bot.pages.deliveries import deliveries

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TAKEN = Delivery(1, NOW, True, "250 OK: queued as Q1", "<m@x>", 40)
REFUSED = Delivery(1, NOW, False, "451 <b>come back</b>", None, 40)
URL = "https://hooks.x.example/T0/secret?key=1"


def notice(**given):
    plain = Notice(
        "m", 1, "team", "email", "anna@x.example", "handed_over", {}, "sent", 1, NOW, NOW, (TAKEN,)
    )
    return replace(plain, **given)


def test_the_proof_names_who_how_and_what_the_other_side_said():
    shown = deliveries([notice()], NOW)
    for words in ("told", "anna@x.example", "by e-mail", "250 OK: queued as Q1", "&lt;m@x&gt;"):
        assert words in shown
    assert "bad" not in shown


def test_where_nobody_could_be_told_it_is_said_in_red_with_the_reason():
    shown = deliveries([notice(state="failed", deliveries=(REFUSED,))], NOW)
    assert 'class="notice bad"' in shown
    assert "Nobody could be told" in shown
    assert "451 &lt;b&gt;come back" in shown


def test_what_is_still_tried_says_when_next():
    later = notice(state="waiting", attempts=3, due=NOW + timedelta(minutes=1), deliveries=(REFUSED,))
    shown = deliveries([later], NOW)
    assert "not told yet" in shown
    assert "attempt 3, next at" in shown
    assert "Nobody could be told" not in shown
    assert "Nobody could be told" in deliveries([later], NOW + timedelta(minutes=5))


def test_what_is_secret_in_a_webhook_s_address_is_not_shown():
    shown = deliveries([notice(channel="webhook", target=URL)], NOW)
    assert "hooks.x.example" in shown
    assert "secret" not in shown


def test_without_channels_it_is_said_that_nobody_is_told():
    assert "neither mail nor webhooks are set" in deliveries([], NOW)
