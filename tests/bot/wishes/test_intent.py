from typing import get_args

import pytest

from bot.phrase import heard, languages, signals
from bot.wishes.intent import DialogueAct, Intent, recognise

QUESTIONS = {
    "en": [
        "Hi, how do I return a gift?",
        "thanks, and how long does it take?",
        "can a person under 18 order?",
        "Can someone else collect my parcel?",
        "Do I have to talk to an agent to return something?",
        "How do I protect my bike against thieves?",
        "Hello, is the helmet good?",
        "I need someone to sign for my delivery?",
        "When can I talk to a person on the phone?",
        "ok but what about bicycles",
        "is the agent mode of the router safe?",
        "Can I pay by person to person transfer?",
        "Good battery life?",
    ],
    "da": [
        "Hej, hvordan returnerer jeg en gave?",
        "tak, og hvor lang tid tager det?",
        "må en person under 18 bestille?",
        "Behøver jeg at tale med nogen for at returnere?",
        "Lyset er for dårligt, hvad gør jeg?",
        "kan jeg få en anden farve",
        "Hvor kan jeg hente pakken i dag?",
    ],
    "pl": [
        "Cześć, jak zwrócić prezent?",
        "dzięki, a jak długo to trwa?",
        "czy osoba poniżej 18 lat może zamówić?",
        "czy mam dość miejsca na wózek?",
        "Czy muszę rozmawiać z konsultantem, żeby zwrócić towar?",
        "dobry rower dla dziecka",
    ],
    "ar": [
        "مرحبا، كيف أعيد هدية؟",
        "شكرًا، وكم يستغرق ذلك؟",
        "هل يمكن لشخص تحت 18 أن يطلب؟",
        "السلام عليكم، أين طلبي؟",
        "الدفع غير مقبول، ماذا أفعل؟",
        "هل يمكن توصيل الطلب إلى شخص غيري؟",
    ],
    "zh": [
        "你好，怎么退礼物？",
        "谢谢，那要多久？",
        "未满18岁的人可以下单吗？",
        "怎么操作",
        "妈妈的订单在哪里",
        "需要人工安装吗",
        "好用吗",
        "联系不到快递员怎么办",
        "声音和真人一样吗",
    ],
}
WISHES = {
    "en": {
        "greeting": [
            "hi",
            "Hello!!",
            "hellooo there",
            "Good morning",
            "Hi, can you help me?",
            "good morning, i would like to ask something",
        ],
        "asking": ["I have a question", "help", "sorry, can you help me?"],
        "pause": ["maybe", "wait", "haha", "one moment please"],
        "apology": ["sorry", "oops, my mistake"],
        "declined": ["no thanks", "no, thank you very much", "no that's all", "never mind"],
        "good_wishes": ["Merry Christmas!", "happy new year to you all"],
        "unhelpful": [
            "none of these",
            "I don't understand",
            "that's a stupid answer",
            "no that's not what I asked",
        ],
        "refusal": ["no", "nope, sorry"],
        "thanks": [
            "thanks",
            "Thank you so much! That was very helpful.",
            "ok thanks",
            "THX",
            "that worked",
            "it works now, thank you so much",
        ],
        "farewell": ["bye", "ok thanks bye", "See you later!", "have a nice day"],
        "how_are_you": ["how are you?", "Hi, how's it going?"],
        "who_are_you": ["are you a bot?", "Am I talking to a real person?", "Hello, who are you?"],
        "affirmation": ["ok", "Yes", "great, got it", "that's all"],
        "person": [
            "I want to talk to a human",
            "agent",
            "human please!!",
            "Can I speak to someone about a refund?",
            "I'd like a real person, please",
            "connect me with customer service",
            "get me your manager",
            "Is there a real person here?",
            "not a bot please",
            "yes, a person please",
            "let me chat with one of your agents",
            "Could you put me through to somebody who knows e-bikes",
        ],
        "upset": [
            "this is ridiculous, where is my refund",
            "You are useless",
            "I'm so angry!!!",
            "worst service ever",
        ],
    },
    "da": {
        "greeting": ["hej", "Goddag!", "Hejsa, kan du hjælpe mig?"],
        "thanks": ["tak", "tusind tak for hjælpen!", "mange tak, det virker"],
        "pause": ["måske", "vent lige"],
        "declined": ["nej tak", "nej, det var alt"],
        "unhelpful": ["ingen af dem", "det var ikke det jeg spurgte om", "jeg forstår det ikke"],
        "farewell": ["farvel", "hav en god dag", "vi ses"],
        "how_are_you": ["hvordan går det?"],
        "who_are_you": ["er du en robot?", "hvem er du"],
        "affirmation": ["fint", "ja tak", "det er i orden"],
        "person": [
            "jeg vil gerne tale med et menneske",
            "kan jeg tale med en medarbejder?",
            "Jeg vil snakke med jeres chef",
            "menneske tak",
            "stil mig om til kundeservice",
            "kundeservice",
        ],
        "upset": ["det er simpelthen for dårligt", "jeg er rasende", "I er ubrugelige!"],
    },
    "pl": {
        "greeting": ["cześć", "Dzień dobry", "dzien dobry", "witam, mam pytanie"],
        "thanks": ["dziękuję bardzo", "dzieki wielkie", "dziękuję za pomoc"],
        "farewell": ["do widzenia", "miłego dnia!"],
        "how_are_you": ["co słychać?"],
        "who_are_you": ["czy jesteś botem?", "Czy rozmawiam z człowiekiem?"],
        "affirmation": ["tak", "ok, rozumiem", "jasne"],
        "declined": ["nie, dziękuję bardzo"],
        "unhelpful": ["nie rozumiem", "nie o to pytałem", "żadne z nich"],
        "person": [
            "chcę rozmawiać z człowiekiem",
            "chce gadac z czlowiekiem",
            "proszę mnie połączyć z konsultantem",
            "Konsultant",
            "Chciałbym porozmawiać z kimś z obsługi",
            "poproszę konsultanta",
        ],
        "upset": ["mam dość tego bota", "to skandal", "jesteście oszustami"],
    },
    "ar": {
        "greeting": ["مرحبا", "السلام عليكم ورحمة الله", "صباح الخير"],
        "thanks": ["شكرا جزيلا", "شُكرًا لك", "يعطيك العافية"],
        "farewell": ["مع السلامة", "إلى اللقاء"],
        "how_are_you": ["كيف حالك؟"],
        "who_are_you": ["هل أنت روبوت؟", "من أنت"],
        "affirmation": ["نعم", "تمام", "حسنًا"],
        "declined": ["لا، شكرا"],
        "unhelpful": ["ما فهمت", "ولا واحد منها"],
        "person": [
            "أريد التحدث مع موظف",
            "أريد أن أتحدث إلى شخص حقيقي",
            "حولني لخدمة العملاء",
            "ممكن اكلم حد",
            "أريد إنسانًا",
            "موظف من فضلك",
        ],
        "upset": ["خدمتكم سيئة جدا", "أنتم نصابون", "هذه مهزلة"],
    },
    "zh": {
        "greeting": ["你好", "您好！", "在吗", "早上好呀"],
        "thanks": ["谢谢", "好的谢谢", "非常感谢您的帮助"],
        "farewell": ["再见", "拜拜啦"],
        "how_are_you": ["你好吗？"],
        "who_are_you": ["你是机器人吗", "你是谁"],
        "affirmation": ["好的", "明白了", "没有其他问题了"],
        "pause": ["也许", "哈哈哈", "请稍等"],
        "apology": ["对不起"],
        "unhelpful": ["不明白", "都不是", "我不懂"],
        "person": [
            "转人工",
            "我要找人工客服",
            "我想和真人说话",
            "能不能给我转接人工客服",
            "我想跟你们经理谈谈",
            "人工服务",
        ],
        "upset": ["垃圾客服", "气死我了", "太过分了！"],
    },
}


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code in QUESTIONS for text in QUESTIONS[code]]
)
def test_a_question_stays_a_question(language, text):
    assert recognise(text, language) is None


