"""How many days each item of a call is kept for each purpose, and which rule decides where two disagree.

No database and no clock: a line's settings in, days and grounds out. The law is that of GDPR Art. 5(1)(e): each purpose
has its own end, and the longest one does not lengthen the others.

Order of the rules: a duty in law beats a maximum; otherwise the shorter period holds. No purpose without a duty goes
beyond its ceiling, and words are never kept longer than the sound they are of. What was found in a call may shorten
by a maximum and lengthen by a minimum; card data is never kept, so no rule is about keeping it.

A rule may count from an event instead of the call. While nobody has said when that was, its clock has not begun, and
a cap counts from the call.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from callward.shelf import ItemKind
from callward.web.calls import keeping
from callward.web.core.rules import RETENTION_CEILING_DAYS

DUTY = keeping.DUTY
QUALITY = "quality"
PAYMENT = "payment"  # the category of what is never kept
QUALITY_DAYS = 90  # on a line whose days are those of a duty in law: quality does not take part in it
ROMANIAN_QUALITY_DAYS = 30  # Law 190/2018 art. 5: staff are monitored for 30 days at most
VOICEMAIL_DAYS = 30
LOG_DAYS = 365


class Ground(StrEnum):
    """What set a number of days."""

    LINE = "line"  # the days kept of the line
    RULE = "rule"  # a rule of the line for this item or purpose
    FOUND = "found"  # a rule of the line for what was found in the call
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
    TWO_MAXIMA = "two_maxima"  # what was found asks for less than the item's own rule: the shorter holds
    TWO_EVENTS = "two_events"  # a minimum counts from another event than the maximum: the maximum's clock counts
    CARD_NEVER_KEPT = "card_never_kept"  # a rule asks to keep what was found of a payment: card data never is


class Event(StrEnum):
    """What days are counted from."""

    CALL = "call"
    CONTRACT_ENDED = "contract_ended"
    RESOLVED = "resolved"


class Then(StrEnum):
    """What becomes of words whose time is over; sound is always destroyed, because a voice is personal data."""

    DELETE = "delete"
    ANONYMISE = "anonymise"


class Subject(StrEnum):
    """What a rule may be about: an item, a voicemail with everything of it, the row in the call log."""

    RECORDING_ORIGINAL = ItemKind.RECORDING_ORIGINAL.value
    RECORDING_REDACTED = ItemKind.RECORDING_REDACTED.value
    TRANSCRIPT_ORIGINAL = ItemKind.TRANSCRIPT_ORIGINAL.value
    TRANSCRIPT_REDACTED = ItemKind.TRANSCRIPT_REDACTED.value
    NOTE_ORIGINAL = ItemKind.NOTE_ORIGINAL.value
    NOTE_REDACTED = ItemKind.NOTE_REDACTED.value
    FORM_ORIGINAL = ItemKind.FORM_ORIGINAL.value
    FORM_REDACTED = ItemKind.FORM_REDACTED.value
    SHEET = ItemKind.SHEET.value
    VOICEMAIL = "voicemail"
    LOG = "metadata"


ITEMS = tuple(Subject(kind.value) for kind in ItemKind)
MAY_BE_ANONYMISED = frozenset({Subject.TRANSCRIPT_REDACTED})


@dataclass(frozen=True, slots=True)
class Rule:
    """A minimum and a maximum in days, for one subject, purpose and category found, or for all (empty).

    ``cap`` goes with an ``event`` other than the call: the days from the call while the event is not known.
    """

    subject: str = ""
    purpose: str = ""
    minimum: int | None = None
    maximum: int | None = None
    category: str = ""
    event: Event = Event.CALL
    cap: int | None = None
    then: Then = Then.DELETE

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

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that are others where anything here is another."""
        told = {**asdict(self), "countries": sorted(self.countries), "rules": sorted(map(repr, self.rules))}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Period:
    """How many days a subject is kept for a purpose, what set them, and what disagreed.

    ``days`` count from ``event``; ``cap``, ``most`` and ``least`` from the call. ``asked`` are the days that a rule
    asked for and did not get, where there is a ``conflict``.
    """

    purpose: str
    days: int
    ground: Ground
    conflict: Conflict | None = None
    event: Event = Event.CALL
    cap: int = 0  # while the event is not known
    most: int | None = None  # whenever the event was
    least: int = 0
    then: Then = Then.DELETE
    asked: int | None = None

    @property
    def reach(self) -> int:
        """The days from the call that hold while no event is known."""
        days = self.days if self.event is Event.CALL else self.cap
        return max(days if self.most is None else min(days, self.most), self.least)

    def until(self, day: date, events: Mapping[str, date]) -> date:
        """Return the last day for a call of ``day``. An event before the call has nothing to do with it."""
        began = events.get(self.event)
        if self.event is Event.CALL or began is None or began < day:
            return day + timedelta(days=self.reach)
        end = began + timedelta(days=self.days)
        if self.most is not None:
            end = min(end, day + timedelta(days=self.most))
        return max(end, day + timedelta(days=self.least))


