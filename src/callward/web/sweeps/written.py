"""Searching what is written beside a call: each text by itself, and over the borders that its format draws.

A card may stand over several strings of a document: the segments of a transcript, the parts of a dialog, the fields of
a form, the words of a sentence one by one. So the strings are also read one after the other, those of one place
together and all of them in their order, and what is found is masked in each of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from callward.engine import pii
from callward.notes import WITHHELD as WITHHELD_LINE
from callward.plan import PAYMENT, Rules
from callward.web.sweeps import words
from callward.web.sweeps.texts import Text

WITHHELD = "WITHHELD"  # a line in which the stricter search is not sure
_HUMP = re.compile(r"(?<=[a-zäöõüåéèșțăîâ])(?=[A-Z])|[_-]")
_SHORT = 12  # signs of a string that may be a piece of a number and no more


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in an item, and how it is masked. ``types`` must go from its words; payment data always."""

    types: frozenset[pii.Type]
    rules: Rules
    language: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """Signs [start, end) of a turn are text ``number`` from ``at`` on."""

    start: int
    end: int
    number: int
    at: int = 0


_View = list[tuple[str, tuple[_Part, ...]]]
"""Texts as turns of a conversation, and where each turn comes from."""
_Find = Callable[[pii.Conversation], Sequence[pii.Finding]]


def search(texts: Sequence[Text], wanted: Wanted) -> tuple[Sequence[str], Counter[str]]:
    """Give the texts of an item without what was found in them, and the types of what was."""
    page = _Page(texts, wanted)
    # What goes over borders first: a piece that was masked by itself would leave the others unseen.
    for together in _of_one_place(texts):
        page.mask(page.one_line(together), _located)
        if len(together) > 1:
            page.mask(page.lines(together), _located)
    said = [number for number, one in enumerate(texts) if one.said]
    page.mask(page.one_line(said), _located)
    page.mask(page.lines(said), _located)
    page.mask(page.fields(), _located)
    for together in _of_one_place(texts):
        if len(together) > 1:
            page.mask(page.lines(together), lambda talk: words.find(talk, PAYMENT, wanted.rules)[0])
    for number, one in enumerate(texts):
        page.by_itself(number, wanted.types if one.said else PAYMENT)
    return page.texts, page.found


def _of_one_place(texts: Sequence[Text]) -> Iterator[list[int]]:
    """Give the texts that stand at one place of what repeats; of numbers only digits that stand alone."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(texts):
        if one.said or one.number:
            places[one.place].append(number)
    for together in places.values():
        numbers = [texts[number].text for number in together if texts[number].number]
        if not numbers or all(len(text) == 1 for text in numbers):
            yield together


def _located(talk: pii.Conversation) -> list[pii.Finding]:
    return [one for one in pii.detect(talk, names=False) if one.type in PAYMENT]


class _Page:
    """The texts of one item while they are searched."""

    def __init__(self, texts: Sequence[Text], wanted: Wanted) -> None:
        self.texts = [one.text for one in texts]
        self._as_they_came = texts
        self.found: Counter[str] = Counter()
        self._wanted = wanted

    def by_itself(self, number: int, types: frozenset[pii.Type]) -> None:
        """Search one text, and take out the lines in which the stricter search is not sure, as notes lose them."""
        rules, doubted = self._wanted.rules, set[int]()

        def find(talk: pii.Conversation) -> Sequence[pii.Finding]:
            found, doubts = words.find(talk, types, rules)
            doubted.update(one.turn for one in doubts if one.code == "text_residual" and one.turn is not None)
            return found

        self.mask(self.lines([number]), find)
        if doubted:
            lines = self.texts[number].split("\n")
            self.texts[number] = "\n".join(WITHHELD_LINE if at in doubted else line for at, line in enumerate(lines))
            self.found[WITHHELD] += len(doubted)

    def lines(self, numbers: Iterable[int]) -> _View:
        """Each line a turn."""
        view: _View = []
        for number in numbers:
            at = 0
            for line in self.texts[number].split("\n"):
                view.append((line, (_Part(0, len(line), number, at),)))
                at += len(line) + 1
        return view

    def one_line(self, numbers: Sequence[int]) -> _View:
        """All of them in one turn, parted by spaces, where one of them or one of its lines is short."""
        parts, turn = [], ""
        for number in numbers:
            text = _in_a_row(self.texts[number])
            parts.append(_Part(len(turn), len(turn) + len(text), number))
            turn += f"{text} "
        lines = sum(self.texts[number].count("\n") + 1 for number in numbers)
        short = any(len(line) <= _SHORT for number in numbers for line in self.texts[number].split("\n"))
        return [(turn, tuple(parts))] if lines > 1 and short else []

    def fields(self) -> _View:
        """Each text behind its name: what asks for it."""
        view: _View = []
        for number, one in enumerate(self._as_they_came):
            if one.name and not one.place.endswith("]"):
                name, text = f"{_HUMP.sub(' ', one.name)}: ", _in_a_row(self.texts[number])
                view.append((name + text, (_Part(len(name), len(name) + len(text), number),)))
        return view

    def mask(self, view: _View, find: _Find) -> None:
        """Search a view, and mask what is found in the texts that it shows."""
        if not view:
            return
        found = [_moved(one, view) for one in find(self._talk(turn for turn, _parts in view))]
        found = [one for one in found if one.spans and not self._is_by_chance(one)]
        if not found:
            return
        rules = self._wanted.rules
        redacted = pii.redact(
            self._talk(self.texts, strike=False),
            tuple(found),
            rules.operators,
            key=rules.pseudonym_key,
            caller_key=rules.caller_key,
        )
        self.texts = list(redacted.texts)
        self.found.update(map(words.told, found))

    def _is_by_chance(self, one: pii.Finding) -> bool:
        """Tell whether numbers that mean other things only read as one where they follow each other."""
        over = [self._as_they_came[number] for number in {span.turn for span in one.spans}]
        return len(over) > 1 and any(text.number and len(text.text) > 1 for text in over)

    def _talk(self, texts: Iterable[str], *, strike: bool = True) -> pii.Conversation:
        turns = tuple(pii.Turn(pii.About.UNKNOWN, words.bare(text) if strike else text) for text in texts)
        language = self._wanted.language or self._wanted.rules.language
        return pii.Conversation(turns, language, self._wanted.rules.countries, struck=strike)


def _in_a_row(text: str) -> str:
    return text.replace("\n", " ")


def _moved(one: pii.Finding, view: _View) -> pii.Finding:
    """Give a finding in a view as one in the texts, without what lies outside them."""
    spans = []
    for span in one.spans:
        for part in view[span.turn][1]:
            start, end = max(span.start, part.start), min(span.end, part.end)
            if start < end:
                shift = part.at - part.start
                spans.append(pii.Span(part.number, start + shift, end + shift))
    return replace(one, spans=tuple(spans))
