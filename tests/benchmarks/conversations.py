"""Whether follow-ups are understood, and subject changes left alone: python tests/benchmarks/conversations.py

Two- and three-turn conversations with the example shop in five languages; those held out are not for tuning.
Each turn is asked with the topic of the one before in mind, and without. `-v` lists what went wrong.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.answer.consider import Basis, find  # noqa: E402
from bot.answer.follow_up import Topic  # noqa: E402
from bot.editions import build_index, open_index  # noqa: E402
from bot.settings import Settings  # noqa: E402
from index.hit import Found  # noqa: E402
from index.progress import silent  # noqa: E402
from kb.language import Language  # noqa: E402

if TYPE_CHECKING:
    from index.index import Index

CONVERSATIONS = Path(__file__).parent / "data" / "conversations.jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn after the first: what is asked, in the light of which answer, and what would answer it."""

    question: str
    language: str
    topic: Topic
    expect: frozenset[str]
    """Empty where no article answers."""
    follows: bool
    """False where the subject changes."""
    held_out: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A turn with the topic in mind, and without it."""

    asked: Asked
    within: Found
    alone: Found
    answers_from: float
    """Confidence from which on the bot answers."""

    @property
    def right(self) -> bool:
        return _first(self.within) in self.asked.expect

    @property
    def right_alone(self) -> bool:
        return _first(self.alone) in self.asked.expect

    @property
    def answered(self) -> bool:
        return self.within.confidence >= self.answers_from


def main(arguments: Sequence[str]) -> None:
    with TemporaryDirectory() as folder:
        data = Path(next((one for one in arguments if not one.startswith("-")), folder))
        settings = Settings(data=data, articles=ROOT / "articles")
        if data == Path(folder):
            build_index(settings, silent)
        outcomes = measure(open_index(settings, print), settings)
    for held_out in (False, True):
        show([one for one in outcomes if one.asked.held_out is held_out], "held out" if held_out else "tuned")
    if "-v" in arguments:
        for one in outcomes:
            if (one.asked.expect and not one.right) or (not one.asked.expect and one.answered):
                print(
                    one.asked.language, one.asked.question, _first(one.within), f"{one.within.confidence:.2f}"
                )


def measure(index: "Index", settings: Settings) -> tuple[Outcome, ...]:
    """Every turn after the first, as the bot would look it up."""
    basis = Basis(index, settings, "en")
    answers_from = index.thresholds(settings.wrong_answers).answer
    found = []
    for one in turns(index):
        language = Language(one.language, 1.0)
        within = find(one.question, language, replace(basis, topic=one.topic))
        found.append(Outcome(one, within, find(one.question, language, basis), answers_from))
    return tuple(found)


def turns(index: "Index") -> Iterator[Asked]:
    titles = {(article.language, article.slug): article.title for article in index.articles}
    for line in CONVERSATIONS.read_text(encoding="utf-8").splitlines():
        conversation = json.loads(line)
        code, (first, *later) = conversation["language"], conversation["turns"]
        before = first
        for turn in later:
            slug = before["expect"][0]
            topic = Topic(titles.get((code, slug)) or titles["en", slug], before["ask"])
            expect = frozenset(turn["expect"])
            yield Asked(turn["ask"], code, topic, expect, turn["follows"], conversation["held_out"])
            before = turn


def show(outcomes: Sequence[Outcome], name: str) -> None:
    print(f"\n{name:<28}{'turns':>8}{'alone':>8}{'in mind':>9}{'answered':>10}{'wrong':>7}")
    kinds = {
        "follow-ups": [one for one in outcomes if one.asked.follows and one.asked.expect],
        "subject changes": [one for one in outcomes if not one.asked.follows],
        "nothing answers": [one for one in outcomes if not one.asked.expect],
    }
    for kind, those in kinds.items():
        alone, right = share(one.right_alone for one in those), share(one.right for one in those)
        answered = share(one.answered for one in those)
        wrong = share(one.answered and not one.right for one in those)
        print(f"{kind:<28}{len(those):>8}{alone:>8.3f}{right:>9.3f}{answered:>10.3f}{wrong:>7.3f}")


def share(truths: Iterator[bool]) -> float:
    known = list(truths)
    return sum(known) / max(len(known), 1)


def _first(found: Found) -> str | None:
    return found.hits[0].passage.article.slug if found.hits else None


if __name__ == "__main__":
    main(sys.argv[1:])
