"""A date of birth again: read back in words or in figures, although nobody says again what date it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from callward.engine.pii import checks
from callward.engine.pii.lexicon import Language
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import compiled
from callward.engine.pii.recognizer import Candidate
from callward.engine.pii.recognizers import dates
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.spoken import around_month, month_names

_ISO = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_CENTURIES = frozenset({"18", "19", "20"})
_NEAR_TURNS = 8
_MOST_TENS = 30

_Day = tuple[int, int]
"""Month and day: years are left out where a date is read back, and the month is seldom said twice by chance."""


def find_births_again(scene: Scene, found: list[Draft]) -> Iterator[Draft]:
    """Yield the dates not yet covered whose month and day are those of a date of birth found nearby."""
    births: dict[_Day, list[Draft]] = {}
    for draft in found:
        day = _day(draft.value, scene.language) if draft.type is Type.DATE_OF_BIRTH else None
        if day is not None:
            births.setdefault(day, []).append(draft)
    if not births:
        return
    covered = sorted(place for draft in found for place in draft.places)
    turns = {scene.script.turn(start) for all_ in births.values() for draft in all_ for start, _ in draft.places}
    for start, end, value in _dates(scene, turns):
        again = births.get(_day(value, scene.language) or (0, 0))
        if again and not _holds(covered, start, end):
            evidence = (Evidence("echo", again[0].rule, again[0].score),)
            spoken = not any(sign.isdigit() for sign in scene.script.said(start, end))
            yield Draft(Type.DATE_OF_BIRTH, ((start, end),), again[0].rule, spoken, again[0].value, evidence)


def with_values(scene: Scene, found: list[Draft]) -> list[Draft]:
    """Give every date of birth that was said in words the value that it has in figures: ISO 8601, where it is whole."""
    known: dict[str, str] = {}
    for draft in found:
        if draft.type is Type.DATE_OF_BIRTH and draft.value not in known and not _ISO.fullmatch(draft.value):
            value = _iso(scene, draft)
            if value is not None:
                known[draft.value] = value
    if not known:
        return found
    births = Type.DATE_OF_BIRTH
    return [one._replace(value=known.get(one.value, one.value)) if one.type is births else one for one in found]


def _iso(scene: Scene, draft: Draft) -> str | None:
    """Read month and day from the words, and the year from the numbers behind the month's name."""
    day = _day(draft.value, scene.language)
    start, end = draft.places[0]
    named = next(iter(month_names(scene.language.code).spans(scene.script.data, start, end)), None)
    if day is None or named is None:
        return None
    groups = [
        group.digits for piece in scene.numbers(start, end) for group in piece.groups if named[1] <= group.start < end
    ]
    for count in (1, 2, 3):
        said = "".join(groups[-count:])
        if len(groups) >= count and (len(said) == 2 or (len(said) == 4 and said[:2] in _CENTURIES)):
            year = dates.full_year(int(said), len(said))
            longer = "".join(groups[-count - 1 :]) if len(groups) > count else ""
            if len(said) == 2 and len(longer) == 4 and longer[:2] in _CENTURIES:
                continue
            return f"{year}-{day[0]:02}-{day[1]:02}" if checks.calendar(year, *day) else None
    return None


def _dates(scene: Scene, turns: set[int]) -> Iterator[tuple[int, int, str]]:
    """Yield every date in the turns near ``turns``: in figures, with a month's name, or in numbers alone."""
    script = scene.script
    near = sorted({turn + step for turn in turns for step in range(-_NEAR_TURNS, _NEAR_TURNS + 1)})
    for turn in near:
        if not 0 <= turn < len(script.starts):
            continue
        low, high = script.starts[turn], script.ends[turn]
        for row in dates.ROWS:
            for start, end in compiled(row.pattern).spans(script.data, low, high):
                read = row.assess(Candidate(script.said(start, end), scene.countries))
                if read is not None:
                    yield start, end, read.value
        for start, end in month_names(scene.language.code).spans(script.data, low, high):
            first, last, _ = around_month(scene, start, end)
            if (first, last) != (start, end):
                yield first, last, script.said(first, last)
        for piece in scene.within(low, high):
            for value in _orders(piece.digits):
                yield piece.start, piece.end, value


def _orders(digits: str) -> Iterator[str]:
    """Yield the days that six or eight digits may be."""
    if len(digits) == 6:
        yield from (f"{digits[2:4]}-{digits[:2]}", f"{digits[2:4]}-{digits[4:]}")
    elif len(digits) == 8:
        yield from (f"{digits[2:4]}-{digits[:2]}", f"{digits[4:6]}-{digits[6:]}")


def _day(value: str, spoken: Language) -> _Day | None:
    """Return month and day of a date of birth as a finding writes it: ISO, or the folded words."""
    written = _ISO.fullmatch(value)
    if written is not None:
        return int(written[2]), int(written[3])
    words = re.findall(r"[a-z]+|\d+", value)
    place = next((at for at, word in enumerate(words) if word in spoken.months), None)
    if place is None:
        return None
    day = _number(words[:place], spoken) or _number(words[place + 1 : place + 3], spoken)
    return (spoken.months[words[place]], day) if day else None


def _number(words: list[str], spoken: Language) -> int:
    """Add up what the words before or behind a month say; 0 where that is no day."""
    total = 0
    for word in words:
        if word.isdigit():
            total += int(word)
        elif word in spoken.ordinals:
            total += spoken.ordinals[word]
        elif word in spoken.numbers:
            total += int(spoken.numbers[word])
        elif word not in spoken.joiners and word not in spoken.of and total:
            break
    return total if 0 < total <= _MOST_TENS + 1 else 0


def _holds(covered: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_right(covered, (start, end))
    before = place > 0 and covered[place - 1][1] > start
    return before or (place < len(covered) and covered[place][0] < end)
