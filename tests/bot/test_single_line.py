import pytest

from bot.single_line import single_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        (None, ""),
        (" Maja \n\tHolm\r\n", "Maja Holm"),
        ("Maja\u202e\u200b Holm\u2028\0", "Maja Holm"),
        ("\ud800", ""),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_what_can_t_be_seen_leaves_one_space_or_none(text, line):
    assert single_line(text) == line


def test_of_a_long_text_no_more_is_kept_than_asked_for():
    assert single_line("four  words and more", 10) == "four words"
    assert single_line(f"\u200b{' ' * 12}word", 5) == "word"
    assert single_line("word " * 1_000_000, 9) == "word word"
