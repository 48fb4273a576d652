import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.access.attempt import FORGOTTEN, FROM_AN_ADDRESS, WITH_A_NAME, Attempts
from bot.access.tables import AttemptRow
from bot.database.engine import reading, writing
from bot.state.store import Store

pytestmark = pytest.mark.usefixtures("still")

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def store(tmp_path):
    return Store.open(None, tmp_path)


@pytest.fixture
def attempts(store):
    return Attempts(store.engine)


def pass_by(store, seconds):
    """Lets time pass: every moment that is kept moves into the past."""
    with writing(store.engine) as session:
        for row in session.scalars(select(AttemptRow)):
            row.until -= timedelta(seconds=seconds)
            row.last -= timedelta(seconds=seconds)


def test_some_attempts_are_heard_at_once_and_then_each_waits_twice_as_long(attempts, store):
    for _ in range(WITH_A_NAME.free):
        assert attempts.wait("maja", HERE) == 0
    waits = []
    for _ in range(10):
        waits.append(attempts.wait("maja", HERE))
        pass_by(store, waits[-1])
        assert attempts.wait("maja", HERE) == 0
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_a_clock_that_is_set_back_makes_nobody_wait_longer(attempts, store):
    for _ in range(WITH_A_NAME.free):
        attempts.wait("maja", HERE)
    pass_by(store, -36_000)
    assert attempts.wait("maja", HERE) == 0
    assert attempts.wait("maja", HERE) == 30  # what was counted stays
    pass_by(store, -WITH_A_NAME.longest + 60)
    assert 0 < attempts.wait("maja", HERE) <= WITH_A_NAME.longest


def test_asking_too_early_does_not_make_the_wait_longer(attempts):
    for _ in range(WITH_A_NAME.free):
        attempts.wait("maja", HERE)
    assert {attempts.wait("maja", HERE) for _ in range(20)} == {15}


def test_who_is_elsewhere_or_has_another_name_does_not_wait(attempts):
    for _ in range(WITH_A_NAME.free + 1):
        attempts.wait("maja", HERE)
    assert attempts.wait("maja", HERE) > 0
    assert attempts.wait("maja", ELSEWHERE) == 0
    assert attempts.wait("ole", HERE) == 0


def test_case_and_spaces_make_no_other_name_and_half_of_an_address_no_other_place(attempts):
    for number in range(WITH_A_NAME.free):
        name = ("maja", " MAJA ", "Maja")[number % 3]
        assert attempts.wait(name, f"2001:db8:1:2::{number:x}") == 0
    assert attempts.wait("maja", "2001:db8:1:2:ffff::1") > 0
    assert attempts.wait("maja", "2001:db8:1:3::1") == 0


def test_success_forgets_what_failed(attempts):
    for _ in range(WITH_A_NAME.free):
        attempts.wait("maja", HERE)
    attempts.succeeded("maja", HERE)
    assert attempts.wait("maja", HERE) == 0


def test_one_address_can_t_try_one_password_on_everybody(attempts):
    waits = [attempts.wait(f"user{number}", HERE) for number in range(FROM_AN_ADDRESS.free + 1)]
    assert waits == [0] * FROM_AN_ADDRESS.free + [2]
    assert attempts.wait("maja", ELSEWHERE) == 0


def test_owning_an_account_does_not_clear_an_address(attempts):
    for number in range(FROM_AN_ADDRESS.free):
        attempts.wait(f"user{number}", HERE)
    pass_by(attempts_store := Store(attempts._engine), 2)
    assert attempts.wait("mine", HERE) == 0
    attempts.succeeded("mine", HERE)
    pass_by(attempts_store, 4)
    assert attempts.wait("next", HERE) == 0
    assert attempts.wait("another", HERE) > 2


def test_who_signs_in_makes_no_colleague_wait(attempts, store):
    for number in range(FROM_AN_ADDRESS.free):
        attempts.wait(f"user{number}", HERE)
    pass_by(store, FROM_AN_ADDRESS.first)
    assert attempts.wait("maja", HERE) == 0
    attempts.succeeded("maja", HERE)
    assert attempts.wait("ole", HERE) == 0


