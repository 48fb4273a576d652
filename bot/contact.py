"""Whom to reach, and how: a name and an address as a customer gives them."""

import re
from dataclasses import dataclass

LONGEST_NAME = 200
LONGEST_EMAIL = 254
"""RFC 5321 lets no longer address be sent to."""
_EMAIL = re.compile(r"[^@\s<>\"',;:()]+@[^@\s<>\"',;:()]+\.[^@\s<>\"',;:().]{2,}")


@dataclass(frozen=True, slots=True)
class Contact:
    """Either may be missing; both are of one line."""

    name: str | None
    email: str | None


def read(name: str | None, email: str | None) -> Contact | None:
    """The contact, None where the address is none that mail can be sent to."""
    address = _line(email, LONGEST_EMAIL + 1)
    if address and (len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address)):
        return None
    return Contact(_line(name, LONGEST_NAME) or None, address or None)


def _line(text: str | None, most: int) -> str:
    """A text of one line, without what can't be seen."""
    short = (text or "")[: 2 * most]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in short).split())[:most]
