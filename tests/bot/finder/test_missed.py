from bot.finder.missed import MissedAnswers


def test_the_same_words_are_one_line_with_every_report_in_it(engine):
    missed = MissedAnswers(engine)
    missed.report("maja", "key-one-1", "Ski bags", "en")
    missed.report("ole", "key-two-2", "price of wax", "en", "delivery", 0.2)
    missed.report("ole", "key-three-3", "ski  BAGS", "da", "repairs", 0.1)
    first, second = missed.listed()
    assert [report.words for report in first.reports] == ["ski  BAGS", "Ski bags"]
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
