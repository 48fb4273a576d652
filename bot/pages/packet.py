"""The packet of a ticket as an agent sees it: what is known, so that the customer is asked nothing twice."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from bot.answer.link import article_url
from bot.notify.teller import reason
from bot.pages import chip
from bot.pages.element import Html, element, joined, wide
from bot.pages.status import TONES, clock
from bot.state.record import Ticket
from bot.takeover.dossier import Dossier
from bot.takeover.shift import in_words, owed
from bot.waiting.priority import tells_of_danger
from kb.article import Article
from kb.language import direction, name


def facts(dossier: Dossier) -> Html:
    """All of it, in the order of what an agent asks first."""
    packet = dossier.ticket.packet
    return joined(
        [
            _summary(dossier),
            element("h3", "What was found"),
            _candidates(packet.get("found") or (), dossier),
            *_later(packet.get("later") or (), dossier),
            element("h3", "What the customer turned down"),
            _articles(packet.get("rejected") or (), dossier, "Nothing."),
            element("h3", "Articles touched"),
            _articles(dossier.touched, dossier, "None."),
        ]
    )


def _summary(dossier: Dossier) -> Html:
    ticket = dossier.ticket
    question = ticket.packet.get("question")
    rows: list[tuple[str, str]] = [
        ("Reason", reason(ticket.reason)),
        ("Contact", _contact(ticket)),
        ("Language", _language(dossier)),
        ("Priority", _priority(dossier)),
        ("Queue", ticket.queue or "the only one"),
        ("Product", ticket.product or "none named"),
        ("Since", clock(ticket.created, dossier.now)),
        *([("Promised", promised)] if (promised := _promised(dossier)) else []),
        *([("Review", _review(ticket))] if ticket.solved or ticket.rating else []),
    ]
    pairs = (element("div", element("dt", term), element("dd", fact)) for term, fact in rows)
    asked = element("p", question, class_="asked", dir="auto") if question else Html()
    return joined([asked, element("dl", *pairs, class_="summary")])


def _contact(ticket: Ticket) -> Html:
    if not (ticket.name or ticket.email or ticket.phone):
        return element("span", "none left")
    ways = [element("a", ticket.email, href=f"mailto:{quote(ticket.email, '@')}")] if ticket.email else []
    ways += [element("bdi", ticket.phone, class_="phone")] if ticket.phone else []
    return element("span", element("bdi", ticket.name or ""), *(part for way in ways for part in (" ", way)))


def _language(dossier: Dossier) -> Html:
    found = dossier.ticket.packet.get("language")
    if not dossier.language:
        return element("span", "not known yet")
    certain = f", {found['certainty']:.0%} certain" if found and found["code"] == dossier.language else ""
    code = dossier.language
    own = element("span", name(code), lang=code, dir=direction(code))
    return element("span", own, f" ({code}){certain}")


def _priority(dossier: Dossier) -> Html:
    head_start = dossier.ticket.distress
    danger = tells_of_danger(head_start)
    if dossier.ticket.status != "waiting":
        distress = ", danger" if danger else f", {head_start} min for distress" if head_start else ""
        return element("span", f"nobody waits{distress}")
    level = chip.chip(dossier.level, TONES[dossier.level])
    waited = dossier.priority - head_start
    distress = f" + {head_start} for distress" if head_start else ""
    distress = ", before all others for danger" if danger else distress
    return element("span", level, f" {waited} min waited{distress}")


def _promised(dossier: Dossier) -> Html:
    """What the customer was told of when somebody comes, as long as it is to be kept."""
    due = owed(dossier.ticket, dossier.now)
    if due.promise is None or due.until is None:
        return Html()
    late = chip.chip(f"overdue by {chip.ago(due.overdue)}", "bad") if due.overdue else Html()
    return element("span", in_words(due.promise), ", by ", clock(due.until, dossier.now), " ", late)


def _review(ticket: Ticket) -> Html:
    solved = chip.chip("solved", "good") if ticket.solved else Html()
    rated = f" {ticket.rating} of 5 " if ticket.rating else " "
    comment = element("span", f"“{ticket.comment}”", dir="auto") if ticket.comment else Html()
    return element("span", solved, rated, comment)


def _candidates(found: Sequence[Mapping[str, Any]], dossier: Dossier, label: str = "What was found") -> Html:
    if not found:
        return element("p", "Nothing: no question was searched for.")
    heads = ("Article", "Language", "Confidence")
    head = element("tr", *(element("th", title, scope="col") for title in heads))
    rows = (_candidate(hit, dossier) for hit in found)
    return wide(label, element("table", element("thead", head), element("tbody", *rows)))


def _candidate(hit: Mapping[str, Any], dossier: Dossier) -> Html:
    section = element("span", f" › {hit['section']}", class_="section") if hit.get("section") else Html()
    return element(
        "tr",
        element("td", element("span", hit["title"], section, lang=hit["language"], dir="auto")),
        element("td", chip.language(hit["language"])),
        element("td", chip.confidence(hit["confidence"], dossier.thresholds)),
    )


def _later(calls: Sequence[Mapping[str, Any]], dossier: Dossier) -> Iterable[Html]:
    """Why a person was called once more, and what was found then."""
    for number, call in enumerate(calls, start=2):
        yield element("h3", f"Called again: {reason(str(call['reason']))}")
        if call.get("question"):
            yield element("p", str(call["question"]), class_="asked", dir="auto")
        if call.get("found"):
            yield _candidates(call["found"], dossier, f"What was found at call {number}")


def _articles(slugs: Sequence[str], dossier: Dossier, none: str) -> Html:
    if not slugs:
        return element("p", none)
    today = dossier.now.astimezone().date()
    return element("ul", *(element("li", _article(slug, dossier.known.get(slug), today)) for slug in slugs))


def _article(slug: str, article: Article | None, today: date) -> Html:
    """By its title, which leads to the article where customers may read it too."""
    if article is None:
        return element("span", element("bdi", slug), " (no longer there)")
    title = element("bdi", article.title, lang=article.language)
    if not article.is_public(today):
        return element("span", title, " ", chip.audience(article), chip.expired(article, today))
    return element("a", title, href=article_url(article), target="_blank", rel="noopener")
