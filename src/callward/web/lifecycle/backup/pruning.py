"""Deleting old snapshots by rule, and the objects that no snapshot has any more.

Of each day, week, month and year the newest snapshot counts; a rule says of how many of each it is kept. The newest
snapshot that opens stays whatever the rules say, and so does what the store has locked. A manifest goes first: cut off
anywhere, what is left of a snapshot counts no more, and the next pruning deletes the rest of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from callward.engine.tlog import Fact
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.core.models import Controller
from callward.web.lifecycle.backup.keys_copy import configured
from callward.web.lifecycle.backup.locks import is_locked
from callward.web.lifecycle.backup.manifest import KIND, drop_unfinished, read_manifest, snapshots
from callward.web.lifecycle.backup.objects import PREFIX
from callward.web.lifecycle.backup.schedule import noted
from callward.web.lifecycle.backup.store import DATA, NOWHERE, BackupError, Destination, made_at
from callward.web.lifecycle.backup_runs import BackupRun

ACTION = "backup.pruned"


@dataclass(frozen=True, slots=True)
class Keep:
    """Of how many days, weeks, months and years the newest snapshot is kept."""

    daily: int
    weekly: int
    monthly: int
    yearly: int

    def __bool__(self) -> bool:
        return any((self.daily, self.weekly, self.monthly, self.yearly))


_PERIODS: Mapping[str, Callable[[datetime], object]] = {
    "daily": lambda at: at.date(),
    "weekly": lambda at: at.isocalendar()[:2],
    "monthly": lambda at: (at.year, at.month),
    "yearly": lambda at: at.year,
}


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a pruning deleted or, dry, would delete; ``kept`` says why each snapshot stays.

    While ``damaged`` is not empty no object goes: nobody knows which ones those snapshots have.
    """

    dry_run: bool
    kept: Mapping[str, tuple[str, ...]]
    pruned: tuple[str, ...]
    damaged: tuple[str, ...]
    locked: tuple[str, ...]
    objects: int
    bytes: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def prune(destination: Destination, keep: Keep, actor: Party, *, dry_run: bool, drop_damaged: bool = False) -> Pruned:
    """Delete the snapshots that the rules do not keep; ``drop_damaged`` also those whose manifest does not open.

    Raises BackupError: ``keep_nothing`` where no rule keeps anything, ``no_good_snapshot``, ``backup_busy``.
    """
    if not keep:
        raise BackupError("keep_nothing", "say how many to keep: --daily, --weekly, --monthly, --yearly")
    if dry_run:
        return _prune(destination, keep, dry_run=True, drop_damaged=drop_damaged)
    with noted(BackupRun.Kind.PRUNE, destination.place, actor) as told, destination.alone():
        done = _prune(destination, keep, dry_run=False, drop_damaged=drop_damaged)
        told.objects, told.bytes = done.objects, done.bytes
    if done.pruned or done.objects:
        _record(done, actor)
    return done


def prune_due() -> bool:
    """Prune the configured destination by the configured rules, where they delete anything; tell whether they did."""
    keep = Keep(**settings.BACKUP_KEEP)
    destination = configured() if keep else None
    if destination is None:
        return False
    known = snapshots(destination)
    if set(known[:-1]) <= set(reasons(known, keep)):
        return False
    try:
        return bool(prune(destination, keep, audit.SYSTEM, dry_run=False).pruned)
    except BackupError as refused:
        if refused.code == "backup_busy":
            return False
        raise


def reasons(known: Iterable[str], keep: Keep) -> dict[str, tuple[str, ...]]:
    """Return which of some snapshots the rules keep, and for what: "daily", "weekly", "monthly", "yearly"."""
    newest_first = sorted(known, reverse=True)
    why: dict[str, list[str]] = {}
    for rule, period in _PERIODS.items():
        seen: set[object] = set()
        for snapshot in newest_first:
            within = period(made_at(snapshot))
            if within not in seen and len(seen) < getattr(keep, rule):
                seen.add(within)
                why.setdefault(snapshot, []).append(rule)
    return {snapshot: tuple(rules) for snapshot, rules in why.items()}


def _prune(destination: Destination, keep: Keep, *, dry_run: bool, drop_damaged: bool) -> Pruned:
    manifests: dict[str, frozenset[str]] = {}
    damaged: list[str] = []
    for snapshot in snapshots(destination):
        try:
            manifests[snapshot] = frozenset(read_manifest(destination, snapshot).objects)
        except BackupError as refused:
            if refused.code == "backup_newer":
                raise
            damaged.append(snapshot)
    kept = reasons(manifests, keep)
    good = _newest_good(destination, manifests)
    kept[good] = (*kept.get(good, ()), "newest")
    going = [one for one in (*manifests, *(damaged if drop_damaged else ())) if one not in kept]
    locked = [one for one in going if not _delete_snapshot(destination, one, dry_run=dry_run)]
    pruned = tuple(one for one in going if one not in locked)
    if not dry_run:
        drop_unfinished(destination)
    left = tuple(one for one in damaged if one not in pruned)
    referenced = frozenset().union(*(names for one, names in manifests.items() if one not in pruned))
    objects, size = (0, 0) if left else _drop_objects(destination, referenced, dry_run=dry_run)
    return Pruned(dry_run, dict(sorted(kept.items())), pruned, left, tuple(locked), objects, size)


def _newest_good(destination: Destination, known: Iterable[str]) -> str:
    """The newest snapshot whose rows open to their end."""
    for snapshot in sorted(known, reverse=True):
        try:
            destination.unseal(f"snapshots/{snapshot}/{DATA}", DATA, NOWHERE)
        except BackupError:
            continue
        return snapshot
    raise BackupError("no_good_snapshot", "no snapshot there opens: nothing is deleted")


def _delete_snapshot(destination: Destination, snapshot: str, *, dry_run: bool) -> bool:
    """Delete a snapshot, its manifest first; say whether the store lets all of it go."""
    names = sorted(destination.store.list(f"snapshots/{snapshot}"), key=lambda name: not name.endswith(f"/{KIND}"))
    if any(is_locked(destination.store, name) for name in names):
        return False
    if not dry_run:
        for name in names:
            destination.store.delete(name)
    return True


def _drop_objects(destination: Destination, referenced: frozenset[str], *, dry_run: bool) -> tuple[int, int]:
    """Delete the objects that no manifest names; return how many and how many bytes. What is locked stays."""
    many = size = 0
    for name in list(destination.store.list(PREFIX)):
        if name.removeprefix(f"{PREFIX}/") in referenced or is_locked(destination.store, name):
            continue
        held = destination.store.open_object(name).size
        if not dry_run:
            destination.store.delete(name)
        many, size = many + 1, size + held
    return many, size


def _record(done: Pruned, actor: Party) -> None:
    facts: dict[str, Fact] = {"snapshots": len(done.pruned), "objects": done.objects, "kept": len(done.kept)}
    with transaction.atomic():
        for controller in Controller.objects.order_by("created_at"):
            audit.record(ACTION, actor=actor, resource=controller, controller=controller, facts=facts)
