import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import generation
from index.generation import (
    KEPT,
    MANIFEST,
    NAME,
    Busy,
    Damaged,
    GenerationError,
    Generations,
    Manifest,
    Missing,
    Newer,
    new_name,
)

FIRST, SECOND, THIRD = (f"20260301-12000{number}-abcdef" for number in range(3))
REMEDY = "run 'askdesk build'"


def manifest(name: str) -> Manifest:
    return Manifest(
        name, "2026-03-01T12:00:00+00:00", "e5", "r1", {"en/a.md": "f00"}, {"articles": 1}, {"en": 1}
    )


def write(folder: Path) -> None:
    (folder / "words").mkdir()
    (folder / "words" / "en.npy").write_bytes(b"some words")
    (folder / "vectors.bin").write_bytes(bytes(range(256)))


def publish(generations: Generations, *names: str) -> None:
    for name in names:
        with generations.building():
            generations.publish(manifest(name), write)


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    """Three, of which the last is current."""
    made = Generations(tmp_path / "index")
    publish(made, FIRST, SECOND, THIRD)
    return made


def edit(path: Path, **changes: object) -> None:
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(content), encoding="utf-8")


def clutter(generations: Generations) -> list[str]:
    """What a build leaves beside generations, pointer, history and locks."""
    known = {"current", "build.lock", "history.json", "history.lock", *generations.names()}
    return sorted(path.name for path in generations.folder.iterdir() if path.name not in known)


def test_what_was_published_is_current_and_as_it_was_written(generations: Generations) -> None:
    assert generations.current() == THIRD
    found = generations.verify(THIRD)
    assert set(found.files) == {"vectors.bin", "words/en.npy"}
    assert found.articles == {"en/a.md": "f00"}
    assert (found.model, found.revision, found.counts) == ("e5", "r1", {"articles": 1})
    assert clutter(generations) == []


def test_the_list_is_newest_first_and_marks_the_current_one(generations: Generations) -> None:
    listed = generations.list()
    assert [(info.name, info.current) for info in listed] == [(THIRD, True), (SECOND, False), (FIRST, False)]
    assert listed[0].built == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert listed[0].articles == 1


def test_before_the_first_build_there_is_nothing(tmp_path: Path) -> None:
    empty = Generations(tmp_path / "index")
    assert (empty.current(), empty.names(), empty.list()) == (None, (), ())


def truncated(content: bytes) -> bytes:
    return content[:-1]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("file", ["vectors.bin", "words/en.npy"])
@pytest.mark.parametrize("damage", [truncated, flipped, lambda content: content + b"\0", lambda content: b""])
def test_a_file_that_is_not_as_it_was_built_is_refused_by_name(generations, file, damage) -> None:  # type: ignore[no-untyped-def]
    path = generations.folder / THIRD / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Damaged) as refusal:
        generations.verify(THIRD)
    assert str(refusal.value) == f"{path}: this file of the index is not as it was built; {REMEDY}"


def test_a_missing_file_is_refused_by_name(generations: Generations) -> None:
    path = generations.folder / THIRD / "words" / "en.npy"
    path.unlink()
    with pytest.raises(Damaged) as refusal:
        generations.verify(THIRD)
    assert str(refusal.value) == f"{path}: this file of the index is missing or can't be read; {REMEDY}"


def test_a_manifest_with_any_bit_flipped_is_refused(generations: Generations) -> None:
    path = generations.folder / THIRD / MANIFEST
    whole = path.read_bytes()
    for place in range(len(whole)):
        changed = bytes([whole[place] ^ 1 << place % 8])
        path.write_bytes(whole[:place] + changed + whole[place + 1 :])
        with pytest.raises((Damaged, Newer), match=THIRD):
            generations.manifest(THIRD)
    path.write_bytes(whole)
    assert generations.verify(THIRD).generation == THIRD


def test_a_manifest_cut_anywhere_is_refused(generations: Generations) -> None:
    path = generations.folder / THIRD / MANIFEST
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(Damaged, match=f"{MANIFEST}: the manifest can't be read .*; {REMEDY}"):
            generations.manifest(THIRD)


@pytest.mark.parametrize("content", ["null", "[]", "3", "{}", '{"format": "1"}', '{"format": 1}'])
def test_a_manifest_of_another_kind_is_refused(generations: Generations, content: str) -> None:
    (generations.folder / THIRD / MANIFEST).write_text(content)
    with pytest.raises(Damaged, match=REMEDY):
        generations.manifest(THIRD)


