"""The README says what is so."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from index.model import Model
from tests.conftest import ARTICLES, ROOT
from tests.index.fakes import SHOP, write_articles

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^askdesk ([^#\n]+?)\s*(?:#.*)?$", README, re.MULTILINE)


def test_the_readme_shows_every_command() -> None:
    from bot.commands import main

    assert {command.split()[0] for command in COMMANDS} == set(main.commands)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Path:
    """A folder to give commands in, with few articles and golden questions, and an index."""
    folder = tmp_path_factory.mktemp("readme")
    write_articles(folder / "articles", SHOP)
    golden = (ARTICLES / "golden.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "articles" / "golden.jsonl").write_text("".join(golden[:20]), encoding="utf-8")
    done = command_in(folder, "build")
    assert done.returncode == 0, done.stderr
    return folder


def command_in(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "bot", *shlex.split(command)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = "three quiet herons\n"
    return subprocess.run(line, cwd=folder, env=environment, input=said, capture_output=True, text=True)


@pytest.mark.model
@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.startswith("serve")])
def test_a_command_of_the_readme_runs(command: str, company: Path) -> None:
    done = command_in(company, command)
    assert (done.returncode, done.stdout != "") == (0, True), done.stderr


def test_every_setting_is_in_the_table() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", README, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told >= set(Settings.model_fields)
