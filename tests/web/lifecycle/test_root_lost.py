"""The root key is lost: what still stands, what refuses with which code, and what brings it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pyrage
import pytest
from calls_at_work import CARD, HARMLESS, take
from cast import prove
from django.conf import settings
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from callward.cli.verify import verify
from callward.engine import tlog
from callward.engine.errors import Error
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.audit.models import Entry
from callward.web.audit.sequencing import log_key
from callward.web.calls import opening
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.core.objects import FolderStore
from callward.web.keys import vault
from callward.web.keys.errors import KeyGone
from callward.web.keys.models import Epoch
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle import erasing, keys_doctor, purging, turns
from callward.web.lifecycle.certificates import certificate_of
from callward.web.lifecycle.escrow import put_back, share_out
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

LOST = "key_file_missing"


@dataclass(frozen=True)
class Centre:
    """Two calls of two people, the shares of the root, and the public key of the ledger; the root is deleted."""

    line: Line
    kept: Call
    erased: Call
    shares: tuple[str, ...]
    vkey: str


@pytest.fixture
def centre(care_line: Line, tmp_path: Path) -> Centre:
    kept, erased = take(care_line, HARMLESS), take(care_line, CARD, phone="+447700900188")
    officers = [pyrage.x25519.Identity.generate() for _ in range(3)]
    told = [str(officer.to_public()) for officer in officers]
    files = share_out(care_line.controller, told, 2, tmp_path / "shares", audit.SYSTEM)
    shares = tuple(
        pyrage.decrypt(path.read_bytes(), [officer]).decode() for path, officer in zip(files, officers, strict=True)
    )
    audit.sequence(care_line.controller)
    vkey = tlog.format_vkey(log_key(care_line.controller).verifier)
    FileProvider(settings.CALLWARD_HOME).path(care_line.controller_id, 1).unlink()
    vault.forget_epoch_keys()
    return Centre(care_line, kept, erased, shares, vkey)


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(Error) as refused:
        act()
    return refused.value.code


def test_whatever_needs_a_key_refuses_with_one_code_and_makes_no_other_root(centre: Centre) -> None:
    owner = centre.line.controller
    acts: list[Callable[[], object]] = [
        lambda: opening.transcript_of(centre.kept),
        lambda: take(centre.line, HARMLESS, seconds=8.0),
        lambda: audit.sequence(owner),
        lambda: turns.turn(owner, audit.SYSTEM),
    ]
    assert {_code(act) for act in acts} == {LOST}
    assert Epoch.objects.filter(controller=owner.id).count() == 1
    assert not list(FileProvider(settings.CALLWARD_HOME).path(owner.id, 1).parent.glob("*.key"))
    lines = keys_doctor.examine()
    assert keys_doctor.exit_code(lines) == 2
    assert any(LOST in line.told for line in lines)


def test_rows_dates_and_lists_stay_readable(centre: Centre, alice: User, client: Client) -> None:
    client.force_login(prove(alice))
    status = {
        name: client.get(reverse(name)).status_code
        for name in ("calls:today", "calls:list", "lifecycle:home", "settings")
    }
    assert set(status.values()) == {HTTPStatus.OK}, status
    for address in (reverse("calls:call", args=[centre.kept.id]), reverse("audit:ledger")):
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert LOST in answer.content.decode()


def test_the_published_ledger_verifies_without_any_key(centre: Centre, store: FolderStore) -> None:
    words = ["log", str(store.root / "ledger" / centre.line.controller_id.hex), "--vkey", centre.vkey]
    told = CliRunner().invoke(verify, words)
    assert told.exit_code == 0, told.output


def test_erasing_and_purging_go_on_and_are_in_the_ledger_when_the_root_is_back(
    centre: Centre, store: FolderStore
) -> None:
    owner, person = centre.line.controller, centre.erased.person
    erasing.erase(person, audit.SYSTEM, because="test")
    erasing.sweep()
    row = Person.objects.get(id=person.id)
    assert row.erased_at is not None
    assert _code(lambda: certificate_of(row)) == LOST
    Item.objects.filter(call=centre.kept, kind=ItemKind.RECORDING_REDACTED.value).update(retain_until="2020-01-01")
    assert purging.purge_due() == 1
    assert Entry.objects.filter(index=None).exists(), "they wait for their place"

    assert put_back(owner, centre.shares[1:], audit.SYSTEM) == 1
    audit.sequence(owner)
    audit.check_ledgers()
    assert not Entry.objects.filter(index=None).exists()
    assert opening.transcript_of(centre.kept) is not None
    assert certificate_of(row)
    with pytest.raises(KeyGone):
        vault.record_key(owner.id, person.id)
    assert take(centre.line, HARMLESS, seconds=8.0).state == Call.State.RELEASED


def test_too_few_shares_bring_nothing_back(centre: Centre) -> None:
    assert _code(lambda: put_back(centre.line.controller, centre.shares[:1], audit.SYSTEM)) == "shares_unreadable"
    assert _code(lambda: opening.transcript_of(centre.kept)) == LOST


def test_a_process_that_runs_since_before_saves_everything_with_its_next_turn(centre: Centre) -> None:
    owner = centre.line.controller
    put_back(owner, centre.shares[:2], audit.SYSTEM)
    opening.transcript_of(centre.kept)
    FileProvider(settings.CALLWARD_HOME).path(owner.id, 1).unlink()
    assert turns.turn(owner, audit.SYSTEM).now == 2
    vault.forget_epoch_keys()
    assert opening.transcript_of(centre.kept) is not None
    assert keys_doctor.exit_code([line for line in keys_doctor.examine() if line.name == "root"]) == 0