def test_a_damaged_manifest_is_left_out_of_the_list(generations: Generations) -> None:
    (generations.folder / SECOND / MANIFEST).write_text("{")
    assert [info.name for info in generations.list()] == [THIRD, FIRST]


def test_a_generation_of_a_newer_version_is_refused_with_the_remedy(generations: Generations) -> None:
    edit(generations.folder / THIRD / MANIFEST, format=generation.FORMAT + 1, unheard_of=True)
    with pytest.raises(Newer, match=rf"{THIRD}: .* newer version of the program; update the program, or run"):
        generations.verify(THIRD)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"../../etc/passwd",
        b"../" + THIRD.encode(),
        b"/" + THIRD.encode(),
        THIRD.encode() + b"/..",
        b"\xff\xfe",
        "２０２６0301-120002-abcdef".encode(),
    ],
)
def test_a_pointer_that_names_no_generation_is_ignored(generations: Generations, content: bytes) -> None:
    generations.pointer.write_bytes(content)
    assert generations.current() is None


@pytest.mark.parametrize(
    "name", ["../index/" + THIRD, "..", "", "/etc", THIRD + "\0", "20260101-000000-000000"]
)
def test_a_name_that_leads_elsewhere_is_no_generation(generations: Generations, name: str) -> None:
    with pytest.raises(Missing, match="there is no such generation; see 'askdesk rollback --list'"):
        generations.verify(name)
    with pytest.raises(Missing):
        generations.rollback(to=name or "..")
    assert generations.current() == THIRD


def test_the_last_five_are_kept(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    names = [f"20260301-1200{number:02}-abcdef" for number in range(KEPT + 3)]
    publish(generations, *names)
    assert KEPT == 5
    assert generations.names() == tuple(reversed(names[-KEPT:]))


def test_rollback_serves_the_one_before(generations: Generations) -> None:
    assert generations.rollback() == SECOND
    assert generations.current() == SECOND
    assert generations.rollback() == FIRST
    with pytest.raises(Missing, match="there is no generation before this one"):
        generations.rollback()
    assert generations.current() == FIRST


def test_rollback_serves_the_one_that_is_named(generations: Generations) -> None:
    assert generations.rollback(FIRST) == FIRST
    assert generations.rollback(THIRD) == THIRD
    assert generations.current() == THIRD


def test_rollback_to_a_damaged_generation_is_refused_and_changes_nothing(generations: Generations) -> None:
    (generations.folder / SECOND / "vectors.bin").write_bytes(b"")
    with pytest.raises(Damaged, match=SECOND):
        generations.rollback()
    assert generations.current() == THIRD


def test_a_build_after_a_rollback_is_current_and_newest(generations: Generations) -> None:
    generations.rollback(FIRST)
    name = new_name("more", generations.names()[0])
    publish(generations, name)
    assert generations.current() == name == generations.names()[0]
    assert generations.before(name) == (THIRD, SECOND, FIRST)


class Clock(datetime):
    """A clock that stands at noon on 1 March 2026."""

    @classmethod
    def now(cls, tz: object = None) -> "Clock":
        return cls(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (None, "20260301-120000"),
        ("20260301-115959-ffffff", "20260301-120000"),
        ("20260301-120000-ffffff", "20260301-120001"),  # in the same second
        ("20270301-235959-000000", "20270302-000000"),  # the clock was set back by a year
        ("20271231-235959-000000", "20280101-000000"),
    ],
)
def test_a_name_sorts_behind_all_earlier_ones_whatever_the_clock_says(
    monkeypatch: pytest.MonkeyPatch, before: str | None, name: str
) -> None:
    monkeypatch.setattr(generation, "datetime", Clock)
    found = new_name("content", before)
    assert found[:15] == name
    assert NAME.fullmatch(found)
    assert before is None or found > before


def test_a_second_build_is_told_that_one_is_under_way(generations: Generations) -> None:
    with generations.building(), pytest.raises(Busy, match="another build is under way; wait until"):
        publish(Generations(generations.folder), "20260301-120009-abcdef")
    assert generations.current() == THIRD


