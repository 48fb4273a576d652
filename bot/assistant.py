"""The assistant: hears a customer, considers, replies, and records each turn as a whole."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot import contact
from bot.answer.amends import sorry, turned_down
from bot.answer.choice import agrees
from bot.answer.condition import product_named
from bot.answer.consider import (
    Basis,
    Considered,
    ask_which,
    choose,
    consider,
    consider_once,
    give_up,
    look_up,
    reconsider,
    understand,
)
from bot.answer.decide import Context
from bot.answer.document import Document, reply_document
from bot.answer.example import example_questions
from bot.answer.language import turns
from bot.answer.reply import Handoff, Reply, SmallTalk
from bot.answer.wording import text as words
from bot.answer.wording import turning_down
from bot.apology import Apology
from bot.measure import Measures
from bot.message import Checked, Refused, accepted, check
from bot.phrase import FALLBACK, frame, phrase
from bot.respond import misses_after, respond, transient
from bot.settings import Settings
from bot.silence import NOTHING, Silence, silence
from bot.silence import words as words_into
from bot.state.database import StateError
from bot.state.record import Conversation, Message, Messages
from bot.state.store import Store
from bot.takeover.customer import Customers, hear
from bot.takeover.patience import Patience
from bot.transcript import (
    asks_which,
    last_offer,
    last_question,
    last_suggestions,
    named_choice,
    offered,
    suggested_last,
    topic,
    unanswered,
)
from bot.wishes.intent import Wish
from index.hit import Found
from kb.language import Language

if TYPE_CHECKING:
    from bot.live import LiveIndex

log = logging.getLogger(__name__)

LENGTH_OF_EXCERPT = 120
NO_INDEX = "there is no index to answer from: the log says why, and 'askdesk build' makes one"
NO_DATABASE = "the database can't be used: the log says why"
_TURNING_DOWN = ("unhelpful", "refusal")
_URGENT = ("danger", "upset", "person")
"""What is heard before a suggestion that the same message may name."""


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
            return self._reply(token, checked, page_language, key)

        said = None if isinstance(checked, Refused) else checked.text
        return self._guarded(work, token, said, page_language, key)

    def choose(
        self, token: str, slug: str, *, page_language: str, key: str | None = None, said: str | None = None
    ) -> Messages:
        """The answer of an article that was suggested and chosen, by a button or in words."""

        def work() -> Messages:
            suggested = offered(self.transcript(token), slug)
            if suggested is None:
                return self.ask(token, slug, page_language=page_language, key=key)
            asked, chosen = suggested
            heard = said or chosen

            def answer() -> Messages:
                basis = self._basis(token, page_language)
                basis = replace(basis, language=basis.context.language)
                considered = choose(slug, (asked, chosen), basis) or consider(chosen, basis)
                return self._record(token, heard, considered, basis, key, misses=basis.context.misses)

            return self._guarded(answer, token, heard, page_language, key)

        return self._guarded(work, token, said, page_language, key)

    def none_of_these(self, token: str, *, page_language: str, key: str | None = None) -> Messages:
        """What comes next when none of the latest suggestions was right."""
        speaks = frame(page_language, page_language)

        def work() -> Messages:
            messages = reversed(self.transcript(token))
            suggested = next((message for message in messages if message.kind == "suggestions"), None)
            said = turning_down((suggested and suggested.document) or {}, speaks)
            return self._try_next(token, said, suggested, page_language, key)

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
            return self._try_next(token, said, message, page_language, None)

        return self._guarded(work, token, None, page_language, None)

    def call_person(self, token: str, *, page_language: str, key: str | None = None) -> Messages:
        """Hands over to a person, with what was asked last."""
        said = phrase("person_button", frame(page_language, page_language))

        def work() -> Messages:
            basis = self._basis(token, page_language)
            asked = last_question(self.transcript(token))
            found = look_up(asked, basis) if asked else None
            considered = self._called(found, basis)
            return self._record(token, said, considered, basis, key)

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

    def _reply(self, token: str, asked: Checked, page_language: str, key: str | None) -> Messages:
        """What a message gets for an answer; what it says of an offer comes before what it may ask."""
        basis = self._basis(token, page_language)
        said, understood = self.transcript(token), understand(asked.text, basis)
        wish = understood.intent.wish if understood.intent else None
        if (refused := _refused(said, wish)) is not None:
            return self._try_next(token, asked.text, refused, page_language, key)
        if (slug := self._chosen(said, asked.text, wish, basis)) is not None:
            return self.choose(token, slug, page_language=page_language, key=key, said=asked.text)
        if suggested_last(said) and agrees(asked.text, _spoken(basis)):
            considered = ask_which(asked.text, basis)
        else:
            considered = consider(asked.text, basis, understood)
        notice = [phrase("message_cleaned", considered.frame)] if asked.cleaned else []
        return self._record(token, asked.text, considered, basis, key, before=notice)

    def _chosen(self, said: Messages, text: str, wish: Wish | None, basis: Basis) -> str | None:
        """The slug of the suggestion that is chosen in words: by its condition, its place or its product."""
        offer = last_suggestions(said)
        if offer is None or wish in _URGENT:
            return None
        slugs = {suggestion["article"] for suggestion in (offer.document or {}).get("suggestions", ())}
        public = basis.index.public if basis.index else ()
        named = named_choice(offer, text, _spoken(basis), yes=suggested_last(said))
        return named or product_named(text, slugs, public)

    def _called(self, found: Found | None, basis: Basis) -> Considered:
        speaks = frame(basis.page_language, basis.page_language)
        reply = Handoff(found, "asked")
        text = words(reply, speaks, self.settings)
        language = found.language if found else Language(speaks, 0.0)
        return Considered(reply, language, speaks, text, reply_document(reply, text, language.code, 0.0))

    def _try_next(
        self,
        token: str,
        said: str,
        offer: Message | None,
        page_language: str,
        key: str | None,
    ) -> Messages:
        """Turns down what was offered, and replies to the question anew; the second time a person."""
        basis = self._basis(token, page_language)
        document = (offer.document if offer else None) or {}
        slugs, passages = turned_down(document, self._sure(), basis.context.misses)
        context = replace(
            basis.context,
            rejected=basis.context.rejected | slugs,
            passages=basis.context.passages | passages,
        )
        basis = replace(basis, context=context, language=context.language, topic=None)
        question = document.get("question")
        if not question:
            considered = self._called(None, basis)
        elif context.misses:
            considered = give_up(question, basis)
        else:
            chosen = document["citations"][0]["article"] if document.get("chosen") else None
            again = choose(chosen, (question,), basis) if chosen else None
            considered = again or reconsider(question, basis)
        return self._record(
            token,
            said,
            considered,
            basis,
            key,
            before=sorry(considered, document),
            rejected=slugs,
            offer=offer,
        )

    def _sure(self) -> float:
        """The confidence from which on an article is the right one."""
        index = self.live.index
        return index.thresholds(self.settings.wrong_answers).answer if index else 1.0

    def _record(
        self,
        token: str,
        said: str,
        considered: Considered,
        basis: Basis,
        key: str | None,
        *,
        before: Sequence[str] = (),
        rejected: Collection[str] = (),
        offer: Message | None = None,
        misses: int | None = None,
    ) -> Messages:
        """Stores what was said, what is replied, and what follows from it, in one transaction."""
        with self.store.turn(token) as turn:
            if told := turn.told_before(key):
                return told
            if heard_by_person := hear(turn, said, key):  # who came while the bot was thinking
                return heard_by_person
            heard = turn.say("customer", said, "question", key=key)
            turn.turn_down(rejected)
            if offer is not None and offer.kind == "answer":
                turn.rate(offer.id, False)
            turn.speak(_language_to_keep(said, considered, basis.context), basis.page_language)
            missed = misses_after(considered.reply, basis.context) + (offer is not None)
            turn.count_misses(missed if misses is None else misses)
            reply = respond(turn, considered, self.settings, replies_to=heard.id, before=before)
        self._count(considered)
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


def _refused(said: Messages, wish: Wish | None) -> Message | None:
    """The offer that a message turns down: the last word of the bot's, or suggestions that are still open.

    After a word in between a plain "no" may be said to that: it turns them down only where the bot has asked
    which of them is meant.
    """
    if wish not in _TURNING_DOWN:
        return None
    if (offer := last_offer(said)) is not None:
        return offer
    return last_suggestions(said) if wish == "unhelpful" or asks_which(said) else None


def _spoken(basis: Basis) -> tuple[str, ...]:
    """The languages in which a suggestion may be chosen: the conversation's, the page's, English."""
    spoken = (basis.context.language, basis.page_language, FALLBACK)
    return tuple(dict.fromkeys(code for code in spoken if code))


def _language_to_keep(said: str, considered: Considered, context: Context) -> str | None:
    """The conversation's language from now on: "ok" and "agent!" don't turn it."""
    spoken, language = context.language, considered.language
    if spoken and (isinstance(considered.reply, SmallTalk) or not turns(said, language, spoken)):
        return None
    return language.code
