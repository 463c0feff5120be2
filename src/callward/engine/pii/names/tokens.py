"""A turn cut into the tokens that the names model reads: words, numbers, signs."""

from __future__ import annotations

import re
import unicodedata

# Bounded repetitions only where an alternative may fail: the time stays linear in the text.
_PLAIN = (
    r"[^\W\d_]+(?:-[^\W\d_]+|['\u2019\u02bc](?!s\b)[^\W\d_]+)*"
    r"|\d+[^\W_]*"
    r"|['\u2019\u02bc]s\b"
    r"|\|+"  # what redaction blanked
    r"|\S"
)
_TOKEN = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}|(?:https?://|www\.)\S+|" + _PLAIN)
_TOKEN_OF_TALK = re.compile(_PLAIN)
"""The tokens of a text without "@", "http" and "www.", of which an address is made."""
_COMPOSED = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]+|[^\u0300-\u036f]|[\u0300-\u036f]")


class Cut:
    """The tokens of a turn. Combining marks are put together with their letters first."""

    __slots__ = ("_places", "_spans", "_text", "_token", "words")

    def __init__(self, text: str) -> None:
        self._places: list[int] | None = None
        if not text.isascii() and not unicodedata.is_normalized("NFC", text):
            text, self._places = _composed(text)
        self._text = text
        self._spans: list[tuple[int, int]] | None = None
        self._token = _TOKEN if "@" in text or "http" in text or "www." in text else _TOKEN_OF_TALK
        self.words: list[str] = self._token.findall(text)

    def spans(self) -> list[tuple[int, int]]:
        """Return the code points ``[start, end)`` of each token in the turn as it was given."""
        if self._spans is None:
            spans = [found.span() for found in self._token.finditer(self._text)]
            places = self._places
            self._spans = spans if places is None else [(places[start], places[end]) for start, end in spans]
        return self._spans


def _composed(text: str) -> tuple[str, list[int]]:
    """Return the text with its marks put together, and where each of its characters came from, and the end."""
    parts: list[str] = []
    places: list[int] = []
    for found in _COMPOSED.finditer(text):
        composed = unicodedata.normalize("NFC", found.group())
        parts.append(composed)
        places.extend([found.start()] * len(composed))
    places.append(len(text))
    return "".join(parts), places
