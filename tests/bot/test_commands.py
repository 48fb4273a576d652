import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.commands import main
from bot.live import LiveIndex
from bot.settings import Settings
from index.encoder import OnnxEncoder
from index.generation import Generations
from index.model import DEFAULT, Model
from kb.language import Language
from tests.conftest import ROOT
from tests.index.fakes import FOUR, INVOICES, RETURNS, SHOP, write_articles
from tests.index.test_generation import clutter
from tests.patience import wait_for

GOLDEN = (
    '{"question": "when will my parcel be here", "language": "en", "expect": ["delivery"]}\n'
    '{"question": "do you sell horses", "expect": []}\n'
)
BUILD = {"generation", "articles", "passages", "languages", "embedded", "reused", "problems", "seconds"}
HIT = {"article", "language", "title", "passage", "similarity", "confidence"}
SEARCH = {"question", "language", "hits", "milliseconds"}
ASK = {"kind", "text", "language", "confidence", "citations", "suggestions", "milliseconds"}
CITATION = {"article", "language", "title", "passage"}
FIGURES = {
    *("questions", "in_scope", "top1", "recall_at_5", "mrr", "auroc_correct", "auroc_in_scope", "ece"),
    *("coverage", "answered", "answered_wrong", "milliseconds", "wrong_at_most", "curve", "warnings"),
}


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


@pytest.fixture
def bare(tmp_path: Path) -> Company:
    """A company that has built nothing."""
    return Company(tmp_path)


