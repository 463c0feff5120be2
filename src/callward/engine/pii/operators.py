"""Redaction of text: what takes the place of a finding, and where everything else has moved to."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from callward.engine.pii.model import About, Conversation, Finding, PiiError, Span, Type

_DIGITS_OF_A_CARD = range(13, 20)
_HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Place:
    """What an operator is asked to replace: part ``part`` (from 0) of ``parts`` of ``finding``, and its text.

    ``named`` are the values of all findings of the same type in the call.
    """

    finding: Finding
    part: int
    parts: int
    text: str
    named: tuple[str, ...] = ()


class Operator(Protocol):
    """Says what stands in the place of a finding. The answer depends on nothing but its arguments."""

    def __call__(self, place: Place, key: bytes | None) -> str:
        """Return the replacement. ``key`` is what keyed operators need; those refuse to work without one."""
        ...


@dataclass(frozen=True, slots=True)
class Replace:
    """Put the type in square brackets: ``[EMAIL]``."""

    def __call__(self, place: Place, key: bytes | None) -> str:
        return f"[{place.finding.type}]"


@dataclass(frozen=True, slots=True)
class Mask:
    """Put the type and the last digits: ``[PAYMENT_CARD ****1111]``, at most four of them.

    The digits are shown once, in the last part of the finding, and of a card only where the whole number is
    known: the end of an unfinished number is not its last four. Other parts, security codes and passwords
    get the type alone.
    """

    last: int = 4

    def __call__(self, place: Place, key: bytes | None) -> str:
        kind, value = place.finding.type, place.finding.value
        shown = "" if kind in NEVER_SHOWN or place.part + 1 < place.parts else value[-min(self.last, 4) :]
        if kind is Type.PAYMENT_CARD and len(value) not in _DIGITS_OF_A_CARD:
            shown = ""
        if self.last < 1 or len(value) < 2 * len(shown) or not shown.isalnum():
            shown = ""
        return f"[{kind} ****{shown}]" if shown else f"[{kind}]"


@dataclass(frozen=True, slots=True)
class Hash:
    """Put the type and twelve hexadecimal digits of an HMAC-SHA-256 over type and value: ``[EMAIL 3f9a...]``.

    Equal values of a type give equal hashes under one key. Raises PiiError ``key_missing`` without a key.
    Security codes and passwords, whose few values could be tried out, get the type alone.
    """

    def __call__(self, place: Place, key: bytes | None) -> str:
        if not key:
            raise PiiError("key_missing", "the hash operator needs a key")
        kind = place.finding.type
        if kind in NEVER_SHOWN:
            return f"[{kind}]"
        said = f"{kind}\x00{place.finding.value}".encode("utf-8", "surrogatepass")
        return f"[{kind} {hmac.new(key, said, hashlib.sha256).hexdigest()[:_HASH_LENGTH]}]"


NEVER_SHOWN = frozenset({Type.CARD_CVV, Type.PASSWORD})
"""Types of which no operator shows anything, not even a keyed mark."""

DEFAULT_OPERATORS: Mapping[Type, Operator] = {kind: Replace() for kind in Type} | {Type.PAYMENT_CARD: Mask()}
"""The type in brackets, and for a payment card its last four digits."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Code points ``[start, end)`` of the old text became ``[new_start, new_end)`` of the new, for ``finding``."""

    start: int
    end: int
    new_start: int
    new_end: int
    finding: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """For each turn its new text and the edits that made it, in order. What lies between the edits is unchanged."""

    texts: tuple[str, ...]
    edits: tuple[tuple[Edit, ...], ...]


def redact(
    conversation: Conversation,
    findings: tuple[Finding, ...],
    operators: Mapping[Type, Operator] = DEFAULT_OPERATORS,
    *,
    key: bytes | None = None,
    caller_key: bytes | None = None,
) -> Redacted:
    """Replace every span of ``findings``; an ``Edit`` names its finding by its index there.

    Keyed operators work under ``caller_key`` for what is about the caller, where there is one, and else under ``key``:
    when the key of an erased caller is gone, so is what tied their calls together (GDPR article 4(5)).
    A type without an operator is replaced by its name. Raises PiiError: ``span_outside_text``,
    ``findings_overlap``, ``key_missing``.
    """
    turns: list[list[tuple[Span, int, int]]] = [[] for _ in conversation.turns]
    for number, finding in enumerate(findings):
        for part, span in enumerate(finding.spans):
            if not 0 <= span.turn < len(turns):
                raise PiiError("span_outside_text", "a finding names a turn that the conversation lacks")
            turns[span.turn].append((span, number, part))
    named = {
        kind: tuple({one.value for one in findings if one.type is kind}) for kind in {one.type for one in findings}
    }

    def say(number: int, part: int, text: str) -> str:
        finding = findings[number]
        place = Place(finding, part, len(finding.spans), text, named[finding.type])
        mine = caller_key if finding.about is About.CALLER and caller_key else key
        return operators.get(finding.type, Replace())(place, mine)

    done = [_redact_turn(turn.text, sorted(spans), say) for turn, spans in zip(conversation.turns, turns, strict=True)]
    return Redacted(tuple(text for text, _ in done), tuple(edits for _, edits in done))


def _redact_turn(
    text: str, spans: list[tuple[Span, int, int]], say: Callable[[int, int, str], str]
) -> tuple[str, tuple[Edit, ...]]:
    kept: list[str] = []
    edits: list[Edit] = []
    old = new = 0
    for span, number, part in spans:
        if not 0 <= span.start < span.end <= len(text):
            raise PiiError("span_outside_text", "a finding reaches beyond its turn")
        if span.start < old:
            raise PiiError("findings_overlap", "two findings cover the same text")
        said = say(number, part, text[span.start : span.end])
        kept += [text[old : span.start], said]
        new += span.start - old
        edits.append(Edit(span.start, span.end, new, new + len(said), number))
        old, new = span.end, new + len(said)
    kept.append(text[old:])
    return "".join(kept), tuple(edits)
