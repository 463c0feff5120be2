"""Ages: a number with what makes it one ("33 years old"), what somebody is said to be ("she's 91"), or an answer.

Where a language says ages and durations in the same words ("33 år", "33 jaar"), somebody must be or have them.
Age limits are nobody's age, nor are the years of contracts and machines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from callward.engine.pii.further import Answers
from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.ages import AGES, RO_CHILDREN, RO_WHOSE, Ages
from callward.engine.pii.likely import number
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group, Piece

_DURATIONS = frozenset(
    ("ar", "jaar", "ani", "de ani", "an", "aasta", "aastat", "years", "year", "months", "maanden", "manader", "luni",
     "de luni", "kuud", "kuu", "weken", "yrs")
)  # fmt: skip
_BEING = {
    "en": r"(?:am|i'm|is|are|was|she's|he's|they're|it's|aged|turned|turning|turns)(?: (?:only|just|now|nearly))?",
    "sv": r"(?:ar|var|fyller|fyllde|fyllt|blir|blev)(?: (?:bara|nu|snart|redan|runt|typ))?",
    "et": r"(?:on|olen|oled|oli|sai|saab|saan|sain|saanud)(?: (?:juba|alles|nuud|ainult))?",
    "ro": r"(?:am|are|avea|aveam|aveti|ai|implineste|implinesc|implinit|face|fac|facut)(?: (?:doar|deja|acum))?",
    "nl": r"(?:ben|bent|is|was|wordt|word|werd|geworden|(?:(?:klein)?(?:zoon|zoontje|dochter|dochtertje|kind)|meisje"
    r"|jongetje|jongen|man|vrouw|moeder|vader|oma|opa) van)(?: (?:al|nu|pas|bijna|net|toen))?",
}
_SHORT_LIVED = frozenset(
    ("months", "maanden", "manader", "luni", "de luni", "kuud", "kuu", "weken", "weeks", "dagen", "days")
)
"""What only small children are counted in, and much else."""
_LIMIT_BEFORE = re.compile(
    r"\btrebuie sa (?:aveti|ai|aiba|am|avem) $"
    r"|\b(?:over|under|above|below|least|minimum|min|than|from|until|till|between|for|since|last|past|next|within"
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
    r"|^ de [a-z]"
)
_SOMEBODY = re.compile(
    r"\b(?:i|i'm|he|she|they|he's|she's|son|daughter|child|kid|boy|girl|baby|jag|han|hon|hen|son|sonen|dotter|dottern"
    r"|barn|barnet|pojke[n]?|flicka[n]?|ik|hij|zij|ze|zoon|zoontje|dochter|dochtertje|kind|jongen|meisje|baby|eu|el|ea|fiul"
    r"|fiica|fata|baiatul|copilul|ma|mina|ta|tema|poeg|tutar|laps|poiss|tudruk|olen|am)\b"
)
_PRONOUNS = "he|she|they|he's|she's|han|hon|hen|hij|zij|ze|el|ea|ta|tema"
_HAS_OR_GETS = {
    "ro": re.compile(r"\b(?:am|are|au|avea|aveau)(?: [a-z]+)? $(?<!implinit )|(?<!varsta) de $"),
    "et": re.compile(r"\bsa(?:an|ab|in|i|anud|avad)(?: [a-z]+)* $"),
}
"""What may be said of bills and refunds as well: "eu am trei", "ta sai kolm"."""
_INSTEAD_OF_UNIT = {
    "ro": re.compile(rf"(?:{RO_CHILDREN}){RO_WHOSE} (?:are|au|avea|aveau)(?: [a-z]+)? (?:[.,;!?](?!\d)|$)"),
    "et": re.compile(r".* tais\b"),
}
"""What such words and those behind the number say together where years are meant all the same."""
_NOTHING = re.compile(r"(?!)")
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


@dataclass(frozen=True, slots=True)
class _Spoken:
    """How a language says ages, compiled."""

    joint: re.Pattern[str]
    nothing_counted: re.Pattern[str]
    somebody: re.Pattern[str]
    thing_before: re.Pattern[str]
    thing_behind: re.Pattern[str]


def _ages(code: str) -> Ages:
    return AGES.get(code, AGES["en"])


@cache
def _is_said(code: str) -> Pattern:
    """Return what says that somebody is a number, with the number."""
    return Pattern(rf"\b{_ages(code).is_said}[ ]+{number(code)}")


@cache
def _told_by_door(code: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_ages(code).by_door}),?(?: (?:of|van|pa|de))? $")


@cache
def _spoken(code: str) -> _Spoken:
    table = _ages(code)
    person = rf"{table.somebody}|{_PRONOUNS}"
    anew = rf"{table.joins}|{person}|i|am|jag|ik|ben|eu|ma|olen"
    return _Spoken(
        joint=re.compile(rf"(?:,? (?:{table.joins})|,) "),
        nothing_counted=re.compile(
            rf"[;!?]|[.,](?!\d)|$|[ ](?!(?:{table.joins}) (?:{table.half})\b(?! *(?:[.,;!?]|$)))(?:{table.goes_on})\b"
        ),
        somebody=re.compile(rf"\b(?:{person})\b"),
        thing_before=re.compile(rf"\b(?:{table.things}|{table.it})(?:'s)?(?: (?!(?:{anew})\b)[a-z']+){{0,3}} $"),
        thing_behind=re.compile(rf"[ ](?:{table.things})\b"),
    )


def find_ages(scene: Scene) -> list[Draft]:
    """Find the ages of the call."""
    found: list[Draft] = []
    answers = Answers(scene)
    answered = -1  # the turn of the last question that has its answer
    for place, piece in enumerate(scene.pieces):
        asker, since = _asker(scene, place)
        asked = asker > answered if since < 0 else _is_answer(scene, piece, answers, asker, since, answered)
        for group in _row(scene, piece) if asked and since >= 0 else piece.groups[-1:]:
            one = _age(scene, piece, group, asked=asked)
            if one is not None:
                found.append(one)
                answered = max(answered, asker)
                answers.note(one.places[-1][1])
    return [*found, *_said(scene), *_in_one_word(scene)]


def _is_answer(scene: Scene, piece: Piece, answers: Answers, asker: int, since: int, answered: int) -> bool:
    """Say whether a number answers the question that ends at ``since``: as the first, or going on with an answer."""
    end = answers.last(since, piece.start)
    if end < 0:
        return asker > answered and piece.turn - asker <= _ANSWERED_WITHIN
    return answers.lead_on(end, _row(scene, piece)[0].start) and _counts_nothing(scene, piece)


def _counts_nothing(scene: Scene, piece: Piece) -> bool:
    """Say whether nothing but an age can be told from what stands behind a number."""
    script, unit = scene.script, _unit(scene, piece.end)
    behind = script.said(piece.end, min(script.ends[piece.turn], piece.end + _AFTER))
    return bool(unit) or _spoken(scene.language.code).nothing_counted.match(behind) is not None


def _said(scene: Scene) -> Iterator[Draft]:
    """Yield the ages that somebody is said to be, amid any talk, with a unit or without: "they are six and nine"."""
    code, script = scene.language.code, scene.script
    read = -1
    groups: list[Group] = []
    for start, end in _is_said(code).spans(script.data):
        turn = script.turn(start)
        if turn != read:
            read, groups = turn, _groups(scene, turn)
        first = bisect_left(groups, start, key=_start)
        if first < len(groups) and groups[first].start < end:
            yield from _in_a_row(scene, _spoken(code), script.said(start, groups[first].start), groups, first)


def _groups(scene: Scene, turn: int) -> list[Group]:
    """Return every number of a turn that is not part of a finding yet."""
    pieces = scene.numbers(scene.script.starts[turn], scene.script.ends[turn])
    return [group for piece in pieces if not scene.taken(piece) for group in piece.groups]


def _start(group: Group) -> int:
    return group.start


def _in_a_row(scene: Scene, spoken: _Spoken, said: str, groups: list[Group], first: int) -> list[Draft]:
    """Return the ages of one or several from ``first`` on, where nothing else is counted with the last of them."""
    script = scene.script
    found: list[Draft] = []
    for place in range(first, len(groups)):
        group = groups[place]
        years, unit = _years_of(group), _unit(scene, group.end)
        if not years:
            return []
        end = group.end + len(unit)
        found.append(_draft(_with_tens(scene, group.start), end, years, spoken=group.spoken, evidence=_SAID))
        behind = script.said(end, min(script.ends[script.turn(end - 1)], end + _AFTER))
        joint = spoken.joint.match(behind)
        if joint is None or place + 1 == len(groups) or groups[place + 1].start != end + joint.end():
            return found if _is_whole(scene, spoken, said, years, unit, behind) else []
    return found


def _is_whole(scene: Scene, spoken: _Spoken, said: str, years: int, unit: str, behind: str) -> bool:
    """Say whether what somebody is said to be ends with the number and its unit."""
    if _LIMIT_BEHIND.search(behind) or (unit.strip(" -") in _SHORT_LIVED and not spoken.somebody.search(said)):
        return False
    if years < _GROWN and _told_by_door(scene.language.code).search(said):
        return False
    if said.endswith(", "):
        return behind[:1] in ("", ",", ".")
    if not unit and _HAS_OR_GETS.get(scene.language.code, _NOTHING).search(said):
        return _INSTEAD_OF_UNIT[scene.language.code].match(said + behind) is not None
    return bool(unit) or spoken.nothing_counted.match(behind) is not None


def _years_of(group: Group) -> int:
    """Return the years that a number says, or 0 where nobody is that old."""
    years = int(group.digits) if len(group.digits) <= len(str(_OLDEST)) else 0
    return years if years <= _OLDEST else 0


def _asker(scene: Scene, place: int) -> tuple[int, int]:
    """Return the turn in which the age was asked for that the piece may be, or -1, and where the question ends.

    Where the piece's own turn announces it, nothing was asked, and the end is -1.
    """
    piece = scene.pieces[place]
    own, asked = scene.announced(place)
    if Type.AGE.value in own:
        return piece.turn, -1
    if Type.AGE.value not in asked or not _row(scene, piece):
        return -1, -1
    cue = [cue for cue in scene.cues.asked(piece.turn) if cue.kind == Type.AGE.value][-1]
    return scene.script.turn(cue.start), cue.end


def _row(scene: Scene, piece: Piece) -> tuple[Group, ...]:
    """Return the groups of a piece that are an age, or the ages of several: "forty-seven and twelve"."""
    joint = _spoken(scene.language.code).joint
    groups = piece.groups
    joined = [bool(joint.fullmatch(scene.script.said(one.end, two.start))) for one, two in pairwise(groups)]
    if len(groups) > 1 and groups[0].weak and not joined[0]:  # "the other one is nine"
        groups, joined = groups[1:], joined[1:]
    if len(groups) == 1:
        return groups
    return groups if all(joined) and all(map(_years_of, groups)) and _counts_nothing(scene, piece) else ()


def _age(scene: Scene, piece: Piece, group: Group, *, asked: bool) -> Draft | None:
    years = _years_of(group)
    if not years or scene.taken(piece):
        return None
    script = scene.script
    unit = _unit(scene, group.end)
    before = script.said(max(script.starts[piece.turn], group.start - _BEFORE), group.start)
    behind = script.said(group.end, min(script.ends[piece.turn], group.end + _AFTER))
    start = _with_tens(scene, group.start)
    support = scene.cues.support(Type.AGE.value, piece.start, group.end, 0.4) if asked else None
    limited = _LIMIT_BEHIND.search(behind[len(unit) :]) is not None
    if support is not None and (unit or not piece.ordinary) and not (limited and support.kind == "context"):
        return _draft(start, group.end + len(unit), years, spoken=group.spoken, evidence=support)
    if not unit or _is_nobodys(scene, before, behind[len(unit) :]):
        return None
    if unit.strip(" -") in _DURATIONS and not _is_somebodys(scene, before, unit, behind[len(unit) :], years):
        return None
    return _draft(start, group.end + len(unit), years, spoken=group.spoken, evidence=_UNIT)


def _is_nobodys(scene: Scene, before: str, behind: str) -> bool:
    """Say whether years are a limit, or those of a thing."""
    spoken = _spoken(scene.language.code)
    return (
        _LIMIT_BEFORE.search(before) is not None
        or _LIMIT_BEHIND.search(behind) is not None
        or spoken.thing_before.search(before) is not None
        or spoken.thing_behind.match(behind) is not None
    )


def _is_somebodys(scene: Scene, before: str, unit: str, behind: str, years: int) -> bool:
    """Say whether years are somebody's, where the language says contracts in the same words."""
    if not _of_somebody(scene, before, behind):
        return False
    somebody = _spoken(scene.language.code).somebody.search(before) is not None
    if unit.strip(" -") in _SHORT_LIVED:
        return somebody
    return years >= _GROWN or somebody or _SOMEBODY.search(before) is not None


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
            nobodys = found and digits and _is_things(scene, start, end)
            if found and digits and 0 < int(digits) <= _OLDEST and not nobodys:
                yield _draft(start, end, int(digits), spoken=True, evidence=_UNIT)
                break


def _is_things(scene: Scene, start: int, end: int) -> bool:
    """Say whether an age in one word is that of a thing: "kaheaastane leping"."""
    script = scene.script
    turn = script.turn(start)
    spoken = _spoken(scene.language.code)
    before = script.said(max(script.starts[turn], start - _BEFORE), start)
    behind = script.said(end, min(script.ends[turn], end + _AFTER))
    return spoken.thing_before.search(before) is not None or spoken.thing_behind.match(behind) is not None
