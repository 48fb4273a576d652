"""Refusals: the questions that an author said an article must never answer."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.rank import Candidates
from index.vectors import Mask

SAME = 0.7  # similarity from which on a question means what a refusal says


@dataclass(frozen=True, slots=True)
class Refusals:
    """All of them, and what they take away.

    A question that means the same takes the article away. One that is only nearer to a refusal than to what
    the article says takes it away, too, unless all else speaks for it so that it comes first: "where do you
    deliver" lies nearest to "how much is delivery". Then it can be chosen, and is never the answer.
    """

    topics: NDArray[np.int64]
    vectors: Vectors
    """Centred, length 1; (refusals, dimension)."""

    def refused(self, question: Vectors, candidates: Candidates) -> Mask:
        """Which candidates have a refusal at least as near to the question as their nearest field."""
        refused: Mask = self._nearest(question, candidates) >= candidates.similarity
        return refused

    def mean(self, question: Vectors, candidates: Candidates) -> Mask:
        """Which candidates have a refusal that means the same as the question."""
        same: Mask = self._nearest(question, candidates) >= SAME
        return same

    def _nearest(self, question: Vectors, candidates: Candidates) -> Vectors:
        """Similarity of each candidate's nearest refusal."""
        nearest = np.full(
            max(candidates.topics.max(initial=0), self.topics.max(initial=0)) + 1, -1.0, np.float32
        )
        np.maximum.at(nearest, self.topics, self.vectors @ question)
        found: Vectors = nearest[candidates.topics]
        return found

    def save(self, path: Path) -> None:
        np.savez(path, topics=self.topics, vectors=self.vectors)

    @classmethod
    def load(cls, path: Path) -> "Refusals":
        with np.load(path) as arrays:
            return cls(arrays["topics"], arrays["vectors"])
