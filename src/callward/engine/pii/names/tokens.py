"""A turn cut into the tokens that the names model reads: words, numbers, signs."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Bounded repetitions only where an alternative may fail: the time stays linear in the text.
_TOKEN = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,255}"
    r"|(?:https?://|www\.)\S+"
    r"|[^\W\d_]+(?:-[^\W\d_]+|['\u2019\u02bc](?!s\b)[^\W\d_]+)*"
    r"|\d+[^\W_]*"
    r"|['\u2019\u02bc]s\b"
    r"|\S"
)
_COMPOSED = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]+|[^\u0300-\u036f]")


class Token(NamedTuple):
    """A word, number or sign at code points ``[start, end)`` of its turn, in composed form."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a turn, in order. Combining marks are put together with their letters first."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return [Token(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(text)]
    parts: list[str] = []
    places: list[int] = []
    for found in _COMPOSED.finditer(text):
        composed = unicodedata.normalize("NFC", found.group())
        parts.append(composed)
        places.extend([found.start()] * len(composed))
    places.append(len(text))
    composed_text = "".join(parts)
    return [
        Token(found.group(), places[found.start()], places[found.end()]) for found in _TOKEN.finditer(composed_text)
    ]
