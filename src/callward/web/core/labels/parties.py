"""Words for people and things: who acted, on what, in which part, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Roles as sentences, for those who give them.
ROLES: Mapping[str, StrPromise] = {
    "agent": _("Agent: reads and hears released calls, redacted"),
    "supervisor": _("Supervisor: reviews calls and looks after lines"),
    "dpo": _("Data-protection officer: decides on reviews, rules and requests"),
    "security": _("Security officer: watches access, keys and the ledger"),
    "auditor": _("Auditor: reads and verifies, changes nothing"),
    "administrator": _("Administrator: adds staff and lines, opens no calls"),
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
    "sweep": _("sweep"),
    "ledger": _("ledger"),
    "entry": _("entry"),
    "witness": _("witness"),
    "page": _("page"),
    "anonymoustext": _("anonymous text"),
    "command": _("command"),
    "batch": _("files sent together"),
    "job": _("background job"),
    "feed": _("feed"),
    "service": _("program"),
}

# Who had which part in a call.
SPEAKERS: Mapping[str, StrPromise] = {
    "agent": _("agent"),
    "caller": _("caller"),
    "other": _("other person"),
    "unknown": _("speaker"),
}

# What came of an act, where it is not simply done.
OUTCOMES: Mapping[str, StrPromise] = {
    "done": _("done"),
    "denied": _("refused"),
    "refused": _("refused"),
    "failed": _("failed"),
    "intended": _("begun"),
    "not_needed": _("no longer needed"),
}

# Kinds of second factor, as the sign-in library names them.
FACTORS: Mapping[str, StrPromise] = {
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
}