@pytest.mark.parametrize(
    ("language", "wish", "text"),
    [(code, wish, text) for code in WISHES for wish in WISHES[code] for text in WISHES[code][wish]],
)
def test_a_wish_is_recognised(language, wish, text):
    assert recognise(text, language) == Intent(wish, language)


@pytest.mark.parametrize(
    ("language", "text"), [("da", "nej ok"), ("pl", "nie jasne"), ("zh", "不好吗"), ("zh", "可以吗")]
)
def test_what_is_denied_or_asked_is_not_affirmed(language, text):
    intent = recognise(text, language)
    assert intent is None or intent.wish != "affirmation"


def test_the_given_language_is_tried_first():
    assert recognise("tak", "pl") == Intent("affirmation", "pl")
    assert recognise("tak", "da") == Intent("thanks", "da")


def test_a_wish_in_another_language_is_recognised_with_that_language():
    assert recognise("转人工", "en") == Intent("person", "zh")
    assert recognise("Thank you!", "da") == Intent("thanks", "da")
    assert recognise("this is unacceptable", "pl") == Intent("upset", "en")


def test_a_language_without_wordings_does_not_disturb():
    assert recognise("hello", "fi") == Intent("greeting", "en")


def test_a_greeting_is_known_in_a_language_that_the_bot_does_not_speak():
    assert recognise("Merhaba!", "en") == Intent("greeting", "tr")
    assert recognise("merci bonne journée", "en") == Intent("thanks", "fr")
    assert recognise("tschüss", "pl") == Intent("farewell", "de")