def period(line: LineRules, subject: Subject, purpose: str, found: Collection[str] = ()) -> Period:
    """Return how long a subject is kept for a purpose under the rules of a line; ``found`` are a call's categories."""
    own = _period(line, subject, purpose, found)
    if subject is Subject.TRANSCRIPT_ORIGINAL:
        sound = _period(line, Subject.RECORDING_ORIGINAL, purpose, found)
        if sound.reach < own.reach:
            return replace(sound, ground=Ground.SOUND, conflict=None, asked=None)
    return own


def longest(line: LineRules, subject: Subject, found: Collection[str] = ()) -> Period:
    """Return the period of the purpose that keeps a subject longest; of two as long, the duty in law."""
    periods = (period(line, subject, purpose, found) for purpose in line.grounds)
    return max(periods, key=lambda one: (one.reach, one.purpose == DUTY))


def log_period(line: LineRules) -> Period:
    """Return how long the row in the call log stays; whoever asks keeps it at least as long as the items."""
    found = _narrowest(line.rules, Subject.LOG, "", "maximum")
    least = _narrowest(line.rules, Subject.LOG, "", "minimum")
    # A rule for everything is about what was said; the log has rules of its own.
    days = found.maximum if found and found.subject and found.maximum else LOG_DAYS
    ground = Ground.RULE if days != LOG_DAYS else Ground.USUAL
    if least and least.subject and (least.minimum or 0) > days:
        return Period("", days, ground, Conflict.SHORTER_HOLDS, asked=least.minimum)
    return Period("", days, ground)


def _period(line: LineRules, subject: Subject, purpose: str, found: Collection[str]) -> Period:
    ceiling, why = _ceiling(line, purpose)
    rule = _maximum(line, subject, purpose)
    held = _capped(_bounded(line, subject, purpose, rule), ceiling, why, ruled=rule is not None)
    asked = held.reach if rule is not None else 0
    for shorter in _maxima_found(line.rules, subject, purpose, found):
        if _shortens(shorter, held):
            conflict = Conflict.TWO_MAXIMA if asked > (shorter.maximum or 0) else None
            held = replace(_shortened(held, shorter), conflict=conflict, asked=asked if conflict else None)
            rule = shorter
    return _lengthened(line, held, rule, _minimum(line.rules, subject, purpose, found), ceiling)


def _bounded(line: LineRules, subject: Subject, purpose: str, rule: Rule | None) -> Period:
    """Return the period before any ceiling: that of the maximum, or what is usual."""
    days, ground = _usual(line, subject, purpose)
    return _by(purpose, rule, Ground.RULE) if rule else Period(purpose, days, ground)


def _by(purpose: str, rule: Rule, ground: Ground) -> Period:
    days = rule.maximum or 0
    return Period(purpose, days, ground, event=rule.event, cap=rule.cap or days, then=rule.then)


def _shortens(rule: Rule, held: Period) -> bool:
    """Say whether a maximum for what was found may end something sooner: by its cap, or once its event is known."""
    return (rule.cap or rule.maximum or 0) <= held.reach or (
        held.event is Event.CALL is not rule.event and (rule.maximum or 0) < held.reach
    )


def _shortened(held: Period, rule: Rule) -> Period:
    """Return a period under a maximum for what was found: nothing lasts longer than without it."""
    if held.event is not Event.CALL is rule.event:
        most = min(held.reach, rule.maximum or held.reach)  # the clock that runs goes on, and ends no later than this
        return replace(held, ground=Ground.FOUND, cap=min(held.cap, most), most=most, then=rule.then)
    found = _by(held.purpose, rule, Ground.FOUND)
    return replace(found, cap=min(found.cap, held.reach), most=held.reach)


