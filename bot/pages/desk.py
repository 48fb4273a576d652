"""The desk: agents find passages while they talk, and take over what the bot could not answer."""

from datetime import date

import gradio as gr

from bot.language import language_of
from bot.link import followed
from bot.live import LiveIndex
from bot.pages import chip, staff, tickets
from bot.pages.element import Html, block, element, notice, unseen
from bot.pages.highlight import highlight
from bot.render import html
from bot.settings import Settings
from bot.state.store import Store
from index.hit import Found, Hit, Thresholds
from index.index import Index
from kb.language import direction, name

NO_INDEX = "there is no index yet: rebuild in the studio, or run 'askdesk build'"
ALL_LANGUAGES = "all"
HITS = 8
LONGEST_SEARCH = 500
"""Characters; an agent's search has about twenty."""


def build(live: LiveIndex, store: Store, settings: Settings) -> gr.Blocks:
    """The page at /desk."""
    page = gr.Blocks(title=f"Desk · {settings.company}", analytics_enabled=False)
    with page:
        staff.heading(page, "Desk", settings.company)
        with gr.Tabs(overflow_behavior="wrap"):
            with gr.Tab("Search", id="search"):
                _search_panel(page, live, settings)
            with gr.Tab("Tickets", id="tickets") as tab:
                tickets.panel(page, tab, store, live, settings)
    return page


def _search_panel(page: gr.Blocks, live: LiveIndex, settings: Settings) -> None:
    with gr.Row(elem_classes="search-bar"):
        words = gr.Textbox(
            label="Search all articles",
            placeholder="Three words are enough: return opened headphones",
            info="↓ goes to the results, Enter copies, Esc comes back here",
            autofocus=True,
            scale=4,
            min_width=280,
            elem_id="search-words",
            html_attributes=gr.InputHTMLAttributes(
                autocomplete="off", spellcheck=False, enterkeyhint="search"
            ),
        )
        language = gr.Dropdown(
            _language_choices(live, settings), value=ALL_LANGUAGES, label="Language of the article", scale=1
        )
    results = staff.shown(_start(), elem_id="results")

    def search(words: str, language: str) -> str:
        return block(results_of(live, settings, words, language))

    staff.on([words.change, language.change], search, [words, language], [results], typing=True)
    staff.on(page.load, lambda: gr.Dropdown(choices=_language_choices(live, settings)), [], [language])


def results_of(live: LiveIndex, settings: Settings, words: str, language: str) -> Html:
    """What the desk shows for the words in its search box."""
    asked = " ".join(words.split())[:LONGEST_SEARCH]
    if not asked:
        return _start()
    index = live.index
    if index is None:
        return notice(live.problem or NO_INDEX, tone="bad")
    found = _search(index, settings, asked, language)
    if not found.hits:
        return _nothing(asked, language)
    thresholds = index.thresholds(settings.wrong_answers)
    return element("div", _count(found, thresholds), *_hits(found, thresholds), lang="en")


def _search(index: Index, settings: Settings, asked: str, language: str) -> Found:
    only = None if language == ALL_LANGUAGES else {language}
    asked_in = language_of(asked, index, settings.languages, previous=settings.languages[0])
    return index.search(asked, asked_in, audience="agents", only=only, k=HITS)


def _language_choices(live: LiveIndex, settings: Settings) -> list[tuple[str, str]]:
    index = live.index
    codes = index.languages if index else settings.languages
    return [("All languages", ALL_LANGUAGES), *((name(code), code) for code in sorted(codes))]


def _start() -> Html:
    sentence = "Results appear while you type, from customers' articles and those for agents alike."
    return element("p", sentence, class_="empty")


def _nothing(asked: str, language: str) -> Html:
    where = "" if language == ALL_LANGUAGES else f" in {name(language)}; try all languages"
    sentence = element("p", "Nothing found for ", element("bdi", asked, class_="asked"), f"{where}.")
    remedy = element("p", "Try other words, or fewer of them.")
    return element("div", sentence, remedy, class_="empty", role="status")


def _count(found: Found, thresholds: Thresholds) -> Html:
    """How many results there are, for those who can't see them, and whether any is to be trusted."""
    doubt = "" if found.confidence >= thresholds.suggest else " None of these is a likely answer."
    count = len(found.hits)
    told = f"{count} result{'s' if count > 1 else ''}, best first.{doubt}"
    return element("p", told, class_="count", role="status")


def _hits(found: Found, thresholds: Thresholds) -> list[Html]:
    return [_hit(hit, found.question, thresholds) for hit in found.hits]


def _hit(hit: Hit, question: str, thresholds: Thresholds) -> Html:
    article = hit.passage.article
    passage = highlight(html(followed(hit.passage.text, article)), question, article.language)
    return element(
        "article",
        element(
            "div",
            element("h2", article.title),
            element("bdi", chip.confidence(hit.confidence, thresholds), lang="en"),
            class_="hit-title",
            lang=article.language,
            dir=direction(article.language),
        ),
        _section(hit),
        element("div", passage, class_="passage", lang=article.language, dir=direction(article.language)),
        element("div", _facts(hit), _copy(hit), class_="hit-foot"),
        class_="card hit",
    )


def _section(hit: Hit) -> Html:
    article = hit.passage.article
    if not hit.passage.heading:
        return Html()
    where = " › ".join(hit.passage.heading)
    return element("p", where, class_="section", lang=article.language, dir=direction(article.language))


def _facts(hit: Hit) -> Html:
    article = hit.passage.article
    return element(
        "p",
        chip.language(article.language),
        chip.audience(article),
        chip.freshness(article, date.today()),
        element("code", _source(hit), class_="source"),
        class_="facts",
    )


def _copy(hit: Hit) -> Html:
    article = hit.passage.article
    return element(
        "span",
        element(
            "button",
            "Copy",
            unseen(f" the passage of {article.title}"),
            type="button",
            name="copy",
            value=_source(hit),
            class_="copy",
        ),
        element("span", _copied_text(hit), class_="copy-text", hidden=""),
    )


def _copied_text(hit: Hit) -> str:
    """The passage as plain text with its source, as it goes into a mail or a chat."""
    section = "".join(f" › {part}" for part in hit.passage.heading)
    return f"{hit.passage.plain.strip()}\n\n{hit.passage.article.title}{section} ({_source(hit)})"


def _source(hit: Hit) -> str:
    return f"{hit.passage.article.path}:{hit.passage.first_line}"
