"""Identifiers issued in Belgium, under their Dutch names: callers from Flanders have them, and many who moved."""

from __future__ import annotations

from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

_BELGIAN = ("BE", "NL")


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _solid(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _ninety_seven(digits: str) -> bool:
    """Test a Belgian number: the last two digits are the rest of those before, modulo 97; 97 stands for none."""
    return (int(digits[:-2]) % 97 or 97) == int(digits[-2:])


def _enterprise(value: str) -> bool:
    """Test a Belgian ondernemingsnummer, with or without its BE: 97 less the rest of the first eight digits."""
    digits = _digits(value).zfill(10)
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


def _register(digits: str) -> bool:
    """Test a rijksregisternummer: 97 less the rest of its nine digits, with a 2 before them since 2000."""
    return any(97 - int(century + digits[:9]) % 97 == int(digits[9:]) for century in ("", "2"))


def _registered(candidate: Candidate) -> Assessment | None:
    """Take a rijksregisternummer or bisnummer; dots and a dash in their places leave little doubt."""
    digits = _digits(candidate.text)
    if int(digits[2:4]) % 20 > 12 or int(digits[4:6]) > 31:
        return None
    signed = "." in candidate.text and "-" in candidate.text
    return Assessment(digits, (Evidence("form", "signs of the register", 0.3),) if signed else ())


def _firm(candidate: Candidate) -> Assessment:
    """Take an ondernemingsnummer; the sign of the country leaves little doubt."""
    signed = candidate.text.startswith("be")
    return Assessment(_solid(candidate.text).upper(), (Evidence("form", "country before it", 0.25),) if signed else ())


ROWS = (
    Recognizer(
        name="rijksregisternummer",
        type=Type.NATIONAL_ID,
        pattern=r"\b\d{2}[ .]?[0-5]\d[ .]?[0-3]\d[ -]{0,3}\d{3}[ .]?\d{2}\b",
        score=0.25,
        assess=_registered,
        check=_register,
        passed=0.3,
        failed=-0.05,
        countries=_BELGIAN,
        lengths=(11,),
    ),
    Recognizer(
        name="Belgische identiteitskaart",
        type=Type.PASSPORT,
        pattern=r"\b\d{3}[ -]?\d{7}[ -]?\d{2}\b",
        score=0.1,
        check=_ninety_seven,
        passed=0.2,
        need_context=True,
        countries=_BELGIAN,
        lengths=(12,),
    ),
    Recognizer(
        name="ondernemingsnummer",
        type=Type.TAX_ID,
        pattern=r"\b(?:be[ -]?[01]\d{3}[ .]?\d{3}[ .]?\d{3}|[01]\d{3}\.\d{3}\.\d{3})\b",
        score=0.35,
        ordinary=-0.1,
        assess=_firm,
        check=_enterprise,
        passed=0.2,
        countries=_BELGIAN,
        spelled=r"(?:be)?[01]\d{9}",
    ),
    Recognizer(
        name="Belgisch rekeningnummer",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b\d{3}[ -]?\d{7}[ -]?\d{2}\b",
        score=0.1,
        check=_ninety_seven,
        passed=0.2,
        need_context=True,
        countries=_BELGIAN,
        lengths=(12,),
    ),
    Recognizer(
        name="Belgische postcode",
        type=Type.POSTCODE,
        pattern=r"\b(?:be?-)?[1-9]\d{3}\b",
        score=0.2,
        need_context=True,
        countries=_BELGIAN,
        lengths=(4,),
    ),
    Recognizer(
        name="Belgische nummerplaat",
        type=Type.VEHICLE_PLATE,
        pattern=r"\b(?:[1-9]-[a-z]{3}-\d{3}|[1-9][a-z]{3}\d{3}|[a-z]{3}-\d{3}|\d{3}-[a-z]{3})\b",
        score=0.3,
        need_context=True,
        countries=_BELGIAN,
        spelled=r"[1-9][a-z]{3}\d{3}",
    ),
)
