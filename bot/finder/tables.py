"""The tables of the finder: what agents searched, what they pinned, and what they found no answer to."""

from datetime import datetime

from sqlalchemy import Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.table import Table, UtcTime


class RecentSearchRow(Table):
    __tablename__ = "recent_searches"

    agent: Mapped[str] = mapped_column(String(80), primary_key=True)
    folded: Mapped[str] = mapped_column(String(500), primary_key=True)
    """The words as they are compared: without capitals and accents."""
    words: Mapped[str] = mapped_column(Text)
    searched: Mapped[datetime] = mapped_column(UtcTime)


class PinRow(Table):
    __tablename__ = "pins"

    agent: Mapped[str] = mapped_column(String(80), primary_key=True)
    mark: Mapped[str] = mapped_column(String(500), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    """Of the article as it was then, to be named once it is gone."""
    pinned: Mapped[datetime] = mapped_column(UtcTime)


class MissedAnswerRow(Table):
    """One report that no article answers; the same words are reported as often as they are missed."""

    __tablename__ = "missed_answers"
    __table_args__ = (Index("ix_missed_answers_folded", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made by the page: one press that is sent twice is one report."""
    agent: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(String(500))
    language: Mapped[str] = mapped_column(String(12))
    best: Mapped[str | None] = mapped_column(String(255))
    """The article that came first all the same."""
    confidence: Mapped[float] = mapped_column(Float)
    """How sure the search was of it, 0 to 1."""
    created: Mapped[datetime] = mapped_column(UtcTime)
