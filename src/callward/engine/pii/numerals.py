"""The grammar of numbers: what words and figures that follow each other say as one number.

An atom is one number word or one run of written digits; the words of a language combine to numbers below a
million, as its table says. Where they can be read in two ways ("twenty three": 23, 20 3), both are given.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from callward.engine.pii.lexicon import Language
from callward.engine.pii.patterns import Pattern, words


class Gap(IntEnum):
    """What stands between two numbers."""

    START = 0
    PLAIN = 1  # a space, a hyphen, a dot, or nothing
    JOINED = 2  # "and"
    LISTED = 3  # a comma, a slash, the end of a sentence
    FILLED = 4  # hesitation or agreement
    CORRECTED = 5  # "no", "sorry"


class Between(NamedTuple):
    """A gap as it was read: its kind, the sign said in it, letters spelled in it, digits of homophones in it."""

    gap: Gap
    sign: str = ""
    letters: str = ""
    digits: str = ""


class Atom(NamedTuple):
    """One number word or one run of written digits; ``kind`` is "written", "number", "hundred", ..."""

    start: int
    end: int
    kind: str
    digits: str
    weak: bool
    before: Between


def known_words(language: Language) -> dict[str, tuple[str, str]]:
    """Return every word of a number with its kind and the digits it says."""
    kinds: dict[str, tuple[str, str]] = {}
    kinds.update({word: ("plural", digits) for word, digits in language.plurals.items()})
    kinds.update({word: ("number", digits) for word, digits in language.numbers.items()})
    kinds.update({word: ("repeat", str(count)) for word, count in language.repeat.items()})
    kinds.update(dict.fromkeys(language.hundred, ("hundred", "100")))
    kinds.update(dict.fromkeys(language.thousand, ("thousand", "1000")))
    return kinds


def number_words(known: Iterable[str], weak: Iterable[str] = ()) -> str:
    """Return a pattern for the known words and whatever is put together of them, but not for ``weak`` ones alone.

    A language that writes numbers as one word has thousands of them; a pattern that lists them is too large to be
    quick. Who uses this one looks each match up.
    """
    light = {word for word in weak if _is_letters(word)}
    solid = sorted((word for word in set(known) - light if _is_letters(word)), key=lambda word: (len(word), word))
    parts: list[str] = []
    for size in _PART_SIZES:
        parts += [word for word in solid if len(word) <= size]
        made = Pattern("(?:" + "|".join((*parts, *light)) + ")+")
        solid = [word for word in solid if len(word) > size and not made.whole(word.encode("latin-1"))]
    strong, before = "|".join(parts), "|".join(sorted(light)) or "x{9}"
    others = [word for word in known if not _is_letters(word)]
    return f"(?:{words(others) + '|' if others else ''}\\b(?:{before})*(?:{strong})(?:{strong}|{before})*\\b)"


def _is_letters(word: str) -> bool:
    return word.isalpha() and word.isascii()


_PART_SIZES = (6, 8, 10, 99)


def _plain(atoms: list[Atom], place: int) -> bool:
    """Say whether the atom at ``place`` follows the one before it with nothing said between."""
    if place >= len(atoms):
        return False
    before = atoms[place].before
    return before.gap == Gap.PLAIN and before.sign in ("", "-") and not before.digits and not before.letters


_Read = tuple[str, tuple[str, ...], int]
"""What a number says: its digits, other readings of them, and the place of the atom after it."""


def read_number(atoms: list[Atom], place: int, language: Language) -> _Read:
    """Read the number that begins at ``place``: its digits, other readings of them, and the place after it.

    Its digits are empty where the atom says none by itself, as "double" with nothing behind it.
    """
    first = atoms[place]
    if first.kind in ("written", "plural"):
        return first.digits, (), place + 1
    if first.kind == "repeat":
        return _repeated(atoms, place)
    if first.kind == "thousand":
        return _after_thousand(atoms, place + 1, 1000, language)
    digits, others, after = _below_thousand(atoms, place, language)
    if _plain(atoms, after) and len(digits) < 3:
        if atoms[after].kind == "plural" and len(digits) == 1:
            return atoms[after].digits * int(digits), (), after + 1
        if atoms[after].kind == "thousand":
            return _after_thousand(atoms, after + 1, int(digits) * 1000, language)
    return digits, others, after


def _repeated(atoms: list[Atom], place: int) -> _Read:
    after = place + 1
    if not _plain(atoms, after) or atoms[after].kind not in ("number", "plural", "written"):
        return "", (), after
    return atoms[after].digits * int(atoms[place].digits), (), after + 1


def _below_thousand(atoms: list[Atom], place: int, language: Language) -> _Read:
    if atoms[place].kind == "hundred":
        return _after_hundred(atoms, place + 1, 100, language)
    digits, others, after = _below_hundred(atoms, place, language)
    if _plain(atoms, after) and atoms[after].kind == "hundred" and len(digits) < 3:
        return _after_hundred(atoms, after + 1, int(digits) * 100, language)
    if len(digits) == 3 and digits.endswith("00"):
        return _after_hundred(atoms, after, int(digits), language)
    return digits, others, after


def _below_hundred(atoms: list[Atom], place: int, language: Language) -> _Read:
    """Read one number word, or tens with units in the order of the language."""
    first = atoms[place]
    if place + 1 >= len(atoms) or first.kind != "number" or atoms[place + 1].kind != "number":
        return first.digits, (), place + 1
    tens, units = (place + 1, place) if language.units_first else (place, place + 1)
    ten, unit = atoms[tens].digits, atoms[units].digits
    fits = len(ten) == 2 and ten[0] > "1" and ten[1] == "0" and len(unit) == 1 and unit != "0"
    joined = atoms[place + 1].before.gap == Gap.JOINED
    if fits and (joined or (_plain(atoms, place + 1) and not language.joiner_needed)):
        return ten[0] + unit, (ten + unit,), place + 2
    return first.digits, (), place + 1


def _after_thousand(atoms: list[Atom], after: int, value: int, language: Language) -> _Read:
    """Add what follows a thousand: hundreds always, tens and units where they are joined or end the number."""
    joined = after < len(atoms) and atoms[after].before.gap == Gap.JOINED
    if (joined or _plain(atoms, after)) and atoms[after].kind in ("number", "hundred"):
        rest, _, later = _below_thousand(atoms, after, language)
        if joined or len(rest) == 3 or (len(rest) == 2 and not _followed_by_units(atoms, later)):
            return str(value + int(rest)), (), later
    return str(value), (), after


def _followed_by_units(atoms: list[Atom], place: int) -> bool:
    return _plain(atoms, place) and atoms[place].kind == "number"


def _is_multiplied(atoms: list[Atom], place: int) -> bool:
    return _plain(atoms, place) and atoms[place].kind in ("hundred", "thousand")


def _after_hundred(atoms: list[Atom], after: int, value: int, language: Language) -> _Read:
    """Add tens and units after a hundred: always after a joiner, else where tens follow, as readings differ."""
    if after < len(atoms) and atoms[after].kind == "number" and len(atoms[after].digits) < 3:
        before = atoms[after].before
        if before.gap in (Gap.PLAIN, Gap.JOINED) and not before.sign and not before.digits:
            rest, _, later = _below_hundred(atoms, after, language)
            if _is_multiplied(atoms, later):
                return str(value), (), after
            if before.gap == Gap.JOINED or (len(rest) == 2 and rest[0] != "0"):
                return str(value + int(rest)), (str(value) + rest,), later
            if not _followed_by_units(atoms, later) or _is_multiplied(atoms, later + 1):
                apart, together = str(value) + rest, str(value + int(rest))
                return (together, (apart,), later) if language.joiner_needed else (apart, (together,), later)
    return str(value), (), after