@contextmanager
def another_process(script: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """A Python program that has said its first line."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_the_right_to_build_ends_with_the_process_that_held_it(generations: Generations) -> None:
    script = """
        import sys, time
        from pathlib import Path
        from index.generation import Generations
        with Generations(Path(sys.argv[1])).building():
            print("holding", flush=True)
            time.sleep(60)
    """
    with another_process(script, generations.folder) as process:
        with pytest.raises(Busy):
            generations.rollback()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert generations.rollback() == SECOND


STEPS = """
import errno, os, signal, sys
from pathlib import Path
from index.generation import GenerationError, Generations
from tests.index.test_generation import FIRST, SECOND, manifest, publish, write

folder, fault = Path(sys.argv[1]), sys.argv[2]
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
left = None

def step(event, arguments):
    global left
    changes = event in ("os.mkdir", "os.rename") or (event == "open" and arguments[2] & WRITING)
    if fault == "kill":
        changes = changes or event in ("os.remove", "os.rmdir")
    if left is None or not changes:
        return
    left -= 1
    if left == 0 and fault == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if left == 0:
        left = None
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

sys.addaudithook(step)
for number in range(1, 100):
    place = folder / str(number)
    generations = Generations(place)
    publish(generations, *(f"20260301-11000{old}-abcdef" for old in range(4)), FIRST)
    child = os.fork()
    if not child:
        try:
            with generations.building():
                left = number
                generations.publish(manifest(SECOND), write)
        except GenerationError as error:
            left = None
            (place / "said").write_text(str(error))
        os._exit(0 if left else 1)
    status = os.waitpid(child, 0)[1]
    if status == 0:  # published before it came to that step
        break
    print(number, flush=True)
"""


def after_each_step(folder: Path, fault: str) -> list[Generations]:
    """Generations of which a sixth was being published when `fault` came, at every step on the disk."""
    command = [sys.executable, "-c", STEPS, str(folder), fault]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return [Generations(folder / number) for number in done.stdout.split()]


def test_killed_at_any_step_of_publishing_the_old_generation_serves_and_the_next_build_works(
    tmp_path: Path,
) -> None:
    stopped = after_each_step(tmp_path, "kill")
    served = []
    for generations in stopped:
        current = generations.current()
        assert current is not None
        generations.verify(current)
        served.append(current)
        publish(generations, THIRD)
        assert generations.current() == THIRD
        assert clutter(generations) == []
        assert len(generations.names()) == KEPT
    assert served == sorted(served)  # the old one up to one step, the new one from there on
    assert {FIRST, SECOND} == set(served)
    assert len(stopped) >= 8


def test_a_full_disk_at_any_step_of_publishing_is_said_and_nothing_half_written_stays(tmp_path: Path) -> None:
    stopped = after_each_step(tmp_path, "full")
    for generations in stopped:
        said = generations.folder / "said"
        assert said.read_text() == (
            f"{generations.folder}: the index can't be written (No space left on device); "
            "make room or mend the permissions, then build again"
        )
        said.unlink()
        assert generations.current() == FIRST
        assert clutter(generations) == []
        for name in generations.names():
            generations.verify(name)
    assert len(stopped) >= 7


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the place of the folder")
    for folder in (tmp_path / "data", tmp_path / "data" / "index"):
        with pytest.raises(GenerationError, match="this folder can't be made .*choose another with --data"):
            publish(Generations(folder), FIRST)
    assert (tmp_path / "data").read_text() == "a file in the place of the folder"


def test_the_pointer_is_replaced_whole(generations: Generations) -> None:
    """A reader that has the old pointer open still reads the old name."""
    with generations.pointer.open() as old:
        generations.point_to(FIRST)
        assert old.read() == THIRD + "\n"
    assert generations.pointer.read_text() == FIRST + "\n"
    assert os.listdir(generations.folder).count("current") == 1


def test_a_pointer_that_can_not_be_written_is_said_and_what_surrounds_the_change_is_undone(
    generations: Generations,
) -> None:
    generations.pointer.unlink()
    generations.pointer.mkdir()
    undone = []

    @contextmanager
    def recorded() -> Iterator[None]:
        try:
            yield
        except GenerationError:
            undone.append(True)
            raise

    with pytest.raises(GenerationError) as told:
        generations.rollback(FIRST, within=recorded())
    assert str(told.value) == (
        f"{generations.folder}: which index is served can't be written (Is a directory); "
        "make room or mend the permissions, then try again"
    )
    assert undone == [True]
    assert clutter(generations) == []
