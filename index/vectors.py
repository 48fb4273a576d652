"""The vectors of all fields in FAISS: exact as long as that is fast, clustered beyond."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

EXACT = (
    200_000  # fields up to which every vector is compared: 30 ms a question on two cores at 384 dimensions
)
MANY = 20  # questions from which on it is faster to compare them all at once
FEW = 1_000  # fields not allowed, up to which it is faster to look them up and leave them out
PROBES = 32  # clusters looked into beyond that

Mask = NDArray[np.bool_]


class FieldVectors:
    """Centred unit vectors of fields; a similarity is the inner product of two, which is their cosine."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, exact: int = EXACT) -> "FieldVectors":
        import faiss

        count, dimension = vectors.shape
        index: Any = faiss.IndexFlatIP(dimension)
        if count > exact:
            clusters = int(4 * np.sqrt(count))
            index = faiss.IndexIVFFlat(index, dimension, clusters, faiss.METRIC_INNER_PRODUCT)
            index.train(vectors)
            index.make_direct_map()
        index.add(vectors)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self, questions: Vectors, count: int, allowed: Mask | None = None
    ) -> tuple[Vectors, NDArray[np.int64]]:
        """Similarities and positions (questions, up to `count`) of the nearest fields among those allowed.

        Nearest first; position -1 where fewer are allowed than were asked for.
        """
        if allowed is not None and len(questions) >= MANY and (~allowed).sum() <= FEW:
            return self._left(questions, count, allowed)
        faiss: Any = import_module("faiss")  # its own types describe the C++ constructors
        selector = (
            None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        )
        if hasattr(self._index, "nprobe"):
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=PROBES)
        else:
            parameters = faiss.SearchParameters(sel=selector)
        similarities, positions = self._index.search(questions, min(count, len(self)), params=parameters)
        return similarities, positions

    def _left(self, questions: Vectors, count: int, allowed: Mask) -> tuple[Vectors, NDArray[np.int64]]:
        """Looks up so many that enough are left without those that are not allowed.

        FAISS compares many questions at once only where every field is allowed.
        """
        similarities, positions = self.nearest(questions, count + int((~allowed).sum()))
        kept = (positions >= 0) & allowed[positions]
        first = np.argsort(~kept, axis=1, kind="stable")[:, :count]
        left = np.take_along_axis(kept, first, 1)
        return (
            np.where(left, np.take_along_axis(similarities, first, 1), -np.inf).astype(np.float32),
            np.where(left, np.take_along_axis(positions, first, 1), -1),
        )

    def at(self, positions: NDArray[np.int64]) -> Vectors:
        """The vectors (positions, dimension) at these positions."""
        vectors: Vectors = self._index.reconstruct_batch(positions)
        return vectors

    def save(self, path: Path) -> None:
        faiss: Any = import_module("faiss")
        # FAISS's own writing says nothing when a full disk swallows the last of it.
        path.write_bytes(faiss.serialize_index(self._index))

    @classmethod
    def load(cls, path: Path) -> "FieldVectors":
        import faiss

        return cls(faiss.read_index(str(path)))
