"""Dialogues that nobody here wrote, and what still stands in them: EVI, SGD and text vCons of the shared corpora.

EVI (PolyAI, CC BY 4.0) is recognised telephone speech: a caller's answer to "what is your postcode" counts as a whole.
SGD (Google, CC BY-SA 4.0) has exact spans. vCons (vcon-dev, MIT) name their parties: what of a name, a number, an
e-mail address stands in the talk is counted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callward.engine.pii import About, Conversation, Span, Turn

SHARED = Path(__file__).parents[2] / "shared" / "corpora"
_SPEAKERS = {"agent": About.AGENT, "customer": About.CALLER}
_SGD = {"CITY": "CITY", "ADDRESS": "ADDRESS", "PHONE": "PHONE", "NAME": "PERSON", "PRACTITIONER": "PERSON"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A dialogue and what is personal in it, by a name for the table."""

    conversation: Conversation
    personal: tuple[tuple[str, Span], ...]


def evi() -> list[Marked]:
    """Read EVI: each answer to a question for name, postcode or date of birth."""
    return [_answers(json.loads(line)) for line in _lines("dialogues/evi.jsonl")]


def _answers(told: dict[str, list[dict[str, str]]]) -> Marked:
    turns = tuple(Turn(_SPEAKERS[line["speaker"]], line["text"]) for line in told["lines"])
    asked = [(f"EVI {line['item']}", Span(number, 0, len(line["text"]))) for number, line in enumerate(told["lines"])
             if line.get("item") and line["text"]]  # fmt: skip
    return Marked(Conversation(turns, "en", ("GB",)), tuple(asked))


def sgd() -> list[Marked]:
    """Read SGD: towns, street addresses, phone numbers, names of people."""
    return [_spans(json.loads(line)) for line in _lines("dialogues/sgd.jsonl")]


def _spans(told: dict[str, list[dict[str, str]]]) -> Marked:
    turns = tuple(Turn(_SPEAKERS[line["speaker"]], line["text"]) for line in told["lines"])
    marked = [
        (f"SGD {_SGD[one['type']]}", Span(int(one["line"]), int(one["start"]), int(one["end"])))
        for one in told["pii"]
        if one["type"] in _SGD
    ]
    return Marked(Conversation(turns, "en", ("US",)), tuple(marked))


def vcons() -> list[Marked]:
    """Read text vCons: every place where the name of a party stands, or a part of it."""
    folder = SHARED / "vcons" / "transcripts"
    return [_parties(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]


def _parties(told: dict[str, list[dict[str, str]]]) -> Marked:
    said = [(int(one.get("originator", 0)), str(one["body"])) for one in told["dialog"] if one.get("body")]
    roles = [str(party.get("role", "")) for party in told["parties"]]
    turns = tuple(Turn(About.AGENT if roles[who] == "agent" else About.CALLER, text) for who, text in said)
    parts: dict[str, str] = {}
    for party in told["parties"]:
        words = re.findall(r"[^\W\d_]{3,}", str(party.get("name", ""))) + _of_mail(str(party.get("mailto", "")))
        parts.update(dict.fromkeys(words, "vCon name"))
    if not parts:
        return Marked(Conversation(turns, "en", ("US",)), ())
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(parts))) + r")\b")
    found = [
        ("vCon name", Span(number, hit.start(), hit.end()))
        for number, turn in enumerate(turns)
        for hit in pattern.finditer(turn.text)
    ]
    return Marked(Conversation(turns, "en", ("US",)), tuple(found))


def _of_mail(address: str) -> list[str]:
    """Return the names in an address of the form first.last@host, capitalised as names are."""
    local = address.partition("@")[0]
    return [part.capitalize() for part in local.split(".") if part.isalpha() and len(part) > 2] if "." in local else []


def _lines(path: str) -> list[str]:
    whole = SHARED / path
    return whole.read_text(encoding="utf-8").splitlines() if whole.exists() else []


def standing(dialogues: Sequence[Marked], found: Sequence[Sequence[tuple[str, Span]]]) -> dict[str, tuple[int, float]]:
    """Return for each name of the table how often it occurs, and the share of its characters left readable."""
    count: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for told, hits in zip(dialogues, found, strict=True):
        covered = {(span.turn, at) for _, span in hits for at in range(span.start, span.end)}
        for kind, span in told.personal:
            text = told.conversation.turns[span.turn].text
            places = {(span.turn, at) for at in range(span.start, span.end) if not text[at].isspace()}
            count[kind] += 1
            whole[kind] += len(places)
            left[kind] += len(places - covered)
    return {kind: (count[kind], left[kind] / whole[kind] if whole[kind] else 0.0) for kind in sorted(count)}


def covered_share(dialogues: Sequence[Marked], found: Sequence[Sequence[tuple[str, Span]]]) -> float:
    """Return the share of all characters that is covered, whatever it is: the price of finding much."""
    whole = hidden = 0
    for told, hits in zip(dialogues, found, strict=True):
        covered = {(span.turn, at) for _, span in hits for at in range(span.start, span.end)}
        for number, turn in enumerate(told.conversation.turns):
            places = {(number, at) for at, character in enumerate(turn.text) if not character.isspace()}
            whole += len(places)
            hidden += len(places & covered)
    return hidden / whole if whole else 0.0
