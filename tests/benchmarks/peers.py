"""Other ways to find an article with the same model, as their own documentation sets them up.

The plain recipe, which is what most people build first, has the passages that customers may see, each under
its title and headings. txtai and Haystack have each alternate question besides, as a document of its own, and
BM25 has all words of an article together.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.catalogue import Catalogue
from index.encoder import Vectors
from index.evaluate import Expected
from index.words import words

DOCUMENTS = 50  # looked at for one question, so that ten articles come of them
ARTICLES = 10
NOTHING = -1.0  # confidence
SURE_COSINE = 0.8  # the limit most often seen in tutorials that filter by cosine
ENCODED_ALONE = 30  # questions of each set that are encoded one by one, to see how long that takes


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a system finds for one question."""

    slugs: tuple[str, ...]
    """Articles, best first."""
    confidence: float
    """Of the first, on whatever scale the system has; -1.0 where nothing was found."""


class System(Protocol):
    """A way to find articles, ready to be asked."""

    name: str
    threshold: float | None
    """From which confidence on it answers; None where it has no such thing, and answers everything."""
    encoding: float
    """Milliseconds that a question takes before it comes here as a vector; 0.0 where none is wanted."""

    def ask(self, expected: Expected) -> Ranked: ...


@dataclass(frozen=True, slots=True)
class Document:
    """A text to find, and the article it belongs to."""

    slug: str
    text: str
    language: str


def passages_of(catalogue: Catalogue) -> list[Document]:
    """Every public passage under its title."""
    return _documents(catalogue, ("passage",))


def texts_of(catalogue: Catalogue) -> list[Document]:
    """Every public passage under its title, and every alternate question."""
    return _documents(catalogue, ("passage", "question"))


def _documents(catalogue: Catalogue, kinds: Sequence[str]) -> list[Document]:
    articles = catalogue.articles
    return [
        Document(articles[field.article].slug, field.text, articles[field.article].language)
        for field in catalogue.fields
        if field.kind in kinds and articles[field.article].audience == "public"
    ]


