"""Identifiers issued in the United States. Routing numbers are a bank's and no person's: nothing finds them."""

from __future__ import annotations

import re

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

_LETTER = "[ac-hjkmnp-rt-y]"
_STATES = """
    ak ar az ca ct dc fl ga ia il ks ky md mi mn mo ms mt nc nd ne nh nj nm nv ny pr ri sc sd tn tx ut va vt wa wi wv wy
"""
_STATE = "(?:" + "|".join(_STATES.split()) + ")"
_LIKE_WORDS = "(?:al|co|de|hi|id|in|la|ma|me|oh|ok|or|pa|wa)"  # states only where a comma parts the town from them
_GROUPS = re.compile(r"\d{3}([ -]?)\d{2}[ -]?\d{4}")


def npi(digits: str) -> bool:
    """National Provider Identifier: Luhn with the prefix of United States health applications."""
    return checks.luhn("80840" + digits)


def dea(value: str) -> bool:
    """Drug Enforcement Administration number: odd digits and twice the even ones give the last."""
    digits = [int(digit) for digit in value[2:]]
    return (sum(digits[0:5:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


def _social(candidate: Candidate) -> Assessment | None:
    """Take what was ever handed out and the famous false ones; areas 000 and 666 and empty groups never were.

    Areas from 900 belong to tax numbers and to advertising.
    """
    digits = "".join(character for character in candidate.text if character.isdigit())
    if digits[:3] in ("000", "666") or digits[3:5] == "00" or digits[5:] == "0000" or len(set(digits)) == 1:
        return None
    match = _GROUPS.fullmatch(candidate.text)
    sign = match.group(1) if match else ""
    evidence = [Evidence("form", "three, two and four", 0.45 if sign == "-" else 0.2)] if sign else []
    if digits[0] == "9":
        evidence.append(Evidence("form", "area from 900", -0.15))
    return Assessment(digits, tuple(evidence))


def _zip(candidate: Candidate) -> Assessment:
    """Take the digits alone: the state before them is no postcode."""
    begin = next(place for place, character in enumerate(candidate.text) if character.isdigit())
    return Assessment(candidate.text[begin:], skip=begin)


def _named(candidate: Candidate) -> Assessment:
    """Take the last word: the pattern holds the name of the number too."""
    begin = max(candidate.text.rfind(sign) for sign in " :#") + 1
    return Assessment(candidate.text[begin:], skip=begin)


ROWS: tuple[Recognizer, ...] = (
    Recognizer(
        name="SSN",
        type=Type.NATIONAL_ID,
        pattern=r"\b\d{3}[ -]?\d{2}[ -]?\d{4}\b",
        score=0.1,
        assess=_social,
        context=0.55,
        countries=("US",),
        lengths=(9,),
    ),
    Recognizer(
        name="ITIN",
        type=Type.TAX_ID,
        pattern=r"\b9\d{2}[ -]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[ -]?\d{4}\b",
        score=0.2,
        need_context=True,
        context=0.5,
        countries=("US",),
        lengths=(9,),
    ),
    Recognizer(
        name="EIN",
        type=Type.TAX_ID,
        pattern=r"\b\d{2}-?\d{7}\b",
        score=0.25,
        need_context=True,
        countries=("US",),
        lengths=(9,),
    ),
    Recognizer(
        name="driver's license",
        type=Type.DRIVING_LICENCE,
        pattern=r"\b[a-z]{1,2}[ -]?\d{3}[ -]?\d{2,4}(?:[ -]?\d{2,4}){0,3}[a-z]?\b",
        score=0.2,
        need_context=True,
        context=0.5,
        countries=("US",),
    ),
    Recognizer(
        name="Medicare beneficiary identifier",
        type=Type.HEALTH_ID,
        pattern=rf"\b[1-9]{_LETTER}(?:\d|{_LETTER})\d-?{_LETTER}(?:\d|{_LETTER})\d-?{_LETTER}{{2}}\d{{2}}\b",
        score=0.6,
        countries=("US",),
        spelled=rf"[1-9]{_LETTER}(?:\d|{_LETTER})\d{_LETTER}(?:\d|{_LETTER})\d{_LETTER}{{2}}\d{{2}}",
    ),
    Recognizer(
        name="ZIP code",
        type=Type.POSTCODE,
        pattern=rf"\b(?:{_STATE},? )?\d{{5}}(?:-\d{{4}})?\b",
        score=0.25,
        assess=_zip,
        need_context=True,
        countries=("US",),
        lengths=(5, 9),
    ),
    Recognizer(
        name="state and ZIP code",
        type=Type.POSTCODE,
        pattern=rf"(?:,? {_STATE}|, {_LIKE_WORDS}),? \d{{5}}(?:-\d{{4}})?\b|\b\d{{5}}-\d{{4}}\b",
        score=0.5,
        assess=_zip,
        countries=("US",),
    ),
    Recognizer(
        name="NPI",
        type=Type.ACCOUNT_NUMBER,
        pattern=r"\bnpi(?: number)?(?: is)?[ :#]+[12]\d{9}\b",
        score=0.5,
        assess=_named,
        check=npi,
        passed=0.3,
        countries=("US",),
        abroad=0.0,
    ),
    Recognizer(
        name="DEA number",
        type=Type.ACCOUNT_NUMBER,
        pattern=r"\bdea(?: number)?(?: is)?[ :#]+[a-hj-mpr-ux][a-z9]\d{7}\b",
        score=0.5,
        assess=_named,
        check=dea,
        passed=0.3,
        countries=("US",),
        abroad=0.0,
    ),
)
