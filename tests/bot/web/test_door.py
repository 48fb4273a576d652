import threading
import time

import httpx
import pytest
from anyio import sleep
from starlette.responses import StreamingResponse
from starlette.routing import Route

from bot.application import application
from bot.web import door
from tests.bot.access.conftest import PASSWORD, sign_in, visitor
from tests.bot.conftest import fake_assistant, serving
from tests.patience import PATIENCE

HERE = ("127.0.0.1", 5000)


def test_without_users_the_machine_itself_is_served_and_nobody_else(tmp_path):
    app = application(fake_assistant(tmp_path))
    here, far = visitor(app, HERE, "localhost"), visitor(app)
    for path in ("/desk/", "/studio/", "/account", "/audit"):
        assert here.get(path).status_code == 200, path
        told = far.get(path, headers={"Accept": "*/*"})
        sentence = "This page is served to the machine that Askdesk runs on, and to no other."
        assert (told.status_code, told.json()) == (403, {"detail": sentence}), path
    told = far.get("/sign-in")
    assert told.status_code == 200
    assert "askdesk user add NAME --role admin" in told.text


def test_from_the_first_user_on_the_machine_itself_signs_in_too(tmp_path):
    app = application(fake_assistant(tmp_path))
    here = visitor(app, HERE, "localhost")
    assert here.get("/desk/").status_code == 200
    app.state.porter.accounts.add("maja", PASSWORD, "test")
    assert here.get("/desk/").status_code == 401
    app.state.porter.accounts.disable("maja", "test")
    assert here.get("/desk/").status_code == 401


def test_a_page_is_opened_by_its_role_and_by_those_above_it(come):
    seen = {
        role: [come(role).get(path).status_code for path in ("/desk/", "/studio/", "/audit")]
        for role in ("agent", "editor", "admin")
    }
    assert seen == {"agent": [200, 403, 403], "editor": [200, 200, 403], "admin": [200, 200, 200]}


def test_a_person_is_told_whose_page_it_is_and_a_program_too(come):
    client = come("agent")
    page = client.get("/studio/", headers={"Accept": "text/html"})
    assert page.status_code == 403
    assert "for the role editor; you are signed in as agent, an agent" in page.text
    assert client.get("/studio/config").json()["detail"] == "This is for the role editor; yours is agent."


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://desk.example"}, 200),
        ({"Origin": "http://desk.example"}, 200),
        ({"Origin": "http://desk.example:8080"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/desk/gradio_api/reset", "/gradio_api/run/start"])
def test_what_changes_something_is_asked_for_by_our_own_pages_only(come, path, headers, status):
    answer = come("agent").post(path, json={"data": ["en"], "event_id": "none"}, headers=headers)
    assert (answer.status_code, "Another site" in answer.text) == (status, status == 403)


def test_a_disabled_user_s_streams_end(tmp_path, monkeypatch):
    monkeypatch.setattr(door, "SECONDS_BETWEEN_LOOKS", 0.1)
    ended = threading.Event()

    async def beats():
        try:
            while True:
                yield b"beat\n"
                await sleep(0.05)
        finally:
            ended.set()

    def stream(_request):
        return StreamingResponse(beats())

    app = application(fake_assistant(tmp_path))
    app.router.routes.insert(0, Route("/desk/beats", stream))
    porter = app.state.porter
    with serving(app) as address:
        porter.accounts.add("maja", PASSWORD, "test")
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            sign_in(client, "maja")
            with client.stream("GET", "/desk/beats") as answer:
                lines = answer.iter_lines()
                assert next(lines) == "beat"
                porter.accounts.disable("maja", "test")
                before = time.monotonic()
                for _ in lines:
                    assert time.monotonic() - before < PATIENCE
        assert ended.wait(PATIENCE)
