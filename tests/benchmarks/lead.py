"""Whether the sentence in bold is the one that answers: python tests/benchmarks/lead.py [DATA]

`data/leads.jsonl` holds questions, and what a right statement of the passage that is found says. A row of a
table is right where nothing is said, for then the table is shown. Questions whose passage has no right
statement don't count. The choice was tuned on all of them, and gained alike on either half.
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

    def right(self, statement: Statement) -> bool:
        return any(words in statement.said or words in statement.words for words in self.says)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said in bold, empty for a table, and whether that is right."""

    label: Label
    said: str
    right: bool


def read(path: Path = LABELS) -> tuple[Label, ...]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return tuple(Label(row["asked"], row["language"], tuple(row["says"])) for row in rows)


def measured(index: Index, labels: Iterable[Label]) -> Iterator[Outcome]:
    def encode(texts: Sequence[str]) -> Vectors:
        return np.stack([index.encoder.question(text) for text in texts])

    for label in labels:
        passage = index.search(label.asked, Language(label.language, 1.0), k=1).hits[0].passage
        right = [one for one in statements(passage) if label.right(one)]
        if right:
            statement = answering_statement(label.asked, passage, encode)
            said = statement.said if statement else ""
            yield Outcome(label, said, any(one.said == said for one in right))


def share(outcomes: Sequence[Outcome]) -> float:
    """Of outcomes that are right."""
    return sum(outcome.right for outcome in outcomes) / len(outcomes)


def main(arguments: Sequence[str]) -> None:
    outcomes = list(measured(opened(arguments), read()))
    for outcome in outcomes:
        if not outcome.right:
            print(f"{outcome.label.language} {outcome.label.asked}: {outcome.said or '(a table)'}")
    for language in dict.fromkeys(outcome.label.language for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.label.language == language]
        print(f"{language}  {len(own):>3}  {share(own):.3f}")
    print(f"all {len(outcomes):>3}  {share(outcomes):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
