"""An index that means something without a model: texts that share words are near."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np

from bot.settings import Settings
from index.explain import Explanation, Part
from index.generation import Manifest
from index.hit import Found, Hit, Thresholds
from index.words import AskedWord
from kb.article import Article
from kb.language import Language
from kb.passage import Passage, split

DIMENSION = 4096
MANIFEST = Manifest("fake", "2026-03-01T12:00:00+00:00", "model", "1", {}, {}, {})


class BagOfWords:
    """Unit vectors with one place per word."""

    dimension = DIMENSION

    def question(self, text: str, prompt: str = "query") -> np.ndarray:
        vector = np.zeros(DIMENSION, np.float32)
        for word in re.findall(r"[\u3400-\u9fff]|[^\W_]+", text.casefold()):
            vector[crc32(word.encode()) % DIMENSION] += 1
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


@dataclass
class FakeIndex:
    """Searches every field of every article; the confidence is the cosine."""

    articles: tuple[Article, ...]
    answer: float = 0.6
    suggest: float = 0.3
    encoder: BagOfWords = field(default_factory=BagOfWords)
    generation: str = "fake"
    manifest: Manifest = MANIFEST
    today: Callable[[], date] = date.today

    @property
    def public(self) -> tuple[Article, ...]:
        return tuple(article for article in self.articles if article.is_public(self.today()))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(article.language for article in self.articles))

    @cached_property
    def _passages(self) -> dict[int, tuple[Passage, ...]]:
        return {
            place: split(article, lambda text: len(text.split()))
            for place, article in enumerate(self.articles)
        }

    def passages(self, article: Article) -> tuple[Passage, ...]:
        return self._passages[self.articles.index(article)] if article in self.articles else ()

    def known_words(self, question: str) -> dict[str, float]:
        asked = set(re.findall(r"[^\W_]+", question.casefold()))
        shares = {}
        for language in self.languages:
            own = (article for article in self.articles if article.language == language)
            held = {
                word
                for article in own
                for text in (article.title, *article.questions, article.body)
                for word in re.findall(r"[^\W_]+", text.casefold())
            }
            shares[language] = len(asked & held) / max(len(asked), 1)
        return shares

    def thresholds(self, wrong_answers: float) -> Thresholds:
        return Thresholds(self.answer, self.suggest)

    def search(
        self,
        question: str,
        language: Language,
        *,
        audience: str = "public",
        only: Collection[str] | None = None,
        k: int = 5,
        exclude: Collection[str] = (),
    ) -> Found:
        best: dict[str, Hit] = {}
        for place, article in enumerate(self.articles):
            may = audience == "agents" or article.is_public(self.today())
            if not may or article.slug in exclude:
                continue
            hit = self._hit(question, place)
            before = best.setdefault(article.slug, hit)
            nearest = max(before, hit, key=lambda one: one.similarity)
            shown = hit if article.language == language.code else before
            best[article.slug] = replace(nearest, passage=shown.passage)
        hits = sorted((hit for hit in best.values() if hit.similarity > 0), key=lambda hit: -hit.confidence)
        return Found(question, language, tuple(hits[:k]), 0.1)

    def fitting(
        self, article: Article, question: str, language: Language
    ) -> tuple[tuple[Passage, float], ...]:
        asked = self.encoder.question(question)
        passages = self._passages[self.articles.index(article)]
        fits = [(one, float(self.encoder.question(one.plain) @ asked)) for one in passages]
        return tuple(sorted(fits, key=lambda one: -one[1]))

    def explained(
        self, question: str, language: Language, **more: Any
    ) -> tuple[Found, tuple[Explanation, ...]]:
        """Everything counts by the cosine, and a word by whether the article shown has it."""
        found = self.search(question, language, **more)
        return found, tuple(self._explanation(question, hit) for hit in found.hits)

    def _explanation(self, question: str, hit: Hit) -> Explanation:
        asked, held = (
            re.findall(r"[^\W_]+", text.casefold()) for text in (question, hit.passage.article.body)
        )
        most = 1 / max(len(asked), 1)
        words = tuple(AskedWord(word, most * (word in held), most, word in held) for word in asked)
        part = Part("nearest field", hit.similarity, 10 * hit.similarity)
        usual = Part("as usual", 1.0, -4.0)
        return Explanation(hit, question.casefold(), (part,), (usual, part), words, None)

    def _hit(self, question: str, place: int) -> Hit:
        article, asked = self.articles[place], self.encoder.question(question)
        near = lambda text: float(self.encoder.question(text) @ asked)  # noqa: E731
        passage = max(self._passages[place], key=lambda passage: near(passage.plain))
        fields = [("title", article.title), *(("question", text) for text in article.questions)]
        fields.append(("passage", passage.plain))
        kind, matched = max(fields, key=lambda one: near(one[1]))
        similarity = near(matched)
        return Hit(
            passage, kind, matched, similarity, max(0.0, min(1.0, similarity)), {kind: similarity}, 0.0
        )


@dataclass
class FakeLive:
    """An index that is there, or is not."""

    index: FakeIndex | None
    problem: str | None = None


def article(slug: str, title: str, body: str, language: str = "en", **more: object) -> Article:
    return Article(slug, language, title, body, 5, f"{language}/{slug}.md", **more)


RETURNS = article(
    "returns",
    "Returning an item",
    "You can send an item back within 30 days. The label is in your account.\n\n"
    "## Price of a return\n\nA return by parcel costs 49 kroner. Handing it in at a shop is free. "
    "See [Delivery](delivery.md#price).\n",
    questions=("How do I send something back?", "Can I return a gift?"),
    reviewed=date(2026, 3, 1),
)
DELIVERY = article(
    "delivery",
    "How long delivery takes",
    "A parcel takes two working days. Bicycles take six.\n",
    questions=("When does my parcel arrive?",),
)
WARRANTY = article(
    "warranty",
    "Warranty on bicycles",
    "The frame is covered for ten years.\n",
    questions=("Is my frame covered?",),
)
SECRET = article(
    "goodwill",
    "Goodwill limits",
    "Agents may give 150 kroner per case.\n",
    audience="agents",
    questions=("How much goodwill may I give?",),
)
RETURNS_DA = article(
    "returns",
    "Returnering af en vare",
    "Du kan sende en vare tilbage inden for 30 dage.\n",
    "da",
    questions=("Hvordan sender jeg noget tilbage?",),
)
OFFER = article(
    "offer",
    "Bells for nothing",
    "A bell costs nothing with each tricycle.\n",
    questions=("Is the bell for nothing?",),
    expires=date(2026, 5, 31),
)
"""What has expired."""
LIBRARY = (RETURNS, DELIVERY, WARRANTY, SECRET, RETURNS_DA)


def knowledge(articles: Iterable[Article] = LIBRARY) -> FakeIndex:
    return FakeIndex(tuple(articles))


def settings(**given: object) -> Settings:
    """As an operator would set it, but that tests may ask as fast as they can."""
    return Settings(**{"company": "Kestrel", "pace_conversation": 10**6, "pace_address": 10**6, **given})
