import os
from datetime import date
from pathlib import Path

import pytest

from kb.library import Library, NothingToRead, read
from kb.shelf import LARGEST

TODAY = date(2026, 11, 20)


def article(title: str, *keys: str, body: str = "Send it back within 30 days.") -> str:
    return "\n".join(["---", f"title: {title}", *keys, "---", body, ""])


def library(folder: Path, files: dict[str, str | bytes]) -> Library:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(folder, TODAY)


def slugs(found: Library) -> list[tuple[str, str]]:
    return [(one.language, one.slug) for one in found.articles]


def said(found: Library) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_language_and_slug_come_from_the_path(tmp_path: Path) -> None:
    files = {
        "da/retur.md": article("Retur"),
        "da/konto/index.md": article("Konto"),
        "da/konto/slet.md": article("Slet"),
        "pt-BR/a.md": article("A"),
        "zh-Hans/a.md": article("A"),
        "README.md": "# About this folder",
        "da/.draft.md": "x",
        ".git/x.md": "x",
        "da/notes.txt": "x",
    }
    found = library(tmp_path, {**files})
    assert slugs(found) == [("da", "konto"), ("da", "konto/slet"), ("da", "retur"), ("pt", "a"), ("zh", "a")]
    assert found.languages == {"da": 3, "pt": 1, "zh": 1}
    assert found.problems == ()


def test_an_article_in_no_language_folder_has_its_language_said(tmp_path: Path) -> None:
    text = "Du kan sende varen tilbage inden for 30 dage."
    found = library(
        tmp_path, {"retur.md": article("Retur", body=text), "en/a.md": article("A"), "da/b.md": article("B")}
    )
    assert ("da", "retur") in slugs(found)
    assert said(found) == [
        "retur.md: in no language folder, so its language is taken to be da: "
        "move it to da/retur.md, or to the folder of the right language"
    ]


def test_the_language_of_a_short_article_is_not_that_of_the_keys_above_it(tmp_path: Path) -> None:
    front = "title: Kontakt\naudience: public\nowner: service\nreviewed: 2026-01-01\ntags: [service]"
    files = {"kontakt.md": f"---\n{front}\n---\nKontakt os venligst.\n", "en/a.md": article("A")}
    found = library(tmp_path, {**files, "da/b.md": article("B")})
    assert ("da", "kontakt") in slugs(found)


def test_one_bad_article_is_listed_and_the_rest_is_served(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            "en/a.md": article("A"),
            "en/b.md": b"---\ntitle: B\n---\nPris: 5 \xa4\n",
            "en/c.md": "",
            "en/d.md": "---\ntitle: a: b\n---\nText\n",
            "en/e.md": "No title\n",
            "en/f.md": "x" * (LARGEST + 1),
            "en/g.md": b"\0\1\2\3",
        },
    )
    assert slugs(found) == [("en", "a")]
    assert [problem.where for problem in found.problems] == [
        "en/b.md",
        "en/c.md",
        "en/d.md:2",
        "en/e.md:1",
        "en/f.md",
        "en/g.md",
    ]
    assert said(found)[0] == "en/b.md: not UTF-8 at byte 25: save the file with the encoding UTF-8"
    assert said(found)[4] == "en/f.md: larger than 1 MB and not read: split it into several articles"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("en/a.md", "en/a/index.md"),
        ("en/A.md", "en/a.md"),
        ("en/caf\u00e9.md", "en/cafe\u0301.md"),
        ("zh-Hans/a.md", "zh/a.md"),
    ],
)
def test_of_two_files_with_one_name_the_first_is_served(tmp_path: Path, first: str, second: str) -> None:
    found = library(tmp_path, {first: article("A"), second: article("B")})
    kept = found.articles[0].path
    other = ({first, second} - {kept}).pop()
    assert len(found.articles) == 1
    assert said(found) == [f"{other}: has the same name as {kept} and is not served: rename one of the two"]


def test_the_same_slug_in_two_languages_is_one_article_in_both(tmp_path: Path) -> None:
    assert library(tmp_path, {"en/a.md": article("A"), "da/a.md": article("A")}).problems == ()


def test_a_question_in_two_articles_of_a_language_names_both_files(tmp_path: Path) -> None:
    files = {
        "en/a.md": article("A", "questions: [Where is it?]"),
        "en/b.md": article("B", "questions: ['where is it']"),
        "da/a.md": article("A", "questions: [Where is it?]"),
    }
    found = library(tmp_path, {**files})
    assert len(found.articles) == 3
    assert said(found) == [
        'en/b.md: the question "where is it" is also in en/a.md: keep it in one of the two'
    ]


def test_an_article_is_served_through_its_last_day(tmp_path: Path) -> None:
    files = {"en/a.md": article("A", "expires: 2026-11-20"), "en/b.md": article("B", "expires: 2026-11-19")}
    found = library(tmp_path, {**files})
    assert slugs(found) == [("en", "a")]
    assert said(found) == [
        "en/b.md: expired after 2026-11-19 and is not served: set a later day, or remove the file"
    ]


def test_a_review_still_to_come_is_listed(tmp_path: Path) -> None:
    found = library(tmp_path, {"en/a.md": article("A", "reviewed: 2026-11-21")})
    assert len(found.articles) == 1
    assert said(found) == [
        "en/a.md: reviewed on 2026-11-21, which is still to come: expected a day up to 2026-11-20"
    ]


def test_links_that_lead_out_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(article("Secret"))
    (tmp_path / "hidden").mkdir()
    folder = tmp_path / "articles"
    library(folder, {"en/a.md": article("A")})
    (folder / "en" / "b.md").symlink_to(tmp_path / "secret.md")
    (folder / "en" / "c.md").symlink_to(tmp_path / "nowhere.md")
    (folder / "da").symlink_to(tmp_path / "hidden")
    found = read(folder, TODAY)
    assert slugs(found) == [("en", "a")]
    assert [problem.where for problem in found.problems] == ["da", "en/b.md", "en/c.md"]
    assert "secret" not in " ".join(said(found)).lower()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    library(tmp_path, {"en/a.md": article("A")})
    os.mkfifo(tmp_path / "en" / "b.md")
    assert said(read(tmp_path, TODAY)) == ["en/b.md: this is no regular file: remove it"]


def test_a_file_that_may_not_be_read_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.md").write_text(article("A"))
    assert said(read(tmp_path, TODAY)) == [
        "en/a.md: can't be read (permission denied): give the server the right to read it"
    ]


def test_a_file_name_that_is_not_utf8_is_listed(tmp_path: Path) -> None:
    library(tmp_path, {"en/a.md": article("A")})
    (tmp_path / os.fsdecode(b"en/b\xff.md")).write_text(article("B"))
    assert said(read(tmp_path, TODAY)) == ["en/b\\udcff.md: the file's name is not UTF-8: rename it"]


def test_an_empty_or_missing_folder_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match=r"is no folder: put articles there, such as en/returns\.md"):
        read(tmp_path / "missing")
    (tmp_path / "README.md").write_text("# About")
    with pytest.raises(NothingToRead, match="holds no article"):
        read(tmp_path)
