from html import escape

import pytest
from fastapi import HTTPException
from sqlalchemy import text as sql
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.application import application
from bot.database.engine import writing
from bot.phrase import phrase
from tests.bot.access.conftest import PASSWORD, sign_in
from tests.bot.conftest import fake_assistant
from tests.bot.web.test_gate import IN_A_BROWSER

FAR = ("192.0.2.7", 50000)


async def _fails(_request):
    raise ZeroDivisionError("what ole@example.com wrote")


async def _busy(_request):
    raise HTTPException(503, "later", {"Retry-After": "7"})


async def _refuses(request):
    answer = PlainTextResponse("", int(request.path_params["status"]), {"Vary": "Cookie"})
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("signpost"), company="Lantern & Co")


@pytest.fixture(scope="module")
def app(host):
    app = application(host)
    app.state.porter.accounts.add("maja", PASSWORD, "test", shown="Maja")
    for path, act in (
        ("/articles/fails", _fails),
        ("/desk/fails", _fails),
        ("/articles/busy", _busy),
        ("/articles/refuses/{status}", _refuses),
        ("/desk/refuses/{status}", _refuses),
    ):
        app.router.routes.insert(0, Route(path, act))
    return app


@pytest.fixture
def come(app):
    def come(language="en", accept=IN_A_BROWSER):
        headers = {"Accept": accept, "Accept-Language": language}
        return TestClient(
            app, "http://desk.example", client=FAR, headers=headers, raise_server_exceptions=False
        )

    return come


@pytest.fixture
def staff(come):
    client = come()
    sign_in(client, "maja")
    return client


@pytest.mark.parametrize(
    ("path", "accepted", "language", "direction"),
    [
        ("/dseks", "da", "da", "ltr"),
        ("/articles/nothing", "pl", "pl", "ltr"),
        ("/articles/en/nothing", "ar", "ar", "rtl"),
        ("/articles/en/nothing", "zh-CN,en;q=0.5", "zh", "ltr"),
        ("/healthy", "sv", "en", "ltr"),
        ("/assets/nothing", "en", "en", "ltr"),
    ],
)
def test_a_mistyped_address_shows_a_page_with_a_way_to_the_chat_in_the_browser_s_language(
    come, path, accepted, language, direction
):
    page = come(accepted).get(path)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert int(page.headers["content-length"]) == len(page.content)
    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert phrase("page_missing", language) in page.text
    assert f'<a href="/">{phrase("open_chat", language)}</a>' in page.text
    assert "<bdi>Lantern &amp; Co</bdi>" in page.text
    assert "frame-ancestors" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/dseks", "There is nothing here."),
        ("/articles/en/nothing", "there is no such article"),
        ("/articles/nothing", "Not Found"),
    ],
)
def test_a_program_is_told_the_same_in_json(come, path, detail):
    answer = come(accept="*/*").get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": detail})


@pytest.mark.parametrize("path", ["/api/nothing", "/ready/nothing", "/api/search"])
def test_an_address_for_programs_answers_a_browser_as_it_does_them(come, path):
    assert come().get(path).json() == come(accept="*/*").get(path).json()


def test_a_form_sent_to_a_page_that_takes_none_shows_a_page(come):
    page = come("da").post("/", headers={"Origin": "http://desk.example"})
    assert (page.status_code, page.headers["content-type"]) == (405, "text/html; charset=utf-8")
    assert phrase("page_missing", "da") in page.text


def test_what_is_said_beside_an_answer_stays(come):
    page = come("pl").get("/articles/busy")
    assert (page.status_code, page.headers["retry-after"]) == (503, "7")
    assert phrase("page_failed", "pl") in page.text


@pytest.mark.parametrize("language", ["en", "da", "pl", "ar", "zh"])
@pytest.mark.parametrize("status", [400, 403, 413, 499])
def test_what_is_refused_for_good_is_not_called_a_fault_of_ours_that_passes(come, language, status):
    page = come(language).get(f"/articles/refuses/{status}")
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert escape(phrase("page_refused", language)) in page.text
    assert '<a href="/">' in page.text


@pytest.mark.parametrize("status", [413, 499])
def test_staff_are_told_that_it_was_refused_whatever_the_status_is(staff, status):
    page = staff.get(f"/desk/refuses/{status}")
    assert (page.status_code, "This was not accepted as it was sent." in page.text) == (status, True)


def test_each_cookie_stays_and_caches_are_told_what_the_page_depends_on(come):
    page = come().get("/articles/refuses/403")
    assert [one.partition(";")[0] for one in page.headers.get_list("set-cookie")] == ["one=1", "two=2"]
    assert page.headers["vary"] == "Cookie, Origin, Accept, Accept-Language"


def test_what_fails_inside_shows_a_page_says_nothing_of_why_and_reaches_the_log(come, app):
    page = come("da").get("/articles/fails")
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert phrase("page_failed", "da") in page.text
    assert "ole@example.com" not in page.text
    assert come(accept="*/*").get("/articles/fails").status_code == 500
    with pytest.raises(ZeroDivisionError):  # the server writes its traceback
        TestClient(app, client=FAR).get("/articles/fails", headers={"Accept": IN_A_BROWSER})


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/desk/dseks", 404, "There is nothing at this address."),
        ("/desk/tickets/99", 404, "There is no ticket 99."),
        ("/desk/fails", 500, "Something went wrong inside, and the log says what."),
    ],
)
def test_staff_are_told_in_english_with_ways_to_their_pages(staff, path, status, sentence):
    page = staff.get(path, headers={"Accept-Language": "da"})
    assert (page.status_code, page.headers["cache-control"]) == (status, "no-store")
    assert sentence in page.text
    assert '<a href="/desk/">Desk</a>' in page.text
    assert 'href="/studio/"' not in page.text


def test_who_has_not_signed_in_is_led_there(come):
    page = come().get("/sign-in/nothing")
    assert page.status_code == 404
    assert '<a href="/sign-in">Sign in</a>' in page.text


def test_a_database_that_fails_before_it_is_known_who_asks_says_so_on_a_page(staff, host):
    with writing(host.store.engine) as session:
        session.execute(sql("ALTER TABLE users RENAME TO gone"))
    try:
        page = staff.get("/desk/")
        told = staff.get("/desk/", headers={"Accept": "*/*"})
    finally:
        with writing(host.store.engine) as session:
            session.execute(sql("ALTER TABLE gone RENAME TO users"))
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "The database can&#x27;t be read at the moment: try again in a minute." in page.text
    assert (told.status_code, told.json()) == (
        503,
        {"detail": "The database can't be read at the moment: try again in a minute."},
    )
