"""Postcodes that nobody announces: five or so digits between a street and a town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizers import RECOGNIZERS
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group, Piece

_BEHIND = re.compile(r"^[ ,.]*(?:[a-z]{1,3}[ -])?$")
"""What may stand between a street and its postcode: a comma, the sign of a country."""
_BEFORE = re.compile(r"^[ ,]*(?:in |pe |i )?$")
_REACH = 8
_MOST_PLACES = 64  # lists of countries that are remembered with the postcodes there
_HOUSE = 60  # characters of a house number and a postcode said in one breath


@lru_cache(maxsize=_MOST_PLACES)
def _lengths(countries: tuple[str, ...]) -> frozenset[int]:
    """Return how many digits the postcodes of the countries have that are digits alone."""
    return frozenset(
        length
        for row in RECOGNIZERS
        if row.type is Type.POSTCODE and (not row.countries or set(row.countries) & set(countries))
        for length in row.lengths
    )


def find_postcodes(scene: Scene, found: list[Draft]) -> Iterator[Draft]:
    """Yield the postcodes that stand right behind a street or right before a town of ``found``."""
    lengths = _lengths(scene.countries)
    script = scene.script
    streets = [draft.places[-1][1] for draft in found if draft.type is Type.ADDRESS] if lengths else []
    towns = [draft.places[0][0] for draft in found if draft.type is Type.CITY] if lengths else []
    for end in streets:
        low = max(script.starts[script.turn(end)], end - _HOUSE)
        for piece in scene.within(low, min(script.ends[script.turn(end)], end + _REACH)):
            groups = tuple(group for group in piece.groups if group.start >= end)
            if groups and _BEHIND.match(script.said(end, groups[0].start)):
                yield from _postcode(scene, piece, groups, lengths)
                break
    for start in towns:
        low = max(script.starts[script.turn(start)], start - _HOUSE)
        for piece in scene.within(low, start)[-1:]:
            if piece.end <= start and _BEFORE.match(script.said(piece.end, start)):
                yield from _postcode(scene, piece, piece.groups, lengths)


def _postcode(scene: Scene, piece: Piece, groups: tuple[Group, ...], lengths: frozenset[int]) -> Iterator[Draft]:
    digits = "".join(group.digits for group in groups)
    if scene.taken(piece) or piece.ordinary or piece.trail or len(digits) not in lengths:
        return
    evidence = (Evidence("pattern", "postcode", 0.3), Evidence("context", "beside a street or a town", 0.3))
    spoken = any(group.spoken for group in groups)
    yield Draft(Type.POSTCODE, ((groups[0].start, groups[-1].end),), "postcode beside", spoken, digits, evidence)
