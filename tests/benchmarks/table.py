"""Tables of figures, for a terminal and for Markdown."""

from collections.abc import Sequence

Line = Sequence[str]


def plain(lines: Sequence[Line]) -> str:
    """Columns in line, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines
    )


def markdown(lines: Sequence[Line]) -> str:
    head, *rest = lines
    ruler = ["---", *("--:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ruler, *rest))


def share(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
