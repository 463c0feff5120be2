"""What the names model knows of one word by itself: hashed features, a class, and how much it looks like a name.

Every feature of a token is a function of one word at an offset, or of the hashes and classes of two or three
neighbours. What a word contributes is therefore worked out once and kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from callward.engine.pii.lexicon import Language
from callward.engine.pii.text import fold

Keys = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.float32]

LOOKS = ("given", "surname", "place", "street", "common")
"""What a word may look like; the columns of the look table."""

PAD = "\x00"
_LONGEST = 40  # characters of a word that are looked at
_LEVELS = (-4.0, -2.0, -0.75, 0.75, 2.0, 4.0)
_MOST_LOOKS = 1 << 14  # sets of levels whose features are remembered; they hold no words
_STRONG = 0.0
_ENDING = 3  # letters
_END_SIGNS = frozenset(".!?\u2026")
_QUOTES = frozenset("\"'\u201e\u201c\u201d\u2018\u2019\u00ab\u00bb")

_PAD, _END, _SIGN, _QUOTE, _DIGITS, _NUMBER, _TITLE, _STREET, _LETTER, _GENITIVE, _MAIL = range(11)
_FIRST_OF_WORDS = 11


class Word(NamedTuple):
    """One word: ``here`` are its features as the token itself, ``beside`` as a neighbour, ``near`` one further."""

    mark: int
    kind: int
    here: tuple[int, ...]
    beside: tuple[int, ...]
    near: tuple[int, ...]


def plain(word: str) -> str:
    """Return the word in lower case without marks."""
    return fold(word.lower()).decode("latin-1")


def look_keys(word: str, bits: int) -> list[int]:
    """Return the buckets of the look table that a lower-case word reads: itself, and its runs of 2 to 5 letters."""
    word = word[:_LONGEST]
    mask = (1 << bits) - 1
    names = [f"={word}", f"~{plain(word)}", f"#{min(len(word), 12)}"]
    return [crc32(name) & mask for name in (*(name.encode("utf-8", "surrogatepass") for name in names), *_grams(word))]


def _grams(word: str) -> list[bytes]:
    """Return the runs of 2 to 5 letters of a word, its beginning and its end marked."""
    if word.isascii():
        framed = b"^%b$" % word.encode()
        return [framed[at : at + size] for size in (2, 3, 4, 5) for at in range(len(framed) - size + 1)]
    signs = [sign.encode("utf-8", "surrogatepass") for sign in f"^{word}$"]
    return [b"".join(signs[at : at + size]) for size in (2, 3, 4, 5) for at in range(len(signs) - size + 1)]


class Looks(NamedTuple):
    """A table that says how much a word looks like a given name, a surname, a place, a street, running text."""

    table: npt.NDArray[np.int8]
    scale: float
    bias: Numbers

    @property
    def bits(self) -> int:
        return len(self.table).bit_length() - 1

    def of(self, words: list[str]) -> Numbers:
        """Return one row of log odds a word (lower-case), one column a look."""
        keys = [look_keys(word, self.bits) for word in words]
        if not keys:
            return np.zeros((0, len(LOOKS)), dtype=np.float32)
        starts = np.cumsum([0, *(len(row) for row in keys[:-1])])
        flat = self.table[np.fromiter(chain.from_iterable(keys), dtype=np.int64)].astype(np.float32)
        sums: Numbers = np.add.reduceat(flat, starts, axis=0)
        return sums * np.float32(self.scale) + self.bias


class Lexicon:
    """The closed word classes of a language, as the features need them."""

    def __init__(self, language: Language) -> None:
        self.classes: list[tuple[str, frozenset[str]]] = [
            ("title", language.titles),
            ("street", language.street_words),
            ("number", frozenset(language.numbers) | frozenset(language.ordinals) | language.hundred),
            ("month", frozenset(language.months)),
            ("filler", language.fillers),
            ("agree", language.agreement),
            ("letter", frozenset(language.letters)),
            ("alphabet", frozenset(language.alphabet)),
        ]
        self.street_endings = tuple(language.street_endings)

    def of(self, word: str) -> list[str]:
        """Return the names of the classes that a plain word belongs to."""
        found = [name for name, words in self.classes if word in words]
        if self.street_endings and word.endswith(self.street_endings) and len(word) > 5:
            found.append("street-ending")
        return found


def _hash(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogatepass"))


def _shape(text: str) -> str:
    """Return how a word is written: its capitals, and whether signs stand in it."""
    if text.isupper():
        return "X" if len(text) == 1 else "XX"
    if text[:1].isupper():
        return "Xx" if text[1:].islower() else "XxX"
    return "x" if text.islower() else "xX"


def _shape_of_number(text: str) -> str:
    digits = "".join("0" if character.isdigit() else "a" for character in text[:8])
    return digits if digits.isdigit() else digits[:1] + "a" if "a" in digits[-1:] else "0a0"


def describe(text: str, looks: Numbers | None, lexicon: Lexicon, *, cased: bool) -> Word:
    """Return what the model knows of a token. ``looks`` is its row of the look table, None where it has none.

    ``cased`` says that the call is written with capitals, so that a small letter means something.
    """
    if text == PAD:
        return _of("<>", _PAD, ["w=<>"], ["w=<>"], ["w=<>"])
    if text[0].isdigit():
        shape = "d=" + _shape_of_number(text)
        return _of("0", _DIGITS, [shape, "w=0"], [shape, "w=0"], ["w=0"])
    if not text[0].isalpha() or looks is None:
        return _sign(text)
    return _word(text[:_LONGEST], looks, lexicon, cased=cased)


def _sign(text: str) -> Word:
    if text[0] == "|":
        text = "|"
    if "@" in text or len(text) > 2:
        return _of("@", _MAIL, ["w=@"], ["w=@"], ["w=@"])
    if text[1:] == "s":
        return _of("'s", _GENITIVE, ["w='s"], ["w='s"], ["w='s"])
    kind = _END if text in _END_SIGNS else _QUOTE if text in _QUOTES else _SIGN
    name = "w=" + (text if text.isprintable() and ord(text[0]) < 0x2500 else "?")
    return _of(name, kind, [name], [name], [name])


def _word(text: str, looks: Numbers, lexicon: Lexicon, *, cased: bool) -> Word:
    lower = text.lower()
    word = plain(lower)
    shape = _shape(text) if cased else "n"
    row: list[float] = looks.tolist()
    classes = lexicon.of(word)
    here, beside, near = _of_looks(tuple(bisect_left(_LEVELS, one) for one in row), shape)
    itself, ending = _hash(f"w={word}"), _hash(f"s3={lower[-3:]}")
    size = len(lower)
    own = [f"W={lower}", f"n={min(len(word), 10)}"]
    own += [f"p{count}={lower[:count]}" for count in (2, 3, 4) if size > count]
    own += [f"s{count}={lower[-count:]}" for count in (1, 2, 4, 5) if size > count]
    own += ["hyphen"] if "-" in text else []
    told = [_hash(f"k={name}") for name in classes]
    return Word(
        _hash(word),
        _kind(word, shape, row, classes),
        (itself, *map(_hash, own), *((ending,) if size > _ENDING else ()), *told, *here),
        (itself, ending, *told, *beside),
        (itself, *told, *near),
    )


@lru_cache(maxsize=_MOST_LOOKS)
def _of_looks(levels: tuple[int, ...], shape: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the features that the looks and the shape of a word make: as the token, as a neighbour, one further."""
    given, surname, place, street, common = levels
    both = [f"gc={given},{common}", f"sc={surname},{common}", f"pc={place},{common}", f"tc={street},{common}"]
    here = [f"c={shape}", *(f"{name}={level}" for name, level in zip(LOOKS, levels, strict=True)), *both]
    here += [
        f"gs={given},{surname},{shape}",
        f"gsc={max(given, surname)},{common},{shape}",
        f"pcs={place},{common},{shape}",
        f"gsp={given},{surname},{place}",
    ]
    near = [f"c={shape}", f"gsc={max(given, surname)},{common}"]
    return tuple(map(_hash, here)), tuple(map(_hash, (f"c={shape}", *both))), tuple(map(_hash, near))


def _kind(word: str, shape: str, looks: Sequence[float], classes: list[str]) -> int:
    """Return the class of a word, for the features of several words at once."""
    if "number" in classes:
        return _NUMBER
    if "title" in classes:
        return _TITLE
    if "street" in classes or "street-ending" in classes:
        return _STREET
    if len(word) == 1:
        return _LETTER
    case = 0 if shape == "n" else 1 if shape[0] == "x" else 2
    best = max(range(4), key=looks.__getitem__)
    named, common = looks[best] > _STRONG, looks[4] > _STRONG
    if named and common:
        look = 5
    elif named:
        look = best
    else:
        look = 4 if common else 6
    return _FIRST_OF_WORDS + case * 7 + look


def _of(mark: str, kind: int, here: Iterable[str], beside: Iterable[str], near: Iterable[str]) -> Word:
    return Word(_hash(mark), kind, tuple(map(_hash, here)), tuple(map(_hash, beside)), tuple(map(_hash, near)))
