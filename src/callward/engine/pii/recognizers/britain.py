"""Identifiers issued in the United Kingdom, under their native names."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Type
from callward.engine.pii.recognizer import Recognizer, not_repeated

ROWS = (
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
        assess=not_repeated,
        check=checks.nhs_number,
        passed=0.25,
        need_context=True,
        context=0.45,
        countries=("GB",),
        lengths=(10,),
    ),
)
