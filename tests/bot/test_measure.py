import logging

import pytest

from bot.database.engine import StateError
from bot.measure import Measures


def test_replies_are_counted_by_kind_and_language_and_timed():
    measures = Measures()
    measures.reply("answer", "da", 40)
    measures.reply("answer", "da", 90)
    measures.fault()
    text = measures.text()
    assert 'askdesk_replies_total{kind="answer",language="da"} 2.0' in text
    assert 'askdesk_reply_seconds_bucket{le="0.05"} 1.0' in text
    assert "askdesk_faults_total 1.0" in text


def test_a_watched_figure_is_looked_up_when_it_is_read():
    waiting = [1]
    measures = Measures()
    measures.watch("open_tickets", "Tickets that wait.", lambda: waiting[0])
    waiting[0] = 3
    assert "askdesk_open_tickets 3.0" in measures.text()


@pytest.mark.parametrize(
    ("error", "told"),
    [(StateError("/data/askdesk.db: the disk is full"), "the disk is full"), (ValueError("x"), "ValueError")],
)
def test_a_figure_that_can_t_be_looked_up_is_no_number_and_the_others_stay(error, told, caplog):
    def fails() -> float:
        raise error

    measures = Measures()
    measures.watch("open_tickets", "Tickets that wait.", fails)
    measures.watch("articles", "Articles.", lambda: 7)
    measures.fault()
    with caplog.at_level(logging.ERROR):
        text = measures.text()
    assert "askdesk_open_tickets NaN" in text
    assert "askdesk_articles 7.0" in text
    assert "askdesk_faults_total 1.0" in text
    assert "open_tickets" in caplog.text
    assert told in caplog.text
