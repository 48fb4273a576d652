"""Fits the confidence's prior on real questions to many knowledge bases, and says how well it carries over.

    python -m tests.benchmarks.prior FOLDER …     each with data/ (an index) and questions.jsonl (judged)

Prints, for each knowledge base, the figures of a prior fitted without it and without those of the same
source, then writes `index/prior.json`. Knowledge
bases weigh the same however many questions they have; those of one source share a weight.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.editions import generations
from bot.language import language_of
from bot.settings import load
from index.confidence import PRIOR_FILE, Numbers, Prior, design, features, fit, sigmoid
from index.evaluate import auroc, coverage, expected_calibration_error, read_questions
from index.index import Index
from index.open import open_current

STRENGTH = 10.0  # of the belief that a coefficient is 0; with 1 and 30 the figures held out were worse
WEIGHT = 300.0  # of one source, in questions


@dataclass(frozen=True, slots=True)
class Asked:
    """What one knowledge base made of its questions."""

    name: str
    rows: Numbers
    """Features of the first hits (questions, features)."""
    right: Numbers

    @property
    def source(self) -> str:
        return self.name.split()[0]


def asked(folder: Path) -> Asked:
    """Ask a knowledge base its questions."""
    settings = load(data=folder / "data")
    index = open_current(generations(settings), settings.model).index
    rows, right = [], []
    for expected in read_questions(folder / "questions.jsonl"):
        language = language_of(expected.question, index, settings.languages, said=expected.language)
        row, slug = _first(index, expected.question, language.code)
        rows.append(row)
        right.append(slug in expected.expect)
    return Asked(folder.name, np.array(rows), np.array(right))


def _first(index: Index, question: str, language: str) -> tuple[Numbers, str]:
    public = np.array([article.audience == "public" for article in index.articles])
    found = index.ranker.rank(index.asked(question, language), public)
    return features(found, question)[0], index.catalogue.slugs[int(found.topics[0])]


def fitted(bases: Sequence[Asked]) -> Prior:
    """The prior that these knowledge bases teach."""
    rows, right = np.concatenate([base.rows for base in bases]), np.concatenate([b.right for b in bases])
    shared = Counter(base.source for base in bases)
    weights = [np.full(len(b.right), WEIGHT / len(b.right) / shared[b.source] ** 0.5) for b in bases]
    usual, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    columns = design((rows - usual) / spread)
    coefficients = fit(columns, right, np.concatenate(weights), np.zeros(columns.shape[1]), STRENGTH)
    return Prior(usual, spread, coefficients)


def figures(prior: Prior, base: Asked) -> list[float]:
    """AUROC, calibration error, and coverage at 5 % wrong."""
    confidence = sigmoid(prior.logits(base.rows))
    told = auroc(confidence, base.right), expected_calibration_error(confidence, base.right)
    return [value or 0.0 for value in (*told, coverage(confidence, base.right, 0.05))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    bases = [asked(folder) for folder in parser.parse_args().folders]
    whole = fitted(bases)
    print(f"{'':16}  held out: auroc   ece  cov5    fitted: auroc   ece  cov5")
    table = []
    for base in bases:
        others = [other for other in bases if other.source != base.source]
        table.append([*figures(fitted(others), base), *figures(whole, base)])
        print(f"{base.name:16}", *(f"{value:10.3f}" for value in table[-1]))
    print(f"{'mean':16}", *(f"{value:10.3f}" for value in np.mean(table, axis=0)))
    whole.save(PRIOR_FILE)


if __name__ == "__main__":
    main()
