import numpy as np
import pytest

from bot.answer.extract import answering_statement, rest_after
from kb.passage import Passage
from tests.bot.fakes import BagOfWords, article


def passage(body: str, language: str = "en"):
    return Passage(article("a", "Delivery", body, language), (), "", body, 5, 5 + body.count("\n"))


def answering_sentence(question: str, among: Passage, encode):
    """What is said in bold; empty where a row of a table answers, or nothing."""
    statement = answering_statement(question, among, encode)
    return statement.said if statement else ""


BODY = """\
Parcels leave our house every working day. Home delivery costs 59 kroner. A pick-up point costs 39 kroner.

## Bicycles

- A bicycle comes on a lorry.
- The driver calls you the day before, e.g. at noon.

| Country | Days |
|---|---|
| Denmark costs nothing at all | 2 |

```
bicycle lorry costs driver
```
"""


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What does home delivery cost?", "Home delivery costs 59 kroner."),
        ("price of a pick-up point", "A pick-up point costs 39 kroner."),
        ("does the driver call before?", "The driver calls you the day before, e.g. at noon."),
        ("on what does my bicycle come", "A bicycle comes on a lorry."),
        ("something else entirely", "Parcels leave our house every working day."),
    ],
)
def test_the_sentence_that_shares_most_with_the_question_answers_it(question, sentence):
    assert answering_sentence(question, passage(BODY), None) == sentence


def test_the_row_that_holds_a_day_is_nearer_than_a_sentence_that_names_it():
    """By words alone, on which no row is said: the table is shown."""
    table = "| Shop | Mon–Fri | Sat |\n|---|---|---|\n| Aarhus | 10–18 | closed |"
    open_on = "You can reach our shop in Aarhus by bus, and on Saturday by boat as well."
    known = passage(f"{open_on} Others are far away.\n\n{table}\n")
    assert answering_sentence("is the Aarhus shop closed on Saturday", known, None) == ""


def test_of_a_follow_up_only_what_has_its_addition_is_said():
    body = "A part is covered, and so on and on. A frame lasts for ten years. A fork is covered."
    known = under("Parts", body)
    assert answering_statement("and frames", known, None, "frames").said == "A frame lasts for ten years."
    assert answering_statement("and bells", known, None, "bells").said.startswith("A part")


def test_endings_do_not_hide_a_word():
    body = "Rama jest objęta gwarancją przez dziesięć lat. Zwroty przyjmujemy przez trzydzieści dni."
    assert answering_sentence("jak zwrócić towar, zwrot", passage(body, "pl"), None).startswith("Zwroty")


def test_chinese_is_compared_by_pairs_of_ideographs():
    body = "包裹两个工作日送达。自行车需要六天送达。退货标签在您的账户里。"
    assert answering_sentence("自行车要多久", passage(body, "zh"), None) == "自行车需要六天送达。"


def test_arabic_is_compared_without_its_vowel_signs():
    body = "يصل الطرد خلال يومي عمل. تُغطّي الضمانة إطار الدراجة عشر سنوات."
    assert answering_sentence("كم سنة تغطي الضمانة الدراجة", passage(body, "ar"), None).startswith("تُغطّي")


def under(title: str, body: str):
    """A passage of an article with that title."""
    return Passage(article("a", title, body), (), "", body, 5, 5 + body.count("\n"))


def test_what_the_title_says_is_not_what_was_asked():
    """Every sentence is about the Arc 500; only one of them is about how long it lasts."""
    body = "The Arc 500 headphones have a case. They last for 28 hours."
    arc = under("Arc 500 headphones", body)
    assert (
        answering_sentence("how long do the arc 500 headphones last", arc, None) == "They last for 28 hours."
    )
    assert answering_sentence("arc 500 headphones", arc, None) == "The Arc 500 headphones have a case."
    body = "Arc 500 耳机配有收纳盒。可以使用28小时。"
    assert (
        answering_sentence("Arc 500耳机可以使用多久", under("Arc 500 耳机", body), None) == "可以使用28小时。"
    )


def test_a_question_that_says_nothing_beyond_the_title_is_asked_whole():
    body = "Nothing needs to be registered. The warranty is two years."
    warranty = under("Warranty and your legal rights", body)
    assert answering_sentence("what is the warranty?", warranty, None) == "The warranty is two years."
    assert answering_sentence("warranty", warranty, None) == "The warranty is two years."


