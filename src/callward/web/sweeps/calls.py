"""One call of a sweep: search it, and make what was found go."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone

from callward.engine import tlog
from callward.engine.errors import Error
from callward.shelf import ItemKind
from callward.web.calls import opening
from callward.web.calls.models import Call, Item, Review
from callward.web.core.objects import ObjectError
from callward.web.keys.vault import KeyGone, KeyUnavailable
from callward.web.sweeps.models import Change, Sweep
from callward.web.sweeps.rewriting import RewriteError, rewrite
from callward.web.sweeps.searching import UNPLACED, Look, look_at

_log = logging.getLogger(__name__)
_TRIES = 3
BY = tlog.Reference("command", "sweep")
_ANSWERED = (Review.Decision.RELEASE.value, Review.Decision.MASK.value)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a look at one call came to, without content. ``told`` is an outcome or ``nothing`` or ``gone``."""

    told: str
    items: Counter[str] = field(default_factory=Counter)
    unopened: Counter[str] = field(default_factory=Counter)


def sweep_call(call_id: str, sweep: Sweep) -> Swept:
    """Search one call and, unless it is a dry run, rewrite it.

    What is wrong with one call is told of it and holds up no other; raises where the platform itself cannot go on and
    nothing is known of the call (``KeyUnavailable``, an unanswered ``ObjectError``, ``disk_full``, ``DatabaseError``).
    """
    try:
        return _tried(call_id, sweep)
    except (KeyUnavailable, DatabaseError):
        raise
    except Error as fault:
        if fault.code == "disk_full" or (isinstance(fault, ObjectError) and fault.unanswered):
            raise
        return _failed(call_id, sweep, "erased" if isinstance(fault, KeyGone) else fault.code)
    except Exception as fault:  # noqa: BLE001 - the edge of the sweep: one broken call must not end it
        # The type alone: the words of a fault may be a caller's.
        _log.error("call %s could not be swept: %s", call_id, type(fault).__name__)
        return _failed(call_id, sweep, "failed")


def _tried(call_id: str, sweep: Sweep) -> Swept:
    """Search a call; once more where others changed it meanwhile."""
    for attempt in count():
        calls = Call.objects.select_related("line__controller", "person", "review").prefetch_related("items")
        call = calls.filter(id=call_id, controller=sweep.controller_id).first()
        if call is None or not call.items.all():
            return Swept("gone")
        try:
            return _swept(call, sweep)
        except Error as fault:
            # What was exchanged while it was read reads as erased: that says nothing of what is there now.
            changed = isinstance(fault, RewriteError) or _moved(call)
            if attempt + 1 == _TRIES or not changed:
                raise
    raise AssertionError


def _moved(call: Call) -> bool:
    """Tell whether an item of a call has gone since it was read."""
    read = [item.id for item in call.items.all()]
    return Item.objects.filter(id__in=read).count() != len(read)


def _swept(call: Call, sweep: Sweep) -> Swept:
    now = timezone.now()
    with ExitStack() as opened:
        look = look_at(call, sweep.kind, sweep.items, opened)
        if look.unopened and _moved(call):
            raise RewriteError("call_changed", "the call was changed while it was searched")
        if not _needs_acting(call, look):
            return _unchanged(call, look, sweep, now)
        if sweep.dry_run:
            return _told(_tell(call.id, look, sweep, Change.Outcome.FOUND, now), look)
        return _told(rewrite(call, look, sweep, BY, now), look)


def _needs_acting(call: Call, look: Look) -> bool:
    """Tell whether a call changes: by what must go, or by a doubt that nobody has answered yet."""
    if look.changes:
        return True
    codes = {doubt.code for doubt in look.doubts}
    review = getattr(call, "review", None)
    answered = review is not None and review.applied_at is not None and review.decision in _ANSWERED
    return bool(codes) and not answered and not codes <= set(call.reasons)


def _unchanged(call: Call, look: Look, sweep: Sweep, now: datetime) -> Swept:
    earlier = Change.objects.filter(sweep=sweep, call=call.id).first()
    if earlier is not None:  # this batch was cut off after the call had been rewritten
        return _told(earlier, look)
    if call.state == Call.State.HELD:  # nothing more can be masked in it, and its sound is there for a day
        if opening.item_of(call, ItemKind.RECORDING_ORIGINAL) is not None:
            look.count(ItemKind.RECORDING_ORIGINAL.value, [UNPLACED])
        return _told(_tell(call.id, look, sweep, Change.Outcome.HELD, now), look)
    if look.unopened:
        return _told(_tell(call.id, look, sweep, Change.Outcome.UNOPENED, now), look)
    return Swept("nothing", look.searched)


def _told(change: Change, look: Look) -> Swept:
    return Swept(change.outcome, look.searched, Counter(look.unopened.values()))


def _tell(call: UUID, look: Look, sweep: Sweep, outcome: Change.Outcome, now: datetime) -> Change:
    found = {kind: dict(counts) for kind, counts in look.found.items()}
    reasons = list(dict.fromkeys(doubt.code for doubt in look.doubts))
    values = {"outcome": outcome, "found": found, "unopened": look.unopened, "reasons": reasons, "at": now}
    return Change.objects.update_or_create(sweep=sweep, call=call, defaults=values)[0]


def _failed(call: str, sweep: Sweep, code: str) -> Swept:
    values = {"outcome": Change.Outcome.UNOPENED, "unopened": {"call": code}, "at": timezone.now()}
    Change.objects.update_or_create(sweep=sweep, call=call, defaults=values)
    return Swept(Change.Outcome.UNOPENED, unopened=Counter([code]))