def test_what_failed_fades_and_no_time_between_is_lost(attempts, store):
    for number in range(FROM_AN_ADDRESS.free):
        attempts.wait(f"user{number}", HERE)
    for steps, names, left in ((3.5, ("maja", "ole", "bo"), 0), (0.6, ("ada",), 0), (0.6, ("ida",), 1)):
        pass_by(store, steps * FROM_AN_ADDRESS.fades.total_seconds())
        assert {attempts.wait(name, HERE) for name in names} == {0}
        with reading(store.engine) as session:
            counts = session.scalars(select(AttemptRow.count)).all()
        assert max(counts) == FROM_AN_ADDRESS.free + left


class Visitors:
    """An address or a name as it is counted, without a database."""

    def __init__(self, allowance):
        self.allowance, self.count, self.now = allowance, 0, datetime(2026, 11, 2, tzinfo=UTC)
        self.last = self.until = self.now

    def attempt(self, right=False):
        """The wait before it is heard, in seconds."""
        wait = max(0, (self.until - self.now).total_seconds())
        if not wait:
            self.count, self.last = self.allowance.counted(self.count, self.last, self.now)
            self.until = self.now + self.allowance.wait(self.count)
            if right:
                self.count, self.until = self.count - 1, self.now
        return wait

    def rest(self, seconds):
        self.now += timedelta(seconds=seconds)

    def guess(self, seconds, rest):
        """How many guesses are heard in that time, with a rest after each beyond the wait."""
        end, heard = self.now + timedelta(seconds=seconds), 0
        while self.now < end:
            wait = self.attempt()
            heard += not wait
            self.rest(wait or rest)
        return heard


def test_an_office_that_mistypes_a_little_every_day_never_waits():
    office = Visitors(FROM_AN_ADDRESS)
    for _ in range(100):
        for person in range(8):
            if person < 3:
                assert office.attempt() == 0
                office.rest(5)
            assert office.attempt(right=True) == 0
            office.rest(40)
        office.rest(23 * 3600)


def test_an_office_that_never_sleeps_never_waits_either():
    office = Visitors(FROM_AN_ADDRESS)
    for number in range(5000):
        assert office.attempt(right=number % 4 > 0) == 0
        office.rest(300)


@pytest.mark.parametrize("allowance", [WITH_A_NAME, FROM_AN_ADDRESS])
@pytest.mark.parametrize("rest", [0.1, 0.3, 0.9, 1, 1.1, 2, 4, 4.1, 9, 10.1])
def test_resting_between_guesses_never_pays(allowance, rest):
    """Rests in longest waits; the first hours are left out, in which some are heard at once."""
    guesser, days = Visitors(allowance), 10 * 24 * 3600
    guesser.guess(days, rest * allowance.longest)
    assert guesser.guess(days, rest * allowance.longest) <= 1.1 * days / allowance.longest


@pytest.mark.parametrize("allowance", [WITH_A_NAME, FROM_AN_ADDRESS])
@pytest.mark.parametrize("hours", [1, 5, 10, 24])
def test_long_rests_between_many_guesses_never_pay(allowance, hours):
    guesser = Visitors(allowance)
    heard = 0
    for _ in range(100):
        heard += guesser.guess(600, 0.001)
        guesser.rest(hours * 3600)
    assert heard <= 100 * (600 + hours * 3600) / allowance.longest


def test_however_long_somebody_guessed_the_others_don_t_wait_an_hour_later():
    office = Visitors(FROM_AN_ADDRESS)
    office.guess(24 * 3600, 0.001)
    office.rest(3600)
    assert [office.attempt() for _ in range(2)] == [0, 0]


def test_after_a_day_all_is_forgotten(attempts, store):
    for _ in range(WITH_A_NAME.free + 1):
        attempts.wait("maja", HERE)
    pass_by(store, FORGOTTEN.total_seconds() + 1)
    assert attempts.wait("maja", HERE) == 0
    with reading(store.engine) as session:
        rows = [(row.count, row.last) for row in session.scalars(select(AttemptRow))]
    assert [count for count, _ in rows] == [1, 1]
    assert all(datetime.now(UTC) - last < timedelta(minutes=1) for _, last in rows)


def test_guesses_at_the_same_moment_are_all_counted(attempts):
    heard = []

    def guess():
        heard.append(attempts.wait("maja", HERE) == 0)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(heard) == WITH_A_NAME.free


@pytest.mark.parametrize("name", ["", "\ud800", "\x00" * 9, "x" * 100_000])
def test_a_name_of_any_kind_is_counted(attempts, name):
    for _ in range(WITH_A_NAME.free):
        assert attempts.wait(name, "not an address") == 0
    assert attempts.wait(name, "not an address") > 0
