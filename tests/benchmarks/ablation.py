"""What each part of the ranking and of the confidence brings: an index put together without it.

The parts of the ranking are taken out one at a time under the confidence that was calibrated with all of
them, so only their first hits can be compared; the confidence is varied over the whole ranking.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.answer.language import language_of
from bot.settings import Settings
from index.centre import Means
from index.confidence import FEATURES, UNCALIBRATED, Numbers, features, fit, prior, sigmoid
from index.encoder import Encoder, Prompt, Vectors
from index.evaluate import Expected
from index.generation import Generations
from index.hit import FieldKind
from index.index import Index
from index.memory import Memory
from index.rank import Asked, Candidates, Ranker
from index.rehearse import rehearse, taught
from index.samples import sample_questions
from index.spelling import Spelling
from index.train import asked
from index.vectors import FieldVectors
from index.view import LONG, SHORT, View, Views, joined
from index.weights import START
from tests.benchmarks.questionset import QuestionSet
from tests.benchmarks.scoring import Row

WHOLE = "all parts"
RIDGE = 1.0  # of coefficients that are fitted without a prior
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to find articles, complete but for a part."""

    name: str
    ask: Callable[[str, str], Asked]
    """A question and its language, as `rank` takes it."""
    rank: Callable[[Asked], Candidates]
    confidence: Callable[[Candidates, Asked], Numbers]


def rows(questions: QuestionSet, index: Index, settings: Settings) -> list[Row]:
    """Every variant asked every question."""
    parts = Parts(replace(index, encoder=Remembering(index.encoder)), settings)
    answer = index.thresholds(settings.wrong_answers).answer
    return [
        _row(variant, questions.name, expected, language, index, answer)
        for expected in questions.questions
        for language in [language_of(expected.question, index, settings.languages).code]
        for variant in parts.variants
    ]


class Remembering:
    """An encoder that reads each question once, however many variants ask it."""

    def __init__(self, encoder: Encoder) -> None:
        self.dimension, self.encode, self.length = encoder.dimension, encoder.encode, encoder.length
        self.lexicon, self._encoder = encoder.lexicon, encoder
        self._known: dict[tuple[str, Prompt], Vectors] = {}

    def question(self, text: str, prompt: Prompt = "query") -> Vectors:
        if (text, prompt) not in self._known:
            self._known[text, prompt] = self._encoder.question(text, prompt)
        return self._known[text, prompt]


