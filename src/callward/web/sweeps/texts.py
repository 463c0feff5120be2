"""Items that are texts: plain text, or JSON of which every string, name and number is a text with a place.

Notes and forms are JSON or plain text; a conversation container is JSON. What a string holds as base64 is no text:
recordings inside a container cannot be masked there, so such an item is named as not searched.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from callward.engine.errors import Error
from callward.web.calls.models import Item

_LONGEST = 8 << 20  # bytes
_DEEPEST = 64
_CODED = re.compile(r"[A-Za-z0-9+/_=-]{4096,}")


class TextError(Error):
    """A text item cannot be searched.

    ``text_too_large``, ``text_kind_unknown``, ``text_unreadable``, ``text_coded``.
    """


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an item.

    ``place`` is the same for all that stand at one place of what repeats: the words of every segment, the bodies of
    every dialog. ``name`` is what the text is called there. ``said`` is False for names and numbers.
    """

    text: str
    place: str = ""
    name: str = ""
    said: bool = True
    number: bool = False


Search = Callable[[Sequence[Text]], tuple[Sequence[str], Counter[str]]]
"""Gives the texts of an item without what was found in them, and the types of what was."""


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
    kind = item.mediatype.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        written, found = _in_json(data, search)
    elif kind.startswith("text/"):
        written, found = _in_plain_text(data, search)
    else:
        raise TextError("text_kind_unknown", "the item is of a kind that is not searched")
    return Rewritten(item.id, item.kind, item.mediatype, found, written)


def _in_plain_text(data: bytes, search: Search) -> tuple[bytes, Counter[str]]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise TextError("text_unreadable", "the item is no UTF-8 text") from None
    (clean,), found = _searched([Text(text)], search)
    return clean.encode(), found


def _in_json(data: bytes, search: Search) -> tuple[bytes, Counter[str]]:
    value = _parsed(data)
    clean, found = _searched(list(_texts(value, "", "", 0)), search)
    written = _written(value, iter(clean))
    try:
        return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode(), found
    except UnicodeEncodeError:
        raise TextError("text_unreadable", "the item holds halves of signs") from None


def _searched(texts: Sequence[Text], search: Search) -> tuple[Sequence[str], Counter[str]]:
    if any(_CODED.search(one.text) for one in texts):
        raise TextError("text_coded", "the item holds coded bytes, which no search of text can read")
    return search(texts)


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


def _texts(value: object, place: str, name: str, depth: int) -> Iterator[Text]:
    """Give every string of a JSON value in its order, names and numbers too."""
    if depth > _DEEPEST:
        raise TextError("text_unreadable", "the item is nested deeper than is read")
    if isinstance(value, str):
        yield Text(value, place, name)
    elif _is_number(value):
        yield Text(str(value), place, name, said=False, number=True)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, f"{place}[]", name, depth + 1)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield Text(key, f"{place}.", said=False)
            yield from _texts(one, f"{place}.{key}", key, depth + 1)


def _written(value: object, clean: Iterator[str]) -> object:
    """Copy a JSON value with these texts in the place of its own."""
    if isinstance(value, str):
        return next(clean)
    if _is_number(value):
        return value if (text := next(clean)) == str(value) else text
    if isinstance(value, list):
        return [_written(one, clean) for one in value]
    if isinstance(value, dict):
        written = {next(clean): _written(one, clean) for one in value.values()}
        if len(written) != len(value):
            raise TextError("text_unreadable", "two names of the item become one without their digits")
        return written
    return value


def _is_number(value: object) -> bool:
    """Tell whether a value is a whole number: what has a fraction is a measure."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
