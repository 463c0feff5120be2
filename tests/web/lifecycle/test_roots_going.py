"""A root that its provider destroys days after the turn: an erasure is final then, and not before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from calls_at_work import HARMLESS, take
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from key_services import kms, kms_running
from kms_server import KmsServer

from callward.certificate import ROOT_DESTROYED, sign_certificate, verify_certificate
from callward.engine.tlog import RefutedError
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.audit.sequencing import log_key
from callward.web.core.models import Controller, Line
from callward.web.keys import turning, vault
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import Epoch
from callward.web.keys.providers import RootState, provider
from callward.web.lifecycle import erasing, keys_doctor, turns
from callward.web.lifecycle.certificates import certificate_of, progress_of
from callward.web.people.models import Person

__all__ = ["kms", "kms_running"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def erased(kms: KmsServer, care_line: Line) -> Person:
    person = take(care_line, HARMLESS).person
    erasing.erase(person, audit.SYSTEM, because="test")
    return Person.objects.get(id=person.id)


def _root(kms: KmsServer, controller: Controller) -> str:
    return str(kms.operator.describe_key(KeyId=f"alias/callward/{controller.id.hex}/1")["KeyMetadata"]["KeyId"])


def _days_pass(kms: KmsServer, controller: Controller, root: str) -> None:
    """The days are over, for the provider and for what Callward wrote down of them."""
    kms.let_the_window_pass(root)
    Epoch.objects.filter(controller=controller.id, number=1).update(root_goes_at=timezone.now())


def test_an_erasure_is_promised_for_the_day_on_which_the_provider_is_done(erased: Person) -> None:
    due = turns.due_at(erased.controller_id)
    assert turns.final_by(erased.controller_id) == due + dt.timedelta(days=7)
    certificate, _ = verify_certificate(certificate_of(erased), log_key(erased.controller).verifier)
    assert certificate.final_by == due + dt.timedelta(days=7)


def test_the_turn_is_not_the_end_while_the_root_can_be_brought_back(erased: Person, kms: KmsServer) -> None:
    root = _root(kms, erased.controller)
    turns.turn(erased.controller, audit.SYSTEM)
    assert turns.confirm_roots() == 0
    waiting, standing = verify_certificate(certificate_of(erased), log_key(erased.controller).verifier)
    assert (waiting.final_at, standing.turn) == (None, None)
    assert waiting.final_by == Epoch.objects.get(controller=erased.controller_id, number=1).root_goes_at

    _days_pass(kms, erased.controller, root)
    assert turns.confirm_roots() == 1
    assert turns.confirm_roots() == 0, "once is enough"
    final, standing = verify_certificate(certificate_of(erased), log_key(erased.controller).verifier)
    assert standing.turn is not None
    gone = Entry.objects.get(action=ROOT_DESTROYED)
    assert (final.final_at, final.root_destroyed_at, final.final_by) == (gone.at, gone.at, None)
    assert [place for place, _ in standing.roots] == [gone.index]


def test_a_certificate_that_leaves_the_root_out_is_refuted(erased: Person, kms: KmsServer) -> None:
    root = _root(kms, erased.controller)
    turns.turn(erased.controller, audit.SYSTEM)
    _days_pass(kms, erased.controller, root)
    turns.confirm_roots()
    key = log_key(erased.controller)
    certificate, standing = verify_certificate(certificate_of(erased), key.verifier)
    assert standing.turn is not None
    early = replace(certificate, entries=certificate.entries[:-1], final_at=standing.turn[1][1].at)
    with pytest.raises(RefutedError, match="may still be brought back"):
        verify_certificate(sign_certificate(early, key), key.verifier)
    with pytest.raises(RefutedError, match="times are not"):
        verify_certificate(sign_certificate(replace(certificate, final_at=early.final_at), key), key.verifier)


def test_a_root_that_somebody_brings_back_is_given_up_again_on_the_record(erased: Person, kms: KmsServer) -> None:
    root = _root(kms, erased.controller)
    turns.turn(erased.controller, audit.SYSTEM)
    kms.operator.cancel_key_deletion(KeyId=root)
    assert provider("kms").root_state(erased.controller_id, 1) is RootState.STOPPED
    assert turns.confirm_roots() == 0
    assert provider("kms").root_state(erased.controller_id, 1) is RootState.GOING
    assert Entry.objects.filter(action=turns.ROOT_GIVEN_UP).count() == 1
    assert progress_of(erased).final_at is None  # type: ignore[union-attr] # it is there


def test_an_alias_that_is_gone_does_not_make_the_root_gone(erased: Person, kms: KmsServer) -> None:
    turns.turn(erased.controller, audit.SYSTEM)
    kms.operator.delete_alias(AliasName=f"alias/callward/{erased.controller_id.hex}/1")
    assert turns.confirm_roots() == 0
    assert provider("kms").root_state(erased.controller_id, 1) is RootState.GOING


def test_a_root_that_is_missing_before_its_day_is_looked_for_in_the_wrong_place(erased: Person, kms: KmsServer) -> None:
    turns.turn(erased.controller, audit.SYSTEM)
    Epoch.objects.update(place="")  # as in an epoch of an earlier version
    with override_settings(KMS_REGION="eu-west-1"):
        with pytest.raises(KeyUnavailable, match="before its day"):
            turns.confirm_roots()
        told = {line.level for line in keys_doctor.examine() if line.name == "old roots"}
    assert keys_doctor.Level.ASKS in told
    assert not Entry.objects.filter(action=ROOT_DESTROYED).exists()
    assert progress_of(erased).final_at is None  # type: ignore[union-attr] # it is there


def test_a_confirmation_that_was_cut_off_is_written_again_and_the_first_one_counts(
    erased: Person, kms: KmsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _root(kms, erased.controller)
    turns.turn(erased.controller, audit.SYSTEM)
    _days_pass(kms, erased.controller, root)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("callward.web.keys.turning.root_is_gone", cut)
        with pytest.raises(KeyboardInterrupt):
            turns.confirm_roots()
    assert turns.confirm_roots() == 1
    first = Entry.objects.filter(action=ROOT_DESTROYED).order_by("id")[0]
    assert verify_certificate(certificate_of(erased), log_key(erased.controller).verifier)[0].final_at == first.at
    assert timezone.now() > first.at


def test_the_page_promises_no_end_at_once_where_the_provider_takes_days(
    erased: Person, kms: KmsServer, proven_cast: dict[Role, User]
) -> None:
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    page = reverse("people:person", args=[erased.id])
    told = browser.get(page).content.decode()
    assert "at once" not in told
    assert "has destroyed its root, some days later" in told
    turns.turn(erased.controller, audit.SYSTEM)
    assert "When the key provider has destroyed the old roots" in browser.get(page).content.decode()


def test_a_turn_away_from_kms_takes_no_root_for_destroyed_that_is_looked_for_elsewhere(
    erased: Person, kms: KmsServer
) -> None:
    controller = erased.controller
    with override_settings(KEY_PROVIDER="file", KMS_REGION="eu-west-1"):
        vault.forget_epoch_keys()
        with pytest.raises(KeyUnavailable) as refused:
            turns.turn(controller, audit.SYSTEM)
        assert refused.value.code == "root_missing"
    with override_settings(KEY_PROVIDER="file"):
        left = turning.begin(controller.id)
        while turning.move(controller.id, left):
            pass
        with override_settings(KMS_REGION="eu-west-1"):
            with pytest.raises(KeyUnavailable, match="give the former ones again") as refused:
                turns.turn(controller, audit.SYSTEM)
            assert refused.value.code == "root_elsewhere"
        turns.turn(controller, audit.SYSTEM)
    old = Epoch.objects.get(controller=controller.id, number=1)
    assert old.root_goes_at is not None
    assert not Entry.objects.filter(action=ROOT_DESTROYED).exists()


def test_an_old_root_is_confirmed_once_the_settings_that_lead_to_it_are_given_again(
    erased: Person, kms: KmsServer
) -> None:
    root, controller = _root(kms, erased.controller), erased.controller
    with override_settings(KEY_PROVIDER="file"):
        turns.turn(controller, audit.SYSTEM)
        place = Epoch.objects.get(controller=controller.id, number=1).place
        _days_pass(kms, controller, root)
        for changed in ({"KMS_REGION": "eu-west-1"}, {"KMS_REGION": ""}):
            with override_settings(**changed):
                with pytest.raises(KeyUnavailable):
                    turns.confirm_roots()
                [asks] = [one for one in keys_doctor.examine() if one.name == "old roots" and one.do]
                assert asks.level is keys_doctor.Level.ASKS
                assert f"where the root was made at {place}" in asks.do
            assert not Entry.objects.filter(action=ROOT_DESTROYED).exists()
        assert turns.confirm_roots() == 1
    assert Entry.objects.filter(action=ROOT_DESTROYED).count() == 1
