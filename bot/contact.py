"""Whom to reach, and how: a name, an address and a number as a customer gives them."""

import re
import unicodedata
from dataclasses import dataclass

from bot.single_line import single_line

LONGEST_NAME = 200
LONGEST_EMAIL = 254
"""RFC 5321 lets no longer address be sent to."""
FEWEST_DIGITS, MOST_DIGITS = 5, 17
"""Short numbers within a country; 15 digits of E.164 with two to dial out before them."""
LONGEST_PHONE = 40
_PHONE = re.compile(r"[+0-9 ()./–-]+(?:(?:ext|x)[. ]*[0-9]{1,6})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>\",;:()]+@[^@\s<>\"',;:()]+\.[^@\s<>\"',;:().]{2,}")


@dataclass(frozen=True, slots=True)
class Contact:
    """Either may be missing; both are of one line."""

    name: str | None
    email: str | None


def read(name: str | None, email: str | None) -> Contact | None:
    """The contact, None where the address is none that mail can be sent to."""
    address = single_line(email, LONGEST_EMAIL + 1)
    if address and (len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address)):
        return None
    return Contact(single_line(name, LONGEST_NAME) or None, address or None)


def phone(number: str | None) -> str | None:
    """A number to call as it was written, in digits that everybody reads; None where it is none."""
    written = single_line(number, LONGEST_PHONE + 1)
    if len(written) > LONGEST_PHONE:
        return None
    plain = "".join(_digit(sign) for sign in unicodedata.normalize("NFKC", written))
    digits = sum(sign.isdigit() for sign in plain)
    usable = _PHONE.fullmatch(plain) and FEWEST_DIGITS <= digits <= MOST_DIGITS and "+" not in plain[1:]
    return plain if usable else None


def _digit(sign: str) -> str:
    """Arabic, Persian and other digits as 0 to 9."""
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)
