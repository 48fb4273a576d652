"""A company whose operator gives commands."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.commands import main
from index.generation import Generations
from tests.conftest import ROOT

GOLDEN = (
    '{"question": "when will my parcel be here", "language": "en", "expect": ["delivery"]}\n'
    '{"question": "do you sell horses", "expect": []}\n'
)
SEARCH = {"question", "language", "hits", "milliseconds"}
ASK = {"kind", "text", "language", "confidence", "citations", "suggestions", "milliseconds"}


@dataclass
class Company:
    """A folder of articles and a folder of data, and commands given in it."""

    folder: Path

    @property
    def options(self) -> list[str]:
        return ["--articles", str(self.folder / "articles"), "--data", str(self.folder / "var")]

    @property
    def generations(self) -> Generations:
        return Generations(self.folder / "var" / "index")

    def run(self, command: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, [command, *self.options, *arguments])

    def document(self, command: str, *arguments: str) -> Any:
        """What the command prints with --json: one line and nothing else."""
        result = self.run(command, *arguments, "--json")
        assert result.exit_code == 0, result.stderr
        assert result.stdout.count("\n") == 1
        return json.loads(result.stdout)

    def start(self, command: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """The command in a process of its own."""
        line = [sys.executable, "-m", "bot", command, *self.options, *arguments]
        environment = {**os.environ, **environment}
        pipe = subprocess.PIPE
        return subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=environment)


def refused(result: Result) -> str:
    """The one sentence of a command that was refused."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("askdesk: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("askdesk: ").rstrip("\n")
