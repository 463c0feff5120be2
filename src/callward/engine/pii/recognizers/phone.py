"""Phone numbers: possible ones, not only valid ones, so that numbers reserved for fiction are found too."""

from __future__ import annotations

import re

from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

_WITHOUT_TRUNK = frozenset({"EE", "US", "NO", "DK", "LV", "ES", "PT", "PL"})
"""Countries whose national numbers begin with no 0: a shape that any number has."""

_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d{2}")
_LEAST_WITH_CODE = 10  # digits, with the country code
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?(?:\(\d{3}\)[ -]?|\d{3}[.-])\d{3}[.-]\d{4}")
"""The one way in which North Americans write a number; hardly anything else is written so."""


def _international(candidate: Candidate) -> Assessment | None:
    import phonenumbers

    text = candidate.text
    number = "+" + text[2:] if text.startswith("00") else text
    try:
        parsed = phonenumbers.parse(number.replace("(0)", ""), None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return Assessment(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _national(candidate: Candidate) -> Assessment | None:
    """Try the countries of the call in their order; a trunk 0 and a valid range speak for the number."""
    import phonenumbers

    if _DATE.fullmatch(candidate.text):
        return None
    trunk = candidate.text.lstrip("(").startswith("0")
    grouped = sum(not character.isdigit() for character in candidate.text)
    for country in candidate.countries:
        if trunk == (country in _WITHOUT_TRUNK):
            continue
        try:
            parsed = phonenumbers.parse(candidate.text, country)
        except phonenumbers.NumberParseException:
            continue
        valid = phonenumbers.is_valid_number(parsed)
        if phonenumbers.is_possible_number(parsed) and (valid or trunk):
            value = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            evidence = _shape(valid=valid, trunk=trunk, grouped=grouped)
            if country == "US" and _NORTH_AMERICAN.fullmatch(candidate.text):
                evidence += (Evidence("form", "area code and signs", 0.25),)
            return Assessment(value, evidence)
    return _with_country_code(candidate)


def _with_country_code(candidate: Candidate) -> Assessment | None:
    """Take digits that begin as a country of the call is dialled: the plus before them was not written."""
    import phonenumbers

    digits = "".join(character for character in candidate.text if character.isdigit())
    for country in candidate.countries:
        code = phonenumbers.country_code_for_region(country)
        if not code or not digits.startswith(str(code)) or len(digits) < _LEAST_WITH_CODE:
            continue
        parsed = phonenumbers.parse("+" + digits, None)
        if phonenumbers.is_possible_number(parsed):
            value = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            return Assessment(value, (Evidence("form", "country code", 0.1),))
    return None


def _shape(*, valid: bool, trunk: bool, grouped: int) -> tuple[Evidence, ...]:
    evidence = [Evidence("check", "valid range" if valid else "possible", 0.15 if valid else 0.05)]
    if trunk:
        evidence.append(Evidence("form", "trunk 0", 0.3))
    if grouped:
        evidence.append(Evidence("form", "grouped", 0.05))
    return tuple(evidence)


ROWS = (
    Recognizer(
        name="international phone number",
        type=Type.PHONE,
        pattern=r"(?:\+|\b00)[ ]?\d{1,3}[ -]{0,2}(?:\(0?\)[ ]?)?\(?\d(?:[ ().\-/]{0,3}\d){5,12}\b",
        score=0.8,
        assess=_international,
        ordinary=-0.2,
        lengths=tuple(range(8, 16)),
    ),
    Recognizer(
        name="national phone number",
        type=Type.PHONE,
        pattern=r"(?:\b|\()\d(?:[ ().\-/]{0,3}\d){5,11}\b",
        score=0.15,
        assess=_national,
        ordinary=-0.4,
        lengths=tuple(range(7, 14)),
    ),
)
