"""A Chatwoot of the tests' own: its agent-bot webhook and the part of its API that a bot calls, over HTTP."""

import hmac
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.patience import PATIENCE

ACCOUNT, TOKEN, SECRET = 7, "bot-token-of-the-tests", "what the agent bot signs with"
_MESSAGES = re.compile(rf"/api/v1/accounts/{ACCOUNT}/conversations/(\d+)/messages")
_STATUS = re.compile(rf"/api/v1/accounts/{ACCOUNT}/conversations/(\d+)/toggle_status")


@dataclass
class Conversation:
    number: int
    language: str = "en"
    channel: str = "Channel::WebWidget"
    status: str = "pending"
    messages: list[dict] = field(default_factory=list)

    def of_the_bot(self, *, private=False):
        return [one for one in self.messages if one["type"] == "outgoing" and one["private"] is private]


@dataclass
class Chatwoot:
    """Keeps conversations; tells the agent bot of what happens in them, as Chatwoot does."""

    conversations: dict[int, Conversation] = field(default_factory=dict)
    down: bool = False
    """Whether it answers every call with 500."""
    failing: int = 0
    """So many calls it answers with 500 first."""
    locked: int = 0
    """So many times it answers with 403 where a status is to change."""
    bot: str = ""
    """The agent bot's address."""
    _last: int = 1000

    def begin(self, **how) -> Conversation:
        conversation = Conversation(len(self.conversations) + 1, **how)
        self.conversations[conversation.number] = conversation
        return conversation

    def customer_writes(self, conversation, text):
        """The message is stored, then told; where the bot fails, people are called."""
        message = self._stored(conversation, text, "incoming", private=False)
        answer = self.tell("message_created", conversation, message)
        if answer.status_code != 200 and conversation.status == "pending":
            conversation.status = "open"
        return answer

    def customer_chooses(self, conversation, message, value):
        items = message["attributes"]["items"]
        chosen = next(item for item in items if item["value"] == value)
        message["attributes"] = {**message["attributes"], "submitted_values": [chosen]}
        return self.tell("message_updated", conversation, message)

    def resolve(self, conversation):
        conversation.status = "resolved"
        """Tells it as most versions do: the account stands in the latest message only."""
        latest = [{"id": one["id"], "account_id": ACCOUNT} for one in conversation.messages[-1:]]
        return self.post({"event": "conversation_resolved", **self._about(conversation), "messages": latest})

    def event(self, name, conversation, message):
        return {
            "event": name,
            "id": message["id"],
            "content": message["content"],
            "content_type": message["content_type"],
            "content_attributes": message["attributes"],
            "message_type": message["type"],
            "private": message["private"],
            "created_at": "2026-11-28T12:00:00.000Z",
            "source_id": None,
            "sender": {"id": 3, "name": "Eva", "email": None, "phone_number": None, "type": "contact"},
            "inbox": {"id": 2, "name": "Shop"},
            "conversation": self._about(conversation),
            **_account(),
        }

    def tell(self, name, conversation, message):
        return self.post(self.event(name, conversation, message))

    def post(self, event, *, secret=SECRET, at=None):
        body = json.dumps(event, ensure_ascii=False).encode()
        moment = str(int(time.time() if at is None else at))
        digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
        signed = {"x-chatwoot-timestamp": moment, "x-chatwoot-signature": f"sha256={digest}"}
        headers = {"content-type": "application/json", "x-chatwoot-delivery": "d", **signed}
        return httpx.post(self.bot, content=body, headers=headers, timeout=PATIENCE)

    def answer(self, path, token, body):
        """What the API answers to a call: a status, and a document."""
        if token != TOKEN:
            return 401, {"error": "You need to sign in or sign up before continuing."}
        if self.down:
            return 500, {"error": "down"}
        if self.failing:
            self.failing -= 1
            return 500, {"error": "down"}
        for pattern, act in ((_MESSAGES, self._message), (_STATUS, self._toggle)):
            found = pattern.fullmatch(path)
            if found and int(found[1]) in self.conversations:
                return act(self.conversations[int(found[1])], body)
        return 404, {"error": "Resource could not be found"}

    def _message(self, conversation, body):
        if not body.get("content") or body.get("message_type") != "outgoing":
            return 422, {"error": "content is missing"}
        how = (body.get("content_type", "text"), body.get("content_attributes", {}))
        message = self._stored(
            conversation, body["content"], "outgoing", *how, private=body.get("private", False)
        )
        threading.Thread(target=self._tell_bot, args=(conversation, message), daemon=True).start()
        return 200, {"id": message["id"], "content": message["content"]}

    def _tell_bot(self, conversation, message):
        """Of its own message, too; it may be gone by then."""
        with suppress(httpx.HTTPError):
            self.tell("message_created", conversation, message)

    def _toggle(self, conversation, body):
        if self.locked:
            self.locked -= 1
            return 403, {"error": "not yours"}
        conversation.status = body["status"]
        return 200, {"meta": {}, "payload": {"success": True, "current_status": body["status"]}}

    def _stored(self, conversation, content, type, content_type="text", attributes=None, *, private):
        self._last += 1
        message = {"id": self._last, "content": content, "type": type, "private": private}
        message |= {"content_type": content_type, "attributes": attributes or {}}
        conversation.messages.append(message)
        return message

    def _about(self, conversation):
        return {
            "id": conversation.number,
            "status": conversation.status,
            "channel": conversation.channel,
            "can_reply": True,
            "additional_attributes": {"browser_language": conversation.language},
            "meta": {"sender": {"id": 3, "name": "Eva"}, "assignee": None},
        }


def _account():
    return {"account": {"id": ACCOUNT, "name": "Kestrel"}}


@contextmanager
def chatwoot_server() -> Iterator[tuple[Chatwoot, str]]:
    """A running Chatwoot; gives it and its address."""
    chatwoot = Chatwoot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
            status, document = chatwoot.answer(self.path, self.headers.get("api_access_token"), body)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield chatwoot, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
