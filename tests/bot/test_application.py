import json
import re

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.application import application
from bot.conversation.assistant import Assistant
from bot.web.rooms import room_of
from tests.bot.conftest import fake_assistant

HERE = ("127.0.0.1", 50000)
ELSEWHERE = ("192.0.2.7", 50000)
FRIEND = "https://shop.example"


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    made = fake_assistant(tmp_path_factory.mktemp("server"))
    given = made.settings.model_copy(update={"embed_origins": (FRIEND,)})
    return Assistant(made.live, made.store, given)


@pytest.fixture(scope="module")
def app(host):
    return application(host)


@pytest.fixture(scope="module")
def client(app):
    return visitor(app)


def visitor(app, client=HERE, name="localhost:7860"):
    return TestClient(app, base_url=f"http://{name}", client=client, follow_redirects=False)


def call(client, act, *data, **headers):
    body = json.dumps({"data": data})
    headers["Content-Type"] = "application/json"
    return client.post(f"/gradio_api/run/{act}", content=body, headers=headers)


def result(client, act, *data, **headers):
    return call(client, act, *data, **headers).raise_for_status().json()["data"][0]


def gradio_routes(app, start):
    """Every address that Gradio serves below `start`, with something in the place of each parameter."""
    mounted = next(one for one in app.routes if isinstance(one, Mount) and one.path == start)
    inner = mounted.app
    included = [one.original_router for one in inner.routes if hasattr(one, "original_router")]
    for route in [*inner.routes, *(one for router in included for one in router.routes)]:
        for method in getattr(route, "methods", None) or ():
            yield method, start + re.sub(r"{[^}]*}", "x", route.path)


def test_every_page_is_served_here(client):
    assert client.get("/").status_code == 200
    for page in ("/desk", "/studio"):
        assert client.get(page).headers["location"] == f"{page}/"
        assert client.get(f"{page}/").status_code == 200


@pytest.mark.parametrize("start", ["/desk", "/studio"])
@pytest.mark.parametrize(
    ("address", "name", "headers"),
    [
        (ELSEWHERE, "localhost:7860", {}),
        (HERE, "shop.example", {}),
        (HERE, "127.0.0.1.shop.example", {}),
        (HERE, "localhost:7860", {"X-Forwarded-For": "127.0.0.1"}),
        (HERE, "localhost:7860", {"Forwarded": "for=127.0.0.1"}),
        (HERE, "localhost:7860", {"Origin": "https://shop.example"}),
        (HERE, "localhost:7860", {"Origin": "null"}),
    ],
)
def test_nothing_below_desk_and_studio_is_served_elsewhere(app, start, address, name, headers):
    stranger = visitor(app, address, name)
    asked = [("GET", start), *gradio_routes(app, start)]
    assert len(asked) > 40
    for method, path in asked:
        assert stranger.request(method, path, headers=headers).status_code == 403, (method, path)


@pytest.mark.parametrize("name", ["localhost:7860", "127.0.0.1:7860", "[::1]:7860"])
def test_this_machine_may_use_any_of_its_names(app, name):
    assert visitor(app, ("::1", 50000), name).get("/desk/").status_code == 200


def test_the_chat_is_served_to_everybody(app):
    assert visitor(app, ELSEWHERE, "shop.example").get("/").status_code == 200


def test_a_browser_is_told_to_run_our_scripts_only(client):
    page = client.get("/", headers={"Accept": "text/html", "Accept-Encoding": "br, gzip"})
    policy = page.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'nonce-" in policy
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}"')
    assert nonce not in client.get("/").text


@pytest.mark.parametrize("path", ["/desk/", "/studio/"])
def test_the_scripts_within_a_page_of_the_staff_are_run_too(client, path):
    page = client.get(path)
    nonce = page.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}"') > 0


