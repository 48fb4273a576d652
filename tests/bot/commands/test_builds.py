"""What a build leaves, and what it leaves alone."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

from bot.live import LiveIndex
from index.model import DEFAULT
from kb.language import Language
from tests.bot.commands.company import Company, refused
from tests.conftest import ROOT
from tests.index.fakes import INVOICES, RETURNS, write_articles
from tests.index.test_generation import clutter
from tests.patience import wait_for


@pytest.mark.model
def test_a_second_build_reuses_every_text(company: Company) -> None:
    document = company.document("build")
    assert (document["embedded"], document["reused"]) == (0, 49)
    assert document["generation"] == company.generations.current()


@pytest.mark.model
def test_articles_emptied_by_mistake_are_refused_and_published_with_a_yes(company: Company) -> None:
    before = company.generations.current()
    shutil.rmtree(company.folder / "articles")
    write_articles(company.folder / "articles", {"en/returns.md": RETURNS})
    assert "1 articles, where the current index has 7" in refused(company.run("build", "--json"))
    assert company.generations.current() == before
    assert company.document("build", "--shrink")["articles"] == 1


@pytest.mark.model
def test_a_damaged_index_is_told_on_standard_error_while_the_one_before_answers(company: Company) -> None:
    newest = company.document("build")["generation"]
    (company.generations.folder / newest / "means.npz").write_bytes(b"")
    result = company.run("search", "my parcel", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["hits"][0]["article"] == "delivery"
    assert f"{newest}/means.npz: this file of the index is not as it was built" in result.stderr


KILLED = """
import os, signal, sys
from bot.commands import main
from bot.show import ProgressLine

told, stage = ProgressLine._report, sys.argv.pop(1)

def report(self, now, done, total):
    told(self, now, done, total)
    if now == stage:
        os.kill(os.getpid(), signal.SIGKILL)

ProgressLine._report = report
main()
"""


def killed_at(company: Company, stage: str) -> None:
    """A build that is killed as soon as it says that it is at this stage: from within, before it goes on."""
    line = [sys.executable, "-c", KILLED, stage, "build", *company.options]
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == -signal.SIGKILL, f"the build ended before {stage}: {done.stderr}"


@pytest.mark.model
def test_killed_at_any_stage_of_a_build_the_old_index_serves_and_the_next_build_works(
    company: Company,
) -> None:
    """Each build starts from what the killed one before it left, under a server that never restarts."""
    live = LiveIndex(company.generations, DEFAULT)
    old = company.generations.current()

    def answer() -> tuple[str, str]:
        assert live.index is not None
        hit = live.index.search("Where is my invoice?", Language("en", 1.0)).hits[0]
        return live.index.generation, hit.passage.plain

    before = answer()
    assert before == (old, "Each invoice lies in your account as a PDF file.")
    changed = INVOICES.replace("as a PDF file", "below the orders")
    write_articles(company.folder / "articles", {"en/invoices.md": changed})
    for stage in ("embed", "train", "write"):
        killed_at(company, stage)
        assert company.generations.current() == old
        assert answer() == before
    document = company.document("build")
    assert (document["embedded"], document["reused"]) == (1, 48)
    assert clutter(company.generations) == []
    wait_for(
        lambda: answer() == (document["generation"], "Each invoice lies in your account below the orders.")
    )
    assert live.problem is None


@pytest.mark.model
def test_of_two_builds_at_once_the_second_is_told(company: Company) -> None:
    with company.generations.building():
        with company.start("build", "--json") as process:
            output, errors = process.communicate()
        assert (process.returncode, output) == (1, "")
        assert errors.splitlines()[-1].endswith("another build is under way; wait until it is done")
        assert "another build is under way" in refused(company.run("rollback", "--json"))
