"""Items of a call destroyed as a purge or a decision does it: what is intended is committed, then carried out."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from callward.web import audit
from callward.web.calls.destroying import finish, intend_to_destroy
from callward.web.calls.models import Call, Item


def destroy_items(call: Call, items: Iterable[Item]) -> int:
    """Destroy items; return how many there were."""
    with transaction.atomic():
        intents = intend_to_destroy(call, items, audit.SYSTEM, because="test")
    finish(intents)
    return len(intents)
