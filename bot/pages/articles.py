"""The articles of the folder as editors see them: what there is, how old it is, and what is wrong with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import gradio as gr

from bot import golden
from bot.pages import chip, staff
from bot.pages.draft import Draft
from bot.pages.element import Html, block, element, notice
from index.evaluate import QuestionsError
from kb.article import Article, parse
from kb.language import direction, name
from kb.library import Library, read
from kb.link import dead_links
from kb.problem import KnowledgeError, Problem

MOST_ROWS = 300
"""More would make typing in the filter slow: 300 rows are drawn in about 100 ms."""
ALL_LANGUAGES = "all"


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles to list."""

    words: str = ""
    language: str = ALL_LANGUAGES
    doubtful: bool = False
    """Only those that are overdue or have a problem."""


class Shelf:
    """The articles folder as it was when it was last read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.library = Library(folder, (), ())
        self.refusal: str | None = None

    def read(self) -> None:
        """Reads the folder anew; where that fails, what was read before stays, with the reason."""
        try:
            library = read(self._folder)
        except KnowledgeError as error:
            self.refusal = str(error)
            return
        problems = (*library.problems, *_of_golden(library))
        self.library, self.refusal = replace(library, problems=problems), None

    def take(self, saved: Draft) -> None:
        """Puts in what was just saved, so that what is said of links to it is true at once."""
        article, _ = parse(saved.text, saved.path, saved.language, saved.slug)
        others = (one for one in self.library.articles if one.path != saved.path)
        own = () if article is None or article.has_expired(date.today()) else (article,)
        self.library = replace(self.library, articles=(*others, *own))

    def drop(self, path: str) -> None:
        """Takes out an article that was just moved or removed."""
        others = tuple(one for one in self.library.articles if one.path != path)
        self.library = replace(self.library, articles=others)

    def dead_links(self, article: Article) -> tuple[Problem, ...]:
        """Those of an article as it is being written; none before the folder was read."""
        served = self.library.articles
        if not served:
            return ()
        others = (one for one in served if one.path != article.path)
        return tuple(dead_links([article], [*others, article], self._folder))


def _of_golden(library: Library) -> tuple[Problem, ...]:
    """What is wrong with the golden questions, which stand in the same folder."""
    try:
        return golden.read(library.folder, library.articles).problems
    except QuestionsError as error:
        where, _, what = str(error).partition(": ")
        return (Problem(where, what),)


def panel(page: gr.Blocks, tab: gr.Tab, shelf: Shelf) -> None:
    """The filter, the problems, and the table."""
    with gr.Row(elem_classes="filter"):
        words = gr.Textbox(label="Filter by title, file or tag", scale=3, min_width=280)
        language = gr.Dropdown([("All", ALL_LANGUAGES)], value=ALL_LANGUAGES, label="Language", scale=1)
        doubtful = gr.Checkbox(label="Only what needs a look", scale=1)
    listed = staff.shown(elem_id="articles")

    def show(words: str, language: str, doubtful: bool) -> str:
        return block(listing(shelf, ArticleFilter(words or "", language, doubtful), date.today()))

    def show_anew(words: str, language: str, doubtful: bool) -> list[object]:
        shelf.read()
        return [gr.Dropdown(choices=_language_choices(shelf.library)), show(words, language, doubtful)]

    inputs = [words, language, doubtful]
    staff.on([words.change, language.change, doubtful.change], show, inputs, [listed], typing=True)
    staff.on([page.load, tab.select], show_anew, inputs, [language, listed])


def listing(shelf: Shelf, only: ArticleFilter, today: date) -> Html:
    """The table of the articles that are wished for, below the problems of the whole folder."""
    library = shelf.library
    if shelf.refusal and not library.articles:
        return notice(shelf.refusal, tone="bad")
    faults = Counter(_path(problem) for problem in library.problems)
    chosen = [article for article in library.articles if _is_listed(article, only, faults, today)]
    if shelf.refusal:
        above = notice(f"{shelf.refusal}. Below is what was read before.", tone="bad")
    else:
        above = _problems(library.problems)
    return element("div", above, _table(chosen, faults, today))


def _language_choices(library: Library) -> list[tuple[str, str]]:
    own = [(f"{name(code)} ({count})", code) for code, count in library.languages.items()]
    return [(f"All ({len(library.articles)})", ALL_LANGUAGES), *own]


def _is_listed(article: Article, only: ArticleFilter, faults: Counter[str], today: date) -> bool:
    text = " ".join((article.title, article.path, *article.tags)).casefold()
    return (
        all(word in text for word in only.words.casefold().split())
        and only.language in (ALL_LANGUAGES, article.language)
        and (not only.doubtful or article.path in faults or chip.overdue(article, today))
    )


def _problems(problems: Sequence[Problem]) -> Html:
    if not problems:
        return notice("All articles are well-formed.", tone="good")
    return problem_list(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} to mend", problems)


def problem_list(title: str, problems: Sequence[Problem]) -> Html:
    """Each with a button that opens its article."""
    items = element("ul", *map(_problem, problems))
    return element("details", element("summary", title), items, class_="notice warn problems", open="")


def _problem(problem: Problem) -> Html:
    path = _path(problem)
    where = open_button(path, problem.where) if path.endswith(".md") else element("code", problem.where)
    return element("li", where, f" {problem.what}")


def _path(problem: Problem) -> str:
    """The file, without the line."""
    path, _, line = problem.where.rpartition(":")
    return path if path and line.isdigit() else problem.where


def open_button(path: str, *children: str) -> Html:
    return staff.choose("article", path, *children, class_="link")


def _table(articles: Sequence[Article], faults: Counter[str], today: date) -> Html:
    if not articles:
        return element("p", "No article is like this.", class_="empty", role="status")
    heads = ("Article", "Language", "For", "Looked over", "Problems")
    head = element("tr", *(element("th", title, scope="col") for title in heads))
    rows = (_row(article, faults[article.path], today) for article in articles[:MOST_ROWS])
    table = element("table", element("thead", head), element("tbody", *rows), class_="listing")
    hidden = len(articles) - MOST_ROWS
    more = [element("p", f"{hidden} more: filter to see them.")] if hidden > 0 else []
    return element(
        "div",
        element(
            "p", f"{len(articles)} article{'s' if len(articles) > 1 else ''}", class_="count", role="status"
        ),
        table,
        *more,
    )


def _row(article: Article, faults: int, today: date) -> Html:
    title = element("bdi", article.title, lang=article.language, dir=direction(article.language))
    cells = (
        element("span", open_button(article.path, title), element("code", article.path)),
        chip.language(article.language),
        chip.audience(article) or element("span", "customers"),
        chip.freshness(article, today),
        chip.chip(str(faults), "bad") if faults else element("span", "none"),
    )
    return element("tr", *(element("td", cell) for cell in cells))
