"""Every route of the application, asked by everybody: only what a role may do is done."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import anyio
import pytest
from starlette.routing import Mount, WebSocketRoute

from bot.access.user import ROLES
from bot.web.rooms import below
from tests.loop import run

EVERYBODY = ("nobody", "customer", *ROLES)
AGENTS, EDITORS, ADMINS = ROLES, ROLES[1:], ROLES[2:]
NO_ONE = ()

# The table: who may come to a path and what lies below it. A route that is in no row fails the test.
OURS = {
    "/desk": AGENTS,
    "/studio": EDITORS,
    "/audit": ADMINS,
    "/account": AGENTS,
    "/sign-out": AGENTS,
    "/sign-in": EVERYBODY,
    "/api/ask": EVERYBODY,
    "/api/search": EVERYBODY,
    "/api/live": EVERYBODY,
    "/api/write": EVERYBODY,
    "/api/typing": EVERYBODY,
    "/api/seen": EVERYBODY,
    "/api/back": EVERYBODY,
    "/api/chatwoot": EVERYBODY,
    "/back": EVERYBODY,
    "/articles": EVERYBODY,
    "/health": EVERYBODY,
    "/ready": EVERYBODY,
    "/metrics": EVERYBODY,
    "/askdesk": EVERYBODY,
    "/favicon.ico": EVERYBODY,
}
CHAT = {"/", "/config", "/theme.css", "/manifest.json", "/favicon.ico", "/assets/x", "/static/x"}
CHAT |= {"/gradio_api/run/x", "/gradio_api/run/x/"}
"""Of Gradio's own routes those that everybody may come to, at the chat."""
CHAT_ACTS = {"words", "open", "start", "ask", "choose", "none", "person", "rate", "contact", "silence"}
CHAT_ACTS |= {"end", "part", "back", "solved", "review", "go_on"}
"""The functions behind the chat's routes: everybody may call these, and no other."""

REFUSALS = ("Sign in first", "This is for the role", "There is nothing here")


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    may: tuple[str, ...]


def routes(app) -> Iterator[Asked]:
    """Every method of every route, of what is mounted too, with something in the place of parameters."""
    for route in flat(app.routes):
        assert not isinstance(route, WebSocketRoute), "no page of ours speaks over a WebSocket"
        if not isinstance(route, Mount):
            yield from asked(route, "", ours)
        elif route.path == "":
            yield from (one for inner in flat(route.app.routes) for one in asked(inner, "", of_the_chat))
        elif hasattr(route.app, "routes"):
            yield from (one for inner in flat(route.app.routes) for one in asked(inner, route.path, ours))
        else:
            yield Asked("GET", f"{route.path}/theme.css", ours(route.path))


def flat(found):
    for route in found:
        included = getattr(route, "original_router", None)
        yield from flat(included.routes) if included else [route]


def asked(route, start, who):
    path = start + re.sub(r"{[^}]*}", "x", route.path)
    for method in getattr(route, "methods", None) or ("GET",):
        yield Asked(method, path, who(path))


def ours(path):
    rows = [may for start, may in OURS.items() if below(path, start)]
    assert rows, f"{path} is in no row of the table: say who may come to it"
    return rows[0]


def of_the_chat(path):
    return EVERYBODY if path in CHAT else NO_ONE


async def answer(app, method, path, headers, body=b"{}"):
    """The status and the beginning of the answer; what would stream on and on is left then."""
    told = {}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"desk.example"), (b"content-type", b"application/json"), *headers],
        "client": ("192.0.2.7", 50000),
        "server": ("desk.example", 80),
        "state": {},
    }
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    with anyio.move_on_after(20) as running:

        async def receive():
            if not messages:
                await anyio.sleep_forever()
            return messages.pop()

        async def send(message):
            told.update({"status": message["status"]} if "status" in message else {})
            told["body"] = told.get("body", b"") + message.get("body", b"")
            if message["type"] == "http.response.body" or _streams(message):
                running.cancel()

        try:
            await app(scope, receive, send)
        except Exception as error:  # Gradio raises where a function has no such name
            told.setdefault("status", 500)
            told.setdefault("body", repr(error).encode())
    assert "status" in told, f"{method} {path} did not answer"
    return told["status"], told["body"].decode(errors="replace")


