"""The editor: an article's file as text, beside what a customer would see of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from difflib import unified_diff
from typing import Any

import gradio as gr

from bot.access.user import user_of
from bot.answer.link import followed
from bot.database.engine import StateError
from bot.pages import chip, draft, staff
from bot.pages.articles import Shelf
from bot.pages.draft import Draft
from bot.pages.element import Html, block, element, joined, notice
from bot.pages.render import html
from bot.settings import Settings
from bot.state.store import Store
from kb.article import Article, parse
from kb.language import direction, name, names
from kb.problem import KnowledgeError, Problem
from kb.shelf import Changed, place

NOT_OPEN = "Choose an article under Articles, or begin a new one here."
UNKEPT = "This browser has no room left: what you type is kept nowhere until you save it."
"""Shown by the page where it is so."""
WISHED = (
    "Write below the second line of --- what customers should read. The questions are customers' own words, "
    "and the chat shows the first as an example: take out names, numbers and what the article does not "
    "answer, and give it a title of your own."
)
AFTER = (
    "Customers are answered as before until the next rebuild. Links to it, and golden questions that expect "
    "it, are told under Articles."
)
MERGE = (
    "Take over into yours what you want to keep of the lines in red, then save yours over the other change; "
    "or discard yours."
)


class Asked:
    """Hidden fields by which a page asks for an article: one by its path, or one that is missing.

    With each comes the unsaved text of it, where the browser kept one.
    """

    def __init__(self) -> None:
        self.restored = staff.hidden("restored")
        self.article = staff.hidden("article")
        self.wish = staff.hidden("wish")


class _Fields:
    """The fields of the editor; path and version are kept in the page, so that a server may restart."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.path = staff.hidden("path")
        self.version = staff.hidden("version")
        self.theirs = staff.hidden("theirs")
        with gr.Accordion("New article", open=False) as self.new:
            self.new_title, self.new_language, self.new_slug, self.begin = _new_article(languages)
        self.told = staff.shown(notice(NOT_OPEN), elem_id="told")
        with gr.Row(elem_classes="editor"), gr.Column(visible=False, elem_id="desk-of-editor") as self.column:
            self.save, self.overwrite, self.discard = _buttons()
            with gr.Accordion(
                "Move or remove this article", open=False, elem_id="elsewhere"
            ) as self.elsewhere:
                self.to, self.move, self.remove, self.sure = _elsewhere()
            staff.shown(element("p", UNKEPT, class_="notice warn"), elem_id="unkept")
            with gr.Row():
                self.source = gr.Textbox(
                    label="File: front matter, then Markdown",
                    lines=28,
                    max_lines=28,
                    elem_id="source",
                    scale=1,
                    min_width=300,
                    autoscroll=False,
                )
                with gr.Column(scale=1, min_width=300):
                    self.state = staff.shown(elem_id="state")
                    self.preview = staff.shown(elem_id="preview")

    @property
    def draft(self) -> list[gr.Component]:
        return [self.path, self.version, self.source]


def panel(
    tabs: gr.Tabs,
    asked: Asked,
    shelf: Shelf,
    store: Store,
    settings: Settings,
) -> None:
    """Opens what the page asks for."""
    fields = _Fields(settings.languages)
    editor = _Editor(settings, shelf, store)
    opening = [
        tabs,
        asked.article,
        asked.restored,
        fields.column,
        *fields.draft,
        fields.told,
        fields.overwrite,
    ]
    staff.on(asked.article.change, editor.open, [asked.article, asked.restored], opening, typing=True)
    wish = [asked.wish, asked.restored]
    staff.on(asked.wish.change, editor.write, wish, [asked.wish, *opening], typing=True)
    staff.on(fields.discard.click, editor.discard, [fields.path], opening)
    new = [fields.new_title, fields.new_language, fields.new_slug]
    staff.on(fields.begin.click, editor.begin, new, [*opening, fields.new, *new])
    naming = [fields.new_title], [fields.new_slug]
    staff.on(fields.new_title.change, draft.suggested_slug, *naming, typing=True)
    changes = [fields.source.change, fields.path.change, fields.version.change]
    staff.on(changes, editor.look, fields.draft, [fields.state, fields.preview], typing=True)
    elsewhere = [fields.to, fields.elsewhere, fields.remove, fields.sure]
    staff.on(fields.path.change, editor.stand, [fields.path], elsewhere, typing=True)
    staff.on(fields.move.click, editor.move, [*fields.draft, fields.to], opening)
    staff.on(fields.remove.click, editor.ask, [], [fields.remove, fields.sure])
    staff.on(fields.sure.click, editor.remove, fields.draft, opening)
    saved = [fields.version, fields.theirs, fields.told, fields.overwrite]
    staff.on(fields.save.click, editor.save, fields.draft, saved)
    staff.on(fields.overwrite.click, editor.save, [fields.path, fields.theirs, fields.source], saved)


