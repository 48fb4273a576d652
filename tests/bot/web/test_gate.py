"""The gate before the whole application."""

import gc
import tracemalloc

import pytest
from starlette.testclient import TestClient

from bot.application import application
from bot.pages.chat import MOST_SESSIONS
from bot.web import gate as module
from bot.web.gate import Gate
from bot.web.rooms import CHAT, PUBLIC, room_of
from tests.bot.conftest import fake_assistant
from tests.bot.web.clock import gate_of, stopped

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"
SURE = "How do I send something back?"
OF_A_CONVERSATION, OF_AN_ADDRESS = 4, 10
"""At once, with the paces of `site`."""
UNCOUNTED = {
    *("/api/chatwoot", "/health", "/ready", "/metrics"),  # signed; asked by monitors
    *("/askdesk", "/favicon.ico", "/theme.css", "/manifest.json", "/assets", "/static"),  # files
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("gate"), pace_conversation=6, pace_address=30)


@pytest.fixture(scope="module")
def app(assistant):
    made = application(assistant)
    visitor(made).get("/health")
    return made


@pytest.fixture
def clock(app, assistant):
    """That of a gate to which nobody has come yet."""
    gate = gate_of(app)
    vars(gate).update(vars(Gate(gate._app, assistant.settings, gate._measures, gate._acts)))
    return stopped(app)


@pytest.fixture
def site(app, clock):
    """The application with paces that are soon met, whose clock stands still."""
    return app


@pytest.fixture
def proxied(tmp_path):
    yield from opened(tmp_path, proxies=("10.0.0.0/8",))


def opened(folder, **more):
    assistant = fake_assistant(folder, pace_conversation=6, pace_address=30, **more)
    app = application(assistant)
    visitor(app).get("/health")
    stopped(app)
    yield app
    assistant.store.close()


def visitor(app, address=HERE):
    return TestClient(app, base_url="http://bot.example", client=(address, 50000), follow_redirects=False)


def act(client, name, *data, **more):
    return client.post(f"/gradio_api/run/{name}", json={"data": data, **more})


def begin(client):
    return act(client, "start", "en").raise_for_status().json()["data"][0]


def codes(calls):
    return [answer.status_code for answer in calls]


def test_a_conversation_that_asks_too_often_is_told_when_to_go_on_and_then_goes_on(site, clock):
    client = visitor(site)
    token = begin(client)
    asked = [act(client, "ask", token, "en", f"key{number}", SURE) for number in range(OF_A_CONVERSATION + 1)]
    assert codes(asked) == [200] * OF_A_CONVERSATION + [429]
    refused = asked[-1]
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert refused.json()["detail"].startswith("This was asked too often: try again in ")
    clock.pass_by(int(refused.headers["retry-after"]))
    again = act(client, "ask", token, "en", f"key{OF_A_CONVERSATION}", SURE).json()["data"][0]
    assert [one["kind"] for one in again["messages"]] == ["question", "answer"]
    drawn = act(client, "open", token, "en").json()["data"][0]["messages"]
    assert [one["kind"] for one in drawn].count("question") == OF_A_CONVERSATION + 1


def test_a_conversation_that_is_named_where_nobody_looks_hides_none(site):
    client = visitor(site)
    token = begin(client)
    asked = [
        act(client, "ask", token, "en", None, SURE, conversation=f"{number:022}")
        for number in range(OF_A_CONVERSATION + 1)
    ]
    assert codes(asked) == [200] * OF_A_CONVERSATION + [429]


def test_one_conversation_out_of_order_keeps_out_none_beside_it(site):
    client = visitor(site)
    hasty, other = begin(client), begin(client)
    for _ in range(3 * OF_AN_ADDRESS):
        act(client, "ask", hasty, "en", None, SURE)
    assert act(client, "ask", other, "en", None, SURE).status_code == 200


