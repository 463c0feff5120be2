"""Ages: a number with what makes it one ("33 years old"), what somebody is said to be ("she's 91"), or an answer.

Where a language says ages and durations in the same words ("33 år", "33 jaar"), somebody must be or have them.
Age limits are nobody's age, nor are the years of contracts and machines.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from callward.engine.pii.decades import ages_by_tens
from callward.engine.pii.further import Answers
from callward.engine.pii.model import Type
from callward.engine.pii.said_ages import ages_in_one_word, said_ages
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group, Piece
from callward.engine.pii.years import (
    AFTER,
    BEFORE,
    GROWN,
    LIMIT_BEHIND,
    SHORT_LIVED,
    SOMEBODY,
    UNIT,
    age_draft,
    counts_nothing,
    spoken_ages,
    unit_behind,
    with_tens,
    years_of,
)

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
_LIMIT_BEFORE = re.compile(
    r"\btrebuie sa (?:aveti|ai|aiba|am|avem) $"
    r"|\b(?:over|under|above|below|least|minimum|min|than|from|until|till|between|for|since|last|past|next|within"
    r"|every|after|of|minst|mellan|fran|upp till|i|pa|inom|sedan|ver|yngre an|aldre an|efter"
    r"|boven|onder|vanaf|tot|tussen|minimaal|ouder dan|jonger dan|voor|sinds|na|elke|per"
    r"|peste|sub|minim|intre|pana la|de la|timp de|dupa|pe|cel putin|la fiecare"
    r"|ule|alla|vahemalt|kuni|alates|vanem kui|noorem kui|iga|parast)[ ,]+(?:de |the |varsta de )?$"
)
_ANSWERED_WITHIN = 3  # turns


@cache
def _being(code: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_BEING.get(code, _BEING['en'])}[ ]+$")


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
    return [*found, *said_ages(scene), *ages_in_one_word(scene), *ages_by_tens(scene)]


def _is_answer(scene: Scene, piece: Piece, answers: Answers, asker: int, since: int, answered: int) -> bool:
    """Say whether a number answers the question that ends at ``since``: as the first, or going on with an answer."""
    end = answers.last(since, piece.start)
    if end < 0:
        return asker > answered and piece.turn - asker <= _ANSWERED_WITHIN
    return answers.lead_on(end, _row(scene, piece)[0].start) and counts_nothing(scene, piece)


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
    joint = spoken_ages(scene.language.code).joint
    groups = piece.groups
    joined = [bool(joint.fullmatch(scene.script.said(one.end, two.start))) for one, two in pairwise(groups)]
    if len(groups) > 1 and groups[0].weak and not joined[0]:  # "the other one is nine"
        groups, joined = groups[1:], joined[1:]
    if len(groups) == 1:
        return groups
    return groups if all(joined) and all(map(years_of, groups)) and counts_nothing(scene, piece) else ()


def _age(scene: Scene, piece: Piece, group: Group, *, asked: bool) -> Draft | None:
    years = years_of(group)
    if not years or scene.taken(piece):
        return None
    script = scene.script
    unit = unit_behind(scene, group.end)
    before = script.said(max(script.starts[piece.turn], group.start - BEFORE), group.start)
    behind = script.said(group.end, min(script.ends[piece.turn], group.end + AFTER))
    start = with_tens(scene, group.start)
    support = scene.cues.support(Type.AGE.value, piece.start, group.end, 0.4) if asked else None
    limited = LIMIT_BEHIND.search(behind[len(unit) :]) is not None
    if support is not None and (unit or not piece.ordinary) and not (limited and support.kind == "context"):
        return age_draft(start, group.end + len(unit), years, spoken=group.spoken, evidence=support)
    if not unit or _is_nobodys(scene, before, behind[len(unit) :]):
        return None
    if unit.strip(" -") in _DURATIONS and not _is_somebodys(scene, before, unit, behind[len(unit) :], years):
        return None
    return age_draft(start, group.end + len(unit), years, spoken=group.spoken, evidence=UNIT)


def _is_nobodys(scene: Scene, before: str, behind: str) -> bool:
    """Say whether years are a limit, or those of a thing."""
    spoken = spoken_ages(scene.language.code)
    return (
        _LIMIT_BEFORE.search(before) is not None
        or LIMIT_BEHIND.search(behind) is not None
        or spoken.thing_before.search(before) is not None
        or spoken.thing_behind.match(behind) is not None
    )


def _is_somebodys(scene: Scene, before: str, unit: str, behind: str, years: int) -> bool:
    """Say whether years are somebody's, where the language says contracts in the same words."""
    if not _of_somebody(scene, before, behind):
        return False
    somebody = spoken_ages(scene.language.code).somebody.search(before) is not None
    if unit.strip(" -") in SHORT_LIVED:
        return somebody
    return years >= GROWN or somebody or SOMEBODY.search(before) is not None


def _of_somebody(scene: Scene, before: str, behind: str) -> bool:
    """Say whether somebody is or has the years, or they stand behind a name: "Ion Pop, 33 de ani"."""
    if _being(scene.language.code).search(before):
        return True
    apposed = before.endswith(", ") and behind[:1] in ("", ".", ",", "?", "!")
    return apposed and len(before.strip(" ,").split()) > 1
