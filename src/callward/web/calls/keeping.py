"""The door to retention and holds for the pages and rows of calls.

How long a call is kept, and why, is decided by the end of the lifecycle, which lies above the calls: it takes its
place here when it starts, and without it nothing is taken in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from callward.web.core.models import Controller, Line

if TYPE_CHECKING:
    from callward.web.calls.models import Call


DUTY = "legal_duty"


@dataclass(frozen=True, slots=True)
class End:
    """The last day something is kept, the purpose that keeps it so long, and what set the number of days."""

    until: date
    purpose: str
    ground: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a call is kept under its line's rules: by item kind, by purpose, and its row in the call log."""

    items: Mapping[str, End]
    purposes: Mapping[str, date]
    log: date
    then: Mapping[str, str] = field(default_factory=dict)  # item kinds that are not simply deleted, and what is done
    clocks: Mapping[str, Mapping[str, list[str | int | None]]] = field(
        default_factory=dict
    )  # where one is not the call's
    kinds: Mapping[str, Mapping[str, date]] = field(default_factory=dict)  # purposes that end sooner for an item kind
    rules: str = ""  # a digest of the line's rules that they were counted under

    @property
    def until(self) -> date:
        """The last day anything of the call but its log is kept."""
        return max(end.until for end in self.items.values())

    def as_json(self) -> dict[str, Any]:
        """For the call's row: days and codes."""
        told: dict[str, Any] = {
            "items": {kind: [end.until.isoformat(), end.purpose, end.ground] for kind, end in self.items.items()},
            "purposes": {purpose: until.isoformat() for purpose, until in self.purposes.items()},
        }
        if self.then:
            told["then"] = dict(self.then)
        if self.clocks:
            told["clocks"] = self.clocks
        if self.kinds:
            told["kinds"] = {
                kind: {purpose: until.isoformat() for purpose, until in ends.items()}
                for kind, ends in self.kinds.items()
            }
        if self.rules:
            told["rules"] = self.rules
        return told


@dataclass(frozen=True, slots=True)
class Answer:
    """Why an item is still here: its kind, its last day where it has one, one sentence, and whether a hold keeps it."""

    kind: str
    until: date
    sentence: str
    held: bool


class Keeper(Protocol):
    """What the lifecycle offers."""

    def terms(
        self,
        line: Line,
        day: date,
        *,
        voicemail: bool,
        categories: Collection[str] = (),
        person: UUID | None = None,
        call: UUID | None = None,
    ) -> Terms:
        """Fix how long a call of that day is kept under the line's rules of now.

        ``categories`` are what was found in it; ``person`` and ``call`` are whose events its clocks may count from.
        """

    def arrived(self, call: Call) -> None:
        """Called in the transaction that takes a call in."""

    def settle(self, call: Call) -> None:
        """Called in the transaction that writes a call's terms, once its rows stand.

        The rules of its line may have changed since the terms were counted; what was changed before reaches the call
        here, and what is changed after reaches it as it does every call that is kept.
        """

    def found_more(self, call: Call) -> None:
        """Called in the transaction that writes that more kinds were found in a kept call, once its rows stand.

        What the rules of its line say of calls in which that was found reaches it here. The row that is passed stays as
        it was read.
        """

    def heard(self, call: Call) -> None:
        """Called in the transaction that records that somebody has opened what was said in a call."""

    def answers(self, call: Call) -> list[Answer]:
        """Say of every item of a call why it is still kept."""

    def log_answer(self, call: Call) -> str:
        """Say in one sentence why the row of a call in the call log is kept."""

    def hold_rows(self, call: Call) -> list[tuple[str, str, str]]:
        """Give the holds that keep something of a call: sentence, small print, address."""

    def lock(self, controller: UUID) -> None:
        """Let no hold be placed or released until the transaction ends."""

    def place_hold_address(self, call: Call) -> str:
        """Say where a hold is placed on the call."""

    def events_address(self, call: Call) -> str:
        """Say where the events of a call are told that its days may count from."""

    def held_purposes(self, call: Call, kind: str = "") -> Collection[str]:
        """Give the purposes that the holds on a call keep it for, or an item of it."""

    def overdue(self, controller: Controller) -> int:
        """Count the items whose time is over and that no hold keeps."""

    def examine_backups(self) -> Iterable[tuple[bool, str]]:
        """Say in a sentence each whether all is well with the place of backups."""

    def keys(self, ids: Iterable[UUID]) -> Collection[UUID]:
        """Say which of these data keys belong to rows of the lifecycle."""


_keepers: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """Called once by the lifecycle when it starts."""
    _keepers[:] = [keeper]


def keeper() -> Keeper:
    """Return who decides how long calls are kept; refused where nobody does."""
    if not _keepers:
        raise ImproperlyConfigured("No lifecycle is installed: nothing may be kept without an end.")
    return _keepers[0]


def end_of(call: Call, kind: str) -> End:
    """Return until when an item of a call is kept, as its row says."""
    fixed = call.terms.get("items", {}).get(kind)
    if fixed is None:
        return End(call.retain_until, "", "line")
    until, purpose, ground = fixed
    return End(date.fromisoformat(until), purpose, ground)


def all_purposes_of(call: Call) -> list[str]:
    """Return the purposes of a call's line, and the duty in law that keeps the call where there is one."""
    duty = [DUTY] if DUTY in call.terms.get("purposes", {}) else []
    return list(dict.fromkeys([*call.line.purposes, *duty]))


def purposes_of(call: Call, today: date, kind: str = "") -> list[str]:
    """Return the purposes that a call, or an item of it, may still be opened for: its line's, and its holds'."""
    living = [purpose for purpose in all_purposes_of(call) if purpose_end(call, purpose, kind) >= today]
    return list(dict.fromkeys([*living, *keeper().held_purposes(call, kind)]))


def purpose_end(call: Call, purpose: str, kind: str = "") -> date:
    """Return the last day a call, or an item of a kind, may be opened for a purpose.

    A purpose that the call was not taken in for has passed.
    """
    fixed = call.terms.get("purposes")
    if fixed is None:
        return call.retain_until
    sooner = call.terms.get("kinds", {}).get(kind, {})
    if purpose in sooner:
        return date.fromisoformat(sooner[purpose])
    return date.fromisoformat(fixed[purpose]) if purpose in fixed else _day(call) - timedelta(days=1)


def _day(call: Call) -> date:
    return call.started_at.astimezone(call.line.controller.zone).date()
