"""What is written beside a call - an agent's notes, the fields of an appointment - redacted as its words are.

A note has no times and no sound, so nothing can be looked at again by listening: a line in which the second pass still
finds something is taken out whole, from the released copy, and from the kept one where it may be payment data.
"""

from __future__ import annotations

from callward import copies, plan, verification
from callward.engine import pii, transcripts
from callward.plan import Copy, Rules
from callward.shelf import ItemKind, Shelf

WITHHELD = "[WITHHELD]"
TEXT = "text/plain; charset=utf-8"
COPIES = {
    ItemKind.NOTE_ORIGINAL: ItemKind.NOTE_REDACTED,
    ItemKind.FORM_ORIGINAL: ItemKind.FORM_REDACTED,
}


def write_notes(words: transcripts.Transcript, kind: ItemKind, rules: Rules, shelf: Shelf) -> None:
    """Redact notes or fields and put both copies on the shelf; ``kind`` is that of the kept one.

    The kept copy holds everything but payment data, and is left out where the line keeps no originals.
    """
    talk = plan.conversation(words, rules)
    found = pii.detect(talk)
    payment = tuple(finding for finding in found if finding.type in plan.PAYMENT)
    left = verification.payment_left(copies.as_conversation(talk, pii.redact(talk, payment)))
    blanked = plan.suspected(talk, {*pii.payment_suspicions(talk, found), *left})
    ruled = plan.swallow([f for f in found if f.type in plan.PAYMENT or f.type in rules.operators], blanked)
    kept = Copy(plan.swallow(payment, blanked), (), ())
    released = Copy(ruled, (), ())
    if rules.keep_original:
        _write(kind, talk, kept, rules, shelf)
    _write(COPIES[kind], talk, released, rules, shelf)


def _write(kind: ItemKind, talk: pii.Conversation, copy: Copy, rules: Rules, shelf: Shelf) -> None:
    redacted = pii.redact(talk, copy.findings, rules.operators, key=rules.pseudonym_key, caller_key=rules.caller_key)
    again = copies.as_conversation(talk, redacted)
    looked_for = rules.operators if kind in COPIES.values() else plan.PAYMENT
    doubted = {span.turn for finding in pii.residual(again) if finding.type in looked_for for span in finding.spans}
    lines = [WITHHELD if number in doubted else text for number, text in enumerate(redacted.texts)]
    with shelf.writer(kind, TEXT) as target:
        target.write("\n".join(lines).encode())


def lines_of(data: bytes) -> list[str]:
    """The lines of an item that ``write_notes`` wrote."""
    return data.decode().split("\n")
