"""What is written for agents never reaches a customer: no word of it, by any way open to everybody."""

import json
from itertools import product

import pytest
from starlette.testclient import TestClient

from bot.application import application
from tests.bot.access.conftest import visitor
from tests.bot.conftest import fake_assistant
from tests.index.fakes import SHOP, Workshop, article

WORDS = {
    "title": "Zanzibarquux",
    "body": "Yttrifloxing",
    "question": "Wobblerane",
    "not_question": "Snorkelbine",
    "slug": "vexillumorph",
    "tag": "Umbrellatrix",
    "heading": "Trapezoidal",
}
"""One for each place that an article has; no other article holds any of them."""
SECRET = article(
    f"{WORDS['title']} limits of goodwill",
    f"An agent may give {WORDS['body']} kroner of goodwill.\n\n## {WORDS['heading']} cases\n\nAsk the lead.",
    [f"How much {WORDS['question']} goodwill may I give for a late parcel?"],
    [f"What is {WORDS['not_question']}?"],
    audience="agents",
    product=WORDS["tag"],
    tags=f"[{WORDS['tag']}]",
    owner=WORDS["tag"],
)
ASKED = [
    *WORDS.values(),
    "goodwill",
    "How much goodwill may I give for a late parcel?",
    "limits of goodwill for an agent, kroner, ask the lead",
    f"{WORDS['title']} {WORDS['body']} {WORDS['question']} {WORDS['heading']}",
]
LANGUAGES = ["en", "da", "zh", None]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """A real index, in which the article for agents is."""
    shop = Workshop(tmp_path_factory.mktemp("agents"), tmp_path_factory.mktemp("samples") / "samples.npz")
    secrets = {f"{language}/{WORDS['slug']}.md": SECRET for language in ("en", "da")}
    shop.build({**SHOP, **secrets})
    return shop.open()


@pytest.fixture(scope="module")
def host(index, tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("host"), index)


@pytest.fixture(scope="module")
def app(host):
    return application(host)


@pytest.fixture(scope="module")
def customer(app):
    return visitor(app)


def act(customer: TestClient, name: str, *data: object) -> str:
    answer = customer.post(f"/gradio_api/run/{name}", json={"data": data})
    assert answer.status_code == 200, answer.text
    return answer.text


def leaked(told: str, asked: str = "") -> set[str]:
    """The words of the article in an answer, beside those that the customer wrote."""
    return {word for word in WORDS.values() if word.casefold() in told.casefold() and word not in asked}


def searched_at_the_desk(app) -> str:
    agent = visitor(app, ("127.0.0.1", 5000), "localhost")
    return agent.get("/desk/finder/search", params={"q": WORDS["title"]}).text


def test_agents_find_it(app):
    """Else the tests below would say nothing."""
    assert WORDS["body"] in searched_at_the_desk(app)


@pytest.mark.parametrize(("asked", "language"), [*product(ASKED, LANGUAGES)])
def test_the_interface_for_programs_tells_nothing_of_it(customer, asked, language):
    spoken = {"language": language} if language else {}
    found = customer.get("/api/search", params={"q": asked, "k": 20, **spoken})
    assert found.status_code == 200
    assert leaked(found.text, asked) == set()
    assert WORDS["slug"] not in [hit["article"] for hit in found.json()["hits"]]
    for conversation in ({}, {"conversation": "new"}):
        told = customer.post("/api/ask", json={"question": asked, **spoken, **conversation})
        assert told.status_code == 200
        assert leaked(told.text, asked) == set()
        document = told.json()
        cited = [one["article"] for one in (*document["citations"], *document["suggestions"])]
        assert WORDS["slug"] not in cited


@pytest.mark.parametrize("asked", ASKED)
def test_a_conversation_tells_nothing_of_it_whatever_is_pressed(customer, asked):
    token = json.loads(act(customer, "start", "en"))["data"][0]
    first = act(customer, "ask", token, "en", "k1", asked)
    numbers = [one["id"] for one in json.loads(first)["data"][0]["messages"]]
    told = [
        first,
        act(customer, "choose", token, "en", "k2", WORDS["slug"]),
        act(customer, "none", token, "en", "k3"),
        *(act(customer, "rate", token, "en", number, False) for number in numbers),
        act(customer, "silence", token, "en"),
        act(customer, "person", token, "en", "k4"),
        act(customer, "contact", token, "en", "A", "a@shop.example"),
        act(customer, "open", token, "en"),
        act(customer, "words", "en"),
    ]
    assert leaked("".join(told), f"{asked} {WORDS['slug']}") == set()


@pytest.mark.parametrize("language", ["en", "da", "zh", "pl", "ar"])
def test_the_page_and_its_examples_tell_nothing_of_it(customer, language):
    told = [act(customer, "open", None, language), customer.get("/").text, customer.get("/config").text]
    assert leaked("".join(told)) == set()


@pytest.mark.parametrize(
    "path",
    [
        f"/articles/en/{WORDS['slug']}",
        f"/articles/da/{WORDS['slug']}",
        f"/articles/en/{WORDS['slug']}.md",
        f"/articles/en/./{WORDS['slug']}",
        f"/articles/EN/{WORDS['slug']}",
        f"/articles/en/returns/../{WORDS['slug']}",
        f"/askdesk/../articles/en/{WORDS['slug']}.md",
        f"/gradio_api/file=articles/en/{WORDS['slug']}.md",
        f"/static/../../articles/en/{WORDS['slug']}.md",
    ],
)
def test_no_address_leads_to_it(customer, path):
    answer = customer.get(path)
    assert answer.status_code in (403, 404)
    assert leaked(answer.text, path) == set()


def test_what_watches_the_server_tells_nothing_of_it(customer):
    told = [customer.get(path).text for path in ("/health", "/ready", "/metrics", "/sign-in", "/back")]
    assert leaked("".join(told)) == set()


def test_what_agents_searched_and_found_is_not_told_either(customer, app):
    assert leaked(searched_at_the_desk(app))
    assert leaked(customer.get("/api/search", params={"q": "goodwill limits"}).text) == set()
