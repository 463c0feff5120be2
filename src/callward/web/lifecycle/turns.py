"""Turning a controller's epoch as an act: an intent in the ledger, the turn, its result (design sections 5 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callward.certificate import ROOT_DESTROYED
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls.duties import each
from callward.web.core.models import Controller
from callward.web.keys import turning
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import Epoch
from callward.web.keys.providers import RootState, days_of_destruction
from callward.web.lifecycle.backup.keys_copy import refresh_keys
from callward.web.lifecycle.escrow import share_out_again

ACTION = "keys.turned"
ROOT_GIVEN_UP = "keys.root_given_up_again"
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn did: the epoch it left, the one it led to, and how many rows of the keys database moved.

    ``root_goes_at`` is until when the provider can bring the old root back; None where it is gone. ``shared`` says that
    the new root was shared out among the officers of the old one.
    """

    left: int
    now: int
    rows: int
    root_goes_at: datetime | None = None
    shared: bool = False


def turn(controller: Controller, actor: Party, progress: Progress = lambda rows: None) -> Turned:
    """Turn the epoch of a controller, or go on with a turn that was cut off.

    Where a backup destination is set the keys copy there is renewed before the old root goes. Raises
    ``KeyUnavailable``, BackupError and ObjectError: both roots then stay, and everything opens.
    ``progress`` is told how many rows each batch moved. Until the turn has ended nothing is lost and everything opens.
    """
    with transaction.atomic():
        intent = audit.open_intents(action=ACTION).filter(controller=controller).first() or audit.intend(
            ACTION, actor=actor, resource=controller, controller=controller, parameters=_leaving(controller)
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
        share_out_again(controller)  # also what a turn before could not
    return done


def due_at(controller: UUID) -> datetime:
    """Return when the present epoch of a controller has had its time; far ahead where it has none."""
    epoch = Epoch.objects.filter(controller=controller, state=Epoch.State.CURRENT).first()
    born = epoch.created_at if epoch else timezone.now()
    return born + timedelta(days=settings.EPOCH_DAYS)


def final_by(controller: UUID) -> datetime:
    """Return when what is erased now will be final: the epoch left, and every root of it and before it destroyed."""
    epoch = Epoch.objects.filter(controller=controller, state=Epoch.State.CURRENT).first()
    days = days_of_destruction(epoch.provider) if epoch else 0
    going = [one.root_goes_at for one in turning.roots_going(controller) if one.root_goes_at]
    return max([due_at(controller) + timedelta(days=days), *going])


def confirm_roots() -> int:
    """Ask after every root that its provider destroys later than at once; return how many are gone for good now.

    One that somebody has brought back meanwhile is given up again. Both are in the ledger.
    """
    epochs = [epoch for one in Controller.objects.all() for epoch in turning.roots_going(one.id)]
    return each(epochs, _confirm_root)


def _confirm_root(epoch: Epoch) -> bool:
    state, now = turning.state_of_root(epoch), timezone.now()
    if state is RootState.GONE:
        if epoch.root_goes_at is not None and now < epoch.root_goes_at:
            # No provider destroys before its day: who finds nothing looks in another place than where the root is.
            raise KeyUnavailable("root_gone_early", "a root is missing before its day: check the settings of its place")
        # The entry first: cut off in between, it is written once more, and the first one counts.
        _tell(ROOT_DESTROYED, epoch)
        turning.root_is_gone(epoch, at=now)
    elif state is not RootState.GOING:
        turning.give_root_up_again(epoch, at=now)
        _tell(ROOT_GIVEN_UP, epoch)
    return state is RootState.GONE


def _tell(action: str, epoch: Epoch) -> None:
    owner = Controller.objects.get(id=epoch.controller)
    with transaction.atomic():
        audit.record(action, actor=audit.SYSTEM, resource=owner, controller=owner, facts={"epoch": epoch.number})


def _leaving(controller: Controller) -> dict[str, int]:
    """Name the epoch that a turn leaves; nothing where there is none, which the turn refuses."""
    lived = Epoch.objects.filter(controller=controller.id, state__in=(Epoch.State.TURNING, Epoch.State.CURRENT))
    number = lived.order_by("number").values_list("number", flat=True).first()
    return {} if number is None else {"left": number}


def _finish(controller: Controller, intent: Intent, progress: Progress) -> Turned:
    rows = 0
    # Cut off just after the root had gone: the turn is over, and only its entry is missing.
    ended = Epoch.objects.filter(
        controller=controller.id, number=intent.parameters.get("left"), state=Epoch.State.DESTROYED
    ).first()
    if ended is None:
        ended = turning.begin(controller.id, intent.parameters.get("left"))
    if ended.state != Epoch.State.DESTROYED:
        while moved := turning.move(controller.id, ended):
            rows += moved
            progress(moved)
        # Written anew, read back and opened before the old root goes; older copies of the keys go with that.
        refresh_keys()
        turning.finish(controller.id, ended, at=timezone.now())
        ended.refresh_from_db()
    left, goes_at = ended.number, ended.root_goes_at
    facts = {"epoch": left + 1, "rows": rows}
    if goes_at is not None and ended.destroyed_at is not None:
        facts["root_days"] = max(1, (goes_at - ended.destroyed_at).days)
    with transaction.atomic():
        audit.conclude(intent, facts=facts)
    return Turned(left, left + 1, rows, goes_at, share_out_again(controller))
