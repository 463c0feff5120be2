"""The digit stream of a call: every number said or written, in the order it was said, with its place in the text.

Atoms are number words and runs of written digits. Atoms that make one number are a group ("forty two",
"double seven", "4111"); groups with nothing but fillers between them are a piece. Whether pieces belong to
one number is for the readers of the stream to say (``parts``, ``cards``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from callward.engine.pii.lexicon import Language
from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.numerals import Atom, Between, Gap, known_words, number_words, read_number
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.text import Script

_LONGEST_GAP = 60
_MOST_GAP_WORDS = 8
_MOST_GROUPS = 64  # a longer row of numbers is cut, so that readers of a piece do bounded work
_MOST_COUNTED = 7  # digits: a longer number is no count of anything, whatever word comes next ("am", "per", "st")
_CURRENCY = "$\xa3\xa4\xa5"
MOST_WORDS = 8
"""In a longer turn one small number alone is nothing that somebody dictates."""
_SMALL = 2  # digits
_LONG = 400  # bytes of a turn in which its words are counted
_MARKS = ",.-?!;:()\"'"
_SIGNS_AFTER = "%$\xa3\xa4"
NATO = {
    "alfa": "a", "alpha": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliett": "j", "juliet": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n",
    "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip


class Group(NamedTuple):
    """Digits said as one number. ``others`` are further readings ("twenty three": 23, 203)."""

    start: int
    end: int
    digits: str
    spoken: bool
    before: Between
    weak: bool = False
    others: tuple[str, ...] = ()


class Piece:
    """Groups of one turn with nothing but fillers between; what stands around them is read when it is asked for."""

    __slots__ = ("_language", "_ordinary", "_script", "digits", "end", "groups", "spoken", "start", "turn")

    def __init__(self, script: Script, language: Language, turn: int, groups: tuple[Group, ...]) -> None:
        self._script = script
        self._language = language
        self._ordinary: bool | None = None
        self.turn = turn
        self.groups = groups
        self.start = groups[0].start
        self.end = groups[-1].end
        self.digits = "".join([group.digits for group in groups])
        self.spoken = any(group.spoken for group in groups)

    def _before(self) -> str:
        return self._script.said(max(self._script.starts[self.turn], self.start - 48), self.start)

    def _after(self) -> str:
        return self._script.said(self.end, min(self._script.ends[self.turn], self.end + 32))

    @property
    def lead(self) -> str:
        """The letters spelled before the digits."""
        return "".join(reversed(_spelled(self._before().split(" ")[::-1], behind=False)[0]))

    @property
    def lead_start(self) -> int:
        """Where the letters before the digits begin."""
        return self.start - _spelled(self._before().split(" ")[::-1], behind=False)[1]

    @property
    def trail(self) -> str:
        """The letters spelled behind the digits."""
        return "".join(_spelled(self._after().split(" "), behind=True)[0])

    @property
    def trail_end(self) -> int:
        """Where the letters behind the digits end."""
        return self.end + _spelled(self._after().split(" "), behind=True)[1]

    @property
    def glued(self) -> bool:
        """Whether letters stand against the digits: part of a code, a plate, a reference."""
        return self._before().rstrip("-")[-1:].isalpha() or self._after().lstrip("-")[:1].isalpha()

    @property
    def ordinary(self) -> bool:
        """Whether the digits are an amount, a time, a count of something."""
        known = self._ordinary
        if known is None:
            known = self._ordinary = _is_ordinary(self._before(), self._after(), len(self.digits), self._language.units)
        return known


class Reader:
    """Reads the digit stream of texts in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._kinds = {word.encode("latin-1"): kind for word, kind in known_words(language).items()}
        self._weak = frozenset(word.encode("latin-1") for word in language.weak)
        self._pattern = Pattern(r"\d+|" + number_words(known_words(language), language.joiners) + _weak(language))
        self._frequent = FREQUENT.get(language.code, frozenset())
        self._years = Pattern("[ -]{0,2}" + words(language.years_old)) if language.years_old else None

    def pieces(self, script: Script, turns: Iterable[int], whole: frozenset[int] = frozenset()) -> list[Piece]:
        """Return the pieces of the given turns, in order, without the small numbers of ordinary talk.

        In the turns of ``whole`` those are read too.
        """
        known: dict[bytes, Between | None] = {}  # for this call only: gaps are its text
        return [
            Piece(script, self._language, turn, groups)
            for turn in turns
            for groups in self._turn(script, turn, known)
            if len(groups) > 1 or turn in whole or not self._passed_over(script, turn, groups[0])
        ]

    def every_piece(self, script: Script, turn: int) -> list[Piece]:
        """Return the pieces of one turn, small numbers included."""
        return [Piece(script, self._language, turn, groups) for groups in self._turn(script, turn, {})]

    def _turn(self, script: Script, turn: int, known: dict[bytes, Between | None]) -> Iterator[tuple[Group, ...]]:
        data = script.data
        atoms: list[Atom] = []
        last = -1
        for start, end in self._pattern.spans(data, script.starts[turn], script.ends[turn]):
            said = data[start:end]
            kind, digits = self._kinds.get(said) or ("written", said.decode("latin-1"))
            if kind == "written" and not said.isdigit():
                continue
            between = _START
            if atoms:
                inside = None
                if start - last <= _LONGEST_GAP:
                    raw = data[last:start]
                    inside = known[raw] if raw in known else known.setdefault(raw, self._between(raw))
                if inside is None:
                    yield from self._close(atoms)
                    atoms = []
                else:
                    between = inside
            atoms.append(Atom(start, end, kind, digits, said in self._weak, between))
            last = end
        if atoms:
            yield from self._close(atoms)

    def _between(self, raw: bytes) -> Between | None:
        """Read a gap, or return None where it parts two pieces."""
        text = raw.decode("latin-1")
        if "\n" in text:
            return None
        bare = text.strip(" ")
        if not bare or bare in "-.":
            return Between(Gap.PLAIN, bare if text == bare else "")
        if not any(character.isalnum() for character in bare):
            return self._punctuation(bare)
        said = [word for word in text.replace(",", " ").replace(".", " ").replace("...", " ").split() if word != "-"]
        return self._words(said) if len(said) <= _MOST_GAP_WORDS else None

    @staticmethod
    def _punctuation(bare: str) -> Between | None:
        marks = bare.replace(" ", "")
        if len(marks) > 3 or any(mark not in "-.,/;_()'?!" for mark in marks):
            return None
        return Between(Gap.PLAIN if marks in ("-", ".", "--", "_") else Gap.LISTED, marks if len(marks) == 1 else "")

    def _words(self, said: list[str]) -> Between | None:
        language = self._language
        gap, sign, letters, digits = Gap.PLAIN, "", "", ""
        for word in said:
            bare = word.strip("-?!;:'\"()")
            if bare in language.corrections:
                gap = Gap.CORRECTED
            elif bare in language.signs:
                sign = language.signs[bare]
            elif bare in language.joiners and len(said) == 1:
                gap = Gap.JOINED
            elif bare in language.homophones and len(said) <= 2:
                digits += language.homophones[bare]
            elif not bare or bare in language.fillers or bare in language.agreement or bare in language.joiners:
                gap = max(gap, Gap.FILLED)
            elif _letter(bare):
                letters += _letter(bare)
            else:
                return None
        return Between(gap, sign, letters, digits)

    def _close(self, atoms: list[Atom]) -> Iterator[tuple[Group, ...]]:
        groups = list(self._groups(atoms))
        for first in range(0, len(groups), _MOST_GROUPS):
            part = _strong(groups[first : first + _MOST_GROUPS])
            if part and (len(part) > 2 or not all(group.weak for group in part)):
                yield tuple(part)

    def _passed_over(self, script: Script, turn: int, number: Group) -> bool:
        """Say whether one small number stands alone within a long turn: nobody dictates so."""
        data, start, end = script.data, number.start, number.end
        if (
            len(number.digits) > _SMALL
            or data.count(b" ", script.starts[turn], min(script.ends[turn], script.starts[turn] + _LONG)) < MOST_WORDS
        ):
            return False
        if start - script.starts[turn] < _MARKS_BESIDE or script.ends[turn] - end < _MARKS_BESIDE:
            return False
        before, behind = data[start - 3 : start], data[end : end + 3]
        if before[-1:].isalnum() or behind[:1].isalnum():
            return False
        if (before[:1] == b" " and before[1:2] in _CONSONANTS) or (behind[2:] == b" " and behind[1:2] in _CONSONANTS):
            return False
        if not number.spoken and self._is_code(data[max(start - 5, script.starts[turn]) : start]):
            return False
        return self._years is None or self._years.find(data, end, end + _YEARS_NEAR) is None

    def _is_code(self, before: bytes) -> bool:
        """Say whether a word of two or three letters that is none of ordinary talk stands before a number ("SV 44")."""
        word = before.decode("latin-1").rstrip(" -").rsplit(" ", 1)[-1]
        return 1 < len(word) <= _LETTERS_OF_CODE and word.isalpha() and word not in self._frequent

    def _groups(self, atoms: list[Atom]) -> Iterator[Group]:
        place = 0
        while place < len(atoms):
            first = atoms[place]
            digits, others, after = read_number(atoms, place, self._language)
            if first.before.digits:
                yield Group(first.start, first.start, first.before.digits, True, Between(Gap.PLAIN))
            if digits:
                last = atoms[after - 1]
                weak = first.weak and after == place + 1
                yield Group(first.start, last.end, digits, first.kind != "written", first.before, weak, others)
            place = after


