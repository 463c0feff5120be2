"""The shape of a language's table, and the tables prepared for use.

A table is data. It is written in the language's own spelling; ``language()`` folds every word the way the text
is folded, so that transcripts with and without diacritics read alike. Adding a language is one module that
defines ``WORDS`` and one line in ``_MODULES``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple, Never, TypeVar

from callward.engine.pii.text import fold

_T = TypeVar("_T")

_MODULES = {code: f"callward.engine.pii.lexicon.{code}" for code in ("en", "et", "nl", "ro", "sv")}
COVERED = frozenset(_MODULES)


_NOTHING: Mapping[str, Never] = MappingProxyType({})


class Words(NamedTuple):
    """One language as its table module declares it.

    ``numbers`` holds every number word of up to three digits with the digits it says, compounds included.
    ``homophones`` are ordinary words that are digits only between two number words. ``weak`` are number words
    that are also ordinary words: they are digits only beside a number word that is not. ``hundred`` and
    ``thousand`` multiply what stands before them; ``joiners`` may stand between tens and units or after a
    hundred; ``units_first`` says "four and thirty". ``cues`` maps a finding type (or "ORDINARY", the names
    of numbers that are nobody's) to the phrases that announce it; a trailing ``*`` takes any ending. A type
    followed by ``?`` names phrases that announce it only together with other evidence.

    ``letters`` are the names of the letters ("aitch", "double u", "snabel-a" is none), ``alphabet`` the words of
    spelling alphabets in use ("adam", "bravo"), both to their letter; ``spelled_as`` ties a letter to its word
    ("for", "as in", "som i", "de la"). ``years_old`` follows a number that is an age ("years old", "aastane").
    ``street_endings`` end a word that is a street ("gatan"), ``street_words`` stand beside the name of one
    ("road", "strada"). ``titles`` stand before a name and are no part of it ("mrs", "proua").
    """

    countries: tuple[str, ...]
    numbers: Mapping[str, str]
    cues: Mapping[str, tuple[str, ...]]
    months: Mapping[str, int]
    weak: tuple[str, ...] = ()
    homophones: Mapping[str, str] = _NOTHING
    hundred: tuple[str, ...] = ()
    thousand: tuple[str, ...] = ()
    joiners: tuple[str, ...] = ()
    joiner_needed: bool = False
    units_first: bool = False
    repeat: Mapping[str, int] = _NOTHING
    plurals: Mapping[str, str] = _NOTHING
    ordinals: Mapping[str, int] = _NOTHING
    of: tuple[str, ...] = ()
    signs: Mapping[str, str] = _NOTHING
    at: tuple[str, ...] = ()
    sure_at: tuple[str, ...] = ()
    dot: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    agreement: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    letters: Mapping[str, str] = _NOTHING
    alphabet: Mapping[str, str] = _NOTHING
    spelled_as: tuple[str, ...] = ()
    years_old: tuple[str, ...] = ()
    street_endings: tuple[str, ...] = ()
    street_words: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def _fold(word: str) -> str:
    return word.lower() if word.isascii() else fold(word).decode("latin-1")


def _keys(words: Mapping[str, _T]) -> dict[str, _T]:
    return {_fold(word): value for word, value in words.items()}


def _set(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_fold(word) for word in words)


class Language:
    """A table with its words folded, and with every kind of word looked up in one place."""

    __slots__ = (
        "agreement",
        "alphabet",
        "at",
        "code",
        "corrections",
        "countries",
        "cues",
        "dot",
        "endings",
        "fillers",
        "homophones",
        "hundred",
        "joiner_needed",
        "joiners",
        "letters",
        "months",
        "numbers",
        "of",
        "ordinals",
        "others",
        "own",
        "plurals",
        "repeat",
        "signs",
        "spelled_as",
        "street_endings",
        "street_words",
        "sure_at",
        "thousand",
        "titles",
        "unclear",
        "units",
        "units_first",
        "weak",
        "years_old",
    )  # fmt: skip

    def __init__(self, code: str, words: Words) -> None:
        self.code = code
        self.countries = words.countries
        self.numbers = _keys(words.numbers)
        self.months = _keys(words.months)
        self.homophones = _keys(words.homophones)
        self.repeat = _keys(words.repeat)
        self.plurals = _keys(words.plurals)
        self.ordinals = _keys(words.ordinals)
        self.signs = _keys(words.signs)
        self.cues = {kind: tuple(_fold(phrase) for phrase in phrases) for kind, phrases in words.cues.items()}
        self.weak, self.hundred, self.thousand = _set(words.weak), _set(words.hundred), _set(words.thousand)
        self.joiners, self.of, self.at = _set(words.joiners), _set(words.of), _set(words.at)
        self.sure_at, self.dot, self.fillers = _set(words.sure_at), _set(words.dot), _set(words.fillers)
        self.agreement, self.corrections = _set(words.agreement), _set(words.corrections)
        self.units, self.others, self.own = _set(words.units), _set(words.others), _set(words.own)
        self.unclear, self.endings = _set(words.unclear), _set(words.endings)
        self.letters, self.alphabet = _keys(words.letters), _keys(words.alphabet)
        self.spelled_as, self.years_old = _set(words.spelled_as), _set(words.years_old)
        self.street_endings, self.street_words = _set(words.street_endings), _set(words.street_words)
        self.titles = _set(words.titles)
        self.joiner_needed, self.units_first = words.joiner_needed, words.units_first


def _table(code: str) -> Words:
    words = import_module(_MODULES[code]).WORDS
    if not isinstance(words, Words):  # pragma: no cover - a table module always defines it
        raise TypeError(code)
    return words


@cache
def months() -> dict[str, int]:
    """Return the names of the months in every covered language; they agree on each name they share."""
    return {_fold(name): number for code in sorted(COVERED) for name, number in _table(code).months.items()}


@cache
def sign_words() -> dict[str, str]:
    """Return what a dot, an underscore and a hyphen are called in any covered language, for names that are typed."""
    signs = {_fold(word): sign for code in sorted(COVERED) for word, sign in _table(code).signs.items()}
    return {word: sign for word, sign in signs.items() if sign in ("_", "-", ".") and word not in _OF_SUMS}


_OF_SUMS = frozenset({"minus", "miinus", "min", "point"})
"""Signs that are said of sums and times more than of names."""


@cache
def all_countries() -> tuple[str, ...]:
    """Return the first country of each covered language, without preparing the languages."""
    return tuple(dict.fromkeys(country for code in sorted(COVERED) for country in _table(code).countries[:1]))


@cache
def _prepared(code: str) -> Language:
    return Language(code, _table(code))


def language(code: str | None) -> Language:
    """Return the table for an ISO 639-1 ``code`` (region parts are ignored); English where there is none."""
    short = (code or "en").lower().replace("_", "-").split("-")[0]
    return _prepared(short if short in _MODULES else "en")
