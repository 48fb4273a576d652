"""Looking up: the articles as they are served now, beside what an agent keeps and misses."""

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

from filelock import Timeout
from sqlalchemy import Engine

from bot.answer import link
from bot.editions import generations
from bot.finder.kept import MOST_PINS, Kept
from bot.finder.mark import marked
from bot.finder.missed import MissedAnswers
from bot.finder.search import Search, find, products
from bot.finder.sight import Sight
from bot.live import LiveIndex
from bot.pages import finder
from bot.settings import Settings
from index.history import Change, History
from kb.article import Article
from kb.language import name

log = logging.getLogger(__name__)

WEEK = timedelta(days=7)


class Lookup:
    """What the routes of the finder are made of."""

    def __init__(self, live: LiveIndex, engine: Engine, settings: Settings) -> None:
        self._live = live
        self._settings = settings
        self.kept = Kept(engine)
        self.missed = MissedAnswers(engine)
        self._history = History(generations(settings))
        self._followed: str | None = None

    def found(self, search: Search, today: date) -> Sight:
        """What is shown for a search."""
        return finder.found(self._live, self._settings, search, today)

    def start(self, agent: str, today: date) -> dict[str, Any]:
        """What is shown before anything is typed, what can be chosen from, and what is pinned."""
        index = self._live.index
        pins = self.kept.pins(agent)
        own = finder.Own(self.kept.recent(agent), pins, self._changes())
        sight = finder.start(self._live, own, today)
        articles = index.articles if index else ()
        languages = index.languages if index else ()
        return {
            **sight.document(),
            "languages": sorted(([code, name(code)] for code in languages), key=lambda pair: pair[1]),
            "products": products(articles),
            "pinned": [pin.mark for pin in pins],
        }

    def _changes(self) -> tuple[Change, ...]:
        """What became of the articles this week, as far as it can be read."""
        index = self._live.index
        try:
            if index is not None and index.generation != self._followed:
                self._history.follow()
                self._followed = index.generation
            return self._history.since(datetime.now(UTC) - WEEK)
        except (OSError, Timeout) as error:
            log.warning("what changed this week is not known: %s", error)
            return ()

    def article(self, language: str, slug: str) -> Article | None:
        """A whole article, those for agents too."""
        index = self._live.index
        return link.find(index.articles if index else (), language, slug)

    def pin(self, agent: str, mark: str, pinned: bool) -> str | None:
        """Pins a passage or lets it go; where it can't be pinned, the sentence that says why."""
        if not pinned:
            self.kept.unpin(agent, mark)
            return None
        index = self._live.index
        if index is None:
            return self._live.problem or finder.NO_INDEX
        passage = marked(mark, index)
        if passage is None:
            return "this passage is no longer there: search for it again"
        if not self.kept.pin(agent, mark, passage.article.title):
            return f"{MOST_PINS} passages are pinned: let one go first"
        return None

    def miss(self, agent: str, key: str, search: Search) -> dict[str, Any]:
        """Stores that no article answers, with what the search made of it."""
        index = self._live.index
        if index is None:
            new = self.missed.report(agent, key, search.asked, self._settings.languages[0])
            return {"new": new, "words": search.asked}
        hits = find(index, self._settings, search)
        best = hits.hits[0].passage.article.slug if hits.hits else None
        new = self.missed.report(agent, key, search.asked, hits.language.code, best, hits.confidence)
        return {"new": new, "words": search.asked}
