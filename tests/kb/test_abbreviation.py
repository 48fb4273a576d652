import pytest

from kb.abbreviation import spelled_out


@pytest.mark.parametrize(
    ("language", "cell", "spelled"),
    [
        ("en", "Sun", "Sunday"),
        ("en", "Fri–Sun", "Friday, Saturday, Sunday"),
        ("en", "Sat-Mon 9:00", "Saturday, Sunday, Monday 9:00"),
        ("en", "Tues, Thurs", "Tuesday, Thursday"),
        ("da", "Lør.", "lørdag"),
        ("da", "Man.–ons.", "mandag, tirsdag, onsdag"),
        ("pl", "Niedz.", "niedziela"),
    ],
)
def test_the_days_of_a_table_are_spelled_out_in_its_language(language, cell, spelled):
    assert spelled_out(f"| A | {cell} |\n|---|---|\n| 1 | 2 |", language) == (
        f"| A | {spelled} |\n| --- | --- |\n| 1 | 2 |"
    )


@pytest.mark.parametrize("cell", ["Sat on a chair", "T", "closed", "S", "9:00", "", "Mon–Fri by phone"])
def test_what_is_no_day_stays(cell):
    row = f"| A | {cell} |"
    assert spelled_out(row, "en") == row


def test_the_codes_of_countries_are_spelled_out_with_what_stands_in_brackets():
    table = "| | DE (EUR) | PL |\n|---|---|---|\n| Parcel | 5 | 20 |"
    assert spelled_out(table, "en").split("\n")[0] == "|  | Germany (EUR) | Poland |"
    assert spelled_out(table, "da").split("\n")[0] == "|  | Tyskland (EUR) | Polen |"


def test_two_letters_alone_are_no_country():
    row = "| Name | ID |"
    assert spelled_out(row, "en") == row
    assert spelled_out("| DE | QQ |", "en") == "| DE | QQ |"


def test_prose_stays_as_it_is():
    text = "We sat in the sun.\n\nDE and PL."
    assert spelled_out(text, "en") == text


def test_in_a_language_that_is_not_known_nothing_is_spelled_out():
    row = "| Sun | DE | PL |"
    assert spelled_out(row, "xx") == row