def test_a_yes_and_a_no_are_heard_only_in_the_language_that_a_message_is_in():
    assert recognise("ei", "fi") == Intent("refusal", "fi")
    assert recognise("ei", "de") is None  # an egg
    assert recognise("nein danke", "de") == Intent("declined", "de")


def test_a_long_or_wordless_message_wishes_nothing():
    assert recognise("bye " * 200, "en") is None
    assert recognise("!!!", "en") is None


def test_wordings_that_cover_a_message_in_a_million_ways_are_tried_once():
    assert recognise("bye bye " * 49 + "x", "en") is None


@pytest.mark.parametrize(
    ("language", "text"), [("en", "no good"), ("da", "duer ikke"), ("pl", "dalej nie"), ("zh", "不行")]
)
def test_a_no_with_a_good_in_it_turns_down(language, text):
    assert recognise(text, language) == Intent("unhelpful", language)


@pytest.mark.parametrize(
    ("language", "alone", "within"),
    [
        ("en", "wtf!", "voucher code answers D-04 wtf"),
        ("da", "idioter", "min idiot af en bror tabte dem i vasken"),
        ("pl", "idioci", "mój brat idiota wrzucił je do zlewu"),
        ("ar", "قرف", "طعم القهوة مقرف"),
        ("zh", "离谱", "冬天电池掉电快得离谱"),
    ],
)
def test_a_word_of_abuse_is_anger_where_it_is_all_that_is_said(language, alone, within):
    assert recognise(alone, language) == Intent("upset", language)
    assert recognise(within, language) is None


