from datetime import UTC, datetime, timedelta

import pytest

from bot.database.engine import open_engine, writing
from bot.notify import connect
from bot.notify.backoff import GIVE_UP
from bot.notify.notice import PATIENCE, Outcome
from bot.notify.outbox import CLAIM, OVERTAKEN, Outbox, post

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TAKEN = Outcome(True, "250 OK: queued", "<m@x>")
BUSY = Outcome(False, "451 come back")


@pytest.fixture
def outbox(database, tmp_path):
    return Outbox(open_engine(database, tmp_path))


def put(outbox, now=NOW, **given):
    what = {"ticket": None, "audience": "team", "channel": "email", "target": "anna@x.example"}
    return outbox.post(**{**what, "event": "trial", "document": {"subject": "x"}, "now": now, **given})


def claim(outbox, now=NOW):
    found = outbox.claim(now, 1)
    return found[0] if found else None


def settle(outbox, notice, outcome, now=NOW):
    outbox.settle(notice, outcome, now - timedelta(seconds=1), now)


def test_a_notice_is_taken_once(outbox):
    id = put(outbox)
    assert claim(outbox).id == id
    assert claim(outbox) is None


def test_the_same_notice_put_in_twice_is_there_once_as_it_was_first(outbox):
    assert put(outbox, id="told1") == put(outbox, id="told1", document={"subject": "y"}) == "told1"
    assert [claim(outbox).document, claim(outbox)] == [{"subject": "x"}, None]


def test_one_that_was_accepted_is_never_taken_again_and_keeps_the_proof_without_the_words(outbox):
    id = put(outbox)
    settle(outbox, claim(outbox), TAKEN)
    kept = outbox.notice(id)
    assert (kept.state, kept.document) == ("sent", {})
    proof = kept.deliveries[0]
    assert (proof.accepted, proof.answer, proof.message_id) == (True, "250 OK: queued", "<m@x>")
    assert (proof.attempt, proof.milliseconds) == (1, 1000)
    assert claim(outbox, NOW + timedelta(days=2)) is None


def test_one_that_was_not_is_due_again_after_a_pause_under_the_same_id(outbox):
    id = put(outbox)
    settle(outbox, claim(outbox), BUSY)
    assert claim(outbox, NOW + timedelta(seconds=3)) is None
    again = claim(outbox, NOW + timedelta(seconds=7))
    assert (again.id, again.attempts, again.document) == (id, 2, {"subject": "x"})
    settle(outbox, again, TAKEN, NOW + timedelta(seconds=8))
    assert [one.accepted for one in outbox.notice(id).deliveries] == [False, True]


def test_of_one_that_was_told_in_part_the_rest_is_left(outbox):
    id = put(outbox)
    settle(outbox, claim(outbox), Outcome(False, "500 down", document={"subject": "rest"}))
    assert outbox.notice(id).document == {"subject": "rest"}
    settle(outbox, claim(outbox, NOW + timedelta(seconds=7)), BUSY)
    assert outbox.notice(id).document == {"subject": "rest"}


def say(outbox, second, target="https://chat.example/1"):
    return put(outbox, NOW + timedelta(seconds=second), channel="chatwoot", target=target)


def test_what_is_said_in_a_chat_keeps_its_order_and_no_other_chat_waits_for_it(outbox):
    first, second, elsewhere = say(outbox, 0), say(outbox, 1), say(outbox, 2, "https://chat.example/2")
    late = NOW + timedelta(seconds=3)
    taken = claim(outbox, late)
    assert taken.id == first
    assert claim(outbox, late).id == elsewhere
    assert claim(outbox, late) is None
    settle(outbox, taken, BUSY, late)
    assert claim(outbox, late) is None
    again = claim(outbox, late + timedelta(seconds=7))
    assert again.id == first
    settle(outbox, again, TAKEN, late + timedelta(seconds=7))
    assert claim(outbox, late + timedelta(seconds=7)).id == second


def test_what_will_never_be_told_in_a_chat_keeps_nothing_waiting(outbox):
    first, second = say(outbox, 0), say(outbox, 1)
    late = NOW + timedelta(seconds=2)
    settle(outbox, claim(outbox, late), Outcome(False, "422 empty", final=True), late)
    assert outbox.notice(first).state == "failed"
    assert claim(outbox, late).id == second


def test_what_fails_in_a_chat_again_and_again_is_overtaken(outbox):
    first, second = say(outbox, 0), say(outbox, 1)
    for seconds in range(2, int(OVERTAKEN.total_seconds()), 20):
        if tried := claim(outbox, NOW + timedelta(seconds=seconds)):
            assert tried.id == first
            settle(outbox, tried, BUSY, NOW + timedelta(seconds=seconds))
    late = NOW + OVERTAKEN + timedelta(seconds=1)
    assert second in {one.id for one in (claim(outbox, late), claim(outbox, late)) if one}


