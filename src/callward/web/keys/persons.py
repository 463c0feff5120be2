"""Person keys, the data keys under them, and custody.

Order, which is the caller's duty since no transaction spans databases and store (design section 5). Create: the object
is written and fsynced, then its key row (``keep_data_keys``), then data rows and ledger entry. Destroy: intent row and
ledger entry, then the key row (``delete_data_key``, ``delete_person_key``), then result row and ledger entry. Every
function here may be called again after a crash. What a function returns is a living key: keep it for one request or
one operation, and never in a cache.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from callward.engine.envelope import new_key, wrap_key
from callward.web.keys.epochs import (
    DATABASE,
    current_epoch,
    epoch_key,
    issue_ids,
    unwrap_in_epoch,
    unwrap_row,
    wrap_in_epoch,
)
from callward.web.keys.errors import KeyGone
from callward.web.keys.models import BlindIndex, CustodyKey, DataKey, Epoch, PersonKey, Tombstone
from callward.web.keys.rows import write_rows


def new_person_key(controller: UUID) -> UUID:
    """Make a person key and the record key under it; return the id that person and person key share.

    Raises ``KeyUnavailable``.
    """
    key, record = new_key(), new_key()
    with transaction.atomic(using=DATABASE):
        (own,) = wrap_in_epoch(controller, [key])
        row = PersonKey.objects.create(
            id=uuid4(), controller=controller, epoch=own.epoch, key_id=own.key_id, wrapped=own.wrapped
        )
        _keep(row, key, {uuid4(): record}, DataKey.Kind.RECORD)
    return row.id


def discard_person_key(controller: UUID, person: UUID) -> None:
    """Take back a person key that nothing was sealed under: the caller turned out to have one already."""
    with transaction.atomic(using=DATABASE):
        DataKey.objects.filter(controller=controller, person_key=person).delete()
        PersonKey.objects.filter(controller=controller, id=person).delete()


def new_data_key(controller: UUID, person: UUID, item: UUID) -> bytes:
    """Make, keep and return the data key of an item whose object is already durable, or has none.

    Where the object is still being sealed, take ``envelope.new_key`` and call ``keep_data_keys`` when it is durable.
    """
    key = new_key()
    keep_data_keys(controller, person, {item: key})
    return key


def keep_data_keys(controller: UUID, person: UUID, keys: Mapping[UUID, bytes]) -> None:
    """Wrap the data keys of items (by item id) under their person's key and keep them, all or none.

    Raises ``KeyGone`` when the person is erased, ``KeyUnavailable``.
    """
    with transaction.atomic(using=DATABASE):
        # Locked where rows can be: a person who is ended because nothing is left must not be given something meanwhile.
        row = PersonKey.objects.select_for_update().filter(controller=controller, id=person).first()
        if row is None:
            raise KeyGone("key_gone", "the person has no key")
        _keep(row, unwrap_in_epoch(controller, row.epoch, row.wrapped), keys, DataKey.Kind.ITEM)


def keep_data_keys_beside(controller: UUID, keys: Mapping[UUID, tuple[UUID, bytes]]) -> None:
    """Keep new data keys (by item id) each beside an item's that it takes the place of: all or none.

    ``keys`` gives the old item and the new key. What was in custody stays there, so that an item that is rewritten
    while it is held outlives its person like the one before. Raises ``KeyGone`` where an old item reads as erased,
    ``KeyUnavailable``.
    """
    with transaction.atomic(using=DATABASE):
        old = DataKey.objects.filter(
            controller=controller, id__in={item for item, _key in keys.values()}, kind=DataKey.Kind.ITEM
        )
        above = list(old.values_list("person_key_id", "custody_id"))
        # What is above is locked first, as a turn does it: neither is made anew or ended before this has committed.
        list(PersonKey.objects.select_for_update().filter(id__in={person for person, _custody in above}))
        list(CustodyKey.objects.select_for_update().filter(id__in={custody for _person, custody in above}))
        beside = {row.id: row for row in _with_above(old)}
        if any(item not in beside for item, _key in keys.values()):
            raise KeyGone("key_gone", "an item that was to be rewritten has no key")
        names = issue_ids(current_epoch(controller), len(keys))
        DataKey.objects.bulk_create(
            _beside(beside[item], identity, key, name)
            for name, (identity, (item, key)) in zip(names, keys.items(), strict=True)
        )


def data_key(controller: UUID, item: UUID) -> bytes:
    """Return the data key of an item, read anew. Raises ``KeyGone`` (reads as erased), ``KeyUnavailable``."""
    return _open(DataKey.objects.filter(controller=controller, id=item, kind=DataKey.Kind.ITEM))


def record_key(controller: UUID, person: UUID) -> bytes:
    """Return the key of a person's sealed columns, read anew. Raises ``KeyGone``, ``KeyUnavailable``."""
    return _open(DataKey.objects.filter(controller=controller, person_key=person, kind=DataKey.Kind.RECORD))


