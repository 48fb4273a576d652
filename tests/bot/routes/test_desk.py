import json
import re
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text as sql

from bot.access import audit
from bot.access.account import Accounts
from bot.application import application
from bot.database.engine import reading, writing
from bot.notify.outbox import Outbox, post
from bot.pages.tickets import panel
from bot.sights.workplace import Workplace
from bot.state.presence import Presence
from bot.state.ticket import OPEN
from bot.takeover.canned import Canned
from tests.bot.access.conftest import sign_in, visitor
from tests.bot.conftest import fake_assistant
from tests.bot.takeover.conftest import PASSWORD

CANNED = ({"title": "Hello", "en": "Hello {name}, this is {agent}.", "da": "Hej {name}, her er {agent}."},)
KEYS = (f"key{number:09}" for number in count())


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    queues = ({"name": "Nordic", "languages": ["da"]}, {"name": "Rest"})
    return fake_assistant(tmp_path_factory.mktemp("desk"), canned=CANNED, queues=queues)


@pytest.fixture(scope="module")
def store(assistant):
    return assistant.store


@pytest.fixture(scope="module")
def accounts(store):
    accounts = Accounts(store.engine)
    accounts.add("maja", PASSWORD, "test", shown="Maja Holm")
    accounts.add("bo", PASSWORD, "test", shown="Bo")
    return accounts


@pytest.fixture(scope="module")
def app(assistant, accounts):
    return application(assistant)


@pytest.fixture(autouse=True)
def _nothing_is_open(store):
    """Whatever other tests have left at the desk is closed."""
    yield
    for ticket in store.tickets(*OPEN):
        with store.ticket_turn(ticket.number) as turn:
            turn.handling(ticket.number).close(None)


@pytest.fixture
def come(app):
    def come(name=None):
        client = visitor(app)
        if name:
            assert sign_in(client, name, PASSWORD).status_code == 303
        return client

    return come


def act(client, number, name, **more):
    return client.post(f"/desk/tickets/{number}/{name}", json={"key": next(KEYS), **more})


def numbers(answer):
    return [int(number) for number in re.findall(r'data-ticket="(\d+)"', answer.json()["html"])]


def test_a_whole_matter_by_the_routes(come, store, token, number):
    maja = come("maja")
    board = maja.get("/desk/tickets/board").json()
    assert board["waiting"] == 1
    assert f'data-ticket="{number}"' in board["html"]
    view = act(maja, number, "take").json()
    assert view["held"]
    written = act(maja, number, "write", text="Hello!\nI am looking.").json()
    assert "Hello!<br>I am looking." in written["messages"][0]["html"]
    assert 'data-sign="sent"' in written["messages"][0]["html"]
    assert written["messages"][0]["html"] in maja.get(f"/desk/tickets/{number}").json()["parts"]["talk"]
    assert maja.post(f"/desk/tickets/{number}/seen", json={"sequence": written["last"]}).json() == {}
    assert "be generous" in act(maja, number, "note", text="be generous").json()["parts"]["notes"]
    assert not act(maja, number, "give_back").json()["held"]
    assert act(maja, number, "take").json()["held"]
    assert act(maja, number, "assign", to="bo").json()["held"] is False
    bo = come("bo")
    assert act(bo, number, "write", text="/end").json()["held"] is False
    assert store.ticket(number).status == "closed"
    assert [one.kind for one in store.transcript(token)[1:]] == [
        *("joined", "message", "handed_back", "joined", "passed_on", "ended")
    ]


@pytest.mark.parametrize("canned", [CANNED, ()], ids=["canned replies", "none"])
def test_every_part_of_a_ticket_has_its_place_on_the_page(assistant, accounts, number, canned):
    settings = assistant.settings.model_copy(update={"canned": tuple(map(Canned.model_validate, canned))})
    workplace = Workplace(assistant.live, assistant.store, accounts, settings)
    parts = set(workplace.ticket(number, accounts.find("maja").user)["parts"])
    places = set(re.findall(r'data-part="(\w+)"', panel(settings)))
    assert places - {"board"} == parts