def _capped(held: Period, ceiling: int | None, why: Ground, *, ruled: bool) -> Period:
    if ceiling is None or max(held.days, held.cap) <= ceiling:
        return held
    conflict, asked = (Conflict.OVER_CEILING, max(held.days, held.cap)) if ruled else (None, None)
    days, cap = min(held.days, ceiling), min(held.cap, ceiling)
    return replace(held, days=days, cap=cap, ground=why, conflict=conflict, asked=asked)


def _lengthened(line: LineRules, held: Period, rule: Rule | None, least: Rule | None, ceiling: int | None) -> Period:
    """Return the period with the minimum in it, where the law or the ceiling lets it in."""
    if ceiling is None:
        return _of_duty(line, held, rule, least)
    if least is None or _is_fulfilled(held, least):
        return held
    minimum = least.minimum or 0
    if least.event is not held.event:
        if rule is not None:
            return replace(held, conflict=Conflict.TWO_EVENTS, asked=minimum)
        if minimum <= ceiling:
            cap, ground = min(least.cap or minimum, ceiling), _ground_of(least)
            return Period(held.purpose, minimum, ground, event=least.event, cap=cap, least=held.reach, then=least.then)
    if rule is None and minimum <= ceiling:
        return Period(held.purpose, minimum, _ground_of(least), then=least.then)
    return replace(held, conflict=Conflict.SHORTER_HOLDS, asked=minimum)


def _is_fulfilled(held: Period, least: Rule) -> bool:
    """Say whether a minimum is kept anyway: days from an event are never fewer than as many days from the call."""
    minimum = least.minimum or 0
    if least.event is held.event:
        return minimum <= held.days
    return least.event is Event.CALL and minimum <= min(held.days, held.reach)


def _of_duty(line: LineRules, held: Period, rule: Rule | None, least: Rule | None) -> Period:
    """Return the period of a duty in law: never less than the line's own number, whatever a rule says."""
    minimum = (least.minimum or 0) if least else 0
    conflict, asked = None, None
    if rule is not None and held.reach < max(line.days, minimum):
        conflict, asked = Conflict.DUTY_BEATS_MAXIMUM, held.reach
    elif rule is not None and held.days >= minimum:
        return replace(held, least=max(held.least, line.days) if held.event is not Event.CALL else held.least)
    then = least.then if least else held.then
    if least is not None and least.event is not Event.CALL:
        cap = max(least.cap or minimum, line.days)
        return Period(
            held.purpose, minimum, Ground.DUTY, conflict, least.event, cap, least=line.days, then=then, asked=asked
        )
    return Period(held.purpose, max(line.days, minimum), Ground.DUTY, conflict, then=then, asked=asked)


def _ground_of(rule: Rule) -> Ground:
    return Ground.FOUND if rule.category else Ground.RULE


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


def _maximum(line: LineRules, subject: Subject, purpose: str) -> Rule | None:
    rule = _narrowest(line.rules, subject, purpose, "maximum")
    usual, _ = _usual(line, subject, purpose)
    if rule and subject is Subject.VOICEMAIL and not rule.subject and (rule.cap or rule.maximum or 0) > usual:
        return None  # a rule for everything does not lengthen the short clock of a voicemail
    return rule


def _narrowest(rules: Iterable[Rule], subject: str, purpose: str, bound: str) -> Rule | None:
    """Return the most particular rule with that bound; an item's own rule comes before a purpose's."""
    about = [r for r in rules if not r.category and r.is_about(subject, purpose) and getattr(r, bound)]
    return max(about, key=lambda rule: rule.narrowness, default=None)


def _maxima_found(rules: Iterable[Rule], subject: str, purpose: str, found: Collection[str]) -> list[Rule]:
    """Return the maxima for what was found: first those from the call, the shortest first."""
    about = [r for r in rules if r.category in found and r.is_about(subject, purpose) and r.maximum]
    return sorted(about, key=lambda rule: (rule.event is not Event.CALL, rule.cap or rule.maximum, rule.maximum))


def _minimum(rules: tuple[Rule, ...], subject: str, purpose: str, found: Collection[str]) -> Rule | None:
    """Return the rule with the longest minimum: the most particular of the line's own, or of one for what was found."""
    own = _narrowest(rules, subject, purpose, "minimum")
    about = [r for r in rules if r.category in found and r.is_about(subject, purpose) and r.minimum]
    return max([*([own] if own else []), *about], key=lambda rule: rule.minimum or 0, default=None)
