"""The finder on a page: one box to type in, and below it what was found, or what is worth knowing.

It may stand on a page several times; `static/finder.js` fills each and acts for it. Where a passage can
be put somewhere, `insert` says what the button is called, and the event `askdesk:passage` hands it on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.finder.kept import Pin
from bot.finder.mark import marked
from bot.finder.search import GENERAL, Search, find
from bot.finder.sight import Sight, rows_of
from bot.live import LiveIndex
from bot.pages import chip
from bot.pages.element import Html, element, notice, unseen
from bot.pages.result import result, row
from bot.settings import Settings
from index.history import Change
from index.hit import Found, Thresholds
from index.index import Index
from kb.language import name
from kb.passage import Passage

NO_INDEX = "there is no index yet: rebuild in the studio, or run 'askdesk build'"
MOST_CHANGES = 30
KINDS = {"new": ("new", "good"), "changed": ("changed", "warn"), "gone": ("removed", "bad")}
KEYS = (
    ("/", "to the search, from anywhere"),
    ("↓ ↑", "from one result to the next"),
    ("Enter", "copies the passage with its source"),
    ("Shift + Enter", "opens the whole article"),
    ("Ctrl + Enter", "puts the passage into the reply, where there is one"),
    ("F2", "tells the editors that the answer is missing"),
    ("F4", "pins the passage, or lets it go"),
    ("Esc", "closes what is open, else clears the search"),
    ("?", "shows this list"),
)


@dataclass(frozen=True, slots=True)
class Own:
    """What an agent is shown without asking."""

    recent: Sequence[str] = ()
    pins: Sequence[Pin] = ()
    changes: Sequence[Change] = ()


def finder(place: str, *, insert: str = "", focus: bool = False) -> Html:
    """The finder's markup; `place` tells several on a page apart, `focus` gives it the cursor at once."""
    return element(
        "section",
        element("div", _box(place, focus=focus), *_filters(place), class_="finder-bar"),
        element("p", class_="finder-state", role="status", hidden=""),
        element("p", class_="count"),
        element("div", id=f"{place}-grid", class_="finder-grid", role="grid", aria_label="Passages"),
        element("div", _missing(), class_="finder-foot", hidden=""),
        _keys(place),
        _reader(place),
        class_="finder",
        aria_label="Search the articles",
        **{"data-place": place, "data-insert": insert or None},
    )


def found(live: LiveIndex, settings: Settings, search: Search, today: date) -> Sight:
    """What is shown for a search with words."""
    index = live.index
    if index is None:
        return Sight(notice(live.problem or NO_INDEX, tone="bad"))
    hits = find(index, settings, search)
    if not hits.hits:
        return Sight(_nothing(search), told="Nothing found.")
    thresholds = index.thresholds(settings.wrong_answers)
    drawn = (result(hit, place, hits.question, thresholds, today) for place, hit in enumerate(hits.hits))
    rows = rows_of((hit.passage for hit in hits.hits), index)
    return Sight(element("div", *drawn, role="rowgroup", lang="en"), rows, _told(hits, thresholds))


def start(live: LiveIndex, own: Own, today: date) -> Sight:
    """What is shown before anything is typed: the agent's own searches and passages, and what is new."""
    index = live.index
    if index is None:
        return Sight(notice(live.problem or NO_INDEX, tone="bad"))
    shown = _Rows(index, today)
    groups = (
        _group("Recent searches", map(_recent, own.recent)),
        _group("Pinned", map(shown.pin, own.pins)),
        _group("Changed this week", map(shown.change, own.changes[:MOST_CHANGES])),
    )
    drawn = [part for group in groups for part in group] or [_start()]
    hidden = len(own.changes) - MOST_CHANGES
    more = [element("p", f"{hidden} more changed.", class_="more", aria_hidden="true")] if hidden > 0 else []
    return Sight(element("div", *drawn, *more, lang="en"), rows_of(shown.passages, index))


class _Rows:
    """Rows as they are drawn, with the passages that they are of."""

    def __init__(self, index: Index, today: date) -> None:
        self._index = index
        self._today = today
        self._articles = {article.path: article for article in index.articles}
        self.passages: list[Passage] = []

    def pin(self, pin: Pin) -> Html:
        passage = marked(pin.mark, self._index)
        return row(passage, self._take(passage), self._today) if passage else _gone(pin)

    def change(self, change: Change) -> Html:
        """An article that is new, changed or gone; what is there can be opened."""
        article = self._articles.get(change.path)
        passages = self._index.passages(article) if article else ()
        told = (
            chip.chip(KINDS[change.kind][0], KINDS[change.kind][1]),
            element("bdi", change.title, class_="title"),
            *((chip.language(article.language), chip.audience(article)) if article else ()),
            element("span", f"{chip.ago(datetime.now(UTC) - change.when)} ago", class_="when"),
            element("code", change.path, class_="source"),
        )
        does = {"data-does": "open", "data-row": str(self._take(passages[0]))} if passages else {}
        cell = element("div", *told, role="gridcell", class_="facts")
        return element("div", cell, role="row", class_="change", aria_selected="false", **does)

    def _take(self, passage: Passage) -> int:
        self.passages.append(passage)
        return len(self.passages) - 1


