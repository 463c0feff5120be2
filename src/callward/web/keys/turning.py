"""Turning the epoch: every living key moves under a new root, and the old root is destroyed (design section 5).

The steps, each of which may be cut off anywhere and is simply taken again:

1. ``begin``: the new root is made and durable, then one transaction makes the new epoch current and the old one
   turning. From here on every new key is wrapped in the new epoch.
2. ``move``: batches of rows of the old epoch are rewrapped, each batch in one transaction. Persons that were marked
   (one of their items was destroyed) and every custody key are made anew, and what is under them is rewrapped, so that
   an old copy of a data key opens under nothing that still exists.
3. ``count_left``: no row of the old epoch may be left.
4. ``finish``: the old root is destroyed, and with it every older copy of this database: disk remnants, backups,
   replicas.

The caller writes the new keys backup, reads it back and opens it between 3 and 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Model, QuerySet

from callward.engine.envelope import EnvelopeError, new_key, wrap_key
from callward.web.keys.digests import Digest, digest_of_identifier, digest_of_input, inner_of
from callward.web.keys.epochs import (
    DATABASE,
    VersionedKey,
    current_epoch,
    epoch_key,
    forget_epoch_keys,
    issue_ids,
    make_epoch,
    service_keys,
    unwrap_row,
    wrap_in_epoch,
)
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.examining import open_epoch
from callward.web.keys.models import BlindIndex, CustodyKey, DataKey, Epoch, InputDigest, PersonKey, ServiceKey
from callward.web.keys.providers import RootState, chosen_provider, provider
from callward.web.keys.remnants import clear_remnants
from callward.web.keys.rows import write_rows

BATCH = 2000
_ANEW = (ServiceKey.Kind.INDEX, ServiceKey.Kind.DIGEST)


def turning_epoch(controller: UUID) -> Epoch | None:
    """Return the epoch that is being left, if a turn is under way."""
    return Epoch.objects.filter(controller=controller, state=Epoch.State.TURNING).first()


def begin(controller: UUID, leaving: int | None = None) -> Epoch:
    """Begin a turn, or find the one that was begun; return the epoch that is being left. Raises ``KeyUnavailable``.

    ``leaving`` is the number of the epoch that the turn is from: where another process has left it meanwhile, it is
    returned as it is, and no further turn begins.
    """
    under_way = turning_epoch(controller)
    if under_way is not None:
        _make_service_keys_anew(controller)
        return under_way
    old = current_epoch(controller)
    if leaving is not None and old.number > leaving:
        return Epoch.objects.get(controller=controller, number=leaving)
    epoch_key(old)  # what cannot be opened cannot be moved: nothing is changed in that case
    roots = chosen_provider()
    wrapped = make_epoch(controller, old.number + 1, roots)
    with transaction.atomic(using=DATABASE):
        left = Epoch.objects.filter(pk=old.pk, state=Epoch.State.CURRENT).update(state=Epoch.State.TURNING)
        if left:
            Epoch.objects.create(
                controller=controller,
                number=old.number + 1,
                provider=roots,
                place=provider(roots).place[:300],
                wrapped=wrapped,
            )
    old.refresh_from_db()
    _make_service_keys_anew(controller)
    return old


def move(controller: UUID, old: Epoch) -> int:
    """Move one batch of rows out of the old epoch; return how many rows that was, 0 when none is left.

    Raises ``KeyUnavailable`` ``key_damaged`` for a row that does not open: the turn stops there, the old root stays,
    and nothing is lost.
    """
    return (
        _move_persons(controller, old)
        or _move_custody(controller, old)
        or _move_digests(controller, old)
        or _move_indexes(controller, old)
        or _move_services(controller, old)
    )


def count_left(controller: UUID, old: Epoch) -> int:
    """Return how many rows of the old epoch are left."""
    return sum(
        model.objects.filter(controller=controller, epoch__lte=old.number).count()
        for model in (PersonKey, CustodyKey, ServiceKey)
    ) + sum(rows.count() for rows in (_old_digests(controller, old), _old_indexes(controller, old)))


def finish(controller: UUID, old: Epoch, *, at: dt.datetime) -> dt.datetime | None:
    """Destroy the old root, outside any transaction. Raises ``KeyUnavailable``: ``rows_left``, or the provider's own.

    Returns until when the provider can bring the root back, None where it is gone: ``roots_going`` has it until then.

    Deleted pages of the database are overwritten as they are freed (``secure_delete``); the write-ahead log is emptied.
    """
    if count_left(controller, old):
        raise KeyUnavailable("rows_left", "rows of the old epoch are left: the turn goes on before its root may go")
    # Asked of the provider now, whatever this process holds. Where the settings lead elsewhere than when the turn
    # began, or the new root is gone or switched off, the old one is neither destroyed nor taken for destroyed.
    open_epoch(current_epoch(controller))
    state_of_root(old)
    goes_at = provider(old.provider).destroy_root(controller, old.number)
    Epoch.objects.filter(pk=old.pk).exclude(state=Epoch.State.DESTROYED).update(
        state=Epoch.State.DESTROYED, wrapped=b"", destroyed_at=at, root_goes_at=goes_at
    )
    forget_epoch_keys()
    clear_remnants()
    return goes_at


def roots_going(controller: UUID) -> QuerySet[Epoch]:
    """The epochs that were left and whose root the provider can still bring back."""
    return Epoch.objects.filter(controller=controller, root_goes_at__isnull=False, root_gone_at=None)


def state_of_root(epoch: Epoch) -> RootState:
    """Ask where the root of an epoch stands.

    Raises ``KeyUnavailable`` ``root_elsewhere`` where none is found and the settings lead elsewhere than when it was
    made: what is not found there is not gone.
    """
    source = provider(epoch.provider)
    state = source.root_state(epoch.controller, epoch.number)
    if state is RootState.GONE and epoch.place not in ("", source.place[:300]):
        raise KeyUnavailable(
            "root_elsewhere",
            f"the root of epoch {epoch.number} was made in {epoch.provider} at {epoch.place}, and the settings lead to"
            f" {source.place}: give the former ones again until that root is gone",
        )
    return state


def root_is_gone(epoch: Epoch, *, at: dt.datetime) -> None:
    """Write down that the provider has destroyed a root that was going."""
    Epoch.objects.filter(pk=epoch.pk).update(root_gone_at=at)


def give_root_up_again(epoch: Epoch, *, at: dt.datetime) -> None:
    """Have a root destroyed that somebody has brought back since it was given up. Raises ``KeyUnavailable``."""
    goes_at = provider(epoch.provider).destroy_root(epoch.controller, epoch.number)
    Epoch.objects.filter(pk=epoch.pk).update(root_goes_at=goes_at or at)


def _make_service_keys_anew(controller: UUID) -> None:
    """Index and digest key get a second version, in the new epoch; the former one stays until its rows are moved."""
    epoch = current_epoch(controller)
    with transaction.atomic(using=DATABASE):
        present = ServiceKey.objects.filter(controller=controller, epoch=epoch.number, kind__in=_ANEW)
        missing = sorted(set(_ANEW) - set(present.values_list("kind", flat=True)))
        if not missing:
            return
        keys = wrap_in_epoch(controller, [new_key() for _ in missing])
        ServiceKey.objects.bulk_create(
            [
                ServiceKey(controller=controller, kind=kind, epoch=key.epoch, key_id=key.key_id, wrapped=key.wrapped)
                for kind, key in zip(missing, keys, strict=True)
            ],
            ignore_conflicts=True,
        )


@contextmanager
def _alone(controller: UUID) -> Iterator[None]:
    """Open a transaction that one turn of this controller is in at a time, as SQLite sees to it by itself."""
    database = connections[DATABASE]
    with transaction.atomic(using=DATABASE):
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"turn {controller}"])
        yield


def _move_persons(controller: UUID, old: Epoch) -> int:
    with _alone(controller):
        rows = PersonKey.objects.select_for_update().filter(controller=controller, epoch=old.number)[:BATCH]
        keys = [(row, unwrap_row(epoch_key(old), row.wrapped)) for row in rows]
        fresh = {row.pk: new_key() for row, _ in keys if row.marked}
        # What is under custody is passed over here: asked of SQLite, it reads every key that is not, for each batch.
        under = DataKey.objects.select_for_update().filter(person_key__in=fresh)
        own = [row for row in under if row.custody_id is None]
        _rewrap_under(own, "person_key_id", {row.pk: key for row, key in keys}, fresh)
        _rewrap(PersonKey, [(row.pk, fresh.get(row.pk, key)) for row, key in keys], current_epoch(controller))
        PersonKey.objects.filter(pk__in=fresh).update(marked=False)
    return len(keys)


def _move_custody(controller: UUID, old: Epoch) -> int:
    with _alone(controller):
        rows = CustodyKey.objects.select_for_update().filter(controller=controller, epoch=old.number)[:BATCH]
        keys = {row.pk: unwrap_row(epoch_key(old), row.wrapped) for row in rows}
        fresh = {custody: new_key() for custody in keys}
        _rewrap_under(DataKey.objects.select_for_update().filter(custody__in=keys), "custody_id", keys, fresh)
        _rewrap(CustodyKey, list(fresh.items()), current_epoch(controller))
    return len(keys)


def _rewrap_under(rows: Iterable[DataKey], above: str, old: dict[UUID, bytes], fresh: dict[UUID, bytes]) -> None:
    """Rewrap data keys under the fresh key of the person or the custody above them."""
    owners = ((row, getattr(row, above)) for row in rows)
    moved = ((wrap_key(fresh[owner], unwrap_row(old[owner], row.wrapped)), row.pk) for row, owner in owners)
    write_rows(DataKey, ["wrapped"], moved)


def _rewrap(model: type[Model], keys: Sequence[tuple[UUID, bytes]], epoch: Epoch) -> None:
    """Wrap each key in ``epoch`` and write it into its row."""
    if not keys:
        return
    kek, names = epoch_key(epoch), issue_ids(epoch, len(keys))
    rows = ((wrap_key(kek, key), epoch.number, name, row) for (row, key), name in zip(keys, names, strict=True))
    write_rows(model, ["wrapped", "epoch", "key_id"], rows)


def _move_services(controller: UUID, old: Epoch) -> int:
    """Rewrap the service keys that outlive turns, and drop the former versions of those that were made anew."""
    with _alone(controller):
        rows = list(ServiceKey.objects.select_for_update().filter(controller=controller, epoch__lte=old.number))
        # From here on nobody writes under a former version; what was written since the last look moves first.
        while _move_digests(controller, old) or _move_indexes(controller, old):
            pass
        kept = [row for row in rows if row.kind not in _ANEW]
        _rewrap_services(kept, old, current_epoch(controller))
        ServiceKey.objects.filter(pk__in=[row.pk for row in rows if row.kind in _ANEW]).delete()
    return len(rows)


def _rewrap_services(rows: Sequence[ServiceKey], old: Epoch, epoch: Epoch) -> None:
    kek = epoch_key(epoch)
    for row, name in zip(rows, issue_ids(epoch, len(rows)), strict=True):
        row.wrapped, row.epoch, row.key_id = wrap_key(kek, unwrap_row(epoch_key(old), row.wrapped)), epoch.number, name
        row.save(update_fields=["wrapped", "epoch", "key_id"])


def _old_digests(controller: UUID, old: Epoch) -> QuerySet[InputDigest]:
    return InputDigest.objects.filter(controller=controller, epoch__lte=old.number, digest__isnull=False)


def _old_indexes(controller: UUID, old: Epoch) -> QuerySet[BlindIndex]:
    return BlindIndex.objects.filter(controller=controller, epoch__lte=old.number)


def _move_digests(controller: UUID, old: Epoch) -> int:
    with _alone(controller):
        rows = list(_old_digests(controller, old).select_for_update()[:BATCH])
        versions = _Versions(service_keys(controller, ServiceKey.Kind.DIGEST))
        moved = {
            row.pk: digest_of_input(versions.newest, versions.inner(row.epoch, row.inner)) for row in rows if row.inner
        }
        _write_digests(InputDigest, moved)
        InputDigest.objects.filter(pk__in=[row.pk for row in rows if row.pk not in moved]).delete()
    return len(rows)


def _move_indexes(controller: UUID, old: Epoch) -> int:
    with _alone(controller):
        rows = list(_old_indexes(controller, old).select_for_update()[:BATCH])
        versions = _Versions(service_keys(controller, ServiceKey.Kind.INDEX))
        moved = {
            row.pk: digest_of_identifier(versions.newest, row.kind, versions.inner(row.epoch, row.inner))
            for row in rows
            if row.inner
        }
        # Who was indexed under both keys in the same moment keeps the newer row.
        known = set(
            BlindIndex.objects.filter(
                controller=controller, digest__in=[one.digest for one in moved.values()]
            ).values_list("kind", "digest")
        )
        kinds = {row.pk: row.kind for row in rows}
        twice = {pk for pk, one in moved.items() if (kinds[pk], one.digest) in known}
        _write_digests(BlindIndex, {pk: one for pk, one in moved.items() if pk not in twice})
        gone = [row.pk for row in rows if row.pk in twice or row.pk not in moved]
        BlindIndex.objects.filter(pk__in=gone).delete()
    return len(rows)


class _Versions:
    """The versions of a key by epoch, to read what was made under the former and write under the newest."""

    def __init__(self, keys: Sequence[VersionedKey]) -> None:
        self.newest = keys[0]
        self._by_epoch = {key.epoch: key for key in keys}

    def inner(self, epoch: int, wrapped: bytes | memoryview) -> bytes:
        version = self._by_epoch.get(epoch)
        if version is None:
            raise KeyUnavailable("key_damaged", "a digest names an epoch whose key is gone")
        try:
            return inner_of(version, bytes(wrapped))
        except EnvelopeError:
            raise KeyUnavailable("key_damaged", "a digest does not open under the key that its row names") from None


def _write_digests(model: type[Model], moved: Mapping[int, Digest]) -> None:
    if not moved:
        return
    table = model._meta.db_table  # noqa: SLF001 - Django documents Model._meta
    values = [(one.digest, one.inner, one.epoch, pk) for pk, one in moved.items()]
    with connections[DATABASE].cursor() as cursor:
        cursor.executemany(f'UPDATE "{table}" SET digest = %s, "inner" = %s, epoch = %s WHERE id = %s', values)  # noqa: S608 - the table's name is the model's
