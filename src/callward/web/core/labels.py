"""Every code as a word or sentence, in one place: engines and rows carry codes, people read this.

One dictionary an area. Add codes to the area they belong to; a test proves each area total. Legal terms follow
docs/glossary.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_log = logging.getLogger(__name__)

CATEGORIES: Mapping[str, StrPromise] = {
    "payment": _("payment"),
    "identity": _("identity"),
    "contact": _("contact"),
    "health": _("health"),
    "special": _("special category"),
    "location": _("location"),
    "online": _("online"),
}

TYPES: Mapping[str, StrPromise] = {
    "PERSON": _("name"),
    "ADDRESS": _("address"),
    "POSTCODE": _("postcode"),
    "CITY": _("city"),
    "PHONE": _("phone number"),
    "EMAIL": _("e-mail"),
    "PAYMENT_CARD": _("card number"),
    "CARD_CVV": _("security code"),
    "CARD_EXPIRY": _("card expiry"),
    "IBAN": _("IBAN"),
    "BANK_ACCOUNT": _("bank account"),
    "NATIONAL_ID": _("national id"),
    "PASSPORT": _("passport"),
    "DRIVING_LICENCE": _("driving licence"),
    "VEHICLE_PLATE": _("number plate"),
    "HEALTH_ID": _("health number"),
    "HEALTH_CONDITION": _("health condition"),
    "DATE_OF_BIRTH": _("date of birth"),
    "AGE": _("age"),
    "IP_ADDRESS": _("IP address"),
    "USERNAME": _("user name"),
    "PASSWORD": _("password"),
    "ACCOUNT_NUMBER": _("account number"),
    "TAX_ID": _("tax number"),
    "ORGANISATION": _("organisation"),
    "SPECIAL_CATEGORY": _("special category"),
}

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

# Roles as sentences, for those who give them.
ROLES: Mapping[str, StrPromise] = {
    "agent": _("Agent: takes calls and hears their own, redacted"),
    "supervisor": _("Supervisor: reviews calls and looks after lines"),
    "dpo": _("Data-protection officer: decides on reviews, rules and requests"),
    "security": _("Security officer: watches access, keys and the ledger"),
    "auditor": _("Auditor: reads and verifies, changes nothing"),
    "administrator": _("Administrator: adds staff and lines, opens no calls"),
}

OPERATORS: Mapping[str, StrPromise] = {
    "mask": _("mask it"),
    "replace": _("replace it by its type"),
    "hash": _("replace it by a keyed code"),
    "keep": _("keep it readable"),
}

# What the ledger says was done, dotted and past tense.
ACTIONS: Mapping[str, StrPromise] = {
    "controller.opened": _("Opened the controller"),
    "controller.changed": _("Changed the controller"),
    "line.added": _("Added a line"),
    "line.changed": _("Changed a line"),
    "staff.added": _("Added a member of staff"),
    "staff.changed": _("Changed a member of staff"),
    "staff.left": _("Ended the access of a member of staff"),
    "staff.returned": _("Gave a member of staff access again"),
    "staff.second_factor_removed": _("Removed a second factor"),
    "staff.password_reset": _("Gave a new starting password"),
    "staff.signed_in": _("Signed in"),
    "staff.sign_in_refused": _("Was refused at sign-in"),
    "staff.signed_out": _("Signed out"),
    "staff.second_factor_added": _("Added a second factor"),
    "staff.password_changed": _("Changed the password"),
    "access.denied": _("Was refused a page"),
    "ledger.listed": _("Listed entries of the ledger"),
    "ledger.entry_opened": _("Opened an entry of the ledger"),
    "ledger.proof_downloaded": _("Took the proof of an entry"),
    "ledger.entry_downloaded": _("Took the text of an entry"),
    "ledger.entries_read": _("Read entries of the ledger as a bundle"),
    "checkpoint.sent": _("Sent a checkpoint elsewhere"),
    "witness.named": _("Named a witness of the ledger"),
    "witness.ended": _("Ended a witness of the ledger"),
}

# Who acted and what was acted on, by the kind that an entry names.
PARTIES: Mapping[str, StrPromise] = {
    "system": _("the platform"),
    "nobody": _("somebody unknown"),
    "staff": _("staff"),
    "controller": _("controller"),
    "line": _("line"),
    "call": _("call"),
    "item": _("item"),
    "person": _("person"),
    "review": _("review"),
    "ledger": _("ledger"),
    "entry": _("entry"),
    "witness": _("witness"),
    "page": _("page"),
}

# What came of an act, where it is not simply done.
OUTCOMES: Mapping[str, StrPromise] = {
    "done": _("done"),
    "denied": _("refused"),
    "refused": _("refused"),
    "failed": _("failed"),
    "intended": _("begun"),
}

# Why a checkpoint did not reach whoever should hold it.
WITNESS_FAULTS: Mapping[str, StrPromise] = {
    "ledger_empty": _("Nothing is published yet, so there was nothing to send."),
    "witness_unreachable": _("The witness did not answer."),
    "witness_bad_request": _("The witness did not understand the request."),
    "witness_key_unknown": _("The witness does not trust this ledger's key yet: give it the public key."),
    "witness_log_unknown": _("The witness does not know this ledger yet: give it origin and public key."),
    "witness_inconsistent": _("The witness holds another history of this ledger. Find out why before anything else."),
    "witness_ahead": _("The witness holds a larger ledger than this one. Find out why before anything else."),
    "witness_refused": _("The witness refused."),
    "witness_busy": _("The witness was busy with another checkpoint."),
    "witness_answer_malformed": _("The answer was no cosignature."),
    "witness_answer_foreign": _("The answer was signed by somebody else than the witness that was named."),
    "witness_answer_too_large": _("The answer was far too long."),
    "mailbox_unreachable": _("The mail server did not take the message."),
    "timestamp_unreachable": _("The time-stamping service did not answer."),
    "timestamp_refused": _("The time-stamping service refused."),
    "anchor_invalid": _(
        "The stamp is not vouched for by the certificates that were given, or not for this checkpoint."
    ),
    "anchor_malformed": _("The answer was no time stamp."),
    "anchor_not_granted": _("The time-stamping service refused to stamp."),
    "anchor_hash": _("The stamp is over another kind of hash."),
    "anchor_too_large": _("The answer was far too long."),
}

# Kinds of second factor, as the sign-in library names them.
FACTORS: Mapping[str, StrPromise] = {
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
}

# Why an act was refused, as the person reads it.
REFUSALS: Mapping[str, StrPromise] = {
    "staff_self": _("Another administrator has to do this for you."),
    "staff_last_administrator": _("One administrator must remain. Make somebody else administrator first."),
}

AREAS: Mapping[str, Mapping[str, StrPromise]] = {
    "action": ACTIONS,
    "category": CATEGORIES,
    "factor": FACTORS,
    "operator": OPERATORS,
    "outcome": OUTCOMES,
    "party": PARTIES,
    "purpose": PURPOSES,
    "refusal": REFUSALS,
    "role": ROLES,
    "type": TYPES,
    "witness_fault": WITNESS_FAULTS,
}


def label(area: str, code: str) -> str:
    """The word for ``code``; an unknown code is shown as it is and named in the log, never an error on a page."""
    words = AREAS[area]
    if code not in words:
        _log.warning("no label for %s %s", area, code)
        return code
    return str(words[code])
