"""The assistant: hears a customer, has the dialogue find the reply, and records each turn as a whole."""

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot import contact
from bot.answer.consider import Basis, Considered, consider_once, look_up
from bot.answer.document import Document
from bot.answer.example import example_questions
from bot.answer.reply import Reply
from bot.answer.wording import turning_down
from bot.conversation.apology import Apology
from bot.conversation.customer import Customers, hear
from bot.conversation.dialogue import Move, call_person, move, pick, turn_down
from bot.conversation.patience import Patience
from bot.conversation.respond import respond, transient
from bot.conversation.silence import NOTHING, Silence, silence
from bot.conversation.silence import words as words_into
from bot.conversation.transcript import last_question, offered, topic, unanswered
from bot.database.engine import StateError
from bot.measure import Measures
from bot.message import Refused, accepted, check
from bot.phrase import frame, phrase
from bot.settings import Settings
from bot.state.record import Conversation, Messages
from bot.state.store import Store
from index.hit import Found

if TYPE_CHECKING:
    from bot.live import LiveIndex

log = logging.getLogger(__name__)

LENGTH_OF_EXCERPT = 120
NO_INDEX = "there is no index to answer from: the log says why, and 'askdesk build' makes one"
NO_DATABASE = "the database can't be used: the log says why"


