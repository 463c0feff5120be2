"""The one copy of the keys: apart from the snapshots, only ever the newest, and opened before an older one goes.

It is useless without the roots, which no backup holds: with a root gone (each turn of the epoch destroys one), a copy
of the keys that were under it opens nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from callward.web.audit.models import Entry
from callward.web.core.models import Controller
from callward.web.keys.models import Tombstone
from callward.web.lifecycle.backup.databases import copied
from callward.web.lifecycle.backup.keys_proof import open_copy
from callward.web.lifecycle.backup.locks import refuse_unfit
from callward.web.lifecycle.backup.store import KEYS, WEB, Destination, Header, made_at, moment, new_id

# The acts that end keys for good, as the ledger names them; a purge is many destroyed items.
DESTROYING = ("item.destroyed", "hold.released", "person.erased", "person.ended", "person.calls_swept")
_DAY = timedelta(days=1)
_SLACK = timedelta(minutes=5)  # an erasure has its time, and its key goes a moment later


def configured() -> Destination | None:
    """Return the destination that ``CALLWARD_BACKUP`` names; None where there is none. Raises as ``opened`` does."""
    if not settings.BACKUP:
        return None
    return Destination.opened(settings.BACKUP, Path(settings.BACKUP_KEY_FILE), settings.BACKUP_LOCK_DAYS)


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
    """Renew the keys copy where a key was destroyed for good since it was made; tell whether it was.

    From then on no restore can open again what was erased or destroyed, or what only a hold kept, whatever else is
    lost. Raises as ``refresh_keys``.
    """
    destination = configured()
    copies = destination.ids(KEYS, KEYS) if destination else []
    if not copies:
        return False
    # A copy from the future was made before the clock was set back: it is older than what was destroyed since.
    made, now = made_at(copies[-1]), timezone.now()
    since = made - _SLACK if made <= now else now - _DAY
    if not Tombstone.objects.filter(erased_at__gt=since).exists() and not _destroyed_since(since):
        return False
    return refresh_keys()


def _destroyed_since(since: datetime) -> bool:
    """Say whether the ledger has a destroying act from after a moment: those that wait for a place, and the last."""
    for controller in Controller.objects.values_list("id", flat=True):
        for action in DESTROYING:
            entries = Entry.objects.filter(controller=controller, action=action)
            # Two questions that the index answers, however long the log: a purge may destroy a million items.
            placed = entries.filter(index__isnull=False).order_by("-index").values_list("at", flat=True).first()
            if (placed is not None and placed > since) or entries.filter(index=None, at__gt=since).exists():
                return True
    return False


def write_keys(destination: Destination, now: datetime) -> str:
    """Write a copy of the keys, read it back, open it through the provider, then delete older copies; return its id.

    Call it while ``alone``, and after the data snapshot: a copy of the keys is never older than the rows it is for.
    Raises BackupError ``keys_not_opened`` and ``backup_not_read_back``, KeyUnavailable, ObjectError: the older copy
    is still there then.
    """
    refuse_unfit(destination)
    now = moment(now, destination.ids(KEYS, KEYS))
    identity = new_id(now)
    try:
        _write_copy(destination, identity, now)
    except BaseException:
        _delete(destination, lambda copy: copy == identity)
        raise
    # Only older ones: a writer that was held up must not take away what another has written since.
    _delete(destination, lambda copy: copy < identity)
    return identity


def _write_copy(destination: Destination, identity: str, now: datetime) -> None:
    secret = settings.CALLWARD_HOME / "secret.key"
    if secret.is_file():
        destination.seal(f"{KEYS}/{identity}/{WEB}", Header(WEB, identity, now), io.BytesIO(secret.read_bytes()))
    with copied("keys") as copy, copy.opened() as plain:
        destination.seal(f"{KEYS}/{identity}/{KEYS}", Header(KEYS, identity, now), plain)
    open_copy(destination, identity)


def _delete(destination: Destination, chosen: Callable[[str], bool]) -> None:
    """Delete copies with every version, also of those that a deletion before left behind."""
    destination.store.delete_all([name for name in destination.store.list_ever(KEYS) if chosen(name.split("/")[1])])