def delete_data_key(controller: UUID, item: UUID) -> bool:
    """Delete an item's key and mark its person for the next turn; return whether there was one."""
    with transaction.atomic(using=DATABASE):
        row = DataKey.objects.filter(controller=controller, id=item, kind=DataKey.Kind.ITEM).first()
        if row is None:
            return False
        PersonKey.objects.filter(controller=controller, id=row.person_key_id).update(marked=True)
        DataKey.objects.filter(pk=row.pk).delete()
    return True


def delete_data_keys(controller: UUID, items: Collection[UUID]) -> int:
    """Delete the keys of several items and mark their persons, all or none; return how many there were."""
    with transaction.atomic(using=DATABASE):
        rows = DataKey.objects.filter(controller=controller, id__in=set(items), kind=DataKey.Kind.ITEM)
        persons = set(rows.values_list("person_key_id", flat=True))
        PersonKey.objects.filter(controller=controller, id__in=persons, marked=False).update(marked=True)
        return rows.delete()[0]


def living_keys(controller: UUID, items: Collection[UUID]) -> set[UUID]:
    """Return which of these items have a key that something still unwraps."""
    rows = DataKey.objects.filter(controller=controller, id__in=set(items), kind=DataKey.Kind.ITEM)
    above = Exists(PersonKey.objects.filter(id=OuterRef("person_key_id")))
    held = Exists(CustodyKey.objects.filter(id=OuterRef("custody_id")))
    living = rows.filter(Q(above, custody=None) | Q(held, custody__isnull=False))
    return set(living.values_list("id", flat=True))


def end_bare_person(controller: UUID, person: UUID, *, ended_at: dt.datetime) -> bool:
    """Erase a person who has no item left; False, and nothing is done, where one has come in meanwhile."""
    with transaction.atomic(using=DATABASE):
        row = PersonKey.objects.select_for_update().filter(controller=controller, id=person).first()
        if row is not None and DataKey.objects.filter(person_key=row, kind=DataKey.Kind.ITEM).exists():
            return False
        DataKey.objects.filter(controller=controller, person_key=person, custody=None).delete()
        delete_person_key(controller, person, erased_at=ended_at)
    return True


def delete_person_key(controller: UUID, person: UUID, *, erased_at: dt.datetime) -> bool:
    """Erase a person: delete the one key row and the blind indexes, leave a tombstone; return whether it lived.

    What must outlive the person has been put under custody before (``hold_under_custody``). Inputs of the person's
    calls are suppressed by the caller (``suppress_call``).
    """
    with transaction.atomic(using=DATABASE):
        # One row: DO_NOTHING keeps the data keys where they are, dead, however many they are.
        lived, _ = PersonKey.objects.filter(controller=controller, id=person).delete()
        BlindIndex.objects.filter(controller=controller, person=person).delete()
        if lived:
            Tombstone.objects.get_or_create(person=person, defaults={"controller": controller, "erased_at": erased_at})
    return bool(lived)


def hold_under_custody(controller: UUID, items: Collection[UUID], ground: str) -> UUID:
    """Rewrap the data keys of items under one fresh custody key for a ground; return the custody key's id.

    All or none: raises ``KeyGone`` if one of them has no living key, ``KeyUnavailable``. An item that was under custody
    before is moved to the new one. ``ground`` is a code or an id, never prose: at most 100 characters.
    """
    key, wanted = new_key(), set(items)
    with transaction.atomic(using=DATABASE):
        # Data keys before the epoch, as everywhere: a turn that runs meanwhile waits, and nobody for each other.
        present = DataKey.objects.filter(controller=controller, id__in=wanted, kind=DataKey.Kind.ITEM)
        list(present.select_for_update())
        rows = list(_with_above(present))
        if len(rows) != len(wanted):
            raise KeyGone("key_gone", "an item that was to be held has no key")
        (own,) = wrap_in_epoch(controller, [key])
        custody = CustodyKey.objects.create(
            controller=controller, ground=ground, epoch=own.epoch, key_id=own.key_id, wrapped=own.wrapped
        )
        _move_under(custody, key, rows)
    return custody.id


def _move_under(custody: CustodyKey, key: bytes, rows: Iterable[DataKey]) -> None:
    """Rewrap data keys under a custody key."""
    above = dict[UUID, bytes]()
    moved = ((wrap_key(key, _unwrap(row, above)), custody.epoch, custody.id, row.pk) for row in rows)
    write_rows(DataKey, ["wrapped", "epoch", "custody_id"], moved)


def ready_for_custody(controller: UUID, person: UUID) -> None:
    """Have at hand what moving a person's keys into custody opens: nobody waits for a provider in a transaction then.

    Raises ``KeyUnavailable``.
    """
    own = PersonKey.objects.filter(controller=controller, id=person).values_list("epoch", flat=True)
    above = CustodyKey.objects.filter(controller=controller, data_keys__person_key=person)
    numbers = {*own, *above.values_list("epoch", flat=True).distinct(), current_epoch(controller).number}
    for epoch in Epoch.objects.filter(controller=controller, number__in=numbers):
        epoch_key(epoch)


