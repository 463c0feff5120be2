"""Words without anybody in them: what may stay of a transcript when its time is over.

The text that everybody reads is taken, not the original. Every label loses what a pseudonym, a hash or last digits
would tell; every number goes; then the strict search of the second pass looks for what is left and covers that too.
What that search still finds something in afterwards, or cannot read, is not anonymous, and nothing of it is kept.
No times, no ids: a turn is the part somebody had in the call and what they said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from callward.engine import pii
from callward.engine.transcripts import Transcript

_LABEL = re.compile(rf"\[({'|'.join(pii.Type)}|MASKED)(?: [^\[\]]{{1,80}})?\]")
_BAND = re.compile(r"\[AGE (?:\d{1,2}0-\d{1,2}9|0-9|90\+)\]")  # ten years: the only value that stays
_NUMBER = re.compile(r"\d(?:[\d\s.,:/-]*\d)?")
_ROUNDS = 3  # covering one thing may uncover another beside it
_MASKED = "[MASKED]"
_AGE = pii.Generalise()


@dataclass(frozen=True, slots=True)
class Said:
    """What one party said at a stretch."""

    party: str  # agent, caller, other, unknown
    text: str


def anonymous(transcript: Transcript, *, language: str | None, countries: tuple[str, ...]) -> tuple[Said, ...] | None:
    """Return the words of a redacted transcript without anybody in them; None where that cannot be made sure of."""
    turns = tuple(pii.Turn(pii.About(turn.speaker.value), _plain(turn.text)) for turn in transcript.turns)
    talk = pii.Conversation(turns, transcript.language or language, countries)
    if pii.uncovered(_searched(talk)):
        return None
    try:
        for _ in range(_ROUNDS):
            left = pii.residual(_searched(talk))
            if not left:
                return tuple(Said(turn.speaker.value, turn.text) for turn in talk.turns if turn.text.strip())
            covered = pii.redact(talk, left, dict.fromkeys(pii.Type, _general))
            talk = _with(talk, tuple(map(_plain, covered.texts)))
    except pii.PiiError:
        return None
    return None


def _general(place: pii.Place, key: bytes | None) -> str:
    if place.finding.type is pii.Type.AGE:
        return _AGE(place, key)
    return f"[{place.finding.type}]"


def _plain(text: str) -> str:
    """Strip every label to its type, and write no number."""
    parts: list[str] = []
    at = 0
    for label in _LABEL.finditer(text):
        parts.append(_NUMBER.sub("[...]", text[at : label.start()]))
        parts.append(label.group() if _BAND.fullmatch(label.group()) else f"[{label.group(1)}]")
        at = label.end()
    return "".join([*parts, _NUMBER.sub("[...]", text[at:])])


def _searched(talk: pii.Conversation) -> pii.Conversation:
    """Blank what is no label of the engine, sign by sign, so that places stay where they are."""
    blank = (turn.text.replace(_MASKED, " " * len(_MASKED)).replace("[...]", "  |  ") for turn in talk.turns)
    return _with(talk, tuple(blank))


def _with(talk: pii.Conversation, texts: tuple[str, ...]) -> pii.Conversation:
    turns = tuple(replace(turn, text=text) for turn, text in zip(talk.turns, texts, strict=True))
    return replace(talk, turns=turns)
