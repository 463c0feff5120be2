"""The text of a whole call as one line of bytes in which patterns can run, with the way back to the turns.

Every visible code point is one byte: letters are lower case without their marks, every kind of space is a
space, every kind of dash a hyphen, what Latin-1 cannot say is a question mark. Turns are parted by a newline,
which no pattern crosses. Invisible code points (combining marks, joiners, soft hyphens) have no byte.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right

from callward.engine.pii.model import About, Conversation, Span

_INVISIBLE = re.compile("[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_BEYOND_LATIN = re.compile("[\u0100-\U0010ffff]")


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


_LOOK_ALIKES = _look_alikes()
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


_BYTES = _byte_table()


def fold(text: str) -> bytes:
    """Return ``text`` as folded bytes, one a code point; for text without invisible code points."""
    if not text.isascii() and _BEYOND_LATIN.search(text):
        text = text.translate(_LOOK_ALIKES)
    return text.encode("latin-1", "replace").translate(_BYTES)


def _fold_turn(text: str) -> tuple[bytes, array[int] | None]:
    if text.isascii() or not _INVISIBLE.search(text):
        return fold(text), None
    places = array("q", (i for i, character in enumerate(text) if not _INVISIBLE.match(character)))
    places.append(len(text))
    return fold(_INVISIBLE.sub("", text)), places


class Script:
    """The folded text of a conversation: ``data``, and for each turn where it starts there."""

    __slots__ = ("_places", "data", "ends", "speakers", "starts")

    def __init__(self, conversation: Conversation) -> None:
        parts: list[bytes] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.speakers: list[About] = [turn.speaker for turn in conversation.turns]
        self._places: dict[int, array[int]] = {}
        position = 0
        for number, turn in enumerate(conversation.turns):
            part, places = _fold_turn(turn.text)
            if places is not None:
                self._places[number] = places
            parts.append(part)
            self.starts.append(position)
            position += len(part)
            self.ends.append(position)
            position += 1
        self.data = b"\n".join(parts)

    def turn(self, offset: int) -> int:
        """Return the turn in which ``offset`` of ``data`` lies."""
        return bisect_right(self.starts, offset) - 1

    def span(self, start: int, end: int) -> Span:
        """Return the code points of the turn that the bytes ``[start, end)`` stand for; both in one turn."""
        turn = self.turn(start)
        low, high = start - self.starts[turn], end - self.starts[turn]
        places = self._places.get(turn)
        return Span(turn, low, high) if places is None else Span(turn, places[low], places[high])

    def said(self, start: int, end: int) -> str:
        """Return the folded text of ``[start, end)``."""
        return self.data[start:end].decode("latin-1")
