"""What an agent keeps: the searches of late, and the passages that were pinned."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, func, select

from bot.database.engine import reading, writing
from bot.finder.tables import PinRow, RecentSearchRow
from index.words import fold

MOST_RECENT = 12
MOST_PINS = 40


@dataclass(frozen=True, slots=True)
class Pin:
    """A passage that an agent wants at hand."""

    mark: str
    title: str
    """Of its article when it was pinned."""


class Kept:
    """What each agent keeps, by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recent(self, agent: str) -> tuple[str, ...]:
        """The words of the last searches, the latest first."""
        with reading(self._engine) as session:
            own = select(RecentSearchRow.words).where(RecentSearchRow.agent == agent)
            return tuple(session.scalars(own.order_by(RecentSearchRow.searched.desc()).limit(MOST_RECENT)))

    def remember(self, agent: str, words: str) -> None:
        """Puts a search on top; the oldest ones go."""
        with writing(self._engine) as session:
            row = RecentSearchRow(agent=agent, folded=folded(words), words=words, searched=datetime.now(UTC))
            session.merge(row)
            session.flush()
            own = select(RecentSearchRow.folded).where(RecentSearchRow.agent == agent)
            late = own.order_by(RecentSearchRow.searched.desc()).offset(MOST_RECENT)
            gone = list(session.scalars(late))
            session.execute(
                delete(RecentSearchRow).where(
                    RecentSearchRow.agent == agent, RecentSearchRow.folded.in_(gone)
                )
            )

    def forget(self, agent: str) -> None:
        """Removes all of an agent's searches."""
        with writing(self._engine) as session:
            session.execute(delete(RecentSearchRow).where(RecentSearchRow.agent == agent))

    def pins(self, agent: str) -> tuple[Pin, ...]:
        """In the order in which they were pinned."""
        with reading(self._engine) as session:
            rows = session.scalars(select(PinRow).where(PinRow.agent == agent).order_by(PinRow.pinned))
            return tuple(Pin(row.mark, row.title) for row in rows)

    def pin(self, agent: str, mark: str, title: str) -> bool:
        """Whether it is pinned now: there is an end to what can be at hand."""
        with writing(self._engine) as session:
            if session.get(PinRow, (agent, mark)) is not None:
                return True
            count = session.scalar(select(func.count()).select_from(PinRow).where(PinRow.agent == agent))
            if (count or 0) >= MOST_PINS:
                return False
            session.add(PinRow(agent=agent, mark=mark, title=title, pinned=datetime.now(UTC)))
            return True

    def unpin(self, agent: str, mark: str) -> None:
        with writing(self._engine) as session:
            session.execute(delete(PinRow).where(PinRow.agent == agent, PinRow.mark == mark))


def folded(words: str) -> str:
    """Words as they are compared, whatever their capitals, accents and spaces."""
    return " ".join(fold(words).split())[:500]
