"""The cases of names and places, as the remarks of the carriers describe them."""

from __future__ import annotations

import random

_VOWELS = "aeiouõäöüyăâîéáèóí"


def inflect(code: str, word: str, case: str, kind: str, chance: random.Random) -> str:
    """Return ``word`` (its last part) in a case; unchanged where the language has no such case."""
    if not word:
        return word
    if code in {"et", "ro"}:
        return (_estonian if code == "et" else _romanian)(word, case, kind, chance)
    return word + _genitive(code, word[-1].lower(), chance) if case == "gen" else word


def _genitive(code: str, last: str, chance: random.Random) -> str:
    if code == "sv":
        return "" if last in "sxz" else "s"
    if code == "nl":
        return "'s" if last in "aiouy" else "'" if last in "sxz" else "s"
    return "'" if last == "s" and chance.random() < 0.5 else "'s"


_WEAK = {
    "mart": "mardi", "märt": "märdi", "kert": "kerdi", "lembit": "lembitu", "kask": "kase", "kuusk": "kuuse",
    "sepp": "sepa", "lepp": "lepa", "mägi": "mäe", "raud": "raua", "luik": "luige", "kukk": "kuke", "lind": "linnu",
    "org": "oru", "põld": "põllu", "kütt": "küti", "rand": "ranna", "sild": "silla", "mänd": "männi", "lill": "lille",
    "hunt": "hundi", "kurg": "kure", "teder": "tedre", "aas": "aasa", "kruus": "kruusi", "tuisk": "tuisu",
    "kull": "kulli", "nõmm": "nõmme", "jõgi": "jõe", "mets": "metsa", "kirs": "kirsi", "toom": "toome", "ots": "otsa",
    "mölder": "möldri", "tamm": "tamme", "saar": "saare", "nurm": "nurme", "järv": "järve", "peeter": "peetri",
    "kaarel": "kaarli", "mihkel": "mihkli", "põder": "põdra", "siim": "siimu", "ants": "antsu", "rein": "reinu",
    "triin": "triinu", "ain": "ainu", "tiit": "tiidu", "priit": "priidu", "kreet": "kreedu", "reet": "reeda",
    "riin": "riina", "pärn": "pärna", "tallinn": "tallinna", "saks": "saksa", "rätsep": "rätsepa",
}  # fmt: skip
_ENDINGS = {
    "ine": "s", "ela": "st", "ill": "sse", "ade": "l", "abl": "lt", "all": "le", "com": "ga", "ter": "ni",
    "ess": "na", "abe": "ta", "tra": "ks",
}  # fmt: skip
_OUTER = ("mäe", "järve", "nõmme", "pää", "maa", "metsa", "oja", "soo", "nurme", "välja", "ranna", "kõrve", "jõgeva",
          "türi", "tapa", "loksa", "saue", "kallaste", "rapla")  # fmt: skip
_TO_OUTER = {"ine": "ade", "ela": "abl", "ill": "all"}


def _like(model: str, word: str) -> str:
    return word.capitalize() if model[:1].isupper() else word


def _estonian_genitive(word: str, kind: str, chance: random.Random) -> str:
    lower = word.lower()
    if lower in _WEAK and chance.random() < 0.75:
        return _like(word, _WEAK[lower])
    if lower[-1] in _VOWELS:
        return word[:-2] + "se" if kind == "surname" and lower.endswith("ne") and len(lower) > 4 else word
    if lower.endswith("s") and len(lower) > 4 and lower[-2] in _VOWELS:
        return word + "e"
    if lower.endswith("ik") and len(lower) > 4:
        return word + "u"
    return word + "i"


def _estonian(word: str, case: str, kind: str, chance: random.Random) -> str:
    if kind == "street":
        return word  # the type word of a street is inflected by its composer
    head, space, last = word.rpartition(" ")
    head += space
    genitive = _estonian_genitive(last, kind, chance)
    if last.isupper() and len(last) <= 3:  # OÜ, AS, MTÜ
        return head + (last if case == "gen" else f"{last}-{_ENDINGS.get(case, '')}")
    if case == "gen":
        return head + genitive
    if case == "part":
        return head + (last + "t" if last[-1].lower() in _VOWELS or last.endswith("s") else genitive)
    if kind in {"city", "village"} and last.lower().endswith(_OUTER):
        case = _TO_OUTER.get(case, case)
    if kind in {"city", "village"} and case == "ill" and chance.random() < 0.4:
        return head + genitive
    apostrophe = "'" if kind in {"given", "surname"} and chance.random() < 0.04 else ""
    stem = last if apostrophe else genitive
    return head + stem + apostrophe + _ENDINGS.get(case, "")


_MASCULINE = frozenset({
    "mihnea", "luca", "toma", "mircea", "horia", "costea", "sava", "zaharia", "nichita", "oprea", "badea", "manea",
    "attila", "csaba", "béla", "géza", "gyula", "barna",
})  # fmt: skip


def _romanian(word: str, case: str, kind: str, chance: random.Random) -> str:
    head, space, last = word.rpartition(" ")
    if kind in {"city", "village"} and space:
        return word
    lower = last.lower()
    head += space
    if kind == "surname":
        return f"lui {word}" if case == "gen" else word
    if case in {"gen", "dat"}:
        return head + _romanian_genitive(last, lower, kind)
    if case == "voc" and chance.random() < 0.5:
        return head + _romanian_vocative(last, lower)
    if case == "art" and lower[-1] not in "aăei":
        return head + (last + "l" if lower[-1] == "u" else last + "ul")
    return word


def _romanian_genitive(last: str, lower: str, kind: str) -> str:
    place = kind in {"city", "village"}
    if lower in _MASCULINE or (not place and lower[-1] != "a"):
        return f"lui {last}"
    far = -2 if place else -1
    endings = (
        ("ca", -1, "ăi"),
        ("ga", -1, "ăi"),
        ("eea", -1, "i"),
        ("ia", -1, "ei"),
        ("ea", far, "ei"),
        ("a", -1, "ei"),
    )
    for ending, cut, added in endings:
        if lower.endswith(ending):
            return last[:cut] + added
    if lower[-1] == "u":
        return last + "lui"
    return last if lower[-1] in "ăe" else last + "ului"


def _romanian_vocative(last: str, lower: str) -> str:
    if lower in _MASCULINE or lower[-1] in "eiă" or lower.endswith("ea"):
        return last
    if lower[-1] == "a":
        return last[:-1] + "o"
    if lower[-1] == "u":
        return last + "le"
    return last[:-2] + "oane" if lower.endswith("on") and len(lower) < 5 else last + "e"