class Parts:
    """An index taken apart."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self._index = index
        revision = index.manifest.revision
        self._memory = Memory.of_newest(Generations(settings.data / "index"), revision)
        self._memory.know_samples(index.encoder, None)
        self._public = np.array([article.audience == "public" for article in index.articles], np.bool_)

    @cached_property
    def variants(self) -> Sequence[Variant]:
        return [*self._of_ranking(), *self._of_confidence()]

    def _of_ranking(self) -> Iterator[Variant]:
        weights = self._index.weights
        yield self._variant(WHOLE)
        yield self._uncentred()
        yield self._seen_once()
        yield self._variant("words", self._weighed(words=0.0))
        yield self._variant("letter groups", self._weighed(grams=0.0))
        yield self._variant("words and letter groups", self._weighed(words=0.0, grams=0.0))
        yield self._variant("question head", self._weighed(head=0.0))
        yield self._variant(
            "article as a whole", self._weighed(nearest=weights.nearest + weights.about, about=0.0)
        )
        yield self._variant("learned weights", replace(self._index, weights=START))
        yield self._nobody_ahead()
        yield self._variant("mended spelling", replace(self._index, spelling=Spelling({})))
        yield self._without("titles as fields", "title")
        yield self._without("questions as fields", "question")
        yield self._without("headings as fields", "heading")
        yield self._without("all but passages as fields", "title", "question", "heading")

    def _of_confidence(self) -> Iterator[Variant]:
        whole = self._variant(WHOLE)
        yield replace(whole, name="own questions in the confidence", confidence=UNCALIBRATED.confidences)
        yield replace(whole, name="names left out in the confidence", confidence=self._named)
        yield replace(
            whole, name="prior of the confidence", confidence=self._fitted(range(len(FEATURES) - 1))
        )
        similarity = FEATURES.index("similarity")
        yield replace(
            whole, name="all but similarity in the confidence", confidence=self._fitted([similarity])
        )

    def _variant(self, name: str, index: Index | None = None, ranker: Ranker | None = None) -> Variant:
        own = index or self._index
        ranking = ranker or own.ranker
        return Variant(
            name,
            own.asked,
            lambda asked: ranking.rank(asked, self._public),
            self._index.calibration.confidences,
        )

    def _weighed(self, **changed: float) -> Index:
        return replace(self._index, weights=replace(self._index.weights, **changed))

    def _nobody_ahead(self) -> Variant:
        """No lead for topics that have no version in the question's language."""
        ranker = self._index.ranker

        def rank(asked: Asked) -> Candidates:
            found = ranker.rank(asked, self._public)
            return replace(found, foreign=np.zeros(len(found), np.bool_)).weighed(self._index.weights)

        return replace(self._variant("a lead for other languages"), rank=rank)

    def _without(self, name: str, *kinds: FieldKind) -> Variant:
        index = self._index
        missing = np.array([field.kind in kinds for field in index.catalogue.fields], np.bool_)
        layout = index.catalogue.layout
        ranker = Ranker(index.vectors, index.words, index.heads, layout, index.weights, missing)
        return self._variant(name, ranker=ranker)

    def _uncentred(self) -> Variant:
        nothing = np.zeros(self._index.means.dimension, np.float32)
        means = Means(dict.fromkeys(self._index.means.of, nothing))
        index = self._of_vectors(self._centred(means, SHORT), means)
        return self._variant("centring", index)

    def _seen_once(self) -> Variant:
        """Short texts as something asked only."""
        once: Views = ("asked", "asked")
        index = self._of_vectors(self._centred(self._index.means, once), self._index.means)

        def ask(question: str, language: str) -> Asked:
            asked = self._index.asked(question, language)
            half = self._half("asked", asked)
            return replace(asked, vector=joined(half, half))

        return replace(self._variant("second view", index), ask=ask)

    def _half(self, view: View, asked: Asked) -> Vectors:
        raw = self._index.encoder.question(asked.text, "query")
        centred: Vectors = self._index.means.centred(view, [asked.language], raw[None])[0]
        return centred

    def _centred(self, means: Means, short: Views) -> Vectors:
        """(fields, 2 x dimension), in the order of the catalogue."""
        fields = self._index.catalogue.fields
        centred = np.empty((len(fields), 2 * means.dimension), np.float32)
        for views, passages in ((short, False), (LONG, True)):
            places = [place for place, field in enumerate(fields) if (field.kind == "passage") == passages]
            texts = [fields[place].embedded for place in places]
            languages = [self._index.articles[fields[place].article].language for place in places]
            centred[places] = self._memory.seen(means, views, texts, languages)
        return centred

    def _of_vectors(self, centred: Vectors, means: Means) -> Index:
        heads = taught(self._index.catalogue.layout, centred)
        return replace(self._index, vectors=FieldVectors.build(centred), means=means, heads=heads)

    def _named(self, candidates: Candidates, asked: Asked) -> Numbers:
        """Every question is believed as a whole."""
        whole = replace(candidates, rest=np.ones_like(candidates.rest))
        return self._index.calibration.confidences(whole, asked)

    def _fitted(self, columns: Iterable[int]) -> Callable[[Candidates, Asked], Numbers]:
        """A confidence from some of the features, fitted to this knowledge base alone."""
        chosen = list(columns)

        def design(table: Numbers) -> Numbers:
            return np.column_stack([prior().standardised(table)[:, chosen], np.ones(len(table))])

        table, right = self._known
        if not right.any():  # without questions of its own there is nothing to fit to
            return lambda candidates, asked: np.full(len(candidates), 0.5)
        start = np.zeros(len(chosen) + 1)
        coefficients = fit(design(table), right, np.ones(len(table)), start, RIDGE)
        return lambda candidates, asked: sigmoid(design(features(candidates, asked)) @ coefficients)

    @cached_property
    def _known(self) -> tuple[Numbers, NDArray[np.bool_]]:
        """Features (questions, features) of own questions' and strangers' first hits, and which are right."""
        index = self._index
        centred = self._centred(index.means, SHORT)
        ask = asked(index.catalogue, self._memory, index.means, index.names)
        counts = index.catalogue.word_counts()
        own = rehearse(index.catalogue, counts, index.vectors, centred, ask)
        found = [(one.found.weighed(index.weights), one.asked, one.topic) for one in own]
        found += [(index.ranker.rank(stranger), stranger, -1) for stranger in self._strangers()]
        known = [(features(one, who)[0], one.topics[0] == topic) for one, who, topic in found if len(one)]
        return np.array([row for row, _ in known]), np.array([right for _, right in known], np.bool_)

    def _strangers(self) -> Iterator[Asked]:
        for language, texts in sample_questions().items():
            yield from self._memory.asked(
                self._index.means, self._index.names, texts, [language] * len(texts)
            )


def _row(variant: Variant, run: str, expected: Expected, language: str, index: Index, answer: float) -> Row:
    asked = variant.ask(expected.question, language)
    found = variant.rank(asked)
    confidence = float(variant.confidence(found, asked)[0]) if len(found) else 0.0
    slugs = [index.catalogue.slugs[topic] for topic in found.topics[:DEPTH]]
    ranks = (rank for rank, slug in enumerate(slugs, start=1) if slug in expected.expect)
    return Row(
        system=variant.name,
        run=run,
        language=expected.language or language,
        inside=bool(expected.expect),
        rank=next(ranks, None),
        confidence=confidence,
        answered=confidence >= answer,
        milliseconds=0.0,
    )
