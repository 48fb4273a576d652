"""A conversation in Chatwoot, with both servers running: what customers and Chatwoot's people see there."""

import json
import time
from datetime import timedelta

import httpx
import pytest

from bot.access.account import Accounts
from bot.application import application
from bot.helpdesk.reception import Reception
from bot.notify import connect
from bot.notify.channel import ChannelError, ChatwootSettings
from bot.notify.chatwoot import ChatwootChannel
from bot.notify.notice import Notice
from bot.notify.outbox import Outbox
from bot.phrase import phrase
from bot.settings import SettingsError, load
from bot.sights.workplace import Workplace
from bot.state.ticket import TicketRefused
from bot.takeover.agent import Agents
from bot.takeover.discretion import Discretion
from tests.bot.conftest import fake_assistant, serving
from tests.bot.helpdesk.chatwoot import ACCOUNT, SECRET, TOKEN, chatwoot_server
from tests.bot.notify.receivers import Receiver, web_server
from tests.patience import PATIENCE, wait_for

SITE = "https://help.kestrel.example"


def setting(url, **given):
    return ChatwootSettings(
        **{"url": url, "account": ACCOUNT, "token": TOKEN, "secret": SECRET, "allow_private": True, **given}
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The assistant, Chatwoot, and both servers."""
    with chatwoot_server() as (chatwoot, url):
        assistant = fake_assistant(
            tmp_path_factory.mktemp("chatwoot"), chatwoot=setting(url), public_url=SITE
        )
        app = application(assistant)
        with serving(app) as address, app.state.office:
            chatwoot.bot = f"{address}/api/chatwoot"
            yield assistant, chatwoot


@pytest.fixture
def assistant(running):
    return running[0]


@pytest.fixture
def chatwoot(running):
    return running[1]


def answered(conversation, count=1):
    wait_for(lambda: len(conversation.of_the_bot()) >= count)
    return conversation.of_the_bot()[-1]


def handed_over(chatwoot, **how):
    conversation = chatwoot.begin(**how)
    chatwoot.customer_writes(conversation, "I want to talk to a person")
    wait_for(lambda: conversation.status == "open")
    return conversation


def test_a_question_is_answered_in_the_conversation_with_whole_links(chatwoot):
    conversation = chatwoot.begin()
    answer = chatwoot.customer_writes(conversation, "How do I send something back?")
    assert (answer.status_code, answer.json()) == (200, {"heard": True})
    reply = answered(conversation)
    assert "You can send an item back within 30 days." in reply["content"]
    assert f"]({SITE}/articles/en/returns" in reply["content"]
    assert "](/" not in reply["content"]
    assert conversation.status == "pending"


def test_the_conversation_is_remembered_from_one_message_to_the_next(assistant, chatwoot):
    conversation = chatwoot.begin(language="da-DK")
    for count, text in enumerate(("zzz", "qqq"), 1):
        chatwoot.customer_writes(conversation, text)
        answered(conversation, count)
    wait_for(lambda: conversation.status == "open")
    first, second = (one["content"] for one in conversation.of_the_bot())
    assert first != second
    assert "kollega" in second


def test_a_handover_opens_the_conversation_with_the_packet_as_a_private_note(assistant, chatwoot):
    conversation = chatwoot.begin()
    chatwoot.customer_writes(conversation, "Can I return a gift?")
    answered(conversation)
    chatwoot.customer_writes(conversation, "I want to talk to a person")
    wait_for(lambda: conversation.status == "open")
    [_, said] = conversation.of_the_bot()
    assert said["content"] == "Of course. I'm passing you on to a colleague."
    [note] = conversation.of_the_bot(private=True)
    for words in ("**Reason:** asked for a person", "**Language:** en", "**Ticket:** [#"):
        assert words in note["content"]
    ticket = assistant.store.tickets()[-1]
    assert (ticket.status, ticket.agent) == ("taken", "chatwoot")
    [notice] = _notices(assistant, ticket.number)
    assert (notice.audience, notice.state) == ("team", "sent")


def test_whoever_reports_danger_is_told_there_too_to_get_to_safety_and_whom_to_call(assistant, chatwoot):
    conversation = chatwoot.begin(language="da-DK")
    chatwoot.customer_writes(conversation, "My battery caught fire!")
    wait_for(lambda: conversation.status == "open")
    [said] = conversation.of_the_bot()
    assert said["content"] == f"{phrase('danger', 'en')}\n\n{phrase('handoff_danger', 'en')}"
    assert "112" in said["content"]


def _notices(assistant, number):
    outbox = Outbox(assistant.store.engine)
    wait_for(lambda: all(one.state == "sent" for one in outbox.notices([number])[number]))
    return outbox.notices([number])[number]


def test_while_people_have_the_conversation_the_bot_is_silent(chatwoot):
    conversation = handed_over(chatwoot)
    before = len(conversation.messages)
    answer = chatwoot.customer_writes(conversation, "How do I send something back?")
    assert answer.json() == {"heard": False}
    assert len(conversation.messages) == before + 1


def test_a_conversation_that_is_given_back_is_answered_again_and_a_resolved_one_closes_the_ticket(
    assistant, chatwoot
):
    conversation = handed_over(chatwoot)
    wait_for(lambda: assistant.store.tickets()[-1].status == "taken")
    number = assistant.store.tickets()[-1].number
    _notices(assistant, number)
    conversation.status = "pending"
    chatwoot.customer_writes(conversation, "How do I send something back?")
    assert "30 days" in answered(conversation, 2)["content"]
    assert assistant.store.ticket(number).status == "returned"
    chatwoot.resolve(conversation)
    assert assistant.store.ticket(number).status == "closed"
    assert chatwoot.resolve(conversation).status_code == 200


@pytest.fixture
def desk(assistant):
    """An agent at our own desk, and what she can do."""
    accounts = Accounts(assistant.store.engine)
    known = accounts.find("maja") or accounts.add("maja", "three quiet herons", "test", shown="Maja Holm")
    agents = Agents(assistant.store, accounts, Discretion(assistant.live), assistant.settings)
    return known.user, agents, Workplace(assistant.live, assistant.store, accounts, assistant.settings)


ACTS = {
    "take": (),
    "assign": ("maja",),
    "release": (),
    "give_back": (),
    "close": (),
    "write": ("Hello",),
}


@pytest.mark.parametrize("stands", ["taken", "returned", "closed"])
@pytest.mark.parametrize("act", ACTS)
def test_what_chatwoot_s_people_answer_can_t_be_taken_at_our_desk(assistant, chatwoot, desk, act, stands):
    conversation = handed_over(chatwoot)
    number = assistant.store.tickets()[-1].number
    wait_for(lambda: assistant.store.ticket(number).status == "taken")
    _notices(assistant, number)  # until they are proven, what is told is taken for the handover's own echo
    if stands == "returned":
        conversation.status = "pending"
        chatwoot.customer_writes(conversation, "How do I send something back?")
    if stands == "closed":
        chatwoot.resolve(conversation)
    wait_for(lambda: assistant.store.ticket(number).status == stands)
    before = assistant.store.ticket(number)
    maja, agents, workplace = desk
    there = f"/app/accounts/{ACCOUNT}/conversations/{conversation.number}"
    with pytest.raises(TicketRefused, match=f"is answered in Chatwoot, where the customer is: .*{there}$"):
        getattr(agents, act)(number, maja, *ACTS[act], f"key{act}{stands}")
    assert assistant.store.ticket(number) == before
    acts = workplace.ticket(number, maja)["parts"]["acts"]
    assert f'{there}"' in acts
    assert "<button" not in acts
    agents.note(number, maja, "She called the shop, too.", "note")
    assert len(assistant.store.ticket_notes(number)) == 1


def test_who_took_it_at_our_desk_in_the_moment_of_the_handover_loses_it_to_chatwoot(
    assistant, chatwoot, desk, monkeypatch
):
    maja, agents, _ = desk
    pass_on = Reception._pass_on

    def later(self, token):
        agents.take(assistant.store.last_ticket(token).number, maja, "quick")
        return pass_on(self, token)

    monkeypatch.setattr(Reception, "_pass_on", later)
    handed_over(chatwoot)
    ticket = assistant.store.tickets()[-1]
    assert (ticket.status, ticket.agent) == ("taken", "chatwoot")
    with pytest.raises(TicketRefused, match="is answered in Chatwoot"):
        agents.write(ticket.number, maja, "Hello", "hello")


def test_where_chatwoot_is_not_set_any_more_our_people_may_take_over(assistant, chatwoot, desk):
    handed_over(chatwoot)
    number, maja = assistant.store.tickets()[-1].number, desk[0]
    without = assistant.settings.model_copy(update={"chatwoot": None})
    agents = Agents(assistant.store, Accounts(assistant.store.engine), Discretion(assistant.live), without)
    agents.assign(number, maja, "maja", "passes")
    assert assistant.store.ticket(number).agent == "maja"


def test_suggestions_can_be_pressed_in_the_web_widget_and_are_listed_elsewhere(chatwoot):
    conversation, mail = chatwoot.begin(), chatwoot.begin(channel="Channel::Email")
    for one in (conversation, mail):
        chatwoot.customer_writes(one, "parcel takes item frame")
    offered = answered(conversation)
    assert offered["content_type"] == "input_select"
    values = [item["value"] for item in offered["attributes"]["items"]]
    chatwoot.customer_chooses(conversation, offered, values[0])
    chosen = answered(conversation, 2)
    assert f"/articles/en/{values[0]}" in chosen["content"]
    listed = answered(mail)
    assert listed["content_type"] == "text"
    assert all(f"- {item['title']}" in listed["content"] for item in offered["attributes"]["items"])


def test_the_same_message_told_twice_is_answered_once(assistant, chatwoot):
    conversation = chatwoot.begin()
    chatwoot.customer_writes(conversation, "When does my parcel arrive?")
    answered(conversation)
    again = chatwoot.tell("message_created", conversation, conversation.messages[0])
    assert again.json() == {"heard": False}
    time.sleep(0.3)
    assert len(conversation.of_the_bot()) == 1


def test_a_chatwoot_that_is_down_gets_the_answer_later(assistant, chatwoot, monkeypatch):
    monkeypatch.setattr("bot.notify.outbox.again", lambda created, now, attempts: now)
    conversation = chatwoot.begin()
    chatwoot.failing = 2
    chatwoot.customer_writes(conversation, "Is my frame covered?")
    assert "ten years" in answered(conversation)["content"]
    assert chatwoot.failing == 0


def test_what_was_shown_is_not_shown_again_where_the_call_after_it_fails(assistant, chatwoot, monkeypatch):
    monkeypatch.setattr("bot.notify.outbox.again", lambda created, now, attempts: now)
    chatwoot.locked = 3
    conversation = handed_over(chatwoot)
    assert chatwoot.locked == 0
    assert len(conversation.of_the_bot()) == 1
    assert len(conversation.of_the_bot(private=True)) == 1
    [notice] = _notices(assistant, assistant.store.tickets()[-1].number)
    assert [one.accepted for one in notice.deliveries] == [False, False, False, True]


def test_what_is_written_before_chatwoot_has_heard_of_the_handover_is_for_its_people(
    assistant, chatwoot, monkeypatch
):
    """It is heard though nothing can be shown yet: Chatwoot waits five seconds, then calls people."""
    monkeypatch.setattr(
        "bot.notify.outbox.again", lambda created, now, attempts: now + timedelta(seconds=0.2)
    )
    conversation = chatwoot.begin()
    chatwoot.down = True
    chatwoot.customer_writes(conversation, "I want to talk to a person")
    number = assistant.store.tickets()[-1].number
    assert conversation.status == "pending"
    answer = chatwoot.customer_writes(conversation, "How do I send something back?")
    chatwoot.down = False
    wait_for(lambda: conversation.status == "open")
    assert answer.json() == {"heard": False}
    assert len(conversation.of_the_bot()) == 1
    assert assistant.store.ticket(number).attended


def test_what_a_person_or_the_bot_writes_there_and_what_is_private_is_not_answered(chatwoot):
    conversation = chatwoot.begin()
    for how in ({"type": "outgoing", "private": False}, {"type": "incoming", "private": True}):
        message = {"id": 9000, "content": "How?", "content_type": "text", "attributes": {}, **how}
        assert chatwoot.tell("message_created", conversation, message).json() == {"heard": False}
    assert conversation.messages == []


@pytest.mark.parametrize(
    ("secret", "seconds", "why"),
    [
        ("another", 0, "the signature is another"),
        (SECRET, -301, "signed too long ago"),
        (SECRET, 3600, "signed too long ago"),
    ],
)
def test_what_is_not_signed_by_chatwoot_just_now_is_turned_away(assistant, chatwoot, secret, seconds, why):
    conversation = chatwoot.begin()
    before = len(assistant.store.tickets())
    event = chatwoot.event("message_created", conversation, _message("I want a person"))
    answer = chatwoot.post(event, secret=secret, at=time.time() + seconds)
    assert answer.status_code == 401
    assert why in answer.json()["detail"]
    assert len(assistant.store.tickets()) == before


def _message(content):
    return {
        "id": 5,
        "content": content,
        "content_type": "text",
        "attributes": {},
        "type": "incoming",
        "private": False,
    }


def test_without_a_signature_or_with_a_changed_body_nothing_is_heard(chatwoot):
    event = json.dumps(chatwoot.event("message_created", chatwoot.begin(), _message("x")))
    for headers in ({}, {"x-chatwoot-timestamp": "1" * 400}, {"x-chatwoot-timestamp": "soon"}):
        refused = httpx.post(chatwoot.bot, content=event, headers=headers, timeout=PATIENCE)
        assert refused.status_code == 401


def test_another_account_and_what_is_no_event_is_turned_away(chatwoot):
    event = chatwoot.event("message_created", chatwoot.begin(), _message("x"))
    for strange in ({**event, "account": {"id": 8}}, {"event": "message_created"}, [], "x"):
        assert chatwoot.post(strange).status_code == 401


def test_what_else_a_bot_is_told_is_no_fault_and_no_other_account_closes_a_ticket(assistant, chatwoot):
    conversation = handed_over(chatwoot)
    number = assistant.store.tickets()[-1].number
    about = {**chatwoot.event("x", conversation, _message("x"))["conversation"], "additional_attributes": []}
    resolved = {**about, "event": "conversation_resolved"}
    for told in (
        {**about, "event": "conversation_updated"},
        {"event": "webwidget_triggered", "id": 9, "source_id": "x", "current_conversation": None},
        {**resolved, "messages": []},
    ):
        assert chatwoot.post(told).json() == {"heard": False}
    assert chatwoot.post({**resolved, "messages": [{"account_id": 8}]}).status_code == 401
    assert assistant.store.ticket(number).is_open


def test_strange_content_is_answered_in_words_and_harms_nothing(chatwoot):
    conversation = chatwoot.begin()
    for count, text in enumerate(("", "x" * 100_000, "<script>alert(1)</script> ???"), 1):
        assert chatwoot.customer_writes(conversation, text).status_code == 200
        answered(conversation, count)


def test_no_token_and_no_secret_stands_in_what_is_stored_or_said(assistant, chatwoot):
    handed_over(chatwoot)
    number = assistant.store.tickets()[-1].number
    kept = repr(Outbox(assistant.store.engine).notices([number])) + repr(assistant.settings.chatwoot)
    assert TOKEN not in kept
    assert SECRET not in kept


# Settings


def test_settings_say_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = '[chatwoot]\nurl = "https://chat.shop.example"\naccount = 1\n'
    (tmp_path / "askdesk.toml").write_text(given)
    with pytest.raises(SettingsError, match="public_url is missing, which chatwoot needs"):
        load()
    (tmp_path / "askdesk.toml").write_text(given.replace("https", "http") + 'secret = "s3cret-words"\n')
    with pytest.raises(SettingsError) as refused:
        load()
    assert "s3cret-words" not in str(refused.value)
    with pytest.raises(ChannelError, match="chatwoot has no token"):
        setting("http://127.0.0.1", token=None).access_token()
    with pytest.raises(ChannelError, match="chatwoot has no secret"):
        setting("http://127.0.0.1", secret=None).signing_secret()


def notice_of(calls):
    document = {"calls": calls}
    return Notice("m", None, "customer", "chatwoot", "", "answered", document, "waiting", 1, None, None)


def test_where_chatwoot_is_lost_half_way_the_call_and_those_after_it_are_left(monkeypatch):
    calls = [{"path": f"/{number}", "body": {}} for number in range(3)]
    with web_server(Receiver()) as url:
        channel = ChatwootChannel(setting(url.partition("/hook")[0]))
        post = connect.post

        def lost(url, *args, **more):
            if url.endswith("/1"):
                raise connect.Unreachable("no answer in time")
            return post(url, *args, **more)

        monkeypatch.setattr(connect, "post", lost)
        outcome = channel.deliver(notice_of(calls))
    assert (outcome.accepted, outcome.answer) == (False, "no answer in time")
    assert outcome.document == {"calls": calls[1:]}


def test_where_chatwoot_is_slow_the_rest_is_left_for_another_attempt(monkeypatch):
    calls = [{"path": f"/{number}", "body": {}} for number in range(3)]
    monkeypatch.setattr(connect, "DEADLINE", -1)
    monkeypatch.setattr(connect, "post", lambda *_, **__: connect.WebAnswer(200, "ok"))
    outcome = ChatwootChannel(setting("http://127.0.0.1:1")).deliver(notice_of(calls))
    assert not outcome.accepted
    assert "HTTP 200 ok" in outcome.answer
    assert outcome.document == {"calls": calls[1:]}


def test_a_private_address_is_called_only_where_that_is_meant(tmp_path):
    public = ChatwootChannel(setting("https://127.0.0.1:1", allow_private=False))
    outcome = public.deliver(notice_of([{"path": "/x", "body": {}}]))
    assert not outcome.accepted
    assert "allow_private = true for it in the settings" in outcome.answer
