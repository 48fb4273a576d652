"""The catalogue: which articles, passages and fields an index holds, and how they belong together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.field import Field, fields_of
from index.names import Names
from index.rank import Layout
from index.words import WordCounts
from kb.article import Article
from kb.passage import Passage


@dataclass(frozen=True)
class Catalogue:
    """Articles, passages and fields by position; an article in all its languages is one topic."""

    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.articles, self.passages)

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """The topics, by position."""
        return tuple(dict.fromkeys(article.slug for article in self.articles))

    @cached_property
    def topic_of_article(self) -> NDArray[np.int64]:
        topics = {slug: place for place, slug in enumerate(self.slugs)}
        return np.array([topics[article.slug] for article in self.articles], np.int64)

    @cached_property
    def article_of_field(self) -> NDArray[np.int64]:
        return np.array([field.article for field in self.fields], np.int64)

    @cached_property
    def layout(self) -> Layout:
        """What the ranker needs to know of how they belong together."""
        kinds = np.array([field.kind for field in self.fields])
        languages = tuple(article.language for article in self.articles)
        return Layout(
            self.article_of_field, self.topic_of_article, kinds == "passage", kinds == "question", languages
        )

    @cached_property
    def versions(self) -> Mapping[int, Sequence[int]]:
        """The articles of each topic: its language versions."""
        versions: dict[int, list[int]] = {}
        for article, topic in enumerate(self.topic_of_article.tolist()):
            versions.setdefault(topic, []).append(article)
        return versions

    @cached_property
    def passage_fields(self) -> Mapping[int, NDArray[np.int64]]:
        """The positions of each article's passage fields, in the order of the passages."""
        places: dict[int, list[int]] = {}
        for place, field in enumerate(self.fields):
            if field.kind == "passage":
                places.setdefault(field.article, []).append(place)
        return {article: np.array(found, np.int64) for article, found in places.items()}

    @cached_property
    def title_fields(self) -> NDArray[np.int64]:
        """The position of each article's title (articles,)."""
        return np.array([place for place, field in enumerate(self.fields) if field.kind == "title"], np.int64)

    @cached_property
    def heading_fields(self) -> Mapping[int, NDArray[np.int64]]:
        """The positions of the heading fields of each passage that has any."""
        places: dict[int, list[int]] = {}
        for place, field in enumerate(self.fields):
            if field.kind == "heading" and field.passage is not None:
                places.setdefault(field.passage, []).append(place)
        return {passage: np.array(found, np.int64) for passage, found in places.items()}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({article.language for article in self.articles}))

    @cached_property
    def said(self) -> tuple[str, ...]:
        """What each field adds to the words of its article: a heading nothing, its passages have it."""
        return tuple(self._said(field) for field in self.fields)

    def _said(self, field: Field) -> str:
        if field.kind == "passage" and field.passage is not None:
            passage = self.passages[field.passage]
            return " ".join([*passage.heading, passage.plain])
        return "" if field.kind == "heading" else field.text

    def texts(self) -> list[str]:
        """All words of each article."""
        bodies: list[list[str]] = [[] for _ in self.articles]
        for field, said in zip(self.fields, self.said, strict=True):
            bodies[field.article].append(said)
        return ["\n".join(body) for body in bodies]

    def word_counts(self) -> WordCounts:
        """The words of each field, for the word index."""
        return WordCounts.of(self.said, self.article_of_field, self.layout.languages)

    def names(self) -> Names:
        """The names and numbers in the articles."""
        sentences = [(passage.plain, passage.article.language) for passage in self.passages]
        return Names.of(sentences, self.texts(), self.topic_of_article.tolist())

    def save(self, folder: Path) -> None:
        places = {(article.language, article.slug): place for place, article in enumerate(self.articles)}
        _write_lines(folder / "articles.jsonl", [_article_row(article) for article in self.articles])
        _write_lines(folder / "passages.jsonl", [_passage_row(passage, places) for passage in self.passages])

    @classmethod
    def load(cls, folder: Path) -> "Catalogue":
        articles = tuple(_article(row) for row in _lines(folder / "articles.jsonl"))
        passages = tuple(_passage(row, articles) for row in _lines(folder / "passages.jsonl"))
        return cls(articles, passages)


def _article_row(article: Article) -> dict[str, Any]:
    dates = {
        key: value and value.isoformat()
        for key in ("reviewed", "expires")
        for value in [getattr(article, key)]
    }
    return asdict(article) | dates


def _article(row: dict[str, Any]) -> Article:
    for key in ("questions", "not_questions", "tags"):
        row[key] = tuple(row[key])
    for key in ("reviewed", "expires"):
        row[key] = row[key] and date.fromisoformat(row[key])
    return Article(**row)


def _passage_row(passage: Passage, places: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    place = places[passage.article.language, passage.article.slug]
    own = {field.name: getattr(passage, field.name) for field in fields(Passage) if field.name != "article"}
    return {"article": place, "plain": passage.plain} | own


def _passage(row: dict[str, Any], articles: Sequence[Article]) -> Passage:
    article, plain = articles[row.pop("article")], row.pop("plain")
    passage = Passage(article, tuple(row.pop("heading")), **row)
    vars(passage)["plain"] = plain  # read from Markdown when it was built, which takes a millisecond or two
    return passage


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
