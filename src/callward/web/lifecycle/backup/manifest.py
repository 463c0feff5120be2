"""What belongs to one snapshot: its objects with size and digest, trees, epochs, and how many rows."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson

from callward.web.lifecycle.backup.store import DATA, BackupError, Destination, Header, Stored

KIND = "manifest"


@dataclass(frozen=True, slots=True)
class ControllerState:
    """One controller as the snapshot has it; ``checkpoint`` is the last one published, as text, or empty."""

    id: str
    epoch: int
    origin: str
    size: int
    root: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One snapshot. ``missing`` names objects that its rows have and the store had lost when it was made."""

    id: str
    made_at: datetime
    version: str
    data: Stored
    objects: Mapping[str, Stored]
    missing: tuple[str, ...]
    controllers: tuple[ControllerState, ...]
    rows: Mapping[str, int]

    @property
    def bytes(self) -> int:
        """Bytes of all objects."""
        return sum(stored.size for stored in self.objects.values())


def parts(snapshot: str) -> list[str]:
    """Return the names of what a snapshot is made of, beside its objects."""
    return [f"snapshots/{snapshot}/{DATA}", _name(snapshot)]


def snapshots(destination: Destination) -> list[str]:
    """Return the ids of the snapshots that are complete, the oldest first."""
    return destination.ids("snapshots", KIND)


def drop_unfinished(destination: Destination) -> None:
    """Delete what snapshots have left that were cut off or half deleted; only their manifest makes them count."""
    finished = set(snapshots(destination))
    for name in list(destination.store.list("snapshots")):
        if name.split("/")[1] not in finished:
            destination.store.delete(name)


def write_manifest(destination: Destination, manifest: Manifest) -> None:
    """Write the manifest, which makes the snapshot count; read back."""
    told = asdict(manifest)
    told["objects"] = {name: _entry(stored) for name, stored in manifest.objects.items()}
    header = Header(KIND, manifest.id, manifest.made_at)
    destination.seal(_name(manifest.id), header, io.BytesIO(orjson.dumps(told)))


def _entry(stored: Stored) -> list[object]:
    return [stored.size, stored.sha256, *([stored.locked] if stored.locked else [])]


def read_manifest(destination: Destination, snapshot: str) -> Manifest:
    """Read the manifest of a snapshot. Raises BackupError: ``manifest_missing``, ``manifest_damaged``."""
    plain = io.BytesIO()
    header, _ = destination.unseal(_name(snapshot), KIND, plain)
    try:
        told = orjson.loads(plain.getvalue())
        manifest = Manifest(
            told["id"],
            datetime.fromisoformat(told["made_at"]),
            told["version"],
            Stored(**told["data"]),
            {name: Stored(*entry) for name, entry in told["objects"].items()},
            tuple(told["missing"]),
            tuple(ControllerState(**state) for state in told["controllers"]),
            told["rows"],
        )
    except (ValueError, KeyError, TypeError):
        raise BackupError("manifest_damaged", "the manifest is not one of this version") from None
    if manifest.id != snapshot or header.id != snapshot:
        raise BackupError("manifest_damaged", "the manifest belongs to another snapshot")
    return manifest


def chosen_snapshot(destination: Destination, snapshot: str = "") -> Manifest:
    """Read the manifest of a snapshot, or of the newest. Raises BackupError: ``snapshot_missing``, and as above."""
    known = snapshots(destination)
    if not known:
        raise BackupError("snapshot_missing", "there is no complete snapshot there")
    if snapshot and snapshot not in known:
        raise BackupError("snapshot_missing", "there is no such snapshot; `callward backup list` shows their ids")
    return read_manifest(destination, snapshot or known[-1])


def _name(snapshot: str) -> str:
    return f"snapshots/{snapshot}/{KIND}"
