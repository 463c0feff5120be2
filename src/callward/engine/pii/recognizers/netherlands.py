"""Identifiers issued in the Netherlands, under their native names."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Type
from callward.engine.pii.recognizer import Recognizer, not_repeated

ROWS = (
    Recognizer(
        name="BSN",
        type=Type.NATIONAL_ID,
        pattern=r"\b\d{2,3}(?:[ .-]?\d{3}){2}\b|\b\d{4}[ .-]\d{2}[ .-]\d{3}\b",
        score=0.15,
        assess=not_repeated,
        check=checks.bsn,
        passed=0.2,
        need_context=True,
        context=0.45,
        countries=("NL",),
        lengths=(9, 8),
    ),
)
