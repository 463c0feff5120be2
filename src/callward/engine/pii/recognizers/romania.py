"""Identifiers issued in Romania, under their native names."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Type
from callward.engine.pii.recognizer import Recognizer
from callward.engine.pii.recognizers.shapes import DAY, MONTH

ROWS = (
    Recognizer(
        name="CNP",
        type=Type.NATIONAL_ID,
        pattern=r"\b[1-9][ ]?\d{2}[ ]?" + MONTH + "[ ]?" + DAY + r"[ ]?\d(?:[ ]?\d){5}\b",
        score=0.5,
        check=checks.cnp,
        passed=0.3,
        countries=("RO",),
        lengths=(13,),
    ),
)
