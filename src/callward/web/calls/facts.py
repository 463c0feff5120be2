"""What names a call outside Callward - external id, agent, source - sealed as one column of its row."""

from __future__ import annotations

from uuid import UUID

import orjson

from callward.engine import envelope
from callward.web.calls.models import Call
from callward.web.keys import vault
from callward.web.people.models import Person


def seal_facts(person: Person, call: UUID, labels: dict[str, str]) -> bytes:
    """Seal what names a call outside Callward, under its person's record key."""
    key = vault.record_key(person.controller_id, person.id)
    return envelope.seal_value(key, orjson.dumps(labels), _facts_bound(person.controller_id, call))


def open_facts(call: Call) -> dict[str, str]:
    """Open what ``seal_facts`` sealed. Raises ``KeyGone`` when the person is erased."""
    if not call.sealed_facts:
        return {}
    key = vault.record_key(call.controller_id, call.person_id)
    labels: dict[str, str] = orjson.loads(
        envelope.open_value(key, bytes(call.sealed_facts), _facts_bound(call.controller_id, call.id))
    )
    return labels


def _facts_bound(controller: UUID, call: UUID) -> bytes:
    return envelope.column_data(controller=controller, table="calls_call", column="sealed_facts", row=call)
