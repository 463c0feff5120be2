"""Where the rules of a line disagree: what was asked for, what holds, and which rule wins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callward.web.lifecycle.rules import (
    ITEMS,
    PAYMENT,
    Conflict,
    LineRules,
    Period,
    Subject,
    log_period,
    period,
)


@dataclass(frozen=True, slots=True)
class Dispute:
    """One disagreement, with everything that it is about: days asked for, days that hold. 0: no days are in dispute."""

    conflict: Conflict
    subjects: tuple[str, ...]
    purposes: tuple[str, ...]
    category: str
    asked: int
    holds: int


_Key = tuple[Conflict, str, int, int]


def disputes_of(line: LineRules) -> list[Dispute]:
    """Return every disagreement of a line, each once."""
    about: dict[_Key, list[tuple[str, str]]] = {}
    for subject, category, found in _disputed(line):
        if found.conflict is not None:
            key = (found.conflict, category, found.asked or 0, found.reach)
            about.setdefault(key, []).append((subject.value, found.purpose))
    for rule in line.rules:
        if rule.category == PAYMENT and rule.minimum:
            key = (Conflict.CARD_NEVER_KEPT, PAYMENT, 0, 0)
            about.setdefault(key, []).append((rule.subject, rule.purpose))
    return [
        Dispute(
            conflict,
            tuple(dict.fromkeys(subject for subject, _ in places if subject)),
            tuple(dict.fromkeys(purpose for _, purpose in places if purpose)),
            category,
            asked,
            holds,
        )
        for (conflict, category, asked, holds), places in about.items()
    ]


def _disputed(line: LineRules) -> Iterator[tuple[Subject, str, Period]]:
    for subject in (*ITEMS, Subject.VOICEMAIL):
        for purpose in line.grounds:
            plain = period(line, subject, purpose)
            yield subject, "", plain
            for category in dict.fromkeys(rule.category for rule in line.rules if rule.category):
                found = period(line, subject, purpose, {category})
                if (found.conflict, found.asked, found.reach) != (plain.conflict, plain.asked, plain.reach):
                    yield subject, category, found
    yield Subject.LOG, "", log_period(line)
