"""Whether the passage is shown that was asked for: python tests/benchmarks/excerpt.py [DATA]

`passages.jsonl` holds what agents type in a few words, questions written for it, and questions as customers
write them, each with its article and the headings of the right passage: one that stands under such a heading
or holds it. Most of the last that were tuned on are such as a reader of many answers found wrong, so they
show what is hard and not how often it happens; those held out were written by somebody who had read the
articles alone.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from index.index import Index  # noqa: E402
from kb.language import Language  # noqa: E402
from kb.passage import Passage  # noqa: E402

LABELS = Path(__file__).with_name("passages.jsonl")
DEPTH = 8
"""Articles that the desk shows."""
_INNER = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Label:
    """Something asked, and where its answer stands."""

    asked: str
    kind: str
    """`few words`, `question` or `as customers write`."""
    language: str
    article: str
    headings: tuple[str, ...]
    """Any of these is right."""
    held_out: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was shown for it."""

    label: Label
    article: bool
    """Whether the right article comes first."""
    passage: bool
    """Whether the right article shows the right passage, at whatever place it comes."""
    shown: tuple[str, ...]
    """The headings of that passage."""


def read(path: Path = LABELS) -> tuple[Label, ...]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return tuple(Label(**row | {"headings": tuple(row["headings"])}) for row in rows)


def measured(index: Index, labels: Iterable[Label]) -> Iterator[Outcome]:
    """What the index shows an agent for each."""
    for label in labels:
        found = index.search(label.asked, Language(label.language, 1.0), audience="agents", k=DEPTH)
        slugs = [hit.passage.article.slug for hit in found.hits]
        own = [hit.passage for hit in found.hits if hit.passage.article.slug == label.article]
        headings = headings_of(own[0]) if own else ()
        is_right = not {*headings}.isdisjoint(label.headings)
        yield Outcome(label, slugs[:1] == [label.article], is_right, headings)


def headings_of(passage: Passage) -> tuple[str, ...]:
    """The headings that a passage stands under or holds."""
    return (*passage.heading, *_INNER.findall(passage.text))


def share(outcomes: Sequence[Outcome]) -> float:
    """Of outcomes that show the right passage."""
    return sum(outcome.passage for outcome in outcomes) / len(outcomes)


def groups(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    for kind in dict.fromkeys(outcome.label.kind for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.label.kind == kind]
        yield f"{kind}, tuned on", [outcome for outcome in own if not outcome.label.held_out]
        if held_out := [outcome for outcome in own if outcome.label.held_out]:
            yield f"{kind}, held out", held_out
        for language in dict.fromkeys(outcome.label.language for outcome in own):
            yield f"{kind}, {language}", [outcome for outcome in own if outcome.label.language == language]


def opened(arguments: Sequence[str]) -> Index:
    """The index of the example articles in the data folder that is named, built if there is none."""
    from bot.editions import build_index, open_index
    from bot.settings import Settings
    from index.progress import silent

    settings = Settings(data=Path(arguments[0] if arguments else "var"), articles=ROOT / "articles")
    if not (settings.data / "index" / "current").exists():
        build_index(settings, silent)
    return open_index(settings, print)


def main(arguments: Sequence[str]) -> None:
    outcomes = list(measured(opened(arguments), read()))
    for outcome in outcomes:
        if not outcome.passage:
            print(f"{outcome.label.language} {outcome.label.asked}: {' | '.join(outcome.shown)}")
    print(f"\n{'right passage shown':<24}{'asked':>8}{'share':>8}{'article first':>15}")
    for name, chosen in groups(outcomes):
        first = sum(outcome.article for outcome in chosen) / len(chosen)
        print(f"{name:<24}{len(chosen):>8}{share(chosen):>8.3f}{first:>15.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
