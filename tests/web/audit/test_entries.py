from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID, uuid4

import pytest
from django.db import transaction

from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.audit.models import Entry, Intent
from callward.web.core import acts
from callward.web.core.models import Controller

pytestmark = pytest.mark.django_db

CALL = tlog.Reference("call", "4f0c9d3e-6f0a-4d59-9a6b-6c3a6f5d2b10")


def test_an_entry_outside_a_transaction_is_refused(acme: Controller) -> None:
    with pytest.raises(audit.LedgerError) as caught:
        audit.record("recording.redacted", actor=audit.SYSTEM, resource=CALL, controller=acme)
    assert caught.value.code == "ledger_outside_transaction"
    assert not Entry.objects.exists()


def test_an_act_that_rolls_back_leaves_no_entry(acme: Controller) -> None:
    with transaction.atomic():
        audit.record("recording.redacted", actor=audit.SYSTEM, resource=CALL, controller=acme)
        assert Entry.objects.count() == 1
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_an_entry_says_who_did_what_to_what_and_why(acme: Controller, bob: User) -> None:
    decision = tlog.Decision(tlog.Effect.PERMIT, ("agent-own-line",), "ab" * 32)
    at = datetime(2026, 11, 21, 15, 30, tzinfo=timezone(timedelta(hours=1)))
    with transaction.atomic():
        entry_id = audit.record(
            "recording.opened",
            actor=bob,
            resource=CALL,
            controller=acme,
            purpose="complaint_handling",
            decision=decision,
            facts={"seconds": 61, "original": False},
            at=at,
        )
    row = Entry.objects.get()
    entry = tlog.decode_entry(bytes(row.body))
    assert entry.id == row.uuid == entry_id
    assert entry.actor == tlog.Reference("staff", str(bob.id))
    assert (entry.action, entry.resource, entry.outcome) == ("recording.opened", CALL, "done")
    assert (entry.purpose, entry.decision) == ("complaint_handling", decision)
    assert entry.at == datetime(2026, 11, 21, 14, 30, tzinfo=UTC) == row.at
    assert dict(entry.facts) == {"seconds": 61, "original": False}
    assert (row.actor_kind, row.actor_id, row.resource_id) == ("staff", str(bob.id), CALL.id)


def test_ids_are_random_uuids_of_version_4(acme: Controller) -> None:
    with transaction.atomic():
        ids = audit.record_many([audit.Act("call.listed", audit.SYSTEM, CALL)] * 200, controller=acme)
    drawn = [UUID(entry_id) for entry_id in ids]
    assert len(set(drawn)) == 200
    assert {(one.version, one.variant) for one in drawn} == {(4, RFC_4122)}
    assert [str(one) for one in drawn] == ids
    nonces = {tlog.decode_entry(bytes(row.body)).nonce for row in Entry.objects.all()}
    assert len(nonces) == 200


def test_two_equal_acts_have_different_leaves(acme: Controller) -> None:
    with transaction.atomic():
        audit.record_many([audit.Act("call.listed", audit.SYSTEM, CALL)] * 2, controller=acme)
    assert len({tlog.leaf_hash(bytes(row.body)) for row in Entry.objects.all()}) == 2


def test_sealed_detail_is_committed_to_and_not_shown(acme: Controller) -> None:
    sealed = b"ciphertext, as far as the ledger knows"
    with transaction.atomic():
        audit.record("note.added", actor=audit.SYSTEM, resource=CALL, controller=acme, detail=sealed)
    row = Entry.objects.get()
    salt, kept = bytes(row.detail[:16]), bytes(row.detail[16:])
    assert kept == sealed
    assert tlog.decode_entry(bytes(row.body)).detail == tlog.commit_detail(salt, sealed)
    assert sealed not in bytes(row.body)


@pytest.mark.parametrize(
    "facts",
    [
        {"caller": "Dana Berg"},
        {"phone": "+46701740605"},
        {"card": "4111111111111111"},
        {"mail": "dana@example.org"},
        {"personnummer": "19811218-9876"},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_a_direct_identifier_does_not_fit_into_an_entry(acme: Controller, facts: dict[str, tlog.Fact]) -> None:
    with pytest.raises(tlog.LogError), transaction.atomic():
        audit.record("call.taken_in", actor=audit.SYSTEM, resource=CALL, controller=acme, facts=facts)
    assert not Entry.objects.exists()


def test_an_entry_about_staff_holds_no_user_name(acme: Controller, bob: User) -> None:
    with transaction.atomic():
        audit.record("staff.added", actor=bob, resource=bob, controller=acme)
    assert bob.username.encode() not in bytes(Entry.objects.get().body)


def test_lower_apps_reach_the_ledger_through_their_door(acme: Controller, bob: User) -> None:
    with transaction.atomic():
        acts.record("staff.signed_in", actor=bob, resource=bob, controller=acme.id)
    assert Entry.objects.get().action == "staff.signed_in"


def test_an_intent_stays_open_until_its_result_stands(acme: Controller) -> None:
    with transaction.atomic():
        intent = audit.intend(
            "person.erased", actor=audit.SYSTEM, resource=CALL, controller=acme, parameters={"person": str(uuid4())}
        )
    assert list(audit.open_intents()) == [intent]
    with transaction.atomic():
        assert audit.conclude(intent, facts={"keys": 3})
    with transaction.atomic():
        assert not audit.conclude(intent.id, facts={"keys": 3})
    assert not audit.open_intents().exists()
    entries = [tlog.decode_entry(bytes(row.body)) for row in Entry.objects.order_by("id")]
    assert [entry.outcome for entry in entries] == ["intended", "done"]
    assert {entry.facts["intent"] for entry in entries} == {str(intent.id)}


def test_an_intent_that_rolls_back_never_was(acme: Controller) -> None:
    with transaction.atomic():
        audit.intend("person.erased", actor=audit.SYSTEM, resource=CALL, controller=acme)
        transaction.set_rollback(True)
    assert not Intent.objects.exists()
    assert not Entry.objects.exists()


def test_open_intents_can_be_asked_by_age_and_act(acme: Controller) -> None:
    with transaction.atomic():
        audit.intend("person.erased", actor=audit.SYSTEM, resource=CALL, controller=acme)
    assert not audit.open_intents(older_than=timedelta(minutes=1)).exists()
    assert not audit.open_intents(action="item.deleted").exists()
    assert audit.open_intents(action="person.erased").exists()


def test_entries_are_found_by_what_they_are_about(acme: Controller, rival: Controller) -> None:
    with transaction.atomic():
        first = audit.record("recording.redacted", actor=audit.SYSTEM, resource=CALL, controller=acme)
        audit.record("recording.redacted", actor=audit.SYSTEM, resource=CALL, controller=rival)
        last = audit.record("recording.opened", actor=audit.SYSTEM, resource=CALL, controller=acme)
    assert [row.uuid for row in audit.entries_for(acme, CALL)] == [last, first]
