"""What the pages for staff have in common: the heading, the banner, and how their events run."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from bot.access.user import LOCAL, User, user_of
from bot.database.engine import UNUSABLE, StateError
from bot.pages.element import Html, block, element, notice, unseen
from bot.pages.sheet import ways

log = logging.getLogger(__name__)

LOCAL_ONLY = "Served on this machine only, until there is a user: askdesk user add"


def heading(page: gr.Blocks, title: str, company: str) -> None:
    """The top of a page: where one is, the way to the other pages, and who acts."""
    top = shown(_heading(title, company))

    def greet(request: gr.Request) -> str:
        return block(_heading(title, company, user_of(request)))

    on(page.load, greet, [], [top])


def _heading(title: str, company: str, user: User | None = None) -> Html:
    own = element("h1", title, element("span", company, class_="company"))
    if user is None:
        return element("header", own, class_="staff-heading")
    links = [element("a", name, href=address) for name, address in ways(user) if name != title]
    if user is LOCAL:
        who = element("p", LOCAL_ONLY, class_="banner")
    else:
        who = element("a", unseen("Account of "), element("bdi", user.shown), href="/account", class_="who")
    return element("header", own, element("nav", *links), who, class_="staff-heading")


def shown(*children: str, elem_id: str | None = None) -> gr.Markdown:
    """A place for markup that is safe as it is; `element.block` makes what later goes into it."""
    return gr.Markdown(
        block(*children), latex_delimiters=[], sanitize_html=False, elem_id=elem_id, elem_classes="markup"
    )


def not_shown(fault: StateError) -> str:
    """In place of what the database does not give; why, only the log says."""
    log.error("not shown: %s", fault)
    return block(notice(f"Not shown, {UNUSABLE}.", tone="bad"))


def hidden(elem_id: str) -> gr.Textbox:
    """An unseen field: what is in it is kept by the page, so that a server may restart."""
    return gr.Textbox(visible="hidden", elem_id=elem_id, container=False, show_label=False)


def choose(field: str, value: str, *children: str, class_: str = "", current: bool = False) -> Html:
    """A button that puts a value into a `hidden` field; `current` marks the one that is shown."""
    return element(
        "button",
        *children,
        type="button",
        name=field,
        value=value,
        class_=f"choose {class_}".strip(),
        aria_current="true" if current else None,
    )


def on(
    trigger: Callable[..., Any] | Sequence[Callable[..., Any]],
    run: Callable[..., Any],
    inputs: Sequence[gr.Component],
    outputs: Sequence[Any],
    *,
    typing: bool = False,
) -> None:
    """Calls `run` in a thread, outside Gradio's queue.

    With `typing`, one call runs at a time and the newest input is taken next, so that an older
    result never comes after a newer one; without it, a second press is ignored while the first runs.
    """
    gr.on(
        trigger,
        run,
        list(inputs),
        list(outputs),
        queue=False,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="always_last" if typing else "once",
    )
