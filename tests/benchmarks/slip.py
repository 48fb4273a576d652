"""Slips: what becomes of a question between the head and the keyboard, the same each time.

A slip gives back the text unchanged where it does not apply to it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from random import Random

import rjieba

Slip = Callable[[str, str], str]
"""Text and language to the text with the slip."""

WORD = re.compile(r"[^\W\d_]+")
HAN = re.compile(r"[\u3400-\u9fff]")
SHORTEST = 4  # letters of a word in which one letter goes wrong; a word of two or three may become another
KEYBOARDS = (
    ("qwertyuiopå", "asdfghjklæø", "zxcvbnm"),
    ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ"),
    ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
)
HARAKAT = "\u064e\u064f\u0650\u0652"
ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
ARABIC_WORD_END = r"(?![\u0621-\u064a])"
TAILS = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
SPELLED = {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}
BARE = str.maketrans("æøåÆØÅ", "aoaAOA")


def swapped(text: str, language: str) -> str:
    return _in_one_word(
        text, "swapped", lambda word, at, chance: word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    )


def dropped(text: str, language: str) -> str:
    return _in_one_word(text, "dropped", lambda word, at, chance: word[:at] + word[at + 1 :])


def doubled(text: str, language: str) -> str:
    return _in_one_word(text, "doubled", lambda word, at, chance: word[:at] + word[at] + word[at:])


def neighbour(text: str, language: str) -> str:
    """A key beside the right one; scripts that are typed by sound or stroke have none."""

    def beside(word: str, at: int, chance: Random) -> str:
        keys = _beside(word[at])
        return word[:at] + chance.choice(keys) + word[at + 1 :] if keys else word

    return _in_one_word(text, "neighbour", beside)


def unaccented(text: str, language: str) -> str:
    """Without accents, in languages other than Danish and Polish, which have slips of their own."""
    if language in ("da", "pl", "ar"):
        return text
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub(r"(?<=[A-Za-z])[\u0300-\u036f]+", "", parts))


def without_tails(text: str, language: str) -> str:
    return text.translate(TAILS) if language == "pl" else text


def spelled(text: str, language: str) -> str:
    """Danish æ, ø and å in two letters."""
    return "".join(SPELLED.get(letter, letter) for letter in text) if language == "da" else text


def bare(text: str, language: str) -> str:
    """Danish æ, ø and å as a, o and a."""
    return text.translate(BARE) if language == "da" else text


def spaced_words(text: str, language: str) -> str:
    if language != "zh":
        return text
    return re.sub(r"[\u3400-\u9fff]+", lambda run: " ".join(rjieba.cut(run[0])), text)


def spaced_letters(text: str, language: str) -> str:
    return re.sub(r"(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff])", " ", text) if language == "zh" else text


def unspaced(text: str, language: str) -> str:
    """Chinese without the spaces beside its characters."""
    return re.sub(r"(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])", "", text) if language == "zh" else text


def vocalised(text: str, language: str) -> str:
    """Arabic with vowel signs, on about every second letter."""
    if language != "ar":
        return text
    chance = _chance("vocalised", text)
    return re.sub(
        r"[\u0628-\u063a\u0641-\u0648]",
        lambda letter: letter[0] + (chance.choice(HARAKAT) if chance.random() < 0.5 else ""),
        text,
    )


def unvocalised(text: str, language: str) -> str:
    return ARABIC_MARKS.sub("", text) if language == "ar" else text


def alef(text: str, language: str) -> str:
    """Arabic alefs without hamza and madda; where there are none, first alefs with a hamza."""
    if language != "ar":
        return text
    plain = re.sub("[أإآٱ]", "ا", text)
    return plain if plain != text else re.sub("(?<![\u0621-\u064a])ا(?!ل)", "أ", text)


def hamza(text: str, language: str) -> str:
    """Arabic hamzas on waw and yeh, and at the end of a word, left off."""
    if language != "ar":
        return text
    return re.sub(f"ء{ARABIC_WORD_END}", "", text.replace("ؤ", "و").replace("ئ", "ي"))


def teh_marbuta(text: str, language: str) -> str:
    return re.sub(f"ة{ARABIC_WORD_END}", "ه", text) if language == "ar" else text


def yeh(text: str, language: str) -> str:
    """Arabic final yeh as alef maksura, and the other way round."""
    if language != "ar":
        return text
    return re.sub(f"[يى]{ARABIC_WORD_END}", lambda letter: "ى" if letter[0] == "ي" else "ي", text)


def capitals(text: str, language: str) -> str:
    return text.upper()


def unpunctuated(text: str, language: str) -> str:
    """Without punctuation, which becomes a space between two words of a script that has spaces."""
    kept = "".join(" " if unicodedata.category(letter).startswith("P") else letter for letter in text)
    kept = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", kept) if language == "zh" else kept
    return " ".join(kept.split())


def insistent(text: str, language: str) -> str:
    """With three question marks at the end."""
    return text.rstrip("?!.؟。？！… ") + (
        "؟؟؟" if language == "ar" else "？？？" if language == "zh" else "???"
    )


SLIPS: dict[str, Slip] = {
    "letters swapped": swapped,
    "letter dropped": dropped,
    "neighbour key": neighbour,
    "letter doubled": doubled,
    "no accents": unaccented,
    "pl without tails": without_tails,
    "da ae oe aa": spelled,
    "da a o a": bare,
    "zh spaced words": spaced_words,
    "zh spaced letters": spaced_letters,
    "zh no spaces": unspaced,
    "ar vowel signs": vocalised,
    "ar no vowel signs": unvocalised,
    "ar alef": alef,
    "ar hamza": hamza,
    "ar teh marbuta": teh_marbuta,
    "ar yeh": yeh,
    "capitals": capitals,
    "no punctuation": unpunctuated,
    "trailing ???": insistent,
}


def _chance(*of: str) -> Random:
    return Random("\n".join(of))


def _in_one_word(text: str, kind: str, change: Callable[[str, int, Random], str]) -> str:
    """The text with one of its longer words changed somewhere behind its first letter."""
    chance = _chance(kind, text)
    words = _long_words(text)
    chance.shuffle(words)
    for word in words:
        # The first letter is seldom the wrong one, and a swap of two equal letters is none.
        places = list(range(1, len(word[0]) - 1))
        chance.shuffle(places)
        for at in places:
            changed = change(word[0], at, chance)
            if changed != word[0]:
                return text[: word.start()] + changed + text[word.end() :]
    return text


def _long_words(text: str) -> list[re.Match[str]]:
    return [word for word in WORD.finditer(text) if len(word[0]) >= SHORTEST]


def _beside(letter: str) -> Sequence[str]:
    for keyboard in KEYBOARDS:
        for row in keyboard:
            at = row.find(letter.lower())
            if at >= 0:
                keys = row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
                return keys.upper() if letter.isupper() else keys
    return ""
