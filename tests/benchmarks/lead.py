"""Whether the sentence in bold is the one that answers: python tests/benchmarks/lead.py [DATA]

`data/leads.jsonl` holds questions, and what a right statement of the passage that is found says. Of the
nearest statement it is asked whether it is right, and whether it is said: only where it is surely the
nearest. A row that is not said may be any of its table, which is shown whole. Questions whose passage has no
right statement don't count. Those held out were written by somebody who had read the articles alone; the
limit from which a statement is said was chosen on all.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.answer.extract import answering_statement  # noqa: E402
from bot.answer.statement import Statement, statements  # noqa: E402
from index.encoder import Vectors  # noqa: E402
from index.index import Index  # noqa: E402
from kb.language import Language  # noqa: E402
from tests.benchmarks.excerpt import opened  # noqa: E402

LABELS = Path(__file__).with_name("data") / "leads.jsonl"


@dataclass(frozen=True, slots=True)
class Label:
    """A question, and words of which a right statement has some."""

    asked: str
    language: str
    says: tuple[str, ...]
    held_out: bool = False

    def right(self, statement: Statement) -> bool:
        return any(words in statement.said or words in statement.words for words in self.says)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The nearest statement, and whether it is right."""

    label: Label
    nearest: Statement | None
    """None where nothing can be said: the passage is shown, and is right."""
    right: bool


def read(path: Path = LABELS) -> tuple[Label, ...]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return tuple(Label(**row | {"says": tuple(row["says"])}) for row in rows)


def measured(index: Index, labels: Iterable[Label]) -> Iterator[Outcome]:
    def encode(texts: Sequence[str]) -> Vectors:
        return np.stack([index.encoder.question(text) for text in texts])

    for label in labels:
        passage = index.search(label.asked, Language(label.language, 1.0), k=1).hits[0].passage
        known = statements(passage)
        right = [one for one in known if label.right(one)]
        if right:
            nearest = answering_statement(label.asked, passage, encode, asked_in=label.language)
            yield Outcome(
                label, nearest, nearest is None or any(_alike(nearest, one, known) for one in right)
            )


def _alike(nearest: Statement, right: Statement, known: Sequence[Statement]) -> bool:
    """The same statement, or rows of the same table, which is shown whole."""
    if nearest.words == right.words or (nearest.row and nearest.said):
        return nearest.words == right.words
    rows = [one.words for one in known if one.row]
    return {nearest.words, right.words} <= {*rows} and nearest.about == right.about


def share(outcomes: Sequence[Outcome]) -> float:
    """Of outcomes whose nearest statement is right."""
    return sum(outcome.right for outcome in outcomes) / len(outcomes)


def said(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those whose nearest statement is said in bold."""
    return [outcome for outcome in outcomes if outcome.nearest and outcome.nearest.said]


def main(arguments: Sequence[str]) -> None:
    outcomes = list(measured(opened(arguments), read()))
    for one in outcomes:
        if one.nearest and not one.right:
            print(f"{one.label.language} {one.label.asked}: {one.nearest.said or f'({one.nearest.words})'}")
    groups = {
        code: [one for one in outcomes if one.label.language == code]
        for code in dict.fromkeys(one.label.language for one in outcomes)
    }
    groups["tuned on"] = [one for one in outcomes if not one.label.held_out]
    groups["held out"] = [one for one in outcomes if one.label.held_out]
    print(f"\n{'':<10}{'asked':>8}{'nearest right':>15}{'said':>8}{'of which right':>16}")
    for name, own in groups.items():
        bold = said(own)
        print(f"{name:<10}{len(own):>8}{share(own):>15.3f}{len(bold):>8}{share(bold):>16.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
