"""Addresses by the words that streets are called by, with their number: beside the names model, and around it.

Swedish and Dutch end a word with the street ("strandgatan 19"), Estonian has it behind the name, Romanian before it,
English between number and town. The number is written or spoken; flat, floor and staircase belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.scene import Draft, Scene

UNITS = frozenset(
    ("ap", "apartament", "apartamentul", "apt", "bl", "bloc", "blocul", "sc", "scara", "etaj", "etajul", "mansarda",
     "flat", "apartment", "unit", "suite", "block", "floor", "lgh", "lagenhet", "vaning", "trappor", "tr", "port",
     "uppgang", "krt", "korter", "korteri", "korrus", "trepikoda", "bus", "huisnummer", "verdieping", "hoog",
     "toevoeging", "postbus", "nr", "numarul", "nummer", "number", "no", "maja")
)  # fmt: skip
_FIRST = frozenset({"ro"})
"""Languages in which the word for a street stands before its name."""
_NUMBER_FIRST = frozenset({"en"})
_SHORT_UNITS = {"ro": frozenset({"et"})}
"""Short forms that are ordinary words in other languages."""
_IN_NAMES = {"en": frozenset({"the"}), "ro": frozenset({"de", "la", "a", "al", "cel", "lui", "din"})}
"""Frequent words that names of streets have in them."""
_UNIT_NAMES = tuple(sorted(UNITS.union(*_SHORT_UNITS.values())))
_STOREYS = ("tr", "trappor", "floor", "korrus", "hoog")
"""What stands behind the number of a storey."""
_TAIL = re.compile(r"(?:[ -]?[a-z]\b(?!['])|-\d{1,3}[a-z]?\b|/\d{1,3}\b)")  # "19 b", "61-3"
_CLOSED_TAIL = re.compile(r" [a-z](?=,|[.;]? *$)")  # "14 b, 732 31"
_LINK = re.compile(r"^[ ,.]*(?:nr|numarul|nummer|number|no|maja)?[ ,.]*$")
_WORD = re.compile(r"[^ ]+")
_MOST_NAMED = 4  # words of a street's name behind the word for it
_MOST_BETWEEN = 3  # words between a number and the word for a street
_LONGEST_NUMBER = 4  # digits of a house number
_REACH = 48
_SPEAKS_FOR_ITSELF = 0.6
_NEEDS_MORE = 0.4
_CUE = 0.3


@cache
def _streets(code: str) -> Pattern:
    """Return the words for streets: by themselves, or as the end of a longer word."""
    spoken = language(code)
    ended = {f"[a-z-]{{2,}}{re.escape(ending)}" for ending in spoken.street_endings}
    alone = words(word for word in spoken.street_words - UNITS if " " not in word) if spoken.street_words else ""
    return Pattern(
        "|".join(one for one in (rf"\b(?:{'|'.join(sorted(ended))})s?\b" if ended else "", alone) if one) or "x{9}"
    )


@cache
def _flats(code: str) -> re.Pattern[str]:
    """Return what may follow an address: "apt 5", "bloc B2, scara A, etaj 3", "3 tr"."""
    numbers = "|".join(sorted(map(re.escape, language(code).numbers), key=len, reverse=True))
    number = rf"(?:\d{{1,4}}[a-z]?|[a-z]\d{{0,3}}|(?:{numbers})(?: (?:{numbers}))?)\b"
    unit = "|".join(sorted(UNITS | _SHORT_UNITS.get(code, frozenset()), key=len, reverse=True))
    return re.compile(rf"(?:,? (?:{unit})\.? ?{number}|,? {number} (?:{'|'.join(_STOREYS)})\b)+")


@cache
def _talk(code: str) -> frozenset[str]:
    """Return the words that are no part of a street's name."""
    return FREQUENT.get(code, frozenset()) - _IN_NAMES.get(code, frozenset())


def with_addresses(scene: Scene, names: list[Draft]) -> list[Draft]:
    """Return what the names model found with the streets and numbers that the words for streets tell, as one each."""
    streets = list(_found(scene))
    kept: list[Draft] = []
    for draft in names:
        if draft.type is not Type.ADDRESS or len(draft.places) != 1:
            kept.append(draft)
            continue
        ((start, end),) = draft.places
        same = next((one for one in streets if one.places[0][0] < end and start < one.places[0][1]), None)
        if same is None:
            kept.append(_widened(scene, draft))
            continue
        streets.remove(same)
        low, high = same.places[0]
        rest = scene.script.said(high, end).strip(" ,") if end > high else ""
        town = len(rest) > _LONGEST_NUMBER and rest.isalpha()
        groups = [group for piece in scene.numbers(low, end) for group in piece.groups if group.start >= high]
        more = sum(len(group.digits) for group in groups) >= _LONGEST_NUMBER
        streets.append(same._replace(places=((min(low, start), high if town or more else max(high, end)),)))
        if town:
            begin = high + scene.script.said(high, end).index(rest)
            kept.append(draft._replace(type=Type.CITY, places=((begin, begin + len(rest)),), value=rest))
    return [*kept, *streets]


def _found(scene: Scene) -> Iterator[Draft]:
    ends = -1
    for start, end in _streets(scene.language.code).spans(scene.script.data):
        if start >= ends and (one := _address(scene, start, end)) is not None:
            yield one
            ends = one.places[0][1]


def _widened(scene: Scene, draft: Draft) -> Draft:
    ((start, end),) = draft.places
    script = scene.script
    low = max(script.starts[script.turn(start)], start - _REACH)
    before = _WORD.findall(script.said(low, start))
    if before and before[-1].strip(".,") in scene.language.street_words - UNITS and scene.language.code in _FIRST:
        start = script.data.rfind(before[-1].encode("latin-1"), low, start)
    said = script.said(start, end)
    if not any(character.isdigit() for character in said) and not scene.numbers(start, end):
        end = _number_behind(scene, end) or end
    return draft._replace(places=((start, _with_flat(scene, end)),))


