"""Identifiers that no one country issues: European ones, vehicles, places, and whatever a word announces.

The announced rows at the end know nothing of a number but that somebody named it: "customer number KL-88213".
Their shapes hold a digit at least, so that no ordinary word is one.
"""

from __future__ import annotations

import re

from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

# ------------------------------------------------------------------------------------------------ European and global

_HEALTH_COUNTRIES = """
    040 056 100 191 196 203 208 233 246 250 276 300 348 352 372 380 428 438 440 442 470 528 578 616 620 642 703 705 724
    752 756 826
"""
_VAT_COUNTRY = "(?:atu|be|bg|cy|cz|de|dk|ee|el|es|fi|fr|hr|hu|ie|it|lt|lu|lv|mt|pl|pt|si|sk|xi)"
_BIC_WORD = r"\b(?:bic|swift)(?:[ -]?[ck]o+de?t?)?(?: is| ar| on| este| e)?[: ] ?"
_BIC_COUNTRY = "(?:at|be|bg|ch|cy|cz|de|dk|ee|es|fi|fr|gb|gr|hr|hu|ie|is|it|li|lt|lu|lv|mt|nl|no|pl|pt|ro|se|si|sk|us)"


def vin_check(value: str) -> bool:
    """ISO 3779 as North America uses it: position 9 is the weighted sum of the others modulo 11."""
    letters = dict(zip("abcdefghjklmnprstuvwxyz", "12345678123457923456789", strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    rest = sum(w * int(letters.get(sign, sign)) for w, sign in zip(weights, value, strict=True)) % 11
    return value[8] == ("x" if rest == 10 else str(rest))


def _vin(candidate: Candidate) -> Assessment | None:
    """Take 17 characters with letters and digits among them: seventeen letters are a word, seventeen digits a card."""
    value = "".join(character for character in candidate.text if character.isalnum())
    if len(value) != 17 or sum(character.isdigit() for character in value) < 5 or value.isdigit():
        return None
    return Assessment(value)


def _health_card(candidate: Candidate) -> Assessment | None:
    """Take 20 digits that name a country behind the 80 of health."""
    digits = "".join(character for character in candidate.text if character.isdigit())
    return Assessment(digits) if digits[2:5] in _HEALTH_COUNTRIES.split() else None


def _last_word(candidate: Candidate) -> Assessment:
    """Take the last word of a candidate whose pattern holds its announcement too."""
    begin = max(candidate.text.rfind(sign) for sign in " :") + 1
    return Assessment(candidate.text[begin:].upper(), skip=begin)


def _machine_readable(candidate: Candidate) -> Assessment | None:
    return Assessment(candidate.text.upper()) if "<" in candidate.text else None


EUROPEAN = (
    Recognizer(
        name="VIN",
        signless=True,
        type=Type.VEHICLE_PLATE,
        pattern=r"\b(?:[a-hj-npr-z0-9]{17}|[a-hj-npr-z0-9]{3} [a-hj-npr-z0-9]{6} [a-hj-npr-z0-9]{8})\b",
        score=0.3,
        assess=_vin,
        check=vin_check,
        passed=0.25,
        spelled="[a-hj-npr-z0-9]{17}",
    ),
    Recognizer(
        name="EHIC",
        type=Type.HEALTH_ID,
        pattern=r"\b80(?:[ -]?\d){18}\b",
        score=0.6,
        assess=_health_card,
        lengths=(20,),
    ),
    Recognizer(
        name="machine readable zone",
        signless=True,
        type=Type.PASSPORT,
        pattern=r"\b[a-z]{1,2}<?[a-z]{3}[a-z0-9<]{25,39}|\b[a-z0-9<]{9}\d[a-z]{3}\d{7}[mfx<]\d{7}[a-z0-9<]{0,16}",
        score=0.9,
        assess=_machine_readable,
        ordinary=0.0,
    ),
    Recognizer(
        name="BIC",
        signless=True,
        type=Type.BANK_ACCOUNT,
        pattern=_BIC_WORD + "[a-z]{4}" + _BIC_COUNTRY + r"[a-z0-9]{2}(?:[a-z0-9]{3})?\b",
        score=0.6,
        assess=_last_word,
        ordinary=0.0,
    ),
    Recognizer(
        name="European VAT number",
        type=Type.TAX_ID,
        pattern=rf"\b{_VAT_COUNTRY}[ ]?[a-z]?\d(?:[ .-]?\d){{6,11}}[a-z]{{0,2}}\b",
        score=0.3,
        need_context=True,
        spelled=r"(?:atu|be|cz|de|dk|el|es|fi|fr|hu|ie|it|lt|lv|pl|pt)[a-z]?\d{7,12}[a-z]{0,2}",
    ),
    Recognizer(
        name="metering point (EAN, EIC)",
        type=Type.ACCOUNT_NUMBER,
        pattern=r"\b(?:\d{2}(?:[ ]?\d){16}|\d{2}[xzyvtwa]-?[a-z0-9](?:[- ]?[a-z0-9]){11}-?[a-z0-9])\b",
        score=0.3,
        need_context=True,
        lengths=(18,),
        spelled=r"\d{2}[xzyvtwa][a-z0-9]{13}",
    ),
    Recognizer(
        name="coordinates",
        type=Type.ADDRESS,
        pattern=r"-?\b\d{1,2}\.\d{4,8}[, ]+-?\d{1,3}\.\d{4,8}\b",
        score=0.7,
        ordinary=0.0,
    ),
)

# --------------------------------------------------------------------------------------------------- what is announced

_SHORT_WORDS = """
    a ad ai al am an ar as at au av be by ca cu da de di do dr e ea ei el en er et eu ga go ha he hi i id if ii il im
    in is it ja je jo la le ma me mr my na ne ni no nr nu o of oh ok om on or os ou pa pe sa se si so st ta te ti to tu
    un up us va ve we vi yo za ze zi nhs ssn nmr nbr nrs crt
"""
_NO_PREFIX = frozenset(_SHORT_WORDS.split())
"""Short words of the covered languages: before a number they are no part of it, as "KL" is."""

_COUNTED = re.compile(
    r"\d+(?:st|nd|rd|th|e|er|ste|de|s|x|h|hrs?|am|pm|ms|[kmg]?bp?s?|[kcm]?m|k?g|[mc]?l|k?v|k?w|[km]wh|[kmg]?hz|kr|eur|ron|lei)"
)
_DATE = re.compile(
    r"(?:19|20)\d{2}[-/ .](?:0?[1-9]|1[0-2])(?:[-/ .]\d{1,2})?|\d{1,2}[-/ .]\d{1,2}[-/ .](?:\d{2}|(?:19|20)\d{2})"
)
_YEAR = re.compile(r"(?:19[3-9]|20[0-4])\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))?")

CODE = (
    r"[$\xa3\xa4]?\b(?:[a-z]{1,5}[-/]|[a-z]{1,2} |[b-df-hj-np-tv-z]{3} )?[a-z]{0,6}\d[a-z0-9]{0,20}"
    r"(?: \d{2,14}[a-z]?|[-/]\d[a-z0-9]{0,14}|[-/][a-z]{1,3}\d[a-z0-9]{0,12}|[-/][a-z]{1,4}\b| [a-z]{2}\d{2,6}\b)"
    r"{0,5}\b"
)
"""A code with a digit: 480012, KL-88213, AC5520174, 12 34 56 78, 2024/0917-K. One shape for all rows: it runs once."""

SPELLED = r"[a-z]{0,6}\d[a-z0-9]{1,19}"


def code(candidate: Candidate) -> Assessment | None:
    """Take a code of four characters or more with two digits; money, dates, ordinals and measures are none."""
    text, skip = candidate.text, 0
    if text[0] in "$\xa3\xa4":
        return None
    first = text.split(" ", 1)[0]
    if first in _NO_PREFIX:
        skip = len(first) + 1
        text = text[skip:]
    value = "".join(character for character in text if character.isalnum())
    digits = sum(character.isdigit() for character in value)
    if len(value) < 4 or digits < 2 or _COUNTED.fullmatch(value) or _DATE.fullmatch(text):
        return None
    evidence = (Evidence("form", "like a year or a date", -0.2),) if _YEAR.fullmatch(text) else ()
    return Assessment(value.upper(), evidence, skip=skip)


def _announced(name: str, kind: Type) -> Recognizer:
    return Recognizer(
        name=f"announced {name}",
        type=kind,
        pattern=CODE,
        score=0.15,
        assess=code,
        context=0.5,
        need_context=True,
        spelled=SPELLED,
    )


ANNOUNCED = (
    _announced("account number", Type.ACCOUNT_NUMBER),
    _announced("bank account", Type.BANK_ACCOUNT),
    _announced("health number", Type.HEALTH_ID),
    _announced("passport or identity card", Type.PASSPORT),
    _announced("driving licence", Type.DRIVING_LICENCE),
    _announced("tax number", Type.TAX_ID),
    _announced("password", Type.PASSWORD),
)

ROWS: tuple[Recognizer, ...] = (*EUROPEAN, *ANNOUNCED)

__all__ = ["CODE", "ROWS", "SPELLED", "code", "vin_check"]
