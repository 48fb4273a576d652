"""The README says what is so."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^askdesk ([^#\n]+?)\s*(?:#.*)?$", README, re.MULTILINE)


def test_the_readme_shows_every_command() -> None:
    from bot.commands import main

    assert {command.split()[0] for command in COMMANDS} == set(main.commands)


@pytest.fixture(scope="module")
def data(example_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example's index, and a database of its own: commands build, and make users."""
    data = tmp_path_factory.mktemp("readme")
    shutil.copytree(example_settings.data / "index", data / "index")
    return data


@pytest.mark.model
@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.startswith("serve")])
def test_a_command_of_the_readme_runs(command: str, data: Path, example_settings: Settings) -> None:
    folders = ["--data", str(data), "--articles", str(example_settings.articles)]
    done = subprocess.run(
        [sys.executable, "-m", "bot", *shlex.split(command), *folders],
        capture_output=True,
        text=True,
        input="three quiet herons\n",
    )
    assert (done.returncode, done.stdout != "") == (0, True), done.stderr


def test_every_setting_is_in_the_table() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", README, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told >= set(Settings.model_fields)
