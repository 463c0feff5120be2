"""Writing entries: in the transaction of the act, or not at all."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from callward.engine import tlog
from callward.web.accounts.models import User
from callward.web.audit.errors import LedgerError
from callward.web.audit.models import Entry
from callward.web.core import measures
from callward.web.core.models import Controller

_SALT_BYTES = 16
_Stored = str | bytes | datetime | UUID | None  # as the database takes it
_Moment = tuple[datetime, _Stored]
_Row = tuple[_Stored, ...]
_COLUMNS = (
    "controller_id",
    "at",
    "action",
    "actor_kind",
    "actor_id",
    "resource_kind",
    "resource_id",
    "outcome",
    "body",
    "detail",
)
_INSERT = f"INSERT INTO audit_entry ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608 - constants

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
) -> str:
    """Record one act in its controller's ledger, in the transaction that commits the act.

    ``action`` is dotted and past tense (``recording.redacted``); ``facts`` are counts and codes, never content;
    ``detail`` is what the caller has sealed under the key of the person it is about: the entry commits to it.
    Returns the entry's random id.
    Raises ``LedgerError`` (``ledger_outside_transaction``) where no transaction is open, and the ledger engine's
    ``LogError`` where a value is outside its grammar.
    """
    act = Act(action, actor, resource, purpose, decision, outcome, facts or {}, detail, at)
    return record_many([act], controller=controller)[0]


def record_many(acts: Sequence[Act], *, controller: Controller | UUID) -> list[str]:
    """Record several acts of one controller at once, in their order; see ``record``."""
    _refuse_outside_transaction()
    owner = controller.pk if isinstance(controller, Controller) else controller
    stored_owner = Entry._meta.get_field("controller").get_db_prep_save(owner, connection)  # noqa: SLF001 - public in Django
    now, fresh = _moment(timezone.now()), _fresh(len(acts))
    _insert([_row(stored_owner, now, entry_id, nonce, act) for (entry_id, nonce), act in zip(fresh, acts, strict=True)])
    transaction.on_commit(partial(_count, acts))
    return [entry_id for entry_id, _ in fresh]


def _count(acts: Sequence[Act]) -> None:
    for (action, outcome), many in Counter((act.action, act.outcome) for act in acts).items():
        measures.count(measures.ACTS, action, outcome, by=many)
    for act in acts:
        if act.action == "call.refused":
            measures.count(measures.REFUSED, str(act.facts.get("reason", "")))


def _fresh(count: int) -> list[tuple[str, bytes]]:
    """Random ids (UUID version 4, RFC 9562 section 5.4) and nonces, drawn together."""
    drawn = secrets.token_bytes(32 * count)
    fresh = []
    for at in range(0, len(drawn), 32):
        word = drawn[at : at + 16].hex()
        variant = "89ab"[drawn[at + 8] & 3]
        entry_id = f"{word[:8]}-{word[8:12]}-4{word[13:16]}-{variant}{word[17:20]}-{word[20:]}"
        fresh.append((entry_id, drawn[at + 16 : at + 32]))
    return fresh


def _moment(at: datetime) -> _Moment:
    return at, connection.ops.adapt_datetimefield_value(at)


def _row(owner: _Stored, now: _Moment, entry_id: str, nonce: bytes, act: Act) -> _Row:
    """The entry's columns in the order of ``_COLUMNS``, as the database takes them."""
    at, stored_at = _moment(act.at.astimezone(UTC)) if act.at else now
    actor, resource = refer(act.actor), refer(act.resource)
    salt = secrets.token_bytes(_SALT_BYTES) if act.detail else b""
    entry = tlog.Entry(
        id=entry_id,
        at=at,
        nonce=nonce,
        actor=actor,
        action=act.action,
        resource=resource,
        outcome=act.outcome,
        purpose=act.purpose or None,
        decision=act.decision,
        detail=tlog.commit_detail(salt, act.detail) if act.detail else None,
        facts=act.facts,
    )
    return (
        owner, stored_at, act.action, actor.kind, actor.id, resource.kind, resource.id, act.outcome,
        tlog.encode_entry(entry), salt + act.detail,
    )  # fmt: skip


def _insert(rows: Sequence[_Row]) -> None:
    """One prepared statement for all rows: the ORM's bulk insert takes several times as long."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _refuse_outside_transaction() -> None:
    # A test case's own transaction is nobody's act; Django's durable blocks tell the two apart the same way.
    blocks = connection.atomic_blocks
    if all(getattr(block, "_from_testcase", False) for block in blocks):
        raise LedgerError("ledger_outside_transaction", "an entry is written in the transaction of its act")