class Assistant:
    """What the chat page and the HTTP interface talk to; its methods may be called from any thread.

    Within a conversation no method raises for a fault inside: the customer gets an apology as a message.
    An unknown token raises UnknownConversation.
    """

    def __init__(self, live: "LiveIndex", store: Store, settings: Settings) -> None:
        self.live = live
        self.store = store
        self.settings = settings
        self.customers = Customers(store, settings)
        self.patience = Patience(store, settings)
        self.measures = Measures()
        self._guarded = Apology(store, self.measures).guard
        self.measures.watch("open_tickets", "Tickets that are not closed.", store.open_tickets)
        self.measures.watch("articles", "Articles in the index that serves.", self._articles)

    def open(self, token: str | None, page_language: str) -> Conversation:
        """The conversation of that token, a new one where there is none; raises StateError."""
        known = self.store.conversation(token) if token else None
        return known or self.store.start(page_language)

    def switch_language(self, token: str, language: str) -> None:
        """Stores that the customer chose this language, for the page and for what is asked next."""
        with self.store.turn(token) as turn:
            turn.speak(language, language)

    def transcript(self, token: str) -> Messages:
        """All messages of a conversation; raises UnknownConversation, StateError."""
        return self.store.transcript(token)

    def ask(self, token: str, text: str, *, page_language: str, key: str | None = None) -> Messages:
        """The customer's message and the reply to it. The same key again gives the same messages again.

        While a person is in the chat the message is for them, and the bot says nothing.
        """
        checked = check(text, self.settings.max_message)

        def work() -> Messages:
            told = self.customers.write(token, text, page_language=page_language, key=key)
            if told is not None:
                return told
            if isinstance(checked, Refused):
                return self._refuse(checked, text, page_language)
            basis = self._basis(token, page_language)
            return self._record(token, move(checked, self.transcript(token), basis), key)

        said = None if isinstance(checked, Refused) else checked.text
        return self._guarded(work, token, said, page_language, key)

    def choose(
        self, token: str, slug: str, *, page_language: str, key: str | None = None, said: str | None = None
    ) -> Messages:
        """The answer of an article that was suggested and is chosen: by its own words, or those of `said`."""

        def work() -> Messages:
            suggested = offered(self.transcript(token), slug)
            if suggested is None:
                return self.ask(token, slug, page_language=page_language, key=key)
            heard = said or suggested[1]

            def answer() -> Messages:
                made = pick(slug, suggested, heard, self._basis(token, page_language))
                return self._record(token, made, key)

            return self._guarded(answer, token, heard, page_language, key)

        return self._guarded(work, token, said, page_language, key)

    def none_of_these(self, token: str, *, page_language: str, key: str | None = None) -> Messages:
        """What comes next when none of the latest suggestions was right."""
        speaks = frame(page_language, page_language)

        def work() -> Messages:
            messages = reversed(self.transcript(token))
            suggested = next((message for message in messages if message.kind == "suggestions"), None)
            said = turning_down((suggested and suggested.document) or {}, speaks)
            return self._record(token, turn_down(said, suggested, self._basis(token, page_language)), key)

        return self._guarded(work, token, turning_down({}, speaks), page_language, key)

    def rate(self, token: str, message_id: int, helpful: bool, *, page_language: str) -> Messages:
        """Stores a thumb; after a thumb down the next likeliest is offered, once."""

        def work() -> Messages:
            with self.store.turn(token) as turn:
                message = turn.message(message_id)
                turn.rate(message_id, helpful)
                if helpful:
                    turn.count_misses(0)
                ticket = turn.ticket()
            attended = ticket is not None and ticket.attended
            if attended or message is None or helpful or message.helpful is False or message.kind != "answer":
                return ()
            said = phrase("not_helpful", frame(page_language, page_language))
            return self._record(token, turn_down(said, message, self._basis(token, page_language)), None)

        return self._guarded(work, token, None, page_language, None)

    def call_person(self, token: str, *, page_language: str, key: str | None = None) -> Messages:
        """Hands over to a person, with what was asked last."""
        said = phrase("person_button", frame(page_language, page_language))

        def work() -> Messages:
            return self._record(token, call_person(said, self._basis(token, page_language)), key)

        return self._guarded(work, token, said, page_language, key)

    def silence(self, token: str) -> Silence:
        """What is to be said into the silence of a conversation, and when to look again."""
        ticket = self.store.last_ticket(token)
        if ticket is not None and ticket.is_open:
            return NOTHING
        return silence(self.transcript(token), datetime.now(UTC), self._pause, with_person=False)

    def break_silence(self, token: str, *, page_language: str) -> Messages:
        """Asks whether there is more, or closes, where it is time to; the server's clock decides."""

        def work() -> Messages:
            if self.silence(token).word is None:
                return ()
            with self.store.turn(token) as turn:
                said, now = turn.transcript(), datetime.now(UTC)
                word = silence(said, now, self._pause, with_person=turn.ticket() is not None).word
                if word is None:  # another page of the same conversation was quicker
                    return ()
                speaks = frame(turn.language or "", page_language)
                text = phrase(words_into(said, word), speaks)
                return (turn.say("bot", text, word, document={"language": speaks, "kind": word}),)

        return self._guarded(work, token, None, page_language, None)

    @property
    def _pause(self) -> timedelta:
        return timedelta(minutes=self.settings.silence_minutes)

    def leave_contact(
        self, token: str, name: str | None, email: str | None, *, page_language: str
    ) -> Messages:
        """Stores on the open ticket whom to reach; both are optional."""
        speaks = frame(page_language, page_language)
        given = contact.read(name, email)
        if given is None:
            return (transient("bot", phrase("contact_bad_email", speaks), "error"),)

        def work() -> Messages:
            with self.store.turn(token) as turn:
                ticket = turn.ticket()
                if ticket is None:
                    return ()
                if not (given.name or given.email):
                    skipped = phrase("contact_skipped", speaks, number=ticket.number)
                    return (turn.say("bot", skipped, "contact"),)
                turn.leave_contact(ticket.number, given.name, given.email)
                thanks = phrase("contact_thanks", speaks, number=ticket.number)
                return (turn.say("bot", thanks, "contact"),)

        return self._guarded(work, token, None, page_language, None)

    def ask_once(self, text: str, language: str | None = None) -> tuple[Reply, Document]:
        """The reply to a single question outside of any conversation; raises Unreadable."""
        basis = Basis(self.live.index, self.settings, self.settings.languages[0], language=language)
        considered = consider_once(text, basis)
        self._count(considered)
        return considered.reply, considered.document

    def search(self, question: str, language: str | None = None, k: int = 5) -> Found:
        """What the public articles have on a question; raises Unreadable."""
        checked = accepted(question, self.settings.max_message, "en")
        basis = Basis(self.live.index, self.settings, self.settings.languages[0], language=language)
        return look_up(checked.text, basis, k)

    def example_questions(self, language: str, count: int = 4) -> tuple[str, ...]:
        """Questions to start from, that public articles in that language answer."""
        index = self.live.index
        return example_questions(index.public if index else (), language, count)

    def problems(self) -> list[str]:
        """What no question can be answered without now; empty when all is well. Anybody may read it."""
        found = [] if self.live.index else [NO_INDEX]
        try:
            self.store.open_tickets()
        except StateError as error:
            log.error("not ready: %s", error)
            found.append(NO_DATABASE)
        return found

    def _articles(self) -> int:
        index = self.live.index
        return len(index.articles) if index else 0

    def _basis(self, token: str, page_language: str) -> Basis:
        context, said = self.store.context(token), self.transcript(token)
        return Basis(
            self.live.index,
            self.settings,
            page_language,
            context,
            topic=topic(said),
            asked=last_question(said),
            unanswered=unanswered(said),
        )

    def _record(self, token: str, made: Move, key: str | None) -> Messages:
        """Stores what was said, what is replied, and what follows from it, in one transaction."""
        with self.store.turn(token) as turn:
            if told := turn.told_before(key):
                return told
            if heard_by_person := hear(turn, made.said, key):  # who came while the bot was thinking
                return heard_by_person
            heard = turn.say("customer", made.said, "question", key=key)
            turn.turn_down(made.rejected)
            if made.offer is not None and made.offer.kind == "answer":
                turn.rate(made.offer.id, False)
            turn.speak(made.language, made.basis.page_language)
            turn.count_misses(made.misses)
            reply = respond(turn, made.considered, self.settings, replies_to=heard.id, before=made.before)
        self._count(made.considered)
        return heard, reply

    def _count(self, considered: Considered) -> None:
        document = considered.document
        self.measures.reply(document["kind"], considered.frame, document["milliseconds"])

    def _refuse(self, refused: Refused, text: str, page_language: str) -> Messages:
        """What can't be read is shown, in short, with the reason, and not kept."""
        sentence = transient("bot", refused.sentence(frame(page_language, page_language)), "error")
        if refused.fault in ("empty", "binary"):
            return (sentence,)
        excerpt = text[:LENGTH_OF_EXCERPT] + ("…" if len(text) > LENGTH_OF_EXCERPT else "")
        return transient("customer", excerpt, "question"), sentence
