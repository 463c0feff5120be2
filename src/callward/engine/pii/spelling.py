"""The stream of letters and digits that are spelled out: letters by name or by an alphabet, digits in any form.

Where the digit stream holds numbers only, a run of signs holds whatever a code or a name is spelled with: single
letters, their names ("double u"), words that stand for them ("bravo", "B for Bertie", "de R van Rudolf"), number
words, written digits, and short mixed groups ("w20"). Fillers, agreement and corrections may stand between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from callward.engine.pii.lexicon import Language, language
from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.numerals import Atom, Between, Gap, number_words, read_number
from callward.engine.pii.patterns import Pattern, words

_WORD = re.compile(r"([^a-z0-9]*)([a-z0-9]+(?:\?+[a-z0-9]+)*(?:'[a-z]+)?)")
_NATO = {
    "alfa": "a", "alpha": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliett": "j", "juliet": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n",
    "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "xray": "x", "x ray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip
_CARRIERS = {"en": ("capital", "letter", "lowercase", "with", "a", "the"), "nl": ("de", "met", "hoofdletter"),
             "sv": ("bokstaven", "stort", "med"), "et": ("suur", "taht", "nagu"),
             "ro": ("litera", "cu", "mare")}  # fmt: skip
_MISHEARD = {
    "sv": {"ar": "r", "es": "s", "er": "r"},
    "en": {"are": "r", "you": "u", "why": "y", "tea": "t", "bee": "b"},
}
"""Ordinary words that recognisers write for the names of letters; like every such word they count in a run only."""
_LONGEST_PHRASE = 3
_MOST_BETWEEN = 6  # words between two signs of a run
_MULTIPLIERS = frozenset(("hundred", "thousand"))  # "o" before one is no letter ("o sută")
_COUNTRY = 2  # letters of a word that a name of a letter may be too ("EE38")
_GLUED = 4  # letters of a group that was written as one word ("kl 88 213")
_LISTING = frozenset(",;:/.?!")
_MOST_SIGNS = 64
_SUFFIXES = frozenset(
    ("st", "nd", "rd", "th", "am", "pm", "s", "e", "de", "ste", "h", "kr", "min", "cm", "mm", "km", "m", "kg", "g", "l",
     "ml", "gb", "mb", "x", "kw", "w", "v")
)  # fmt: skip


class Sign(NamedTuple):
    """Letters or digits said as one. ``others`` are further readings; ``weak`` signs are words of ordinary talk too."""

    start: int
    end: int
    text: str
    spoken: bool
    weak: bool = False
    gap: Gap = Gap.PLAIN  # what stands before it
    others: tuple[str, ...] = ()

    @property
    def letters(self) -> bool:
        return self.text.isalpha()


class Run(NamedTuple):
    """Signs of one turn with nothing but fillers between."""

    turn: int
    signs: tuple[Sign, ...]

    @property
    def start(self) -> int:
        return self.signs[0].start

    @property
    def end(self) -> int:
        return self.signs[-1].end

    @property
    def text(self) -> str:
        return "".join([sign.text for sign in self.signs])


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    marks: str  # what stands before it


class Speller:
    """Reads what is spelled in one language; English letters by the names of aviation are known in all."""

    def __init__(self, spoken: Language) -> None:
        self._language = spoken
        self._frequent = FREQUENT.get(spoken.code, frozenset())
        misheard = _MISHEARD.get(spoken.code, {})
        self._misheard = misheard.keys() & (spoken.fillers | self._frequent)
        letters = _NATO | spoken.alphabet | misheard | spoken.letters
        self._letters = {_spaced(word): letter for word, letter in letters.items()}
        kinds: dict[str, tuple[str, str]] = {}
        kinds.update({word: ("plural", digits) for word, digits in spoken.plurals.items()})
        kinds.update({word: ("number", digits) for word, digits in spoken.numbers.items()})
        kinds.update({word: ("repeat", str(count)) for word, count in spoken.repeat.items()})
        kinds.update(dict.fromkeys(spoken.hundred, ("hundred", "100")))
        kinds.update(dict.fromkeys(spoken.thousand, ("thousand", "1000")))
        self._kinds = {_spaced(word): kind for word, kind in kinds.items()}
        self._both = {self._kinds[word][1]: letter for word, letter in self._letters.items() if word in self._kinds}
        self._between = spoken.fillers | spoken.agreement | spoken.joiners | spoken.of | spoken.signs.keys()
        self._between |= frozenset(_CARRIERS.get(spoken.code, ()))
        self._tied = spoken.spelled_as
        self._unspelled = self._between | spoken.months.keys()
        self._beginnings = self._first_words()
        begun = self._frequent | self._unspelled
        self._talk = frozenset(word for word in begun - self._beginnings.keys() if len(word) > 1 and word.isalpha())
        self._seed = Pattern(self._spelled_out(kinds))

    def _first_words(self) -> dict[str, int]:
        """Return the words with which a letter or number begins, and of how many words the longest such one is."""
        longest: dict[str, int] = {}
        for phrase in (*self._letters, *self._kinds):
            said = phrase.split(" ")
            longest[said[0]] = max(len(said), longest.get(said[0], 0))
        return longest

    def _spelled_out(self, kinds: dict[str, tuple[str, str]]) -> str:
        """Return a pattern for a letter that no ordinary word is beside another sign, and for mixed groups."""
        single = "".join(chr(code) for code in range(97, 123) if chr(code) not in self._frequent)
        named = [word for word in self._letters if len(word) > 1 and word not in self._frequent and word not in kinds]
        letter = rf"(?:\b[{single}]\b|{words(named)})"
        numbers = number_words(kinds, self._language.joiners)
        sign = rf"(?:\b[a-z]\b|\d|{words(self._letters)}|{numbers}|{words(self._tied | {'xxxxxxxxx'})})"
        filled = rf"[^a-z0-9\n]+(?:{words(self._between)}[^a-z0-9\n]+)*"
        mixed = r"\b(?:[a-z]+\d[a-z0-9]*|\d+[a-z][a-z0-9]*)\b"
        group = rf"\b[a-z]{{2,{_GLUED}}}\b"
        beside = (letter + filled + sign, sign + filled + letter, f"{letter} {group}", f"{group} {letter}")
        at_an_end = rf"(?m:^)[^a-z0-9\n]*{letter}|{letter}[^a-z0-9\n]*(?m:$)"
        return "|".join((mixed, *beside, at_an_end))

    def seeds(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield the places of letters that no ordinary word is, beside what else is spelled, and of mixed groups."""
        for start, end in self._seed.spans(data):
            if data[start:end].decode("latin-1") not in self._frequent:
                yield start, end

    def runs(self, text: str, start: int, turn: int, shouted: frozenset[int]) -> Iterator[Run]:
        """Yield the runs of ``text``, which begins at offset ``start`` of the script.

        ``shouted`` are the offsets of words in capitals, which are written so because they are codes.
        """
        said = _split(text, start)
        signs: list[Sign | Atom] = []
        place = between = 0
        gap = Gap.START
        while place < len(said):
            word = said[place]
            if not signs and self._is_talk(said, place, shouted):
                place += 1
                continue
            if self._is_tied(said, place):
                yield from self._run(turn, signs)
                signs, between, gap = [], 0, Gap.START
                place += 2
                continue
            if signs and not _LISTING.isdisjoint(word.marks):
                gap = max(gap, Gap.LISTED)
            sign, after = self._sign(said, place, gap, shouted, first=not signs)
            if sign is not None:
                signs.append(sign)
                place, between, gap = after, 0, Gap.PLAIN
                continue
            if signs and word.text in self._language.corrections and between < _MOST_BETWEEN:
                gap, between = Gap.CORRECTED, between + 1
            elif signs and word.text in self._between and between < _MOST_BETWEEN:
                joined = word.text in self._language.joiners and not between and not word.marks.strip()
                gap, between = max(gap, Gap.JOINED if joined else Gap.FILLED), between + 1
            elif signs:
                yield from self._run(turn, signs)
                signs, between, gap = [], 0, Gap.START
            place += 1
        yield from self._run(turn, signs)

    def _is_talk(self, said: list[_Word], place: int, shouted: frozenset[int]) -> bool:
        """Say whether no sign begins with a word, so that nothing more need be asked of it."""
        text = said[place].text
        if len(text) <= _GLUED:
            if text not in self._talk or said[place].start in shouted:
                return False
        elif text in self._beginnings or not text.isalpha():
            return False
        return place + 1 == len(said) or said[place + 1].marks != "-"

    def _is_tied(self, said: list[_Word], place: int) -> bool:
        """Say whether two words are one of ordinary talk, tied by a hyphen ("s-a", "m-am")."""
        tied = place + 1 < len(said) and said[place + 1].marks == "-"
        return tied and f"{said[place].text}-{said[place + 1].text}" in self._frequent

    def _sign(
        self, said: list[_Word], place: int, gap: Gap, shouted: frozenset[int], *, first: bool
    ) -> tuple[Sign | Atom | None, int]:
        """Read the sign that begins at ``place``, and return the place after it."""
        text = said[place].text
        longest = self._beginnings.get(text, 0)
        as_written = said[place].start in shouted and text not in self._kinds and len(text) == _COUNTRY
        if as_written or (not longest and len(text) > 1):
            return self._written(said, place, gap, shouted, first=first), place + 1
        for size in range(min(max(longest, 1), len(said) - place), 0, -1):
            phrase = _phrase(said, place, size)
            letter = self._letters.get(phrase) or (phrase if len(phrase) == 1 and phrase.isalpha() else "")
            end = said[place + size - 1].end
            counts = place + size < len(said) and self._kinds.get(said[place + size].text, ("",))[0] in _MULTIPLIERS
            if phrase in self._kinds and (counts or not (letter and len(phrase) == 1)):
                kind, digits = self._kinds[phrase]
                if kind == "repeat":
                    doubled = self._doubled(said, place + size, int(digits), gap, said[place].start)
                    if doubled is not None:
                        return doubled
                weak = phrase in self._language.weak
                return Atom(said[place].start, end, kind, digits, weak, Between(gap)), place + size
            if letter and first and phrase in self._misheard:
                return None, place  # "är" is a letter's name amid letters only
            if letter:
                return self._letter(said, place, place + size, letter, gap)
        return self._written(said, place, gap, shouted, first=first), place + 1

    def _written(
        self, said: list[_Word], place: int, gap: Gap, shouted: frozenset[int], *, first: bool
    ) -> Sign | Atom | None:
        """Read digits, a group of letters and digits, or letters that were written as one short word."""
        word = said[place]
        if word.text.isdigit():
            return Atom(word.start, word.end, "written", word.text, False, Between(gap))
        if word.text.isalnum() and not word.text.isalpha() and any(map(str.isdigit, word.text)):
            suffix = word.text.lstrip("0123456789")
            return Sign(word.start, word.end, word.text, False, suffix in _SUFFIXES, gap)
        loud = word.start in shouted
        if not word.text.isalpha() or len(word.text) > _GLUED or (word.text in self._unspelled and not loud):
            return None
        plain = not first and gap == Gap.PLAIN
        dashed = place + 2 < len(said) and said[place + 1].text in self._language.signs
        beside = place + 1 < len(said) and self._is_sign(said, place + 1 + dashed)
        glued = word.text not in self._frequent and (plain or beside)
        weak = not loud and not (dashed and glued)  # "hxp dash 4471" is read from a letter with a code
        return Sign(word.start, word.end, word.text, False, weak, gap) if loud or glued else None

    def _is_sign(self, said: list[_Word], place: int) -> bool:
        text = said[place].text
        return text[0].isdigit() or text in self._kinds or (len(text) == 1 and text not in self._frequent)

    def _doubled(
        self, said: list[_Word], place: int, count: int, gap: Gap, start: int
    ) -> tuple[Sign | Atom | None, int] | None:
        """Read "double l"; "double seven" is a number."""
        if place >= len(said) or said[place].text in self._kinds:
            return None
        letter = self._letters.get(said[place].text) or said[place].text
        if len(letter) != 1 or not letter.isalpha():
            return None
        sign, after = self._letter(said, place, place + 1, letter, gap)
        return sign._replace(start=start, text=letter * count, others=()), after

    def _letter(self, said: list[_Word], place: int, after: int, letter: str, gap: Gap) -> tuple[Sign, int]:
        """Make the sign of a letter with the word that explains it: "S for sugar", "A som i Adam", "B Bernard"."""
        phrase = _phrase(said, place, after - place)
        weak = phrase in self._frequent or phrase in self._between
        others: tuple[str, ...] = ("0",) if letter == "o" else ("1",) if letter in "il" and len(phrase) == 1 else ()
        if phrase in self._between:
            others = (*others, "")
        by_word = phrase in self._language.alphabet or phrase in _NATO
        explained = 0 if by_word else self._explained(said, after, letter)
        if explained:
            after, weak = explained, False
        return Sign(said[place].start, said[after - 1].end, letter, True, weak, gap, others), after

    def _explained(self, said: list[_Word], place: int, letter: str) -> int:
        """Return the place behind the word that explains a letter, or 0."""
        for size in range(min(_LONGEST_PHRASE, len(said) - place - 1), 0, -1):
            if _phrase(said, place, size) in self._tied:
                word = said[place + size].text
                return place + size + 1 if word[0] == letter[0] or self._letters.get(word) == letter else 0
        if place < len(said) and len(said[place].text) > 1:
            word = said[place].text
            alone = word in self._language.alphabet or word in _NATO
            return place + 1 if alone and self._letters.get(word) == letter else 0
        return 0

    def _run(self, turn: int, signs: Sequence[Sign | Atom]) -> Iterator[Run]:
        """Put the number words together and yield the run, unless it is one sign of ordinary talk."""
        read: list[Sign] = []
        place = 0
        while place < len(signs):
            one = signs[place]
            if isinstance(one, Sign):
                read.append(one)
                place += 1
                continue
            last = place
            while last < len(signs) and isinstance(signs[last], Atom):
                last += 1
            read += self._numbers([atom for atom in signs[place:last] if isinstance(atom, Atom)])
            place = last
        for first in range(0, len(read), _MOST_SIGNS):
            part = read[first : first + _MOST_SIGNS]
            if not all(sign.weak for sign in part):
                yield Run(turn, tuple(part))

    def _numbers(self, atoms: list[Atom]) -> Iterator[Sign]:
        place = 0
        while place < len(atoms):
            digits, others, after = read_number(atoms, place, self._language)
            first = atoms[place]
            if digits:
                more = (*others, self._both[digits]) if first.weak and digits in self._both else others
                weak = first.weak and after == place + 1
                last = atoms[after - 1].end
                yield Sign(first.start, last, digits, first.kind != "written", weak, first.before.gap, more)
            place = after


def _split(text: str, start: int) -> list[_Word]:
    words: list[_Word] = []
    append = words.append
    for marks, word in _WORD.findall(text):
        start += len(marks)
        end = start + len(word)
        append(_Word(start, end, word if word[-2:] != "'s" else word[:-2], marks))
        start = end
    return words


def _spaced(word: str) -> str:
    return word.replace("-", " ")


def _phrase(said: list[_Word], place: int, size: int) -> str:
    """Return ``size`` words as one phrase; empty where more than a space or a hyphen parts them."""
    if size == 1:
        return said[place].text
    parts = said[place : place + size]
    if any(part.marks not in (" ", "-") for part in parts[1:]):
        return ""
    return " ".join(part.text for part in parts)


@cache
def speller(code: str) -> Speller:
    """Return the speller of a language, prepared once a process."""
    return Speller(language(code))
