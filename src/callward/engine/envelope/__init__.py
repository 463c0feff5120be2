"""Keys that wrap keys, and sealed streams and values with random access. design.md section 5."""

from __future__ import annotations

from callward.engine.envelope.keys import KEY_SIZE, new_key, unwrap_key, wrap_key
from callward.engine.envelope.layout import plain_size, sealed_size
from callward.engine.envelope.model import BytesSource, EnvelopeError, FileSource, Source
from callward.engine.envelope.reader import SealedReader
from callward.engine.envelope.streams import open_bytes, open_stream, seal_bytes, seal_stream
from callward.engine.envelope.values import (
    associated_data,
    blind_index,
    column_data,
    keyed_digest,
    open_value,
    seal_value,
)
from callward.engine.envelope.writer import SealingWriter

__all__ = [
    "KEY_SIZE",
    "BytesSource",
    "EnvelopeError",
    "FileSource",
    "SealedReader",
    "SealingWriter",
    "Source",
    "associated_data",
    "blind_index",
    "column_data",
    "keyed_digest",
    "new_key",
    "open_bytes",
    "open_stream",
    "open_value",
    "plain_size",
    "seal_bytes",
    "seal_stream",
    "seal_value",
    "sealed_size",
    "unwrap_key",
    "wrap_key",
]
