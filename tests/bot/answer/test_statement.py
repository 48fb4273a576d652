import pytest

from bot.answer.statement import BRIEF, LONGEST_ROW, SHORT_LIST, Statement, statements
from kb.passage import Passage
from tests.bot.fakes import article


def read(body: str, language: str = "en", *, heading: tuple[str, ...] = (), title: str = "Gift cards"):
    where = Passage(article("a", title, body, language), heading, "", body, 5, 5 + body.count("\n"))
    return statements(where)


def said(body: str, language: str = "en", **more):
    return [one.said for one in read(body, language, **more)]


def test_sentences_are_said_one_by_one():
    assert said("Parcels leave daily. Home delivery costs 59 kroner.") == [
        "Parcels leave daily.",
        "Home delivery costs 59 kroner.",
    ]


def test_a_statement_knows_below_which_heading_of_the_passage_it_stands():
    body = "Before all, this.\n\n## Red\nStop the machine.\n\n## Blue\n> ## Quoted\n\n- Go on as before.\n"
    assert [(one.said, one.place) for one in read(body)] == [
        ("Before all, this.", 0),
        ("Stop the machine.", 1),
        ("Go on as before.", 2),
    ]


def test_questions_code_scraps_and_lead_ins_are_not_said():
    assert said("What does it cost?\n\nHere is how:\n\n```\nrun this now please.\n```\n\nNote.\n") == []


def test_a_row_of_a_table_is_a_statement_below_its_heading():
    assert read("## Figures\n\n| | Arc |\n|---|---|\n| Weight | 254 g |\n") == (
        Statement("Weight – Arc: 254 g", "Weight; Arc: 254 g", "Figures", place=1, row=True),
    )


@pytest.mark.parametrize(
    ("head", "row", "sentence"),
    [
        ("Plan | Answer within | Phone", "Business | 4 hours | ", "Plan: Business; Answer within: 4 hours"),
        (" | ", "Weight | **254 g**", "Weight: 254 g"),
        ("| DE", "Parcel | 2", "Parcel – DE: 2"),
        ("自行车 | 期限", "车架 | 10年", "自行车：车架；期限：10年"),
        ("المدينة | السبت", "آرهوس | مغلق", "المدينة: آرهوس؛ السبت: مغلق"),
    ],
)
def test_a_row_is_said_as_the_table_has_it_with_the_heads_of_its_columns(head, row, sentence):
    columns = head.count("|") + 1
    assert said(f"| {head} |\n|{'---|' * columns}\n| {row} |\n") == [sentence]


@pytest.mark.parametrize("row", ["| | 2 days |", "| Poland | |", f"| Poland | {'1' * LONGEST_ROW} |"])
def test_a_row_without_a_name_or_a_value_or_an_end_is_not_said(row):
    assert said(f"| Country | Takes |\n|---|---|\n{row}\n") == [""]


def test_a_table_stands_under_the_words_that_lead_to_it():
    table = "| | Parcel |\n|---|---|\n| Poland | 2 days |\n"
    led, following = read(f"## Times\n\nAfter dispatch it takes:\n\n{table}\nA heavy one takes longer.\n")
    assert (led.words, led.about) == ("Poland; Parcel: 2 days", "After dispatch it takes:")
    assert following.about == "Times"


def test_what_the_row_of_a_table_says_short_is_known_by_its_name():
    table = "| | DE | PL |\n|---|---|---|\n| Parcel | 2 | 3 |\n"
    assert [one.words for one in read(table)] == ["Parcel; Germany: 2; Poland: 3"]


