"""Ages amid any talk: what somebody is said to be ("she's 91"), and a number that is one word with its years."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.ages import RO_CHILDREN, RO_WHOSE
from callward.engine.pii.likely import number
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import Pattern
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group
from callward.engine.pii.years import (
    AFTER,
    BEFORE,
    GROWN,
    LIMIT_BEHIND,
    OLDEST,
    SHORT_LIVED,
    UNIT,
    SpokenAges,
    age_draft,
    ages_of,
    spoken_ages,
    unit_behind,
    with_tens,
    years_of,
)

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
_YOU = re.compile(
    r"\b(?:you're|you are|du ar|ni ar|u bent|bent u|je bent|ben je|te olete|olete|oled|aveti|ai)\b[ a-z]* $"
)
"""Who is told so by the agent may be told a place in a queue."""
_BEHIND_NAME = re.compile(
    r"(?:(?:'s|,? is|,? was|,? ar|,? var| blir| fyller|,? on| oli| sai| wordt| werd) "
    r"(?:nu |al |pas |net |bara |just |now |juba )?|, )"
)
_SAID = Evidence("form", "somebody is so many", 0.25)


@cache
def _compound(code: str) -> Pattern:
    """Return number words written as one with what makes them an age: "trettiotreåring"."""
    endings = sorted({word.removesuffix("*") for word in language(code).years_old if " " not in word and len(word) > 3})
    return Pattern(r"\b[a-z]+(?:" + "|".join(map(re.escape, endings)) + r")[a-z]*\b" if endings else r"\bx{9}\b")


@cache
def _is_said(code: str) -> Pattern:
    """Return what says that somebody is a number, with the number."""
    return Pattern(rf"\b{ages_of(code).is_said}[ ]+{number(code)}")


@cache
def _number(code: str) -> Pattern:
    return Pattern(number(code))


@cache
def _told_by_door(code: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{ages_of(code).by_door}),?(?: (?:of|van|pa|de))? $")


def said_ages(scene: Scene) -> Iterator[Draft]:
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
            yield from _in_a_row(scene, spoken_ages(code), script.said(start, groups[first].start), groups, first)


def ages_of_named(scene: Scene, found: list[Draft]) -> Iterator[Draft]:
    """Yield the ages that stand behind a name of ``found``: "Mavis is 91", "the neighbour, Mavis, 91,"."""
    code, script = scene.language.code, scene.script
    for draft in found:
        end = draft.places[-1][1]
        turn = script.turn(end - 1)
        if draft.type is not Type.PERSON:
            continue
        behind = _BEHIND_NAME.match(script.said(end, min(script.ends[turn], end + AFTER)))
        start = end + behind.end() if behind else -1
        if behind and _number(code).find(script.data, start, min(script.ends[turn], start + AFTER)) is not None:
            groups = _groups(scene, turn)
            first = bisect_left(groups, start, key=_start)
            if first < len(groups) and groups[first].start == start:
                ages = _in_a_row(scene, spoken_ages(code), behind.group(), groups, first)
                comma = behind.group() == ", "
                yield from (age for age in ages if not comma or (len(ages) == 1 and int(age.value) >= GROWN))


def _groups(scene: Scene, turn: int) -> list[Group]:
    """Return every number of a turn that is not part of a finding yet."""
    pieces = scene.numbers(scene.script.starts[turn], scene.script.ends[turn])
    return [group for piece in pieces if not scene.taken(piece) for group in piece.groups]


def _start(group: Group) -> int:
    return group.start


def _in_a_row(scene: Scene, spoken: SpokenAges, said: str, groups: list[Group], first: int) -> list[Draft]:
    """Return the ages of one or several from ``first`` on, where nothing else is counted with the last of them."""
    script = scene.script
    found: list[Draft] = []
    for place in range(first, len(groups)):
        group = groups[place]
        years, unit = years_of(group), unit_behind(scene, group.end)
        if not years:
            return []
        end = group.end + len(unit)
        found.append(age_draft(with_tens(scene, group.start), end, years, spoken=group.spoken, evidence=_SAID))
        behind = script.said(end, min(script.ends[script.turn(end - 1)], end + AFTER))
        joint = spoken.joint.match(behind)
        if joint is None or place + 1 == len(groups) or groups[place + 1].start != end + joint.end():
            return found if _is_whole(scene, spoken, said, years, unit, behind) else []
    return found


def _is_whole(scene: Scene, spoken: SpokenAges, said: str, years: int, unit: str, behind: str) -> bool:
    """Say whether what somebody is said to be ends with the number and its unit."""
    if LIMIT_BEHIND.search(behind) or (unit.strip(" -") in SHORT_LIVED and not spoken.somebody.search(said)):
        return False
    if years < GROWN and (_told_by_door(scene.language.code).search(said) or _YOU.search(said)):
        return False
    if said.endswith(", "):
        return behind[:1] in ("", ",", ".")
    if not unit and _HAS_OR_GETS.get(scene.language.code, _NOTHING).search(said):
        return _INSTEAD_OF_UNIT[scene.language.code].match(said + behind) is not None
    return bool(unit) or spoken.nothing_counted.match(behind) is not None


def ages_in_one_word(scene: Scene) -> Iterator[Draft]:
    """Yield ages that are one word with their number."""
    numbers = scene.language.numbers
    for start, end in _compound(scene.language.code).spans(scene.script.data):
        said = scene.script.said(start, end)
        for ending in sorted(scene.language.years_old, key=len, reverse=True):
            head, found, _ = said.partition(ending.removesuffix("*"))
            digits = numbers.get(head) or numbers.get(head.removesuffix("kumne") + "kummend")
            nobodys = found and digits and _is_things(scene, start, end)
            if found and digits and 0 < int(digits) <= OLDEST and not nobodys:
                yield age_draft(start, end, int(digits), spoken=True, evidence=UNIT)
                break


def _is_things(scene: Scene, start: int, end: int) -> bool:
    """Say whether an age in one word is that of a thing: "kaheaastane leping"."""
    script = scene.script
    turn = script.turn(start)
    spoken = spoken_ages(scene.language.code)
    before = script.said(max(script.starts[turn], start - BEFORE), start)
    behind = script.said(end, min(script.ends[turn], end + AFTER))
    return spoken.thing_before.search(before) is not None or spoken.thing_behind.match(behind) is not None