DANGER = {
    "en": [
        "the battery is smoking right now",
        "my ebike caught fire",
        "the kettle gave me an electric shock",
    ],
    "da": ["batteriet ryger", "min søn er kommet til skade"],
    "pl": ["bateria dymi", "kopnął mnie prąd, gdy dotknąłem wtyczki"],
    "ar": ["البطارية يطلع منها دخان", "انفجرت أثناء الشحن"],
    "zh": ["电池冒烟了", "刹车失灵我摔伤了"],
}
CALM = {
    "en": ["what if the battery is on fire?", "are we insured if somebody was hurt", "smoke-coloured glass"],
    "da": ["hvad hvis batteriet står i flammer", "dækker forsikringen, når nogen er kommet til skade"],
    "pl": ["czy bateria dymi podczas ładowania", "co jeśli czajnik się zapalił"],
    "ar": ["ماذا لو اشتعلت البطارية", "هل يغطي التأمين إذا أصبت"],
    "zh": ["如果电池冒烟怎么办", "电池会着火吗"],
}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code in DANGER for text in DANGER[code]])
def test_danger_that_is_reported_is_recognised(language, text):
    assert recognise(text, language) == Intent("danger", language)


@pytest.mark.parametrize(("language", "text"), [(code, text) for code in CALM for text in CALM[code]])
def test_a_question_about_danger_reports_none(language, text):
    assert recognise(text, language) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the sale is on fire"),
        ("en", "the white smoke colour is sold out"),
        ("en", "I got a shock when I saw the bill"),
        ("en", "my feelings got hurt"),
        ("da", "den røde lampe brænder konstant"),
        ("pl", "pali się czerwona kontrolka"),
        ("zh", "价格爆炸了"),
    ],
)
def test_words_of_danger_said_of_something_else_report_none(language, text):
    assert recognise(text, language) is None


@pytest.mark.parametrize(("language", "text"), [("en", "Fire!!"), ("da", "hjælp, brand!"), ("zh", "着火")])
def test_a_word_of_danger_alone_is_enough(language, text):
    assert recognise(text, language) == Intent("danger", language)


def test_danger_comes_before_all_else_that_a_message_says_however_long_it_is():
    assert recognise("This is ridiculous! My bike caught fire.", "en") == Intent("danger", "en")
    assert recognise("I bought it in May. " * 30 + "Now it is smoking.", "en") == Intent("danger", "en")


def test_a_question_beside_it_does_not_hide_danger():
    assert recognise("The charger exploded. Is that covered?", "en") == Intent("danger", "en")


@pytest.mark.parametrize("language", sorted({*languages(), *heard()}))
def test_each_known_wording_is_known_as_what_it_is_listed_for(language):
    told = {"worked": "thanks"}
    wishes = {*get_args(DialogueAct), "person", "upset", "unhelpful", "refusal", "danger", "worked"}
    listed = {kind: wordings for kind, wordings in signals(language).items() if kind in wishes}
    assert {
        wording: found and found.wish
        for kind, wordings in listed.items()
        for wording in wordings
        if (found := recognise(wording, language)) is None or found.wish != told.get(kind, kind)
    } == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "which brand is it"),
        ("en", "brand"),
        ("en", "there is no smoke, it just stopped"),
        ("pl", "nie dymi, nie iskrzy"),
        ("zh", "没有冒烟，只是不转了"),
        ("ar", "لا يخرج دخان"),
        ("da", "hvordan ser man, om batteriet er svulmet op"),
    ],
)
def test_danger_that_is_denied_or_asked_about_is_none(language, text):
    found = recognise(text, language)
    assert found is None or found.wish != "danger"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "my charger is on fire, what happens if it spreads"), ("zh", "电池着火了，怎么处理")],
)
def test_a_clause_that_asks_after_it_hides_no_danger(language, text):
    assert recognise(text, language) == Intent("danger", language)


@pytest.mark.parametrize(
    ("language", "text"), [("pl", "nie działa"), ("ar", "لا يعمل الآن"), ("zh", "不管用了")]
)
def test_what_does_not_work_is_no_thank_you(language, text):
    found = recognise(text, language)
    assert found is None or found.wish == "unhelpful"


@pytest.mark.parametrize(
    ("language", "text"),
    [("da", "nej tak, det var alt"), ("pl", "nie dziękuję, wszystko jasne"), ("en", "no thanks, all good")],
)
def test_a_polite_no_is_none_to_what_was_answered(language, text):
    assert recognise(text, language) == Intent("declined", language)
