"""Passwords: which are taken, and the Argon2 hashes that stand for them."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.fault import BotError

SHORTEST, LONGEST = 10, 200  # characters
FEWEST_DIFFERENT = 5
_REMEDY = "take three or four words that nobody else would"

# RFC 9106's second choice, 64 MiB and 3 passes: 60 ms on one core of a small server.
_HASHER = PasswordHasher()


class WeakPassword(BotError):
    """A password that others would guess: why, and what would be taken."""


def accepted(password: str, name: str) -> str:
    """The password, if it may be one of the user of that name; raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"a password has {SHORTEST} to {LONGEST} characters: {_REMEDY}")
    if len(set(password)) < FEWEST_DIFFERENT:
        raise WeakPassword(f"this password repeats itself: {_REMEDY}")
    if name and name.casefold() in password.casefold() and len(password) < len(name) + SHORTEST:
        raise WeakPassword(f"this password is little more than the name {name}: choose another")
    return password


def hashed(password: str) -> str:
    return _HASHER.hash(_one_form(password))


def matches(password: str, known: str | None) -> bool:
    """Whether it is the password of this hash; without one it is not, and takes as long to say."""
    nobodys = _nobody()
    try:
        return _HASHER.verify(known or nobodys, _one_form(password[: LONGEST + 1])) and bool(known)
    except (VerificationError, InvalidHashError):
        return False


def outdated(known: str) -> bool:
    """Whether a hash was made with other costs than are used now."""
    return _HASHER.check_needs_rehash(known)


@cache
def _nobody() -> str:
    return hashed("nobody has this password")


def _one_form(password: str) -> bytes:
    """The same characters as the same bytes, on whatever keyboard they were typed."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
