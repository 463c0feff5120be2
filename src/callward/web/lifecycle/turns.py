"""Turning a controller's epoch as an act: an intent in the ledger, the turn, its result (design sections 5 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.core.models import Controller
from callward.web.keys import turning
from callward.web.keys.models import Epoch
from callward.web.lifecycle.backup.keys_copy import refresh_keys

ACTION = "keys.turned"
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn did: the epoch it left, the one it led to, and how many rows of the keys database moved."""

    left: int
    now: int
    rows: int


def turn(controller: Controller, actor: Party, progress: Progress = lambda rows: None) -> Turned:
    """Turn the epoch of a controller, or go on with a turn that was cut off.

    Where a backup destination is set the keys copy there is renewed before the old root goes. Raises
    ``KeyUnavailable``, BackupError and ObjectError: both roots then stay, and everything opens.
    ``progress`` is told how many rows each batch moved. Until the turn has ended nothing is lost and everything opens.
    """
    with transaction.atomic():
        intent = audit.open_intents(action=ACTION).filter(controller=controller).first() or audit.intend(
            ACTION, actor=actor, resource=controller, controller=controller
        )
    return _finish(controller, intent, progress)


def resume() -> int:
    """Go on with every turn that was cut off; return how many ended."""
    intents = audit.open_intents(action=ACTION).select_related("controller")
    return len([_finish(intent.controller, intent, lambda rows: None) for intent in intents])


def turn_due() -> int:
    """Go on with what was cut off, then turn every epoch that has had its time; return how many turned."""
    done = resume()
    for controller in Controller.objects.all():
        if due_at(controller.id) <= timezone.now():
            turn(controller, audit.SYSTEM)
            done += 1
    return done


def due_at(controller: UUID) -> datetime:
    """Return when the present epoch of a controller has had its time; far ahead where it has none."""
    epoch = Epoch.objects.filter(controller=controller, state=Epoch.State.CURRENT).first()
    born = epoch.created_at if epoch else timezone.now()
    return born + timedelta(days=settings.EPOCH_DAYS)


def _finish(controller: Controller, intent: Intent, progress: Progress) -> Turned:
    old = turning.begin(controller.id)
    rows = 0
    while moved := turning.move(controller.id, old):
        rows += moved
        progress(moved)
    # Written anew, read back and opened before the old root goes; older copies of the keys go with that.
    refresh_keys()
    turning.finish(controller.id, old, at=timezone.now())
    with transaction.atomic():
        audit.conclude(intent, facts={"epoch": old.number + 1, "rows": rows})
    return Turned(old.number, old.number + 1, rows)
