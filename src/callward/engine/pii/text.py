"""The text of a whole call as one line of bytes in which patterns can run, with the way back to the turns.

Every visible code point is one byte: letters are lower case without their marks, every kind of space is a
space, every kind of dash a hyphen, what Latin-1 cannot say is a question mark. Turns are parted by a newline,
which no pattern crosses. Invisible code points (combining marks, joiners, soft hyphens) have no byte.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from callward.engine.pii.model import About, Conversation, Span

STRUCK = "\N{BROKEN BAR}"
"""Stands for each sign of a code, a number or a secret that was struck out; as somebody's own sign it is a bar."""
_INVISIBLE = re.compile("[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_CHUNK = 1 << 18  # code points that are folded at once, so that a long call needs little memory beside its text
_HIDDEN = b"\x00"  # stands for an invisible code point until it is taken out
_NEWLINE = 0x0A


def _base(character: str) -> str:
    """Return the lower-case letter under the marks, as one Latin-1 character if there is one."""
    plain = unicodedata.normalize("NFKD", character)[:1].lower()
    return plain if plain and ord(plain) < 256 else character


def _look_alikes() -> dict[int, str]:
    table = {code: _base(chr(code)) for code in (*range(0x100, 0x250), *range(0x1E00, 0x1F00), *range(0xFF01, 0xFF5F))}
    table.update(dict.fromkeys((*range(8192, 8203), 8232, 8233, 8239, 8287, 12288), " "))
    table.update(dict.fromkeys((*range(8208, 8214), 8259, 8722, 65112, 65123), "-"))
    table.update(dict.fromkeys((0x2018, 0x2019, 0x02BC), "'"))
    table.update({0x20AC: "\xa4", 0x2044: "/", 0x2215: "/", 0x2024: ".", 0x30FB: ".", 0x2022: "."})
    for zero in (0x0660, 0x06F0, 0x0966, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6):
        table.update({zero + digit: str(digit) for digit in range(10)})
    return table


_SMALL_NUMBERS = frozenset((0xAA, 0xB2, 0xB3, 0xB9, 0xBA, 0xBC, 0xBD, 0xBE))  # raised letters and digits, fractions


def _byte_table() -> bytes:
    table = bytearray(range(256))
    for code in range(256):
        base = _base(chr(code))
        if chr(code).isalnum() and base.isalnum() and ord(base) < 128 and code not in _SMALL_NUMBERS:
            table[code] = ord(base)
    for code in (*range(0x09, 0x0E), 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0xA0):
        table[code] = 0x20
    for character, plain in {"ø": "o", "æ": "a", "ß": "s", "đ": "d", "ð": "d", "·": ".", "´": "'", "`": "'"}.items():
        if ord(character) < 256:
            table[ord(character)] = ord(plain)
    table[0] = ord("?")
    return bytes(table)


def _for_turns(table: bytes) -> bytes:
    """Return the table that keeps newlines, for they part the turns, and hides the soft hyphen."""
    kept = bytearray(table)
    kept[_NEWLINE] = _NEWLINE
    kept[0xAD] = _HIDDEN[0]
    return bytes(kept)


_BYTES = _byte_table()
_TURN_BYTES = _for_turns(_BYTES)


@cache
def _every_code_point() -> NDArray[np.uint8]:
    """Return the byte of every code point: what stands in ``_TURN_BYTES``, look-alikes, else a question mark."""
    table = np.full(sys.maxunicode + 1, ord("?"), np.uint8)
    table[:256] = np.frombuffer(_TURN_BYTES, np.uint8)
    for code, plain in _look_alikes().items():
        if ord(plain) < 256:
            table[code] = _BYTES[ord(plain)]
    for first, last in ((0x300, 0x370), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2065), (0xFE00, 0xFE10)):
        table[first:last] = _HIDDEN[0]
    table[0xFEFF] = _HIDDEN[0]
    return table


def _fold_lines(text: str) -> bytes:
    """Return ``text`` as folded bytes, one a code point; newlines stay, an invisible code point is a zero byte."""
    try:
        return text.encode("latin-1").translate(_TURN_BYTES)
    except UnicodeEncodeError:
        table = _every_code_point()
    chunks = (text[first : first + _CHUNK] for first in range(0, len(text), _CHUNK))
    codes = (np.frombuffer(chunk.encode("utf-32-le", "surrogatepass"), "<u4") for chunk in chunks)
    return b"".join(table.take(code).tobytes() for code in codes)


def fold(text: str) -> bytes:
    """Return ``text`` as folded bytes, one a code point; for text without invisible code points."""
    return _fold_lines(text).translate(_BYTES)


def fold_each(texts: Sequence[str]) -> list[bytes]:
    """Return each text folded as by ``fold``, all in one pass."""
    if not texts:
        return []
    lines = _fold_lines("\n".join([text.replace("\n", " ") for text in texts])).split(b"\n")
    return [line.translate(_BYTES) for line in lines]


class Script:
    """The folded text of a conversation: ``data``, and for each turn where it starts there."""

    __slots__ = ("_places", "data", "ends", "speakers", "starts")

    def __init__(self, conversation: Conversation) -> None:
        texts = [turn.text for turn in conversation.turns]
        self.speakers: list[About] = [turn.speaker for turn in conversation.turns]
        self._places: dict[int, array[int]] = {}
        whole = "\n".join(texts)
        if whole.count("\n") != len(texts) - 1:
            whole = "\n".join(text.replace("\n", " ") for text in texts)
        data = _fold_lines(whole)
        if not conversation.struck:
            data = data.replace(STRUCK.encode("latin-1"), b"|")
        if _HIDDEN in data:
            for number, text in enumerate(texts):
                if not text.isascii() and _INVISIBLE.search(text):
                    self._places[number] = _visible(text)
            data = data.replace(_HIDDEN, b"")
        self.data = data
        breaks: list[int] = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE).tolist()
        self.starts: list[int] = [0, *(end + 1 for end in breaks)] if texts else []
        self.ends: list[int] = [*breaks, len(data)] if texts else []

    def turn(self, offset: int) -> int:
        """Return the turn in which ``offset`` of ``data`` lies."""
        return bisect_right(self.starts, offset) - 1

    def span(self, start: int, end: int) -> Span:
        """Return the code points of the turn that the bytes ``[start, end)`` stand for; both in one turn."""
        turn = self.turn(start)
        low, high = start - self.starts[turn], end - self.starts[turn]
        places = self._places.get(turn)
        return Span(turn, low, high) if places is None else Span(turn, places[low], places[high])

    def offsets(self, turn: int, places: list[int]) -> list[int]:
        """Return where code points of ``turn`` lie in ``data``; of an invisible one, what comes after it."""
        start, kept = self.starts[turn], self._places.get(turn)
        if kept is None:
            return [start + place for place in places]
        return [start + bisect_left(kept, place) for place in places]

    def said(self, start: int, end: int) -> str:
        """Return the folded text of ``[start, end)``."""
        return self.data[start:end].decode("latin-1")


def _visible(text: str) -> array[int]:
    """Return where the visible code points of ``text`` stand, and its length."""
    places = array("q", (i for i, character in enumerate(text) if not _INVISIBLE.match(character)))
    places.append(len(text))
    return places
