"""The report of a sweep, for whoever assesses it: scope, method, figures, dates, and the ledger's proof of them.

It tells counts, kinds and ids; nothing that was found stands in it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callward.engine.tlog import LogError
from callward.web.audit.models import Entry, Head
from callward.web.audit.reading import prove
from callward.web.core.labels import label
from callward.web.sweeps import running
from callward.web.sweeps.counts import Counts
from callward.web.sweeps.models import Change, Sweep
from callward.web.sweeps.rewriting import HEALED, REDETECTED
from callward.web.sweeps.unit import Tally

_OWN_ACTS = (running.STARTED, running.RESUMED, running.CANCELLED, running.ENDED)
_MOST_CALLS = 100_000  # rows of an export; a sweep with more is split by line or by dates


@dataclass(slots=True)
class Figures:
    """What a sweep came to: how many calls and items were looked at, and what they held."""

    sweep: Sweep
    tally: Tally
    counts: Counts

    @property
    def outcomes(self) -> Counter[str]:
        return self.counts.outcomes

    @property
    def by_kind(self) -> dict[tuple[str, str], list[int]]:
        return dict(sorted(self.counts.by_kind.items()))

    @property
    def unopened(self) -> dict[tuple[str, str], int]:
        return dict(sorted(self.counts.unopened.items()))

    @property
    def reasons(self) -> Counter[str]:
        return self.counts.reasons

    @property
    def calls_done(self) -> int:
        return self.tally.calls

    @property
    def found(self) -> int:
        return sum(found for found, _healed in self.by_kind.values())

    @property
    def healed(self) -> int:
        return sum(healed for _found, healed in self.by_kind.values())

    @property
    def remaining(self) -> int:
        return self.found - self.healed

    @property
    def to_review(self) -> int:
        return self.outcomes[Change.Outcome.IN_REVIEW] + self.outcomes[Change.Outcome.HELD]

    @property
    def not_opened(self) -> int:
        return sum(self.unopened.values())

    @property
    def needs_a_person(self) -> bool:
        return bool(self.remaining or self.to_review or self.not_opened) or self.sweep.state != Sweep.State.DONE

    def as_json(self) -> dict[str, Any]:
        return {
            "sweep": str(self.sweep.id),
            "kind": self.sweep.kind,
            "dry_run": self.sweep.dry_run,
            "state": self.sweep.state,
            "begun": _when(self.sweep.started_at),
            "ended": _when(self.sweep.ended_at),
            "calls": self.sweep.calls,
            "calls_done": self.calls_done,
            "calls_gone": self.tally.outcomes["gone"],
            "items_searched": dict(sorted(self.tally.items.items())),
            "found": self.found,
            "healed": self.healed,
            "remaining": self.remaining,
            "outcomes": dict(sorted(self.outcomes.items())),
        }


def figures(sweep: Sweep) -> Figures:
    """Give what a sweep came to until now."""
    sweep.refresh_from_db(fields=["tally", "counts"])
    return figures_of([sweep])[0]


def figures_of(sweeps: Iterable[Sweep]) -> list[Figures]:
    """Give what sweeps came to: what is written with each, and the calls of batches that are not done."""
    told = []
    for sweep in sweeps:
        counts = Counts()
        counts.add_kept(sweep.counts)
        told.append(Figures(sweep, running.tally_of(sweep), counts))
    at_work = {one.sweep.id: one.counts for one in told}
    for change in Change.objects.filter(sweep__in=at_work, counted=False).iterator():
        at_work[change.sweep_id].add([change])
    return told


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry of the ledger about the sweep, and its place; ``index`` is None until it has one."""

    action: str
    at: datetime
    index: int | None
    leaf: str
    proof: tuple[str, ...]
    tree_size: int


def proofs(sweep: Sweep) -> list[Proof]:
    """Give the entries about the sweep itself, in their order, each proven in the published tree."""
    head = Head.objects.filter(controller=sweep.controller_id).exclude(checkpoint="").first()
    entries = Entry.objects.for_controller(sweep.controller).about("sweep", str(sweep.id)).filter(action__in=_OWN_ACTS)
    return [_proof(entry, head) for entry in reversed(entries)]


def _proof(entry: Entry, head: Head | None) -> Proof:
    try:
        proven = prove(entry, head) if head else None
    except LogError:
        proven = None  # the tiles are not what was signed; the ledger's own pages say so
    if proven is None:
        return Proof(entry.action, entry.at, entry.index, "", (), 0)
    hashes = tuple(step.hex() for step in proven.proof)
    return Proof(entry.action, entry.at, entry.index, proven.leaf.hex(), hashes, proven.head.size)