ASKING = {
    "without a conversation": lambda client, number: client.post("/api/ask", json={"question": SURE}),
    "a new one each time": lambda client, number: client.post(
        "/api/ask", json={"question": SURE, "conversation": "new"}
    ),
    "a token of one's own each time": lambda client, number: act(
        client, "ask", f"{number:022}", "en", None, SURE
    ),
    "searching": lambda client, number: client.get("/api/search", params={"q": SURE}),
    "by the number of a function, under another's name": lambda client, number: act(
        client, "open", f"{number:022}", "en", None, SURE, fn_index=3
    ),
    "the same with a number that only Gradio reads": lambda client, number: act(
        client, "open", f"{number:022}", "en", None, SURE, fn_index=3.0
    ),
    "beginning": lambda client, number: act(client, "start", "en"),
    "writing": lambda client, number: client.post(
        "/api/write",
        json={"conversation": f"{number:022}", "language": "en", "key": "k" * 8, "text": "x"},
    ),
}


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_there_is_no_way_around_the_pace_of_an_address_and_others_are_let_in(site, ask):
    client = visitor(site)
    answered = codes(ask(client, number) for number in range(3 * OF_AN_ADDRESS))
    assert answered[:OF_AN_ADDRESS].count(429) == 0
    assert answered.count(429) >= OF_AN_ADDRESS
    assert ask(visitor(site, ELSEWHERE), 0).status_code != 429


def test_an_address_is_that_of_a_whole_network_in_ipv6(site):
    def ask(address):
        return visitor(site, address).post("/api/ask", json={"question": SURE}).status_code

    assert 429 in [ask(f"2001:db8::{number:x}") for number in range(1, 3 * OF_AN_ADDRESS)]
    assert ask("2001:db8:0:1::1") == 200


def forwarded(client, number):
    headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
    return client.post("/api/ask", json={"question": SURE}, headers=headers).status_code


def test_forged_forwarding_headers_are_no_way_around_it_and_the_operator_hears_of_them_once(site, caplog):
    client = visitor(site)
    assert 429 in [forwarded(client, number) for number in range(3 * OF_AN_ADDRESS)]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "proxies" in caplog.text
    assert HERE not in caplog.text


def test_behind_a_trusted_proxy_each_visitor_is_counted_and_a_forged_part_of_the_header_is_not(proxied):
    proxy = visitor(proxied, "10.1.2.3")
    assert {forwarded(proxy, number) for number in range(3 * OF_AN_ADDRESS)} == {200}

    def forging(number):
        headers = {"X-Forwarded-For": f"203.0.113.{number}, {HERE}:{50000 + number}"}
        return proxy.post("/api/ask", json={"question": SURE}, headers=headers).status_code

    assert 429 in [forging(number) for number in range(3 * OF_AN_ADDRESS)]
    stranger = visitor(proxied, ELSEWHERE)
    assert 429 in [forwarded(stranger, number) for number in range(3 * OF_AN_ADDRESS)]


@pytest.mark.parametrize("path", ["/", "/articles/en/returns", "/sign-in", "/back"])
def test_pages_are_looked_at_more_often_and_not_without_end(site, path):
    client = visitor(site)
    answered = codes(client.get(path) for _ in range(6 * OF_AN_ADDRESS))
    assert answered[: 2 * OF_AN_ADDRESS].count(429) == 0
    assert 429 in answered


def test_passwords_are_tried_no_faster_than_that(site):
    client = visitor(site)
    assert 429 in codes(client.post("/sign-in", data={"name": "ole"}) for _ in range(6 * OF_AN_ADDRESS))


def test_who_asks_too_often_can_still_write_to_a_person_and_be_seen(site):
    client = visitor(site)
    token = begin(client)
    for _ in range(3 * OF_AN_ADDRESS):
        client.post("/api/ask", json={"question": SURE})
    message = {"conversation": token, "language": "en", "key": "k" * 8, "text": "hello"}
    assert client.post("/api/write", json=message).status_code == 200
    assert (
        client.post("/api/seen", json={"conversation": token, "delivered": 0, "seen": 0}).status_code == 200
    )
    assert act(client, "open", token, None).status_code == 200


def test_where_the_line_is_full_one_is_told_for_how_long_to_wait(site, monkeypatch):
    client = visitor(site)
    assert client.get("/health").status_code == 200
    monkeypatch.setattr("bot.web.line.LONGEST", 0)
    refused = client.post("/api/ask", json={"question": SURE})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, str(module.SECONDS_IN_LINE))
    assert client.get("/health").status_code == 200


IN_A_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "accepted", "language", "direction", "sentence"),
    [
        ("/", "en-GB,en;q=0.9", "en", "ltr", "please try it again in 2 seconds."),
        ("/articles/en/returns", "da-DK,da;q=0.9,en;q=0.8", "da", "ltr", "prøv igen om 2 sekunder."),
        ("/back", "ar", "ar", "rtl", "(ثانيتان)"),
        ("/", "pl;q=0.4,zh-CN", "zh", "ltr", "请过2秒钟再试一次。"),
        ("/", "sv", "en", "ltr", "please try it again in 2 seconds."),
    ],
)
def test_a_browser_shows_a_refusal_in_its_language(
    site, monkeypatch, path, accepted, language, direction, sentence
):
    monkeypatch.setattr("bot.web.line.LONGEST", 0)
    headers = {"Accept": IN_A_BROWSER, "Accept-Language": accepted}
    page = visitor(site).get(path, headers=headers)
    assert (page.status_code, page.headers["retry-after"]) == (429, "2")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert sentence in page.text