@pytest.mark.parametrize(
    ("body", "language", "sentence"),
    [
        ("We don't take:\n\n- cheques\n- cash;\n", "en", "We don't take: cheques, cash."),
        ("以下不接受：\n\n- 支票\n- 现金\n", "zh", "以下不接受：支票、现金。"),
        ("لا نقبل ما يلي:\n\n- الشيكات\n- النقد\n", "ar", "لا نقبل ما يلي: الشيكات، النقد."),
        ("## Det tager vi ikke\n\n- checks\n- efterkrav\n", "da", "Det tager vi ikke: checks, efterkrav."),
        ("Garantien gælder i\n\n- 2 år i Danmark\n- 3 år i Sverige\n", "da",
         "Garantien gælder i: 2 år i Danmark, 3 år i Sverige."),
    ],
)  # fmt: skip
def test_a_list_of_scraps_is_one_sentence_with_what_leads_to_it(body, language, sentence):
    assert said(body, language) == [sentence]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            "The right lasts\n\n- 2 years in Denmark\n- up to 6 years in Ireland.\n",
            "The right lasts: 2 years in Denmark, up to 6 years in Ireland.",
        ),
        (
            "We pay at most:\n\n- 270 euros;\n- 3,000 SEK.\n",
            "We pay at most: 270 euros, 3,000 SEK.",
        ),
        ("Please send us:\n\n- photos of it.\n- its number.\n", "Please send us: photos of it, its number."),
    ],
)
def test_the_full_stop_behind_the_last_item_makes_no_sentence_of_it(body, sentence):
    assert said(body) == [sentence]


def test_a_long_list_is_said_item_by_item():
    items = [f"an item of kind number {place} that is not taken back" for place in range(9)]
    lines = "".join(f"- {item}\n" for item in items)
    assert len(lines) > SHORT_LIST
    assert said(f"We don't take:\n\n{lines}") == [f"We don't take: {item}." for item in items]


def test_items_that_are_sentences_stand_alone():
    assert said("Do this:\n\n1. Charge the battery.\n2. Press the button.\n") == [
        "Charge the battery.",
        "Press the button.",
    ]


def test_a_step_and_what_follows_from_it_are_said_together():
    steps = "1. Block the bicycle. Our workshops then see that it is stolen.\n2. Tell your insurer.\n"
    assert said(steps) == [
        "Block the bicycle. Our workshops then see that it is stolen.",
        "Tell your insurer.",
    ]


def test_scraps_without_anything_that_leads_to_them_are_left_out():
    assert said("You can pay by card.\n\n- cheques\n- cash\n") == ["You can pay by card."]


def test_a_fault_and_its_cure_are_said_together():
    assert said("### It hums\nThe fit is off. Run the calibration.\n") == [
        "The fit is off. Run the calibration."
    ]
    assert said("- **Det brummer.** Den sidder skævt. Kør kalibreringen.\n", "da") == [
        "Den sidder skævt. Kør kalibreringen."
    ]
    assert len(said(f"### It hums\nThe fit is off. {'Run the calibration ' * (BRIEF // 20)}now.\n")) == 2


def test_a_statement_knows_the_heading_that_it_stands_under():
    [one] = read("### Error E07\nThe magnet sits too far away from the sensor.\n")
    assert one.about == "Error E07"


@pytest.mark.parametrize(
    ("heading", "language", "title"),
    [
        ("A gift card is good for 3 years", "en", "Gift cards"),
        ("收货后30天内可以退", "zh", "退货"),
        ("لديك 30 يومًا لإرجاع المنتج", "ar", "إرجاع منتج"),
    ],
)
def test_a_heading_that_says_how_much_is_a_statement(heading, language, title):
    assert said("", language, heading=(heading,), title=title)[-1].startswith(heading)


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Figures", "Arc 500"),
        ("E41: overload", "Strand"),
        ("Router Wi-Fi 6, który można rozbudować", "Kestro Mesh"),
        ("How to care for the Arc 500 headphones", "Sonoval Arc 500"),
        ("Call us: +45 00 55 01 40", "Contact"),
        ("Is it free after 3 days?", "Delivery"),
    ],
)
def test_a_heading_that_only_names_is_none(heading, title):
    assert said("", heading=(heading,), title=title) == []


def test_a_statement_that_is_mostly_a_link_says_so():
    told, points = read("Parcels take two days. See [What delivery costs](delivery-costs.md).")
    assert told.linked == 0.0
    assert points.linked > 0.5
