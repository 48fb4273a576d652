"""BM25 over the texts of one language, cut up in one way."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.tally import Tally

SATURATION, OF_LENGTH = 1.5, 0.75  # k1 and b, as usual
DOUBT = 1.0  # unknown words added to every question, so that one shared word is never all there is
Places = NDArray[np.int64]


class Tokens:
    """What each token counts in each text, by Lucene's formula (Kamphuis et al., 2020)."""

    def __init__(
        self,
        columns: Mapping[str, int],
        starts: Places,
        texts: Places,
        values: NDArray[np.float32],
        count: int,
    ) -> None:
        """The texts that have the token of column c, and its value in each, are those from `starts[c]` on."""
        self._columns, self._starts, self._texts, self._values = columns, starts, texts, values
        self._count = count
        self._best = np.zeros(len(starts) - 1, np.float32)
        filled = np.flatnonzero(np.diff(starts))
        if len(filled):
            self._best[filled] = np.maximum.reduceat(values, starts[filled])

    @classmethod
    def of(cls, tally: Tally) -> "Tokens":
        counts = tally.counts.tocsc()
        count = counts.shape[0]
        lengths = np.bincount(counts.indices, counts.data, count)
        usual = lengths.mean() or 1.0
        texts_with = np.diff(counts.indptr)
        rarity = np.log(1 + (count - texts_with + 0.5) / (texts_with + 0.5))
        room = SATURATION * (1 - OF_LENGTH + OF_LENGTH * lengths / usual)
        values = np.repeat(rarity, texts_with) * counts.data / (counts.data + room[counts.indices])
        return cls(
            tally.columns,
            counts.indptr.astype(np.int64),
            counts.indices.astype(np.int64),
            values.astype(np.float32),
            count,
        )

    def __contains__(self, token: str) -> bool:
        return self.texts_with(token) > 0

    def bm25(self, asked: Sequence[str]) -> NDArray[np.float32]:
        """Of every text (texts,)."""
        own = [self._of(column) for column in self._known(asked)]
        if not own:
            return np.zeros(self._count, np.float32)
        texts = np.concatenate([self._texts[one] for one in own])
        values = np.concatenate([self._values[one] for one in own])
        return np.bincount(texts, values, self._count).astype(np.float32)

    def most(self, asked: Sequence[str], doubt: float = DOUBT) -> float:
        """What a text would get that is the best one for every token, and for as many unknown ones.

        A token that no text has counts as much as one that a single text has.
        """
        unseen = float(np.log(1 + (self._count + 0.5) / 0.5))
        best = self._best[self._known(asked)]
        unknown = len(asked) - np.count_nonzero(best)
        return float(best.sum()) + (unknown + doubt) * unseen

    def weight(self, token: str, text: int) -> float:
        """BM25 of one token in one text."""
        if token not in self._columns:
            return 0.0
        own = self._of(self._columns[token])
        return float(self._values[own][self._texts[own] == text].sum())

    def texts_with(self, token: str) -> int:
        """How many texts have it."""
        column = self._columns.get(token)
        return 0 if column is None else int(self._starts[column + 1] - self._starts[column])

    def _known(self, asked: Sequence[str]) -> list[int]:
        """Columns; one that an index of fewer texts has left without any may be among them."""
        return [self._columns[token] for token in asked if token in self._columns]

    def _of(self, column: int) -> slice:
        return slice(self._starts[column], self._starts[column + 1])

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "columns.json").write_text(json.dumps(self._columns, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "bm25.npz",
            starts=self._starts,
            texts=self._texts,
            values=self._values,
            count=self._count,
        )

    @classmethod
    def load(cls, folder: Path) -> "Tokens":
        columns = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
        with np.load(folder / "bm25.npz") as arrays:
            return cls(columns, arrays["starts"], arrays["texts"], arrays["values"], int(arrays["count"]))