def test_a_word_goes_only_if_the_title_has_it_and_a_figure_only_if_it_has_it_whole():
    body = "Cards are welcome. The code of the Arc 50 is on its box."
    arc = under("Size, colour and model of the Arc 500", body)
    assert answering_sentence("code", arc, None) == "The code of the Arc 50 is on its box."
    assert answering_sentence("arc 50", arc, None) == "The code of the Arc 50 is on its box."


def test_a_title_with_marks_is_taken_off_whole():
    body = "التوصيل مجاني للأعضاء. يصل الطرد خلال يومين."
    delivery = under("التوصيل", body)
    assert answering_sentence("كم يوم يستغرق التَّوْصِيل للطرد", delivery, None).startswith("يصل الطرد")


def test_of_several_faults_that_one_is_told_of_whose_code_was_given():
    """The first one shares more letters with the question."""
    body = (
        "## F1: wheel\n\nThe robot turns in circles on its wheel.\n\n## F5: base\n\nWipe the sensors clean.\n"
    )
    robot = under("Sweep", body)
    assert (
        answering_sentence("my robot only goes around and around, it says F5", robot, None)
        == "Wipe the sensors clean."
    )
    assert answering_sentence("F5机器人", robot, None) == "Wipe the sensors clean."
    assert answering_sentence("robot turns in circles", robot, None).startswith("The robot turns")
    figure = under("Sweep", "Wipe its sensors clean. The robot turns 5 times.")
    assert answering_sentence("dirty since 5 days", figure, None).startswith("Wipe its")


def test_headings_tables_code_questions_and_lead_ins_are_no_answer():
    body = "## Home delivery costs\n\nWhat does it cost?\n\nHome delivery costs:\n\nIt is 59 kroner.\n"
    assert answering_sentence("home delivery costs", passage(body), None) == "It is 59 kroner."


def test_a_sentence_that_only_points_elsewhere_is_no_answer():
    body = "Parcels take two days. For delivery prices see [What delivery costs](delivery-costs.md).\n"
    assert (
        answering_sentence("what does delivery cost, delivery prices", passage(body), None)
        == "Parcels take two days."
    )


def test_a_passage_without_a_sentence_gives_none():
    assert answering_statement("days", passage("```\nrun this\n```\n"), None) is None


def test_meaning_decides_where_words_don_t():
    def encode(texts):
        bag = BagOfWords()
        return np.stack([bag.question(text.replace("Levering hjem", "Home delivery")) for text in texts])

    assert answering_sentence("Levering hjem", passage(BODY), encode) == "Home delivery costs 59 kroner."


def test_every_sentence_is_whole():
    for word in ("lorry", "noon", "kroner", "house"):
        assert answering_sentence(word, passage(BODY), None) in passage(BODY).plain


def test_a_short_list_answers_as_one_sentence_with_its_lead_in():
    body = "You may try an item.\n\nWe do not take back:\n\n- gift cards\n- painted bicycles\n"
    assert answering_sentence("can I return a gift card", passage(body), None) == (
        "We do not take back: gift cards, painted bicycles."
    )


def test_where_a_table_is_nearer_nothing_is_said_and_the_table_shows_itself():
    body = "Prices are in kroner.\n\n| What | Price |\n|---|---|\n| Battery check of an e-bike | 249 |\n"
    assert answering_sentence("battery check of my e-bike", passage(body), None) == ""
    assert answering_sentence("are prices in kroner", passage(body), None) == "Prices are in kroner."


def test_the_heading_above_a_sentence_speaks_for_it():
    body = (
        "### It hums\nThe microphones are out of tune.\n\n"
        "### The display stays dark\nThe cell is flat. Charge it.\n"
    )
    assert answering_sentence("my display is dark", passage(body), None) == "The cell is flat. Charge it."


def test_a_short_question_gets_what_matters_most_and_a_long_one_its_detail():
    body = "Our shops open at ten. The opening hours may differ at Easter."
    assert answering_sentence("opening shops", passage(body), None) == "Our shops open at ten."
    asked = "I come by at Easter, so may the opening hours of your shops differ from the usual ones"
    assert answering_sentence(asked, passage(body), None) == "The opening hours may differ at Easter."