def changes(sweep: Sweep, most: int = _MOST_CALLS) -> Iterator[dict[str, Any]]:
    """Give the first ``most`` calls that the sweep tells of, each with the number of its entry in the ledger."""
    action = HEALED if sweep.kind == Sweep.Kind.HEAL else REDETECTED
    rows = Change.objects.filter(sweep=sweep).order_by("at", "id")[:most]
    for group in _grouped(list(rows)):
        ids = [str(row.call) for row in group]
        entries = Entry.objects.for_controller(sweep.controller).filter(resource_id__in=ids, action=action)
        indices = dict(entries.filter(at__gte=sweep.started_at).order_by("id").values_list("resource_id", "index"))
        for row in group:
            yield {
                "call": str(row.call),
                "outcome": row.outcome,
                "at": _when(row.at),
                "entry": indices.get(str(row.call)),
                "found": row.found,
                "not_searched": row.unopened,
                "reasons": row.reasons,
            }


def _grouped(rows: list[Change]) -> Iterator[list[Change]]:
    for at in range(0, len(rows), 500):
        yield rows[at : at + 500]


def document(sweep: Sweep) -> dict[str, Any]:
    """Give the whole report as one JSON object."""
    told = figures(sweep)
    return {
        **told.as_json(),
        "scope": {
            "controller": sweep.controller.slug,
            "line": sweep.line.slug if sweep.line else None,
            "from": sweep.since.isoformat() if sweep.since else None,
            "to": sweep.until.isoformat() if sweep.until else None,
            "items": sweep.items or None,
            "received_until": _when(sweep.started_at),
        },
        "method": {
            "detector": sweep.detector,
            "rules_sha256": sweep.rules,
            "calls_by_detector": dict(sorted(told.tally.detectors.items())),
        },
        "by_kind": [
            {"item": kind, "what": name, "found": found, "healed": healed, "remaining": found - healed}
            for (kind, name), (found, healed) in told.by_kind.items()
        ],
        "not_searched": [
            {"item": kind, "reason": reason, "items": count} for (kind, reason), count in told.unopened.items()
        ],
        "review_reasons": dict(sorted(told.reasons.items())),
        "ledger": [
            {
                "action": one.action,
                "at": _when(one.at),
                "entry": one.index,
                "leaf": one.leaf,
                "proof": list(one.proof),
                "tree_size": one.tree_size,
            }
            for one in proofs(sweep)
        ],
        "changes": list(changes(sweep)),
    }


def as_csv(sweep: Sweep) -> str:
    """Give the calls of the report as a table: one row a call and kind of what was found in it."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["call", "outcome", "at", "ledger entry", "item", "what", "count"])
    for row in changes(sweep):
        entry = "" if row["entry"] is None else row["entry"]
        start = [row["call"], row["outcome"], row["at"], entry]
        told = [(kind, name, count) for kind, types in row["found"].items() for name, count in types.items()]
        told += [(kind, f"not searched: {reason}", 1) for kind, reason in row["not_searched"].items()]
        writer.writerows([*start, *one] for one in told or [("", "", "")])
    return target.getvalue()


def plain_rows(told: Figures, item: Callable[[str], str], what: Callable[[str], str]) -> Iterator[tuple[str, str, str]]:
    """Give the figures as rows for a terminal: what, how many, of which; ``item`` and ``what`` say codes in words."""
    sweep = told.sweep
    searched = ", ".join(f"{item(kind)} {count}" for kind, count in sorted(told.tally.items.items()))
    kind = sweep.kind + (" (dry run)" if sweep.dry_run else "")
    yield "sweep", sweep.id.hex[:8], f"{kind}, {sweep.state}"
    yield "calls searched", f"{told.calls_done} of {sweep.calls}", searched
    yield "found", str(told.found), ", ".join(f"{item(k)}: {what(w)} {row[0]}" for (k, w), row in told.by_kind.items())
    yield "healed" if sweep.kind == Sweep.Kind.HEAL else "masked", str(told.healed), ""
    yield "in review", str(told.to_review), ", ".join(sorted(label("reason_short", code) for code in told.reasons))
    refused = ", ".join(
        f"{item(k)}: {reason.replace('_', ' ')} {count}" for (k, reason), count in told.unopened.items()
    )
    yield "not searched", str(told.not_opened), refused


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