@pytest.mark.parametrize(
    "path",
    ["/articles/en/returns", "/desk/finder/article/en/returns", "/back", "/sign-in", "/account", "/audit"],
)
def test_a_script_within_any_other_page_would_not_be_run(client, path, monkeypatch):
    """Not even one that slipped past all that cleans an article."""
    smuggled = "<script>alert(1)</script>"
    monkeypatch.setattr("bot.pages.article_page.html", lambda *_, **__: smuggled)
    page = client.get(path, headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (smuggled in page.text) == ("article" in path)
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "nonce=" not in page.text


def test_only_listed_sites_may_frame_the_chat_and_none_the_pages_of_staff(client):
    def framers(path):
        return client.get(path).headers["content-security-policy"].partition("frame-ancestors ")[2]

    assert framers("/") == framers("/articles/en/returns") == FRIEND
    assert {framers(path) for path in ("/desk/", "/studio/", "/sign-in", "/account", "/no")} == {"'none'"}


@pytest.mark.parametrize("path", ["/", "/desk/", "/api/search?q=x", "/askdesk/theme.css", "/no-such-place"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(("origin", "allowed"), [(FRIEND, FRIEND), ("https://evil.example", None)])
@pytest.mark.parametrize("path", ["/", "/gradio_api/run/start", "/api/ask"])
def test_only_listed_sites_may_read_answers(app, origin, allowed, path):
    client = visitor(app, ELSEWHERE, "bot.example")
    wish = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for answer in (client.get(path, headers={"Origin": origin}), client.options(path, headers=wish)):
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers


def test_of_gradio_s_routes_the_chat_serves_what_it_needs_and_no_other(app):
    stranger = visitor(app, ELSEWHERE, "bot.example")
    asked = {one for one in gradio_routes(app, "") if one[0] != "HEAD"}
    assert len(asked) > 40
    served = {path for method, path in asked if "nothing here" not in stranger.request(method, path).text}
    assert served == {
        *("/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/assets/x", "/static/x"),
        *("/gradio_api/run/x", "/gradio_api/run/x/"),
    }


def test_agents_functions_are_not_reachable_from_the_chat(app):
    names = {
        page: {one["api_name"] for one in visitor(app).get(f"{page}/config").json()["dependencies"]}
        for page in ("", "/desk", "/studio")
    }
    assert names[""] == {
        "words",
        "open",
        "start",
        "ask",
        "choose",
        "none",
        "person",
        "rate",
        "contact",
        "silence",
        *("end", "part", "back", "solved", "review", "go_on"),
    }


def test_a_conversation_runs_through_the_endpoints(client, host):
    token = result(client, "start", "en")
    view = result(client, "ask", token, "en", "k1", "How do I send something back?")
    assert [one["kind"] for one in view["messages"]] == ["question", "answer"]
    assert view["language"] == "en"
    again = result(client, "ask", token, "en", "k1", "How do I send something back?")
    assert again["messages"] == view["messages"]
    assert 0 < again["silence"] <= view["silence"] <= 300
    assert result(client, "rate", token, "en", view["messages"][1]["id"], True)["messages"] == []
    assert host.transcript(token)[1].helpful is True
    assert result(client, "open", token, None)["messages"][0]["html"].count("send something back") == 1


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("pl-PL,pl;q=0.9", "pl"), ("fr, ar;q=0.2, zh;q=0.8", "zh"), ("fr", "en"), ("", "en"), (";q=,=;;", "en")],
)
def test_the_page_takes_the_browser_s_language(client, accepted, language):
    assert result(client, "open", None, None, **{"Accept-Language": accepted})["language"] == language


@pytest.mark.parametrize(
    "bad", [None, 7, -1, 1e99, 10**30, True, [], ["x"], {}, {"a": 1}, "x" * 30_000, "\ud800", "\x00"]
)
@pytest.mark.parametrize(
    "act", ["open", "start", "ask", "choose", "none", "person", "rate", "contact", "words"]
)
def test_values_of_any_kind_are_answered_without_a_fault(client, act, bad):
    token = result(client, "start", "en")
    count = {"open": 2, "start": 1, "none": 3, "person": 3, "words": 1}.get(act, 4)
    for data in ([bad] * count, [token, *[bad] * (count - 1)]):
        answer = call(client, act, *data)
        assert answer.status_code == 200, answer.text


def test_looking_starts_no_conversation_and_a_stranger_s_token_opens_none(client):
    assert result(client, "open", None, None)["token"] is None
    assert result(client, "open", "A" * 22, "da")["token"] is None
    assert result(client, "ask", "A" * 22, "en", "k", "hello") == {"gone": True}


def test_every_route_of_ours_lies_in_a_room(app):
    own = [getattr(route, "path", "") for route in flat(app.routes)]
    assert len(own) > 8
    nowhere = [path for path in own if path and room_of(path) is None]
    assert nowhere == [], "give each a row in bot/web/rooms.py: what is in no room is not served"


def flat(routes):
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from flat(included.routes) if included else [route]
