"""Where a log's files lie in the object store, laid out as c2sp.org/tlog-tiles serves them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from callward.engine import tlog
from callward.web.core.objects import ObjectError, ObjectStore, object_store

CHECKPOINT = "checkpoint"
_MAX_CHECKPOINT_BYTES = 65_536


class LedgerTiles:
    """One controller's tiles and checkpoint; satisfies the ledger engine's ``TileStore``."""

    def __init__(self, controller: UUID, store: ObjectStore | None = None) -> None:
        self._store = store or object_store()
        self._prefix = f"ledger/{controller.hex}"

    def read(self, path: str, limit: int) -> bytes:
        """See ``TileStore.read``."""
        try:
            return self._store.get(f"{self._prefix}/{path}", limit)
        except ObjectError as error:
            if error.code == "object_too_large":
                raise tlog.LogError("file_too_large", "longer than such a file can be") from None
            if error.code == "object_missing":
                raise tlog.LogError("missing", "the log has no such file") from None
            raise

    def write(self, files: Mapping[str, bytes]) -> None:
        """Store files durably, each replaced as a whole."""
        self._store.put_all({f"{self._prefix}/{path}": data for path, data in files.items()})

    def read_checkpoint(self) -> str:
        """The stored checkpoint's text, or an empty string before the first."""
        try:
            return self.read(CHECKPOINT, _MAX_CHECKPOINT_BYTES).decode()
        except tlog.LogError as error:
            if error.code == "missing":
                return ""
            raise

    def drop_partials(self, tile: tlog.Tile) -> None:
        """Remove the partial versions of a tile that is now full; readers fall back to the full one."""
        for name in list(self._store.list(f"{self._prefix}/{tile.full.path}.p")):
            self._store.delete(name)
