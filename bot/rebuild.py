"""A rebuild asked for in the studio: `askdesk build` in a process of its own, seen by every open page."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from tempfile import TemporaryFile
from threading import Lock, Thread
from typing import IO, Any

from bot.access.commands import BY
from bot.settings import Settings

STAGES = {
    "model": "unpacking the model (once)",
    "read": "reading articles",
    "embed": "embedding",
    "train": "training and calibrating",
    "write": "writing",
    "publish": "publishing",
}
"""Of a build, in words."""
# Of 110 s of a first build of 160 articles on two cores, embedding took two thirds, training a quarter.
_SHARES = {"model": 10, "read": 2, "embed": 60, "train": 20, "write": 6, "publish": 2}
_LINES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Progress:
    stage: str
    done: int
    total: int

    @property
    def share(self) -> float:
        """How much of the whole build is done, 0 to 1."""
        stages = list(_SHARES)
        if self.stage not in stages:
            return 0.0
        before = sum(_SHARES[stage] for stage in stages[: stages.index(self.stage)])
        within = min(1.0, self.done / self.total) if self.total else 0.0
        return (before + within * _SHARES[self.stage]) / sum(_SHARES.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a build ended: either what it built or the sentence that says why it did not."""

    built: Mapping[str, Any] | None = None
    """The document of `askdesk build --json`."""
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    running: bool = False
    started: datetime | None = None
    progress: Progress | None = None
    outcome: Outcome | None = None
    """Of the last build that ended while this server ran."""


def command(settings: Settings) -> tuple[str, ...]:
    """The command line of a build with these settings."""
    folders = ("--data", str(settings.data), "--articles", str(settings.articles))
    return (sys.executable, "-m", "bot", "build", "--json", *folders)


class Rebuild:
    """At most one build at a time; it goes on when the page that asked for it is closed."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._lock = Lock()
        self._status = Status()

    @property
    def status(self) -> Status:
        return self._status

    def start(self, by: str) -> bool:
        """Starts a build, or returns False where one is running; `by` is the user who asked for it."""
        with self._lock:
            if self._status.running:
                return False
            self._status = Status(running=True, started=datetime.now(UTC))
        try:
            Thread(target=self._run, args=(by,), name="rebuild", daemon=True).start()
        except RuntimeError as error:  # the system has no thread left
            self._end(_refused(f"the build can't be started ({error}): try again"))
        return True

    def _end(self, outcome: Outcome) -> None:
        self._status = replace(self._status, running=False, progress=None, outcome=outcome)

    def _run(self, by: str) -> None:
        outcome = _refused("the build stopped without a word: try again, and look into the server's log")
        try:
            outcome = self._build(by)
        except OSError as error:
            outcome = _refused(f"the build can't be started ({error}): see that the server may run programs")
        finally:
            self._end(outcome)

    def _build(self, by: str) -> Outcome:
        environment = {**os.environ, "ASKDESK_PROGRESS": "json", BY: by, "PYTHONIOENCODING": "utf-8"}
        with TemporaryFile("w+", encoding="utf-8") as document:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=document,
                stderr=subprocess.PIPE,
                env=environment,
                encoding="utf-8",
                errors="replace",
            )
            said = self._follow(process)
            document.seek(0)
            return _outcome(process.wait(), document.read(), said)

    def _follow(self, process: "subprocess.Popen[str]") -> Sequence[str]:
        """Takes over the progress until the build ends; the last other lines that it said."""
        said: deque[str] = deque(maxlen=_LINES_KEPT)
        stream: IO[str] | None = process.stderr
        for line in stream or ():
            progress = _progress(line)
            if progress:
                self._status = replace(self._status, progress=progress)
            elif line.strip():
                said.append(line.strip())
        return said


def _progress(line: str) -> Progress | None:
    try:
        told = json.loads(line)
        return Progress(str(told["stage"]), int(told["done"]), int(told["total"]))
    except (ValueError, KeyError, TypeError):
        return None


def _outcome(status: int, document: str, said: Sequence[str]) -> Outcome:
    told = _document(document)
    if status == 0 and "generation" in told:
        return Outcome(built=told)
    if status < 0:
        return _refused(f"the build was stopped from outside (signal {-status}): build again")
    return _refused(said[-1].removeprefix("askdesk: ") if said else f"the build ended with status {status}")


def _document(text: str) -> Mapping[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _refused(sentence: str) -> Outcome:
    return Outcome(refusal=sentence)
