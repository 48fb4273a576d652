"""A plain page of ours, without Gradio: what signing in, an account and the audit log are drawn on."""

from bot.access.user import Role, User
from bot.pages.element import Html, element

_HEAD = (
    '<meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex">'
    # Without a referrer at all, a browser would not say either that a form comes from here.
    '<meta name="referrer" content="same-origin">'
    '<link rel="stylesheet" href="/askdesk/theme.css">'
    '<link rel="stylesheet" href="/askdesk/sheet.css">'
)
PAGES: tuple[tuple[str, str, Role], ...] = (
    ("Desk", "/desk/", "agent"),
    ("Studio", "/studio/", "editor"),
    ("Audit", "/audit", "admin"),
)
"""The pages for staff: name, address, and the least role that may open it."""


def sheet(title: str, company: str, *children: str, wide: bool = False) -> str:
    """The whole page; `title` is its heading too."""
    heading = element("h1", title, element("span", company, class_="company"))
    main = element("main", heading, *children, class_="wide-sheet" if wide else "sheet")
    head = element("head", Html(_HEAD), element("title", f"{title} · {company}"))
    return f"<!doctype html>{element('html', head, element('body', main), lang='en')}"


def not_for_you(user: User, least: Role, company: str) -> str:
    """What a page says whose role is another."""
    sentence = f"This page is for the role {least}; you are signed in as {user.name}, {article(user.role)}."
    return sheet("Not for your role", company, element("p", sentence), navigation(user))


def navigation(user: User, *, without: str = "") -> Html:
    """The way to the pages that this user may open."""
    ways_on = [*ways(user), ("Account", "/account")]
    links = (element("a", name, href=address) for name, address in ways_on if name != without)
    return element("nav", *links, aria_label="Pages")


def ways(user: User) -> list[tuple[str, str]]:
    """Name and address of every page that this user may open."""
    return [("Chat", "/"), *((name, address) for name, address, least in PAGES if user.may(least))]


def article(role: Role) -> str:
    return f"{'an' if role[0] in 'ae' else 'a'} {role}"
