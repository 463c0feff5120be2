"""Certificates of erasure: the same bytes until something changes, and no claim that the ledger does not bear out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from backups import key_file, place
from calls_at_work import CALLED, CARD, HARMLESS, PHONE, take
from django.utils import timezone
from pyrage.x25519 import Identity

from callward.certificate import Certificate, sign_certificate, verify_certificate
from callward.engine.tlog import LogError, RefutedError, SigningKey, VerifierKey, format_note, parse_note, sign_note
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.audit.models import Entry, Head
from callward.web.audit.sequencing import log_key
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.lifecycle import erasing, holds, purging, turns
from callward.web.lifecycle.backup.replaying import replay
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import Destination
from callward.web.lifecycle.certificates import CertificateError, certificate_of, progress_of
from callward.web.lifecycle.escrow import share_out
from callward.web.lifecycle.models import Escrow, ShareDestroyed
from callward.web.lifecycle.shares import attest
from callward.web.people.models import Person

__all__ = ["key_file", "place"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def caller(care_line: Line) -> Person:
    take(care_line, HARMLESS)
    return take(care_line, CARD).person


@pytest.fixture
def erased(caller: Person) -> Person:
    erasing.erase(caller, audit.SYSTEM, because="test")
    return Person.objects.get(id=caller.id)


def _key(person: Person) -> VerifierKey:
    return log_key(person.controller).verifier


def _turn(person: Person) -> None:
    turns.turn(person.controller, audit.SYSTEM)


def test_who_is_not_erased_has_no_certificate(caller: Person) -> None:
    with pytest.raises(CertificateError) as refused:
        certificate_of(caller)
    assert refused.value.code == "person_not_erased"


def test_a_certificate_says_since_when_and_by_when(erased: Person) -> None:
    certificate, standing = verify_certificate(certificate_of(erased), _key(erased))
    assert certificate.person == str(erased.id)
    assert erased.erased_at is not None
    assert certificate.asked_at <= erased.erased_at <= certificate.effective_at
    assert (certificate.final_at, certificate.root_destroyed_at, certificate.epoch) == (None, None, 1)
    assert certificate.final_by == turns.due_at(erased.controller_id)
    assert (certificate.roots_in_files, certificate.escrow, certificate.backups) == ((1,), (), ())
    assert standing.turn is None


def test_the_turn_makes_it_final_and_gives_another_certificate(erased: Person) -> None:
    before = certificate_of(erased)
    _turn(erased)
    after = certificate_of(erased)
    certificate, standing = verify_certificate(after, _key(erased))
    assert certificate.final_by is None
    assert certificate.final_at is not None
    assert certificate.root_destroyed_at is not None
    assert certificate.effective_at < certificate.root_destroyed_at <= certificate.final_at
    assert certificate.epoch == 1
    assert standing.turn is not None
    assert verify_certificate(before, _key(erased))[0].final_at is None, "the first one goes on being true"
    _turn(erased)
    assert certificate_of(erased) == after, "a further turn changes nothing about it"


def test_a_turn_that_was_under_way_does_not_make_it_final(caller: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("callward.web.keys.turning.move", cut)
        with pytest.raises(KeyboardInterrupt):
            _turn(caller)
    erasing.erase(caller, audit.SYSTEM, because="test")
    turns.resume()
    certificate, _ = verify_certificate(certificate_of(caller), _key(caller))
    assert (certificate.final_at, certificate.epoch) == (None, 2)
    _turn(caller)
    certificate, _ = verify_certificate(certificate_of(caller), _key(caller))
    assert certificate.final_at is not None
    assert (certificate.epoch, certificate.roots_in_files) == (2, (1, 2))


def test_the_bytes_stay_the_same_while_the_ledger_grows(erased: Person) -> None:
    first = certificate_of(erased)
    take(Line.objects.get(), HARMLESS, seconds=7.0, phone="+447700900456")
    audit.sequence(erased.controller)
    assert certificate_of(erased) == first


def test_what_was_removed_is_counted_and_the_suppression_has_an_end(erased: Person) -> None:
    certificate_of(erased)
    erasing.sweep()
    certificate, standing = verify_certificate(certificate_of(erased), _key(erased))
    assert standing.calls_removed == 2
    assert certificate.suppressed_until == standing.sweeps[-1][1].at + erasing.SUPPRESSED


def test_who_was_ended_because_nothing_was_left_has_a_certificate_too(caller: Person, care_line: Line) -> None:
    past = CALLED + timedelta(days=366)
    purging.purge(care_line.controller, today=past)
    caller.refresh_from_db()
    assert caller.erased_at is not None
    certificate, standing = verify_certificate(certificate_of(caller), _key(caller))
    assert standing.by_retention
    assert standing.calls_removed == 2
    assert certificate.suppressed_until is not None
    assert certificate.held_items == 0
    _turn(caller)
    final, _ = verify_certificate(certificate_of(caller), _key(caller))
    assert final.final_at is not None


def test_a_second_erasure_changes_nothing(erased: Person) -> None:
    first = certificate_of(erased)
    erasing.erase(erased, audit.SYSTEM, because="test")
    assert certificate_of(erased) == first


def test_an_erasure_that_was_cut_off_is_effective_when_it_was_done(
    caller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("callward.web.keys.vault.delete_person_key", cut)
        with pytest.raises(KeyboardInterrupt):
            erasing.erase(caller, audit.SYSTEM, because="test")
    assert progress_of(caller) is None
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(hours=3))
    erasing.replay()
    certificate, _ = verify_certificate(certificate_of(caller), _key(caller))
    assert certificate.effective_at - certificate.asked_at >= timedelta(hours=3)


def test_shares_of_every_root_that_the_key_was_under_are_named(caller: Person) -> None:
    now = timezone.now()
    Escrow.objects.create(controller=caller.controller, epoch=1, shares=3, threshold=2, made_at=now)
    _turn(caller)
    erasing.erase(caller, audit.SYSTEM, because="test")
    certificate, _ = verify_certificate(certificate_of(caller), _key(caller))
    assert certificate.epoch == 2
    assert [(one.epoch, one.shares, one.threshold) for one in certificate.escrow] == [(1, 3, 2)]
    Person.objects.filter(id=caller.id).update(created_at=timezone.now())
    certificate, _ = verify_certificate(certificate_of(Person.objects.get(id=caller.id)), _key(caller))
    assert (certificate.escrow, certificate.roots_in_files) == ((), (2,))


@pytest.fixture
def shared(caller: Person) -> Person:
    """An erased person, and the turn after that out of an epoch whose root three officers have, two of them enough."""
    now = timezone.now()
    Escrow.objects.create(controller=caller.controller, epoch=1, shares=3, threshold=2, made_at=now)
    erasing.erase(caller, audit.SYSTEM, because="test")
    _turn(caller)
    return Person.objects.get(id=caller.id)


def _attest(person: Person, number: int) -> Certificate:
    attest(person.controller, 1, number, audit.SYSTEM)
    return verify_certificate(certificate_of(person), _key(person))[0]


def test_it_is_final_when_too_few_shares_are_left_by_the_word_of_their_officers(shared: Person) -> None:
    waits, _ = verify_certificate(certificate_of(shared), _key(shared))
    assert (waits.final_at, waits.final_by) == (None, None)
    assert waits.root_destroyed_at is not None
    assert [(one.destroyed, one.needed, one.awaited) for one in waits.escrow] == [(0, 2, 2)]
    one = _attest(shared, 3)
    assert (one.final_at, one.final_by, one.escrow[0].awaited) == (None, None, 1)
    final = _attest(shared, 1)
    written = Entry.objects.filter(action="keys.share_destroyed").latest("id")
    assert (final.final_at, final.escrow[0].awaited) == (written.at, 0)
    after = certificate_of(shared)
    _attest(shared, 2)
    assert certificate_of(shared) == after, "it was final before"


def test_before_the_turn_it_tells_whose_word_it_will_wait_for(caller: Person) -> None:
    now = timezone.now()
    Escrow.objects.create(controller=caller.controller, epoch=1, shares=3, threshold=2, made_at=now)
    erasing.erase(caller, audit.SYSTEM, because="test")
    early, _ = verify_certificate(certificate_of(caller), _key(caller))
    assert early.final_by == turns.due_at(caller.controller_id)
    assert [one.awaited for one in early.escrow] == [2]


def test_an_attestation_that_a_restore_took_from_the_rows_counts_by_the_ledger(shared: Person) -> None:
    _attest(shared, 3)
    ShareDestroyed.objects.all().delete()
    assert _attest(shared, 3).escrow[0].awaited == 1, "the same share again is no other one"
    ShareDestroyed.objects.all().delete()
    assert _attest(shared, 2).final_at is not None


@pytest.mark.parametrize("replayed", [True, False])
def test_shares_whose_rows_a_restore_took_are_waited_for_and_their_numbers_go_on(
    replayed: bool, caller: Person, tmp_path: Path
) -> None:
    controller = caller.controller
    officers = [str(Identity.generate().to_public()) for _ in range(3)]
    share_out(controller, officers, 2, tmp_path, audit.SYSTEM)
    Escrow.objects.all().delete()  # as a snapshot from before has it
    if replayed:
        replay(controller)
    again = share_out(controller, officers[:2], 2, tmp_path, audit.SYSTEM)
    assert [path.stem.partition("share")[2] for path in again] == ["4", "5"]
    erasing.erase(caller, audit.SYSTEM, because="test")
    _turn(caller)
    waits, _ = verify_certificate(certificate_of(Person.objects.get(id=caller.id)), _key(caller))
    assert waits.final_at is None
    assert [(one.epoch, one.shares, one.threshold, one.awaited) for one in waits.escrow] == [(1, 3, 2, 2), (1, 2, 2, 1)]


WAITS: dict[str, Callable[[Certificate], Certificate]] = {
    "final with the root": lambda told: replace(told, final_at=told.root_destroyed_at),
    "by tomorrow": lambda told: replace(told, final_by=told.effective_at),
    "an older form": lambda told: replace(told, escrow=(replace(told.escrow[0], destroyed=None),)),
    "another one destroyed": lambda told: replace(told, escrow=(replace(told.escrow[0], destroyed=2),)),
    "none destroyed": lambda told: replace(told, escrow=(replace(told.escrow[0], destroyed=0),)),
    "two were enough": lambda told: replace(told, escrow=(replace(told.escrow[0], threshold=3),)),
    "fewer shares": lambda told: replace(told, escrow=(replace(told.escrow[0], shares=2),)),
    "another root": lambda told: replace(told, escrow=(replace(told.escrow[0], epoch=2),)),
    "no threshold": lambda told: replace(told, escrow=(replace(told.escrow[0], threshold=0),)),
    "without the word": lambda told: replace(told, entries=told.entries[:-1]),
    "the word twice": lambda told: replace(told, entries=(*told.entries, told.entries[-1])),
}


def test_no_certificate_makes_more_of_the_word_of_officers_than_the_ledger(shared: Person) -> None:
    assert _believed(WAITS, _attest(shared, 3), log_key(shared.controller)) == []


def test_backups_that_may_hold_something_of_the_person_are_named(caller: Person, place: Destination) -> None:
    first = create(place, audit.SYSTEM).manifest.id
    erasing.erase(caller, audit.SYSTEM, because="test")
    between = create(place, audit.SYSTEM).manifest.id
    assert _backups(caller) == [first]
    erasing.sweep()
    create(place, audit.SYSTEM)
    assert _backups(caller) == [first, between], "the calls were still there in both, and not in the third"


def _backups(person: Person) -> list[str]:
    return [one.id for one in verify_certificate(certificate_of(person), _key(person))[0].backups]


def test_what_a_hold_keeps_is_told_until_it_is_released(caller: Person, alice: User) -> None:
    call = Call.objects.filter(person=caller).latest("received_at")
    hold = holds.place(
        caller,
        kind="legal",
        reason="A case.",
        owner=alice,
        review_on=timezone.now().date(),
        by=alice,
        call=call,
        item_kind="transcript.redacted",
    )
    erasing.erase(caller, audit.SYSTEM, because="test")
    before, _ = verify_certificate(certificate_of(caller), _key(caller))
    holds.release(hold, alice)
    after, _ = verify_certificate(certificate_of(caller), _key(caller))
    assert (before.held_items, after.held_items) == (1, 0)


def test_nothing_in_it_names_the_person(erased: Person) -> None:
    erasing.sweep()
    _turn(erased)
    note = certificate_of(erased).decode()
    digits = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9+/=]{40,}|[0-9a-f]{32}", "", note)
    assert PHONE not in note
    assert PHONE[3:] not in digits
    assert "@" not in note


def test_every_changed_byte_is_refused(erased: Person) -> None:
    note, key = certificate_of(erased), _key(erased)
    signed = note.rindex(b"\n\n")
    for spot in (*range(0, signed, 7), *range(signed, len(note))):
        changed = bytearray(note)
        changed[spot] ^= 1
        with pytest.raises(LogError):
            verify_certificate(bytes(changed), key)
    for cut in (0, 1, len(note) // 2, len(note) - 1):
        with pytest.raises(LogError):
            verify_certificate(note[:cut], key)


def test_the_key_of_another_ledger_vouches_for_nothing(erased: Person) -> None:
    key = replace(log_key(erased.controller), seed=b"\x07" * 32).verifier
    with pytest.raises(RefutedError):
        verify_certificate(certificate_of(erased), key)


_LATER = timedelta(microseconds=1)
LIES: dict[str, Callable[[Certificate], Certificate]] = {
    "another person": lambda told: replace(told, person=told.controller),
    "another controller": lambda told: replace(told, controller=told.person),
    "asked for earlier": lambda told: replace(told, asked_at=told.asked_at - _LATER),
    "effective earlier": lambda told: replace(told, effective_at=told.effective_at - _LATER),
    "final at another time": lambda told: replace(told, final_at=told.effective_at),
    "not final": lambda told: replace(told, final_at=None),
    "not final, by tomorrow": lambda told: replace(
        told, final_at=None, root_destroyed_at=None, final_by=told.effective_at
    ),
    "final and due": lambda told: replace(told, final_by=told.effective_at),
    "another epoch": lambda told: replace(told, epoch=told.epoch + 1),
    "destroyed after the end": lambda told: replace(told, root_destroyed_at=told.effective_at + timedelta(days=99)),
    "not destroyed": lambda told: replace(told, root_destroyed_at=None),
    "more is held": lambda told: replace(told, held_items=1),
    "no suppression": lambda told: replace(told, suppressed_until=None),
    "suppressed until before": lambda told: replace(told, suppressed_until=told.asked_at),
    "without its beginning": lambda told: replace(told, entries=told.entries[1:]),
    "without its end": lambda told: replace(told, entries=(told.entries[0], *told.entries[2:])),
    "without the removal": lambda told: replace(told, entries=(*told.entries[:2], *told.entries[3:])),
    "without the turn": lambda told: replace(told, entries=told.entries[:-2]),
    "without the end of the turn": lambda told: replace(told, entries=told.entries[:-1]),
    "in another order": lambda told: replace(told, entries=told.entries[::-1]),
    "an entry twice": lambda told: replace(told, entries=(*told.entries, told.entries[-1])),
    "in another place": lambda told: replace(
        told, entries=(replace(told.entries[0], index=told.entries[0].index - 1), *told.entries[1:])
    ),
    "a shorter proof": lambda told: replace(
        told, entries=(replace(told.entries[0], proof=told.entries[0].proof[1:]), *told.entries[1:])
    ),
    "no proofs": lambda told: replace(told, entries=()),
}


@pytest.fixture
def whole(erased: Person) -> Certificate:
    """A certificate with every part: swept and final."""
    erasing.sweep()
    _turn(erased)
    return verify_certificate(certificate_of(erased), _key(erased))[0]


def test_a_claim_that_the_entries_do_not_bear_out_is_refused_though_it_is_signed(
    whole: Certificate, erased: Person
) -> None:
    assert _believed(LIES, whole, log_key(erased.controller)) == []


def _believed(
    lies: Mapping[str, Callable[[Certificate], Certificate]], true: Certificate, key: SigningKey
) -> list[str]:
    """Sign what each lie makes of a certificate, and give those that verify."""
    believed = []
    for lie, tell in lies.items():
        note = sign_certificate(tell(true), key)
        try:
            verify_certificate(note, key.verifier)
            believed.append(lie)
        except RefutedError:
            pass
    return believed


def test_an_entry_of_another_act_is_refused(whole: Certificate, erased: Person) -> None:
    key = log_key(erased.controller)
    _turn(erased)
    again = Entry.objects.filter(action="keys.turned").order_by("id").last()
    assert again is not None
    body = bytes(again.body)
    swapped = replace(whole, entries=(*whole.entries[:-1], replace(whole.entries[-1], entry=body)))
    with pytest.raises(RefutedError):
        verify_certificate(sign_certificate(swapped, key), key.verifier)


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


SPOILED: dict[str, Callable[[dict[str, Any]], str]] = {
    "spaces": json.dumps,
    "another member": lambda body: _canonical(body | {"note": 1}),
    "another version": lambda body: _canonical(body | {"v": 2}),
    "no epoch": lambda body: _canonical(body | {"epoch": None}),
    "a time before all times": lambda body: _canonical(body | {"asked_at": "0001-01-01T00:00:00+14:00"}),
    "a time without a zone": lambda body: _canonical(body | {"asked_at": "2026-01-01T00:00:00.000000"}),
    "an entry that is not ASCII": lambda body: _canonical(
        body | {"entries": [{"entry": "\u00e9", "index": 0, "proof": []}]}
    ),
    "a half count": lambda body: _canonical(body | {"not_covered": body["not_covered"] | {"held_items": 0.5}}),
    "a sentence for a backup": lambda body: _canonical(
        body | {"backups": [{"id": "Dana Example", "made_at": body["asked_at"]}]}
    ),
    "depth": lambda _: "[" * 3000,
    "nothing": lambda _: "",
}


def test_a_signed_text_in_another_form_is_refused(whole: Certificate, erased: Person) -> None:
    key = log_key(erased.controller)
    heading, body, _ = parse_note(sign_certificate(whole, key)).text.split("\n")
    assert _canonical(json.loads(body)) == body
    codes = {}
    for fault, spoil in SPOILED.items():
        note = format_note(sign_note(f"{heading}\n{spoil(json.loads(body))}\n", key))
        with pytest.raises(LogError) as refused:
            verify_certificate(note, key.verifier)
        codes[fault] = refused.value.code
    assert set(codes.values()) == {"certificate_malformed"}, codes


def test_a_checkpoint_of_the_same_key_is_no_certificate(erased: Person) -> None:
    certificate_of(erased)
    with pytest.raises(LogError):
        verify_certificate(Head.objects.get().checkpoint.encode(), _key(erased))
