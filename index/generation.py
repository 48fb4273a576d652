"""Generations: everything that one build made, in a folder that is published whole or not at all."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import IndexingError

FORMAT = 7
KEPT = 5
MANIFEST = "manifest.json"
NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


class GenerationError(IndexingError):
    """A generation that is not served; the sentence says why and what to do."""

    def __init__(self, where: object, fault: str, remedy: str = "run 'askdesk build'") -> None:
        super().__init__(f"{where}: {fault}; {remedy}")


class Missing(GenerationError):
    """There is no index yet, or not the one that was named."""


class Damaged(GenerationError):
    """Files are missing, cut or changed."""


class Foreign(GenerationError):
    """Built with another model than the one in force."""


class Newer(GenerationError):
    """Written by a later version of this program."""


class Busy(GenerationError):
    """Another build is under way."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds and what it was made from."""

    generation: str
    built: str
    """ISO 8601, UTC."""
    model: str
    revision: str
    """Of the model's weights; vectors of different revisions can't be compared."""
    articles: Mapping[str, str]
    """Path of each article below the articles folder, and the SHA-256 of its text."""
    counts: Mapping[str, int]
    languages: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of every other file in the folder."""
    evaluation: Mapping[str, Any] | None = None
    """What `evaluate` said of the golden questions, if there are any."""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """A generation as the studio lists it."""

    name: str
    built: datetime
    articles: int
    current: bool
    manifest: Manifest


class Generations:
    """The generations in a folder, and the pointer to the one that is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def pointer(self) -> Path:
        """The file that names the current generation; it is only ever replaced whole."""
        return self.folder / "current"

    def current(self) -> str | None:
        """Name of the generation that is served; None before the first build."""
        with suppress(OSError, UnicodeDecodeError):
            name = self.pointer.read_text(encoding="ascii").strip()
            if NAME.fullmatch(name):
                return name
        return None

    def names(self) -> tuple[str, ...]:
        """All that were published, newest first."""
        if not self.folder.is_dir():
            return ()
        found = (path.name for path in self.folder.iterdir() if NAME.fullmatch(path.name))
        return tuple(sorted(found, reverse=True))

    def list(self) -> tuple[GenerationInfo, ...]:
        """All that can be read, newest first."""
        current = self.current()
        found = []
        for name in self.names():
            with suppress(GenerationError):
                manifest = self.manifest(name)
                built = datetime.fromisoformat(manifest.built)
                found.append(
                    GenerationInfo(name, built, manifest.counts["articles"], name == current, manifest)
                )
        return tuple(found)

    def manifest(self, name: str) -> Manifest:
        """The manifest of a generation. Raises `Missing`, `Damaged` or `Newer`."""
        folder = self.folder / name
        if not NAME.fullmatch(name) or not folder.is_dir():
            raise Missing(self.folder / name, "there is no such generation", "see 'askdesk rollback --list'")
        try:
            content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if content["format"] > FORMAT:
                remedy = "update the program, or run 'askdesk build' to make one of this version's"
                raise Newer(folder, "this index was written by a newer version of the program", remedy)
            if content.pop("checksum", None) != _checksum_of(content):
                raise Damaged(folder / MANIFEST, "the manifest is not as it was written")
            return Manifest(**content)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(
                folder / MANIFEST, f"the manifest can't be read ({type(error).__name__})"
            ) from error

    def verify(self, name: str) -> Manifest:
        """The manifest, after every file was compared with its checksum."""
        manifest = self.manifest(name)
        for file, expected in manifest.files.items():
            path = self.folder / name / file
            try:
                found = _checksum(path)
            except OSError as error:
                raise Damaged(path, "this file of the index is missing or can't be read") from error
            if found != expected:
                raise Damaged(path, "this file of the index is not as it was built")
        return manifest

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the right to build and publish. Raises `Busy` where another process holds it.

        The right ends with the process, however that ends.
        """
        from filelock import FileLock, Timeout

        self._make_folder()
        try:
            with FileLock(self.folder / "build.lock", timeout=0):
                self._remove_unfinished()
                yield
        except Timeout:
            raise Busy(self.folder, "another build is under way", "wait until it is done") from None

    def publish(self, manifest: Manifest, write: Callable[[Path], None]) -> None:
        """Write a generation beside the others and make it the current one; old ones go.

        `write` fills the folder that it is given. Killed at any moment, the one before it stays current.
        """
        work = self.folder / f".building-{manifest.generation}"
        try:
            work.mkdir()
            write(work)
            self._seal(work, manifest)
            work.rename(self.folder / manifest.generation)
            self._point_to(manifest.generation)
        except OSError as error:
            shutil.rmtree(work, ignore_errors=True)
            fault = f"the index can't be written ({error.strerror or error})"
            raise GenerationError(
                self.folder, fault, "make room or mend the permissions, then build again"
            ) from error
        self._prune()

    def point_to(self, name: str) -> None:
        """Make a generation the current one. Raises `GenerationError` where that can't be written."""
        try:
            self._point_to(name)
        except OSError as error:
            fault = f"which index is served can't be written ({error.strerror or error})"
            raise GenerationError(
                self.folder, fault, "make room or mend the permissions, then try again"
            ) from error

    def rollback(self, to: str | None = None, within: AbstractContextManager[object] | None = None) -> str:
        """Serve an earlier generation again: the one named, or the one before the current one.

        Returns its name. It is verified first, which reads all of it; raises `GenerationError`. `within` is
        entered only then, for the moment of the change.
        """
        with self.building():
            name = to or self._before(self.current())
            self.verify(name)
            with within or nullcontext():
                self.point_to(name)
        return name

    def before(self, name: str | None) -> tuple[str, ...]:
        """The generations older than that one, newest first; all where None."""
        return tuple(other for other in self.names() if name is None or other < name)

    def _before(self, name: str | None) -> str:
        older = self.before(name)
        if not older:
            raise Missing(
                self.folder, "there is no generation before this one", "only a further build makes another"
            )
        return older[0]

    def _point_to(self, name: str) -> None:
        """By one atomic rename."""
        beside = self.folder / f".current-{os.getpid()}"
        try:
            with beside.open("w", encoding="ascii") as file:
                file.write(name + "\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.pointer)
        finally:
            beside.unlink(missing_ok=True)
        _sync_folder(self.folder)

    def _seal(self, work: Path, manifest: Manifest) -> None:
        """Write the manifest last, over files that are on the disk."""
        files = sorted(path for path in work.rglob("*") if path.is_file())
        checksums = {path.relative_to(work).as_posix(): _checksum(path) for path in files}
        content = asdict(manifest) | {"files": checksums}
        content["checksum"] = _checksum_of(content)
        (work / MANIFEST).write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        for path in (*files, work / MANIFEST):
            _sync_file(path)
        _sync_folder(work)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fault = f"this folder can't be made ({error.strerror})"
            raise GenerationError(
                self.folder, fault, "mend the permissions or choose another with --data"
            ) from error

    def _remove_unfinished(self) -> None:
        for path in self.folder.glob(".building-*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob(".current-*"):
            path.unlink(missing_ok=True)

    def _prune(self) -> None:
        current = self.current()
        for name in [name for name in self.names() if name != current][KEPT - 1 :]:
            shutil.rmtree(self.folder / name, ignore_errors=True)


def new_name(content: str, after: str | None) -> str:
    """A name that sorts behind all earlier ones, also where the clock was set back."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    if after is not None and stamp <= after[:15]:
        last = datetime.strptime(after[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
        stamp = datetime.fromtimestamp(last.timestamp() + 1, UTC).strftime("%Y%m%d-%H%M%S")
    return f"{stamp}-{hashlib.sha256(content.encode()).hexdigest()[:6]}"


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checksum_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
