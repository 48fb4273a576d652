"""Fields: the texts of an article that a question may lie near to."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from index.hit import FieldKind
from index.spelling import plain
from index.view import LONG, SHORT, Views
from kb.article import Article
from kb.markdown import headings
from kb.passage import Passage


@dataclass(frozen=True)
class Field:
    """One text to embed, and where it came from."""

    kind: FieldKind
    text: str
    article: int
    """Position of the article in the index."""
    passage: int | None = None
    """Position of the passage in the index; None for titles and questions, which speak for all of them."""

    @cached_property
    def embedded(self) -> str:
        """What the model sees: the text as a question that is the same would be read."""
        return plain(self.text)

    @property
    def views(self) -> Views:
        """Titles, questions and headings are seen as a customer's question is: an identical one gives 1.0."""
        return LONG if self.kind == "passage" else SHORT


def fields_of(articles: Sequence[Article], passages: Sequence[Passage]) -> tuple[Field, ...]:
    """Every field of the articles: for each its title, its questions, its passages with their headings."""
    position = {(article.language, article.slug): number for number, article in enumerate(articles)}
    of_article: list[list[Field]] = [
        [
            Field("title", article.title, number),
            *(Field("question", text, number) for text in article.questions),
        ]
        for number, article in enumerate(articles)
    ]
    for place, passage in enumerate(passages):
        number = position[passage.article.language, passage.article.slug]
        of_article[number].append(Field("passage", _embedded(passage), number, place))
        of_article[number] += [Field("heading", text, number, place) for text in _headings(passage)]
    return tuple(field for fields in of_article for field in fields)


def _embedded(passage: Passage) -> str:
    """The passage under its title and headings, without which most passages don't say what they are about.

    A title that only repeats how the text begins is left out: it would make all passages alike.
    """
    article = passage.article
    opening = " ".join(article.body[: 4 * len(article.title)].split())
    title = () if opening.startswith(article.title) else (article.title,)
    return "\n".join([" - ".join([*title, *passage.heading]), passage.plain]).strip()


def _headings(passage: Passage) -> list[str]:
    """The headings that a passage holds or stands under, each below the title."""
    above = [passage.heading] if passage.heading else []
    paths = [(*passage.heading, text) for text in headings(passage.text)] or above
    return [" - ".join([passage.article.title, *path]) for path in paths]