def test_who_does_not_hold_the_ticket_is_refused_with_a_sentence(come, number):
    maja, bo = come("maja"), come("bo")
    act(maja, number, "take")
    for name, more in (("take", {}), ("write", {"text": "hi"}), ("release", {}), ("close", {})):
        refused = act(bo, number, name, **more)
        assert refused.status_code == 409
        assert refused.json()["detail"].startswith(f"Ticket {number} was taken by Maja Holm")
    assert "Maja Holm" in bo.get(f"/desk/tickets/{number}").json()["parts"]["acts"]


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("999/take", {"key": "abcdefgh"}, 404, "There is no ticket 999."),
        ("{number}/take", {"key": "no spaces"}, 422, "key:"),
        ("{number}/take", {}, 422, "key:"),
        ("{number}/take", {"key": "abcdefgh", "agent": "bo"}, 422, "agent:"),
        ("{number}/write", {"key": "abcdefgh", "text": " "}, 422, "nothing to send"),
        ("{number}/write", {"key": "abcdefgh", "text": 7}, 422, "text:"),
        ("{number}/note", {"key": "abcdefgh", "text": "x" * 2001}, 422, "at most 2000"),
        ("{number}/assign", {"key": "abcdefgh", "to": "nobody"}, 409, "can't sign in"),
        ("{number}/seen", {"sequence": -1}, 422, "sequence:"),
        ("{number}/write", {"key": "abcdefgh", "text": "x" * 70_000}, 422, "at most 2000"),
    ],
)
def test_what_can_t_be_done_is_said_in_a_sentence(come, number, path, body, status, says):
    refused = come("maja").post(f"/desk/tickets/{path.format(number=number)}", json=body)
    assert refused.status_code == status
    assert says in refused.json()["detail"]


def test_nothing_is_done_for_nobody_for_another_site_or_by_a_form(come, store, token, number):
    path = f"/desk/tickets/{number}/take"
    assert come().post(path, json={"key": "abcdefgh"}).status_code == 401
    as_customer = come().post(path, json={"key": "abcdefgh"}, headers={"authorization": f"Bearer {token}"})
    assert as_customer.status_code == 401
    assert come().get(f"/desk/tickets/{number}").status_code == 401
    assert come().get("/desk/tickets/board").status_code == 401
    maja = come("maja")
    body = json.dumps({"key": "abcdefgh"})
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert maja.post(path, json={"key": "abcdefgh"}, headers=headers).status_code == 403
    assert maja.post(path, content=body, headers={"content-type": "text/plain"}).status_code == 415
    assert store.ticket(number).status == "waiting"


def test_the_list_keeps_to_what_is_wished_for(come, assistant, store, number):
    with store.turn(store.start("da").token) as turn:
        nordic = turn.hand_over("upset", {"queue": "Nordic"}).number
    maja = come("maja")
    act(maja, number, "take")
    asked = {
        "": [nordic, number],
        "?show=mine": [number],
        "?show=waiting": [nordic],
        "?queue=Nordic": [nordic],
    }
    for query, expected in asked.items():
        assert numbers(maja.get(f"/desk/tickets/board{query}")) == expected
    assert numbers(come("bo").get("/desk/tickets/board?show=mine")) == []
    act(maja, number, "close")
    assert numbers(maja.get("/desk/tickets/board?show=closed"))[0] == number
    with store.ticket_turn(number) as turn:
        turn.handling(number).review(solved=True, rating=2, comment=None)
    assert "solved, 2 of 5" in maja.get("/desk/tickets/board?show=closed").json()["html"]
    assert maja.get("/desk/tickets/board?show=everything").status_code == 422


def test_my_ticket_says_how_much_its_customer_wrote_since_i_looked(come, store, token, number):
    maja = come("maja")
    last = act(maja, number, "take").json()["last"]
    maja.post(f"/desk/tickets/{number}/seen", json={"sequence": last})
    with store.turn(token) as turn:
        turn.say("customer", "are you there?", "question")
        turn.say("customer", "hello?", "question")
    board = maja.get("/desk/tickets/board").json()
    assert board["unread"] == 2
    assert "2 new" in board["html"]
    assert "2 new" not in come("bo").get("/desk/tickets/board").json()["html"]


def test_where_nobody_could_be_told_the_list_is_marked_in_red(come, store, number):
    with writing(store.engine) as session:
        past = datetime.now(UTC) - timedelta(hours=1)
        what = {"ticket": number, "audience": "team", "channel": "email", "target": "team@x.example"}
        id = post(session, **what, event="handed_over", document={}, now=past)
        session.execute(sql("UPDATE notices SET state = 'failed', attempts = 3 WHERE id = :id"), {"id": id})
    maja = come("maja")
    assert (
        '<span class="chip bad">nobody could be told</span>' in maja.get("/desk/tickets/board").json()["html"]
    )
    parts = maja.get(f"/desk/tickets/{number}").json()["parts"]
    assert "Nobody could be told of this ticket" in parts["head"]
    assert "team@x.example" in parts["past"]
    assert 'data-act="tell_again"' in parts["acts"]
    act(maja, number, "tell_again")
    [notice] = Outbox(store.engine).notices([number])[number]
    assert notice.state == "waiting"
    assert notice.due > datetime.now(UTC) - timedelta(minutes=1)


def test_canned_replies_come_filled_in_and_in_the_customer_s_language(come, store):
    with store.turn(store.start("da").token) as turn:
        number = turn.hand_over("asked", {}).number
        turn.leave_contact(number, "Signe <b>", None)
    options = come("maja").get(f"/desk/tickets/{number}").json()["parts"]["replies"]
    assert 'data-text="Hej Signe &lt;b&gt;, her er Maja Holm."' in options


