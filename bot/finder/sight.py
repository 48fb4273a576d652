"""What the finder shows at a moment: markup, and for each of its rows what can be done with it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bot.answer.link import article_url, followed
from bot.finder.mark import mark_of
from index.index import Index
from kb.passage import Passage


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as it is handed to whoever wants it."""

    mark: str
    article: str
    language: str
    audience: str
    title: str
    section: str
    link: str
    """Of the page that customers may open; empty for what is for agents, and for what has expired."""
    source: str
    """File and line."""
    plain: str
    markdown: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Sight:
    html: str
    """Markup."""
    rows: tuple[Row, ...] = ()
    told: str = ""
    """For those who can't see it."""

    def document(self) -> dict[str, Any]:
        return {"html": str(self.html), "rows": [asdict(row) for row in self.rows], "told": self.told}


def rows_of(passages: Iterable[Passage], index: Index) -> tuple[Row, ...]:
    return tuple(_row(passage, index) for passage in passages)


def source(passage: Passage) -> str:
    return f"{passage.article.path}:{passage.first_line}"


def _row(passage: Passage, index: Index) -> Row:
    article = passage.article
    return Row(
        mark=mark_of(passage, index),
        article=article.slug,
        language=article.language,
        audience=article.audience,
        title=article.title,
        section=" › ".join(passage.heading),
        link=article_url(article, passage.anchor) if article.is_public(index.today()) else "",
        source=source(passage),
        plain=passage.plain.strip(),
        markdown=followed(passage.text, article).strip(),
        anchor=passage.anchor,
    )