def test_what_is_being_told_in_a_chat_is_not_overtaken(outbox):
    first, _ = say(outbox, 0), say(outbox, 1)
    late = NOW + 2 * OVERTAKEN
    assert claim(outbox, late).id == first
    assert claim(outbox, late) is None


def test_what_was_put_off_in_a_chat_is_tried_at_once_when_more_is_said(outbox):
    first = say(outbox, 0)
    settle(outbox, claim(outbox), BUSY)
    assert claim(outbox, NOW + timedelta(seconds=2)) is None
    say(outbox, 2)
    assert claim(outbox, NOW + timedelta(seconds=2)).id == first


def test_mails_to_the_same_reader_do_not_wait_for_each_other(outbox):
    put(outbox)
    put(outbox, NOW + timedelta(seconds=1))
    assert [claim(outbox, NOW + timedelta(seconds=2)) is None for _ in range(3)] == [False, False, True]


def test_a_lasting_refusal_and_a_day_of_others_end_it(outbox):
    first, second = put(outbox), put(outbox)
    settle(outbox, claim(outbox), Outcome(False, "550 no such user", final=True))
    late = NOW + GIVE_UP
    settle(outbox, claim(outbox, late), BUSY, late)
    assert {outbox.notice(first).state, outbox.notice(second).state} == {"failed"}
    assert outbox.notice(first).document  # so that it can be tried again by hand


def test_what_turned_out_needless_is_neither_sent_nor_failed(outbox):
    id = put(outbox)
    settle(outbox, claim(outbox), Outcome(False, "read in the chat", needless=True))
    assert (outbox.notice(id).state, outbox.notice(id).document) == ("needless", {})


def test_who_took_one_and_died_leaves_it_to_the_next_when_the_claim_has_run_out(outbox):
    id = put(outbox)
    assert claim(outbox).id == id
    assert claim(outbox, NOW + CLAIM - timedelta(seconds=1)) is None
    assert claim(outbox, NOW + CLAIM + timedelta(seconds=1)).id == id


def test_channels_that_are_left_out_are_not_taken(outbox):
    put(outbox)
    id = put(outbox, channel="webhook", target="https://x.example")
    assert [one.id for one in outbox.claim(NOW, 9, but=["email", "chatwoot"])] == [id]


def test_a_claim_outlasts_any_attempt_and_not_the_patience_with_a_killed_server():
    one_call = timedelta(seconds=connect.SECONDS + connect.DEADLINE)
    assert timedelta(seconds=connect.DEADLINE) + one_call < CLAIM < PATIENCE


def test_one_that_is_due_later_waits(outbox):
    put(outbox, due=NOW + timedelta(seconds=90))
    assert claim(outbox) is None
    assert claim(outbox, NOW + timedelta(seconds=90)) is not None


def test_a_clock_set_back_by_a_day_keeps_nothing_waiting_for_a_day(outbox):
    put(outbox)
    yesterday = NOW - timedelta(days=1)
    assert claim(outbox, yesterday) is not None
    put(outbox)
    settle(outbox, claim(outbox), BUSY)
    assert claim(outbox, yesterday) is not None


def test_a_claim_made_before_the_clock_was_set_back_runs_out(outbox):
    id = put(outbox, NOW - timedelta(days=2))
    assert claim(outbox).id == id
    assert claim(outbox) is None
    assert claim(outbox, NOW - timedelta(days=1)).id == id


def test_a_notice_is_stored_with_its_transaction_or_not_at_all(outbox, database, tmp_path):
    def write():
        with writing(open_engine(database, tmp_path)) as session:
            what = {"ticket": None, "audience": "team", "channel": "email", "target": "a@b.example"}
            post(session, **what, event="trial", document={}, now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert claim(outbox) is None


def test_two_couriers_never_take_the_same_one(database, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    first, second = (Outbox(open_engine(database, tmp_path)) for _ in range(2))
    ids = {put(first) for _ in range(40)}

    def drain(outbox):
        found = []
        while notice := claim(outbox):
            found.append(notice.id)
        return found

    with ThreadPoolExecutor(4) as pool:
        taken = [id for ids in pool.map(drain, (first, second, first, second)) for id in ids]
    assert sorted(taken) == sorted(ids)


def test_an_answer_of_many_lines_is_kept_short_and_in_one(outbox):
    id = put(outbox)
    settle(outbox, claim(outbox), Outcome(False, "no\r\n" * 1000))
    answer = outbox.notice(id).deliveries[0].answer
    assert len(answer) <= 500
    assert "\n" not in answer
