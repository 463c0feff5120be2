"""The one copy of the keys: apart from the snapshots, only ever the newest, and opened before an older one goes.

It is useless without the roots, which no backup holds: with a root gone (each turn of the epoch destroys one), a copy
of the keys that were under it opens nothing.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from callward.web.keys.epochs import unwrap_row
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import Tombstone
from callward.web.keys.providers import provider
from callward.web.lifecycle.backup.databases import scratch, take_copy
from callward.web.lifecycle.backup.store import KEYS, WEB, BackupError, Destination, Header, made_at, moment, new_id

_SLACK = timedelta(minutes=5)  # an erasure has the time it was intended at, and its key goes a moment later
_KEKS = "SELECT controller, number, provider, wrapped FROM keys_epoch WHERE state <> 'destroyed'"
# All of the controller's own keys are opened, and of the many a thousand at random.
_ROWS = (
    "SELECT controller, epoch, wrapped FROM keys_servicekey",
    "SELECT controller, epoch, wrapped FROM (SELECT * FROM keys_personkey ORDER BY random() LIMIT 1000)",
    "SELECT controller, epoch, wrapped FROM (SELECT * FROM keys_custodykey ORDER BY random() LIMIT 1000)",
)


def configured() -> Destination | None:
    """Return the destination that ``CALLWARD_BACKUP`` names; None where there is none. Raises as ``opened`` does."""
    if not settings.BACKUP:
        return None
    return Destination.opened(Path(settings.BACKUP), Path(settings.BACKUP_KEY_FILE))


def refresh_keys() -> bool:
    """Bring the keys copy of the configured destination up to date; False where none is configured.

    The turn of an epoch calls this before it destroys the old root. Raises as ``write_keys``, and ``backup_busy``.
    """
    destination = configured()
    if destination is None:
        return False
    with destination.alone():
        write_keys(destination, timezone.now())
    return True


def renew_keys_due() -> bool:
    """Renew the keys copy where somebody was erased since it was made; tell whether it was.

    From then on no restore can bring that person back, whatever else is lost. Raises as ``refresh_keys``.
    """
    destination = configured()
    copies = destination.ids(KEYS, KEYS) if destination else []
    if not copies or not Tombstone.objects.filter(erased_at__gt=made_at(copies[-1]) - _SLACK).exists():
        return False
    return refresh_keys()


def write_keys(destination: Destination, now: datetime) -> str:
    """Write a copy of the keys, read it back, open it through the provider, then delete older copies; return its id.

    Call it while ``alone``, and after the data snapshot: a copy of the keys is never older than the rows it is for.
    Raises BackupError ``keys_not_opened`` and ``backup_not_read_back``, KeyUnavailable, ObjectError: the older copy
    is still there then.
    """
    now = moment(now, destination.ids(KEYS, KEYS))
    identity = new_id(now)
    try:
        _write_copy(destination, identity, now)
    except BaseException:
        _delete(destination, lambda copy: copy == identity)
        raise
    _delete(destination, lambda copy: copy != identity)
    return identity


def _write_copy(destination: Destination, identity: str, now: datetime) -> None:
    with scratch() as folder:
        take_copy("keys", folder / "keys.sqlite3")
        secret = settings.CALLWARD_HOME / "secret.key"
        if secret.is_file():
            destination.seal(f"{KEYS}/{identity}/{WEB}", Header(WEB, identity, now), io.BytesIO(secret.read_bytes()))
        with (folder / "keys.sqlite3").open("rb") as plain:
            destination.seal(f"{KEYS}/{identity}/{KEYS}", Header(KEYS, identity, now), plain)
        back = folder / "back.sqlite3"
        with back.open("wb") as target:
            destination.unseal(f"{KEYS}/{identity}/{KEYS}", KEYS, target)
        open_copy(back)


def _delete(destination: Destination, chosen: Callable[[str], bool]) -> None:
    for name in list(destination.store.list(KEYS)):
        if chosen(name.split("/")[1]):
            destination.store.delete(name)


def open_copy(path: Path) -> None:
    """Open a copy of the keys database as its provider does now. Raises BackupError ``keys_not_opened``."""
    with closing(sqlite3.connect(path)) as copy:
        try:
            # An epoch that was left has no rows and perhaps no root any more: only those with rows are asked for.
            wrapped_keks = {(controller, number): rest for controller, number, *rest in copy.execute(_KEKS)}
            keks: dict[tuple[str, int], bytes] = {}
            for question in _ROWS:
                for controller, epoch, wrapped in copy.execute(question):
                    if (controller, epoch) not in keks:
                        name, sealed = wrapped_keks[controller, epoch]
                        keks[controller, epoch] = provider(name).unwrap(UUID(controller), epoch, bytes(sealed))
                    unwrap_row(keks[controller, epoch], wrapped)
        except (KeyUnavailable, KeyError, sqlite3.Error) as fault:
            why = fault.code if isinstance(fault, KeyUnavailable) else "damaged"
            raise BackupError("keys_not_opened", f"the copy of the keys does not open ({why})") from None
