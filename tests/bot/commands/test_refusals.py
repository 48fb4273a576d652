"""What a command that can't be carried out says."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands import main
from bot.settings import Settings
from tests.bot.commands.company import ASK, SEARCH, Company, refused
from tests.index.fakes import FOUR, write_articles


@pytest.fixture
def bare(tmp_path: Path) -> Company:
    """A company that has built nothing."""
    return Company(tmp_path)


@pytest.mark.parametrize("command", [["search", "x"], ["ask", "x"]])
def test_without_an_index_the_remedy_is_named(bare: Company, command: list[str]) -> None:
    sentence = refused(bare.run(*command, "--json"))
    assert sentence == f"{bare.folder}/var/index: there is no index yet; run 'askdesk build'"


def test_rollback_without_an_index_is_refused_and_its_list_is_empty(bare: Company) -> None:
    assert "there is no generation before this one" in refused(bare.run("rollback", "--json"))
    assert bare.document("rollback", "--list") == {"generation": None, "kept": []}


@pytest.mark.parametrize("name", ["../../etc", "/etc/passwd", "20200101-000000-000000", "..", "a\0b"])
def test_rollback_to_what_is_no_generation_is_refused(bare: Company, name: str) -> None:
    assert "there is no such generation" in refused(bare.run("rollback", name, "--json"))


def test_articles_that_are_missing_are_named(bare: Company) -> None:
    assert f"{bare.folder}/articles is no folder: put articles there" in refused(bare.run("build", "--json"))


def test_golden_questions_of_which_none_can_be_read_are_named_with_their_line(bare: Company) -> None:
    write_articles(bare.folder / "articles", FOUR)
    (bare.folder / "articles" / "golden.jsonl").write_text("\n{\n")
    assert refused(bare.run("build", "--json")).startswith("golden.jsonl:2: expected")


def test_a_file_of_questions_that_is_missing_is_named(bare: Company) -> None:
    assert "nothing.jsonl: can't be read" in refused(bare.run("evaluate", "nothing.jsonl", "--json"))


def test_a_wrong_setting_is_named(bare: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKDESK_WRONG_ANSWERS", "7")
    sentence = refused(bare.run("search", "x", "--json"))
    assert "ASKDESK_WRONG_ANSWERS is '7'" in sentence
    assert "a share between 0.001 and 0.5" in sentence


@pytest.mark.model
def test_a_model_that_is_not_here_is_refused(bare: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKDESK_MODEL", "nobody/no-such-model")
    monkeypatch.setenv("XDG_CACHE_HOME", str(bare.folder / "cache"))
    write_articles(bare.folder / "articles", FOUR)
    assert "the model nobody/no-such-model is not on this machine" in refused(bare.run("build", "--json"))


@pytest.mark.model
def test_a_data_folder_that_can_not_be_written_is_said(bare: Company) -> None:
    write_articles(bare.folder / "articles", FOUR)
    (bare.folder / "var").mkdir()
    (bare.folder / "var" / "index").write_text("a file in the place of the folder")
    assert "this folder can't be made" in refused(bare.run("build", "--json"))


@pytest.mark.model
@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize(
    "question", ["", "\udcff\udcfe half a character", "🎉🎉", "\x00\x01", "word " * 30_000]
)
def test_odd_questions_get_a_document_or_a_sentence(company: Company, command: str, question: str) -> None:
    result = company.run(command, "--json", "--", question)
    if result.exit_code:
        refused(result)
    else:
        assert set(json.loads(result.stdout)) >= (SEARCH if command == "search" else ASK)


@pytest.mark.parametrize(
    "arguments",
    [
        ["search"],
        ["search", "x", "-k", "0"],
        ["search", "x", "-k", "many"],
        ["build", "--no-such-option"],
        ["serve", "--port", "70000"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_has_status_2_and_nothing_on_standard_output(bare: Company, arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_a_host_and_a_port_that_are_given_are_checked_like_settings(
    bare: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Settings] = []
    monkeypatch.setattr("bot.server.run", served.append)
    assert "host is '': it should be an address to listen on" in refused(bare.run("serve", "--host", ""))
    assert served == []
    bare.run("serve", "--host", "::1", "--port", "0")
    [one] = served
    assert (one.host, one.port, one.data) == ("::1", 0, bare.folder / "var")


def test_a_bug_keeps_its_traceback(bare: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot import editions

    def bug(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(editions, "generations", bug)
    assert isinstance(bare.run("rollback").exception, ZeroDivisionError)
