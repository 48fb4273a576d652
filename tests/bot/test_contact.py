import pytest

from bot.contact import LONGEST_PHONE, phone, read


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+45 12 34 56 78", "+45 12 34 56 78"),
        ("  (0)30/1234-567 ", "(0)30/1234-567"),
        ("0048 22.123.45.67", "0048 22.123.45.67"),
        ("12345 ext. 67", "12345 ext. 67"),
        ("٠١٢٣٤٥٦٧", "01234567"),
        ("\u2066+966 50 123 4567\u2069", "+966 50 123 4567"),
        ("＋８６ １０ １２３４ ５６７８", "+86 10 1234 5678"),
    ],
)
def test_a_number_is_kept_as_people_write_it_in_digits_that_everybody_reads(written, kept):
    assert phone(written) == kept


def test_an_apostrophe_is_part_of_an_address_before_the_at_sign_only():
    known = read(None, "o'brien@shop.example")
    assert known is not None
    assert known.email == "o'brien@shop.example"
    for wrong in ("bo@o'brien.example", "bo@shop.example'", "'bo'@shop.example'", "bo@shop.'example"):
        assert read(None, wrong) is None, wrong


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "call me",
        "1234",
        "12 34+56 78",
        "1" * 18,
        "12345" + " " * LONGEST_PHONE + "6" * LONGEST_PHONE,
        "<b>12345678</b>",
        "tel:12345678",
    ],
)
def test_what_can_t_be_called_is_no_number(written):
    assert phone(written) is None
