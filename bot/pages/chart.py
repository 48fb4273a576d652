"""Charts drawn as SVG: without a script, sharp at every width, and told as a table besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bot.pages.element import Html, element
from bot.standing import Step

SIDE = 1000
"""Units of the drawing, which is stretched to its place."""
LEAST_TOP = 0.2
"""Share of wrong answers up to which a chart reaches at least, so that small differences stay small."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one chart shows."""

    name: str
    """Of what is drawn, in whatever script."""
    questions: int
    points: Sequence[tuple[float, float]]
    """Share answered and share wrong, from few answers to all."""
    steps: Sequence[Step]
    """The same in few rows, with the limit in force."""
    budget: float
    """Share of answers that may be wrong."""

    @property
    def now(self) -> Step:
        return next(step for step in self.steps if step.now)


def curve(drawn: Drawn) -> Html:
    """The share of questions answered against the share of these answers that is wrong."""
    top = _top(drawn)
    axis = (element("span", text) for text in ("0%", "of the questions answered", "100%"))
    return element(
        "figure",
        element("figcaption", element("bdi", drawn.name), f", {drawn.questions} questions"),
        element("p", f"{top:.0%} of the answers wrong", class_="top"),
        _plot(drawn, top),
        element("p", *axis, class_="axis", aria_hidden="true"),
        element("details", element("summary", "The same as a table"), _table(drawn)),
        class_="curve",
    )


def _plot(drawn: Drawn, top: float) -> Html:
    def at(answered: float, wrong: float) -> str:
        return f"{answered * SIDE:.0f},{(1 - min(wrong / top, 1)) * SIDE:.0f}"

    line = " ".join(at(answered, wrong) for answered, wrong in drawn.points)
    height = drawn.budget / top * SIDE
    shapes = [
        element("rect", y=f"{SIDE - height:.0f}", width=str(SIDE), height=f"{height:.0f}", class_="bearable"),
        element("polyline", points=line, class_="line", vector_effect="non-scaling-stroke"),
    ]
    if drawn.now.wrong is not None:
        place = at(drawn.now.answered, drawn.now.wrong)
        tone = "now bad" if drawn.now.wrong > drawn.budget else "now"
        shapes.append(element("path", d=f"M{place}h0", class_=tone, vector_effect="non-scaling-stroke"))
    return element(
        "svg",
        *shapes,
        viewBox=f"0 0 {SIDE} {SIDE}",
        preserveAspectRatio="none",
        role="img",
        aria_label=told(drawn),
    )


def told(drawn: Drawn) -> str:
    """The chart in one sentence."""
    now, last = drawn.now, drawn.steps[-1]
    wrong = "" if now.wrong is None else f", {now.wrong:.1%} of them wrongly"
    everything = "" if last.wrong is None else f"; answering everything would be wrong in {last.wrong:.0%}"
    return f"{drawn.name}: {now.answered:.1%} of the questions answered{wrong}{everything}."


def _table(drawn: Drawn) -> Html:
    heads = ("Answered from", "Questions answered", "Of these wrong")
    head = element("tr", *(element("th", title, scope="col") for title in heads))
    return element("table", element("thead", head), element("tbody", *map(_row, drawn.steps)))


def _row(step: Step) -> Html:
    wrong = "none answered" if step.wrong is None else f"{step.wrong:.1%}"
    limit = f"{step.threshold:.0%}{', now' if step.now else ''}"
    cells = (limit, f"{step.answered:.1%}", wrong)
    return element("tr", *(element("td", cell) for cell in cells), class_="now" if step.now else None)


def _top(drawn: Drawn) -> float:
    """The share at the upper edge, in whole tenths."""
    most = max((wrong for answered, wrong in drawn.points if answered >= drawn.now.answered), default=0.0)
    return max(LEAST_TOP, ceil(10 * most - 1e-9) / 10)
