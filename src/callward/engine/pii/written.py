"""Written forms: what the patterns of the rows find in the turns that may hold something.

One automaton says which patterns occur in a turn at all; only those are run. A row that needs its kind announced is
left out where nothing announces it, before anything is weighed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from callward.engine.pii.model import Evidence
from callward.engine.pii.patterns import Gate, Pattern, compiled
from callward.engine.pii.recognizer import Candidate, Recognizer, total
from callward.engine.pii.recognizers import RECOGNIZERS
from callward.engine.pii.recognizers.everywhere import CODE
from callward.engine.pii.scene import Draft, Scene

_MOST_COUNTED = 7  # digits: a longer number is no count of anything
_BEHIND = 24

_Numbered = list[tuple[int, Recognizer]]


class _Shape(NamedTuple):
    """A pattern with the rows that have it, each with its place among all rows."""

    pattern: Pattern
    plain: _Numbered  # these need no announcement
    announced: _Numbered
    kinds: frozenset[str]  # of the announced ones


@cache
def _shapes() -> tuple[Gate, list[_Shape]]:
    """Return the patterns that are looked for in every likely turn, and the gate that knows which occur."""
    return _grouped((number, row) for number, row in enumerate(RECOGNIZERS) if not _is_any_word(row))


@cache
def _words() -> tuple[list[_Shape], frozenset[str]]:
    """Return the patterns that need no digit but an announcement, as user names, and what announces them."""
    rows = [(number, row) for number, row in enumerate(RECOGNIZERS) if _is_any_word(row)]
    return _grouped(rows)[1], frozenset(row.type.value for _, row in rows)


def _is_any_word(row: Recognizer) -> bool:
    return row.need_context and row.signless


def _grouped(rows: Iterable[tuple[int, Recognizer]]) -> tuple[Gate, list[_Shape]]:
    groups: defaultdict[str, tuple[_Numbered, _Numbered]] = defaultdict(lambda: ([], []))
    for number, row in rows:
        groups[row.pattern][row.need_context].append((number, row))
    return Gate(groups), [
        _Shape(compiled(pattern), plain, announced, frozenset(row.type.value for _, row in announced))
        for pattern, (plain, announced) in groups.items()
    ]


def find_written(scene: Scene) -> list[Draft]:
    """Return what the patterns find in the text as it is written, in the order of the rows."""
    found: list[tuple[int, Draft]] = []
    gate, shapes = _shapes()
    script = scene.script
    for turn in scene.likely:
        for number in gate.hits(script.data[script.starts[turn] : script.ends[turn]]):
            shape = shapes[number]
            if shape.plain or scene.strict or not shape.kinds.isdisjoint(scene.cues.around(turn)):
                _find(scene, turn, shape, found)
    words, kinds = _words()
    for turn in scene.cues.announcing(kinds) if not scene.strict else range(len(script.starts)):
        for shape in words:
            _find(scene, turn, shape, found)
    found.sort(key=lambda numbered: numbered[0])
    return [draft for _, draft in found]


def _find(scene: Scene, turn: int, shape: _Shape, found: list[tuple[int, Draft]]) -> None:
    rows = shape.plain
    if shape.announced:
        kinds = scene.cues.around(turn)
        rows = rows + [one for one in shape.announced if scene.strict or one[1].type in kinds]
    if not rows:
        return
    script = scene.script
    for start, end in shape.pattern.spans(script.data, script.starts[turn], script.ends[turn]):
        for number, row in rows:
            draft = _weighed(scene, row, start, end)
            if draft is not None:
                found.append((number, draft))


def _weighed(scene: Scene, row: Recognizer, start: int, end: int) -> Draft | None:
    found = row.weigh(Candidate(scene.script.said(start, end), scene.countries))
    if found is None:
        return None
    end = start + found.length if found.length is not None else end
    start += found.skip
    if row.pattern == CODE and scene.is_day(start, end):
        return None
    support = scene.cues.support(row.type.value, start, end, row.context)
    if row.need_context and not scene.strict and (support is None or _is_counted(scene, found.value, end)):
        return None
    against = scene.cues.opposition(start, row.ordinary)
    evidence: tuple[Evidence, ...] = (
        *found.evidence,
        *(one for one in (support, against) if one is not None and one.weight),
    )
    if total(evidence) < scene.threshold:
        return None
    return Draft(row.type, ((start, end),), row.name, False, found.value, evidence)


def _is_counted(scene: Scene, value: str, end: int) -> bool:
    """Say whether a short number is a count of what follows it: "the account has 12450 lei"."""
    if not value.isdigit() or len(value) > _MOST_COUNTED:
        return False
    script = scene.script
    words = script.said(end, min(end + _BEHIND, script.ends[script.turn(end - 1)])).split(" ")
    if words[0] or len(words) < 2:
        return False
    unit = words[2] if words[1] in scene.language.of and len(words) > 2 else words[1]
    return unit.rstrip(".,?!;:") in scene.language.units
