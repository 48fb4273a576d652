"""Vectors of texts by their content, so that unchanged text is never embedded again."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from index.catalogue import Catalogue
from index.centre import Means
from index.encoder import PROMPTS, Encoder, Prompt, Vectors
from index.generation import GenerationError, Generations
from index.names import Names
from index.progress import Report, silent
from index.rank import Asked
from index.samples import sample_questions
from index.view import PROMPT_OF, SHORT, Views, joined

Text = tuple[Prompt, str]
FILE = "memory.npz"
"""Of each generation."""
UNREADABLE = (OSError, ValueError, KeyError, EOFError, BadZipFile)
PART = 256  # texts between two reports of progress; like lengths stay together


class Memory:
    """What one build knows of its texts."""

    def __init__(self, known: dict[str, Vectors]) -> None:
        self._known = known
        self._used: list[str] = []
        self.embedded = 0
        """Texts of the catalogue that had to go through the model."""
        self.reused = 0
        """Texts of the catalogue that were known."""

    @classmethod
    def of_newest(cls, generations: Generations, revision: str) -> "Memory":
        """From the newest generation that was made with the same model and is whole."""
        for name in generations.names():
            with suppress(GenerationError, *UNREADABLE):
                if generations.verify(name).revision == revision:
                    return cls(read(generations.folder / name / FILE))
        return cls({})

    def know_samples(self, encoder: Encoder, path: Path | None) -> None:
        """Make sure that every sample question has its vector.

        They are the same for all indexes of a model, so `path` keeps them for the next one.
        """
        wanted = [
            (prompt, text) for prompt in PROMPTS for texts in sample_questions().values() for text in texts
        ]
        if path is not None:
            with suppress(*UNREADABLE):
                self._known |= read(path)
        if self._learn(encoder, wanted, silent) and path is not None:
            beside = path.with_name(f".{os.getpid()}-{path.name}")
            with suppress(OSError):  # then the next index embeds them anew
                self._write(beside, {_key(*text) for text in wanted})
                beside.replace(path)
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def embed(
        self, encoder: Encoder, catalogue: Catalogue, report: Report, questions: Iterable[str] = ()
    ) -> None:
        """Make sure that every field of the catalogue, and each of these questions, has its vectors."""
        wanted = [(PROMPT_OF[view], field.embedded) for field in catalogue.fields for view in field.views]
        wanted += [(prompt, text) for text in questions for prompt in PROMPTS]
        self.embedded = self._learn(encoder, wanted, report)
        self._used = list(dict.fromkeys(_key(*text) for text in wanted))
        self.reused = len(self._used) - self.embedded

    def vectors(self, texts: Iterable[Text]) -> Vectors:
        """(texts, dimension), as the model gave them."""
        return np.array([self._known[_key(*text)] for text in texts], np.float32)

    def seen(self, means: Means, views: Views, texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        """Texts in these languages, centred and joined: (texts, 2 x dimension)."""
        first, second = (
            means.centred(view, languages, self.vectors((PROMPT_OF[view], text) for text in texts))
            for view in views
        )
        return joined(first, second)

    def asked(
        self, means: Means, names: Names, texts: Sequence[str], languages: Sequence[str]
    ) -> list[Asked]:
        """Questions in these languages, as the ranker needs them."""
        rests = list(map(names.without, texts))
        left = [(rest, language) for rest, language in zip(rests, languages, strict=True) if rest]
        seen = iter(self._bare(means, [rest for rest, _ in left], [language for _, language in left]))
        seen_of = [(rest, next(seen)) if rest else None for rest in rests]
        return list(map(Asked.of, texts, self._bare(means, texts, languages), languages, seen_of))

    def _bare(
        self, means: Means, texts: Sequence[str], languages: Sequence[str]
    ) -> list[tuple[Vectors, Vectors]]:
        """Questions in both views, without the means and as long as they are."""
        first, second = (
            means.bare(view, languages, self.vectors((PROMPT_OF[view], text) for text in texts))
            for view in SHORT
        )
        return list(zip(first, second, strict=True))

    def save(self, path: Path) -> None:
        """Keep the vectors of the catalogue's texts."""
        self._write(path, self._used)

    def _learn(self, encoder: Encoder, wanted: Sequence[Text], report: Report) -> int:
        """Embed what is not known yet, longest texts first; returns how many that were."""
        new = [text for text in dict.fromkeys(wanted) if _key(*text) not in self._known]
        new.sort(key=lambda text: (text[0], -len(text[1])))
        for start in range(0, len(new), PART):
            part = new[start : start + PART]
            for prompt in PROMPTS:
                texts = [text for kind, text in part if kind == prompt]
                if texts:
                    keys = (_key(prompt, text) for text in texts)
                    self._known |= dict(zip(keys, encoder.encode(texts, prompt), strict=True))
            report("embed", start + len(part), len(new))
        return len(new)

    def _write(self, path: Path, keys: Iterable[str]) -> None:
        chosen = list(keys)
        with path.open("wb") as file:
            np.savez(file, keys=np.array(chosen), vectors=np.array([self._known[key] for key in chosen]))


def read(path: Path) -> dict[str, Vectors]:
    """Vectors by the keys of their texts, as a memory was saved; raises one of `UNREADABLE`."""
    with np.load(path) as arrays:
        return dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))


def _key(prompt: Prompt, text: str) -> str:
    return hashlib.sha256(f"{prompt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
