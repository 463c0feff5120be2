"""Searching words as they stand in a copy: every label that redaction left is struck out, and what is found is left.

Payment data is looked for by the same two grades as at intake (design section 4): what is located is masked, and where
it is only suspected whole turns are.
"""

from __future__ import annotations

from dataclasses import replace

from callward import copies, plan, verification
from callward.engine import pii
from callward.plan import PAYMENT, Doubt, Rules
from callward.web.calls.masking_more import MASK
from callward.web.core.rules import ALWAYS_MASKED

SUSPECTED = "SUSPECTED"  # a whole turn in which payment data may stand: a type beside those of detection
_STRUCK = "|" * len(MASK)


def bare(text: str) -> str:
    """Strike out what redaction and reviewers left, sign by sign, so that every place stays where it is."""
    return pii.blank_labels(text).replace(MASK, _STRUCK)


def bare_talk(talk: pii.Conversation) -> pii.Conversation:
    return replace(talk, turns=tuple(replace(turn, text=bare(turn.text)) for turn in talk.turns), struck=True)


def find(
    talk: pii.Conversation, types: frozenset[pii.Type], rules: Rules
) -> tuple[tuple[pii.Finding, ...], tuple[Doubt, ...]]:
    """Give what must go from bare words of these types, and the places where the stricter search is not sure."""
    detected = pii.detect(talk)
    payment = tuple(one for one in detected if one.type in PAYMENT)
    left = verification.payment_left(copies.as_conversation(talk, pii.redact(talk, payment)))
    suspicions = {*pii.payment_suspicions(talk, detected), *left}
    blanked = tuple(
        one
        for one in plan.suspected(talk, suspicions)
        if any(sign.isalnum() for sign in talk.turns[one.spans[0].turn].text)
    )
    found = plan.swallow([one for one in detected if one.type in types], blanked)
    doubts = [Doubt(plan.SUSPECTED, turn=one.spans[0].turn) for one in blanked]
    if types - PAYMENT - ALWAYS_MASKED:
        after = copies.as_conversation(talk, pii.redact(talk, found))
        doubts += [
            Doubt("text_residual", turn=one.spans[0].turn) for one in pii.residual(after) if one.type in rules.operators
        ]
    return found, tuple(doubts)


def told(one: pii.Finding) -> str:
    """Name what was found, for the counts of a report."""
    return SUSPECTED if one.rule == plan.SUSPECTED else one.type.value
