"""Identifiers issued in Ireland, which callers of British lines give too."""

from __future__ import annotations

from callward.engine.pii.model import Type
from callward.engine.pii.recognizer import Recognizer


def pps(value: str) -> bool:
    """Personal Public Service number: weights 8 to 2, and 9 for a second letter, modulo 23 give the first letter."""
    total = sum(w * int(d) for w, d in zip(range(8, 1, -1), value[:7], strict=True))
    total += 9 * (ord(value[8]) - 96) if len(value) > 8 and value[8] != "w" else 0
    return "wabcdefghijklmnopqrstuv"[total % 23] == value[7]


_COUNTY = "(?:ce|cn|cw|c|dl|d|g|ke|kk|ky|ls|ld|lh|lm|lk|l|mh|mn|mo|oy|rn|so|ts|t|wd|wh|wx|ww|w)"

ROWS = (
    Recognizer(
        name="PPS number",
        type=Type.NATIONAL_ID,
        pattern=r"\b\d{7}[ ]?[a-w][ ]?[a-iw]?\b",
        score=0.2,
        check=pps,
        passed=0.25,
        need_context=True,
        context=0.45,
        countries=("IE", "GB"),
        spelled=r"\d{7}[a-w][a-iw]?",
    ),
    Recognizer(
        name="Eircode",
        type=Type.POSTCODE,
        pattern=r"\b(?:[ac-fhknprtv-y]\d{2}|d6w)[ ]?[0-9ac-fhknprtv-y]{4}\b",
        score=0.25,
        need_context=True,
        countries=("IE", "GB"),
        spelled="(?:[ac-fhknprtv-y][0-9]{2}|d6w)[0-9ac-fhknprtv-y]{4}",
    ),
    Recognizer(
        name="Irish number plate",
        type=Type.VEHICLE_PLATE,
        pattern=rf"\b\d{{2,3}}[ -]?{_COUNTY}[ -]?\d{{1,6}}\b",
        score=0.3,
        need_context=True,
        countries=("IE", "GB"),
        spelled=rf"\d{{2,3}}{_COUNTY}\d{{1,6}}",
    ),
)
