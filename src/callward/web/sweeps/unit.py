"""The unit of work: one function over a batch of calls, the same under every kind of worker.

Arguments and results are ids, counts and codes. The module loads nothing of Django before it is called, so that a
process which knows nothing but this package - a new process, a worker of a cluster - can be handed the function.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from callward.engine.errors import Error

if TYPE_CHECKING:
    from callward.web.sweeps.models import Batch

Told: TypeAlias = dict[str, Any]
"""A batch's counts as JSON has them: what ``Tally.as_json`` gives."""

_PAUSED = "paused"
_SAMPLE = 8  # items of which one must be there: all of them are lost where it is another store


class UnitError(Error):
    """A batch is refused: ``detector_differs``, this process would find other things than the sweep's report says."""


@dataclass(slots=True)
class Tally:
    """What a batch came to: calls, items searched by kind, outcomes, and why items or calls could not be searched.

    ``detectors`` counts the calls by what searched them: a sweep may be gone on with by another version.
    """

    calls: int = 0
    items: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    unopened: Counter[str] = field(default_factory=Counter)
    detectors: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> Told:
        return {
            "calls": self.calls,
            "items": dict(self.items),
            "outcomes": dict(self.outcomes),
            "unopened": dict(self.unopened),
            "detectors": dict(self.detectors),
        }

    def add(self, told: Told) -> None:
        self.calls += int(told.get("calls", 0))
        for name in ("items", "outcomes", "unopened", "detectors"):
            getattr(self, name).update(told.get(name, {}))


def sweep_batch(sweep_id: str, number: int, wanted: str = "") -> Told:
    """Search, and unless it is a dry run rewrite, the calls of one batch; returns its counts.

    Harmless when repeated: a call that was rewritten has nothing left to be found, and is counted once. A sweep that
    was cancelled is left alone; the answer then says ``{"paused": True}``. ``wanted`` is the detector that must
    search, where the process may be of another version. Raises ``UnitError``.
    """
    _load()
    from django.db import close_old_connections

    from callward.web.sweeps.method import detector

    if wanted and detector() != wanted:
        raise UnitError("detector_differs", "this process has another version of Callward or of its detector")

    close_old_connections()
    try:
        return _swept(sweep_id, number)
    finally:
        close_old_connections()


def _swept(sweep_id: str, number: int) -> Told:
    from callward.web.sweeps.method import detector
    from callward.web.sweeps.models import Batch, Sweep
    from callward.web.sweeps.running import end_batch

    batches = Batch.objects.select_related("sweep")
    batch = batches.get(sweep_id=sweep_id, number=number)
    if batch.done_at is not None:
        return dict(batch.result)
    tally = Tally()
    for call in batch.calls:
        # Asked at every call: a cancelled sweep stops within seconds, and who lost the batch leaves it alone.
        if not batches.filter(id=batch.id, done_at=None, sweep__state=Sweep.State.RUNNING).exists():
            fresh = batches.get(id=batch.id)
            return dict(fresh.result) if fresh.done_at else {_PAUSED: True}
        tally.calls += 1
        tally.detectors[detector()] += 1
        _sweep_call(call, batch, tally)
    end_batch(batch, tally)
    return tally.as_json()


def _sweep_call(call: str, batch: Batch, tally: Tally) -> None:
    from callward.web.sweeps import calls

    outcome = calls.sweep_call(call, batch.sweep)
    tally.outcomes[outcome.told] += 1
    tally.items.update(outcome.items)
    tally.unopened.update(outcome.unopened)


def is_paused(told: Told) -> bool:
    """Tell whether a batch was left alone because its sweep does not run any more."""
    return bool(told.get(_PAUSED))


def fitness(sweep_id: str, wanted: str) -> str:
    """Say what this process lacks to do batches of a sweep that is searched with detector ``wanted``: a code, or none.

    ``settings``, ``detector_differs``, ``database_unreachable``, ``database_differs``, ``keys_unavailable``,
    ``objects_unreachable``.
    """
    try:
        _load()
    except Exception:  # noqa: BLE001 - whatever is missing there: the answer is a code, and words may name paths
        return "settings"
    from django.db import DatabaseError, close_old_connections

    from callward.web.keys.vault import KeyUnavailable
    from callward.web.sweeps.method import detector

    if detector() != wanted:
        return "detector_differs"
    try:
        return _reaches(sweep_id)
    except DatabaseError:
        return "database_unreachable"
    except KeyUnavailable:
        return "keys_unavailable"
    finally:
        close_old_connections()


def _reaches(sweep_id: str) -> str:
    from callward.web.calls import opening
    from callward.web.calls.models import Item
    from callward.web.core.objects import ObjectError
    from callward.web.keys import vault
    from callward.web.sweeps.models import Sweep

    sweep = Sweep.objects.filter(id=sweep_id).first()
    if sweep is None:
        return "database_differs"
    vault.service_key(sweep.controller_id, "ledger")
    lost = False
    for item in Item.objects.select_related("call").filter(call__controller=sweep.controller_id)[:_SAMPLE]:
        try:
            with opening.open_item(item.call, item):
                return ""
        except vault.KeyGone:
            continue  # this one is erased; that the keys can be reached is known
        except ObjectError as fault:
            if fault.unanswered:
                return "objects_unreachable"
            lost = True
    return "objects_unreachable" if lost else ""


def _load() -> None:
    """Make the platform usable in this process, once."""
    from django.apps import apps

    from callward.web import start

    if not apps.ready:
        start()
