"""The second pass over redacted text (design section 4a), and where a payment was suspected but not located."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from callward.engine.pii import checks
from callward.engine.pii.detect import detect
from callward.engine.pii.labels import blank_labels
from callward.engine.pii.model import About, Conversation, Evidence, Finding, Sensitivity, Span, Type
from callward.engine.pii.scene import Scene
from callward.engine.pii.stream import Piece
from callward.engine.pii.tongue import settled, uncovered

_RUN = 6  # digits that count whatever they are
_PIECE = 3  # digits that a piece needs to count together with the pieces of the turns beside it
_ANSWERS = 3  # turns after a question in which it is answered
_CARD = 13
_BEHIND = 6  # turns behind a card number in which its code may still follow
_LONGEST_CARD = 19
_PAYMENT = frozenset({Type.PAYMENT_CARD, Type.CARD_CVV, Type.CARD_EXPIRY})
_MONEY = 7
_CARD_ELSEWHERE = re.compile(
    r"карт|карточк|\bkárty|\bbankkárty|\bkortti|\bkarte|\bkart[aąęy]\b|\bcarte\b", re.IGNORECASE
)
"""What a card is called in languages without tables: Russian, Hungarian, Finnish, German, Polish, French."""
_WORDS = frozenset({Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION})
"""What explains no digits, and no unclear speech, in the answer to a question for a card."""


def residual(conversation: Conversation) -> tuple[Finding, ...]:
    """Return what personal data may still stand in text that was redacted with the operators of this package.

    Stricter than ``detect``: lower thresholds, and every run of six or more digits or digit words counts,
    in a turn or over neighbouring turns of one speaker, unless the call names it as nobody's and no card number can
    be in it. The labels that redaction leaves are never findings.
    """
    struck = conversation.struck
    blanked = tuple(replace(turn, text=blank_labels(turn.text, struck=struck)) for turn in conversation.turns)
    conversation = settled(replace(conversation, turns=blanked, struck=True))
    found = detect(conversation, sensitivity=Sensitivity.STRICT)
    covered = _covered(found)
    scene = Scene(conversation, Sensitivity.STRICT)
    runs = [
        finding
        for run in _runs(scene)
        for finding in (_run(scene, run),)
        if not any(_inside(span, covered) for span in finding.spans)
    ]
    return tuple(sorted((*found, *runs), key=lambda finding: finding.spans))


def _covered(found: tuple[Finding, ...]) -> dict[int, list[Span]]:
    covered: dict[int, list[Span]] = {}
    for finding in found:
        for span in finding.spans:
            covered.setdefault(span.turn, []).append(span)
    return covered


def _inside(span: Span, covered: dict[int, list[Span]]) -> bool:
    return any(other.start < span.end and span.start < other.end for other in covered.get(span.turn, ()))


def _runs(scene: Scene) -> list[list[Piece]]:
    """Return pieces with six digits or more, alone or with pieces of the same speaker's neighbouring turns."""
    runs: list[list[Piece]] = []
    last: dict[About, list[Piece]] = {}
    for piece in scene.pieces:
        if (piece.ordinary and len(piece.digits) <= _MONEY) or _is_nobodys(scene, piece):
            continue
        speaker = scene.script.speakers[piece.turn]
        if len(piece.digits) >= _RUN:
            runs.append([piece])
            last.pop(speaker, None)
            continue
        if len(piece.digits) < _PIECE:
            continue
        open_run = last.get(speaker, [])
        open_run = [*open_run, piece] if open_run and 0 < piece.turn - open_run[-1].turn <= 2 else [piece]
        if sum(len(one.digits) for one in open_run) >= _RUN:
            runs.append(open_run)
            open_run = []
        last[speaker] = open_run
    return runs


def _is_nobodys(scene: Scene, piece: Piece) -> bool:
    """Say whether the call names the number as an order, a parcel, a case; not where it may be a card number still."""
    if any(checks.luhn(piece.digits[:size]) for size in range(_CARD, min(len(piece.digits), _LONGEST_CARD) + 1)):
        return False
    return len(piece.digits) <= _LONGEST_CARD and scene.cues.opposition(piece.start, -1.0) is not None