def _group(title: str, rows: Iterable[Html]) -> tuple[Html, ...]:
    """Rows below a title, which a grid can't hold as a heading; none where there are no rows."""
    held = tuple(rows)
    if not held:
        return ()
    shown = element("p", title, class_="finder-title", aria_hidden="true")
    return shown, element("div", *held, role="rowgroup", aria_label=title)


def _recent(words: str) -> Html:
    cell = element("div", element("bdi", words), role="gridcell")
    return element(
        "div",
        cell,
        role="row",
        class_="recent",
        aria_selected="false",
        **{"data-does": "again", "data-words": words},
    )


def _gone(pin: Pin) -> Html:
    """A pinned passage whose article is not there any more."""
    told = element("div", element("bdi", pin.title), ": this article is no longer there.", role="gridcell")
    acts = element("button", "Let go", type="button", class_="act", tabindex="-1", **{"data-act": "unpin"})
    cell = element("div", acts, role="gridcell", class_="acts")
    return element(
        "div",
        told,
        cell,
        role="row",
        class_="card hit gone",
        aria_selected="false",
        **{"data-does": "unpin", "data-mark": pin.mark},
    )


def _start() -> Html:
    sentence = (
        "Three words are enough. Results appear while you type, from customers' articles and those for "
        "agents alike."
    )
    hint = element("p", "Press ", element("kbd", "?"), " for the keys.")
    return element("div", element("p", sentence), hint, class_="empty")


def _box(place: str, *, focus: bool) -> Html:
    field = element(
        "input",
        id=f"{place}-words",
        class_="finder-words",
        type="search",
        role="combobox",
        placeholder="Such as: return headphones",
        autocomplete="off",
        spellcheck="false",
        enterkeyhint="search",
        maxlength="500",
        autofocus="" if focus else None,
        aria_expanded="false",
        aria_haspopup="grid",
        aria_autocomplete="list",
        aria_controls=f"{place}-grid",
        aria_keyshortcuts="/",
        dir="auto",
    )
    label = element("label", "Search all articles", **{"for": f"{place}-words"})
    hint = element(
        "button", "?", unseen(" Keys"), type="button", class_="finder-hint", **{"data-act": "keys"}
    )
    return element("div", label, element("div", field, hint, class_="finder-line"), class_="finder-box")


def _filters(place: str) -> tuple[Html, ...]:
    return (
        _filter(place, "language", "Language", (("", "All"),)),
        _filter(place, "product", "Product", (("", "All"), (GENERAL, "None"))),
        _filter(
            place,
            "readers",
            "Written for",
            (("all", "Everybody"), ("public", "Customers"), ("agents", "Agents only")),
        ),
    )


def _filter(place: str, key: str, label: str, options: tuple[tuple[str, str], ...]) -> Html:
    choices = (element("option", told, value=value) for value, told in options)
    chooser = element("select", *choices, id=f"{place}-{key}", name=key)
    return element(
        "div", element("label", label, **{"for": f"{place}-{key}"}), chooser, class_="finder-filter"
    )


def _missing() -> Html:
    key = element("kbd", "F2", aria_hidden="true")
    return element(
        "button", "The answer is not here: tell the editors ", key, type="button", **{"data-act": "missing"}
    )


def _keys(place: str) -> Html:
    rows = (element("div", element("dt", element("kbd", key)), element("dd", does)) for key, does in KEYS)
    return element(
        "dialog",
        element("h2", "Keys", id=f"{place}-keys"),
        element("dl", *rows),
        element("form", element("button", "Close"), method="dialog"),
        class_="finder-keys",
        aria_labelledby=f"{place}-keys",
    )


def _reader(place: str) -> Html:
    return element(
        "dialog",
        element("form", element("button", "Close"), method="dialog"),
        element("div", class_="sheet", tabindex="0"),
        class_="finder-reader",
        aria_label="The whole article",
        id=f"{place}-reader",
    )


def _nothing(search: Search) -> Html:
    limits = [limit for limit in (search.language and name(search.language), search.product) if limit]
    limits += {"all": [], "public": ["for customers"], "agents": ["for agents"]}[search.readers]
    where = f" among what is {', '.join(limits)}" if limits else ""
    sentence = element("p", "Nothing found for ", element("bdi", search.asked, class_="asked"), f"{where}.")
    remedy = "Take a filter off, or try other words." if limits else "Try other words, or fewer of them."
    return element("div", sentence, element("p", remedy), class_="empty")


def _told(hits: Found, thresholds: Thresholds) -> str:
    """How many there are, and whether any of them is to be trusted."""
    count = len(hits.hits)
    doubt = "" if hits.confidence >= thresholds.suggest else " None of these is a likely answer."
    return f"{count} result{'s' if count > 1 else ''}, best first.{doubt}"
