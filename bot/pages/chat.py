"""The customers' page: a conversation with its header above and its composer below.

Gradio makes the page, the composer and the endpoints. The conversation itself is drawn by static/chat.js from
safe HTML that the server made: it has to survive sleep and lost connections, and to be read out line by line.
"""

import json
from typing import Any

import gradio as gr
from gradio.events import api

from bot.conversation.assistant import Assistant
from bot.pages.element import Html, element, unseen
from bot.pages.talk import Talk, labels
from bot.phrase import FALLBACK, phrase
from bot.phrase import languages as spoken_languages
from bot.settings import Settings
from kb.language import direction, name

MOST_SESSIONS = 200
"""That Gradio remembers, 85 KB each, under names that anybody may make up; nothing here is kept in them."""


def build(assistant: Assistant, settings: Settings) -> gr.Blocks:
    """The page, in the first language until the browser has said which one it wants."""
    first = settings.languages[0]
    page = gr.Blocks(title=phrase("page_title", first, company=settings.company), analytics_enabled=False)
    page.state_session_capacity = MOST_SESSIONS
    with page:
        with gr.Column(elem_id="chat"):
            _markup(_header(settings, first), "top")
            _markup(_conversation(settings, first), "middle")
            _composer(first)
        _endpoints(Talk(assistant, settings))
    return page


def _composer(language: str) -> None:
    with gr.Column(elem_id="composer"), gr.Column(elem_id="card"):
        question = gr.Textbox(
            elem_id="question",
            lines=1,
            max_lines=6,
            container=False,
            interactive=True,
            **_question(language),
        )
        with gr.Row(elem_id="actions"):
            person = gr.Button(phrase("person_button", language), elem_id="person", size="sm")
            send = gr.Button(phrase("send", language), elem_id="send", variant="primary", size="sm")
    _switch(question, person, send)


def _switch(question: gr.Textbox, person: gr.Button, send: gr.Button) -> None:
    """The components' words follow the page's language, which chat.js writes into an unseen field."""
    spoken = gr.Textbox(elem_id="spoken", visible="hidden")

    async def words(language: object) -> list[gr.Component]:
        known = language if isinstance(language, str) and language in spoken_languages() else FALLBACK
        return [
            gr.Textbox(**_question(known)),
            gr.Button(phrase("person_button", known)),
            gr.Button(phrase("send", known)),
        ]

    spoken.change(
        words,
        spoken,
        [question, person, send],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )


def _question(language: str) -> dict[str, Any]:
    return {
        "label": phrase("question_label", language),
        "placeholder": phrase("question_placeholder", language),
        "rtl": direction(language) == "rtl",
    }


def _endpoints(talk: Talk) -> None:
    acts = (
        *(talk.open, talk.start, talk.ask, talk.choose, talk.none, talk.person, talk.rate),
        *(talk.contact, talk.go_on, talk.silence),
        *(talk.end, talk.part, talk.back, talk.solved, talk.review),
    )
    for act in acts:
        api(act, api_name=act.__name__, queue=False, api_visibility="private")


def _markup(content: Html, place: str) -> None:
    gr.Markdown(content, elem_id=place, sanitize_html=False, container=False)


def _header(settings: Settings, language: str) -> Html:
    options = [element("option", name(code), value=code, lang=code) for code in settings.languages]
    chooser = element("select", *options, id="language", **{"aria-label": phrase("language_label", language)})
    again = element("button", type="button", id="again", **{"data-do": "again"})
    title = element("h1", settings.company)
    intro = element("p", phrase("page_intro", language, company=settings.company), id="intro")
    return element("header", element("div", title, intro), again, chooser)


def _conversation(settings: Settings, language: str) -> Html:
    """The places that chat.js fills; the words it needs should the first request fail."""
    said = json.dumps(labels(settings, language), ensure_ascii=False)
    attendant = element(
        "div",
        element("p", element("strong"), element("small"), role="status"),
        element("div"),
        id="attendant",
    )
    log = element(
        "div", id="log", role="log", tabindex="0", **{"aria-relevant": "additions", "data-labels": said}
    )
    typing = element("p", id="typing")
    note = element("p", id="note", role="status")
    reader = element(
        "dialog",
        element("button", unseen("×"), type="button", class_="close", **{"data-do": "close"}),
        element("div", class_="sheet", tabindex="-1"),
        id="reader",
    )
    return element("section", attendant, log, typing, note, reader, _parting())


def _parting() -> Html:
    """Asked before a new conversation while a person's answer is open; its words come from the server."""
    choices = (
        ("part", "false", "parting_open"),
        ("part", "true", "parting_close"),
        ("stay", None, "parting_stay"),
    )
    buttons = (
        element("button", type="button", class_="choice", data_do=do, data_closes=closes, data_says=says)
        for do, closes, says in choices
    )
    sentence = element("p", id="parting-says")
    return element("dialog", sentence, *buttons, id="parting", aria_labelledby="parting-says")
