"""The audit log for admins: a form that says what to show, and a table."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlencode

from bot.access.audit import ACTIONS, Entry
from bot.access.user import User
from bot.pages.element import Html, element, notice, wide
from bot.pages.sheet import navigation, sheet

FIELDS = ("who", "action", "what", "since", "until")
"""What can be wished for; the form's fields and the address's parameters."""
NOTHING = "Nothing was done yet."
NOT_SUCH = "Nothing like this was done: leave a field empty to see more."
INTACT = "Every entry is as it was written, and none between them is missing."
_HEADS = ("When", "Who", "Did", "To what", "More")


def page(
    user: User,
    company: str,
    shown: Sequence[Entry],
    asked: Mapping[str, str],
    names: Collection[str],
    *,
    more: bool = False,
    told: str = "",
    fault: str = "",
) -> str:
    """`names` are of all users; with `more`, there are older entries than those shown."""
    return sheet(
        "Audit",
        company,
        navigation(user, without="Audit"),
        _form(asked, names),
        notice(told, tone="good") if told else Html(),
        element("p", fault, class_="notice bad", role="alert") if fault else Html(),
        Html() if fault and not shown else _table(shown, asked),
        _ways(shown, asked, more=more),
        wide=True,
    )


def address(asked: Mapping[str, str], path: str = "/audit", **more: str) -> str:
    """Where what was asked for is shown."""
    query = urlencode({**{key: asked[key] for key in FIELDS if asked.get(key)}, **more})
    return f"{path}?{query}" if query else path


def broken(number: int) -> str:
    return f"Entry {number}, or the one before it, was changed or removed behind the program's back."


def _form(asked: Mapping[str, str], names: Collection[str]) -> Html:
    return element(
        "form",
        _label("Who", element("input", name="who", value=asked.get("who", ""), list="names")),
        element("datalist", *(element("option", value=name) for name in sorted(names)), id="names"),
        _label("Did", _actions(asked.get("action", ""))),
        _label("To what", element("input", name="what", value=asked.get("what", ""))),
        _label("From", element("input", type="date", name="since", value=asked.get("since", ""))),
        _label("To", element("input", type="date", name="until", value=asked.get("until", ""))),
        element("button", "Show", type="submit"),
        class_="wishes",
        action="/audit",
    )


def _actions(chosen: str) -> Html:
    options = (
        element("option", action or "anything", value=action, selected="" if action == chosen else None)
        for action in ("", *ACTIONS)
    )
    return element("select", *options, name="action")


def _label(text: str, field: Html) -> Html:
    return element("label", element("span", text), field)


def _table(shown: Sequence[Entry], asked: Mapping[str, str]) -> Html:
    if not shown:
        wished = any(asked.get(key) for key in FIELDS)
        return element("p", NOT_SUCH if wished else NOTHING, class_="empty", role="status")
    head = element("tr", *(element("th", title, scope="col") for title in _HEADS))
    rows = (_row(entry) for entry in shown)
    return wide("Audit log", element("table", element("thead", head), element("tbody", *rows)))


def _row(entry: Entry) -> Html:
    moment = entry.when.astimezone()
    when = element("time", f"{moment:%d %b %Y, %H:%M:%S}", datetime=entry.when.isoformat())
    details = ", ".join(f"{key} {value}" for key, value in entry.details.items())
    cells = (when, _own(entry.who), entry.action, _own(entry.what), _own(details))
    pairs = zip(_HEADS, cells, strict=True)
    return element("tr", *(element("td", cell, data_head=title) for title, cell in pairs))


def _own(text: str) -> Html:
    """In its own direction, whatever stands beside it."""
    return element("bdi", text) if text else Html()


def _ways(shown: Sequence[Entry], asked: Mapping[str, str], *, more: bool) -> Html:
    older = [element("a", "Older", href=address(asked, before=str(shown[-1].number)))] if more else []
    return element(
        "nav",
        *older,
        element("a", "Export as a table", href=address(asked, "/audit/export.csv")),
        element("a", "Check that nothing was changed", href=address(asked, check="yes")),
        aria_label="The log",
    )
