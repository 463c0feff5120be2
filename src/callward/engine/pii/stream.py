"""The digit stream of a call: every number said or written, in the order it was said, with its place in the text.

Atoms are number words and runs of written digits. Atoms that make one number are a group ("forty two",
"double seven", "4111"); groups with nothing but fillers between them are a piece. Whether pieces belong to
one number is for the readers of the stream to say (``parts``, ``cards``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callward.engine.pii.lexicon import Language
from callward.engine.pii.numerals import Atom, Between, Gap, read_number
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.text import Script

_LONGEST_GAP = 60
_MOST_GAP_WORDS = 8
_MOST_GROUPS = 64  # a longer row of numbers is cut, so that readers of a piece do bounded work
_MOST_COUNTED = 7  # digits: a longer number is no count of anything, whatever word comes next ("am", "per", "st")
_CURRENCY = "$\xa3\xa4\xa5"
_MARKS = ",.-?!;:()\"'"
_SIGNS_AFTER = "%$\xa3\xa4"
_NATO = {
    "alfa": "a", "alpha": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliett": "j", "juliet": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n",
    "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Digits said as one number. ``others`` are further readings ("twenty three": 23, 203)."""

    start: int
    end: int
    digits: str
    spoken: bool
    before: Between
    weak: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Groups of one turn with nothing but fillers between; ``lead`` and ``trail`` are letters spelled around it."""

    turn: int
    groups: tuple[Group, ...]
    lead: str = ""
    lead_start: int = 0
    trail: str = ""
    trail_end: int = 0
    ordinary: bool = False  # an amount, a time, a count of something
    glued: bool = False  # letters stand against it: part of a code, a plate, a reference

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @property
    def digits(self) -> str:
        return "".join(group.digits for group in self.groups)

    @property
    def spoken(self) -> bool:
        return any(group.spoken for group in self.groups)


class Reader:
    """Reads the digit stream of texts in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        kinds: dict[str, tuple[str, str]] = {}
        kinds.update({word: ("plural", digits) for word, digits in language.plurals.items()})
        kinds.update({word: ("number", digits) for word, digits in language.numbers.items()})
        kinds.update({word: ("repeat", str(count)) for word, count in language.repeat.items()})
        kinds.update(dict.fromkeys(language.hundred, ("hundred", "100")))
        kinds.update(dict.fromkeys(language.thousand, ("thousand", "1000")))
        self._kinds = kinds
        self._pattern = Pattern(r"\d+|" + words(kinds))

    def pieces(self, script: Script) -> list[Piece]:
        """Return every piece of the call, in order."""
        found: list[Piece] = []
        atoms: list[Atom] = []
        data = script.data
        last = -1
        known: dict[bytes, Between | None] = {}  # for this call only: gaps are its text
        for start, end in self._pattern.spans(data):
            between = Between(Gap.START)
            if atoms:
                inside = None
                if start - last <= _LONGEST_GAP:
                    raw = data[last:start]
                    inside = known[raw] if raw in known else known.setdefault(raw, self._between(raw))
                if inside is None:
                    self._close(script, atoms, found)
                    atoms = []
                else:
                    between = inside
            atoms.append(self._atom(data, start, end, between))
            last = end
        self._close(script, atoms, found)
        return found

    def _atom(self, data: bytes, start: int, end: int, before: Between) -> Atom:
        said = data[start:end].decode("latin-1")
        if said[0].isdigit():
            return Atom(start, end, "written", said, weak=False, before=before)
        kind, digits = self._kinds[said]
        return Atom(start, end, kind, digits, weak=said in self._language.weak, before=before)

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

    def _close(self, script: Script, atoms: list[Atom], found: list[Piece]) -> None:
        if not atoms:
            return
        groups = list(self._groups(atoms))
        for first in range(0, len(groups), _MOST_GROUPS):
            self._piece(script, groups[first : first + _MOST_GROUPS], found)

    def _piece(self, script: Script, groups: list[Group], found: list[Piece]) -> None:
        while groups and groups[0].weak and len(groups) > 1 and not groups[1].spoken:
            groups.pop(0)
        while groups and groups[-1].weak and len(groups) > 1 and not groups[-2].spoken:
            groups.pop()
        if groups and (not all(group.weak for group in groups) or len(groups) > 2):
            found.append(self._with_surroundings(script, tuple(groups)))

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

    def _with_surroundings(self, script: Script, groups: tuple[Group, ...]) -> Piece:
        turn, start, end = script.turn(groups[0].start), groups[0].start, groups[-1].end
        before = script.said(max(script.starts[turn], start - 48), start)
        after = script.said(end, min(script.ends[turn], end + 32))
        lead, lead_length = _spelled(before.split(" ")[::-1], behind=False)
        trail, trail_length = _spelled(after.split(" "), behind=True)
        return Piece(
            turn=turn,
            groups=groups,
            lead="".join(reversed(lead)),
            lead_start=start - lead_length,
            trail="".join(trail),
            trail_end=end + trail_length,
            ordinary=self._is_ordinary(before, after, sum(len(group.digits) for group in groups)),
            glued=before.rstrip("-")[-1:].isalpha() or after.lstrip("-")[:1].isalpha(),
        )

    def _is_ordinary(self, before: str, after: str, digits: int) -> bool:
        """Say whether a currency or a unit stands beside the number."""
        if (before.strip() and before.rstrip()[-1] in _CURRENCY) or (
            after.strip() and after.lstrip()[0] in _SIGNS_AFTER
        ):
            return True
        following = (word.strip(".,?!;:-") for word in after.split(" ")[:3])
        return digits <= _MOST_COUNTED and any(word in self._language.units for word in following)


def _letter(word: str) -> str:
    return word if len(word) == 1 and word.isascii() and word.isalpha() else _NATO.get(word, "")


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
