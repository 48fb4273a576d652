"""The tables of what was told: notices that wait or went, and every attempt at them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.database.table import Table, UtcTime


class NoticeRow(Table):
    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_state_due", "state", "due"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    ticket: Mapped[int | None] = mapped_column(ForeignKey("tickets.number", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(String(40))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What is told; emptied once it was, since it can hold a customer's words."""
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    created: Mapped[datetime] = mapped_column(UtcTime)
    due: Mapped[datetime] = mapped_column(UtcTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcTime)
    """Somebody is at it up to then; afterwards they are taken for dead."""
    deliveries: Mapped[list["DeliveryRow"]] = relationship(order_by="DeliveryRow.id", lazy="selectin")


class DeliveryRow(Table):
    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    started: Mapped[datetime] = mapped_column(UtcTime)
    accepted: Mapped[bool]
    answer: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(String(200))
    milliseconds: Mapped[int]
