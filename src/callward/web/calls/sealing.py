"""The platform's shelf: every item of a call is sealed under its own data key while it is written.

Nothing is placed before the main job is through. Then, in this order (design section 5): objects are fsynced and
renamed into place, key rows are written, and the data rows follow with the ledger entries in one transaction. A crash
in between leaves unreferenced sealed objects and key rows, which ``callward doctor`` sweeps.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import BinaryIO, Self, cast
from uuid import UUID

from callward.engine import envelope
from callward.shelf import ItemKind
from callward.web.core.objects import ObjectSink, ObjectStore


@dataclass(frozen=True, slots=True)
class Placed:
    """An item whose object is durable; its key is still only in memory."""

    id: UUID
    kind: ItemKind
    mediatype: str
    object_name: str
    size: int
    key: bytes


@dataclass(slots=True)
class _Slot:
    id: UUID
    mediatype: str
    key: bytes
    sink: ObjectSink
    writer: envelope.SealingWriter


class SealedShelf:
    """Implements ``callward.shelf.Shelf`` over the object store; leaving its context discards what was not placed."""

    def __init__(self, controller: UUID, store: ObjectStore) -> None:
        self._controller = controller
        self._store = store
        self._folder = store.new_folder()
        self._slots: dict[ItemKind, _Slot] = {}

    def writer(self, kind: ItemKind, mediatype: str) -> BinaryIO:
        self.discard(kind)
        item, key, sink = uuid.uuid4(), envelope.new_key(), self._store.new_object(self._folder)
        writer = envelope.SealingWriter(key, cast("BinaryIO", sink), self._bound(item, kind))
        self._slots[kind] = _Slot(item, mediatype, key, sink, writer)
        return cast("BinaryIO", writer)

    def reader(self, kind: ItemKind) -> BinaryIO:
        slot = self._slots[kind]
        reader = envelope.SealedReader(slot.key, slot.sink, self._bound(slot.id, kind))
        return cast("BinaryIO", reader)

    def discard(self, kind: ItemKind) -> None:
        slot = self._slots.pop(kind, None)
        if slot is not None:
            slot.sink.discard()

    def place(self) -> list[Placed]:
        """Make every item durable, all or none; raises ``disk_full``."""
        slots = self._slots
        sizes = {kind: envelope.plain_size(slot.sink.size) for kind, slot in slots.items()}
        self._store.commit_all([slot.sink for slot in slots.values()])
        self._slots = {}
        return [
            Placed(slot.id, kind, slot.mediatype, slot.sink.object_name, sizes[kind], slot.key)
            for kind, slot in slots.items()
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        for kind in list(self._slots):
            self.discard(kind)

    def _bound(self, item: UUID, kind: ItemKind) -> bytes:
        return envelope.associated_data(controller=self._controller, item=item, kind=kind.value)
