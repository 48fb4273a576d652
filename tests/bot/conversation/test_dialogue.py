from dataclasses import replace
from datetime import UTC, datetime

from bot.answer.consider import Basis
from bot.answer.decide import Context
from bot.answer.reply import Answer, Handoff, SmallTalk, Suggestions
from bot.conversation.dialogue import Move, call_person, move, pick, turn_down
from bot.conversation.transcript import offered
from bot.message import Checked
from bot.phrase import phrase
from bot.state.record import Message
from tests.bot.fakes import RETURNS, article, knowledge, settings

SURE = Checked("How do I send something back?", cleaned=False)
NEARLY = Checked("a parcel with a gift", cleaned=False)
BASIS = Basis(knowledge(), settings(), "en")


def replied(made: Move) -> tuple[Message, ...]:
    """The conversation once its first move is recorded."""
    document = made.considered.document
    heard = Message(1, 1, "customer", made.said, "question", None, datetime.now(UTC))
    reply = Message(2, 2, "bot", made.considered.text, document["kind"], document, datetime.now(UTC))
    return heard, reply


def test_an_answer_settles_what_was_missed_and_the_conversation_keeps_its_language():
    made = move(SURE, (), replace(BASIS, context=Context(misses=1)))
    assert isinstance(made.considered.reply, Answer)
    assert (made.said, made.misses, made.language, made.offer) == (SURE.text, 0, "en", None)


def test_what_was_left_out_of_a_message_is_said_first():
    assert move(replace(SURE, cleaned=True), (), BASIS).before != move(SURE, (), BASIS).before == []


def test_a_suggestion_may_be_named_by_its_place_and_leaves_the_misses_as_they_are():
    said = replied(move(NEARLY, (), BASIS))
    first = said[-1].document["suggestions"][0]["article"]
    made = move(Checked("the first one", cleaned=False), said, replace(BASIS, context=Context(misses=1)))
    assert made.considered.document["citations"][0]["article"] == first
    assert (made.said, made.misses) == ("the first one", 1)
    pressed = pick(first, offered(said, first), "pressed", BASIS)
    assert (pressed.said, pressed.considered.text) == ("pressed", made.considered.text)


def test_what_is_turned_down_is_not_offered_again_and_is_missed():
    nearly = move(NEARLY, (), BASIS)
    assert isinstance(nearly.considered.reply, Suggestions)
    said = replied(nearly)
    made = move(Checked("none of these", cleaned=False), said, BASIS)
    slugs = {one["article"] for one in said[-1].document["suggestions"]}
    assert (made.offer, made.rejected, made.misses >= 1) == (said[-1], slugs, True)
    assert slugs <= made.basis.context.rejected


def test_what_is_turned_down_a_second_time_is_a_person_s():
    said = replied(move(SURE, (), BASIS))
    made = turn_down("no", said[-1], replace(BASIS, context=Context(misses=1)))
    assert isinstance(made.considered.reply, Handoff)


def test_a_person_who_is_called_hears_what_was_asked_last():
    made = call_person("A person, please", replace(BASIS, asked=SURE.text))
    assert made.considered.reply.reason == "asked"
    assert made.considered.reply.found.question == SURE.text
    assert call_person("A person, please", BASIS).considered.reply.found is None


THEN = Checked("and then?", cleaned=False)
STEPS = article(
    "router",
    "The router does not connect",
    "## Cable\n\n" + "The router does not connect: look at the cable. " * 8 + "\n\n"
    "## Light\n\n" + "Wait for the green light. " * 16 + "\n\n"
    "## Password\n\n" + "Write in the new password. " * 16,
)
ROUTER = Checked("the router does not connect", cleaned=False)


def sections(moves):
    return [made.considered.document["citations"][0]["section"] for made in moves]


def gone_on(basis, times):
    """The moves after a question and so many times "and then?", and the conversation up to there."""
    said, moves = (), [move(ROUTER, (), basis)]
    for _ in range(times):
        said = (*said, *replied(moves[-1]))
        moves.append(move(THEN, said, basis))
    return moves, (*said, *replied(moves[-1]))


def test_who_asks_what_comes_next_reads_how_the_article_goes_on_and_hears_no_regret():
    moves, _ = gone_on(replace(BASIS, index=knowledge((STEPS, RETURNS))), 2)
    assert sections(moves) == ["Cable", "Light", "Password"]
    assert [made.before for made in moves] == [[], *[[phrase("goes_on", "en")]] * 2]
    assert [made.misses for made in moves] == [0, 0, 0]
    assert moves[2].considered.document["question"] == ROUTER.text


def test_of_two_passages_with_the_same_words_each_is_gone_on_from_where_it_stands():
    again = "## Restart\n\n" + "Switch it off and on again. " * 16
    cable = "## Cable\n\n" + "The router does not connect: look at the cable. " * 8
    light = "## Light\n\n" + "Wait for the green light. " * 16
    steps = article("router", "The router does not connect", "\n\n".join((cable, again, light, again)))
    moves, said = gone_on(replace(BASIS, index=knowledge((steps, RETURNS))), 3)
    assert sections(moves) == ["Cable", "Restart", "Light", "Restart"]
    assert move(THEN, said, moves[0].basis).considered.text == phrase("talk_that_is_all", "en")


def test_where_nothing_follows_in_the_article_that_is_said_however_often_it_is_asked():
    moves, said = gone_on(replace(BASIS, index=knowledge((STEPS, RETURNS))), 2)
    for _ in range(3):
        made = move(THEN, said, moves[0].basis)
        assert made.considered.text == phrase("talk_that_is_all", "en")
        assert made.misses == 0
        said = (*said, *replied(made))


def test_what_did_not_help_is_all_that_was_shown_before_the_article_went_on():
    moves, said = gone_on(replace(BASIS, index=knowledge((STEPS, RETURNS))), 1)
    made = turn_down("that did not help", said[-1], moves[0].basis)
    assert len(made.basis.context.passages) == 2
    shown = [one["passage"] for one in made.considered.document["citations"]]
    assert not made.basis.context.passages & set(shown)


def test_who_asks_what_comes_next_of_several_suggestions_is_asked_which():
    said = replied(move(NEARLY, (), BASIS))
    assert len(said[-1].document["suggestions"]) > 1
    made = move(THEN, said, BASIS)
    assert isinstance(made.considered.reply, SmallTalk)
    assert made.considered.reply.act == "which_one"
    again = move(THEN, (*said, *replied(made)), BASIS)
    assert again.considered.text == made.considered.text


def test_who_asks_what_comes_next_of_the_only_suggestion_reads_that_article():
    said = replied(move(NEARLY, (), BASIS))
    [only, *_] = said[-1].document["suggestions"]
    document = {**said[-1].document, "suggestions": [only]}
    made = move(THEN, (*said[:-1], replace(said[-1], document=document)), BASIS)
    assert isinstance(made.considered.reply, Answer)
    assert made.considered.document["citations"][0]["article"] == only["article"]
