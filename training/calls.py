"""Calls to train with: carriers put one behind the other, and sentences of the corpora."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callward.engine.pii.lexicon import Language
from callward.engine.pii.model import About, Conversation, Turn
from training.carriers import Carrier, Filler
from training.noise import Piece, half_written, joined, recognised, without_marks

Spans = list[tuple[int, int, str]]
_NO_SPACE_BEFORE = frozenset(".,!?;:)]}%\u2026")
_NO_SPACE_AFTER = frozenset("([{")
_NEWS = {"PER": "PERSON", "ORG": "X", "LOC": "X"}
_WITHOUT_MARKS = {"ro": 0.35, "et": 0.1, "sv": 0.08, "nl": 0.3, "en": 0.5}
_NAMED = frozenset({"PERSON", "ADDRESS", "CITY", "ORGANISATION", "POSTCODE"})
_NUMBERS = 0.12  # questions for a number, for each carrier


def _group(chance: random.Random) -> str:
    """Return a group of digits, or of letters and digits as document numbers and plates have them."""
    digits = "".join(chance.choice("0123456789") for _ in range(chance.choice((2, 2, 3, 4, 4, 5, 6, 8))))
    if chance.random() < 0.8:
        return digits
    letters = "".join(chance.choice("ABCDEFGHJKLMNPRSTUVXYZ") for _ in range(chance.randint(1, 3)))
    return chance.choice((f"{letters}{digits}", f"{letters} {digits}", f"{digits} {letters}", f"{letters}-{digits}"))


@dataclass(frozen=True, slots=True)
class Call:
    """A call and the spans of each turn: code points and label (PERSON, ADDRESS, CITY, ORGANISATION, X)."""

    conversation: Conversation
    spans: tuple[Spans, ...]


def from_turns(code: str, turns: list[tuple[About, str, Spans]]) -> Call:
    """Put turns together as a call."""
    conversation = Conversation(tuple(Turn(speaker, text) for speaker, text, _ in turns), code)
    return Call(conversation, tuple(spans for _, _, spans in turns))


class CallWriter:
    """Writes calls of carriers in one style each: written, as recognised, between the two."""

    def __init__(
        self, language: Language, written: dict[str, str], fillers: tuple[str, ...], chance: random.Random
    ) -> None:
        self._language, self._written, self._fillers, self._chance = language, written, fillers, chance

    def calls(self, carriers: list[Carrier], filler: Filler, style: str | None = None) -> Iterator[Call]:
        """Yield calls that use each carrier once."""
        chance = self._chance
        openings = [one for one in carriers if one.opening]
        others = [one for one in carriers if not one.opening]
        chance.shuffle(openings)
        chance.shuffle(others)
        size = max(2, len(others) // max(1, len(openings)))
        while others or openings:
            lines = [openings.pop()] if openings else []
            count = min(chance.randint(size // 2 + 1, size + size // 2), 14)
            lines += [others.pop() for _ in range(min(count, len(others)))]
            yield self._call(lines, filler, style)

    def _numbers(self, style: str) -> list[tuple[About, str, Spans]]:
        """Return a question for a number that is no address, and its answer, in figures or in words."""
        chance = self._chance
        kinds = [kind for kind in self._language.cues if kind.rstrip("?") not in _NAMED]
        phrase = chance.choice(self._language.cues[chance.choice(kinds)]).rstrip("*")
        asked = phrase.capitalize() + chance.choice("?.?") if style == "written" else phrase
        groups = [_group(chance) for _ in range(chance.choice((1, 1, 2, 3, 4)))]
        said = chance.choice((" ", " ", "-", ", ")).join(groups)
        pieces = [Piece(said + (chance.choice((".", "")) if style == "written" else ""), None, -1)]
        if chance.random() < 0.3:
            pieces.insert(0, Piece(f"{phrase} ", None, -1))
        return [(About.AGENT, asked, []), (About.CALLER, *self._turn(pieces, style, unmarked=False))]

    def _call(self, lines: list[Carrier], filler: Filler, style: str | None) -> Call:
        chance = self._chance
        draw = chance.random()
        style = style or ("written" if draw < 0.42 else "asr" if draw < 0.85 else "half")
        unmarked = chance.random() < _WITHOUT_MARKS[self._language.code]
        turns: list[tuple[About, str, Spans]] = []
        speaker = About.AGENT
        for line in lines:
            if line.question is not None:
                asker = About.AGENT if chance.random() < 0.9 else About.CALLER
                turns.append((asker, *self._turn(filler.fill(line.question), style, unmarked=unmarked)))
                speaker = About.CALLER if asker is About.AGENT else About.AGENT
            turns.append((speaker, *self._turn(filler.fill(line.turn), style, unmarked=unmarked)))
            if chance.random() < _NUMBERS:
                turns += self._numbers(style)
            speaker = chance.choice((About.AGENT, About.CALLER))
        return from_turns(self._language.code, [turn for turn in turns if turn[1]])

    def _turn(self, pieces: list[Piece], style: str, *, unmarked: bool) -> tuple[str, Spans]:
        if unmarked:
            pieces = [Piece(without_marks(text), label, span) for text, label, span in pieces]
        if style == "asr":
            pieces = recognised(pieces, self._language, self._written, self._chance, self._fillers)
        elif style == "half":
            pieces = half_written(pieces, self._chance)
        elif self._chance.random() < 0.15:
            pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip("."))
        return joined(pieces)


def sentences(path: Path, sources: frozenset[str] | None = None) -> Iterator[tuple[list[str], list[str]]]:
    """Yield tokens and tags of a file of the corpora, where it exists."""
    if not path.exists():
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            held = json.loads(line)
            if sources is None or held["source"] in sources:
                yield held["tokens"], held["tags"]


def sentence_turn(tokens: list[str], tags: list[str], cities: frozenset[str]) -> tuple[str, Spans]:
    """Write a sentence of the corpora as a turn. A place that is a town of the gazetteer is a CITY."""
    text = ""
    spans: Spans = []
    for token, tag in zip(tokens, tags, strict=True):
        if text and token[0] not in _NO_SPACE_BEFORE and text[-1] not in _NO_SPACE_AFTER:
            text += " "
        start = len(text)
        text += token
        if tag.startswith("I-") and spans:
            spans[-1] = (spans[-1][0], len(text), spans[-1][2])
        elif tag != "O":
            spans.append((start, len(text), tag[2:]))
    named = [(start, end, _label(text[start:end], label, cities)) for start, end, label in spans]
    return text, named


def _label(text: str, label: str, cities: frozenset[str]) -> str:
    return "CITY" if label == "LOC" and text.lower() in cities else _NEWS[label]


def news_calls(
    code: str, found: list[tuple[list[str], list[str]]], cities: frozenset[str], *, lower: bool
) -> Iterator[Call]:
    """Yield the sentences of the corpora as calls of a few turns, as written or as a recogniser writes."""
    for start in range(0, len(found), 4):
        turns = [sentence_turn(tokens, tags, cities) for tokens, tags in found[start : start + 4] if tokens]
        if lower:
            turns = [lowered(text, spans) for text, spans in turns]
        yield from_turns(code, [(About.UNKNOWN, text, spans) for text, spans in turns if text])


def lowered(text: str, spans: Spans) -> tuple[str, Spans]:
    """Return a written turn in lower case without signs, with its spans."""
    pieces: list[Piece] = []
    place = 0
    for number, (start, end, label) in enumerate(spans):
        pieces += [Piece(text[place:start], None, -1), Piece(text[start:end], label, number)]
        place = end
    pieces.append(Piece(text[place:], None, -1))
    return joined([one._replace(text="".join(map(_spoken, one.text.lower()))) for one in pieces])


def _spoken(character: str) -> str:
    return character if character.isalnum() or character in "'\u2019- " else " "
