"""What the calls of a sweep came to, added up: what was found and removed, by kind of item and what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from callward.shelf import ItemKind
from callward.web.sweeps.models import Change
from callward.web.sweeps.searching import UNPLACED

Kept: TypeAlias = dict[str, Any]
"""Counts as JSON has them: what ``Counts.as_json`` gives."""

_CHANGED = frozenset({Change.Outcome.CHANGED, Change.Outcome.IN_REVIEW, Change.Outcome.HELD})
# It is in the sound until a person has decided or the day is over; the released copy went at once.
_STAYS = (ItemKind.RECORDING_ORIGINAL.value, UNPLACED)


@dataclass(slots=True)
class Counts:
    """Sums over calls. ``by_kind`` gives found and healed by kind of item and type of what was found."""

    outcomes: Counter[str] = field(default_factory=Counter)
    by_kind: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    unopened: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, changes: Iterable[Change]) -> None:
        """Count calls that a sweep tells of."""
        for change in changes:
            self.outcomes[change.outcome] += 1
            self.reasons.update(change.reasons)
            self.unopened.update(change.unopened.items())
            for kind, types in change.found.items():
                for name, count in types.items():
                    removed = change.outcome in _CHANGED and (kind, name) != _STAYS
                    self._found(kind, name, count, count if removed else 0)

    def add_kept(self, kept: Kept) -> None:
        """Add what ``as_json`` gave."""
        self.outcomes.update(kept.get("outcomes", {}))
        self.reasons.update(kept.get("reasons", {}))
        for kind, reason, count in kept.get("unopened", []):
            self.unopened[kind, reason] += count
        for kind, name, found, healed in kept.get("by_kind", []):
            self._found(kind, name, found, healed)

    def as_json(self) -> Kept:
        return {
            "outcomes": dict(self.outcomes),
            "reasons": dict(self.reasons),
            "unopened": [[*place, count] for place, count in self.unopened.items()],
            "by_kind": [[*place, *row] for place, row in self.by_kind.items()],
        }

    def _found(self, kind: str, name: str, found: int, healed: int) -> None:
        row = self.by_kind.setdefault((kind, name), [0, 0])
        row[0] += found
        row[1] += healed
