"""How well the index answers."""

import re

from bot.pages.quality import quality
from tests.bot.fakes import FakeLive
from tests.bot.pages.studio import evaluation, measured


def test_the_curve_is_drawn_told_and_listed_for_every_language():
    shown = quality(measured(**evaluation()))
    assert shown.count("<svg") == 3
    assert (
        'aria-label="All languages: 96.8% of the questions answered, 1.6% of them wrongly; answering' in shown
    )
    assert "<bdi>العربية</bdi>, 3 questions" in shown
    assert shown.count('<tr class="now">') == 3


def test_only_a_language_with_too_few_answers_is_warned_of():
    shown = quality(measured(**evaluation()))
    warnings = re.findall('<p class="notice warn">([^:]+): as many as ([^ ]+) may be', shown)
    assert warnings == [("1 of 61 answers wrong", "8%"), ("1 of 1 answers wrong", "100%")]


def test_without_golden_questions_the_quality_page_says_how_to_begin():
    assert "golden.jsonl" in quality(measured())
    assert "rebuild" in quality(measured(questions=3))
    assert "no index yet" in quality(FakeLive(None))
