import re
import time
from datetime import UTC, datetime
from html import unescape
from threading import Thread

import pytest

from bot.access.audit import EntryFilter, entries
from bot.access.user import User
from bot.database.engine import reading
from bot.state.presence import Presence
from tests.bot.access.conftest import FAR, PASSWORD, sign_in, token, visitor

NEW = "four loud mallards"


def trail(host, **only):
    with reading(host.store.engine) as session:
        found = entries(session, EntryFilter(**only))
        return [(entry.who, entry.action, entry.what, entry.details) for entry in found]


def session_of(client):
    return client.cookies.get("askdesk-session")


@pytest.fixture
def ole(porter):
    """A user of one test's own, who has failed to sign in from nowhere yet."""
    if porter.accounts.find("ole") is None:
        porter.accounts.add("ole", PASSWORD, "test", shown="Ole")
    porter.accounts.set_password("ole", PASSWORD, "test")
    porter._attempts.succeeded("ole", FAR[0])
    return "ole"


def test_name_and_password_open_the_page_that_was_asked_for(come, host):
    client = come()
    asked = client.get("/studio/", headers={"Accept": "text/html"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/studio/")
    assert 'name="next" value="/studio/"' in client.get(asked.headers["location"]).text
    answer = sign_in(client, " Editor", onward="/studio/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/")
    assert client.get("/studio/").status_code == 200
    assert trail(host)[0] == ("editor", "signed in", "editor", {"address": FAR[0], "by": "password"})


def test_a_link_in_a_mail_leads_to_its_ticket_through_the_sign_in(come):
    client = come()
    asked = client.get("/desk/?ticket=12&x=a%26b", headers={"Accept": "text/html"}).headers["location"]
    page = client.get(asked).text
    onward = unescape(re.search(r'name="next" value="([^"]+)"', page)[1])
    assert onward == "/desk/?ticket=12&x=a%26b"
    assert sign_in(client, "agent", onward=onward).headers["location"] == onward


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/desk/\\..\\",
        "/",
        "/sign-out",
        "/sign-out?x",
        "?/desk/",
        "//evil.example?/desk/",
        "x",
        "/desk\r\n",
    ],
)
def test_signing_in_leads_to_no_other_site(come, onward):
    assert sign_in(come(), "agent", onward=onward).headers["location"] == "/desk/"


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(come, host):
    answers = [sign_in(come(), name, "a wrong guess") for name in ("agent", "stranger")]
    assert [answer.status_code for answer in answers] == [401, 401]
    told = [re.sub(r'(name="(token|name)" value|nonce)="[^"]*"', "", answer.text) for answer in answers]
    assert told[0] == told[1]
    assert "Name or password is wrong" in told[0]
    why = "name or password wrong"
    assert [entry[:3] for entry in trail(host, action="sign-in refused")[:2]] == [
        ("nobody", "sign-in refused", why),
        ("agent", "sign-in refused", why),
    ]


def test_a_password_typed_as_a_name_is_shown_to_nobody_and_kept_nowhere(come, host):
    sign_in(come(), PASSWORD, "whatever it is")
    assert PASSWORD not in str(trail(host))


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app, come):
    cookie = sign_in(come(), "agent").headers.get_list("set-cookie")[0]
    assert cookie.startswith("askdesk-session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    secure = sign_in(visitor(app, scheme="https"), "agent").headers.get_list("set-cookie")[0]
    assert secure.startswith("__Host-askdesk-session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(secure.split("; "))
    assert "domain" not in secure.lower()


def test_the_cookie_that_scripts_read_opens_nothing(come, app):
    client, other = come("agent"), come()
    other.cookies.set("askdesk-session", client.cookies.get("askdesk-owner"))
    assert other.get("/desk/").status_code == 401


def test_a_new_session_ends_the_old_one_of_the_same_browser(come, porter):
    client = come("agent")
    old = session_of(client)
    other = come()
    other.cookies.set("askdesk-session", old)
    form = {"next": "/desk/", "name": "editor", "password": PASSWORD}
    form["token"] = porter.forms.token(_scope(client), porter.cookies.read(_scope(client), "form"))
    assert client.post("/sign-in", data=form).status_code == 303
    assert session_of(client) != old
    assert other.get("/desk/").status_code == 401


def _scope(client):
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {"type": "http", "scheme": "http", "headers": [(b"cookie", cookie.encode())]}


@pytest.mark.parametrize(
    "change", [lambda key: key[:-2] + "xx", lambda key: "x" + key[1:], lambda key: key.split(".")[0]]
)
def test_a_cookie_that_was_not_signed_here_opens_nothing(come, change):
    client = come("agent")
    client.cookies.set("askdesk-session", change(session_of(client)), domain="desk.example", path="/")
    fresh = come()
    fresh.cookies.set("askdesk-session", change(session_of(client)))
    assert fresh.get("/desk/").status_code == 401


def test_signing_out_ends_the_session_on_the_server_too(come, host, porter):
    porter.sessions.end_all("agent")  # those of the tests before
    client, presence = come("agent"), Presence(host.store.engine)
    key = session_of(client)
    presence.seen(User("agent", "The agent", "agent"), datetime.now(UTC))
    answer = client.post("/sign-out", data={"token": token(client, "/account")})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert session_of(client) is None
    thief = come()
    thief.cookies.set("askdesk-session", key)
    assert thief.get("/desk/").status_code == 401
    assert trail(host)[0][:2] == ("agent", "signed out")
    assert presence.names(datetime.now(UTC)) == frozenset()


def test_who_signs_out_in_one_of_two_browsers_is_there_still(come, ole, host):
    one, other, presence = come("ole"), come("ole"), Presence(host.store.engine)
    presence.seen(User("ole", "Ole", "agent"), datetime.now(UTC))
    for client, there in ((one, True), (other, False)):
        client.post("/sign-out", data={"token": token(client, "/account")})
        assert ("ole" in presence.names(datetime.now(UTC))) is there


def test_signing_out_everywhere_ends_every_browser_s_session(come, ole, host):
    one, two, other = come("ole"), come("ole"), come("agent")
    presence = Presence(host.store.engine)
    presence.seen(User("ole", "Ole", "agent"), datetime.now(UTC))
    assert "from 2 browsers" in one.get("/account").text
    one.post("/account/sign-out", data={"token": token(one, "/account")})
    assert [client.get("/desk/").status_code for client in (one, two, other)] == [401, 401, 200]
    assert trail(host)[0] == ("ole", "signed out everywhere", "ole", {"sessions": "2"})
    assert "ole" not in presence.names(datetime.now(UTC))


def change(client, now=PASSWORD, new=NEW, again=NEW):
    form = {"token": token(client, "/account"), "password": now, "new": new, "again": again}
    return client.post("/account/password", data=form)


def test_a_changed_password_signs_out_every_other_browser(come, ole):
    here, there = come("ole"), come("ole")
    old = session_of(here)
    answer = change(here)
    assert answer.headers["location"] == "/account?changed"
    assert "Your password was changed." in here.get("/account?changed").text
    assert session_of(here) != old
    assert (here.get("/desk/").status_code, there.get("/desk/").status_code) == (200, 401)
    assert sign_in(come(), "ole").status_code == 401
    assert sign_in(come(), "ole", NEW).status_code == 303


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"now": "not this one"}, "The password now is another one"),
        ({"again": "four quiet mallards"}, "not the same"),
        ({"new": "weak", "again": "weak"}, "10 to 200 characters"),
    ],
)
def test_a_password_is_not_changed_by_half(come, ole, form, why):
    client = come("ole")
    answer = change(client, **form)
    assert answer.status_code == 400
    assert why in answer.text
    assert sign_in(come(), "ole").status_code == 303


