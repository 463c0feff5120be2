"""Dates of birth: dates in figures or with a month's name, where a birth is spoken of."""

from __future__ import annotations

import re

from callward.engine.pii import checks
from callward.engine.pii.lexicon import months
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import words
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

_PARTS = re.compile(r"[0-9]+|[a-z]+")


def full_year(year: int, size: int) -> int:
    """Return the year that two or four digits stand for; two digits above 29 are of the last century."""
    return year if size > 2 else year + (1900 if year > 29 else 2000)


def _dated(candidate: Candidate) -> Assessment | None:
    """Read day, month and year in the order that makes a day; day before month where both would."""
    parts = [part for part in _PARTS.findall(candidate.text) if part.isdigit() or part in months()]
    if len(parts) == 2:
        said = "-".join(str(months().get(part, part)).zfill(2) for part in parts)
        return Assessment(said, () if all(part.isdigit() for part in parts) else (_NO_YEAR,))
    if len(parts) != 3:
        return None
    named = next((place for place, part in enumerate(parts) if not part.isdigit()), None)
    numbers = [months()[part] if not part.isdigit() else int(part) for part in parts]
    orders = [(2, 1, 0), (0, 1, 2), (2, 0, 1)]
    for year, month, day in orders:
        if named not in (None, month) or len(parts[day]) > 2:
            continue
        if checks.calendar(full_year(numbers[year], len(parts[year])), numbers[month], numbers[day]):
            full = full_year(numbers[year], len(parts[year]))
            return Assessment(f"{full:04}-{numbers[month]:02}-{numbers[day]:02}")
    return None


_NO_YEAR = Evidence("form", "no year", -0.05)
"""A day that nothing calls a birthday is an appointment: without its year it does not pass the strict pass alone."""
_NAME = words(months())
_DAY = r"\d{1,2}(?:st|nd|rd|th|e|de|ste|:e)?\.?"

_YEAR = r"(?:1[89]|20)\d{2}"
_SIGN = "[./ -]"

_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"

ROWS = (
    Recognizer(
        name="date in ordinals",
        type=Type.DATE_OF_BIRTH,
        pattern=rf"\b(?:the )?{_ORDINAL} (?:of )?(?:the )?{_ORDINAL},?(?: of)?(?: (?:{_YEAR}|\d{{2}})\b)?",
        score=0.25,
        assess=_dated,
        need_context=True,
        context=0.5,
    ),
    Recognizer(
        name="date in figures",
        type=Type.DATE_OF_BIRTH,
        pattern=rf"\b(?:\d{{1,2}}{_SIGN}{{1,2}}\d{{1,2}}{_SIGN}{{1,2}}(?:{_YEAR}|\d{{2}})|{_YEAR}{_SIGN}?\d{{2}}{_SIGN}?\d{{2}})\b",
        score=0.25,
        assess=_dated,
        need_context=True,
        context=0.5,
    ),
    Recognizer(
        name="date with month",
        type=Type.DATE_OF_BIRTH,
        pattern=rf"\b(?:the )?{_DAY} (?:of |de )?{_NAME}\.?,?(?: (?:{_YEAR}|\d{{2}})\b)?|{_NAME} {_DAY},? {_YEAR}\b",
        score=0.3,
        assess=_dated,
        need_context=True,
        context=0.5,
    ),
)
