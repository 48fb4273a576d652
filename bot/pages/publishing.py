"""Publishing: a rebuild with its progress and outcome, and the way back to an earlier generation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from bot.access.user import user_of
from bot.database.engine import StateError
from bot.live import LiveIndex
from bot.pages import chip, staff
from bot.pages.articles import problem_list
from bot.pages.element import Html, block, element, notice, wide
from bot.rebuild import STAGES, Outcome, Progress, Rebuild, Status
from bot.state.store import Store
from index.errors import IndexingError
from index.generation import GenerationInfo, Generations
from kb.article import digest
from kb.language import name
from kb.problem import Problem

SECONDS_WHILE_BUILDING = 1.0
SECONDS_BETWEEN_LOOKS = 10.0
"""How soon a page learns of a build that another page began."""
_HEADS = ("Built", "Served", "Articles", "Passages", "Languages", "Name")
WHAT_FOR = (
    "A rebuild takes in what was saved since the last one, measures it with the golden questions, and "
    "answers from it. Until then, customers are answered as before."
)


def panel(page: gr.Blocks, live: LiveIndex, generations: Generations, store: Store, rebuild: Rebuild) -> None:
    """The rebuild above, the generations kept below."""
    publishing = _Publishing(live, generations, store, rebuild)
    chosen = staff.hidden("generation")
    begin = gr.Button("Rebuild", variant="primary", elem_id="rebuild")
    state, done = staff.shown(elem_id="build"), staff.shown(elem_id="done")
    listed = staff.shown(elem_id="generations")
    with gr.Column(visible=False, elem_id="confirm") as confirm:
        asked = staff.shown()
        with gr.Row():
            yes = gr.Button("Yes, answer from it", variant="stop")
            no = gr.Button("No, leave it")
    clock, known = gr.Timer(SECONDS_BETWEEN_LOOKS), staff.hidden("known")
    seen = [begin, state, done, listed, clock, known]
    staff.on(page.load, publishing.look, [], seen)
    staff.on(clock.tick, publishing.look, [known], seen)
    staff.on(begin.click, publishing.begin, [], seen)
    staff.on(chosen.change, publishing.ask, [chosen], [confirm, asked], typing=True)
    staff.on(no.click, publishing.leave, [], [chosen, confirm])
    staff.on(yes.click, publishing.roll_back, [chosen], [chosen, confirm, *seen])


class _Publishing:
    """What is built, kept and served, as updates of the page."""

    def __init__(self, live: LiveIndex, generations: Generations, store: Store, rebuild: Rebuild) -> None:
        self._live, self._generations, self._rebuild = live, generations, rebuild
        self._store = store

    def look(self, known: str = "") -> list[Any]:
        """How it is; what was told before, `known` by its digest, is not told anew.

        What came of an act stands until there is more to tell: that a fault has gone is no more.
        """
        status, problem = self._rebuild.status, self._live.problem
        running, outcome = status.running, status.outcome
        told = _progress(status) if running else _ended(outcome, problem)
        is_more = running or outcome or problem
        own = digest(told)
        return [
            gr.Button("Rebuilding…" if running else "Rebuild", interactive=not running),
            gr.skip() if own == known else block(told),
            gr.skip() if own == known or not is_more else "",
            block(generation_list(self._generations.list(), running)),
            gr.Timer(SECONDS_WHILE_BUILDING if running else SECONDS_BETWEEN_LOOKS),
            own,
        ]

    def begin(self, request: gr.Request) -> list[Any]:
        user = user_of(request)
        try:
            if not self._rebuild.status.running:
                with self._store.recorded(user, "build started"):
                    self._rebuild.start(user.name)
        except StateError as error:
            return self._after(notice(f"Not started: {error}", tone="bad"))
        return self.look()

    def ask(self, chosen: str) -> list[Any]:
        """The question that comes before a rollback."""
        if not chosen:
            return [gr.Column(visible=False), ""]
        kept = next((info for info in self._generations.list() if info.name == chosen), None)
        if kept is None:
            return [gr.Column(visible=False), block(notice(f"{chosen} is not kept any more", tone="bad"))]
        index = f"the index of {_when(kept)} with {kept.articles} articles"
        sentence = f"Answer from {index} again? The articles' files stay as they are."
        return [gr.Column(visible=True), block(notice(sentence, tone="warn"))]

    def leave(self) -> list[Any]:
        return ["", gr.Column(visible=False)]

    def roll_back(self, chosen: str, request: gr.Request) -> list[Any]:
        try:
            recorded = self._store.recorded(user_of(request), "index rolled back", chosen)
            served = self._generations.rollback(chosen, within=recorded)
            told = notice(f"Customers are answered from {served} again.", tone="good")
        except (IndexingError, StateError) as error:
            told = notice(f"Not rolled back: {error}", tone="bad")
        return ["", gr.Column(visible=False), *self._after(told)]

    def _after(self, said: Html) -> list[Any]:
        """What came of an act, in place of what was told before it."""
        button, _, _, *rest = self.look()
        return [button, "", block(said), *rest]


def _progress(status: Status) -> Html:
    share = status.progress.share if status.progress else 0.0
    spent = f", {_seconds_since(status.started)} s so far" if status.started else ""
    bar = element("progress", value=f"{share:.3f}", max="1", aria_label="Rebuild")
    told = element("p", f"{share:.0%}, {_doing(status.progress)}{spent}.")
    meanwhile = element("p", "Customers are answered from the old index meanwhile.")
    return element("div", bar, told, meanwhile, class_="building")


def _seconds_since(started: datetime) -> int:
    """Zero where the clock was set back since."""
    return round(max(0.0, (datetime.now(UTC) - started).total_seconds()))


def _doing(progress: Progress | None) -> str:
    if progress is None:
        return "starting"
    counted = f" {progress.done} of {progress.total}" if progress.total > 1 else ""
    return STAGES.get(progress.stage, progress.stage) + counted


def _ended(outcome: Outcome | None, problem: str | None) -> Html:
    if outcome is None:
        return notice(problem, tone="bad") if problem else element("p", WHAT_FOR, class_="legend")
    if outcome.built is None:
        return notice(f"Not rebuilt: {outcome.refusal}. The old index answers on.", tone="bad")
    return element("div", _built(outcome.built), _problems(outcome.built["problems"]))


def _built(built: Mapping[str, Any]) -> Html:
    figures = (
        f" {built['articles']} articles in {built['passages']} passages. {built['embedded']} texts embedded, "
        f"{built['reused']} reused, in {built['seconds']:.1f} seconds. "
    )
    languages = (element("bdi", f"{name(code)} {count}") for code, count in built["languages"].items())
    return element(
        "div",
        element("strong", "Rebuilt and published."),
        figures,
        element("span", Html(", ".join(languages))),
        " ",
        element("code", built["generation"]),
        class_="notice good",
        role="status",
    )


def _problems(problems: list[Mapping[str, str]]) -> Html:
    if not problems:
        return Html()
    title = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}; all else is published"
    return problem_list(title, [Problem(one["where"], one["what"]) for one in problems])


def generation_list(kept: tuple[GenerationInfo, ...], building: bool) -> Html:
    """The generations, newest first, each with the way back to it."""
    if not kept:
        return notice("No index has been built yet: press Rebuild.", tone="warn")
    head = element("tr", *(element("th", title, scope="col") for title in _HEADS))
    rows = (_generation(info, building) for info in kept)
    table = element("table", element("thead", head), element("tbody", *rows), class_="kept")
    return element("section", element("h2", "Indexes kept"), wide("Generations kept", table))


def _generation(info: GenerationInfo, building: bool) -> Html:
    languages = ", ".join(f"{code} {count}" for code, count in info.manifest.languages.items())
    counts = (str(info.articles), str(info.manifest.counts.get("passages", "")), languages)
    served = chip.chip("answers now", "good") if info.current else _way_back(info, building)
    cells = (_when(info), served, *counts, element("code", info.name))
    return element(
        "tr", *(element("td", cell, data_head=title) for title, cell in zip(_HEADS, cells, strict=True))
    )


def _way_back(info: GenerationInfo, building: bool) -> Html:
    if building:
        return Html()
    return staff.choose("generation", info.name, "Roll back to this", class_="small")


def _when(info: GenerationInfo) -> str:
    return f"{info.built.astimezone():%d %b %Y, %H:%M}"
