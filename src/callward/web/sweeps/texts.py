"""Payment data in items that are texts: plain text, or JSON whose strings are searched one by one.

Notes and forms are JSON or plain text; a conversation container is JSON. What a string holds as base64 is no text:
recordings inside a container cannot be masked there, so such an item is named as not searched.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from callward.engine.errors import Error
from callward.web.calls.models import Item

_LONGEST = 8 << 20  # bytes
_DEEPEST = 64
_CODED = re.compile(r"[A-Za-z0-9+/_=-]{4096,}")

Search = Callable[[str], tuple[str, list[str]]]
"""Gives a text without what was found in it, and the types of what was."""


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
        cleaned, types = search(text)
        found.update(types)
        return cleaned

    kind = item.mediatype.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        written = json.dumps(_walk(_parsed(data), clean, 0), ensure_ascii=False, separators=(",", ":")).encode()
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
        return json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise TextError("text_unreadable", "the item is no JSON") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a name that stands twice: readers take the last, and the first would be kept unsearched."""
    if len(told := dict(pairs)) != len(pairs):
        raise ValueError
    return told


def _walk(value: object, clean: Callable[[str], str], depth: int) -> object:
    """Copy a JSON value with every string cleaned, keys and numbers too."""
    if depth > _DEEPEST:
        raise TextError("text_unreadable", "the item is nested deeper than is read")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        cleaned = clean(str(value))
        return value if cleaned == str(value) else cleaned
    if isinstance(value, list):
        return [_walk(one, clean, depth + 1) for one in value]
    if isinstance(value, dict):
        walked = {clean(key): _walk(one, clean, depth + 1) for key, one in value.items()}
        if len(walked) != len(value):
            raise TextError("text_unreadable", "two names of the item become one without their digits")
        return walked
    return value
