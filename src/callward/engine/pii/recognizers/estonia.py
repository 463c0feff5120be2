"""Identifiers issued in Estonia, under their native names."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Type
from callward.engine.pii.recognizer import Recognizer
from callward.engine.pii.recognizers.shapes import DAY, MONTH

ROWS = (
    Recognizer(
        name="isikukood",
        type=Type.NATIONAL_ID,
        pattern=r"\b[1-8][ ]?\d{2}[ ]?" + MONTH + "[ ]?" + DAY + r"[ -]?\d{2}[ ]?\d{2}\b",
        score=0.5,
        check=checks.isikukood,
        passed=0.3,
        countries=("EE",),
        lengths=(11,),
    ),
)
