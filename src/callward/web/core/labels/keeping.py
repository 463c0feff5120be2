"""Words for how long things are kept and why: purposes, items, events, endings, conflicts, grounds to erase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Why somebody or something holds what it holds (GDPR Art. 5(1)(b)); a line names those that it serves.
PURPOSES: Mapping[str, StrPromise] = {
    "evidence": _("evidence of what was agreed"),
    "complaint_handling": _("handling complaints"),
    "quality": _("quality and training"),
    "fraud_prevention": _("preventing fraud"),
    "legal_duty": _("a duty in law to record"),
    "clinical_safety": _("safety of care"),
    "service_delivery": _("giving the service asked for"),
}

# What is kept of a call, and what a rule for keeping may be about.
ITEMS: Mapping[str, StrPromise] = {
    "recording.original": _("original recording"),
    "recording.redacted": _("redacted recording"),
    "transcript.original": _("original transcript"),
    "transcript.redacted": _("redacted transcript"),
    "note.original": _("original note"),
    "note.redacted": _("redacted note"),
    "form.original": _("original form"),
    "form.redacted": _("redacted form"),
    "sheet": _("sheet of findings"),
    "voicemail": _("voicemail, all of it"),
    "metadata": _("row in the call log"),
}

# What days are counted from.
EVENTS: Mapping[str, StrPromise] = {
    "call": _("the call"),
    "contract_ended": _("the end of the contract"),
    "resolved": _("the day the matter was resolved"),
}

# What becomes of what has had its time.
ENDINGS: Mapping[str, StrPromise] = {
    "delete": _("destroy it"),
    "anonymise": _("keep its words anonymous, destroy the rest"),
}

CONFLICTS: Mapping[str, StrPromise] = {
    "over_ceiling": _("A rule asks for longer than is allowed without a duty in law: the ceiling holds."),
    "duty_beats_maximum": _("A rule asks for less than the duty in law: the duty holds."),
    "shorter_holds": _("A minimum is longer than the maximum: without a duty in law the shorter holds."),
    "two_maxima": _("A rule for what was found asks for less than the item's own: the shorter holds for each purpose."),
    "two_events": _("Minimum and maximum count from different events: the clock of the maximum holds."),
    "card_never_kept": _("A rule asks to keep calls with payment data: card data is never kept, the rest of them is."),
}

# Why a person is erased (GDPR Art. 17(1)(a) to (f)).
ERASURE_GROUNDS: Mapping[str, StrPromise] = {
    "no_longer_needed": _("What is kept of them is no longer needed"),
    "consent_withdrawn": _("They have withdrawn their consent"),
    "objection": _("They object, and nothing weighs more"),
    "unlawful": _("It should never have been kept"),
    "legal_duty": _("A law or an order demands it"),
    "child_service": _("It was kept of a child for an online service"),
}
