"""National identifiers and health numbers, under their native names."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_LAST_FOUR = r"[ ]?[-+]?[ ]?\d{2}[ ]?\d{2}"


def _personnummer(candidate: Candidate) -> Assessment:
    """Sign and century make an ordinary ten-digit number less likely."""
    digits = "".join(character for character in candidate.text if character.isdigit())
    evidence = []
    if "-" in candidate.text or "+" in candidate.text:
        evidence.append(Evidence("form", "sign before the last four", 0.35))
    if len(digits) == 12:
        evidence.append(Evidence("form", "with century", 0.35))
    return Assessment(digits, tuple(evidence))


def _not_repeated(candidate: Candidate) -> Assessment | None:
    digits = "".join(character for character in candidate.text if character.isdigit())
    return Assessment(digits) if len(set(digits)) > 1 else None


ROWS = (
    Recognizer(
        name="personnummer",
        type=Type.NATIONAL_ID,
        pattern=r"\b(?:18|19|20)?\d{2}[ ]?" + _MONTH + "[ ]?" + _DAY + _LAST_FOUR + r"\b",
        score=0.2,
        assess=_personnummer,
        check=checks.personnummer,
        passed=0.3,
        failed=-0.05,
        countries=("SE",),
        lengths=(10, 12),
    ),
    Recognizer(
        name="samordningsnummer",
        type=Type.NATIONAL_ID,
        pattern=r"\b(?:18|19|20)?\d{2}[ ]?" + _MONTH + r"[ ]?(?:6[1-9]|[78]\d|9[01])" + _LAST_FOUR + r"\b",
        score=0.2,
        assess=_personnummer,
        check=checks.personnummer,
        passed=0.3,
        failed=-0.05,
        countries=("SE",),
        lengths=(10, 12),
    ),
    Recognizer(
        name="isikukood",
        type=Type.NATIONAL_ID,
        pattern=r"\b[1-8][ ]?\d{2}[ ]?" + _MONTH + "[ ]?" + _DAY + r"[ -]?\d{2}[ ]?\d{2}\b",
        score=0.5,
        check=checks.isikukood,
        passed=0.3,
        countries=("EE",),
        lengths=(11,),
    ),
    Recognizer(
        name="CNP",
        type=Type.NATIONAL_ID,
        pattern=r"\b[1-9][ ]?\d{2}[ ]?" + _MONTH + "[ ]?" + _DAY + r"[ ]?\d(?:[ ]?\d){5}\b",
        score=0.5,
        check=checks.cnp,
        passed=0.3,
        countries=("RO",),
        lengths=(13,),
    ),
    Recognizer(
        name="BSN",
        type=Type.NATIONAL_ID,
        pattern=r"\b\d{2,3}(?:[ .-]?\d{3}){2}\b|\b\d{4}[ .-]\d{2}[ .-]\d{3}\b",
        score=0.15,
        assess=_not_repeated,
        check=checks.bsn,
        passed=0.2,
        need_context=True,
        context=0.45,
        countries=("NL",),
        lengths=(9, 8),
    ),
    Recognizer(
        name="NINO",
        type=Type.NATIONAL_ID,
        pattern=r"\b[a-ceghj-pq-tw-z][a-ceghj-npq-tw-z][ ]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d]\b",
        score=0.85,
        ordinary=-0.1,
        countries=("GB",),
        abroad=0.0,
        lengths=(9,),
    ),
    Recognizer(
        name="NHS number",
        type=Type.HEALTH_ID,
        pattern=r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b",
        score=0.1,
        assess=_not_repeated,
        check=checks.nhs_number,
        passed=0.25,
        need_context=True,
        context=0.45,
        countries=("GB",),
        lengths=(10,),
    ),
)
