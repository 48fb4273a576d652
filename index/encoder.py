"""Texts to unit vectors."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.lexicon import Lexicon, Ranked

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

    from index.model import Model

Vectors = NDArray[np.float32]
Prompt = Literal["query", "passage"]
PROMPTS: tuple[Prompt, ...] = ("query", "passage")
TOKENS_PER_BATCH = 2_048  # on two cores, larger batches were no faster


class Encoder(Protocol):
    """What the index needs of a model."""

    @property
    def dimension(self) -> int: ...

    def question(self, text: str, prompt: Prompt = "query") -> Vectors:
        """One vector (dimension,) on the fast path."""

    def encode(
        self, texts: Sequence[str], prompt: Prompt, report: Callable[[int, int], None] = ...
    ) -> Vectors:
        """Vectors (texts, dimension) on the precise path, in the order of the texts."""

    def length(self, text: str) -> int:
        """How many tokens the text has."""

    @property
    def lexicon(self) -> Lexicon | None:
        """How likely words are, if the model's vocabulary tells."""


class OnnxEncoder:
    """An exported model on ONNX Runtime; each of its two graphs is loaded at its first use."""

    def __init__(self, model: "Model") -> None:
        self._model = model

    @property
    def dimension(self) -> int:
        return self._model.dimension

    def question(self, text: str, prompt: Prompt = "query") -> Vectors:
        encoding = self._tokenizer.encode(self._model.prompts[prompt] + _whole(text))
        vector: Vectors = _run(self._questions, [encoding])[0]
        return vector

    def encode(
        self,
        texts: Sequence[str],
        prompt: Prompt,
        report: Callable[[int, int], None] = lambda done, total: None,
    ) -> Vectors:
        encodings = self._tokenizer.encode_batch(
            [self._model.prompts[prompt] + _whole(text) for text in texts]
        )
        vectors = np.empty((len(texts), self.dimension), np.float32)
        done = 0
        for batch in _batches([len(encoding.ids) for encoding in encodings]):
            vectors[batch] = _run(self._passages, [encodings[i] for i in batch])
            done += len(batch)
            report(done, len(texts))
        return vectors

    def length(self, text: str) -> int:
        encoding = self._tokenizer.encode(_whole(text), add_special_tokens=False)
        return len(encoding.ids) + sum(len(rest.ids) for rest in encoding.overflowing)

    @cached_property
    def lexicon(self) -> Lexicon | None:
        from tokenizers.models import Unigram

        return Ranked(self._tokenizer) if isinstance(self._tokenizer.model, Unigram) else None

    @cached_property
    def _questions(self) -> "InferenceSession":
        # A second thread makes a short text no faster, and costs as much processor again while it waits.
        return _session(self._model, "questions.onnx", threads=1)

    @cached_property
    def _passages(self) -> "InferenceSession":
        return _session(self._model, "passages.onnx")

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._model.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._model.most_tokens)
        return tokenizer


def _whole(text: str) -> str:
    """The text without halves of characters, which the tokenizer refuses."""
    return text.encode("utf-8", "replace").decode()


def _session(model: "Model", name: str, threads: int = 0) -> "InferenceSession":
    """One of the model's graphs; 0 threads are as many as there are processors."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    # Threads that spin while they wait win 3 % alone, and take 12 % from whatever else is running.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(model.folder / name, options, providers=["CPUExecutionProvider"])


def _batches(lengths: Sequence[int]) -> "list[list[int]]":
    """Positions of texts of like length together, so that little is spent on padding; longest first."""
    batches: list[list[int]] = []
    room = 0
    for position in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if room <= 0:
            batches.append([])
            room = max(1, TOKENS_PER_BATCH // lengths[position])
        batches[-1].append(position)
        room -= 1
    return batches


def _run(session: "InferenceSession", encodings: "Sequence[Encoding]") -> Vectors:
    longest = max(len(encoding.ids) for encoding in encodings)
    ids = np.zeros((len(encodings), longest), np.int64)
    mask = np.zeros((len(encodings), longest), np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = encoding.ids
        mask[row, : len(encoding.ids)] = 1
    (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-12)
    return unit
