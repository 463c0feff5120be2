"""Epochs: opening a controller, and wrapping under the key of its present epoch.

The epoch key is the only one that a process keeps. It is asked of the provider once, and held no longer than a minute
after its epoch has ended, whichever process turned it: each process looks at the row of the epoch again, when it uses
the key and, where it serves, also when it does not.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from time import monotonic, sleep
from uuid import UUID

from django.conf import settings
from django.db import Error, IntegrityError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from callward.engine.envelope import EnvelopeError, new_key, unwrap_key, wrap_key
from callward.web import walls
from callward.web.keys.errors import KeyGone, KeyUnavailable
from callward.web.keys.models import Epoch, ServiceKey
from callward.web.keys.providers import chosen_provider, provider

DATABASE = "keys"
HELD = 60.0  # seconds, at most, that a process goes on with the key of an epoch that has ended


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """What every wrapped row carries."""

    epoch: int
    key_id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class VersionedKey:
    """A service key and the epoch that it was made or wrapped in."""

    epoch: int
    key: bytes


@dataclass(slots=True)
class _Held:
    """An epoch key, and when (monotonic) its epoch was last seen to live."""

    key: bytes
    seen: float


_held: dict[tuple[UUID, int], _Held] = {}


def open_controller(controller: UUID) -> None:
    """Give a controller its first root, epoch and service keys; nothing to do if it has them. Raises KeyUnavailable.

    The root is durable before a row tells of it. Two processes may do this at once: one epoch wins.
    """
    if not Epoch.objects.filter(controller=controller).exists():
        _create_first_epoch(controller)
    present = set(ServiceKey.objects.filter(controller=controller).values_list("kind", flat=True))
    missing = [kind for kind in ServiceKey.Kind if kind not in present]
    if missing:
        _create_service_keys(controller, missing)


def service_key(controller: UUID, kind: str) -> bytes:
    """Return one of the controller's own 32-byte keys: ledger, index, digest, suppression or intake.

    Raises ``KeyUnavailable``; ``KeyGone`` when the key was destroyed with its controller.
    """
    return service_keys(controller, kind)[0].key


def service_keys(controller: UUID, kind: str, *, locked: bool = False) -> list[VersionedKey]:
    """Return every version of a service key that is in use, the newest first: two while an epoch turns, else one.

    ``locked``, inside a transaction on ``keys``: no version goes before that transaction ends, so that what is written
    under one is found by the turn. Raises as ``service_key`` does.
    """
    rows = ServiceKey.objects.filter(controller=controller, kind=kind).order_by("-epoch")
    if locked:
        rows = rows.select_for_update()
    keys = [VersionedKey(row.epoch, unwrap_in_epoch(controller, row.epoch, row.wrapped)) for row in rows]
    if not keys:
        current_epoch(controller)
        raise KeyGone("key_gone", "no such service key")
    return keys


def wrap_in_epoch(controller: UUID, keys: Sequence[bytes]) -> list[WrappedKey]:
    """Wrap keys under the present epoch key and give each its id. Call inside a transaction on ``keys``."""
    epoch = _held_epoch(controller)
    kek = epoch_key(epoch)
    ids = issue_ids(epoch, len(keys))
    return [WrappedKey(epoch.number, name, wrap_key(kek, key)) for name, key in zip(ids, keys, strict=True)]


def unwrap_in_epoch(controller: UUID, number: int, wrapped: bytes | memoryview) -> bytes:
    """Unwrap a key that was wrapped in epoch ``number``. Raises ``KeyUnavailable``."""
    kek = _living((controller, number))
    if kek is None:
        epoch = Epoch.objects.filter(controller=controller, number=number).first()
        if epoch is None:
            raise KeyUnavailable("controller_not_open", "the controller has no such epoch")
        kek = epoch_key(epoch)
    return unwrap_row(kek, wrapped)


def unwrap_row(kek: bytes, wrapped: bytes | memoryview) -> bytes:
    """Unwrap what a row holds; a damaged one is a fault of the database and not an erasure."""
    try:
        return unwrap_key(kek, bytes(wrapped))
    except EnvelopeError:
        raise KeyUnavailable("key_damaged", "a wrapped key does not open under the key that its row names") from None


def epoch_key(epoch: Epoch) -> bytes:
    """Return the key of an epoch, which its provider is asked for once. Raises ``KeyUnavailable``."""
    name = (epoch.controller, epoch.number)
    kek = _living(name)
    if kek is None:
        seen = monotonic()
        kek = provider(epoch.provider).unwrap(epoch.controller, epoch.number, bytes(epoch.wrapped))
        _held[name] = _Held(kek, seen)
    return kek


def make_epoch(controller: UUID, number: int, roots: str) -> bytes:
    """Make the root of an epoch and return the epoch key wrapped under it; the root is durable when this returns."""
    source = provider(roots)
    with _one_at_a_time(controller):
        source.create_root(controller, number)
    _held.pop((controller, number), None)
    return source.wrap(controller, number, new_key())


@contextmanager
def _one_at_a_time(controller: UUID) -> Iterator[None]:
    """Let one process at a time look for a root and make it: of two under one name a token gives neither."""
    database = connections[DATABASE]
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            _wait_for_turn(cursor, f"root {controller}")
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"root {controller}"])
        return
    home = os.open(settings.CALLWARD_HOME, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(home, fcntl.LOCK_EX)
        yield
    finally:
        os.close(home)


def _wait_for_turn(cursor: CursorWrapper, name: str) -> None:
    """Take the lock of a name for this session, past the ceiling of other waits: a provider may be slow."""
    cursor.execute("SELECT current_setting('lock_timeout'), set_config('lock_timeout', '0', false)")
    (ceiling, _lifted) = cursor.fetchone()
    try:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    finally:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [ceiling])


def current_epoch(controller: UUID) -> Epoch:
    epoch = Epoch.objects.filter(controller=controller, state=Epoch.State.CURRENT).first()
    if epoch is None:
        raise KeyUnavailable("controller_not_open", "the controller has no epoch yet")
    return epoch


def _held_epoch(controller: UUID) -> Epoch:
    """Return the present epoch, which stays the present one until the transaction on ``keys`` ends.

    What is wrapped in it is then there before a turn looks for rows to move. Where a turn began while this waited for
    the row, the row is no longer the present one: the second look finds its successor.
    """
    present = Epoch.objects.select_for_update().filter(controller=controller, state=Epoch.State.CURRENT)
    return present.first() or current_epoch(controller)


def issue_ids(epoch: Epoch, count: int) -> list[str]:
    """Take the next ``count`` key ids of an epoch. Call inside a transaction on ``keys``."""
    Epoch.objects.filter(pk=epoch.pk).update(issued=F("issued") + count)
    last = Epoch.objects.values_list("issued", flat=True).get(pk=epoch.pk)
    return [f"{epoch.controller}/{epoch.number}/{n}" for n in range(last - count + 1, last + 1)]


def forget_epoch_keys() -> None:
    """Drop every epoch key that this process keeps; the provider is asked again when one is needed."""
    _held.clear()


def let_go_of_ended() -> int:
    """Drop the keys of epochs that have ended, also where nobody asks for them; returns how many.

    A process holds the keys of all controllers, so their epochs are looked at across them: one whose row is not seen
    would seem to have ended. Raises Django's ``Error`` where no row can be read, and drops nothing then.
    """
    with walls.across():
        return sum(_living(name, 0.5) is None for name in list(_held))


def let_go_again_and_again() -> None:
    """Do so for as long as this process lives, in a thread of its own; for processes that serve."""

    def repeat() -> None:
        while True:
            sleep(HELD / 2)
            let_go_if_seen()

    Thread(target=repeat, name="epochs", daemon=True).start()


def let_go_if_seen() -> None:
    """Do so once, and let go of the database; where it cannot be read there is nothing that a key would open either."""
    # InterfaceError is no DatabaseError, and a connection that is lost may refuse to be closed.
    with suppress(Error):
        try:
            let_go_of_ended()
        finally:
            connections[DATABASE].close()


def _living(name: tuple[UUID, int], share: float = 1.0) -> bytes | None:
    """Give a key that is held, unless its epoch has ended; the row is looked at again after a share of ``HELD``."""
    held, now = _held.get(name), monotonic()
    if held is None or now - held.seen < HELD * share:
        return held.key if held else None
    controller, number = name
    ended = Epoch.State.DESTROYED
    if Epoch.objects.filter(controller=controller, number=number).exclude(state=ended).exists():
        held.seen = now
        return held.key
    _held.pop(name, None)
    return None


def _create_first_epoch(controller: UUID) -> None:
    number, roots = 1, chosen_provider()
    wrapped = make_epoch(controller, number, roots)
    try:
        with transaction.atomic(using=DATABASE):
            place = provider(roots).place[:300]
            Epoch.objects.create(controller=controller, number=number, provider=roots, place=place, wrapped=wrapped)
    except IntegrityError:
        current_epoch(controller)


def _create_service_keys(controller: UUID, kinds: Sequence[ServiceKey.Kind]) -> None:
    with transaction.atomic(using=DATABASE):
        rows = [
            ServiceKey(controller=controller, kind=kind, epoch=key.epoch, key_id=key.key_id, wrapped=key.wrapped)
            for kind, key in zip(kinds, wrap_in_epoch(controller, [new_key() for _ in kinds]), strict=True)
        ]
        ServiceKey.objects.bulk_create(rows, ignore_conflicts=True)
