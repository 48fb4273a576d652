import pytest

from bot.pages.accept_language import LONGEST, preferred

AMONG = ("en", "da", "zh")


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("fr", "en"),
        ("da", "da"),
        ("zh-Hant-TW,zh;q=0.9", "zh"),
        ("en;q=0.5,DA-dk;q=0.8", "da"),
        ("en; q=0.5, da; q=0.8", "da"),
        ("fr,*;q=0.1,da;q=0.3", "da"),
        (";q=,,;;=zh", "en"),
        ("x" * LONGEST + ",da", "en"),
    ],
)
def test_the_language_is_the_one_that_is_wished_for_most(accepted, code):
    assert preferred(accepted, AMONG) == code
