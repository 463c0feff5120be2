"""Ages: a number with what makes it one ("33 years old", "33-aastane"), or the answer to a question for it.

Where a language says ages and durations in the same words ("33 år", "33 jaar"), somebody must be or have them.
Age limits are nobody's age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from callward.engine.pii.lexicon import language
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import Pattern, compiled, words
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Piece

_DURATIONS = frozenset(
    ("ar", "jaar", "ani", "de ani", "an", "aasta", "aastat", "years", "year", "months", "maanden", "manader", "luni",
     "de luni", "kuud", "kuu", "yrs")
)  # fmt: skip
_BEING = {
    "en": r"(?:am|i'm|is|are|was|she's|he's|they're|it's|aged|turned|turning|turns)(?: (?:only|just|now|nearly))?",
    "sv": r"(?:ar|var|fyller|fyllde|fyllt|blir|blev)(?: (?:bara|nu|snart|redan|runt|typ))?",
    "et": r"(?:on|olen|oled|oli|sai|saab|saan|sain|saanud)(?: (?:juba|alles|nuud|ainult))?",
    "ro": r"(?:am|are|avea|aveam|aveti|ai|implineste|implinesc|implinit|face|fac|facut)(?: (?:doar|deja|acum))?",
    "nl": r"(?:ben|bent|is|was|wordt|word|werd|geworden|(?:(?:klein)?(?:zoon|zoontje|dochter|dochtertje|kind)|meisje"
    r"|jongetje|jongen|man|vrouw|moeder|vader|oma|opa) van)(?: (?:al|nu|pas|bijna|net|toen))?",
}
_LIMIT_BEFORE = re.compile(
    r"\b(?:over|under|above|below|least|minimum|min|than|from|until|till|between|for|since|last|past|next|within"
    r"|every|after|of|minst|mellan|fran|upp till|i|pa|inom|sedan|ver|yngre an|aldre an|efter"
    r"|boven|onder|vanaf|tot|tussen|minimaal|ouder dan|jonger dan|voor|sinds|na|elke|per"
    r"|peste|sub|minim|intre|pana la|de la|timp de|dupa|pe|cel putin|la fiecare"
    r"|ule|alla|vahemalt|kuni|alates|vanem kui|noorem kui|iga|parast)[ ,]+(?:de |the |varsta de )?$"
)
_LIMIT_BEHIND = re.compile(
    r"^[ ,-]*(?:or (?:older|over|above|more|younger|under)|and (?:over|above|older|under|up)|ago|plus|warrant|guarantee"
    r"|contract|experience|eller (?:aldre|mer|yngre)|och (?:uppat|aldre|darover)|sedan|garanti|bindning|erfarenhet"
    r"|of (?:ouder|meer|jonger)|en ouder|geleden|ervaring"
    r"|sau (?:mai|peste)|si peste|in urma|experien|vechime"
    r"|voi (?:vanem|rohkem|noorem)|ja vanem|ja ule|tagasi|kogemus)"
    r"|^ (?:lid|klant|getrouwd|samen|in dienst|werkzaam|abonnee|verzekerd|gescheiden|bij (?:jullie|u)|huurder)\b"
)
_SOMEBODY = re.compile(
    r"\b(?:i|i'm|he|she|they|he's|she's|son|daughter|child|kid|boy|girl|baby|jag|han|hon|hen|son|sonen|dotter|dottern"
    r"|barn|barnet|pojke[n]?|flicka[n]?|ik|hij|zij|ze|zoon|zoontje|dochter|dochtertje|kind|jongen|meisje|baby|eu|el|ea|fiul"
    r"|fiica|fata|baiatul|copilul|ma|mina|ta|tema|poeg|tutar|laps|poiss|tudruk|olen|am)\b"
)
_KIN = (
    "mum|mom|mam|dad|mother|father|nan|nana|gran|granny|grandma|grandad|grandpa|husband|wife|son|daughter|brother|sister"
    "|partner|aunt|auntie|uncle|niece|nephew|baby|boy|girl|lad|grandson|granddaughter"
)
_SOMEBODY_IS = {
    "en": rf"(?:(?:he|she|who|{_KIN})(?:'s| is| was)|i'm|i am|i was|aged|turned|turning|turns)"
    r"(?: (?:only|just|now|nearly|almost|already|about))?",
    "sv": r"(?:han|hon|hen|jag|sonen|dottern|mamma|pappa|mormor|farmor|morfar|farfar) (?:ar|var|blir|fyller|fyllde)"
    r"(?: (?:bara|nu|snart|redan))?",
    "nl": r"(?:(?:hij|ze|zij|ik|zoon|zoontje|dochter|dochtertje|moeder|vader|oma|opa|man|vrouw) (?:is|ben|was|wordt"
    r"|word|werd)|(?:zoon|zoontje|dochter|dochtertje) van)(?: (?:al|nu|pas|bijna|net))?",
}
"""Who is said to be a number without a unit: "she's 91"."""
_NOTHING_COUNTED = re.compile(
    r"^(?:[.,;!?]|$|[ ](?:now|next|this|today|tomorrow|and|but|so|he|she|his|her|i|with|nu|och|men|en|maar)\b)"
)
_OLDEST = 120
_GROWN = 16  # fewer years are rather a contract's than a person's, where the words say both
_ANSWERED_WITHIN = 3  # turns
_UNIT = Evidence("form", "unit of age", 0.4)
_SAID = Evidence("form", "somebody is so many", 0.25)
_AFTER = 24
_BEFORE = 40


@cache
def _years(code: str) -> Pattern:
    """Return what may follow a number that is an age."""
    return Pattern(words(language(code).years_old))


@cache
def _being(code: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_BEING.get(code, _BEING['en'])}[ ]+$")


@cache
def _compound(code: str) -> Pattern:
    """Return number words written as one with what makes them an age: "trettiotreåring"."""
    endings = sorted({word.removesuffix("*") for word in language(code).years_old if " " not in word and len(word) > 3})
    return Pattern(r"\b[a-z]+(?:" + "|".join(map(re.escape, endings)) + r")[a-z]*\b" if endings else r"\bx{9}\b")


def find_ages(scene: Scene) -> list[Draft]:
    """Find the ages of the call."""
    found: list[Draft] = []
    answered = -1  # the turn of the last question that has its answer
    for place, piece in enumerate(scene.pieces):
        asker = _asker(scene, place)
        one = _age(scene, piece, asked=asker > answered)
        if one is not None:
            found.append(one)
            answered = max(answered, asker)
    return [*found, *_of_persons(scene), *_in_one_word(scene)]


def _of_persons(scene: Scene) -> Iterator[Draft]:
    """Yield the ages that somebody is said to be amid other talk, where the pieces leave small numbers out."""
    said = _SOMEBODY_IS.get(scene.language.code)
    for _, end in compiled(rf"\b{said}[ ]+").spans(scene.script.data) if said else ():
        for piece in scene.numbers(end, end + 1):
            if piece not in scene.within(end, end + 1) and (one := _age(scene, piece, asked=False)) is not None:
                yield one


def _asker(scene: Scene, place: int) -> int:
    """Return the turn in which the age was asked for that the piece may be, or -1."""
    piece = scene.pieces[place]
    own, asked = scene.announced(place)
    if Type.AGE.value in own:
        return piece.turn
    if Type.AGE.value not in asked or len(piece.groups) > 1:
        return -1
    turn = scene.script.turn(scene.cues.asked(piece.turn)[-1].start)
    return turn if piece.turn - turn <= _ANSWERED_WITHIN else -1


def _age(scene: Scene, piece: Piece, *, asked: bool) -> Draft | None:
    last = piece.groups[-1]
    years = int(last.digits) if len(last.digits) <= len(str(_OLDEST)) else _OLDEST + 1
    if not 0 < years <= _OLDEST or scene.taken(piece):
        return None
    script = scene.script
    unit = _unit(scene, piece.end)
    before = script.said(max(script.starts[piece.turn], last.start - _BEFORE), last.start)
    behind = script.said(piece.end, min(script.ends[piece.turn], piece.end + _AFTER))
    start = _with_tens(scene, last.start)
    support = scene.cues.support(Type.AGE.value, piece.start, piece.end, 0.4) if asked else None
    if support is not None and (unit or not piece.ordinary):
        return _draft(start, piece.end + len(unit), years, spoken=last.spoken, evidence=support)
    if not unit and len(piece.groups) == 1 and not piece.ordinary and _is_somebodys(scene, before, behind):
        return _draft(start, piece.end, years, spoken=last.spoken, evidence=_SAID)
    if not unit or _LIMIT_BEFORE.search(before) or _LIMIT_BEHIND.search(behind[len(unit) :]):
        return None
    if unit.strip(" -") in _DURATIONS:
        whose = _of_somebody(scene, before, behind[len(unit) :])
        if not whose or (years < _GROWN and not _SOMEBODY.search(before)):
            return None
    return _draft(start, piece.end + len(unit), years, spoken=last.spoken, evidence=_UNIT)


def _with_tens(scene: Scene, start: int) -> int:
    """Return where a number begins whose tens are in a case that the table of numbers does not hold (Estonian)."""
    script = scene.script
    before = script.said(max(script.starts[script.turn(start)], start - _BEFORE), start)
    word = before.rstrip().rsplit(" ", 1)[-1]
    return start - len(before) + before.rindex(word) if word.endswith("kumne") else start


def _draft(start: int, end: int, years: int, *, spoken: bool, evidence: Evidence) -> Draft:
    return Draft(Type.AGE, ((start, end),), "age", spoken, str(years), (Evidence("pattern", "age", 0.3), evidence))


def _unit(scene: Scene, end: int) -> str:
    """Return the words right behind a number that make it an age, with the space or hyphen before them."""
    script = scene.script
    high = min(script.ends[script.turn(end)], end + _AFTER)
    found = _years(scene.language.code).find(script.data, end, high)
    if found is None:
        return ""
    between = script.said(end, found[0])
    said = scene.original(found[0], found[1])
    return script.said(end, found[1]) if between in ("", " ", "-") and said.lower() != "är" else ""


@cache
def _somebody_is(code: str) -> re.Pattern[str] | None:
    said = _SOMEBODY_IS.get(code)
    return re.compile(rf"\b{said}[ ]+$") if said else None


def _is_somebodys(scene: Scene, before: str, behind: str) -> bool:
    """Say whether somebody is said to be the number, and nothing is counted with it."""
    pattern = _somebody_is(scene.language.code)
    return pattern is not None and bool(pattern.search(before)) and bool(_NOTHING_COUNTED.match(behind))


def _of_somebody(scene: Scene, before: str, behind: str) -> bool:
    """Say whether somebody is or has the years, or they stand behind a name: "Ion Pop, 33 de ani"."""
    if _being(scene.language.code).search(before):
        return True
    apposed = before.endswith(", ") and behind[:1] in ("", ".", ",", "?", "!")
    return apposed and len(before.strip(" ,").split()) > 1


def _in_one_word(scene: Scene) -> Iterator[Draft]:
    """Yield ages that are one word with their number."""
    numbers = scene.language.numbers
    for start, end in _compound(scene.language.code).spans(scene.script.data):
        said = scene.script.said(start, end)
        for ending in sorted(scene.language.years_old, key=len, reverse=True):
            head, found, _ = said.partition(ending.removesuffix("*"))
            digits = numbers.get(head) or numbers.get(head.removesuffix("kumne") + "kummend")
            if found and digits and 0 < int(digits) <= _OLDEST:
                yield _draft(start, end, int(digits), spoken=True, evidence=_UNIT)
                break
