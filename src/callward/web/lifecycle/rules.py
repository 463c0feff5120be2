"""How many days each item of a call is kept for each purpose, and which rule decides where two disagree.

No database and no clock: a line's settings in, days and grounds out. The law is that of GDPR Art. 5(1)(e): each purpose
has its own end, and the longest one does not lengthen the others.

Order of the rules: a duty in law beats a maximum; otherwise the shorter period holds. No purpose without a duty goes
beyond its ceiling, and words are never kept longer than the sound they are of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from callward.shelf import ItemKind
from callward.web.core.rules import RETENTION_CEILING_DAYS

DUTY = "legal_duty"
QUALITY = "quality"
QUALITY_DAYS = 90  # on a line whose days are those of a duty in law: quality does not take part in it
ROMANIAN_QUALITY_DAYS = 30  # Law 190/2018 art. 5: staff are monitored for 30 days at most
VOICEMAIL_DAYS = 30
LOG_DAYS = 365


class Ground(StrEnum):
    """What set a number of days."""

    LINE = "line"  # the days kept of the line
    RULE = "rule"  # a rule of the line for this item or purpose
    USUAL = "usual"  # what is usual for the purpose, or for voicemail and the call log
    CEILING = "ceiling"  # the longest without a duty in law
    ROMANIA = "romania"
    SOUND = "sound"  # the original words end with the original sound
    DUTY = "duty"


class Conflict(StrEnum):
    """What disagreed, and how it was resolved."""

    OVER_CEILING = "over_ceiling"  # a rule asks for longer than the law allows: the ceiling holds
    DUTY_BEATS_MAXIMUM = "duty_beats_maximum"
    SHORTER_HOLDS = "shorter_holds"  # a minimum above a maximum, without a duty


class Subject(StrEnum):
    """What a rule may be about: an item, a voicemail with everything of it, the row in the call log."""

    RECORDING_ORIGINAL = ItemKind.RECORDING_ORIGINAL.value
    RECORDING_REDACTED = ItemKind.RECORDING_REDACTED.value
    TRANSCRIPT_ORIGINAL = ItemKind.TRANSCRIPT_ORIGINAL.value
    TRANSCRIPT_REDACTED = ItemKind.TRANSCRIPT_REDACTED.value
    SHEET = ItemKind.SHEET.value
    VOICEMAIL = "voicemail"
    LOG = "metadata"


ITEMS = tuple(Subject(kind.value) for kind in ItemKind)


@dataclass(frozen=True, slots=True)
class Rule:
    """A minimum and a maximum in days, for one subject or all, and one purpose or all (empty)."""

    subject: str = ""
    purpose: str = ""
    minimum: int | None = None
    maximum: int | None = None

    @property
    def narrowness(self) -> int:
        return 2 * bool(self.subject) + bool(self.purpose)

    def is_about(self, subject: str, purpose: str) -> bool:
        return self.subject in {"", subject} and self.purpose in {"", purpose}


@dataclass(frozen=True, slots=True)
class LineRules:
    """What a line says about keeping. ``duty``: it names a duty in law that asks for its days."""

    days: int
    purposes: tuple[str, ...]
    duty: bool
    countries: frozenset[str]
    rules: tuple[Rule, ...] = ()

    @property
    def grounds(self) -> tuple[str, ...]:
        """The purposes that keep: those of the line, and the duty where one is named."""
        return tuple(dict.fromkeys([*self.purposes, *([DUTY] if self.duty else [])]))


@dataclass(frozen=True, slots=True)
class Period:
    """How many days a subject is kept for a purpose, what set them, and what disagreed."""

    purpose: str
    days: int
    ground: Ground
    conflict: Conflict | None = None


def period(line: LineRules, subject: Subject, purpose: str) -> Period:
    """Return how long a subject is kept for a purpose under the rules of a line."""
    if subject is Subject.TRANSCRIPT_ORIGINAL:
        own = _period(line, subject, purpose)
        sound = _period(line, Subject.RECORDING_ORIGINAL, purpose)
        return own if own.days <= sound.days else Period(purpose, sound.days, Ground.SOUND)
    return _period(line, subject, purpose)


def longest(line: LineRules, subject: Subject) -> Period:
    """Return the period of the purpose that keeps a subject longest; of two as long, the duty in law."""
    periods = (period(line, subject, purpose) for purpose in line.grounds)
    return max(periods, key=lambda found: (found.days, found.purpose == DUTY))


def log_period(line: LineRules) -> Period:
    """Return how long the row in the call log stays; whoever asks keeps it at least as long as the items."""
    found = _narrowest(line.rules, Subject.LOG, "", "maximum")
    least = _narrowest(line.rules, Subject.LOG, "", "minimum")
    # A rule for everything is about what was said; the log has rules of its own.
    days = found.maximum if found and found.subject and found.maximum else LOG_DAYS
    ground = Ground.RULE if days != LOG_DAYS else Ground.USUAL
    if least and least.subject and (least.minimum or 0) > days:
        return Period("", days, ground, Conflict.SHORTER_HOLDS)
    return Period("", days, ground)


def _period(line: LineRules, subject: Subject, purpose: str) -> Period:
    days, ground = _usual(line, subject, purpose)
    conflict = None
    rule = _narrowest(line.rules, subject, purpose, "maximum")
    if rule and subject is Subject.VOICEMAIL and not rule.subject and (rule.maximum or 0) > days:
        rule = None  # a rule for everything does not lengthen the short clock of a voicemail
    if rule:
        days, ground = rule.maximum or days, Ground.RULE
    ceiling, why = _ceiling(line, purpose)
    if ceiling is not None and days > ceiling:
        conflict = Conflict.OVER_CEILING if rule else None
        days, ground = ceiling, why
    least = _narrowest(line.rules, subject, purpose, "minimum")
    minimum = (least.minimum or 0) if least else 0
    if purpose == DUTY and line.duty and rule is not None and days < line.days:
        # What the law asks for is the line's own number: a rule for less cannot undo the duty.
        return Period(purpose, max(line.days, minimum), Ground.DUTY, Conflict.DUTY_BEATS_MAXIMUM)
    if minimum <= days:
        return Period(purpose, days, ground, conflict)
    if ceiling is None:
        return Period(purpose, minimum, Ground.DUTY, Conflict.DUTY_BEATS_MAXIMUM if rule else None)
    if rule is None and minimum <= ceiling:
        return Period(purpose, minimum, Ground.RULE)
    return Period(purpose, days, ground, Conflict.SHORTER_HOLDS)


def _usual(line: LineRules, subject: Subject, purpose: str) -> tuple[int, Ground]:
    """Return the days where no rule is about it."""
    if purpose == DUTY and line.duty:
        return line.days, Ground.DUTY
    if subject is Subject.VOICEMAIL:
        return min(line.days, VOICEMAIL_DAYS), Ground.USUAL if line.days > VOICEMAIL_DAYS else Ground.LINE
    if line.duty and purpose == QUALITY:
        return min(line.days, QUALITY_DAYS), Ground.USUAL if line.days > QUALITY_DAYS else Ground.LINE
    return line.days, Ground.LINE


def _ceiling(line: LineRules, purpose: str) -> tuple[int | None, Ground]:
    if purpose == DUTY and line.duty:
        return None, Ground.DUTY
    if purpose == QUALITY and "RO" in line.countries:
        return ROMANIAN_QUALITY_DAYS, Ground.ROMANIA
    return RETENTION_CEILING_DAYS, Ground.CEILING


def _narrowest(rules: Iterable[Rule], subject: str, purpose: str, bound: str) -> Rule | None:
    """Return the most particular rule with that bound; an item's own rule comes before a purpose's."""
    about = [rule for rule in rules if rule.is_about(subject, purpose) and getattr(rule, bound)]
    return max(about, key=lambda rule: rule.narrowness, default=None)
