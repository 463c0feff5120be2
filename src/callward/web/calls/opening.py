"""Opening what is sealed of a call. Keys are read anew each time and kept for one request at most."""

from __future__ import annotations

import time
from collections.abc import Iterator

from callward.engine import envelope
from callward.engine.transcripts import Transcript, load_transcript
from callward.sheet import Sheet, load_sheet
from callward.shelf import ItemKind
from callward.web.calls.models import Call, Item
from callward.web.core.objects import object_store
from callward.web.keys import vault

_ANEW_S = 2.0  # how long a stream may go on under a key that it has read (design section 5)


def item_of(call: Call, kind: ItemKind) -> Item | None:
    return next((item for item in call.items.all() if item.kind == kind.value), None)


def open_item(call: Call, item: Item) -> envelope.SealedReader:
    """Open an item for reading anywhere.

    Raises ``KeyGone`` when it reads as erased, ``KeyUnavailable``, ``ObjectError``, ``EnvelopeError``.
    """
    key = vault.data_key(call.controller_id, item.id)
    bound = envelope.associated_data(controller=call.controller_id, item=item.id, kind=item.kind)
    return envelope.SealedReader(key, object_store().open_object(item.object_name), bound)


def read_item(call: Call, kind: ItemKind) -> bytes | None:
    """Read a whole small item; None when the call has none of the kind."""
    item = item_of(call, kind)
    if item is None:
        return None
    with open_item(call, item) as reader:
        return reader.readall()


def sheet_of(call: Call) -> Sheet | None:
    data = read_item(call, ItemKind.SHEET)
    return load_sheet(data) if data else None


def transcript_of(call: Call, kind: ItemKind = ItemKind.TRANSCRIPT_REDACTED) -> Transcript | None:
    data = read_item(call, kind)
    return load_transcript(data) if data else None


def stream(call: Call, item: Item, start: int, stop: int) -> Iterator[bytes]:
    """Give plaintext bytes [start, stop) with at most one segment in memory.

    The key row is read anew every two seconds: who is erased while somebody listens falls silent.
    """
    reader = open_item(call, item)
    return _pieces(call, item, reader, start, stop)


def _pieces(call: Call, item: Item, reader: envelope.SealedReader, start: int, stop: int) -> Iterator[bytes]:
    with reader:
        checked = time.monotonic()
        for piece in reader.read_range(start, stop):
            if time.monotonic() - checked > _ANEW_S:
                vault.data_key(call.controller_id, item.id)
                checked = time.monotonic()
            yield piece
