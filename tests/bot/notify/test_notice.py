from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.notify.notice import PATIENCE, Notice, told

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def notice(state, **given):
    plain = Notice("msg_1", 1, "team", "email", "a@b.example", "handed_over", {}, state, 1, NOW, NOW)
    return replace(plain, **given)


@pytest.mark.parametrize(
    ("notices", "answer"),
    [
        ([], "unset"),
        ([notice("sent", audience="customer")], "unset"),
        ([notice("failed"), notice("sent")], "told"),
        ([notice("waiting")], "being_told"),
        ([notice("failed")], "nobody"),
        ([notice("failed"), notice("waiting")], "being_told"),
    ],
)
def test_somebody_is_told_once_a_channel_of_the_team_has_taken_it(notices, answer):
    assert told(notices, NOW + timedelta(seconds=5)) == answer


def test_who_fails_for_two_minutes_has_told_nobody_though_it_is_still_tried():
    assert told([notice("waiting", attempts=5)], NOW + PATIENCE) == "nobody"


def test_what_is_new_on_a_ticket_hides_not_that_nobody_could_be_told_of_it():
    first, later = notice("waiting", attempts=5), notice("waiting", attempts=0, created=NOW + PATIENCE)
    assert told([first, later], NOW + PATIENCE) == "nobody"


def test_what_was_told_before_a_ticket_came_back_is_not_that_it_waits_again():
    before, again = notice("sent"), notice("failed", created=NOW + PATIENCE)
    assert told([before, again], NOW + PATIENCE) == "told"
    assert told([before, again], NOW + PATIENCE, NOW + PATIENCE) == "nobody"


def test_what_has_not_been_tried_yet_is_not_given_up_on():
    assert told([notice("waiting", attempts=0)], NOW + 2 * PATIENCE) == "being_told"
