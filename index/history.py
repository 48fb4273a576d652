"""The history of the articles: which were new, changed or gone since a given day.

Only the last few generations are kept, and many may be built in a day: so what each one held is written down.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from index.generation import GenerationError, Generations, Manifest

FILE = "history.json"
FORMAT = 1
REMEMBERED = timedelta(days=60)

Kind = Literal["new", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one article in a span of time."""

    path: str
    """Below the articles folder."""
    title: str
    """The last one it had."""
    kind: Kind
    when: datetime
    """Of the last step towards what it is now."""


@dataclass(frozen=True, slots=True)
class _State:
    """What an article was from a moment on."""

    since: datetime
    digest: str | None
    """Of its file; None: it was not there."""


@dataclass(frozen=True, slots=True)
class _Past:
    """One article through time, the oldest state first."""

    title: str
    states: tuple[_State, ...]

    def digest_at(self, moment: datetime) -> str | None:
        earlier = [state.digest for state in self.states if state.since <= moment]
        return earlier[-1] if earlier else None

    def grown(self, title: str | None, state: _State) -> "_Past":
        """With another state, unless nothing changed; what is too old to be asked for is let go."""
        if self.states and self.states[-1].digest == state.digest:
            return self
        kept = [one for one in self.states if state.since - one.since <= REMEMBERED]
        before = self.states[-len(kept) - 1 : -len(kept)] if kept else self.states[-1:]
        return _Past(title or self.title, (*before, *kept, state))


class History:
    """The record beside the generations; whoever reads it first writes down what is new."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._path = generations.folder / FILE

    def follow(self) -> None:
        """Writes down what was published since it was last done; does nothing where nothing was."""
        if not self._generations.folder.is_dir():
            return
        with FileLock(self._path.with_suffix(".lock"), timeout=10):
            record = self._read()
            steps = list(self._steps(record))
            for name, moment, manifest in steps:
                record = record.after(name, moment, manifest, _titles(self._generations.folder / name))
            if steps:
                self._write(record)

    def since(self, moment: datetime) -> tuple[Change, ...]:
        """The articles that are not as they were then, the latest change first.

        Nothing is known of the time before the first build.
        """
        record = self._read()
        if record.began is None:
            return ()
        start = max(moment, record.began)
        changes = (_change(path, past, start) for path, past in record.articles.items())
        return tuple(
            sorted(filter(None, changes), key=lambda change: (-change.when.timestamp(), change.path))
        )

    def began(self) -> datetime | None:
        """When the first generation that is known of was built: nothing is known of the time before."""
        return self._read().began

    def _steps(self, record: "_Record") -> Iterator[tuple[str, datetime, Manifest]]:
        """What was served after what is written down: generations in order, a rollback at the end."""
        last = record.served
        for name in sorted(self._generations.names()):
            if name > (record.newest or ""):
                with suppress(GenerationError):
                    manifest = self._generations.manifest(name)
                    yield name, datetime.fromisoformat(manifest.built), manifest
                    last = name
        current = self._generations.current()
        if current is not None and current != last:
            with suppress(GenerationError, OSError):
                moment = datetime.fromtimestamp(self._generations.pointer.stat().st_mtime, UTC)
                yield current, moment, self._generations.manifest(current)

    def _read(self) -> "_Record":
        try:
            return _Record.of(json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return _Record()

    def _write(self, record: "_Record") -> None:
        beside = self._path.with_name(f".{FILE}-{os.getpid()}")
        beside.write_text(json.dumps(record.document(), ensure_ascii=False), encoding="utf-8")
        beside.replace(self._path)


@dataclass(frozen=True, slots=True)
class _Record:
    began: datetime | None = None
    newest: str | None = None
    """The last generation, by name, that was taken in."""
    served: str | None = None
    articles: Mapping[str, _Past] = field(default_factory=dict)

    def after(self, name: str, moment: datetime, manifest: Manifest, titles: Mapping[str, str]) -> "_Record":
        """The record once a generation was served."""
        known = dict(self.articles)
        for path in {*known, *manifest.articles}:
            past = known.get(path, _Past(titles.get(path, path), ()))
            state = _State(moment, manifest.articles.get(path))
            known[path] = past.grown(titles.get(path), state)
        kept = {path: past for path, past in known.items() if not _forgotten(past, moment)}
        return _Record(self.began or moment, max(self.newest or "", name), name, kept)

    def document(self) -> dict[str, Any]:
        articles = {
            path: [past.title, [[state.since.isoformat(), state.digest] for state in past.states]]
            for path, past in self.articles.items()
        }
        began = self.began.isoformat() if self.began else None
        own = {"began": began, "newest": self.newest, "served": self.served}
        return {"format": FORMAT, **own, "articles": articles}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "_Record":
        if document["format"] != FORMAT:
            return cls()
        articles = {
            path: _Past(title, tuple(_State(datetime.fromisoformat(at), digest) for at, digest in states))
            for path, (title, states) in document["articles"].items()
        }
        began = datetime.fromisoformat(document["began"]) if document["began"] else None
        return cls(began, document["newest"], document["served"], articles)


def _change(path: str, past: _Past, start: datetime) -> Change | None:
    before, now = past.digest_at(start), past.states[-1].digest
    if before == now:
        return None
    kind: Kind = "new" if before is None else "gone" if now is None else "changed"
    return Change(path, past.title, kind, past.states[-1].since)


def _forgotten(past: _Past, moment: datetime) -> bool:
    """Whether an article is gone for so long that nobody asks."""
    last = past.states[-1]
    return last.digest is None and moment - last.since > REMEMBERED


def _titles(folder: Path) -> dict[str, str]:
    """The titles of a generation's articles by their paths."""
    with suppress(OSError, ValueError, KeyError):
        lines: Iterable[str] = (folder / "articles.jsonl").read_text(encoding="utf-8").split("\n")
        return {row["path"]: row["title"] for row in map(json.loads, filter(None, lines))}
    return {}
