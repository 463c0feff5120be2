"""Writing entries: in the transaction of the act, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from callward.engine import tlog
from callward.web.accounts.models import User
from callward.web.audit.errors import LedgerError
from callward.web.audit.models import Entry
from callward.web.core.models import Controller

_SALT_BYTES = 16

SYSTEM = tlog.Reference("system", "callward")
"""The actor of what nobody asked for: duties, sweeps, replays."""

Party = tlog.Reference | Model
"""An actor or a resource: a reference, or a row that has one."""


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded; ``record`` explains the fields."""

    action: str
    actor: Party
    resource: Party
    purpose: str = ""
    decision: tlog.Decision | None = None
    outcome: str = "done"
    facts: Mapping[str, tlog.Fact] = field(default_factory=dict)
    detail: bytes = b""
    at: datetime | None = None


def refer(party: Party) -> tlog.Reference:
    """The reference of a row: its kind and random id; staff are ``staff``, everything else is named as its model."""
    if isinstance(party, tlog.Reference):
        return party
    kind = "staff" if isinstance(party, User) else str(party._meta.model_name)  # noqa: SLF001 - Django's public name for it
    return tlog.Reference(kind, str(party.pk))


def record(
    action: str,
    *,
    actor: Party,
    resource: Party,
    controller: Controller | UUID,
    purpose: str = "",
    decision: tlog.Decision | None = None,
    outcome: str = "done",
    facts: Mapping[str, tlog.Fact] | None = None,
    detail: bytes = b"",
    at: datetime | None = None,
) -> Entry:
    """Record one act in its controller's ledger, in the transaction that commits the act.

    ``action`` is dotted and past tense (``recording.redacted``); ``facts`` are counts and codes, never content;
    ``detail`` is what the caller has sealed under the key of the person it is about: the entry commits to it.
    Raises ``LedgerError`` (``ledger_outside_transaction``) where no transaction is open, and the ledger engine's
    ``LogError`` where a value is outside its grammar.
    """
    act = Act(action, actor, resource, purpose, decision, outcome, facts or {}, detail, at)
    return record_many([act], controller=controller)[0]


def record_many(acts: Sequence[Act], *, controller: Controller | UUID) -> list[Entry]:
    """Record several acts of one controller at once, in their order; see ``record``."""
    _refuse_outside_transaction()
    owner = controller.pk if isinstance(controller, Controller) else controller
    now = timezone.now()
    return Entry.objects.bulk_create([_row(act, owner, now) for act in acts])


def _row(act: Act, controller: UUID, now: datetime) -> Entry:
    entry_id, at = uuid4(), (act.at or now).astimezone(UTC)
    actor, resource = refer(act.actor), refer(act.resource)
    salt = secrets.token_bytes(_SALT_BYTES) if act.detail else b""
    entry = tlog.Entry(
        id=str(entry_id),
        at=at,
        nonce=secrets.token_bytes(16),
        actor=actor,
        action=act.action,
        resource=resource,
        outcome=act.outcome,
        purpose=act.purpose or None,
        decision=act.decision,
        detail=tlog.commit_detail(salt, act.detail) if act.detail else None,
        facts=act.facts,
    )
    return Entry(
        uuid=entry_id,
        controller_id=controller,
        at=at,
        action=act.action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        resource_kind=resource.kind,
        resource_id=resource.id,
        outcome=act.outcome,
        body=tlog.encode_entry(entry),
        detail=salt + act.detail,
    )


def _refuse_outside_transaction() -> None:
    # A test case's own transaction is nobody's act; Django's durable blocks tell the two apart the same way.
    blocks = connection.atomic_blocks
    if all(getattr(block, "_from_testcase", False) for block in blocks):
        raise LedgerError("ledger_outside_transaction", "an entry is written in the transaction of its act")
