import time

import pytest
from argon2 import PasswordHasher

from bot.access import password
from bot.access.password import WeakPassword, accepted, hashed, matches, outdated
from tests.bot.access.conftest import PASSWORD


def test_a_hash_is_argon2id_salted_and_matches_its_password_only():
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert matches(PASSWORD, first)
    assert not matches(PASSWORD.upper(), first)
    assert not matches("", first)


def test_the_same_letters_match_however_a_keyboard_composes_them():
    assert matches("cafe\u0301 cafe\u0301 blue", hashed("café café blue"))


@pytest.mark.parametrize("known", [None, "", "plain text", "$argon2id$v=19$broken"])
def test_without_a_hash_nothing_matches(known):
    assert not matches("nobody has this password", known)


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("short one", "10 to 200"),
        ("x" * 201, "10 to 200"),
        ("ababababab", "repeats"),
        ("majamaja12", "name maja"),
    ],
)
def test_a_weak_password_is_refused_with_what_would_do(weak, why):
    with pytest.raises(WeakPassword, match=why):
        accepted(weak, "maja")


def test_a_hash_of_other_costs_is_outdated():
    assert not outdated(hashed(PASSWORD))
    assert outdated(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD))


def test_a_wrong_name_takes_as_long_as_a_wrong_password(monkeypatch):
    monkeypatch.setattr(password, "_HASHER", PasswordHasher())
    password._nobody.cache_clear()
    known = hashed(PASSWORD)

    def milliseconds(hash_of):
        before = time.process_time()
        matches("a wrong guess", hash_of)
        return 1000 * (time.process_time() - before)

    matches("warm up", None)
    # In turn, so that what slows one slows the other.
    spent = [(milliseconds(known), milliseconds(None)) for _ in range(7)]
    wrong_password, wrong_name = map(min, zip(*spent, strict=True))
    password._nobody.cache_clear()
    assert wrong_password > 10
    assert wrong_name == pytest.approx(wrong_password, rel=0.5)
