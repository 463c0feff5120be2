"""What a recogniser makes of a written turn: lower case, no signs, numbers in words, fillers, restarts."""

from __future__ import annotations

import random
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from callward.engine.pii.lexicon import Language


class Piece(NamedTuple):
    """A piece of a turn: text with the label of its span, or without; ``span`` parts neighbours of one label."""

    text: str
    label: str | None
    span: int


_NUMBER = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w\s'\u2019-]|_")
_LOOSE = re.compile(r"(?<!\w)['\u2019-]+|['\u2019-]+(?!\w)")


@cache
def _said(code: str, words: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for word, digits in words:
        said.setdefault(digits, []).append(word)
    return said


def in_words(number: str, language: Language, written: dict[str, str], chance: random.Random) -> str:
    """Return how a number is said: as a whole where the language has a word, by pairs, or digit by digit."""
    said = _said(language.code, tuple(sorted(written.items())))

    def one(digits: str) -> str | None:
        return chance.choice(said[digits][:2]) if digits in said else None

    whole = one(number)
    if whole and chance.random() < 0.9:
        return whole
    if len(number) == 2 and number[0] != "0":
        tens, unit = one(number[0] + "0"), one(number[1])
        if tens and unit:
            joiner = " și " if language.code == "ro" else " "
            return f"{tens}{joiner}{unit}"
    if len(number) > 2 and chance.random() < 0.5:
        middle = len(number) // 2
        return " ".join(in_words(part, language, written, chance) for part in (number[:middle], number[middle:]))
    return " ".join(one(digit) or digit for digit in number)


def without_marks(text: str) -> str:
    """Return the text with its letters' marks taken off, as people type it."""
    return "".join(part for part in unicodedata.normalize("NFD", text) if not unicodedata.combining(part))


def recognised(
    pieces: list[Piece], language: Language, written: dict[str, str], chance: random.Random, fillers: tuple[str, ...]
) -> list[Piece]:
    """Return the pieces as a recogniser writes them. Spans stay with their words."""
    out: list[Piece] = []
    for text, label, span in pieces:
        said = _NUMBER.sub(lambda found: f" {in_words(found.group(), language, written, chance)} ", text)
        said = _LOOSE.sub(" ", _SIGNS.sub(" ", said.lower()))
        if chance.random() < 0.3:
            said = said.replace("-", " ")
        out.append(Piece(f" {said} " if said.strip() else " ", label, span))
    if chance.random() < 0.12 and fillers:
        _hesitate(out, chance.choice(fillers), chance.randrange(len(out) + 1))
    first = out[0].text.split() if out and out[0].label is None else []
    if chance.random() < 0.06 and first:
        out.insert(0, Piece(" ".join(first[: chance.randint(1, 2)]) + " ", None, -1))
    return out


def _hesitate(pieces: list[Piece], filler: str, at: int) -> None:
    """Put a filler between two pieces; inside a span it is part of it."""
    inside = 0 < at < len(pieces) and pieces[at].label is not None and pieces[at - 1].span == pieces[at].span
    pieces.insert(at, pieces[at]._replace(text=f" {filler} ") if inside else Piece(f" {filler} ", None, -1))


def half_written(pieces: list[Piece], chance: random.Random) -> list[Piece]:
    """Return the pieces in one of the ways between: without signs but with capitals, or names only with capitals."""
    names_only = chance.random() < 0.5
    out = []
    for text, label, span in pieces:
        heard = text
        if label == "PERSON" and chance.random() < 0.15:  # recognisers write names that are words small
            first, space, last = text.rpartition(" ")
            heard = first + space + last.lower()
        bare = re.sub(r"[,.!?;:\u201e\u201c\u201d\"()]", " ", heard) if chance.random() < 0.9 else heard
        out.append(Piece(bare.lower() if names_only and label is None else bare, label, span))
    return out


def joined(pieces: list[Piece]) -> tuple[str, list[tuple[int, int, str]]]:
    """Put the pieces together with single spaces: the text, and where its spans lie."""
    text = ""
    spans: list[tuple[int, int, str]] = []
    open_span = -1
    for piece, label, span in pieces:
        part = re.sub(r"\s+", " ", piece)
        if text.endswith(" ") or not text:
            part = part.lstrip(" ")
        start = len(text)
        text += part
        core = part.strip(" ")
        if label is None or not core:
            open_span = open_span if not core else -1
            continue
        start += len(part) - len(part.lstrip(" "))
        end = start + len(core)
        if spans and span == open_span:
            spans[-1] = (spans[-1][0], end, label)
        else:
            spans.append((start, end, label))
        open_span = span
    return text.rstrip(" "), spans