def _new_article(languages: Sequence[str]) -> tuple[gr.Textbox, gr.Dropdown, gr.Textbox, gr.Button]:
    with gr.Row(elem_classes="filter"):
        title = gr.Textbox(label="Title", scale=3)
        language = gr.Dropdown(
            _language_choices(languages),
            value=languages[0],
            label="Language",
            scale=1,
            elem_id="new-language",
        )
        slug = gr.Textbox(
            label="Name of the file",
            elem_id="new-slug",
            info="One name in two languages: one article, translated",
            scale=2,
        )
        begin = gr.Button("Begin", scale=1)
    return title, language, slug, begin


def _elsewhere() -> tuple[gr.Textbox, gr.Button, gr.Button, gr.Button]:
    with gr.Row(elem_classes="filter"):
        to = gr.Textbox(label="File", info="The folder says the language", elem_id="to", scale=3)
        move = gr.Button("Move", scale=1)
        remove = gr.Button("Remove", scale=1)
    # below it, so that a double click does not hit it
    sure = gr.Button("Yes, remove it", variant="stop", visible=False, elem_id="sure")
    return to, move, remove, sure


def _language_choices(own: Sequence[str]) -> list[tuple[str, str]]:
    """The company's own first, then all others by their names: customers write in those too."""
    others = sorted((code for code in names if code not in own), key=name)
    return [(name(code), code) for code in (*own, *others)]


def _buttons() -> tuple[gr.Button, gr.Button, gr.Button]:
    with gr.Row(elem_classes="buttons"):
        save = gr.Button("Save", variant="primary", elem_id="save")
        overwrite = gr.Button("Save mine over the other change", variant="stop", visible=False)
        discard = gr.Button("Discard my changes", elem_id="discard")
    return save, overwrite, discard