class Sentences:
    """The model in sentence-transformers, which the peers share: every text goes through it once."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        """`kept` is a file for the documents' vectors, so that the next run has them at hand."""
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self._model = SentenceTransformer(str(folder), device="cpu")
        self._kept = kept
        self._documents: dict[str, Vectors] = {}
        self._questions: dict[str, Vectors] = {}
        self.milliseconds = 0.0
        """Of one of the newest questions, encoded alone; the median."""
        if kept is not None:
            with suppress(OSError), np.load(kept) as arrays:
                self._documents = dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))

    def documents(self, texts: Sequence[str]) -> Vectors:
        """(texts, dimension)"""
        new = [text for text in dict.fromkeys(texts) if _key(text) not in self._documents]
        self._documents |= {
            _key(text): vector for text, vector in zip(new, self._encode(new, "passage"), strict=True)
        }
        if new and self._kept is not None:
            keys = list(self._documents)
            np.savez(
                self._kept, keys=np.array(keys), vectors=np.array([self._documents[key] for key in keys])
            )
        return np.array([self._documents[_key(text)] for text in texts], np.float32)

    def learn(self, questions: Sequence[str]) -> None:
        """Encode the questions, some of them one by one."""
        self.milliseconds = float(np.median([self._alone(text) for text in questions[:ENCODED_ALONE]]))
        self._questions = dict(zip(questions, self._encode(questions, "query"), strict=True))

    def question(self, text: str) -> Vectors:
        """Of a question that was learned."""
        return self._questions[text]

    def _alone(self, text: str) -> float:
        """Milliseconds; the best of three, since a busy machine slows torch's threads most."""
        seconds = []
        for _ in range(3):
            started = time.perf_counter()
            self._encode([text], "query")
            seconds.append(time.perf_counter() - started)
        return 1000 * min(seconds)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, 0), np.float32)
        vectors: Vectors = self._model.encode(
            list(texts), prompt_name=prompt, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors


class Plain:
    """The plain recipe: a vector of each passage, FAISS, and a limit on the cosine."""

    name = "sentence-transformers + FAISS"
    threshold: float | None = SURE_COSINE

    def __init__(self, documents: Sequence[Document], sentences: Sentences) -> None:
        import faiss

        vectors = sentences.documents([document.text for document in documents])
        self._slugs = [document.slug for document in documents]
        self.encoding = sentences.milliseconds
        self._sentences = sentences
        self._index: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def ask(self, expected: Expected) -> Ranked:
        vector = self._sentences.question(expected.question)[None]
        similarities, places = self._index.search(vector, min(DOCUMENTS, len(self._slugs)))
        return _ranked(zip((self._slugs[place] for place in places[0]), similarities[0], strict=True))


class WordsOnly:
    """BM25 (bm25s) over whole articles, in Askdesk's own words: folded, segmented and stemmed by language."""

    name = "BM25"
    threshold: float | None = None
    encoding = 0.0

    def __init__(self, catalogue: Catalogue) -> None:
        from bm25s import BM25

        texts = zip(catalogue.articles, catalogue.texts(), strict=True)
        public = [(article, text) for article, text in texts if article.audience == "public"]
        self._slugs = [article.slug for article, _ in public]
        self._index = BM25()
        self._index.index([words(text, article.language) for article, text in public], show_progress=False)

    def ask(self, expected: Expected) -> Ranked:
        asked = words(expected.question, expected.language or "en")
        known = [word for word in asked if word in self._index.vocab_dict]
        if not known:
            return Ranked((), NOTHING)
        weights = self._index.get_scores(known)
        best = [place for place in np.argsort(-weights, kind="stable")[:DOCUMENTS] if weights[place] > 0]
        return _ranked((self._slugs[place], float(weights[place])) for place in best)


class Txtai:
    """txtai's embeddings database, its dense vectors alone or beside its own BM25."""

    threshold: float | None = None

    def __init__(self, documents: Sequence[Document], sentences: Sentences, hybrid: bool) -> None:
        from txtai import Embeddings

        vector_of: Callable[[str], Vectors] = dict(
            zip(
                (document.text for document in documents),
                sentences.documents([document.text for document in documents]),
                strict=True,
            )
        ).__getitem__
        lookup = {"of": vector_of}  # txtai asks one function for documents and for questions

        def transform(texts: Sequence[str]) -> Vectors:
            return np.array([lookup["of"](text) for text in texts], np.float32)

        self.name = "txtai, hybrid" if hybrid else "txtai"
        self.encoding = sentences.milliseconds
        self._slugs = [document.slug for document in documents]
        self._embeddings = Embeddings({"method": "external", "transform": transform, "hybrid": hybrid})
        self._embeddings.index((place, document.text, None) for place, document in enumerate(documents))
        lookup["of"] = sentences.question

    def ask(self, expected: Expected) -> Ranked:
        found = self._embeddings.search(expected.question, DOCUMENTS)
        return _ranked((self._slugs[place], confidence) for place, confidence in found)


class Haystack:
    """Haystack's in-memory store: its embedding retriever alone, or fused by rank with its BM25 retriever."""

    threshold: float | None = None

    def __init__(self, documents: Sequence[Document], sentences: Sentences, hybrid: bool) -> None:
        os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
        from haystack import Document as Stored
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        vectors = sentences.documents([document.text for document in documents])
        store.write_documents(
            [
                Stored(id=str(place), content=one.text, embedding=vector.tolist(), meta={"slug": one.slug})
                for place, (one, vector) in enumerate(zip(documents, vectors, strict=True))
            ]
        )
        self.name = "Haystack, hybrid" if hybrid else "Haystack"
        self.encoding = sentences.milliseconds
        self._sentences = sentences
        self._dense = InMemoryEmbeddingRetriever(store, top_k=DOCUMENTS)
        self._sparse = InMemoryBM25Retriever(store, top_k=DOCUMENTS) if hybrid else None
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def ask(self, expected: Expected) -> Ranked:
        vector = self._sentences.question(expected.question).tolist()
        found = self._dense.run(query_embedding=vector)["documents"]
        if self._sparse is not None:
            beside = self._sparse.run(query=expected.question)["documents"]
            found = self._joiner.run(documents=[found, beside])["documents"]
        return _ranked((document.meta["slug"], document.score) for document in found)


def peers(catalogue: Catalogue, sentences: Sentences) -> Iterable[Callable[[], System]]:
    """Makers of all that is installed here."""
    passages, texts = passages_of(catalogue), texts_of(catalogue)
    yield lambda: Plain(passages, sentences)
    yield lambda: WordsOnly(catalogue)
    if installed("txtai"):
        yield lambda: Txtai(texts, sentences, hybrid=False)
        yield lambda: Txtai(texts, sentences, hybrid=True)
    if installed("haystack"):
        yield lambda: Haystack(texts, sentences, hybrid=False)
        yield lambda: Haystack(texts, sentences, hybrid=True)


def installed(package: str) -> bool:
    return find_spec(package) is not None


def _ranked(found: Iterable[tuple[str, float]]) -> Ranked:
    """Articles by their best document."""
    best: dict[str, float] = {}
    for slug, confidence in found:
        best.setdefault(slug, float(confidence))
    return Ranked(tuple(best)[:ARTICLES], next(iter(best.values()), NOTHING))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
