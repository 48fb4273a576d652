"""Missed answers: what customers asked and agents looked for in vain, told to the editors."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Engine, select

from bot.answer.follow_up import asks_how_it_goes_on
from bot.database.engine import reading, writing
from bot.finder.kept import folded
from bot.finder.tables import MissedAnswerRow
from bot.state.unanswered import Unanswered, unanswered
from bot.wishes.intent import recognise
from index.words import fold
from kb.article import Article


@dataclass(frozen=True, slots=True)
class Missed:
    """One time that an answer was missed."""

    agent: str | None
    """Who reported it; None where a customer asked the bot."""
    words: str
    language: str
    best: str | None
    """Slug of the article that came first all the same, where an agent reported it."""
    confidence: float
    created: datetime
    again: str | None = None
    """The same question in the words that it was asked in before."""


@dataclass(frozen=True, slots=True)
class MissedAnswer:
    """All that was missed in the same words, or in words that a customer put in the place of others."""

    reports: tuple[Missed, ...]
    """The latest first."""

    @property
    def last(self) -> Missed:
        return self.reports[0]

    @property
    def wordings(self) -> tuple[str, ...]:
        """Each once, whatever its capitals, the latest first."""
        said: dict[str, str] = {}
        for report in self.reports:
            said.setdefault(_bare(report.words), report.words)
        return tuple(said.values())

    @property
    def agents(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(report.agent for report in self.reports if report.agent))

    @property
    def customers(self) -> int:
        """How often customers asked it."""
        return sum(report.agent is None for report in self.reports)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(report.language for report in self.reports))


class MissedAnswers:
    """All reports of agents, and the latest questions of customers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def report(
        self,
        agent: str,
        key: str,
        words: str,
        language: str,
        best: str | None = None,
        confidence: float = 0.0,
    ) -> bool:
        """Stores a report; False where that press was stored already."""
        with writing(self._engine) as session:
            if session.scalar(select(MissedAnswerRow.id).where(MissedAnswerRow.key == key)) is not None:
                return False
            session.add(
                MissedAnswerRow(
                    key=key,
                    agent=agent,
                    words=words,
                    folded=folded(words),
                    language=language,
                    best=best,
                    confidence=confidence,
                    created=datetime.now(UTC),
                )
            )
            return True

    def listed(self) -> tuple[MissedAnswer, ...]:
        """What is missed most comes first, then what was missed last."""
        asked = (_asked(question) for question in unanswered(self._engine) if _is_question(question))
        missed = sorted((*self._reports(), *asked), key=lambda one: one.created, reverse=True)
        return tuple(sorted(_grouped(missed), key=lambda answer: -len(answer.reports)))

    def _reports(self) -> tuple[Missed, ...]:
        latest_first = select(MissedAnswerRow).order_by(
            MissedAnswerRow.created.desc(), MissedAnswerRow.id.desc()
        )
        with reading(self._engine) as session:
            return tuple(_report(row) for row in session.scalars(latest_first))


def written_in(answer: MissedAnswer, articles: Iterable[Article]) -> Article | None:
    """The article that has one of its wordings for a question or a title."""
    wordings = {_bare(words) for words in answer.wordings}
    return next((one for one in articles if wordings & set(_questions(one))), None)


def still_missing(
    answers: Iterable[MissedAnswer], served: Iterable[Article], since: datetime
) -> tuple[MissedAnswer, ...]:
    """Those without the ones that an article `served` holds, unless they were missed again `since` then."""
    held = {question for article in served for question in _questions(article)}
    return tuple(
        answer
        for answer in answers
        if answer.last.created > since or held.isdisjoint(map(_bare, answer.wordings))
    )


@lru_cache(10_000)
def _questions(article: Article) -> tuple[str, ...]:
    return tuple(_bare(words) for words in (article.title, *article.questions))


def _bare(words: str) -> str:
    """Words as they are compared: without capitals, accents and marks."""
    return " ".join(re.findall(r"\w+", fold(words))) or words


def _report(row: MissedAnswerRow) -> Missed:
    return Missed(row.agent, row.words, row.language, row.best, row.confidence, row.created)


def _asked(question: Unanswered) -> Missed:
    words = " ".join(question.question.split())
    return Missed(None, words, question.language, None, question.confidence, question.asked, question.again)


def _is_question(one: Unanswered) -> bool:
    """Neither "that did not help" nor "and then?", after which the bot may have no answer either."""
    asks = not asks_how_it_goes_on(one.question, one.language)
    return asks and recognise(one.question, one.language) is None


def _grouped(missed: Iterable[Missed]) -> Iterator[MissedAnswer]:
    """In the order of the latest of each."""
    groups: dict[str, list[Missed]] = {}
    for one in missed:
        group = groups.setdefault(_bare(one.words), [])
        if one.again is not None:
            group = _joined(groups, _bare(one.words), _bare(one.again))
        group.append(one)
    distinct = {id(group): group for group in groups.values()}
    for group in distinct.values():
        yield MissedAnswer(tuple(sorted(group, key=lambda one: one.created, reverse=True)))


def _joined(groups: dict[str, list[Missed]], words: str, others: str) -> list[Missed]:
    """One group for what was said in two ways."""
    group, other = groups[words], groups.get(others)
    if other is not None and other is not group:
        group.extend(other)
        for key in [key for key, held in groups.items() if held is other]:
            groups[key] = group
    groups[others] = group
    return group
