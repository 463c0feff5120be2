"""Calls with their personal data marked, and how much of it a search leaves.

The calls in ``benchmarks/calls`` were written by nobody who wrote rules; every person and number in them is invented.
Those in ``fresh`` were kept apart while the rules were made; those in ``second`` were written when the rules stood, and
searched once before anybody read what they missed; the others were read by some who mended what they missed.
One turn a line; ``[TYPE:text]`` is personal data, ``[!text]`` a look-alike that is none, ``[=text]`` what nobody is
scored on. The development calls of the shared corpora read into the same shape.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from callward.engine.pii import About, Conversation, Span, Turn, Type

OWN = Path(__file__).parent / "calls"
FRESH = OWN / "fresh"
SECOND = OWN / "second"
SHARED = Path(__file__).parents[2] / "shared" / "corpora" / "calls"
LANGUAGES = ("sv", "et", "ro", "nl", "en")

NAMES = frozenset({Type.PERSON, Type.ADDRESS, Type.CITY, Type.POSTCODE})
SENSITIVE = frozenset({Type.HEALTH_CONDITION, Type.SPECIAL_CATEGORY})
LOOSE = frozenset({Type.AGE, Type.ORGANISATION})
CONVICTIONS = frozenset({Type.CONVICTION})
STRUCTURED = frozenset(Type) - NAMES - SENSITIVE - LOOSE - CONVICTIONS
GROUPS = {
    "structured": STRUCTURED,
    "names and places": NAMES,
    "health and special": SENSITIVE,
    "age, organisation": LOOSE,
    "convictions": CONVICTIONS,
}

_MARK = re.compile(r"\[(?:(?P<type>[A-Z_]+):|(?P<sign>[!=]))(?P<text>[^\]]*)\]")
_SPEAKERS = {"agent": About.AGENT, "customer": About.CALLER, "caller": About.CALLER}

Found = tuple[str, Span]
Search = Callable[[Conversation], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """A call and what is personal in it. ``style`` is "written" or "asr"."""

    name: str
    style: str
    conversation: Conversation
    personal: tuple[tuple[Type, Span], ...]
    traps: tuple[Span, ...]
    neutral: tuple[Span, ...]


def own_calls(folder: Path = OWN) -> list[LabelledCall]:
    """Read the calls of this repository."""
    return [call for code in LANGUAGES for call in _read(folder / f"{code}.txt", code)]


def _read(path: Path, code: str) -> Iterator[LabelledCall]:
    for block in path.read_text(encoding="utf-8").split("# ")[1:]:
        head, *lines = block.strip().split("\n")
        name, _, style = head.split(" ")
        yield _call(name, style, code, lines)


def _call(name: str, style: str, code: str, lines: list[str]) -> LabelledCall:
    turns: list[Turn] = []
    marked: dict[str, list[tuple[str, Span]]] = {"personal": [], "!": [], "=": []}
    for number, line in enumerate(lines):
        speaker, _, said = line.partition(": ")
        text, at = "", 0
        for mark in _MARK.finditer(said):
            text += said[at : mark.start()]
            span = Span(number, len(text), len(text) + len(mark["text"]))
            marked[mark["sign"] or "personal"].append((mark["type"] or "", span))
            text, at = text + mark["text"], mark.end()
        turns.append(Turn(_SPEAKERS[speaker], text + said[at:]))
    return LabelledCall(
        name,
        style,
        Conversation(tuple(turns), code),
        tuple((Type(kind), span) for kind, span in marked["personal"]),
        tuple(span for _, span in marked["!"]),
        tuple(span for _, span in marked["="]),
    )


def shared_calls(folder: Path = SHARED) -> list[LabelledCall]:
    """Read the development calls of the shared corpora; none where they are not beside the repository."""
    return [
        _shared(json.loads(line))
        for code in LANGUAGES
        if (folder / f"{code}.jsonl").exists()
        for line in (folder / f"{code}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def _shared(call: dict[str, list[dict[str, str]]]) -> LabelledCall:
    def spans(kind: str) -> list[tuple[str, Span]]:
        return [(one.get("type", ""), Span(int(one["turn"]), int(one["start"]), int(one["end"]))) for one in call[kind]]

    return LabelledCall(
        str(call["id"]),
        str(call["style"]),
        Conversation(
            tuple(Turn(_SPEAKERS[turn["speaker"]], turn["text"]) for turn in call["turns"]), str(call["lang"])
        ),
        tuple((Type(kind), span) for kind, span in spans("entities")),
        tuple(span for _, span in spans("traps")),
        tuple(span for _, span in spans("neutral")),
    )


@dataclass(slots=True)
class Score:
    """Characters (spaces left out) of personal data by type, those left readable, and those covered for nothing."""

    personal: Counter[Type] = field(default_factory=Counter)
    left: Counter[Type] = field(default_factory=Counter)
    other: int = 0
    covered: int = 0
    typed: int = 0
    found: int = 0
    traps: int = 0
    trapped: int = 0
    leaks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def leak(self, kinds: frozenset[Type]) -> float:
        """Return the share of the characters of ``kinds`` that is left readable."""
        whole = sum(self.personal[kind] for kind in kinds)
        return sum(self.left[kind] for kind in kinds) / whole if whole else 0.0

    @property
    def over(self) -> float:
        """Return the share of all other characters that is covered."""
        return self.covered / self.other if self.other else 0.0

    @property
    def type_right(self) -> float:
        """Return the share of what is found (80 % covered) that is found as what it is."""
        return self.typed / self.found if self.found else 0.0


_FOUND, _TRAPPED = 0.8, 0.5


def score(calls: Iterable[LabelledCall], search: Search) -> Score:
    """Search every call and count."""
    tally = Score()
    for call in calls:
        _add(tally, call, list(search(call.conversation)))
    return tally


def _add(tally: Score, call: LabelledCall, found: list[Found]) -> None:
    texts = [turn.text for turn in call.conversation.turns]

    def places(span: Span) -> set[tuple[int, int]]:
        return {(span.turn, at) for at in range(span.start, span.end) if not texts[span.turn][at].isspace()}

    covered: dict[tuple[int, int], set[str]] = {}
    for kind, span in found:
        for place in places(span):
            covered.setdefault(place, set()).add(kind)
    personal: set[tuple[int, int]] = set()
    for kind, span in call.personal:
        marked = places(span)
        personal |= marked
        hidden = marked & covered.keys()
        tally.personal[kind] += len(marked)
        tally.left[kind] += len(marked) - len(hidden)
        if len(hidden) >= _FOUND * len(marked):
            tally.found += 1
            right = sum(kind.value in covered[place] for place in marked & covered.keys())
            tally.typed += right >= _FOUND * len(marked)
            if right < _FOUND * len(marked):
                names = sorted({name for place in hidden for name in covered[place]})
                tally.errors.append(
                    f"{call.name} {kind} as {', '.join(names)}: {texts[span.turn][span.start : span.end]}"
                )
        else:
            tally.leaks.append(f"{call.name} {kind}: {texts[span.turn][span.start : span.end]}")
    aside = {place for span in call.neutral for place in places(span)}
    rest = (
        {place for number, text in enumerate(texts) for place in places(Span(number, 0, len(text)))} - personal - aside
    )
    tally.other += len(rest)
    tally.covered += len(rest & covered.keys())
    for kind, span in found:
        extra = places(span) - personal - aside
        if len(extra) > _TRAPPED * len(places(span)):
            tally.errors.append(f"{call.name} {kind} for nothing: {texts[span.turn][span.start : span.end]}")
    for span in call.traps:
        tally.traps += 1
        tally.trapped += len(places(span) & covered.keys()) >= _TRAPPED * len(places(span))