def _strong(groups: list[Group]) -> list[Group]:
    """Return the groups without words at the ends that are no numbers beside written ones."""
    while groups and groups[0].weak and len(groups) > 1 and not groups[1].spoken:
        groups.pop(0)
    while groups and groups[-1].weak and len(groups) > 1 and not groups[-2].spoken:
        groups.pop()
    return groups


_START = Between(Gap.START)
_LETTERS_OF_CODE = 3
_MARKS_BESIDE = 3  # so few bytes from an end of its turn, a number begins or ends it
_CONSONANTS = frozenset(bytes((code,)) for code in b"bcdfghjklmnpqrstvwxyz")
_YEARS_NEAR = 24  # bytes behind a number in which it may be called an age


def _weak(language: Language) -> str:
    return "|" + words(language.weak) if language.weak else ""


def _is_ordinary(before: str, after: str, digits: int, units: frozenset[str]) -> bool:
    """Say whether a currency or a unit stands beside the number."""
    if (before.strip() and before.rstrip()[-1] in _CURRENCY) or (after.strip() and after.lstrip()[0] in _SIGNS_AFTER):
        return True
    if digits > _MOST_COUNTED:
        return False
    return not units.isdisjoint([word.strip(".,?!;:-") for word in after.split(" ", 3)[:3]])


def _letter(word: str) -> str:
    return word if len(word) == 1 and word.isascii() and word.isalpha() else NATO.get(word, "")


def _spelled(said: list[str], *, behind: bool) -> tuple[list[str], int]:
    """Return the letters spelled at the near end of ``said`` (nearest word first) and how many bytes they take.

    The first word may be glued to the digits ("gb29"); it counts where it has at most four letters.
    """
    letters: list[str] = []
    length = taken = 0
    for number, word in enumerate(said[:12]):
        length += len(word) + (1 if number else 0)
        bare = word.strip(_MARKS)
        letter = _letter(bare) or (bare if number == 0 and len(bare) <= 4 and bare.isalpha() and bare.isascii() else "")
        if not letter:
            if word and number <= 1 and not bare:
                continue
            if word or number > 1:
                break
            continue
        letters.append(letter)
        far = word.rstrip(_MARKS) if behind else word.lstrip(_MARKS)
        taken = length - (len(word) - len(far))
    return letters, taken
