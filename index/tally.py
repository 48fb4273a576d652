"""Tallies: how often each token stands in each text, counted once and added up as often as needed.

A rehearsal needs the words of all articles again and again, each time without some of their questions. So
every text is read once, each different word is cut up once, and the rest is sums of sparse matrices.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts (texts, tokens), and the column of each token."""

    counts: "csr_array"
    columns: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> "Tally":
        """Of texts that are cut into tokens."""
        from scipy.sparse import csr_array

        columns: dict[str, int] = {}
        found: list[int] = []
        ends = [0]
        for tokens in texts:
            found += [columns.setdefault(token, len(columns)) for token in tokens]
            ends.append(len(found))
        counts = csr_array((np.ones(len(found), np.float32), found, ends), (len(ends) - 1, len(columns)))
        counts.sum_duplicates()
        return cls(counts, columns)

    def cut(self, cut: Callable[[str], Sequence[str]]) -> "Tally":
        """Of the same texts with each token cut into smaller ones."""
        parts = Tally.of(cut(token) for token in self.columns)
        return Tally(self.counts @ parts.counts, parts.columns)

    def added(self, owners: NDArray[np.int64], count: int, kept: NDArray[np.bool_]) -> "Tally":
        """Of `count` larger texts: `owners` (texts,) says which one each text is part of, if it is kept."""
        from scipy.sparse import csr_array

        texts = np.flatnonzero(kept)
        parts = csr_array((np.ones(len(texts), np.float32), (owners[texts], texts)), (count, len(owners)))
        return Tally(parts @ self.counts, self.columns)
