"""The rehearsal: a knowledge base's own questions, each asked as if the index had never held it.

The questions are dealt into folds. For each fold a ranker is made without its questions: not among the
fields, not among the words, not in the question head.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.encoder import Vectors
from index.head import OTHERS, Head, Heads, train, worth_training
from index.rank import Asked, Candidates, Layout, Ranker
from index.vectors import FieldVectors, Mask
from index.words import WordCounts

FOLDS = 5
QUESTIONS = 600  # asked at the most: a few seconds of searching at 10,000 articles


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A question, what was found for it, and the topic that it belongs to."""

    asked: Asked
    found: Candidates
    topic: int

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which of the candidates are right."""
        return np.asarray(self.found.topics == self.topic)


Ask = Callable[[Sequence[int]], Sequence[Asked]]
"""The texts of the fields at these positions as customers would ask them."""


def rehearse(
    catalogue: Catalogue, counts: WordCounts, vectors: FieldVectors, centred: Vectors, ask: Ask
) -> list[Rehearsed]:
    """Ask the alternate questions, a sample of them where there are many.

    `centred` (fields, dimension) are the fields' vectors. A title says what its passages say and would be
    found too easily, so titles are not asked.
    """
    places = [place for place, field in enumerate(catalogue.fields) if field.kind == "question"]
    chosen = places if len(places) <= QUESTIONS else random.Random(0).sample(places, QUESTIONS)
    rehearsed: list[Rehearsed] = []
    for fold in _folds(chosen, len(places)):
        ranker = _without(catalogue, counts, vectors, centred, fold)
        asked = ask(fold)
        topics = catalogue.topic_of_article[catalogue.article_of_field[fold]].tolist()
        rehearsed += map(Rehearsed, asked, ranker.rank_each(asked), topics)
    return [question for question in rehearsed if len(question.found)]


def _folds(chosen: Sequence[int], questions: int) -> Iterator[list[int]]:
    """At most a fifth of the questions is missing at a time; a part of very many is missing at once."""
    count = 1 if len(chosen) * FOLDS <= questions else FOLDS
    shuffled = list(chosen)
    random.Random(1).shuffle(shuffled)
    for fold in range(count):
        if shuffled[fold::count]:
            yield shuffled[fold::count]


def _without(
    catalogue: Catalogue, counts: WordCounts, vectors: FieldVectors, centred: Vectors, fold: Sequence[int]
) -> Ranker:
    missing = np.zeros(len(catalogue.fields), np.bool_)
    missing[list(fold)] = True
    layout = catalogue.layout
    languages = {layout.languages[article] for article in layout.article_of_field[list(fold)]}
    heads = taught(layout, centred, ~missing, languages)
    return Ranker(vectors, counts.words(missing), heads, layout, without=missing)


def taught(
    layout: Layout, centred: Vectors, allowed: Mask | None = None, languages: Iterable[str] | None = None
) -> Heads:
    """The question heads of the fields allowed, for questions in these languages; all by default."""
    languages = {*layout.languages, OTHERS} if languages is None else languages
    short = ~layout.is_passage if allowed is None else ~layout.is_passage & allowed
    silent = frozenset(one for one in languages if _has_nothing(layout, short & layout.spoken_in(one)))
    fields = {language: short & layout.heard_in(language) for language in {*languages} - silent}
    own = {language: heard for language, heard in fields.items() if not np.array_equal(heard, short)}
    if len(own) < len(fields):
        own[OTHERS] = short
    heads = {language: _taught(layout, centred, heard) for language, heard in own.items()}
    return Heads({language: head for language, head in heads.items() if head is not None}, silent)


def _has_nothing(layout: Layout, own: Mask) -> bool:
    """Whether articles of a language have nothing to learn from, where it has some."""
    return bool(own.any()) and not _is_worth_training(layout, own)


def _taught(layout: Layout, centred: Vectors, fields: Mask) -> Head | None:
    """None where nothing would be learned."""
    if not _is_worth_training(layout, fields):
        return None
    return train(centred[fields], _owners(layout, fields), int(layout.topic_of_article.max()) + 1)


def _is_worth_training(layout: Layout, fields: Mask) -> bool:
    return worth_training(_owners(layout, fields), layout.is_question[fields])


def _owners(layout: Layout, fields: Mask) -> NDArray[np.int64]:
    owners: NDArray[np.int64] = layout.topic_of_article[layout.article_of_field[fields]]
    return owners
