"""Missed answers: what agents looked for in vain, told to the editors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from bot.database.engine import reading, writing
from bot.finder.kept import folded
from bot.finder.tables import MissedAnswerRow


@dataclass(frozen=True, slots=True)
class Missed:
    """One report."""

    agent: str
    words: str
    language: str
    best: str | None
    """Slug of the article that came first all the same."""
    confidence: float
    created: datetime


@dataclass(frozen=True, slots=True)
class MissedAnswer:
    """All reports of the same words, the latest first."""

    reports: tuple[Missed, ...]

    @property
    def last(self) -> Missed:
        return self.reports[0]

    @property
    def agents(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(report.agent for report in self.reports))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(report.language for report in self.reports))


class MissedAnswers:
    """All reports, every one of them stored."""

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
        latest_first = select(MissedAnswerRow).order_by(
            MissedAnswerRow.created.desc(), MissedAnswerRow.id.desc()
        )
        with reading(self._engine) as session:
            return _grouped(session.scalars(latest_first))


def _grouped(rows: Iterable[MissedAnswerRow]) -> tuple[MissedAnswer, ...]:
    groups: dict[str, list[Missed]] = {}
    for row in rows:
        report = Missed(row.agent, row.words, row.language, row.best, row.confidence, row.created)
        groups.setdefault(row.folded, []).append(report)
    return tuple(
        sorted(
            (MissedAnswer(tuple(reports)) for reports in groups.values()),
            key=lambda answer: -len(answer.reports),
        )
    )
