"""Both sides' streams over real HTTP."""

import json
import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from bot.access.user import LOCAL
from bot.sights.live import SECONDS_BETWEEN_LISTS
from bot.state.presence import Presence
from bot.state.store import Store
from bot.takeover.stream import MOST_OF_ONE
from bot.web.pace import OF_A_PAGE
from tests.bot.conftest import fake_assistant, running
from tests.patience import PATIENCE, wait_for

UNKNOWN = "n" * 22
"""What looks like a token, and is none."""
TRIES = 3
"""The best of a few tells what it takes, not what else goes on on the machine."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def store(assistant):
    return assistant.store


@pytest.fixture(scope="module")
def site(assistant):
    with running(assistant) as address:
        yield address


@pytest.fixture
def quiet(tmp_path):
    """An assistant and a site of its own, which nobody has come to."""
    assistant = fake_assistant(tmp_path)
    with running(assistant) as address:
        yield assistant, address


@pytest.fixture
def ticket(assistant):
    """A conversation whose ticket the agent has taken: token, number and conversation."""
    token = assistant.open(None, "en").token
    assistant.call_person(token, page_language="en")
    found = assistant.store.last_ticket(token)
    act(assistant.store, found.number, "take", LOCAL)
    return token, found.number, found.conversation


@pytest.fixture
def typing_lasts(monkeypatch):
    """Whoever types goes on until something ends it."""
    monkeypatch.setattr("bot.takeover.pulse.SECONDS_TYPING", 10 * PATIENCE)


def act(store, number, name, *what):
    with store.ticket_turn(number) as turn:
        getattr(turn.handling(number), name)(*what)


def agent_says(store, number, text):
    with store.ticket_turn(number) as turn:
        return turn.say("agent", text, "message", speaker="Maja Holm").sequence


def customer_says(store, token, text):
    with store.turn(token) as turn:
        return turn.say("customer", text, "message").sequence


def bot_says(store, token, text):
    with store.turn(token) as turn:
        turn.say("bot", text, "reply")


class Reading:
    """A stream that is read in a thread, line by line, with the moment of each."""

    def __init__(self, response):
        self.lines = []
        self.ended = threading.Event()
        self._came = threading.Condition()
        threading.Thread(target=self._read, args=(response,), daemon=True).start()

    def _read(self, response):
        try:
            for line in response.iter_lines():
                with self._came:
                    self.lines.append(line)
                    self._came.notify_all()
        except httpx.HTTPError:
            pass
        self.ended.set()

    def wait(self, true):
        """What `true` makes of the lines so far, once that is something."""
        with self._came:
            assert self._came.wait_for(lambda: true(self.lines), PATIENCE), self.lines
            return true(self.lines)

    def has(self, status=None, **wanted):
        """The first view that holds this."""

        def find(lines):
            views = [json.loads(line) for line in lines if line.startswith("{")]
            if status:
                return next((view for view in views if view.get("person", {}).get("status") == status), None)
            fitting = (view for view in views if all(view.get(key) == value for key, value in wanted.items()))
            return next(fitting, None)

        return self.wait(find)

    def texts(self):
        views = [json.loads(line) for line in self.lines if line.startswith("{")]
        return [message["html"] for view in views for message in view.get("messages", ())]


def post(address, **what):
    return httpx.post(address, timeout=PATIENCE, **what)


@contextmanager
def customers_stream(site, token, after=0, language="en"):
    asked = {"conversation": token, "language": language, "after": after}
    with httpx.stream("POST", f"{site}/api/live", json=asked, timeout=PATIENCE) as response:
        assert response.status_code == 200, response.read()
        yield Reading(response)


@contextmanager
def agents_stream(site, ticket=None):
    asked = {"ticket": ticket} if ticket else {}
    with httpx.stream("GET", f"{site}/desk/live", params=asked, timeout=PATIENCE) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Reading(response)


def events(lines, name):
    """The data of the events of that name."""
    return [
        json.loads(lines[place + 1][6:]) for place, line in enumerate(lines[:-1]) if line == f"event: {name}"
    ]


def came(lines, sequence):
    """What the desk was told that ends with a message."""
    return next((one for one in events(lines, "said") if one["last"] == sequence), None)


def test_an_agents_message_reaches_the_customers_stream_within_a_second(site, store, ticket):
    token, number, _ = ticket
    with customers_stream(site, token) as reading:
        assert reading.has(status="taken")["person"]["says"] == "Local is with you"
        waited = []
        for place in range(TRIES):
            started = time.monotonic()
            sequence = agent_says(store, number, f"I'm here <b>{place}</b>")
            reading.wait(lambda lines, place=place: any(f"&lt;b&gt;{place}" in line for line in lines))
            waited.append(time.monotonic() - started)
        assert min(waited) < 1
        assert "<b>" not in reading.texts()[-1]
    with customers_stream(site, token, after=sequence - 1) as again:
        again.has(status="taken")
        assert len(again.texts()) == 1


def test_a_customers_message_reaches_the_agents_stream_within_a_second(site, store, ticket):
    token, number, conversation = ticket
    with agents_stream(site, number) as reading:
        reading.wait(lambda lines: events(lines, "ticket") and events(lines, "tickets"))
        waited = []
        for _ in range(TRIES):
            started = time.monotonic()
            last = customer_says(store, token, "are you there?")
            news = reading.wait(lambda lines, last=last: came(lines, last))
            waited.append(time.monotonic() - started)
        assert min(waited) < 1
        assert "are you there?" in news["messages"][-1]["html"]
        assert (news["number"], news["after"], news["last"]) == (number, last - 1, last)
        with customers_stream(site, token) as customer:
            customer.has(marks={"delivered": last, "seen": 0})
    assert store.marks(conversation).desk_delivered == last


def test_what_the_desk_has_seen_is_no_news_to_it(site, store, ticket):
    token, number, conversation = ticket
    with agents_stream(site, number) as reading:
        reading.wait(lambda lines: events(lines, "ticket"))
        last = customer_says(store, token, "hello?")
        reading.wait(lambda lines: came(lines, last))
        before = len(events(reading.lines, "said"))
        store.mark(conversation, "desk", seen=last)
        time.sleep(0.5)
        assert len(events(reading.lines, "said")) == before
        store.mark(conversation, "customer", seen=last)
        news = reading.wait(lambda lines: events(lines, "said")[before:])[0]
        assert (news["messages"], news["marks"]) == ([], {"delivered": last, "seen": last})
        assert len(events(reading.lines, "ticket")) == 1


def test_what_is_more_than_talk_has_the_ticket_read_anew(site, store, ticket):
    """A note raises the revision like a message, and stands in none."""
    token, number, _ = ticket
    with agents_stream(site, number) as reading:
        reading.wait(lambda lines: events(lines, "ticket"))
        acts = (
            lambda: act(store, number, "note", LOCAL, "be generous"),
            lambda: act(store, number, "leave_contact", "Ada", None),
            lambda: bot_says(store, token, "I am here, too"),
            lambda: act(store, number, "give_back", LOCAL),
        )
        for place, do in enumerate(acts, start=1):
            do()
            reading.wait(lambda lines, place=place: len(events(lines, "ticket")) > place)
            assert len(events(reading.lines, "ticket")) == place + 1
        assert events(reading.lines, "said") == []


def test_a_looker_on_delivers_nothing(site, store, ticket, monkeypatch):
    monkeypatch.setattr("bot.sights.live.SECONDS_TO_SEE", 0)
    token, number, conversation = ticket
    before = store.marks(conversation)
    with store.ticket_turn(number) as turn:
        turn.handling(number).release(LOCAL)
    customer_says(store, token, "hello?")
    with agents_stream(site, number) as reading:
        reading.wait(lambda lines: events(lines, "ticket"))
        last = customer_says(store, token, "is anybody there?")
        reading.wait(lambda lines: came(lines, last))  # by then an agent's own page had told that of before
    assert store.marks(conversation).desk_delivered == before.desk_delivered


@pytest.mark.usefixtures("typing_lasts")
def test_typing_is_seen_on_the_other_side_until_the_message_comes(site, store, ticket):
    token, number, _ = ticket
    with customers_stream(site, token) as customer, agents_stream(site, number) as agent:
        customer.wait(len)
        agent.wait(lambda lines: events(lines, "ticket"))
        assert post(f"{site}/api/typing", json={"conversation": token}).status_code == 200
        agent.wait(lambda lines: events(lines, "typing") == [{"typing": True}])
        customer_says(store, token, "hello")
        agent.wait(lambda lines: events(lines, "typing") == [{"typing": True}, {"typing": False}])
        assert post(f"{site}/desk/typing", json={"ticket": number}).status_code == 200
        customer.has(typing=True)
        post(f"{site}/desk/typing", json={"ticket": number, "typing": False})
        customer.wait(lambda lines: any('"typing": false' in line for line in lines[2:]))


@pytest.mark.usefixtures("typing_lasts")
def test_a_message_that_another_server_stored_ends_its_writer_s_typing(site, assistant, ticket):
    token, number, _ = ticket
    with customers_stream(site, token) as customer, agents_stream(site, number) as agent:
        for side, sent in (("api", {"conversation": token}), ("desk", {"ticket": number})):
            assert post(f"{site}/{side}/typing", json=sent).status_code == 200
        customer.has(typing=True)
        agent.wait(lambda lines: events(lines, "typing") == [{"typing": True}])
        elsewhere = Store.open(None, assistant.settings.data)
        customer_says(elsewhere, token, "hello?")
        agent_says(elsewhere, number, "hello")
        elsewhere.close()
        agent.wait(lambda lines: events(lines, "typing") == [{"typing": True}, {"typing": False}])
        customer.wait(lambda lines: any('"typing": false' in line for line in lines[2:]))


@pytest.mark.usefixtures("typing_lasts")
def test_whoever_types_when_the_other_side_s_page_opens_is_seen_to_type_though_they_wrote_before(
    site, store, ticket
):
    token, number, _ = ticket
    customer_says(store, token, "hello")
    agent_says(store, number, "hello")
    for side, sent in (("api", {"conversation": token}), ("desk", {"ticket": number})):
        assert post(f"{site}/{side}/typing", json=sent).status_code == 200
    with customers_stream(site, token) as customer, agents_stream(site, number) as agent:
        customer.has(typing=True)
        agent.wait(lambda lines: events(lines, "typing") == [{"typing": True}])


@pytest.mark.usefixtures("typing_lasts")
def test_what_was_written_between_two_streams_of_the_other_side_ends_its_writer_s_typing(site, store, ticket):
    token, number, _ = ticket
    for side, sent in (("api", {"conversation": token}), ("desk", {"ticket": number})):
        assert post(f"{site}/{side}/typing", json=sent).status_code == 200
    customer_says(store, token, "hello")
    known = agent_says(store, number, "hello")
    with customers_stream(site, token, after=known) as customer, agents_stream(site, number) as agent:
        assert "typing" not in customer.has(status="taken")
        agent.wait(lambda lines: events(lines, "ticket"))
        last = customer_says(store, token, "are you there?")
        agent.wait(lambda lines: came(lines, last))
        assert events(agent.lines, "typing") == []


@pytest.mark.usefixtures("typing_lasts")
def test_whoever_typed_when_the_ticket_was_closed_is_not_seen_to_type_for_ever(site, store, ticket):
    token, number, _ = ticket
    with customers_stream(site, token) as customer, agents_stream(site, number) as agent:
        for side, sent in (("api", {"conversation": token}), ("desk", {"ticket": number})):
            post(f"{site}/{side}/typing", json=sent)
        customer.has(typing=True)
        agent.wait(lambda lines: events(lines, "typing") == [{"typing": True}])
        with store.ticket_turn(number) as turn:
            turn.handling(number).close(LOCAL)
        customer.has(status="closed", typing=False)
        agent.wait(lambda lines: events(lines, "typing") == [{"typing": True}, {"typing": False}])


def test_the_desks_list_is_told_of_when_a_ticket_comes_or_goes(quiet):
    assistant, site = quiet
    with agents_stream(site) as reading:
        # at once, and by the first look at the desk; then nothing, until there is something new
        reading.wait(lambda lines: len(events(lines, "tickets")) >= 2)
        token = assistant.open(None, "en").token
        assistant.call_person(token, page_language="en")
        reading.wait(lambda lines: len(events(lines, "tickets")) >= 3)
        act(assistant.store, assistant.store.last_ticket(token).number, "close", LOCAL)
        reading.wait(lambda lines: len(events(lines, "tickets")) >= 4)


def test_a_list_that_changes_all_the_time_is_told_of_every_other_second(site, store, ticket):
    token, started = ticket[0], time.monotonic()
    with agents_stream(site) as reading:
        while len(events(reading.lines, "tickets")) < 3:
            assert time.monotonic() - started < PATIENCE
            customer_says(store, token, "and another thing")
            time.sleep(0.05)
        assert time.monotonic() - started >= 2 * SECONDS_BETWEEN_LISTS
        last = len(events(reading.lines, "tickets"))
        customer_says(store, token, "and the last thing")
        reading.wait(lambda lines: len(events(lines, "tickets")) > last)


def test_marks_come_to_the_customer_and_what_the_customer_saw_is_stored(site, store, ticket):
    token, _, conversation = ticket
    last = customer_says(store, token, "seen?")
    with customers_stream(site, token) as reading:
        reading.wait(len)
        store.mark(conversation, "desk", seen=last)
        reading.has(marks={"delivered": last, "seen": last})
    told = {"conversation": token, "delivered": last, "seen": last - 1}
    assert post(f"{site}/api/seen", json=told).status_code == 200
    marks = store.marks(conversation)
    assert (marks.customer_delivered, marks.customer_seen) == (last, last - 1)


def test_the_stream_ends_by_itself_where_there_is_nobody_to_wait_for(site, store, assistant, ticket):
    token, number, _ = ticket
    with customers_stream(site, assistant.open(None, "en").token) as never:
        never.has(end=True)
        assert never.ended.wait(PATIENCE)
    with customers_stream(site, token) as reading:
        act(store, number, "close", LOCAL)
        reading.has(status="closed")
        assert not reading.ended.is_set()
        with store.turn(token) as turn:
            turn.handling(number).review(solved=True, rating=None, comment=None)
        reading.has(end=True)
        assert reading.ended.wait(PATIENCE)


def test_a_message_to_a_person_is_stored_once_and_one_to_the_assistant_is_left_to_it(site, store, ticket):
    token, number, _ = ticket
    sent = {"conversation": token, "language": "en", "key": "a1b2c3d4e5", "text": "Hello\nMaja"}
    answers = [post(f"{site}/api/write", json=sent).json()["messages"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert [(one["author"], one["kind"]) for one in answers[0]] == [("customer", "message")]
    assert [one.text for one in store.transcript(token)].count("Hello\nMaja") == 1
    ended = post(f"{site}/api/write", json={**sent, "key": "c1b2c3d4e5", "text": "/end"}).json()
    assert [one["kind"] for one in ended["messages"]] == ["ended"]
    assert ended["person"]["status"] == "closed"
    act(store, number, "reopen")
    to_the_bot = {**sent, "key": "b1b2c3d4e5", "text": "hello, assistant"}
    before = len(store.transcript(token))
    assert post(f"{site}/api/write", json=to_the_bot).json() == {"messages": []}
    assert len(store.transcript(token)) == before


@pytest.mark.parametrize(
    ("path", "more"), [("live", {"language": "en"}), ("typing", {}), ("seen", {"delivered": 1, "seen": 1})]
)
def test_who_asks_too_often_is_told_so_and_others_are_heard(assistant, path, more):
    """Of an application of its own: who has asked too often has done so for the tests that follow."""
    token, other = (assistant.open(None, "en").token for _ in range(2))
    with running(assistant) as site, httpx.Client(base_url=site, timeout=PATIENCE) as http:

        def asks(conversation):
            return http.post(f"/api/{path}", json={"conversation": conversation, **more})

        codes = [asks(UNKNOWN).status_code for _ in range(OF_A_PAGE.at_once)]
        while codes[-1] != 429 and len(codes) < 5 * OF_A_PAGE.at_once:  # a slow machine is let through longer
            codes.append((refused := asks(UNKNOWN)).status_code)
        assert set(codes) == {404, 429}
        assert refused.json()["detail"].startswith("This was asked too often: try again in ")
        assert asks(token).status_code == asks(other).status_code == 200


def test_an_unknown_token_is_told_so_and_nothing_else_is(site):
    for path, more in (("live", {"language": "en"}), ("typing", {}), ("seen", {"delivered": 1, "seen": 1})):
        answer = post(f"{site}/api/{path}", json={"conversation": "nobody's", **more})
        assert (answer.status_code, list(answer.json())) == (404, ["detail"])
    assert post(f"{site}/api/live", json={"conversation": 5, "language": "en"}).status_code == 422
    assert post(f"{site}/api/live", content="{}").status_code == 415
    assert httpx.get(f"{site}/desk/live", params={"ticket": 999_999}).status_code == 404
    assert post(f"{site}/desk/typing", json={"ticket": 999_999}).status_code == 404


def test_pages_that_leave_and_pages_too_many_are_let_go(site, ticket):
    token, _, _ = ticket
    with ExitStack() as opened:
        pages = []
        for _ in range(MOST_OF_ONE + 1):
            pages.append(opened.enter_context(customers_stream(site, token)))
            pages[-1].wait(len)
        assert pages[0].ended.wait(PATIENCE)
        assert not any(page.ended.is_set() for page in pages[1:])


def test_a_page_of_the_desk_that_gives_way_to_newer_ones_is_told_so(site):
    with ExitStack() as opened:
        pages = []
        for _ in range(MOST_OF_ONE + 1):
            pages.append(opened.enter_context(agents_stream(site)))
            pages[-1].wait(len)
        assert pages[0].ended.wait(PATIENCE)
        assert events(pages[0].lines, "displaced") == [{}]
        assert not any(page.ended.is_set() for page in pages[1:])


def test_a_waiting_customer_sees_the_outlook_and_an_agent_with_an_open_page_is_at_the_desk(quiet):
    assistant, site = quiet
    presence, now = Presence(assistant.store.engine), lambda: datetime.now(UTC)
    token = assistant.open(None, "da").token
    assistant.call_person(token, page_language="da")
    with customers_stream(site, token, language="da") as reading:
        view = reading.wait(lambda lines: [json.loads(line) for line in lines if "person" in line])[0]
        assert view["person"]["status"] == "waiting"
        assert "Jeg kan endnu ikke sige" in view["person"]["outlook"]
    with agents_stream(site) as reading:
        reading.wait(len)
        wait_for(lambda: presence.names(now()) == {LOCAL.name})
        assert assistant.store.line(now()).desk(assistant.store.last_ticket(token), ()).present == 1