def _run(scene: Scene, run: list[Piece]) -> Finding:
    # Longer than any card number and in one piece: a card number may stand anywhere in it, so it is suspected.
    long = any(len(piece.digits) > _LONGEST_CARD for piece in run)
    return Finding(
        type=Type.PAYMENT_CARD if long else Type.ACCOUNT_NUMBER,
        spans=tuple(scene.script.span(piece.start, piece.end) for piece in run),
        score=0.4,
        rule="digit run",
        spoken=any(piece.spoken for piece in run),
        about=About.UNKNOWN,
        value="".join(piece.digits for piece in run),
        evidence=(Evidence("pattern", "digit run", 0.4),),
    )


def payment_suspicions(conversation: Conversation, findings: tuple[Finding, ...]) -> tuple[int, ...]:
    """Return the turns where a card number or security code is suspected but not located, in order.

    ``findings`` are those of ``detect`` on the same conversation. A turn is suspected where it answers a
    question for a card number, security code or expiry with digits, number words or unclear speech of which
    no finding covers any, where a card number was begun and never completed, and where behind a whole one, with
    no code found anywhere, its speaker says three or four digits that nothing else explains. So is a turn in a
    language without tables that answers such a question, or names a card: nobody here can read its numbers.
    """
    conversation = settled(conversation)
    scene = Scene(conversation, Sensitivity.NORMAL)
    covered = _covered(tuple(finding for finding in findings if finding.type not in _WORDS))
    suspected = {turn for turn in range(len(conversation.turns)) if _evades(scene, turn, covered)}
    whole = {finding.value for finding in findings if finding.type is Type.PAYMENT_CARD and len(finding.value) >= _CARD}
    pieces = {value[at : at + size] for value in whole for size in range(3, _CARD) for at in range(len(value))}
    for finding in findings:
        if finding.type is not Type.PAYMENT_CARD or len(finding.value) >= _CARD:
            continue
        if any(one.detail == "last digits" for one in finding.evidence):
            continue
        if finding.value not in pieces:
            suspected.update(span.turn for span in finding.spans)
    given = any(finding.type is Type.CARD_CVV for finding in findings)
    for finding in findings:
        if not given and finding.type is Type.PAYMENT_CARD and len(finding.value) >= _CARD:
            suspected.update(_codes_behind(scene, finding, covered))
    suspected.update(_unheard(scene, conversation, covered))
    return tuple(sorted(suspected))


def _unheard(scene: Scene, conversation: Conversation, covered: dict[int, list[Span]]) -> Iterator[int]:
    """Give the turns in uncovered languages in which a card may be read out."""
    for turn in uncovered(conversation):
        asked = any(cue.kind in _PAYMENT for cue in scene.cues.asked(turn))
        if (asked or _CARD_ELSEWHERE.search(conversation.turns[turn].text)) and turn not in covered:
            yield turn


def _codes_behind(scene: Scene, card: Finding, covered: dict[int, list[Span]]) -> Iterator[int]:
    """Give the turns behind a card in which its speaker says three or four digits that nothing else explains.

    Whoever has just read a card out goes on with its code, asked or not, and in words that no list holds.
    """
    script = scene.script
    speaker, last = script.speakers[card.spans[0].turn], card.spans[-1].turn
    for turn in range(last + 1, min(last + 1 + _BEHIND, len(script.speakers))):
        if script.speakers[turn] != speaker or any(cue.kind not in _PAYMENT for cue in scene.cues.asked(turn)):
            continue
        for piece in scene.within(script.starts[turn], script.ends[turn]):
            alone = not piece.ordinary and len(piece.digits) in (3, 4)
            if alone and not _inside(script.span(piece.start, piece.end), covered):
                yield turn


def _evades(scene: Scene, turn: int, covered: dict[int, list[Span]]) -> bool:
    script = scene.script
    asked = scene.cues.asked(turn)
    if not asked or not any(cue.sure and cue.kind in _PAYMENT for cue in asked):
        return False
    asker = script.turn(asked[-1].start)
    if turn - asker > _ANSWERS or (script.speakers[asker] == script.speakers[turn] != About.UNKNOWN):
        return False
    if covered.get(turn) or scene.cues.within(script.starts[turn], script.ends[turn]):
        return False
    said = script.said(script.starts[turn], script.ends[turn])
    words = {word.strip("[]()<>.,?!-*") for word in said.split()}
    if words & scene.language.unclear:
        return True
    pieces = [piece for piece in scene.within(script.starts[turn], script.ends[turn]) if not piece.ordinary]
    return sum(len(piece.digits) for piece in pieces) >= 2
