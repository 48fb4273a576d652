"""An encoder that means something without a model, and small folders of articles."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any
from zlib import crc32

import numpy as np

from index.build import Built, build
from index.encoder import Prompt, Vectors
from index.generation import Generations
from index.index import Index
from index.model import LAYOUT
from kb.library import read

DIMENSION = 256
MODEL = ("hashed", "revision-1")
"""Name and revision, as a build is told of them."""
WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


@dataclass(eq=False)  # as an encoder is: told apart by which it is, so that a cache may know it
class HashedEncoder:
    """A hashed bag of words and of their beginnings: texts that share words are near, others are not."""

    dimension: int = DIMENSION
    texts: list[str] = field(default_factory=list)
    """What was embedded on the precise path, in order."""

    @property
    def embedded(self) -> int:
        return len(self.texts)

    def question(self, text: str, prompt: Prompt = "query") -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for word in WORD.findall(text.casefold()):
            for part, weight in ((word, 1.0), (f"{word[:4]}-", 0.5)):
                mixed = crc32(part.encode()) * 2_654_435_761 >> 7  # neighbouring sums land far apart
                vector[mixed % self.dimension] += weight if mixed >> 20 & 1 else -weight
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)

    def encode(
        self,
        texts: Sequence[str],
        prompt: Prompt,
        report: Callable[[int, int], None] = lambda done, total: None,
    ) -> Vectors:
        self.texts += texts
        report(len(texts), len(texts))
        return np.array([self.question(text) for text in texts], np.float32).reshape(-1, self.dimension)

    def length(self, text: str) -> int:
        return len(WORD.findall(text))

    @property
    def lexicon(self) -> None:
        return None


class Told(dict[str, float]):
    """A lexicon of the words given, each with the logarithm of its share; all others are far less likely."""

    def __hash__(self) -> int:  # type: ignore[override]  # as a lexicon is: told apart by which it is
        return id(self)

    def likelihood(self, word: str) -> float:
        return self.get(word, -40.0)

    def has(self, word: str) -> bool:
        return word in self


def article(
    title: str, body: str, questions: Iterable[str] = (), not_questions: Iterable[str] = (), **keys: str
) -> str:
    """The text of an article's file."""
    lists = {"questions": questions, "not_questions": not_questions}
    lines = [f"title: {title}", *(f"{key}: {value}" for key, value in keys.items())]
    for key, texts in lists.items():
        lines += [f"{key}:", *(f"  - {text}" for text in texts)] if texts else []
    return "\n".join(["---", *lines, "---", body, ""])


RETURNS = article(
    "Returning an item",
    "You can send an item back within 30 days. The label waits in your account.",
    ["How do I send something back?", "Can I return a gift?"],
    ["How do I return to the home page?"],
)
DELIVERY = article(
    "How long delivery takes",
    "A parcel travels two working days. Bicycles need six.",
    ["When will my parcel arrive?", "How many days does shipping need?"],
)
WARRANTY = article(
    "Warranty on frames",
    "The frame of each bicycle is covered for ten years.",
    ["Is a cracked frame covered?", "How long is the guarantee?"],
)
INVOICES = article(
    "Where invoices are",
    "Each invoice lies in your account as a PDF file.",
    ["I need a receipt", "Download an invoice"],
)
GOODWILL = article(
    "Goodwill limits",
    "An agent may give 150 kroner of goodwill for a late parcel.",
    ["How much goodwill may I give?"],
    audience="agents",
)
RETURNS_DA = article(
    "Returnering af en vare",
    "Du kan sende en vare tilbage inden for 30 dage. Etiketten ligger i din konto.",
    ["Hvordan sender jeg noget tilbage?"],
)
DELIVERY_ZH = article("送货时间", "包裹需要两个工作日送达。自行车需要六天。", ["我的包裹什么时候到？"])
FOUR: Mapping[str, str] = {
    "en/returns.md": RETURNS,
    "en/delivery.md": DELIVERY,
    "en/warranty.md": WARRANTY,
    "en/invoices.md": INVOICES,
}
SHOP: Mapping[str, str] = {
    **FOUR,
    "en/goodwill.md": GOODWILL,
    "da/returns.md": RETURNS_DA,
    "zh/delivery.md": DELIVERY_ZH,
}


def write_articles(folder: Path, files: Mapping[str, str] = SHOP) -> Path:
    """Write each text to its path below `folder`; returns the folder."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def unpack_nothing(cache: Path, name: str = MODEL[0], revision: str = MODEL[1]) -> None:
    """Put the card of a model without files where prepared models are looked for.

    `cache` is what XDG_CACHE_HOME says.
    """
    folder = cache / "askdesk" / "models" / name
    folder.mkdir(parents=True, exist_ok=True)
    card = {"layout": LAYOUT, "sizes": {}, "name": name, "revision": revision}
    card |= {"dimension": DIMENSION, "most_tokens": 512, "prompts": {"query": "", "passage": ""}}
    (folder / "askdesk.json").write_text(json.dumps(card), encoding="utf-8")


@dataclass
class Workshop:
    """A folder of articles, the generations built from it, and the encoder that all of them share."""

    folder: Path
    samples: Path
    """Where the sample questions' vectors are kept."""
    encoder: HashedEncoder = field(default_factory=HashedEncoder)

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    @property
    def generations(self) -> Generations:
        return Generations(self.folder / "index")

    def build(
        self, files: Mapping[str, str] | None = SHOP, model: tuple[str, str] = MODEL, **options: Any
    ) -> Built:
        """Write the articles in place of those that were there, if any are given, and build."""
        if files is not None:
            rmtree(self.articles, ignore_errors=True)
            write_articles(self.articles, files)
        return build(
            read(self.articles), self.generations, self.encoder, model, samples=self.samples, **options
        )

    def open(self, name: str | None = None) -> Index:
        """The generation of that name, verified; the current one without a name."""
        found = name or self.generations.current()
        assert found is not None, "nothing was built"
        manifest = self.generations.verify(found)
        return Index.load(self.generations.folder / found, manifest, self.encoder)
