"""The public part: which articles of an index customers may read."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from index.vectors import Mask
from kb.article import Article


@dataclass(frozen=True, slots=True)
class Public:
    """What customers may read on a day."""

    articles: tuple[Article, ...]
    mask: Mask | None
    """Which articles (articles,) these are; None where all are."""

    @classmethod
    def of(cls, articles: tuple[Article, ...], today: date) -> "Public":
        mask = np.array([article.is_public(today) for article in articles], np.bool_)
        public = tuple(article for article, may in zip(articles, mask, strict=True) if may)
        return cls(public, None if mask.all() else mask)
