"""What tests of the commands share: a company with an index, and one without."""

import shutil
from pathlib import Path

import pytest

from index.encoder import OnnxEncoder
from index.model import Model
from tests.bot.commands.company import GOLDEN, Company
from tests.index.fakes import SHOP, write_articles


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, model: Model) -> tuple[Path, str, str]:
    """A company with an index, and what `build --json` said on standard output and standard error."""
    company = Company(tmp_path_factory.mktemp("company"))
    write_articles(company.folder / "articles", {**SHOP, "en/broken.md": "---\ntitle: a: b\n---\n"})
    (company.folder / "articles" / "golden.jsonl").write_text(GOLDEN, encoding="utf-8")
    with company.start("build", "--json") as process:
        output, errors = process.communicate()
    assert process.returncode == 0, errors
    return company.folder, output, errors


@pytest.fixture
def company(
    built: tuple[Path, str, str], tmp_path: Path, encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch
) -> Company:
    """A copy of its own of the company with an index; its commands share one model that is loaded already."""
    monkeypatch.setattr("index.open.OnnxEncoder", lambda model: encoder)
    monkeypatch.setattr("index.encoder.OnnxEncoder", lambda model: encoder)
    shutil.copytree(built[0], tmp_path, dirs_exist_ok=True)
    return Company(tmp_path)
