"""The desk: agents find passages while they talk, and take over what the bot could not answer."""

import gradio as gr

from bot.pages import shift, staff, tickets
from bot.pages.finder import finder
from bot.settings import Settings
from bot.state.store import Store


def build(store: Store, settings: Settings) -> gr.Blocks:
    """The page at /desk."""
    page = gr.Blocks(title=f"Desk · {settings.company}", analytics_enabled=False)
    with page:
        staff.heading(page, "Desk", settings.company)
        with gr.Tabs(overflow_behavior="wrap"):
            with gr.Tab("Search", id="search"):
                staff.shown(finder("search", focus=True))
            with gr.Tab("Tickets", id="tickets"):
                staff.shown(tickets.panel(settings))
            with gr.Tab("Shift", id="shift") as owed:
                shift.panel(page, owed, store)
    return page