class _Editor:
    """What happens in the editor, as updates of its fields."""

    def __init__(self, settings: Settings, shelf: Shelf, store: Store) -> None:
        self._folder = settings.articles
        self._languages = settings.languages
        self._shelf = shelf
        self._store = store

    def open(self, path: str, restored: str) -> list[Any]:
        """A file, or the unsaved text of it that the browser kept."""
        if not path:
            return [gr.skip()] * 9
        kept = _kept(path, restored)
        if kept is not None:
            told = notice(f"Your unsaved text of {path} is back. It is not saved yet.", tone="warn")
            return self._show(kept, told)
        return self._open_file(path, Html())

    def write(self, wish: str, restored: str) -> list[Any]:
        """A new article for what was missed, or what has been written of it already."""
        if not wish:
            return [gr.skip()] * 10
        told = json.loads(wish)
        path, questions = str(told["path"]), [str(question) for question in told["questions"]]
        if _kept(path, restored) is not None or (self._folder / path).is_file():
            return ["", *self.open(path, restored)]
        try:
            place(self._folder, path)
        except KnowledgeError as error:
            return ["", *_refused(error)]
        return ["", *self._show(draft.wished(path, questions, date.today()), notice(WISHED))]

    def discard(self, path: str) -> list[Any]:
        """The file as it is, whatever was typed."""
        if (self._folder / path).is_file():
            return self._open_file(path, _settled(path, "This is the text of the file."))
        return _shut(_settled(path, "The new article was discarded."))

    def begin(self, title: str, language: str, slug: str) -> list[Any]:
        """A new article; once it is begun, the fields that it was begun with are empty for the next."""
        try:
            begun = draft.begun(self._folder, title, language, slug.strip(), date.today())
        except KnowledgeError as error:
            return [*_refused(error), *[gr.skip()] * 4]
        return [*self._show(begun, Html()), gr.Accordion(open=False), "", self._languages[0], ""]

    def look(self, path: str, version: str, text: str | None) -> list[Any]:
        """What can be said of the text while it is written."""
        if not path or text is None:  # None while the field is not drawn yet
            return [gr.skip(), gr.skip()]
        one = Draft(path, text, version)
        article, problems = parse(one.text, one.path, one.language, one.slug)
        if article is not None:
            problems = (*problems, *self._shelf.dead_links(article))
        unsaved = draft.changed(self._folder, one)
        return [block(_state(one, unsaved, problems)), block(preview(article, date.today()))]

    def save(self, path: str, version: str, text: str, request: gr.Request) -> list[Any]:
        """Writes the file; whatever is in the way, the text stays in its field."""
        mine = Draft(path, text, version)
        try:
            with self._store.recorded(user_of(request), "article saved", path, instead_of=version[:12]):
                saved = draft.save(self._folder, mine)
        except Changed as error:
            return self._collided(mine, error)
        except (KnowledgeError, StateError) as error:
            told = _unsettled(path, f"Not saved: {error}. Your text is still here.")
            return [version, "", block(told), gr.Button(visible=False)]
        self._shelf.take(saved)
        return [saved.version, "", block(saved_notice(saved, date.today())), gr.Button(visible=False)]

    def stand(self, path: str) -> list[Any]:
        """Where the article is, for who wants it elsewhere."""
        return [path, gr.Accordion(open=False), gr.Button(interactive=True), gr.Button(visible=False)]

    def ask(self) -> list[Any]:
        return [gr.Button(interactive=False), gr.Button(visible=True)]

    def move(self, path: str, version: str, text: str, to: str, request: gr.Request) -> list[Any]:
        try:
            with self._store.recorded(user_of(request), "article moved", path, to=to.strip()):
                moved = draft.moved(self._folder, Draft(path, text, version), to.strip())
        except (KnowledgeError, StateError) as error:
            return _stayed(path, f"Not moved: {error}.")
        self._shelf.drop(path)
        self._shelf.take(moved)
        return self._show(moved, _settled(path, f"{path} is {moved.path} now. {AFTER}"))

    def remove(self, path: str, version: str, text: str, request: gr.Request) -> list[Any]:
        try:
            with self._store.recorded(user_of(request), "article deleted", path, version=version[:12]):
                aside = draft.removed(self._folder, Draft(path, text, version))
        except (KnowledgeError, StateError) as error:
            return _stayed(path, f"Not removed: {error}.")
        self._shelf.drop(path)
        return _shut(_settled(path, f"{path} is removed, and kept as {aside}. {AFTER}"))

    def _open_file(self, path: str, told: Html) -> list[Any]:
        try:
            return self._show(draft.opened(self._folder, path), told)
        except KnowledgeError as error:
            return _refused(error)

    def _show(self, one: Draft, told: Html) -> list[Any]:
        fields = [one.path, one.version, one.text]
        hidden = gr.Button(visible=False)
        return [gr.Tabs(selected="edit"), "", "", gr.Column(visible=True), *fields, block(told), hidden]

    def _collided(self, mine: Draft, error: Changed) -> list[Any]:
        """Both versions side by side, and the choice between them."""
        try:
            theirs = draft.opened(self._folder, mine.path)
        except KnowledgeError:
            theirs = replace(mine, text="", version="")
        told = element(
            "div",
            _unsettled(mine.path, f"Not saved: {str(error).partition(':')[0]}. Your text is still here."),
            element("p", MERGE, class_="legend"),
            _difference(theirs.text, mine.text),
        )
        return [mine.version, theirs.version, block(told), gr.Button(visible=True)]


