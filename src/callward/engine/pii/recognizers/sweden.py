"""Identifiers issued in Sweden, under their native names."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer
from callward.engine.pii.recognizers.shapes import DAY, MONTH

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


ROWS = (
    Recognizer(
        name="personnummer",
        type=Type.NATIONAL_ID,
        pattern=r"\b(?:18|19|20)?\d{2}[ ]?" + MONTH + "[ ]?" + DAY + _LAST_FOUR + r"\b",
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
        pattern=r"\b(?:18|19|20)?\d{2}[ ]?" + MONTH + r"[ ]?(?:6[1-9]|[78]\d|9[01])" + _LAST_FOUR + r"\b",
        score=0.2,
        assess=_personnummer,
        check=checks.personnummer,
        passed=0.3,
        failed=-0.05,
        countries=("SE",),
        lengths=(10, 12),
    ),
)
