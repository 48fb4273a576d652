"""The studio: editors write articles, try questions, and publish what they wrote."""

import gradio as gr

from bot.finder.missed import MissedAnswers
from bot.live import LiveIndex
from bot.pages import articles, editor, missing, publishing, quality, staff, trial
from bot.pages.articles import Shelf
from bot.rebuild import Rebuild
from bot.settings import Settings
from bot.state.store import Store
from index.generation import Generations


def build(
    live: LiveIndex, generations: Generations, store: Store, settings: Settings, rebuild: Rebuild
) -> gr.Blocks:
    """The page at /studio."""
    shelf = Shelf(settings.articles)
    page = gr.Blocks(title=f"Studio · {settings.company}", analytics_enabled=False)
    with page:
        staff.heading(page, "Studio", settings.company)
        asked = editor.Asked()
        with gr.Tabs(overflow_behavior="wrap") as tabs:
            with gr.Tab("Articles", id="articles") as listing:
                articles.panel(page, listing, shelf)
            with gr.Tab("Edit", id="edit"):
                editor.panel(tabs, asked, shelf, store, settings)
            with gr.Tab("Try a question", id="try"):
                trial.panel(live, settings)
            with gr.Tab("Missing answers", id="missing") as lacking:
                missing.panel(page, lacking, MissedAnswers(store.engine), live, shelf)
            with gr.Tab("Quality", id="quality") as measured:
                quality.panel(page, measured, live)
            with gr.Tab("Index", id="index"):
                publishing.panel(page, live, generations, store, rebuild)
    return page
