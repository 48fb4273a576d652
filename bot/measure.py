"""Figures on how the assistant is doing, for Prometheus."""

import logging
from collections.abc import Callable
from math import nan

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from bot.fault import BotError, tell

log = logging.getLogger(__name__)

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0)


class Measures:
    """What is counted while the server runs."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._replies = Counter(
            "askdesk_replies", "Replies by kind and language.", ("kind", "language"), registry=self._registry
        )
        self._seconds = Histogram(
            "askdesk_reply_seconds",
            "Time to consider a question.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._refused = Counter(
            "askdesk_refused",
            "Requests that came too often, by what was asked for and by what it met.",
            ("kind", "limit"),
            registry=self._registry,
        )
        self._faults = Counter("askdesk_faults", "Replies that failed inside.", registry=self._registry)

    def reply(self, kind: str, language: str, milliseconds: float) -> None:
        """Counts one reply."""
        self._replies.labels(kind, language).inc()
        self._seconds.observe(milliseconds / 1000)

    def refused(self, kind: str, limit: str) -> None:
        """Counts one request that came too often: for its conversation, its address, or the line."""
        self._refused.labels(kind, limit).inc()

    def fault(self) -> None:
        """Counts one failure inside."""
        self._faults.inc()

    def watch(self, name: str, meaning: str, now: Callable[[], float]) -> None:
        """Adds a figure that is looked up whenever the figures are read; not a number where that fails."""

        def known() -> float:
            try:
                return now()
            except BotError as error:
                log.error("%s can't be looked up: %s", name, error)
            except Exception as error:
                tell(error, f"looking up {name}")
            return nan

        Gauge(f"askdesk_{name}", meaning, registry=self._registry).set_function(known)

    def text(self) -> str:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry).decode()