def _streams(message):
    return any(value.startswith(b"text/event-stream") for _, value in message.get("headers", ()))


@pytest.fixture(scope="module")
def visitors(app, host):
    """The headers of each; a customer sends their token wherever it might count."""
    token = host.store.start("en").token
    porter = app.state.porter
    cookies = {role: porter.cookies.sealed("session", porter.sessions.begin(role)) for role in ROLES}
    cookies["customer"] = token
    sent = {name: [(b"cookie", f"askdesk-session={value}".encode())] for name, value in cookies.items()}
    sent["customer"].append((b"authorization", b"Bearer " + token.encode()))
    return {"nobody": [], **sent}


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_every_route_is_open_to_whom_it_is_for_and_closed_to_all_others(app, visitors, visitor):
    every = sorted(set(routes(app)), key=lambda one: (one.path, one.method))
    assert len(every) > 150
    assert {path for one in every for path in OURS if below(one.path, path)} == set(OURS)
    wrong = run(_wrong, app, every, visitor, visitors[visitor])
    assert wrong == []


async def _wrong(app, every, visitor, headers):
    wrong = []
    for one in every:
        status, body = await answer(app, one.method, one.path, headers)
        refused = status in (401, 403, 404) and any(say in body for say in REFUSALS)
        if refused is (visitor in one.may):
            wrong.append((one.method, one.path, status, body[:80]))
    return wrong


def pages(app):
    """Each Blocks by the path that it is mounted at."""
    mounted = (route for route in app.routes if isinstance(route, Mount) and hasattr(route.app, "get_blocks"))
    return {route.path: route.app.get_blocks() for route in mounted}


def test_every_function_of_a_page_is_called_by_its_role_only(app, visitors):
    """By its number, on the routes that call functions; refused before it is looked for."""
    found = pages(app)
    assert set(found) == {"/desk", "/studio", ""}
    assert sum(len(page.fns) for page in found.values()) > 20

    async def call() -> None:
        for start, visitor in (("/desk", "nobody"), ("/desk", "customer"), ("/studio", "agent")):
            for number in found[start].fns:
                body = json.dumps({"data": [], "fn_index": number, "session_hash": "x"}).encode()
                for path in ("run/predict", "api/predict", "queue/join", "call/predict", "call/v2/predict"):
                    where = f"{start}/gradio_api/{path}"
                    status, told = await answer(app, "POST", where, visitors[visitor], body)
                    assert status == (403 if visitor == "agent" else 401), (where, number, told)

    run(call)


def test_the_chat_has_the_functions_that_everybody_may_call_and_no_other(app):
    chat = pages(app)[""]
    assert {fn.api_name for fn in chat.fns.values()} == CHAT_ACTS
    modules = {fn.fn.__module__ for fn in chat.fns.values()}
    assert modules <= {"bot.pages.talk", "bot.pages.chat"}


def test_gradio_s_own_lock_holds_where_the_door_is_missing(app):
    """A second lock: the pages for staff answer nobody, whatever stands in front of them."""
    from starlette.testclient import TestClient

    for start in ("/desk", "/studio"):
        inner = next(route.app for route in app.routes if isinstance(route, Mount) and route.path == start)
        bare = TestClient(inner, raise_server_exceptions=False)
        for path in ("/", "/config", "/gradio_api/info"):
            assert bare.get(path).status_code == 401, (start, path)
        for path in ("run/predict", "queue/join", "upload"):
            assert bare.post(f"/gradio_api/{path}", json={"data": [], "fn_index": 0}).status_code == 401


def test_no_websocket_is_opened(app):
    from starlette.testclient import TestClient, WebSocketDisconnect

    client = TestClient(app)
    for path in ("/", "/desk/", "/gradio_api/queue/join"):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(path):
            pass
