import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.sentence import sentences, spans


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Wait. Then go! Why? OK", ("Wait.", "Then go!", "Why?", "OK")),
        ("en", "E.g. Mr. Smith paid 3.5 dollars. Done.", ("E.g. Mr. Smith paid 3.5 dollars.", "Done.")),
        (
            "en",
            "See https://a.b/c.d?e=f. Then www.x.org/y.",
            ("See https://a.b/c.d?e=f.", "Then www.x.org/y."),
        ),
        ("en", 'He said "Go." She went...', ('He said "Go."', "She went...")),
        ("en", "1. Open it. 2. Close it.", ("1. Open it.", "2. Close it.")),
        (
            "da",
            "Se f.eks. Det her d. 3. Oktober kl. 8. Slut nu.",
            ("Se f.eks. Det her d. 3. Oktober kl. 8. Slut nu.",),
        ),
        ("pl", "Kup np. Allegro za ok. 5 zł. Potem zwróć.", ("Kup np. Allegro za ok. 5 zł. Potem zwróć.",)),
        ("zh", "你好。在吗？“好！”他说", ("你好。", "在吗？", "“好！”", "他说")),
        ("ar", "كيف أعيد الطلب؟ اتصل بنا. شكرا", ("كيف أعيد الطلب؟", "اتصل بنا.", "شكرا")),
        ("ur", "یہ ہے۔ وہ ہے۔", ("یہ ہے۔", "وہ ہے۔")),
        ("en", "A heading\nA line", ("A heading", "A line")),
        ("en", "", ()),
    ],
)
def test_where_a_sentence_ends(language: str, text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text, language) == expected


@given(st.text(alphabet="aB1 .!?。\n\"'"))
def test_the_spans_leave_nothing_out(text: str) -> None:
    assert "".join(text[start:end] for start, end in spans(text, "en")) == text
