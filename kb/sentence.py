"""Sentences: where one ends, in Latin, Greek, Cyrillic, Arabic, Indic and East Asian writing."""

import re
from itertools import pairwise

_END = re.compile(
    r"[.!?…؟۔؛।॥]+[\"'”’»)\]]*(?=\s|$)"
    r"|[。！？｡]+[”’」』）》】\"']*"
    r"|\n+"
)
_COMMON = """
approx art cf co corp dr e.g eds etc fig ft i.e inc jr ltd min max mr mrs ms no nr p pp prof sr st tel vol vs
"""
_ABBREVIATIONS = {
    "da": """
        a.m.m bl.a ca d d.v.s dvs eks evt f.eks fx hhv hr inkl ekskl jf kl kr m.fl m.m m.v maks mht mio o.l
        obs osv pct pga stk tlf vedr
    """,
    "de": """
        abs abb aufl bspw bzgl bzw ca d.h evtl exkl frl geb ggf hr inkl mind mio o.ä sog str u.a usw vgl z.b
        z.t zzgl
    """,
    "en": "a.m p.m dept est gen gov jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k",
    "es": "admón aprox avda dña ej núm p.ej pág sra srta ud uds",
    "fi": "ent esim ks mm n noin os puh ts v yms",
    "fr": "av c.-à-d env ex m mme mlle n p.ex réf tél",
    "no": "bl.a ca dvs eks f.eks hhv inkl ekskl jf kl kr maks m.m mill osv pga tlf",
    "pl": """
        al dot godz im in inż itd itp lek m.in mgr mies np ok os pkt pl pt r r.w str szt tj tys tzn tzw ul
        ur ust wg zł zob
    """,
    "sv": "bl.a ca d.v.s dvs exkl f.d fr.o.m inkl kl kr m.fl m.m osv resp t.ex t.o.m",
}
_ORDINALS = frozenset(
    {"cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "tr"}
)
"""Languages that write a day or a rank as a number and a full stop."""


def sentences(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a plain text, in order and without the space around them; a line break ends one."""
    found = (text[start:end].strip() for start, end in spans(text, language))
    return tuple(sentence for sentence in found if sentence)


def spans(text: str, language: str) -> list[tuple[int, int]]:
    """Where the sentences start and end, each with the space behind it, so that nothing is left out."""
    cuts = [0]
    for match in _END.finditer(text):
        after = match.end()
        while after < len(text) and text[after].isspace():
            after += 1
        if after < len(text) and _ends(text, cuts[-1], match, after, language):
            cuts.append(after)
    edges = [*dict.fromkeys(cuts), len(text)]
    return [(start, end) for start, end in pairwise(edges) if end > start]


def _ends(text: str, first: int, match: re.Match[str], after: int, language: str) -> bool:
    mark = match.group()
    if "\n" in text[match.start() : after] or mark[0] in "。！？｡":
        return True
    following = text[after]
    if mark != ".":
        return not (following.islower() and mark[-1] in ".…\"'”’»)]")
    return not (following.islower() or _abbreviated(text, first, match.start(), language))


def _abbreviated(text: str, first: int, dot: int, language: str) -> bool:
    """Whether the full stop belongs to the word before it."""
    start = dot
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    word = text[start:dot].lstrip("([\"'“„«")
    if word.isdigit():
        counts = not text[first:start].strip()
        return counts or (language in _ORDINALS and len(word) <= 2)
    initial = len(word) == 1 and word.isupper() and word != "I"
    known = _COMMON.split() + _ABBREVIATIONS.get(language, "").split()
    return initial or word.lower() in known
