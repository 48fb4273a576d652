"""What each command prints, for programs and for people."""

import json
from math import exp
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands import main
from tests.bot.commands.company import ASK, SEARCH, Company

BUILD = {"generation", "articles", "passages", "languages", "embedded", "reused", "problems", "seconds"}
HIT = {"article", "language", "title", "passage", "similarity", "confidence"}
CITATION = {"article", "language", "title", "passage"}

FIGURES = {
    *("questions", "in_scope", "top1", "recall_at_5", "mrr", "auroc_correct", "auroc_in_scope", "ece"),
    *("coverage", "answered", "answered_wrong", "milliseconds", "wrong_at_most", "curve", "warnings"),
}


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


def test_help_teaches_every_command() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    for command in ("build", "search", "ask", "evaluate", "serve", "rollback"):
        assert f"\n  {command} " in text
        own = CliRunner().invoke(main, [command, "--help"])
        assert own.exit_code == 0
        assert all(option in own.stdout for option in ("--json", "--data", "--articles"))
    assert 'askdesk ask "Can I return a gift?"' in text


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
