"""Payment data in items that are texts: plain text, or JSON whose strings are searched one by one.

Notes and forms are JSON or plain text; a conversation container is JSON. What a string holds as base64 is no text:
recordings inside a container cannot be masked there, so such an item is named as not searched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import orjson

from callward.engine.errors import Error
from callward.engine.pii import Finding
from callward.web.calls.models import Item

_LONGEST = 8 << 20  # bytes
_DEEPEST = 64
_CODED = re.compile(r"[A-Za-z0-9+/_=-]{4096,}")

Search = Callable[[str], Iterator[tuple[Finding, str]]]


class TextError(Error):
    """A text item cannot be searched.

    ``text_too_large``, ``text_kind_unknown``, ``text_unreadable``, ``text_coded``.
    """


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text item as it should be: what was found in it by type, and its new bytes."""

    item: UUID
    kind: str
    mediatype: str
    found: Counter[str]
    data: bytes


def rewrite(item: Item, data: bytes, search: Search) -> Rewritten:
    """Search a text item and write it without what was found. Raises ``TextError``."""
    if len(data) > _LONGEST:
        raise TextError("text_too_large", "the item is larger than is searched as text")
    found: Counter[str] = Counter()

    def clean(text: str) -> str:
        if _CODED.search(text):
            raise TextError("text_coded", "the item holds coded bytes, which no search of text can read")
        edits = list(search(text))
        for one, put in reversed(edits):
            text = text[: one.spans[0].start] + put + text[one.spans[0].end :]
            found[one.type.value] += 1
        return text

    kind = item.mediatype.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        written = orjson.dumps(_walk(_parsed(data), clean, 0))
    elif kind.startswith("text/"):
        try:
            written = clean(data.decode()).encode()
        except UnicodeDecodeError:
            raise TextError("text_unreadable", "the item is no UTF-8 text") from None
    else:
        raise TextError("text_kind_unknown", "the item is of a kind that is not searched")
    return Rewritten(item.id, item.kind, item.mediatype, found, written)


def _parsed(data: bytes) -> object:
    try:
        return orjson.loads(data)
    except ValueError:
        raise TextError("text_unreadable", "the item is no JSON") from None


def _walk(value: object, clean: Callable[[str], str], depth: int) -> object:
    """Copy a JSON value with every string cleaned, keys and whole numbers of a card's length too."""
    if depth > _DEEPEST:
        raise TextError("text_unreadable", "the item is nested deeper than is read")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int) and not isinstance(value, bool):
        cleaned = clean(str(value))
        return value if cleaned == str(value) else cleaned
    if isinstance(value, list):
        return [_walk(one, clean, depth + 1) for one in value]
    if isinstance(value, dict):
        return {clean(key): _walk(one, clean, depth + 1) for key, one in value.items()}
    return value