@pytest.mark.parametrize(
    ("sentence", "markdown", "rest"),
    [
        ("You have 30 days.", "You have **30 days**. Keep the box.", "Keep the box."),
        ("See Delivery first.", "See [Delivery](delivery.md) first.\n\n- a", "- a"),
        ("今天送达。", "**今天**送达。明天休息。", "明天休息。"),
        ("Keep the box.", "You have 30 days. Keep the box.", "You have 30 days. Keep the box."),
        ("A: b, c.", "A:\n\n- b\n- c", "A:\n\n- b\n- c"),
        ("", "Text.", "Text."),
    ],
)
def test_the_rest_leaves_out_the_sentence_that_opens_a_passage_however_it_is_marked(sentence, markdown, rest):
    assert rest_after(sentence, markdown) == rest


@pytest.mark.parametrize(
    ("markdown", "rest"),
    [
        ("## Express\n\nIt leaves today. It arrives tomorrow.", "It arrives tomorrow."),
        ("## Faults\n\n### E7\n\nIt leaves today.\n\n### E8\n\nIt stays.", "### E8\n\nIt stays."),
        ("## Express\n\nIt arrives tomorrow. It leaves today.", None),
        ("1. It leaves today.\n2. It arrives tomorrow.", None),
        ("## Steps\n\n- It leaves today.\n- It arrives tomorrow.", None),
    ],
)
def test_a_sentence_that_opens_a_section_is_not_said_twice_and_a_list_stays_whole(markdown, rest):
    assert rest_after("It leaves today.", markdown) == (markdown if rest is None else rest)


def test_a_sentence_that_states_what_the_question_expects_is_nearer():
    body = "The guarantee comes from Hamburg. You can count on it for 2 years. It costs nothing."
    assert (
        answering_sentence("how long, madam, lasts such cover overall", passage(body), None)
        == "You can count on it for 2 years."
    )


def test_a_row_states_what_its_passage_names():
    table = "| Country | Call |\n|---|---|\n| Denmark | +45 00 55 01 40 |"
    known = passage(f"The phones are closed on Sundays.\n\n{table}\n")
    assert answering_sentence("which phone number has Denmark", known, None) == ""


PLANS = """\
| Plan | First answer within |
|---|---|
| Team | 1 working day |
| Business | 4 hours |
"""


def test_a_row_that_is_surely_the_nearest_is_said():
    assert (
        answering_sentence("how soon is an answer on business", passage(PLANS), all_alike)
        == "Plan: Business; First answer within: 4 hours"
    )


@pytest.mark.parametrize("body", [PLANS, f"We like to answer.\n\n{PLANS}"])
def test_of_rows_that_are_as_near_as_one_another_none_is_said(body):
    statement = answering_statement("within how many hours or days comes an answer", passage(body), all_alike)
    assert statement is not None
    assert (statement.row, statement.said) == (True, "")


def test_words_alone_are_not_enough_to_say_a_row():
    assert answering_sentence("how soon is an answer on business", passage(PLANS), None) == ""


def all_alike(texts):
    return np.ones((len(texts), 1), np.float32)


def test_what_is_hardly_nearer_than_the_next_is_not_said_but_its_place_is_known():
    body = "Lorries drive on Mondays.\n\n## At sea\n\nFerries sail whenever there is wind enough."
    statement = answering_statement("which weekday sees a big ferry with wind", passage(body), all_alike)
    assert statement is not None
    assert statement.said == ""
    assert (statement.words, statement.place) == ("Ferries sail whenever there is wind enough.", 1)


def test_what_opens_the_passage_is_said_also_where_another_is_as_near():
    body = "Lorries drive on Mondays. Ferries sail whenever there is wind enough."
    statement = answering_statement("which weekday sees my big lorries abroad", passage(body), all_alike)
    assert statement is not None
    assert statement.said == "Lorries drive on Mondays."


def test_what_opens_the_passage_is_not_said_for_what_it_does_not_state():
    table = "| Country | Call |\n|---|---|\n| Denmark | +45 00 55 01 40 |"
    known = passage(f"Nobody is there on Sundays.\n\n{table}\n")
    statement = answering_statement("what is your phone number", known, all_alike)
    assert statement is not None
    assert statement.said == ""


def test_what_says_the_same_is_no_rival():
    body = "A gift card is good for 3 years from its day."
    below = Passage(article("a", "Presents", body), ("A gift card is good for 3 years",), "", body, 5, 5)
    statement = answering_statement("which summer may somebody spend theirs abroad", below, all_alike)
    assert statement is not None
    assert "3 years" in statement.said