def _kept(path: str, restored: str) -> Draft | None:
    """The unsaved text that a browser kept of a file."""
    try:
        kept = json.loads(restored)
        return Draft(path, str(kept["text"]), str(kept["version"]))
    except (ValueError, KeyError, TypeError):
        return None


def _shut(told: Html) -> list[Any]:
    """An editor without an article."""
    return [gr.skip(), "", "", gr.Column(visible=False), "", "", "", block(told), gr.Button(visible=False)]


def _stayed(path: str, sentence: str) -> list[Any]:
    """The article as it is in the editor, and why it stays there."""
    return [*[gr.skip()] * 7, block(_unsettled(path, sentence)), gr.skip()]


def _refused(error: KnowledgeError) -> list[Any]:
    told = block(notice(str(error), tone="bad"))
    return [gr.Tabs(selected="edit"), "", "", *[gr.skip()] * 4, told, gr.skip()]


def saved_notice(saved: Draft, today: date) -> Html:
    """That it is saved, and who will see it."""
    article, _ = parse(saved.text, saved.path, saved.language, saved.slug)
    if article is None:
        sentence = f"Saved {saved.path}, but rebuilds leave it out until the problem below is mended."
        return _settled(saved.path, sentence, saved.version, tone="warn")
    hidden = chip.hidden(article, today)
    who = "Customers get it after the next rebuild"
    if article.has_expired(today):
        who = f"Nobody gets it after the next rebuild: it expired {chip.day(article.expires or today)}"
        return _settled(saved.path, f"Saved {saved.path}. {who}.", saved.version, tone="warn")
    if hidden:
        who = f"Agents get it after the next rebuild, customers don't: {hidden}"
    return _settled(saved.path, f"Saved {saved.path}. {who}.", saved.version)


def _settled(path: str, sentence: str, version: str = "", tone: str = "good") -> Html:
    """Tells the page, too, that it need not keep the unsaved text any more, and what was saved instead."""
    told = element("span", path, class_="settled", hidden="", **{"data-version": version})
    return element("div", notice(sentence, tone=tone), told)


def _unsettled(path: str, sentence: str) -> Html:
    """Tells the page, too, that nothing was saved."""
    told = element("span", path, class_="unsettled", hidden="")
    return element("div", notice(sentence, tone="bad"), told)


def _state(one: Draft, unsaved: bool, problems: Sequence[Problem]) -> Html:
    fresh = "new, not saved yet" if not one.version else "unsaved changes"
    state = chip.chip(fresh, "warn") if unsaved else chip.chip("saved", "good")
    items = (element("li", element("code", problem.where), f" {problem.what}") for problem in problems)
    faults = [element("ul", *items, class_="notice warn", role="status")] if problems else []
    return element("div", element("p", element("code", one.path), " ", state, class_="facts"), *faults)


def preview(article: Article | None, today: date) -> Html:
    """What a customer would read, and what the front matter says beside."""
    if article is None:
        return element("p", "The preview comes when the problem above is mended.", class_="empty")
    facts = chip.language(article.language), chip.audience(article), chip.expired(article, today)
    about = (element("bdi", one, class_="chip") for one in (article.product, *article.tags) if one)
    return element(
        "article",
        element("p", *facts, *about, class_="facts", lang="en"),
        element("h2", article.title),
        element("div", Html(html(followed(article.body, article))), class_="passage"),
        _asked("Asked as", article.questions),
        _asked("Never the answer to", article.not_questions),
        class_="card preview",
        lang=article.language,
        dir=direction(article.language),
    )


def _asked(title: str, questions: Sequence[str]) -> Html:
    if not questions:
        return Html()
    items = (element("li", question) for question in questions)
    return joined([element("h3", title, lang="en"), element("ul", *items)])


def _difference(theirs: str, mine: str) -> Html:
    """Line by line: what only the file has, and what only the editor's text has."""
    lines = unified_diff(theirs.splitlines(), mine.splitlines(), "in the file now", "yours", lineterm="", n=1)
    kinds = {"+": "ins", "-": "del"}
    shown = (element(kinds.get(line[0], "span"), f"{line}\n") for line in lines if line)
    return element("pre", *shown, class_="difference", dir="auto")