def grounds_of(controller: UUID, items: Collection[UUID]) -> dict[UUID, str]:
    """Return for which ground each of these items is under custody that stands; the others are left out."""
    rows = DataKey.objects.filter(controller=controller, id__in=set(items), kind=DataKey.Kind.ITEM)
    under = rows.filter(Exists(CustodyKey.objects.filter(id=OuterRef("custody_id"))))
    return dict(under.values_list("id", "custody__ground"))


def delete_custody_key(controller: UUID, custody: UUID) -> bool:
    """End custody: the items held under it alone read as erased from now on. Return whether the key was there."""
    return bool(CustodyKey.objects.filter(controller=controller, id=custody).delete()[0])


def end_custody(controller: UUID, ground: str) -> int:
    """End the custody for a ground and delete what was held under it alone; return how many keys that were."""
    with transaction.atomic(using=DATABASE):
        ended = CustodyKey.objects.filter(controller=controller, ground=ground)
        dead = DataKey.objects.filter(controller=controller, custody__in=ended).delete()[0]
        ended.delete()
    return dead


def sweep_empty_custody(controller: UUID) -> int:
    """Delete the custody keys under which nothing is held any more; return how many."""
    used = Exists(DataKey.objects.filter(custody=OuterRef("pk")))
    return CustodyKey.objects.filter(~used, controller=controller).delete()[0]


def sweep_dead_keys(controller: UUID) -> int:
    """Delete the data keys that nothing can unwrap any more; return how many."""
    lost_person = Q(custody=None) & ~Exists(PersonKey.objects.filter(id=OuterRef("person_key_id")))
    lost_custody = Q(custody__isnull=False) & ~Exists(CustodyKey.objects.filter(id=OuterRef("custody_id")))
    return DataKey.objects.filter(lost_person | lost_custody, controller=controller).delete()[0]


def sweep_lone_persons(controller: UUID, rows: Collection[UUID], *, before: dt.datetime) -> int:
    """Delete the person keys, with their indexes, that no row came to be for; return how many.

    ``rows`` are the ids of the persons that there are. A key made after ``before``, or that has been given an item
    since, belongs to an act that may still commit.
    """
    known = set(rows)
    with transaction.atomic(using=DATABASE):
        fresh = DataKey.objects.filter(person_key=OuterRef("pk"), kind=DataKey.Kind.ITEM, created_at__gt=before)
        old = PersonKey.objects.filter(~Exists(fresh), controller=controller, created_at__lte=before)
        lone = [person for person in old.values_list("id", flat=True) if person not in known]
        # Locked, then asked again: whoever gave one of them an item has committed by now, or finds no key.
        list(PersonKey.objects.select_for_update().filter(controller=controller, id__in=lone).values_list("id"))
        given = DataKey.objects.filter(person_key__in=lone, kind=DataKey.Kind.ITEM, created_at__gt=before)
        lone = sorted(set(lone) - set(given.values_list("person_key_id", flat=True)))
        BlindIndex.objects.filter(controller=controller, person__in=lone).delete()
        PersonKey.objects.filter(controller=controller, id__in=lone).delete()
    return len(lone)


def _keep(person: PersonKey, person_key: bytes, keys: Mapping[UUID, bytes], kind: DataKey.Kind) -> None:
    epoch = current_epoch(person.controller)
    DataKey.objects.bulk_create(
        DataKey(
            id=identity,
            controller=person.controller,
            person_key=person,
            kind=kind,
            epoch=person.epoch,
            key_id=name,
            wrapped=wrap_key(person_key, key),
        )
        for name, (identity, key) in zip(issue_ids(epoch, len(keys)), keys.items(), strict=True)
    )


def _beside(row: DataKey, identity: UUID, key: bytes, name: str) -> DataKey:
    above = row.custody or row.person_key
    return DataKey(
        id=identity,
        controller=row.controller,
        person_key_id=row.person_key_id,
        custody_id=row.custody_id,
        kind=row.kind,
        epoch=above.epoch,
        key_id=name,
        wrapped=wrap_key(unwrap_in_epoch(row.controller, above.epoch, above.wrapped), key),
    )


def _open(rows: QuerySet[DataKey]) -> bytes:
    for row in _with_above(rows):
        return _unwrap(row)
    raise KeyGone("key_gone", "there is no such data key, or nothing that unwraps it")


def _with_above(rows: QuerySet[DataKey]) -> Iterator[DataKey]:
    """Read data keys, each with the key above it in one statement: a turn may make both anew between two.

    Those whose person or custody is gone are left out. One that goes into custody meanwhile is in one of the two.
    """
    own = list(rows.filter(custody=None).select_related("person_key"))
    yield from own
    yield from rows.filter(custody__isnull=False).exclude(id__in=[row.id for row in own]).select_related("custody")


def _unwrap(row: DataKey, opened: dict[UUID, bytes] | None = None) -> bytes:
    """Unwrap a data key; ``opened`` has the keys above that one operation has unwrapped, so that each is once."""
    above, opened = row.custody or row.person_key, {} if opened is None else opened
    if above.id not in opened:
        opened[above.id] = unwrap_in_epoch(row.controller, above.epoch, above.wrapped)
    return unwrap_row(opened[above.id], row.wrapped)