def test_who_is_at_the_desk_and_speaks_the_language_is_offered_first(come, accounts, store):
    accounts.change("bo", "test", languages=["da"])
    accounts.change("maja", "test", languages=["en"])
    accounts.add("ida", PASSWORD, "test", shown="Ida")
    accounts.add("gone", PASSWORD, "test", shown="Gone")
    accounts.disable("gone", "test")
    Presence(store.engine).seen(accounts.find("bo").user, datetime.now(UTC))
    with store.turn(store.start("da").token) as turn:
        number = turn.hand_over("asked", {"queue": "Nordic"}).number
    acts = come("maja").get(f"/desk/tickets/{number}").json()["parts"]["acts"]
    assert re.findall(r'<option value="\w+"[^>]*>([^<]+)', acts) == ["Bo (here)", "Ida (not here)", "myself"]
    Presence(store.engine).be_away(accounts.find("bo").user, datetime.now(UTC))
    acts = come("maja").get(f"/desk/tickets/{number}").json()["parts"]["acts"]
    assert re.findall(r'<option value="\w+"[^>]*>([^<]+)', acts) == ["Ida (not here)", "myself", "Bo (away)"]


def test_seeing_a_contact_is_recorded_before_it_is_shown(come, store, number):
    with store.ticket_turn(number) as turn:
        turn.leave_contact(number, "Jo", "jo@example.com")
    maja = come("maja")
    for _ in range(2):
        assert "jo@example.com" in maja.get(f"/desk/tickets/{number}").json()["parts"]["facts"]
    assert "jo@example.com" not in maja.get("/desk/tickets/board").text
    with reading(store.engine) as session:
        only = audit.EntryFilter(action="contact viewed", what=f"ticket {number}")
        assert [one.who for one in audit.entries(session, only)] == ["maja"]


def test_a_database_that_can_t_be_written_keeps_the_message_with_its_writer(come, store, number, caplog):
    maja = come("maja")
    act(maja, number, "take")
    stop = "CREATE TRIGGER full BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'is full'); END"
    with writing(store.engine) as session:
        session.execute(sql(stop))
    refused = act(maja, number, "write", text="Hello")
    with writing(store.engine) as session:
        session.execute(sql("DROP TRIGGER full"))
    assert refused.status_code == 503
    sentence = "Not stored, the database can't be used at the moment: try again in a minute."
    assert refused.json()["detail"] == sentence
    assert f"{store.engine.url.database}: the disk is full" in caplog.text


def test_a_ticket_that_can_t_be_read_after_an_act_is_not_said_not_to_be_stored(come, store, number):
    maja = come("maja")
    with store.ticket_turn(number) as turn:
        turn.leave_contact(number, "Jo", "jo@example.com")
    stop = "CREATE TRIGGER full BEFORE INSERT ON audit WHEN NEW.action = 'contact viewed' "
    with writing(store.engine) as session:
        session.execute(sql(f"{stop} BEGIN SELECT RAISE(ABORT, 'is full'); END"))
    unseen = act(maja, number, "take")
    with writing(store.engine) as session:
        session.execute(sql("DROP TRIGGER full"))
    assert unseen.status_code == 503
    assert unseen.json()["detail"].startswith("This can't be shown now")
    assert store.ticket(number).agent == "maja"


def test_what_came_of_a_promised_call_is_stored_by_a_button_with_the_note(assistant, come):
    token = assistant.open(None, "en").token
    assistant.call_person(token, page_language="en")
    assistant.patience.go_on(token, "call", "+45 12 34 56 78", page_language="en")
    number, maja = assistant.store.last_ticket(token).number, come("maja")
    parts = maja.get(f"/desk/tickets/{number}").json()["parts"]
    assert 'data-reached="yes"' in parts["acts"]
    assert act(maja, number, "phoned", reached=True, text="  ").status_code == 422
    answer = act(maja, number, "phoned", reached=True, text="She is glad.")
    assert "Called, reached: She is glad." in answer.json()["parts"]["notes"]
    assert "data-reached" not in answer.json()["parts"]["acts"]


def test_an_agent_says_away_and_back_for_themselves(assistant, store, come):
    maja, presence = come("maja"), Presence(store.engine)
    presence.seen(Accounts(store.engine).find("maja").user, datetime.now(UTC))
    board = maja.get("/desk/tickets/board").json()["html"]
    assert 'data-away="true"' in board
    assert maja.post("/desk/tickets/presence", json={"away": True}).status_code == 200
    assert "maja" not in presence.names(datetime.now(UTC))
    assert 'data-away="false"' in maja.get("/desk/tickets/board").json()["html"]
    maja.post("/desk/tickets/presence", json={"away": False})
    assert "maja" in presence.names(datetime.now(UTC))
    assert come().post("/desk/tickets/presence", json={"away": True}).status_code in (401, 403)
