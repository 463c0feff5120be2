"""What a crash can leave, found and mended: rows, keys and objects held against each other, the ledger verified."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections
from django.utils import timezone

from callward.engine.errors import Error
from callward.web import audit
from callward.web.calls import damage, keeping, sampling
from callward.web.calls.duties import destroy_overdue
from callward.web.calls.models import Call, Item, Upload
from callward.web.core.models import Controller, Damage, SampleOfObjects
from callward.web.core.objects import ObjectError, object_store
from callward.web.databases import durability, faults
from callward.web.keys import vault
from callward.web.keys.models import DataKey, InputDigest
from callward.web.people.models import Person
from callward.web.walls import policies

_GRACE = timedelta(hours=24)  # a call on its way in is no orphan
_LEDGER = "ledger"
_SHOWN = 5  # calls that are named
_SEALED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}/[0-9a-f]{32}")  # what sealed objects are named, and nothing else


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, whether all is well, and a sentence."""

    name: str
    well: bool
    told: str

    def as_dict(self) -> dict[str, object]:
        return {"name": self.name, "well": self.well, "told": self.told}


def examine(*, at_once: bool = False) -> list[Check]:
    """Run every check; sweeps take what is older than a day, or everything when nothing else runs (``at_once``)."""
    now = timezone.now()
    before = now if at_once else now - _GRACE
    backups = (Check("backups", well, told) for well, told in keeping.keeper().examine_backups())
    return [*_databases(), *_objects(before, now), *_ledgers(), *backups]


def _databases() -> Iterator[Check]:
    """What the servers say of themselves; nothing of theirs is mended here."""
    wrong = [*faults(), *durability()]
    yield Check("databases", not wrong, "; ".join(wrong) or "keys and data lie apart, and what is committed is on disk")
    if connections["default"].vendor == "postgresql":
        wrong = list(policies.faults())
        yield Check("row security", not wrong, "; ".join(wrong) or "each controller's rows are for its own requests")


def _objects(before: datetime, now: datetime) -> Iterator[Check]:
    """The place of the objects first: where it does not answer nothing can be said of what lies there."""
    store = object_store()
    try:
        wrong = store.faults()
        yield Check("object store", not wrong, "; ".join(wrong) or f"what is deleted from {store.place} is gone")
        yield from _whole()
        yield from _swept(before, now)
    except ObjectError as refused:
        if not refused.unanswered:
            raise
        yield Check("object store", False, f"{refused.detail} ({refused.code})")


def _whole() -> Iterator[Check]:
    """Every committed call has its objects and keys, and nothing that must be gone is still there."""
    found = Counter(map(damage.look_at, Item.objects.select_related("call").iterator()))
    damage.forget_destroyed()
    missing, changed = found[damage.Standing.MISSING], found[damage.Standing.CHANGED]
    yield Check("objects", not missing, _named(Damage.Fault.MISSING, missing) or "every item has its object")
    yield Check("seals", not changed, _named(Damage.Fault.CHANGED, changed) or "every item opens as it was sealed")
    if mended := found[damage.Standing.MENDED]:
        yield Check("mended", True, f"{mended} items are whole again")
    keyless = found[damage.Standing.ERASED]
    yield Check("keys", True, f"{keyless} items read as erased" if keyless else "every item has its key")
    yield _sampled()

    # A call that was never recorded holds nothing, and so does one whose items had their time.
    bare = [Call.State.ENDED, Call.State.NOT_RECORDED]
    empty = Call.objects.filter(items=None).exclude(state__in=bare).count()
    yield Check(
        "calls", not empty, f"{empty} calls hold nothing" if empty else f"{Call.objects.count()} calls are whole"
    )

    destroyed = destroy_overdue()
    yield Check(
        "held", True, f"{destroyed} held recordings were destroyed" if destroyed else "nothing is held too long"
    )


def _named(fault: Damage.Fault, count: int) -> str:
    """How many items, and the first few by the ids of their calls; nothing where there are none."""
    if not count:
        return ""
    items = Damage.objects.filter(fault=fault).values_list("item", flat=True)[: _SHOWN + 1]
    calls = [str(call) for call in Item.objects.filter(id__in=list(items)).values_list("call", flat=True)]
    named = ", ".join(dict.fromkeys(calls[:_SHOWN])) + (" …" if len(calls) > _SHOWN else "")
    what = "have lost their object" if fault is Damage.Fault.MISSING else "were changed"
    return f"{count} items {what}, and no backup has them whole: see calls {named}"


def _sampled() -> Check:
    """How far the weekly look at one object in a hundred has got."""
    place = SampleOfObjects.objects.first()
    late = place is not None and timezone.now() - place.paid_until > 2 * sampling.WEEK and Item.objects.exists()
    told = f"looked at by the worker so far: {place.looked_at}" if place else "the worker has looked at none yet"
    return Check("sample", not late, f"{told}; none for two weeks: no worker runs" if late else told)


def _swept(before: datetime, now: datetime) -> Iterator[Check]:
    """Remove what nothing refers to: sealed objects, key rows, claims of inputs that never became a call."""
    # What may be nobody's is read before the rows that it may be of: one that is written meanwhile has it then.
    store = object_store()
    listed = list(store.list())
    known = {*Item.objects.values_list("object_name", flat=True), *Upload.objects.values_list("object_name", flat=True)}
    if store.shareable and _of_others(listed):
        yield Check("orphans", False, f"another Callward keeps its ledger in {store.place}: nothing was swept there")
    else:
        swept = [
            one for one in listed if _SEALED.fullmatch(one) and one not in known and store.written_at(one) <= before
        ]
        store.delete_all(swept)
        spool = store.sweep_spool(now=now, older_than=now - before)
        yield Check("orphans", True, f"{len(swept)} objects and {spool} spool files swept")

    old = DataKey.objects.filter(kind=DataKey.Kind.ITEM, created_at__lte=before)
    keys = list(old.values_list("id", flat=True))
    items = set(Item.objects.values_list("id", flat=True))
    stray = [key for key in keys if key not in items]
    stray = list(set(stray) - set(keeping.keeper().keys(stray)))
    DataKey.objects.filter(id__in=stray).delete()
    claimed = list(InputDigest.objects.filter(created_at__lte=before, call__isnull=False).values_list("id", "call"))
    calls = set(Call.objects.values_list("id", flat=True))
    claims = [row for row, call in claimed if call not in calls]
    InputDigest.objects.filter(id__in=claims).delete()
    persons = set(Person.objects.values_list("id", flat=True))
    controllers = [controller.id for controller in Controller.objects.all()]
    lone = sum(vault.sweep_lone_persons(controller, persons, before=before) for controller in controllers)
    dead = sum(vault.sweep_dead_keys(controller) for controller in controllers)
    yield Check("stray keys", True, f"{len(stray) + lone + dead} keys and {len(claims)} input claims swept")


def _of_others(names: Iterable[str]) -> bool:
    """Whether a ledger lies there that no controller of this platform has."""
    ours = {controller.id.hex for controller in Controller.objects.all()}
    return any(name.split("/")[1] not in ours for name in names if name.startswith(f"{_LEDGER}/"))


def _ledgers() -> Iterator[Check]:
    for intent in audit.open_intents(older_than=_GRACE)[:1]:
        yield Check("intents", False, f"an act begun {intent.intended_at:%Y-%m-%d} was never finished")
    try:
        for controller in Controller.objects.all():
            audit.sequence(controller)
        audit.check_ledgers()
    except Error as error:
        yield Check("ledger", False, f"{error.detail} ({error.code})")
        return
    yield Check("ledger", True, "every log stands as it was published")
