"""Who may hear and read which copy of a call: the one place of this rule until policies decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from callward.shelf import ItemKind
from callward.web.accounts.access import Capability, may
from callward.web.calls.keeping import DUTY, all_purposes_of, purposes_of
from callward.web.calls.models import Call

ORIGINAL_OPEN = timedelta(minutes=15)
_ORIGINALS = frozenset(kind.value for kind in ItemKind if kind.value.endswith(".original"))
_TO_NOBODY = frozenset({Call.State.HELD, Call.State.WAITS_FOR_TRANSCRIPT, Call.State.KEPT_SEALED, Call.State.ENDED})
_SESSION_KEY = "originals"
_PURPOSE, _ASKED = "opened_for", "for"


def may_see(request: HttpRequest, call: Call) -> bool:
    """Tell whether the words and the sheet of the released copy may be shown, for the purpose it is opened for."""
    if call.state == Call.State.KEPT_SEALED:
        return False
    if call.state == Call.State.RELEASED:
        return (not call.voicemail or may(request.user, Capability.HEAR_VOICEMAIL)) and may_read(request, call)
    return may(request.user, Capability.REVIEW_CALLS)


def may_read(request: HttpRequest, call: Call, kind: str = "") -> bool:
    """Tell whether a call, or an item of it, lives for what it is asked for, or, where nothing was, for anything.

    Who has asked for a purpose that has ended is given no other one in its place: they ask for that themselves.
    """
    readable = readable_for(request, call, kind)
    asked = asked_for(request, call)
    return asked in readable if asked else bool(readable)


def asked_for(request: HttpRequest, call: Call) -> str:
    """Return the purpose that a call is asked for, or was last in this session; empty where nobody chose one."""
    asked = request.GET.get(_ASKED, "")
    last = str(_session(request).get(_PURPOSE, ""))
    return asked or (last if last in {*all_purposes_of(call), *living_purposes(call)} else "")


def read_for(request: HttpRequest, call: Call) -> str:
    """Return the purpose that a released copy is given out for; empty before the release, which no purpose decides."""
    return asked_for(request, call) if call.state == Call.State.RELEASED else ""


def readable_for(request: HttpRequest, call: Call, kind: str = "") -> list[str]:
    """Return the living purposes that who asks may open a call for, or an item; a duty in law is fulfilled by few."""
    fulfils = may(request.user, Capability.OPEN_ORIGINALS)
    return [purpose for purpose in living_purposes(call, kind) if fulfils or purpose != DUTY]


def work_for(request: HttpRequest, purpose: str) -> None:
    """Remember for the session what was asked for last: the sound that belongs to the page is sent for the same."""
    if _session(request).get(_PURPOSE) != purpose:
        request.session[_PURPOSE] = purpose


def _session(request: HttpRequest) -> Mapping[str, Any]:
    """Return the session, or nothing where who asks has none."""
    return getattr(request, "session", {})


def may_search(request: HttpRequest, call: Call, purpose: str) -> bool:
    """Tell whether the released words of a call may be searched for a purpose: those that its page shows for it."""
    if call.state != Call.State.RELEASED or (call.voicemail and not may(request.user, Capability.HEAR_VOICEMAIL)):
        return False
    words = ItemKind.TRANSCRIPT_REDACTED.value
    return purpose in readable_for(request, call) and purpose in readable_for(request, call, words)


def may_hear(request: HttpRequest, call: Call, kind: ItemKind) -> bool:
    """Tell whether a copy of the sound may be sent."""
    if kind is ItemKind.RECORDING_ORIGINAL:
        return may_open_original(request, call) and original_is_open(request, call) and lives(request, call, kind)
    return may_see(request, call) and lives(request, call, kind)


def lives(request: HttpRequest, call: Call, kind: ItemKind) -> bool:
    """Tell whether an item of a released call lives for what the call is open for: sound may end sooner than words.

    Before its release a call is looked at to decide on it, whatever it will be kept for; what is no purpose of it is
    refused then too.
    """
    if call.state != Call.State.RELEASED:
        return asked_for(request, call) in {"", *all_purposes_of(call), *living_purposes(call)}
    if kind.value in _ORIGINALS:
        return original_purpose(request, call) in living_purposes(call, kind.value)
    return may_read(request, call, kind.value)


def may_open_original(request: HttpRequest, call: Call) -> bool:
    """Tell whether somebody may ask for the original.

    What is held, or waits for a transcript, may hold card data that nobody has found yet, and what was decided to stay
    sealed stays so: these are opened to nobody. Nor is what is only kept still: every purpose has had its time.
    """
    kept = any(item.kind in _ORIGINALS for item in call.items.all())
    allowed = kept and may(request.user, Capability.OPEN_ORIGINALS) and call.state not in _TO_NOBODY
    return allowed and bool(original_purposes(call))


def original_purposes(call: Call) -> list[str]:
    """Return the purposes that the originals of a call may still be opened for: those of any that is kept."""
    kinds = [item.kind for item in call.items.all() if item.kind in _ORIGINALS]
    return list(dict.fromkeys(purpose for kind in kinds for purpose in living_purposes(call, kind)))


def living_purposes(call: Call, kind: str = "") -> list[str]:
    """Return the purposes that a call, or an item, may still be opened for today, in its controller's zone."""
    return purposes_of(call, timezone.now().astimezone(call.line.controller.zone).date(), kind)


def open_original(request: HttpRequest, call: Call, purpose: str) -> None:
    """Note in the session that the original was opened for a purpose; the ledger entry is the caller's duty."""
    opened = dict(request.session.get(_SESSION_KEY, {}))
    opened[call.id.hex] = [(timezone.now() + ORIGINAL_OPEN).isoformat(), purpose]
    request.session[_SESSION_KEY] = opened
    work_for(request, purpose)


def original_is_open(request: HttpRequest, call: Call) -> bool:
    """Tell whether the original is open to who asks: for the purpose that they ask for, and as long as that lives."""
    until, purpose = _opening(request, call)
    # Longer than one can be opened for: the clock was set back since.
    lasts = until is not None and timezone.now() < until <= timezone.now() + ORIGINAL_OPEN
    return lasts and purpose in original_purposes(call) and asked_for(request, call) in ("", purpose)


def original_until(request: HttpRequest, call: Call) -> datetime | None:
    """Until when the original is, or was, open to who asks."""
    return _opening(request, call)[0]


def original_purpose(request: HttpRequest, call: Call) -> str:
    """Return the purpose that who asks has opened the original for; empty where they have not."""
    return _opening(request, call)[1]


def _opening(request: HttpRequest, call: Call) -> tuple[datetime | None, str]:
    told = _session(request).get(_SESSION_KEY, {}).get(call.id.hex)
    # A session of an earlier version holds no purpose: it is opened anew.
    return (parse_datetime(told[0]), told[1]) if isinstance(told, list) else (None, "")
