from datetime import UTC, datetime, timedelta

from bot.finder.missed import MissedAnswers, still_missing, written_in
from bot.state.store import Store
from tests.bot.fakes import DELIVERY, RETURNS, article


def test_the_same_words_are_one_line_with_every_report_in_it(engine):
    missed = MissedAnswers(engine)
    missed.report("maja", "key-one-1", "Ski bags", "en")
    missed.report("ole", "key-two-2", "price of wax", "en", "delivery", 0.2)
    missed.report("ole", "key-three-3", "ski  BAGS", "da", "repairs", 0.1)
    first, second = missed.listed()
    assert [report.words for report in first.reports] == ["ski  BAGS", "Ski bags"]
    assert first.wordings == ("ski  BAGS",)
    assert (first.agents, first.languages) == (("ole", "maja"), ("da", "en"))
    assert (second.last.words, second.last.best, second.last.confidence) == ("price of wax", "delivery", 0.2)


def test_one_press_that_is_sent_twice_is_one_report(engine):
    missed = MissedAnswers(engine)
    assert missed.report("maja", "same-key-1", "ski bags", "en")
    assert not missed.report("maja", "same-key-1", "ski bags", "en")
    assert missed.report("maja", "other-key-2", "ski bags", "en")
    assert len(missed.listed()[0].reports) == 2


def test_words_in_other_scripts_are_told_apart(engine):
    missed = MissedAnswers(engine)
    for number, words in enumerate(("滑雪袋", "滑雪蜡", "حقيبة تزلج")):
        missed.report("maja", f"key-number-{number}", words, "zh")
    assert len(missed.listed()) == 3


def in_vain(folder, *replies):
    """The missed answers after the bot's replies of kind, question and reason, each list a conversation's."""
    store = Store.open(None, folder)
    for said in replies:
        with store.turn(store.start("en").token) as turn:
            for kind, question, reason in said:
                told = {"question": question, "language": "en", "confidence": 0.2, "reason": reason}
                turn.say("bot", "…", kind, document=told)
    return MissedAnswers(store.engine)


def test_what_customers_asked_in_vain_stands_beside_what_agents_reported(tmp_path):
    missed = in_vain(
        tmp_path,
        [("rephrase", "Do you sell ski bags?", None)],
        [("handoff", "Is it open on Sunday?", "asked"), ("answer", "Can I return it?", None)],
        [
            ("rephrase", "that did not help", None),
            ("rephrase", "and then?", None),
            ("handoff", "Bikes on the train", "low_confidence"),
        ],
    )
    missed.report("maja", "key-one-1", "do you sell ski bags", "en", "delivery", 0.1)
    first, second = missed.listed()
    assert first.wordings == ("do you sell ski bags",)
    assert (first.customers, first.agents, first.last.best) == (1, ("maja",), "delivery")
    assert (second.wordings, second.customers, second.agents) == (("Bikes on the train",), 1, ())


def test_what_was_asked_twice_in_other_words_is_one_line_with_both(tmp_path):
    twice = [("rephrase", "Ski bags?", None), ("handoff", "Do you have bags for skis?", "repeated_miss")]
    other = [("rephrase", "Wax?", None), ("answer", "Do you sell wax?", None), ("rephrase", "Helmets?", None)]
    missed = in_vain(tmp_path, [("rephrase", "ski bags", None)], twice, other)
    assert [one.wordings for one in missed.listed()] == [
        ("Do you have bags for skis?", "Ski bags?"),
        ("Helmets?",),
        ("Wax?",),
    ]
    assert missed.listed()[0].customers == 3


def test_what_an_article_holds_is_missing_no_more_until_it_is_missed_again(tmp_path):
    missed = in_vain(tmp_path, [("rephrase", "Ski bags", None)], [("rephrase", "Wax", None)])
    now = datetime.now(UTC)
    bags = article("bags", "Bags", "Text", questions=("ski bags?",))
    assert len(still_missing(missed.listed(), (RETURNS, DELIVERY), now)) == 2
    assert [one.wordings for one in still_missing(missed.listed(), (RETURNS, bags), now)] == [("Wax",)]
    assert len(still_missing(missed.listed(), (bags,), now - timedelta(hours=1))) == 2
    wax, skis = missed.listed()
    assert (written_in(skis, (RETURNS, bags)), written_in(wax, (RETURNS, bags))) == (bags, None)
