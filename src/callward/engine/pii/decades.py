"""Ages told by their tens, or roughly: "in her late seventies", "i sjuttioårsåldern", "eind vijftig", "octogenară"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from callward.engine.pii.lexicon.decades import DECADES
from callward.engine.pii.model import Evidence
from callward.engine.pii.patterns import Pattern
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.years import AFTER, BEFORE, age_draft, spoken_ages

_ROUGHLY = Evidence("form", "somebody is about so many", 0.3)
_NAME = re.compile(r"\?P<age>")


@cache
def _every(code: str) -> Pattern | None:
    """Return what finds the places; which part of one is the age, the others say."""
    table = DECADES.get(code)
    every = (*table.told, *table.alone) if table else ()
    return Pattern("|".join(f"(?:{_NAME.sub('?:', one)})" for one in every)) if every else None


@cache
def _each(code: str) -> tuple[tuple[re.Pattern[str], bool], ...]:
    table = DECADES[code]
    return (*((re.compile(one), False) for one in table.told), *((re.compile(one), True) for one in table.alone))


def ages_by_tens(scene: Scene) -> Iterator[Draft]:
    """Yield the ages of the call that are told by their tens."""
    script, code = scene.script, scene.language.code
    every = _every(code)
    for start, end in every.spans(script.data) if every else ():
        said = script.said(start, end)
        for pattern, alone in _each(code):
            match = pattern.match(said)
            if match is None:
                continue
            first, last = start + match.start("age"), start + match.end("age")
            if _is_somebodys(scene, start, last, alone=alone):
                yield age_draft(first, last, script.said(first, last), spoken=not said[:1].isdigit(), evidence=_ROUGHLY)
            break


def _is_somebodys(scene: Scene, start: int, end: int, *, alone: bool) -> bool:
    """Say whether no thing is that old, and, where something could be counted, nothing is."""
    script, spoken = scene.script, spoken_ages(scene.language.code)
    turn = script.turn(start)
    before = script.said(max(script.starts[turn], start - BEFORE), start)
    behind = script.said(end, min(script.ends[turn], end + AFTER))
    if spoken.thing_before.search(before) or spoken.thing_behind.match(behind):
        return False
    counted = DECADES[scene.language.code].counted
    if alone and counted:
        return re.match(counted, behind) is None
    return not alone or spoken.nothing_counted.match(behind) is not None
