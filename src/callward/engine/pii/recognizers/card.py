"""Payment card numbers (ISO/IEC 7812): 13 to 19 digits. Luhn, brand and grouping are evidence, never a gate."""

from __future__ import annotations

import re

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

_BRANDS = (
    ("Visa", re.compile(r"4"), (13, 16, 19)),
    ("Mastercard", re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), (16,)),
    ("American Express", re.compile(r"3[47]"), (15,)),
    ("Discover", re.compile(r"6011|64[4-9]|65"), (16, 19)),
    ("JCB", re.compile(r"35(?:2[89]|[3-8])"), (16, 19)),
    ("Diners Club", re.compile(r"30[0-5]|36|3[89]"), (14, 16, 19)),
    ("UnionPay", re.compile(r"62"), (16, 17, 18, 19)),
    ("Maestro", re.compile(r"5[06-9]|6"), tuple(range(13, 20))),
)
_GROUPINGS = ((4, 4, 4, 4), (4, 6, 5), (8, 8), (6, 10), (6, 4, 6), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), (4, 12))


def brand(digits: str) -> tuple[str, tuple[int, ...]] | None:
    """Return the brand whose issuer range ``digits`` begin in, and how long its numbers are."""
    return next(((name, lengths) for name, prefix, lengths in _BRANDS if prefix.match(digits)), None)


def weigh(digits: str, grouping: tuple[int, ...]) -> tuple[Evidence, ...]:
    """Return what the digits and their grouping say by themselves."""
    luhn = checks.luhn(digits) and len(set(digits)) > 1
    evidence = [Evidence("check", "Luhn passed" if luhn else "Luhn failed", 0.35 if luhn else -0.1)]
    issuer = brand(digits)
    if issuer is not None and len(digits) in issuer[1]:
        evidence.append(Evidence("brand", issuer[0], 0.1))
    else:
        evidence.append(Evidence("brand", "unknown", -0.15))
    if grouping in _GROUPINGS:
        evidence.append(Evidence("form", "grouped as on a card", 0.2))
    return tuple(evidence)


def _card(candidate: Candidate) -> Assessment:
    """Take the whole candidate, or the run of its groups that is a card where more digits stand beside it."""
    groups = [match.span() for match in re.finditer(r"\d+", candidate.text)]
    best: Assessment | None = None
    for first in range(min(3, len(groups))):
        for last in range(len(groups), first, -1):
            taken = [candidate.text[start:end] for start, end in groups[first:last]]
            digits = "".join(taken)
            if not 13 <= len(digits) <= 19:
                continue
            evidence = weigh(digits, tuple(map(len, taken)))
            if best is None or _worth(evidence) > _worth(best.evidence) + 0.2:
                best = Assessment(digits, evidence, groups[last - 1][1], groups[first][0])
    assert best is not None  # the pattern has 13 digits at least, and the whole candidate is tried first
    return best


def _worth(evidence: tuple[Evidence, ...]) -> float:
    return sum(one.weight for one in evidence)


ROWS = (
    Recognizer(
        name="payment card",
        type=Type.PAYMENT_CARD,
        pattern=r"\b\d(?:[ .,/_-]{0,3}\d){12,18}\b",
        score=0.3,
        assess=_card,
        context=0.5,
        ordinary=-0.2,
        lengths=tuple(range(13, 20)),
    ),
)
