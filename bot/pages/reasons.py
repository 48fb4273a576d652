"""Why articles were found: the words that counted, and every part of order and confidence with its size."""

from collections.abc import Sequence

from bot.pages.element import Html, element, joined, wide
from index.explain import Explanation, FitOfRest, Part
from index.words import AskedWord
from kb.language import direction

HALF = 100
"""Units of a bar's drawing from nothing to the largest part."""


def section(explanations: Sequence[Explanation]) -> Html:
    """One part for each article that was found, to be opened."""
    first, *others = explanations
    told = (
        "Of the weight that each word has in the question, what the article has of it; then all that counts."
    )
    return element(
        "section",
        element("h2", "What counted"),
        element("p", told, class_="legend"),
        _article(first, opened=True),
        *(_article(other, opened=False) for other in others),
    )


def _article(explanation: Explanation, *, opened: bool) -> Html:
    article = explanation.hit.passage.article
    title = element("bdi", article.title, lang=article.language, dir=direction(article.language))
    summary = element("summary", title, f", {explanation.hit.confidence:.0%}")
    odds = "The confidence in log odds: 0.7 more doubles the odds"
    return element(
        "details",
        summary,
        element("p", *_words(explanation.words), class_="asked-words"),
        *([_rest(explanation.rest)] if explanation.rest else []),
        element(
            "div",
            _parts("Order", "The sum that articles are ordered by", explanation.order),
            _parts("Confidence", odds, explanation.confidence),
            class_="parts",
        ),
        class_="reasons",
        open="" if opened else None,
    )


def _words(words: Sequence[AskedWord]) -> list[Html]:
    if not words:
        return [element("span", "The question has no words.")]
    return [joined((_word(word), " ")) for word in words]


def _word(word: AskedWord) -> Html:
    if not word.known:
        return element("span", element("bdi", word.text), " unknown in this language", class_="chip warn")
    tone = "chip good" if word.counted > 0 else "chip"
    return element("span", element("bdi", word.text), f" {word.counted:.0%} of {word.most:.0%}", class_=tone)


def _rest(rest: FitOfRest) -> Html:
    said = f". That is {rest.similarity:.2f} similar, and {rest.covered:.0%} of it is in the article."
    return element("p", "Without names and numbers: ", element("bdi", rest.text), said, class_="legend")


def _parts(title: str, told: str, parts: Sequence[Part]) -> Html:
    heads = (title, "Measured", "Counts", "")
    head = element("tr", *(element("th", name, scope="col") if name else element("td") for name in heads))
    largest = max((abs(part.counted) for part in parts), default=0.0)
    rows = [_row(part, largest) for part in parts]
    whole = element("td", _signed(sum(part.counted for part in parts)), class_="figure")
    rows.append(element("tr", element("th", "together", scope="row"), element("td"), whole, element("td")))
    table = element("table", element("thead", head), element("tbody", *rows))
    return wide(told, element("p", told, class_="legend"), table)


def _row(part: Part, largest: float) -> Html:
    return element(
        "tr",
        element("th", part.name, scope="row"),
        element("td", _minus(f"{part.value:.2f}"), class_="figure"),
        element("td", _signed(part.counted), class_="figure"),
        element("td", _bar(part.counted / largest if largest else 0.0)),
    )


def _signed(value: float) -> str:
    return _minus(f"{value:+.2f}")


def _minus(figure: str) -> str:
    return figure.replace("-", "−")


def _bar(share: float) -> Html:
    """To the right from the middle what speaks for it, to the left what speaks against it."""
    width = abs(share) * HALF
    left = HALF if share >= 0 else HALF - width
    tone = "for" if share >= 0 else "against"
    drawn = element("rect", x=f"{left:.1f}", width=f"{width:.1f}", height="10", class_=tone)
    middle = element("rect", x=str(HALF), width="1", height="10", class_="middle")
    return element("svg", drawn, middle, viewBox=f"0 0 {2 * HALF} 10", aria_hidden="true")