@pytest.mark.usefixtures("still")
def test_after_too_many_guesses_even_the_right_one_waits_but_not_from_elsewhere(app, ole, host):
    guesser = visitor(app, ("203.0.113.5", 1))
    assert [sign_in(guesser, "ole", "a wrong guess").status_code for _ in range(6)] == [401] * 5 + [429]
    told = sign_in(guesser, "ole")
    assert told.status_code == 429
    assert told.headers["retry-after"] == "15"
    assert "Please wait 15" in told.text
    assert [entry[2] for entry in trail(host, who="ole")[:6]].count("name or password wrong") == 5
    assert sign_in(visitor(app, ("203.0.113.6", 1)), "ole").status_code == 303


@pytest.mark.usefixtures("still")
def test_a_stranger_s_name_waits_as_a_user_s_does(app):
    guesser = visitor(app, ("203.0.113.7", 1))
    assert [sign_in(guesser, "no such name", "guess").status_code for _ in range(6)] == [401] * 5 + [429]


def test_many_sign_ins_at_once_are_served_or_asked_to_wait(app, ole, porter):
    codes = []

    def come(number):
        codes.append(sign_in(visitor(app, (f"203.0.113.{number}", 1)), "ole").status_code)

    threads = [Thread(target=come, args=(100 + number,)) for number in range(12)]
    before = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {303, 429}
    assert codes.count(303) >= 1
    assert time.monotonic() - before < 30


@pytest.mark.parametrize("wrong", ["", "x", "W10.x.y"])
def test_a_form_without_a_token_of_ours_is_refused(come, wrong):
    client = come()
    token(client)
    form = {"token": wrong, "name": "agent", "password": PASSWORD}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert session_of(client) is None
    inside = come("agent")
    for path in ("/sign-out", "/account/sign-out", "/account/password"):
        assert inside.post(path, data={"token": wrong}).status_code == 403
    assert inside.get("/desk/").status_code == 200


def test_a_token_of_another_browser_or_session_is_refused(come):
    one, two = come("agent"), come("agent")
    assert one.post("/sign-out", data={"token": token(two, "/account")}).status_code == 403
    before = token(outside := come())
    sign_in(outside, "agent")
    assert outside.post("/sign-out", data={"token": before}).status_code == 403


def test_a_form_from_another_site_is_refused(come):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert sign_in(come(), "agent", **headers).status_code == 403
    assert sign_in(come(), "agent", **{"Sec-Fetch-Site": "same-origin", "Origin": "null"}).status_code == 303


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"name", b"&" * 5000, b"a=b&" * 200, b"token=%ff&name=%00&password=%ed%a0%80"],
)
def test_a_form_of_any_kind_gets_a_sentence(come, content):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert come().post("/sign-in", content=content, headers=headers).status_code in (403, 422)


def test_a_form_that_is_too_long_is_refused(come):
    assert come().post("/sign-in", content=b"x" * 10_000).status_code == 413


def test_a_name_comes_back_as_text(come):
    page = sign_in(come(), '"><script>alert(1)</script>', "a wrong guess").text
    assert page.count("<script") == 1  # our own
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_no_page_of_an_account_is_kept_by_a_browser(come):
    client = come("agent")
    for path in ("/account", "/desk/", "/desk/config"):
        assert client.get(path).headers["cache-control"] == "no-store", path
    assert come().get("/sign-in").headers["cache-control"] == "no-store"


def test_who_is_disabled_is_out_at_once(come, porter, ole):
    client = come("ole")
    porter.accounts.disable("ole", "test")
    assert client.get("/desk/").status_code == 401
    assert sign_in(client, "ole").status_code == 401
    porter.accounts.enable("ole", "test")
