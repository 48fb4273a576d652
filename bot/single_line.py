"""A single line: what people wrote, without line breaks and without what can't be seen."""


def single_line(text: str | None, most: int | None = None) -> str:
    """The text in one line, at most so many characters of it; nothing of None."""
    short = (text or "")[: most and 4 * most]  # what can't be seen takes room
    return " ".join("".join(sign if sign.isprintable() else " " for sign in short).split())[:most]