def test_who_sent_a_form_too_often_can_read_it_too_and_a_program_gets_json(site, monkeypatch):
    monkeypatch.setattr("bot.web.line.LONGEST", 0)
    client = visitor(site)
    form = client.post("/sign-in", data={"name": "ole"}, headers={"Accept": IN_A_BROWSER})
    assert (form.status_code, form.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert client.get("/").json() == {"detail": "This was asked too often: try again in 2 seconds."}


def refusals(client):
    """How many each counter of refused requests shows."""
    lines = (line.rpartition(" ") for line in client.get("/metrics").text.splitlines())
    return {name: float(figure) for name, _, figure in lines if name.startswith("askdesk_refused_total")}


def test_what_is_refused_is_counted_by_what_was_asked_for_and_what_it_met(site, monkeypatch):
    client, before = visitor(site), refusals(visitor(site))
    asked = [act(client, "ask", "t" * 22, "en", None, SURE) for _ in range(OF_A_CONVERSATION + 3)]
    read = [client.get("/articles/en/returns") for _ in range(2 * OF_AN_ADDRESS + 2)]
    monkeypatch.setattr("bot.web.line.LONGEST", 0)
    begun = act(visitor(site, ELSEWHERE), "start", "en")
    assert (codes(asked).count(429), codes(read).count(429), begun.status_code) == (3, 2, 429)
    now = refusals(client)
    assert {name: now[name] - before.get(name, 0) for name in now if now[name] != before.get(name)} == {
        'askdesk_refused_total{kind="asking",limit="conversation"}': 3,
        'askdesk_refused_total{kind="looking",limit="address"}': 2,
        'askdesk_refused_total{kind="beginning",limit="line"}': 1,
    }
    assert SURE not in str(now)
    assert HERE not in str(now)


def test_a_refusal_can_be_read_by_the_sites_that_may_ask(tmp_path):
    for app in opened(tmp_path, embed_origins=("https://shop.example",)):
        client, headers = visitor(app), {"Origin": "https://shop.example"}
        answers = [client.post("/api/ask", json={"question": SURE}, headers=headers) for _ in range(30)]
        refused = next(one for one in answers if one.status_code == 429)
        assert refused.headers["access-control-allow-origin"] == "https://shop.example"
        assert "Retry-After" in refused.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff", b"[" * 60_000, b'{"data": 7, "conversation": []}']
)
def test_what_is_no_question_is_counted_and_passed_on(site, content):
    client = visitor(site)
    headers = {"Content-Type": "application/json"}
    answered = codes(
        client.post("/api/ask", content=content, headers=headers) for _ in range(3 * OF_AN_ADDRESS)
    )
    assert set(answered) == {422, 429}


def test_a_few_megabytes_are_kept_however_many_come(assistant):
    """Addresses and tokens without end, and long ones."""
    gate, chat = Gate(None, assistant.settings, assistant.measures, {}), room_of(module.RUN)
    tracemalloc.start()
    try:
        for number in range(45_000):
            token = module._token(chat, {"data": [f"{number:064}"]})
            gate._refusal("asking", token, f"2001:db8:{number:x}")
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 12 * 2**20
    finally:
        tracemalloc.stop()
    assert token == f"{44_999:064}"
    assert module._token(chat, {"data": ["x" * 65]}) is None


def test_gradio_remembers_few_sessions_of_names_that_are_made_up_and_no_long_ones(app, site):
    held = next(one for one in app.routes if getattr(one, "path", None) == "").app.state_holder
    for number in range(MOST_SESSIONS + 20):
        answer = act(visitor(site, f"192.0.2.{number}"), "words", "en", session_hash=f"made up {number}")
        assert answer.status_code == 200
    assert len(held.session_data) == MOST_SESSIONS
    assert act(visitor(site, ELSEWHERE), "words", "en", session_hash="x" * 65).status_code == 422


def test_every_room_for_all_says_how_it_counts():
    assert {room.path for room in (*PUBLIC, *CHAT) if room.counts is None} == UNCOUNTED