def _address(scene: Scene, start: int, end: int) -> Draft | None:
    code = scene.language.code
    word = scene.script.said(start, end)
    alone = word in scene.language.street_words
    support = scene.cues.support(Type.ADDRESS.value, start, end, _CUE)
    if code in _NUMBER_FIRST:
        place = _number_before(scene, start)
        return _draft(scene, place, end, _NEEDS_MORE, support) if place is not None else None
    if alone and code in _FIRST:
        return _named(scene, start, end, support)
    if alone:
        begin = _name_before(scene, start)
        if begin is None:
            return None
        start = begin
    behind = _number_behind(scene, end)
    if behind is None and (alone or support is None):
        return None
    return _draft(scene, start, behind or end, _NEEDS_MORE if alone or behind is None else _SPEAKS_FOR_ITSELF, support)


def _draft(scene: Scene, start: int, end: int, worth: float, support: Evidence | None) -> Draft | None:
    capital = scene.capitals and any(map(str.isupper, scene.original(start, end)))
    evidence = [Evidence("pattern", "street and number", worth)]
    evidence += [Evidence("form", "capital", 0.2)] if capital else []
    evidence += [support] if support else []
    if sum(one.weight for one in evidence) < scene.threshold:
        return None
    end = _with_flat(scene, end)
    spoken = not any(character.isdigit() for character in scene.script.said(start, end))
    return Draft(
        Type.ADDRESS, ((start, end),), "street and number", spoken, scene.script.said(start, end), tuple(evidence)
    )


def _number_behind(scene: Scene, end: int) -> int | None:
    """Return where the house number ends that stands right behind ``end``, or None."""
    script = scene.script
    for piece in scene.numbers(end, min(script.ends[script.turn(end)], end + 16)):
        if not _LINK.match(script.said(end, piece.start)) or scene.taken(piece):
            return None
        size = 0
        last = piece.start
        for group in piece.groups:
            size += len(group.digits)
            if size > _LONGEST_NUMBER or (last > piece.start and group.before.sign not in ("-", "/")):
                break
            last = group.end
        if last == piece.start or piece.ordinary:
            return None
        tail = _TAIL.match(script.said(last, min(script.ends[script.turn(last)], last + 6)))
        ordinary = tail is not None and tail.group().strip() in FREQUENT.get(scene.language.code, frozenset())
        whole = last == piece.end or (tail is not None and tail.group()[0].isalpha()) or _closed(scene, last)
        return last + (tail.end() if tail and whole and not ordinary else 0)
    return None


def _closed(scene: Scene, end: int) -> bool:
    """Test for a letter that closes the house number although further numbers follow: "14 b, 732 31"."""
    return _CLOSED_TAIL.match(scene.script.said(end, scene.script.ends[scene.script.turn(end)])) is not None


def _number_before(scene: Scene, start: int) -> int | None:
    """Return where a house number begins that stands a few words of a name before ``start``, or None."""
    script = scene.script
    low = max(script.starts[script.turn(start)], start - _REACH)
    known = _talk(scene.language.code)
    for piece in reversed(scene.numbers(low, start)):
        between = script.said(piece.end, start).strip(" ,")
        named = between.split()
        plain = all(
            word.strip(".'").isalpha() and word not in known for word in (re.sub(r"^[a-c] ", "", between)).split()
        )
        if not 1 <= len(named) <= _MOST_BETWEEN or not plain or scene.taken(piece) or piece.ordinary:
            return None
        group = piece.groups[-1]
        return group.start if len(group.digits) <= _LONGEST_NUMBER else None
    return None


def _name_before(scene: Scene, start: int) -> int | None:
    """Return where the name begins that stands before the word for a street: one word, two where both have capitals."""
    script = scene.script
    low = max(script.starts[script.turn(start)], start - _REACH)
    before = list(_WORD.finditer(script.said(low, start)))
    known = FREQUENT.get(scene.language.code, frozenset())
    begin = None
    for match in reversed(before[-2:]):
        word = match.group()
        if word[-1] in ",.?!:" or word in known or not word[0].isalpha():
            break
        if begin is not None and not (
            scene.capitals and scene.original(low + match.start(), low + match.start() + 1).isupper()
        ):
            break
        begin = low + match.start()
    return begin


def _named(scene: Scene, start: int, end: int, support: Evidence | None) -> Draft | None:
    """Read a street whose name stands behind the word for it, up to its number."""
    script = scene.script
    high = min(script.ends[script.turn(end)], end + _REACH)
    known = _talk(scene.language.code)
    position = end
    for match in list(_WORD.finditer(script.said(end, high)))[: _MOST_NAMED + 1]:
        word = match.group().strip(".,")
        if position > end and (last := _number_behind(scene, position)) is not None:
            return _draft(scene, start, last, _SPEAKS_FOR_ITSELF, support)
        if not word or word in known:
            break
        position = end + match.end()
        if match.group()[-1] in ".?!" and len(word) > _LONGEST_NUMBER:
            break
    last = _number_behind(scene, position) if position > end else None
    return _draft(scene, start, last, _SPEAKS_FOR_ITSELF, support) if last is not None else None


def _with_flat(scene: Scene, end: int) -> int:
    script = scene.script
    if script.data[end : end + 1] not in (b" ", b","):
        return end
    behind = script.said(end, min(script.ends[script.turn(end)], end + _REACH))
    if not behind.lstrip(" ,").startswith(_UNIT_NAMES) and not any(word in behind for word in _STOREYS):
        return end
    found = _flats(scene.language.code).match(behind)
    return end + found.end() if found else end
