"""Training: from a catalogue to an index that ranks and knows how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.calibrate import calibrate
from index.catalogue import Catalogue
from index.centre import Means, adapted
from index.confidence import UNCALIBRATED
from index.encoder import Encoder, Vectors
from index.generation import Manifest
from index.index import Index
from index.judged import JudgedQuestion
from index.memory import Memory
from index.names import Names
from index.progress import Report
from index.rank import Asked
from index.refusals import Refusals
from index.rehearse import Ask, rehearse, taught
from index.samples import sample_questions
from index.spelling import Spelling
from index.vectors import FieldVectors
from index.view import LONG, PROMPT_OF, SHORT
from index.weights import START, learn
from index.words import WordCounts

NO_MANIFEST = Manifest("", "", "", "", {}, {}, {})


@dataclass(frozen=True, slots=True)
class Material:
    """What an index is trained on; questions are as they are likeliest meant."""

    catalogue: Catalogue
    words: WordCounts
    spelling: Spelling
    names: Names
    refused: Sequence[JudgedQuestion]
    """What authors said that an article must never answer."""
    judged: Sequence[JudgedQuestion]

    @classmethod
    def of(cls, catalogue: Catalogue, judged: Sequence[JudgedQuestion], encoder: Encoder) -> "Material":
        spelling = Spelling.of(catalogue.texts(), catalogue.layout.languages)

        def read(question: JudgedQuestion) -> JudgedQuestion:
            text = spelling.mended(question.text, question.language, encoder.length, encoder.lexicon)
            return replace(question, text=text)

        refused = [
            JudgedQuestion(text, article.language, turned_down=frozenset({article.slug}))
            for article in catalogue.articles
            for text in article.not_questions
        ]
        return cls(
            catalogue,
            catalogue.word_counts(),
            spelling,
            catalogue.names(),
            [*map(read, refused)],
            [*map(read, judged)],
        )

    @property
    def questions(self) -> list[str]:
        """What is to be known beside the fields, to train on it."""
        asked = [*self.refused, *self.judged]
        own = [field.embedded for field in self.catalogue.fields if field.kind == "question"]
        everyday = [text for texts in sample_questions().values() for text in texts]
        judged = [question.text for question in asked]
        return [*judged, *filter(None, map(self.names.without, [*own, *judged, *everyday]))]


def train(material: Material, memory: Memory, encoder: Encoder, report: Report) -> Index:
    """An index of the material, without a manifest."""
    catalogue, layout = material.catalogue, material.catalogue.layout
    memory.embed(encoder, catalogue, report, material.questions)
    report("train", 0, 4)
    means = _means(catalogue, memory)
    centred = _centred(catalogue, memory, means)
    index = Index(
        manifest=NO_MANIFEST,
        encoder=encoder,
        catalogue=catalogue,
        vectors=FieldVectors.build(centred),
        words=material.words.words(),
        means=means,
        spelling=material.spelling,
        names=material.names,
        heads=taught(layout, centred),
        weights=START,
        calibration=UNCALIBRATED,
        refusals=_refusals(material, memory, means),
    )
    report("train", 1, 4)
    own = rehearse(
        catalogue, material.words, index.vectors, centred, asked(catalogue, memory, means, material.names)
    )
    report("train", 2, 4)
    weights = learn([(question.found.signals, question.right) for question in own])
    own = [replace(question, found=question.found.weighed(weights)) for question in own]
    index = replace(index, weights=weights)
    report("train", 3, 4)
    judged = [question.known(catalogue, memory, means, material.names) for question in material.judged]
    calibration = calibrate(index.ranker, own, judged, _strangers(memory, means, material.names))
    report("train", 4, 4)
    return replace(index, calibration=calibration)


def asked(catalogue: Catalogue, memory: Memory, means: Means, names: Names) -> Ask:
    """How fields are asked that are questions."""

    def ask(places: Sequence[int]) -> list[Asked]:
        fields = [catalogue.fields[place] for place in places]
        languages = [catalogue.articles[field.article].language for field in fields]
        return memory.asked(means, names, [field.embedded for field in fields], languages)

    return ask


def _means(catalogue: Catalogue, memory: Memory) -> Means:
    texts = [
        (view, catalogue.articles[field.article].language, field.embedded)
        for field in catalogue.fields
        for view in dict.fromkeys(field.views)
    ]
    raw = memory.vectors((PROMPT_OF[view], text) for view, _, text in texts)
    views, languages = [view for view, _, _ in texts], [language for _, language, _ in texts]
    return adapted(Means.of_samples(memory.vectors), raw, views, languages)


def _centred(catalogue: Catalogue, memory: Memory, means: Means) -> Vectors:
    """(fields, 2 x dimension), in the order of the catalogue."""
    centred = np.empty((len(catalogue.fields), 2 * means.dimension), np.float32)
    for views in (SHORT, LONG):
        places = [place for place, field in enumerate(catalogue.fields) if field.views == views]
        fields = [catalogue.fields[place] for place in places]
        languages = [catalogue.articles[field.article].language for field in fields]
        centred[places] = memory.seen(means, views, [field.embedded for field in fields], languages)
    return centred


def _strangers(memory: Memory, means: Means, names: Names) -> list[Asked]:
    return [
        asked
        for language, texts in sample_questions().items()
        for asked in memory.asked(means, names, texts, [language] * len(texts))
    ]


def _refusals(material: Material, memory: Memory, means: Means) -> Refusals:
    topic = {slug: place for place, slug in enumerate(material.catalogue.slugs)}
    topics: NDArray[np.int64] = np.array(
        [topic[slug] for question in material.refused for slug in question.turned_down or ()], np.int64
    )
    texts = [question.text for question in material.refused]
    languages = [question.language for question in material.refused]
    return Refusals(topics, memory.seen(means, SHORT, texts, languages))
