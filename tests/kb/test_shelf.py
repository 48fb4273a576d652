import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.library import read
from kb.shelf import LARGEST, Changed, Misplaced, Taken, Unwritable, move, place, remove, write


def version(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_a_path_has_its_place_in_the_folder(tmp_path: Path) -> None:
    assert place(tmp_path, "da/retur/index.md") == tmp_path.resolve() / "da" / "retur" / "index.md"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd.md",
        "../out.md",
        "da/../../out.md",
        "da//a.md",
        "./a.md",
        "C:/a.md",
        "da\\a.md",
        "da/NUL.md",
        "con/a.md",
        "da/a.txt",
        "da/a.md/",
        "da/.hidden.md",
        "da/a\0.md",
        "da/a\u202edm.md",
        "da/\ud800.md",
        "da/a .md/ b.md",
        "da/" + "a" * 300 + ".md",
        "",
    ],
)
def test_any_other_path_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(Misplaced, match=r"give a path such as en/returns\.md"):
        place(tmp_path, path)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "articles" / "da").symlink_to(tmp_path / "outside")
    with pytest.raises(Misplaced, match="leads out of the articles folder"):
        place(tmp_path / "articles", "da/a.md")


@given(st.text(alphabet="./\\~a:\0Cmd", max_size=12))
def test_no_path_leads_out(path: str) -> None:
    folder = Path("/nowhere/articles")
    with suppress(Misplaced):
        assert place(folder, path).is_relative_to(folder)


def test_a_new_file_is_written_with_its_folders(tmp_path: Path) -> None:
    write(tmp_path, "da/a.md", "Hej\r\n", None)
    assert (tmp_path / "da" / "a.md").read_bytes() == b"Hej\r\n"
    assert [path.name for path in (tmp_path / "da").iterdir()] == ["a.md"]


def test_a_file_is_replaced_by_who_names_its_version(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "One", None)
    (tmp_path / "a.md").chmod(0o640)
    write(tmp_path, "a.md", "Two", version("One"))
    assert (tmp_path / "a.md").read_text() == "Two"
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("before", "digest", "how"),
    [("Two", version("One"), "changed"), (None, version("One"), "removed"), ("Two", None, "created")],
)
def test_a_file_that_changed_meanwhile_is_left_alone(
    tmp_path: Path, before: str | None, digest: str | None, how: str
) -> None:
    if before is not None:
        (tmp_path / "a.md").write_text(before)
    with pytest.raises(Changed, match=f"a.md was {how} since you opened it"):
        write(tmp_path, "a.md", "Three", digest)
    assert [path.read_text() for path in tmp_path.iterdir()] == ([before] if before else [])


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("One")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unwritable, match=r"a\.md can't be saved \(no space left on device\)"):
        write(tmp_path, "a.md", "Two", version("One"))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["One"]


@pytest.mark.parametrize(
    ("text", "why"), [("a" * (LARGEST + 1), "larger than 1 MB"), ("a\ud800", "half a character")]
)
def test_what_could_not_be_read_again_is_not_written(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Unwritable, match=why):
        write(tmp_path, "a.md", text, None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_moved_to_a_free_name_by_who_names_its_version(tmp_path: Path) -> None:
    write(tmp_path, "en/a.md", "A", None)
    write(tmp_path, "en/b.md", "B", None)
    with pytest.raises(Changed):
        move(tmp_path, "en/a.md", "de/a.md", version("older"))
    with pytest.raises(Taken, match=r"en/b\.md exists already"):
        move(tmp_path, "en/a.md", "en/b.md", version("A"))
    move(tmp_path, "en/a.md", "de/new/a.md", version("A"))
    assert not (tmp_path / "en/a.md").exists()
    assert (tmp_path / "de/new/a.md").read_text(encoding="utf-8") == "A"
    assert (tmp_path / "en/b.md").read_text(encoding="utf-8") == "B"


def test_a_removed_file_is_kept_where_no_article_is_read(tmp_path: Path) -> None:
    write(tmp_path, "en/a.md", "# A\n\nText", None)
    write(tmp_path, "en/b.md", "# B\n\nText", None)
    with pytest.raises(Changed):
        remove(tmp_path, "en/a.md", version("older"))
    aside = remove(tmp_path, "en/a.md", version("# A\n\nText"))
    assert (tmp_path / aside).read_text(encoding="utf-8") == "# A\n\nText"
    assert [article.path for article in read(tmp_path).articles] == ["en/b.md"]


def test_what_is_removed_twice_in_a_second_is_kept_twice(tmp_path: Path) -> None:
    kept = []
    for text in ("One", "Two"):
        write(tmp_path, "en/a.md", text, None)
        kept.append(tmp_path / remove(tmp_path, "en/a.md", version(text)))
    assert [file.read_text(encoding="utf-8") for file in kept] == ["One", "Two"]


def test_what_can_not_be_moved_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "en/a.md", "A", None)

    def refuse(file: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(Unwritable, match=r"en/a\.md can't be saved \(permission denied\)"):
        move(tmp_path, "en/a.md", "en/b.md", version("A"))
