"""An opened index: questions in, hits out."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import explain
from index.catalogue import Catalogue
from index.centre import Means
from index.confidence import Calibration, log_odds
from index.encoder import Encoder
from index.errors import IndexingError
from index.excerpt import Excerpts
from index.explain import Explanation
from index.field import Field
from index.generation import FORMAT, Damaged, Manifest
from index.head import Heads
from index.hit import FieldKind, Found, Hit, Thresholds
from index.names import Names
from index.public import Public
from index.rank import Asked, Candidates, Ranker
from index.reader import Reader
from index.refusals import Refusals
from index.spelling import Spelling
from index.vectors import FieldVectors, Mask
from index.weights import Weights
from index.words import AskedWord, Words, same_words
from kb.article import Article, Audience
from kb.language import Language
from kb.passage import Passage

OF_LATE = 256  # questions: one that is asked is searched with, explained, and followed up
SURE = 0.9  # confidence from which on no other reading of a question is looked at
AHEAD = 1.7
"""Log odds of an answer that another reading must find beyond the likeliest one. Of 1,131 questions with a
letter left out in eight sets 11 more find it then, 13 with 1.0; of 1,639 clean ones 6 are read otherwise, 25
with 1.0, and none is lost."""
DOUBTED = 0.6  # the most confidence in an article that is first though a refusal is nearer than its fields
WORD_FOR_WORD = 0.99  # confidence where the question is one that the article's author wrote


@dataclass(frozen=True)
class Index:
    """Everything that one generation holds, ready to be asked."""

    manifest: Manifest
    encoder: Encoder
    catalogue: Catalogue
    vectors: FieldVectors
    words: Words
    means: Means
    spelling: Spelling
    names: Names
    heads: Heads
    weights: Weights
    calibration: Calibration
    refusals: Refusals
    today: Callable[[], date] = date.today
    """The day by which articles have expired or not; an index may be open for weeks."""

    @property
    def generation(self) -> str:
        return self.manifest.generation

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that articles are written in."""
        return self.catalogue.languages

    @property
    def articles(self) -> tuple[Article, ...]:
        return self.catalogue.articles

    @property
    def public(self) -> tuple[Article, ...]:
        """Those that customers may read today."""
        return self._public_on(self.today()).articles

    def passages(self, article: Article) -> tuple[Passage, ...]:
        """The passages of an article in order."""
        return self._passages_of.get((article.language, article.slug), ())

    def known_words(self, question: str) -> dict[str, float]:
        """Share of the question's words that the articles of each language hold, 0 to 1."""
        return self.words.known(question)

    def thresholds(self, wrong_answers: float) -> Thresholds:
        """From which confidence on to answer and to suggest, for a share of answers that may be wrong."""
        if wrong_answers not in self._thresholds:
            self._thresholds[wrong_answers] = self.calibration.thresholds(wrong_answers)
        return self._thresholds[wrong_answers]

    def search(
        self,
        question: str,
        language: Language,
        *,
        audience: Audience = "public",
        only: Collection[str] | None = None,
        k: int = 5,
        exclude: Collection[str] = (),
    ) -> Found:
        """The `k` likeliest articles, best first, each in the asker's language where it has that version.

        `audience` public sees what customers may read today, agents every article; `only` keeps articles in
        these languages; `exclude` leaves out slugs. All three hold before anything is ranked.
        """
        started = time.perf_counter()
        ranking = self._ranked(question, language, audience, only, exclude)
        places = range(min(k, len(ranking.candidates)))
        hits = tuple(self._hit(ranking, language.code, place) for place in places)
        return Found(question, language, hits, (time.perf_counter() - started) * 1000)

    def explained(
        self,
        question: str,
        language: Language,
        *,
        audience: Audience = "public",
        only: Collection[str] | None = None,
        k: int = 5,
        exclude: Collection[str] = (),
    ) -> tuple[Found, tuple[Explanation, ...]]:
        """What `search` finds, and why each hit stands where it stands."""
        found = self.search(question, language, audience=audience, only=only, k=k, exclude=exclude)
        ranking = self._ranked(question, language, audience, only, exclude)
        return found, tuple(self._explanation(found, ranking, place) for place in range(len(found.hits)))

    def fitting(
        self, article: Article, question: str, language: Language
    ) -> tuple[tuple[Passage, float], ...]:
        """The passages of an article, best first, and how much each speaks to the question: `Excerpts`."""
        asked = self.asked(question, language.code)
        return self.excerpts.fitting(self._place_of[article.language, article.slug], asked)

    def warm(self) -> None:
        """Load what is loaded at first use, so that the first customer does not wait for it."""
        spaced_and_unspaced = "ready 准备"
        for language in self.languages:
            self.search(spaced_and_unspaced, Language(language, 1.0), audience="agents")

    def asked(self, question: str, language: str) -> Asked:
        """A question, as the ranker needs it, by a customer who is spoken to in that language.

        Those of late are remembered.
        """
        return self._of_late(question, language, self.today())

    def _asked(self, question: str, language: str, today: date) -> Asked:
        """As it is likeliest meant; where words can't tell, as the articles have an answer to."""
        best = self.reader.asked(self.reader.meant(question, language), language)
        others = self.reader.others(best.text, language)
        if not others or (promise := self._promise(best, today)) >= SURE:
            return best
        most = log_odds(promise) + AHEAD
        for text in others:
            other = self.reader.asked(text, language)
            promised = log_odds(self._promise(other, today))
            if promised > most:
                best, most = other, promised
        return best

    def _promise(self, asked: Asked, today: date) -> float:
        """The confidence in the first public article, for everybody may be read by those."""
        confidences = self._confidences(asked, self.ranker.rank(asked, self._public_on(today).mask))
        return float(confidences[0]) if len(confidences) else 0.0

    def _confidences(self, asked: Asked, candidates: Candidates) -> NDArray[np.float64]:
        """The calibrated ones; an author's own question asked word for word is no matter of chance."""
        confidences = self.calibration.confidences(candidates, asked)
        if len(candidates):
            nearest = self.catalogue.fields[candidates.field[0]]
            if nearest.kind == "question" and same_words(nearest.text, asked.text):
                confidences[0] = max(confidences[0], WORD_FOR_WORD)
        return confidences

    def _ranked(
        self,
        question: str,
        language: Language,
        audience: Audience,
        only: Collection[str] | None,
        exclude: Collection[str],
    ) -> "Ranking":
        asked = self.asked(question, language.code)
        allowed = self._allowed(audience, only, exclude)
        candidates = self.ranker.rank(asked, allowed)
        refused = self.refusals.refused(asked.vector, candidates)
        doubted = bool(refused[:1].any()) and not self.refusals.mean(asked.vector, candidates)[0]
        refused[:1] &= not doubted
        candidates = candidates.only(~refused)
        confidences = self._confidences(asked, candidates)
        if doubted:
            confidences[0] = min(confidences[0], DOUBTED)
        confidences = _shared(confidences)
        return Ranking(asked, allowed, candidates, confidences)

    def _explanation(self, found: Found, ranking: "Ranking", place: int) -> Explanation:
        hit, candidates, asked = found.hits[place], ranking.candidates, ranking.asked
        return Explanation(
            hit=hit,
            read_as=asked.text,
            order=explain.order(candidates, self.weights, place),
            confidence=explain.confidence(self.calibration, candidates, asked, place, hit.confidence),
            words=self._asked_words(int(candidates.topics[place]), ranking),
            rest=explain.rest(candidates, asked, place),
        )

    def _asked_words(self, topic: int, ranking: "Ranking") -> tuple[AskedWord, ...]:
        """In the language version that has the most of the question."""
        versions = (
            self.words.asked(ranking.asked.text, article)
            for article in self.catalogue.versions[topic]
            if ranking.allowed is None or ranking.allowed[article]
        )
        return max(versions, key=lambda asked: sum(word.counted for word in asked), default=())

    def _allowed(
        self, audience: Audience, only: Collection[str] | None, exclude: Collection[str]
    ) -> Mask | None:
        """Which articles (articles,) may be looked at; None where all may."""
        masks = []
        if audience == "public" and (public := self._public_on(self.today()).mask) is not None:
            masks.append(public)
        if only is not None:
            masks.append(np.isin(self._languages_of, list(only)))
        if exclude:
            left_out = [self._topic_of[slug] for slug in exclude if slug in self._topic_of]
            masks.append(~np.isin(self.catalogue.topic_of_article, left_out))
        return np.logical_and.reduce(masks) if masks else None

    def _hit(self, ranking: "Ranking", language: str, place: int) -> Hit:
        candidates, topic = ranking.candidates, int(ranking.candidates.topics[place])
        field = self.catalogue.fields[candidates.field[place]]
        article = self._version(topic, language, field.article, ranking.allowed)
        return Hit(
            passage=self.excerpts.best(article, ranking.asked),
            field=field.kind,
            matched=self._text_of(field),
            similarity=float(candidates.similarity[place]),
            confidence=float(ranking.confidences[place]),
            fields=self._by_kind(topic, ranking.asked, ranking.allowed),
            words=float(candidates.bm25[place]),
        )

    def _version(self, topic: int, language: str, nearest: int, allowed: Mask | None) -> int:
        """The article to show: in the asker's language, else the version that holds the nearest field."""
        for article in self.catalogue.versions[topic]:
            if self.articles[article].language == language and (allowed is None or allowed[article]):
                return article
        return nearest

    def _text_of(self, field: Field) -> str:
        """What the field says, without the title that a passage is embedded under."""
        if field.kind == "passage" and field.passage is not None:
            return self.catalogue.passages[field.passage].plain
        return field.text

    def _by_kind(self, topic: int, asked: Asked, allowed: Mask | None) -> dict[FieldKind, float]:
        positions = self.ranker.fields_of(topic, allowed)
        similarities = self.vectors.at(positions) @ asked.vector
        best: dict[FieldKind, float] = {}
        for position, similarity in zip(positions.tolist(), similarities.tolist(), strict=True):
            kind = self.catalogue.fields[position].kind
            best[kind] = max(similarity, best.get(kind, -1.0))
        return best

    @cached_property
    def _of_late(self) -> Callable[[str, str, date], Asked]:
        return lru_cache(maxsize=OF_LATE)(self._asked)

    @cached_property
    def _public_on(self) -> Callable[[date], Public]:
        """Looked through once a day: a search must not."""
        return lru_cache(maxsize=1)(lambda today: Public.of(self.articles, today))

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.encoder, self.spelling, self.names, self.means)

    @cached_property
    def ranker(self) -> Ranker:
        return Ranker(self.vectors, self.words, self.heads, self.catalogue.layout, self.weights)

    @cached_property
    def excerpts(self) -> Excerpts:
        return Excerpts(self.catalogue, self.vectors, self.words)

    @cached_property
    def _thresholds(self) -> dict[float, Thresholds]:
        """By wrong-answer budget."""
        return {}

    @cached_property
    def _languages_of(self) -> NDArray[np.str_]:
        """The language of each article."""
        return np.array(self.catalogue.layout.languages)

    @cached_property
    def _topic_of(self) -> dict[str, int]:
        """The position of each topic by its slug."""
        return {slug: topic for topic, slug in enumerate(self.catalogue.slugs)}

    @cached_property
    def _place_of(self) -> dict[tuple[str, str], int]:
        """The position of each article by its language and slug."""
        return {(article.language, article.slug): place for place, article in enumerate(self.articles)}

    @cached_property
    def _passages_of(self) -> dict[tuple[str, str], tuple[Passage, ...]]:
        found: dict[tuple[str, str], tuple[Passage, ...]] = {}
        for passage in self.catalogue.passages:
            key = passage.article.language, passage.article.slug
            found[key] = (*found.get(key, ()), passage)
        return found

    def save(self, folder: Path) -> None:
        """Write everything but the manifest."""
        self.catalogue.save(folder)
        self.vectors.save(folder / "fields.faiss")
        (folder / "words").mkdir()
        self.words.save(folder / "words")
        self.means.save(folder / "means.npz")
        self.heads.save(folder / "heads.npz")
        self.spelling.save(folder / "spelling.json")
        self.names.save(folder / "names.json")
        self.weights.save(folder / "weights.json")
        self.calibration.save(folder / "calibration.json")
        self.refusals.save(folder / "refusals.npz")

    @classmethod
    def load(cls, folder: Path, manifest: Manifest, encoder: Encoder) -> "Index":
        """Read a verified generation."""
        try:
            if manifest.format < FORMAT:
                raise Damaged(folder, "the index was made by an earlier version of the program")
            catalogue, vectors = Catalogue.load(folder), FieldVectors.load(folder / "fields.faiss")
            if len(vectors) != len(catalogue.fields):
                raise Damaged(folder, "the index was made by another version of the program")
            return cls(
                manifest=manifest,
                encoder=encoder,
                catalogue=catalogue,
                vectors=vectors,
                words=Words.load(folder / "words", len(catalogue.articles)),
                means=Means.load(folder / "means.npz"),
                heads=Heads.load(folder / "heads.npz"),
                spelling=Spelling.load(folder / "spelling.json"),
                names=Names.load(folder / "names.json"),
                weights=Weights.load(folder / "weights.json"),
                calibration=Calibration.load(folder / "calibration.json"),
                refusals=Refusals.load(folder / "refusals.npz"),
            )
        except IndexingError:
            raise
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise Damaged(folder, f"the index can't be read ({type(error).__name__})") from error


def _shared(confidences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Only one article is the best answer: what the first leaves is the most that another can have."""
    if len(confidences) > 1:
        left = min(confidences[0], 1 - confidences[0])
        confidences[1:] = np.minimum.accumulate(np.minimum(confidences[1:], left))
    return confidences


@dataclass(frozen=True, slots=True)
class Ranking:
    """The articles that may answer a question, best first, and how sure that is of each."""

    asked: Asked
    allowed: Mask | None
    """Which articles (articles,) may be looked at; None where all may."""
    candidates: Candidates
    confidences: NDArray[np.float64]
    """(candidates,)"""
