"""The dialogue: what a message does to what was said before it, and the reply to that. Records nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.answer.amends import sorry, turned_down
from bot.answer.choice import agrees
from bot.answer.condition import product_named
from bot.answer.consider import (
    Basis,
    Considered,
    choose,
    consider,
    give_up,
    go_on,
    look_up,
    reconsider,
    talk,
    understand,
)
from bot.answer.document import Document, reply_document
from bot.answer.follow_up import asks_how_it_goes_on
from bot.answer.language import turns
from bot.answer.reply import Handoff, SmallTalk
from bot.answer.wording import text as words
from bot.conversation.respond import misses_after
from bot.conversation.transcript import (
    asks_which,
    last_offer,
    last_suggestions,
    named_choice,
    offered,
    suggested_last,
    talked_of,
)
from bot.message import Checked
from bot.phrase import FALLBACK, frame, phrase
from bot.state.record import Message, Messages
from bot.wishes.intent import Wish
from index.hit import Found
from kb.language import Language

_TURNING_DOWN = ("unhelpful", "refusal")
_URGENT = ("danger", "upset", "person")
"""What is heard before a suggestion that the same message may name."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a customer says, the reply to it, and what the conversation keeps of both."""

    said: str
    considered: Considered
    basis: Basis
    before: Sequence[str] = ()
    """Sentences that open the reply."""
    rejected: Collection[str] = ()
    """Slugs of articles that are not to be offered again."""
    offer: Message | None = None
    """What was turned down by it."""
    chooses: bool = False
    """It picks one of several suggestions, which leaves the misses as they are."""

    @property
    def misses(self) -> int:
        """Questions in a row without an answer, after it."""
        context = self.basis.context
        if self.chooses:
            return context.misses
        return misses_after(self.considered.reply, context) + (self.offer is not None)

    @property
    def language(self) -> str | None:
        """The conversation's from now on; None where it stays, as "ok" and "agent!" don't turn it."""
        spoken, language = self.basis.context.language, self.considered.language
        small_talk = isinstance(self.considered.reply, SmallTalk)
        if spoken and (small_talk or not turns(self.said, language, spoken)):
            return None
        return language.code


def move(asked: Checked, transcript: Messages, basis: Basis) -> Move:
    """A message in words; what it says of an offer comes before what it may ask."""
    understood = understand(asked.text, basis)
    wish = understood.intent.wish if understood.intent else None
    if (further := _further(asked.text, understood.language, transcript, basis)) is not None:
        return further
    if (refused := _refused(transcript, wish)) is not None:
        return turn_down(asked.text, refused, basis)
    slug = _chosen(transcript, asked.text, wish, basis)
    if slug is not None and (suggested := offered(transcript, slug)) is not None:
        return pick(slug, suggested, asked.text, basis)
    if suggested_last(transcript) and agrees(asked.text, _spoken(basis)):
        considered = talk("which_one", asked.text, basis)
    else:
        considered = consider(asked.text, basis, understood)
    notice = [phrase("message_cleaned", considered.frame)] if asked.cleaned else []
    return Move(asked.text, considered, basis, before=notice)


def pick(slug: str, suggested: tuple[str, str], said: str, basis: Basis) -> Move:
    """An article that was suggested is chosen; `suggested`: what was asked then, and what it was called."""
    asked, chosen = suggested
    basis = replace(basis, language=basis.context.language)
    considered = choose(slug, (asked, chosen), basis) or consider(chosen, basis)
    return Move(said, considered, basis, chooses=True)


def turn_down(said: str, offer: Message | None, basis: Basis) -> Move:
    """What was offered is turned down, and its question replied to anew; the second time by a person."""
    document = (offer.document if offer else None) or {}
    slugs, passages = turned_down(document, _sure(basis), basis.context.misses)
    context = replace(
        basis.context,
        rejected=basis.context.rejected | slugs,
        passages=basis.context.passages | passages,
    )
    basis = replace(basis, context=context, language=context.language, topic=None)
    question = document.get("question")
    if not question:
        considered = _called(None, basis)
    elif context.misses:
        considered = give_up(question, basis)
    else:
        chosen = document["citations"][0]["article"] if document.get("chosen") else None
        again = choose(chosen, (question,), basis) if chosen else None
        considered = again or reconsider(question, basis)
    return Move(said, considered, basis, sorry(considered, document), slugs, offer)


def call_person(said: str, basis: Basis) -> Move:
    """A person is called, and hears what was asked last."""
    found = look_up(basis.asked, basis) if basis.asked else None
    return Move(said, _called(found, basis), basis)


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


def _further(message: str, language: Language, said: Messages, basis: Basis) -> Move | None:
    """What "and then?" is answered with: how the article goes on, or which of the suggestions is meant."""
    codes = {language.code, *_spoken(basis)}
    if not any(asks_how_it_goes_on(message, code) for code in codes):
        return None
    if asks_which(said):
        return Move(message, talk("which_one", message, basis), basis)
    if talked_of(said) == "that_is_all":
        return Move(message, talk("that_is_all", message, basis), basis)
    if (offer := last_offer(said)) is None or offer.document is None:
        return None
    if offer.kind == "suggestions":
        return _of_suggestions(message, offer.document, said, basis)
    considered = go_on(message, offer.document, basis)
    if considered is None:
        return Move(message, talk("that_is_all", message, basis), basis)
    return Move(message, considered, basis, before=[phrase("goes_on", considered.frame)])


def _of_suggestions(message: str, document: Document, said: Messages, basis: Basis) -> Move:
    """The only one is what is meant; of several one has to be chosen."""
    slugs = [suggestion["article"] for suggestion in document["suggestions"]]
    if len(slugs) == 1 and (suggested := offered(said, slugs[0])) is not None:
        return pick(slugs[0], suggested, message, basis)
    return Move(message, talk("which_one", message, basis), basis)


def _chosen(said: Messages, text: str, wish: Wish | None, basis: Basis) -> str | None:
    """The slug of the suggestion that is chosen in words: by its condition, its place or its product."""
    offer = last_suggestions(said)
    if offer is None or wish in _URGENT:
        return None
    slugs = {suggestion["article"] for suggestion in (offer.document or {}).get("suggestions", ())}
    public = basis.index.public if basis.index else ()
    named = named_choice(offer, text, _spoken(basis), yes=suggested_last(said))
    return named or product_named(text, slugs, public)


def _spoken(basis: Basis) -> tuple[str, ...]:
    """The languages in which a suggestion may be chosen: the conversation's, the page's, English."""
    spoken = (basis.context.language, basis.page_language, FALLBACK)
    return tuple(dict.fromkeys(code for code in spoken if code))


def _sure(basis: Basis) -> float:
    """The confidence from which on an article is the right one."""
    return basis.index.thresholds(basis.settings.wrong_answers).answer if basis.index else 1.0


def _called(found: Found | None, basis: Basis) -> Considered:
    """A handover that was asked for, with what was found to the last question for the person who comes."""
    speaks = frame(basis.page_language, basis.page_language)
    reply = Handoff(found, "asked")
    text = words(reply, speaks, basis.settings)
    language = found.language if found else Language(speaks, 0.0)
    return Considered(reply, language, speaks, text, reply_document(reply, text, language.code, 0.0))
