import tomllib

import pytest

from index.answer_type import FILE, expected, stated


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("How long does delivery take?", "en", "duration"),
        ("I bought it 40 days ago, can it go back", "en", "duration"),
        ("what do you charge for a flat tyre", "en", "price"),
        ("are you open on Sundays", "en", "time"),
        ("what is your phone number", "en", "number"),
        ("hvornar kommer pakken", "da", "duration"),
        ("Hvornaar faar jeg mine penge", "da", "duration"),
        ("hvad koster fragten", "da", "price"),
        ("ile kosztuje zwrot", "pl", "price"),
        ("o ktorej zamykacie", "pl", "time"),
        ("متى ترجع فلوسي", "ar", "duration"),
        ("بكم التوصيل", "ar", "price"),
        ("多久能收到退款", "zh", "duration"),
        ("你们几点关门", "zh", "time"),
        ("Wie lange dauert der Versand?", "de", "duration"),
        ("Combien coûte la livraison ?", "fr", "price"),
        ("Сколько стоит доставка?", "ru", "price"),
        ("C'est combien ?", "fr", "price"),
        ("Combien d'heures faut-il ?", "fr", "duration"),
        ("Wie hoch sind die Rücksendekosten", "de", "price"),
        ("Was ist die Rückgabefrist", "de", "duration"),
        ("I sent it back. And when do I get the money", "en", "duration"),
        ("كم السعر؟", "ar", "price"),
        ("ما هي الرسوم", "ar", "price"),
        ("我要多少錢", "zh", "price"),
        ("hva koster frakten", "nb", "price"),
        ("notice period", "en", "duration"),
        ("ile sie czeka do kardiologa", "pl", "duration"),
        ("ile za wizytę", "pl", "price"),
        ("wie lang liegt das Buch bereit", "de", "duration"),
        ("c'est combien par mois", "fr", "price"),
        ("kart ne kadar", "tr", "price"),
    ],
)
def test_a_question_tells_what_it_wants_to_be_told(question, language, kind):
    assert kind in expected(question, language)


@pytest.mark.parametrize(
    ("question", "language", "kinds"),
    [
        ("ne kadar sürer", "tr", {"duration"}),
        ("ne kadar zaman var", "tr", {"duration"}),
        ("süresi ne kadar", "tr", {"duration"}),
        ("saat kaça kadar açıksınız", "tr", {"time"}),
        ("ne kadar sürer ve kaça", "tr", {"duration", "price"}),
        ("cost when late", "en", {"duration", "price"}),
    ],
)
def test_a_wording_within_a_longer_one_of_another_type_tells_nothing(question, language, kinds):
    assert expected(question, language) == kinds


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("can I pay with Klarna", "en"),
        ("the app crashes when I open the camera", "en"),
        ("my parcel was open", "en"),
        ("the lid does not close", "en"),
        ("how do I close my account", "en"),
        ("my phone does not find the lamp", "en"),
        ("how much weight can it carry", "en"),
        ("I ordered it on Monday and nothing came", "en"),
        ("appen lukker, mens den ringer", "da"),
        ("gdzie są moje środki", "pl"),
        ("terminal płatniczy nie działa", "pl"),
        ("Wo ist die Montageanleitung?", "de"),
        ("meine Uhr geht nach", "de"),
        ("appen stängs av och jag vill ha hjälp, när jag ringer den svarar ingen", "sv"),
        ("non funziona quando piove", "it"),
        ("Cher service client, elle ne marche pas", "fr"),
        ("где мои средства", "ru"),
        ("贵公司好", "zh"),
        ("my parcel arrived damaged", "en"),
        ("the whenever button", "en"),
        ("kan jeg betale med MobilePay", "da"),
        ("怎么退货", "zh"),
        ("wie lange dauert das", "xx"),
    ],
)
def test_other_questions_expect_nothing(question, language):
    assert expected(question, language) == frozenset()


@pytest.mark.parametrize(
    ("text", "language", "kind", "count"),
    [
        ("within 5 working days, at most 2–3 weeks", "en", "duration", 2),
        ("Pengene sendes senest 5 hverdage efter", "da", "duration", 1),
        ("Full charge: 4 h, 30 min", "en", "duration", 2),
        ("发货后1–2个工作日送达，最多两周或14天", "zh", "duration", 2),
        ("Home 59 kr., express 99 DKK", "en", "price", 2),
        ("To jest za darmo", "pl", "price", 1),
        ("يورو أو 2 كرونة", "ar", "price", 2),
        ("10:00–19:00", "en", "time", 2),
        ("+45 00 55 01 40, order 20260811", "en", "number", 1),
        ("We are kind to bicycles.", "en", "duration", 0),
        ("9:00 Freitag, 10.30 Samstag", "de", "duration", 0),
        ("10-18, lørdag 10-16", "da", "duration", 0),
        ("2026年11月1日起", "zh", "duration", 0),
        ("3 части", "ru", "duration", 0),
        ("300 рублей, 500 руб.", "ru", "price", 2),
        ("20 دينار", "ar", "price", 1),
        ("两个单元", "zh", "price", 0),
        ("We close at 18:00.", "en", "time", 1),
        ("9 am to 5 pm, 18 Uhr, 9点", "en", "time", 4),
        ("4.50 EUR, iOS 15.10", "en", "time", 0),
        ("10.00–18.00", "da", "time", 1),
        ("call 0800 123 456", "en", "number", 1),
    ],
)
def test_what_a_text_states_is_counted(text, language, kind, count):
    assert stated(text, language)[kind] == count


def test_a_figure_alone_in_a_table_is_of_the_unit_that_the_text_names():
    table = "| {} | DK | SE |\n|---|---|---|\n| Parcel | 1–2 | 3 |"
    assert stated(table.format("Working days"), "en")["duration"] == 2
    assert stated(table.format("Points"), "en")["duration"] == 0
    assert stated(table.format("EUR"), "en")["price"] == 3


def test_every_language_has_all_kinds_of_wordings():
    lists = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert {frozenset(kinds) for kinds in lists.values()} == {
        frozenset(("duration", "price", "time", "number", "units", "free"))
    }
    assert all(wordings for kinds in lists.values() for wordings in kinds.values())
