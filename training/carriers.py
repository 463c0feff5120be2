"""Carrier sentences: what a line says, and its slots filled with names."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from callward.engine.pii.lexicon import Language
from training import compose
from training.gazetteers import Gazetteer
from training.noise import Piece

_FOLDER = Path(__file__).parent / "carriers"
_PART = re.compile(r"\{(?P<slot>[a-z]+)(?::(?P<case>[a-z]+))?\}|\[(?P<label>[A-Z]+) (?P<inner>[^\]]*)\]")
_OPENING = re.compile(r"open|agent answers", re.IGNORECASE)
_LABELS = {
    "given": "PERSON", "surname": "PERSON", "name": "PERSON", "nickname": "PERSON", "spelled": "PERSON",
    "street": "ADDRESS", "number": "ADDRESS", "city": "CITY", "village": "CITY", "org": "ORGANISATION",
    "brand": "X", "country": "X", "product": "X", "postcode": None,
}  # fmt: skip

_PET_ENDINGS = {"sv": ("e", "an", "is"), "nl": ("tje", "ie"), "en": ("y", "ie"), "et": ("u", "ku"), "ro": ("uț", "ică")}


@dataclass(frozen=True, slots=True)
class Carrier:
    """One line: the turn, the question before it, and whether it opens a call."""

    question: str | None
    turn: str
    opening: bool

    @property
    def is_held_out(self) -> bool:
        """Whether the line is kept from training, one in five."""
        return crc32(self.turn.encode()) % 5 == 0


def read(code: str, folder: Path = _FOLDER) -> list[Carrier]:
    """Return the carriers of a language."""
    found: list[Carrier] = []
    opening = False
    for line in (folder / f"{code}.txt").read_text("utf-8").splitlines():
        text = line.strip()
        if text.startswith("#"):
            opening = bool(_OPENING.search(text)) if re.match(r"# ?-", text) else opening
        elif text:
            question, parted, turn = text.partition(" || ")
            found.append(Carrier(question, turn, opening) if parted else Carrier(None, text, opening))
    return list(dict.fromkeys(found))


class Filler:
    """Fills slots of one language from a gazetteer."""

    def __init__(self, language: Language, names: Gazetteer, chance: random.Random) -> None:
        self._language, self._names, self._chance = language, names, chance
        self._span = 0
        self._last_name = ""

    def fill(self, text: str) -> list[Piece]:
        """Return the turn as pieces. Slots of one label with nothing but a space between are one span."""
        pieces: list[Piece] = []
        place = 0
        for found in _PART.finditer(text):
            between = text[place : found.start()]
            if between:
                pieces.append(Piece(between, None, -1))
            place = found.end()
            label = found["label"] or _LABELS.get(found["slot"] or "")
            filled = self._inner(found["inner"]) if found["label"] else self._slot(found["slot"], found["case"] or "")
            pieces += self._labelled(pieces, filled, label, between)
        if text[place:]:
            pieces.append(Piece(text[place:], None, -1))
        return pieces

    def _labelled(self, before: list[Piece], filled: str, label: str | None, between: str) -> list[Piece]:
        if label is None:
            return [Piece(filled, None, -1)]
        goes_on = len(before) > 1 and before[-2].label == label and between == " " and before[-1].text == " "
        if goes_on:
            before[-1] = Piece(" ", label, self._span)
        else:
            self._span += 1
        if filled.startswith("lui "):
            return [Piece("lui ", None, -1), Piece(filled[4:], label, self._span)]
        return [Piece(filled, label, self._span)]

    def _inner(self, text: str) -> str:
        return _PART.sub(lambda found: self._slot(found["slot"], found["case"] or "") if found["slot"] else "", text)

    def _slot(self, slot: str, case: str) -> str:
        text = self._plain(slot)
        if case:
            text = compose.inflected(self._language.code, text, case, slot, self._chance)
        return text

    def _plain(self, slot: str) -> str:
        names, chance, code = self._names, self._chance, self._language.code
        makers: dict[str, Callable[[], str]] = {
            "given": self._given,
            "surname": self._surname,
            "name": lambda: f"{self._given()} {self._surname()}",
            "nickname": self._nickname,
            "spelled": self._spelled,
            "city": lambda: names.city.draw(chance),
            "village": lambda: names.village.draw(chance),
            "country": lambda: chance.choice(names.country),
            "number": lambda: compose.house_number(code, chance),
            "postcode": lambda: compose.postcode(code, chance),
            "product": lambda: compose.product(code, chance),
            "street": lambda: compose.street(code, names, chance),
            "org": lambda: compose.organisation(code, names, chance),
            "brand": lambda: compose.brand(code, names, chance),
        }
        return makers[slot]()

    def _surname(self) -> str:
        self._last_name = self._names.surname.draw(self._chance)
        return self._last_name

    def _given(self) -> str:
        name = self._names.given.draw(self._chance)
        if self._chance.random() < 0.05 and "-" not in name:
            name = f"{name}-{self._names.given.draw(self._chance)}"
        self._last_name = name
        return name

    def _nickname(self) -> str:
        name = self._given()
        if self._chance.random() < 0.5 or len(name) < 5:
            return name
        stem = name[: self._chance.randint(3, 4)].rstrip("aeiouäöüõăâî")
        return stem + self._chance.choice(_PET_ENDINGS[self._language.code])

    def _spelled(self) -> str:
        name = (
            (self._last_name or self._names.surname.draw(self._chance)).lower().replace(" ", "").replace("-", "")[:14]
        )
        draw = self._chance.random()
        if draw < 0.35 or not self._language.letters:
            return self._chance.choice((" ", "-", ", ", " ")).join(name.upper() if draw < 0.2 else name)
        table: dict[str, list[str]] = {}
        source = self._language.letters if draw < 0.7 or not self._language.alphabet else self._language.alphabet
        for word, letter in source.items():
            table.setdefault(letter, []).append(word)
        return " ".join(self._chance.choice(table[letter]) if letter in table else letter for letter in name)
