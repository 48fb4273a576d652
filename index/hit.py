"""What a search finds: an article's best passage, and how sure we are that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kb.language import Language
from kb.passage import Passage

FieldKind = Literal["title", "question", "heading", "passage"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that may answer, shown by one of its passages."""

    passage: Passage
    """What to show, from the article's version in the asker's language where there is one."""
    field: FieldKind
    """The kind of field that lies nearest to the question."""
    matched: str
    """That field's text."""
    similarity: float
    """Cosine of question and nearest field after centring, -1 to 1, higher is nearer."""
    confidence: float
    """Probability that this article answers the question, 0 to 1."""
    fields: Mapping[FieldKind, float]
    """The best similarity of each kind of field, for explanations."""
    words: float
    """BM25 of the question's words in the article, 0 and up."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that one search knows: the question, its language, and the hits, best first, one per article."""

    question: str
    language: Language
    hits: tuple[Hit, ...]
    milliseconds: float
    added: str = ""
    """What the question adds to the one before, "sweden" of "and Sweden?", where it was found as that."""

    @property
    def confidence(self) -> float:
        """Probability that the first hit answers; 0.0 where nothing was found."""
        return self.hits[0].confidence if self.hits else 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which on the bot answers, and from which on it suggests."""

    answer: float
    suggest: float