def refused(result: Result) -> str:
    """The one sentence of a command that was refused."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("askdesk: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("askdesk: ").rstrip("\n")


@pytest.mark.model
def test_build_prints_one_document_and_its_progress_elsewhere(built: tuple[Path, str, str]) -> None:
    _, output, errors = built
    assert output.count("\n") == 1
    document = json.loads(output)
    assert set(document) == BUILD
    assert (document["articles"], document["languages"]) == (7, {"en": 5, "da": 1, "zh": 1})
    assert (document["embedded"], document["reused"]) == (49, 0)
    assert [set(problem) for problem in document["problems"]] == [{"where", "what"}]
    assert document["problems"][0]["where"] == "en/broken.md:2"
    stages = "reading articles …\nembedding …\ntraining and calibrating …\nwriting …\npublishing …\n"
    assert errors == stages


@pytest.mark.model
def test_a_second_build_reuses_every_text(company: Company) -> None:
    document = company.document("build")
    assert (document["embedded"], document["reused"]) == (0, 49)
    assert document["generation"] == company.generations.current()


@pytest.mark.model
def test_search_prints_the_contract(company: Company) -> None:
    document = company.document("search", "When will my parcel arrive?", "--language", "en", "-k", "2")
    assert set(document) == SEARCH
    assert document["language"] == {"code": "en", "certainty": 1.0}
    assert len(document["hits"]) == 2
    assert all(set(hit) >= HIT for hit in document["hits"])
    first, second = document["hits"]
    assert (first["article"], first["language"], first["title"]) == (
        "delivery",
        "en",
        "How long delivery takes",
    )
    assert first["passage"] == "A parcel travels two working days. Bicycles need six."
    assert first["similarity"] > 0.95 > second["similarity"]
    assert 1 >= first["confidence"] >= second["confidence"] >= 0
    assert 0 < document["milliseconds"] < 10_000


@pytest.mark.model
def test_search_explains_each_hit_on_request(company: Company) -> None:
    question = "When will my zeppelin parcel arrive?"
    plain = company.document("search", question)
    document = company.document("search", question, "--explain")
    assert [hit["article"] for hit in document["hits"]] == [hit["article"] for hit in plain["hits"]]
    assert not any("explanation" in hit for hit in plain["hits"])
    first = document["hits"][0]["explanation"]
    assert (first["field"]["kind"], first["field"]["text"]) == ("question", "When will my parcel arrive?")
    words = {word["word"]: word for word in first["words"]}
    assert (words["zeppelin"]["known"], words["zeppelin"]["counted"]) == (False, 0)
    assert words["parcel"]["known"]
    assert 0 < words["parcel"]["counted"] <= words["parcel"]["most"]
    odds = sum(part["counted"] for part in first["confidence"])
    assert 1 / (1 + exp(-odds)) == pytest.approx(document["hits"][0]["confidence"], abs=1e-3)
    sums = [sum(part["counted"] for part in hit["explanation"]["order"]) for hit in document["hits"]]
    assert sums == sorted(sums, reverse=True)


@pytest.mark.model
def test_search_detects_the_language_and_says_how_sure_it_is(company: Company) -> None:
    document = company.document("search", "我的包裹什么时候到？")
    assert document["language"] == {"code": "zh", "certainty": 1.0}
    assert (document["hits"][0]["article"], document["hits"][0]["language"]) == ("delivery", "zh")


@pytest.mark.model
def test_search_shows_agents_articles_only_when_asked_to(company: Company) -> None:
    found = [
        hit["article"]
        for hit in company.document("search", "How much goodwill may I give?", "-k", "99")["hits"]
    ]
    assert "goodwill" not in found
    assert (
        company.document("search", "How much goodwill may I give?", "--agents")["hits"][0]["article"]
        == "goodwill"
    )


@pytest.mark.model
def test_ask_prints_an_answer_with_its_source(company: Company) -> None:
    document = company.document("ask", "Can I return a gift?")
    assert set(document) >= ASK
    assert (document["kind"], document["language"]) == ("answer", "en")
    assert [set(citation) >= CITATION for citation in document["citations"]] == [True]
    assert document["citations"][0]["article"] == "returns"
    assert "30 days" in document["text"]
    assert document["suggestions"] == []
    assert 0 <= document["confidence"] <= 1


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "kind"),
    [("Can I talk to a person?", "handoff"), ("Hello!", "small_talk"), ("xqzt vwpf brrl", "rephrase")],
)
def test_ask_prints_every_other_kind_with_the_same_keys(company: Company, question: str, kind: str) -> None:
    document = company.document("ask", question, "--language", "en")
    assert set(document) >= ASK
    assert document["kind"] == kind
    assert document["citations"] == []
    assert document["text"]


@pytest.mark.model
def test_evaluate_prints_the_contract(company: Company) -> None:
    document = company.document("evaluate", str(company.folder / "articles" / "golden.jsonl"))
    assert set(document) >= FIGURES | {"by_language"}
    assert (document["questions"], document["in_scope"]) == (2, 1)
    assert (document["top1"], document["recall_at_5"], document["mrr"]) == (1.0, 1.0, 1.0)
    assert set(document["coverage"]) == {"0.01", "0.02", "0.05", "0.10"}
    assert set(document["milliseconds"]) == {"p50", "p95"}
    assert set(document["by_language"]) == {"en"}
    assert set(document["by_language"]["en"]) >= FIGURES


@pytest.mark.model
def test_a_build_keeps_what_the_golden_questions_gave(company: Company) -> None:
    current = company.generations.current()
    assert current is not None
    evaluation = company.generations.verify(current).evaluation
    assert evaluation is not None
    assert (evaluation["questions"], evaluation["top1"]) == (2, 1.0)


@pytest.mark.model
def test_rollback_serves_the_one_before_and_lists_what_is_kept(company: Company) -> None:
    first = company.generations.current()
    second = company.document("build")["generation"]
    listed = company.document("rollback", "--list")
    assert listed["generation"] == second
    assert [(kept["generation"], kept["current"]) for kept in listed["kept"]] == [
        (second, True),
        (first, False),
    ]
    assert company.document("rollback")["generation"] == first
    assert company.document("rollback", second)["generation"] == second


@pytest.mark.model
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["build"],
            [
                "7 articles (en 5, da 1, zh 1)",
                "0 texts embedded, 49 reused",
                "published as",
                "en/broken.md:2",
            ],
        ),
        (["search", "my parcel"], ["language en", "[en/delivery]", "two working days"]),
        (
            ["search", "a zeppelin parcel", "--explain"],
            ["zeppelin (unknown in this language)", "nearest field +", "confidence  "],
        ),
        (["ask", "Can I return a gift?"], ["answer, confidence", "30 days"]),
        (["evaluate", "golden.jsonl"], ["recall@5", "answering from confidence", "milliseconds"]),
        (["rollback", "--list"], ["→ ", "7 articles"]),
    ],
    ids=["build", "search", "explained", "ask", "evaluate", "rollback"],
)
def test_without_json_a_person_can_read_it(company: Company, arguments: list[str], words: list[str]) -> None:
    paths = [str(company.folder / "articles" / one) if one.endswith(".jsonl") else one for one in arguments]
    result = company.run(*paths)
    assert result.exit_code == 0
    for word in words:
        assert word in result.stdout


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


def test_golden_questions_that_can_not_be_read_are_named_with_their_line(bare: Company) -> None:
    write_articles(bare.folder / "articles", FOUR)
    (bare.folder / "articles" / "golden.jsonl").write_text(GOLDEN + "{\n")
    assert "golden.jsonl:3: expected" in refused(bare.run("build", "--json"))


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
    monkeypatch.setattr("bot.web.server.run", served.append)
    assert "host is '': it should be an address to listen on" in refused(bare.run("serve", "--host", ""))
    assert served == []
    bare.run("serve", "--host", "::1", "--port", "0")
    [one] = served
    assert (one.host, one.port, one.data) == ("::1", 0, bare.folder / "var")


def test_help_teaches_every_command() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    for command in ("build", "search", "ask", "evaluate", "serve", "rollback"):
        assert f"\n  {command} " in text
        own = CliRunner().invoke(main, [command, "--help"])
        assert own.exit_code == 0
        assert all(option in own.stdout for option in ("--json", "--data", "--articles"))
    assert 'askdesk ask "Can I return a gift?"' in text


def test_a_bug_keeps_its_traceback(bare: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot import editions

    def bug(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(editions, "generations", bug)
    assert isinstance(bare.run("rollback").exception, ZeroDivisionError)


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


def test_a_user_is_made_with_a_password_from_standard_input(tmp_path):
    def user(*arguments, password="three quiet herons\n"):
        return CliRunner().invoke(main, ["user", *arguments, "--data", str(tmp_path)], input=password)

    assert "to this machine only" in user("list").stdout
    made = user("add", "Maja", "--role", "admin", "--shown", "Maja Holm", "--skill", "bikes", "--json")
    document = json.loads(made.stdout)
    assert (document["name"], document["role"], document["skills"]) == ("maja", "admin", ["bikes"])
    assert document.pop("signs_in") == "password"
    assert "argon2" not in made.stdout
    assert "password" not in document
    refused = user("add", "ole", password="weak\n")
    assert (refused.exit_code, "10 to 200 characters" in refused.stderr) == (1, True)
    assert json.loads(user("disable", "maja", "--json").stdout)["disabled"]
    assert user("passwd", "maja", password="four loud mallards\n").exit_code == 0
    assert user("disable", "nobody").exit_code == 1
    assert [one["name"] for one in json.loads(user("list", "--json").stdout)["users"]] == ["maja"]


def test_no_password_is_taken_as_an_argument():
    told = CliRunner().invoke(main, ["user", "add", "--help"]).stdout
    assert "--password" not in told


def test_the_audit_log_is_shown_filtered_and_exported(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(main, [*arguments, "--data", str(tmp_path)], input="three quiet herons\n")

    for name in ("maja", "ole"):
        run("user", "add", name)
    document = json.loads(run("audit", "--what", "MAJA", "--json").stdout)
    assert document["intact"] is True
    assert [(one["action"], one["what"]) for one in document["entries"]] == [("user added", "maja")]
    table = tmp_path / "audit.csv"
    assert run("audit", "--csv", str(table)).stdout.count("user added") == 2
    assert table.read_text().splitlines()[0] == "number,when,who,action,what,details"
    assert [one["action"] for one in json.loads(run("audit", "--json").stdout)["entries"]][0] == "exported"
    assert run("audit", "--since", "yesterday").exit_code == 1


@pytest.mark.parametrize("option", ["--who", "--action", "--what"])
def test_the_audit_log_is_looked_through_for_anything_that_a_shell_passes_on(tmp_path, option):
    told = CliRunner().invoke(main, ["audit", option, "\udcff", "--data", str(tmp_path)])
    assert (told.exit_code, told.stdout) == (0, "nothing was done yet, or nothing like this\n")
