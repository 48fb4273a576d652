import pytest

from kb.script import script_of, written_in


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("hello", "Latin"),
        ("我的 iPhone 15 Pro 坏了", "Han"),
        ("返品したいです", "Kana"),
        ("هل يعمل Bluetooth", "Arabic"),
        ("Где мой заказ", "Cyrillic"),
        ("환불", "Hangul"),
        ("404 !", None),
    ],
)
def test_a_text_is_in_its_script_in_spite_of_foreign_names(text: str, script: str | None) -> None:
    assert script_of(text) == script


def test_languages_are_told_apart_by_their_script() -> None:
    assert written_in("Arabic", ["da", "ar", "ur"]) == ["ar", "ur"]
    assert written_in("Latin", ["da", "ar", "sr", "zh"]) == ["da", "sr"]
