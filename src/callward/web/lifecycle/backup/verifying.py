"""Reading a whole snapshot back."""

from __future__ import annotations

from collections.abc import Callable

from callward.web.lifecycle.backup.manifest import KIND, read_manifest, snapshots
from callward.web.lifecycle.backup.objects import Damage, check_objects
from callward.web.lifecycle.backup.store import DATA, KEYS, NOWHERE, WEB, BackupError, Destination

Begin = Callable[[int], Callable[[int], None]]


def verify(destination: Destination, snapshot: str, begin: Begin) -> list[Damage]:
    """Open and read everything that restoring a snapshot (the newest) needs; return what is damaged or missing.

    Raises BackupError ``snapshot_missing``. Whether the keys open under the roots of today only a drill shows.
    """
    known = snapshots(destination)
    if not known or (snapshot and snapshot not in known):
        raise BackupError("snapshot_missing", "there is no such complete snapshot; `callward backup list` shows them")
    chosen = snapshot or known[-1]
    found = _keys(destination) + _opened(destination, f"snapshots/{chosen}/{DATA}", DATA)
    try:
        manifest = read_manifest(destination, chosen)
    except BackupError as refused:
        return [*found, Damage(f"snapshots/{chosen}/{KIND}", refused.code)]
    return found + check_objects(destination, manifest.objects, begin(len(manifest.objects)))


def _keys(destination: Destination) -> list[Damage]:
    copies = destination.ids(KEYS, KEYS)
    if not copies:
        return [Damage(KEYS, "keys_missing")]
    newest = f"{KEYS}/{copies[-1]}"
    web = [one for one in _opened(destination, f"{newest}/{WEB}", WEB) if one.code != f"{WEB}_missing"]
    return _opened(destination, f"{newest}/{KEYS}", KEYS) + web


def _opened(destination: Destination, name: str, kind: str) -> list[Damage]:
    try:
        destination.unseal(name, kind, NOWHERE)
    except BackupError as refused:
        return [Damage(name, refused.code)]
    return []
