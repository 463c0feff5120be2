"""Split custody: enough officers put a lost root back, fewer cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from uuid import uuid4

import pyrage
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Controller, Line
from callward.web.keys import vault
from callward.web.keys.epochs import current_epoch
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle import escrow, turns, verbs
from callward.web.lifecycle.escrow import EscrowError, escrow_of, made_void, put_back, share_out
from callward.web.lifecycle.models import Escrow, ShareDestroyed
from callward.web.lifecycle.share_entries import told_by_rows
from callward.web.lifecycle.shares import attest, bring_back, fingerprint, shared_roots

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def officers() -> list[pyrage.x25519.Identity]:
    return [pyrage.x25519.Identity.generate() for _ in range(3)]


def _keys(officers: list[pyrage.x25519.Identity]) -> list[str]:
    return [str(officer.to_public()) for officer in officers]


def _opened(files: list[Path], officers: list[pyrage.x25519.Identity]) -> list[str]:
    return [
        pyrage.decrypt(path.read_bytes(), [officer]).decode() for path, officer in zip(files, officers, strict=True)
    ]


def test_any_two_of_three_officers_put_the_root_back(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    person, item = vault.new_person_key(controller.id), uuid4()
    key = vault.new_data_key(controller.id, person, item)
    files = share_out(controller, _keys(officers), 2, tmp_path / "shares", audit.SYSTEM)
    opened = _opened(files, officers)
    root = FileProvider(settings.CALLWARD_HOME).path(controller.id, 1)
    whole = root.read_bytes()
    for pair in combinations(opened, 2):
        root.unlink()
        vault.forget_epoch_keys()
        with pytest.raises(KeyUnavailable):
            vault.data_key(controller.id, item)
        assert put_back(controller, pair, audit.SYSTEM) == 1
        assert root.read_bytes() == whole
        assert root.stat().st_mode & 0o777 == 0o600
        assert vault.data_key(controller.id, item) == key


def test_one_share_is_not_enough_and_says_nothing(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    files = share_out(care_line.controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    for share in (_opened(files, officers)[:1], [], ["words that are none"]):
        with pytest.raises(EscrowError) as refused:
            put_back(care_line.controller, share, audit.SYSTEM)
        assert refused.value.code == "shares_unreadable"


def test_no_officer_opens_the_share_of_another(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    files = share_out(care_line.controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(files[0].read_bytes(), [officers[1]])


def test_shares_of_a_former_root_put_nothing_back(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    opened = _opened(share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM), officers)
    turns.turn(controller, audit.SYSTEM)
    assert escrow_of(controller) is None
    with pytest.raises(EscrowError) as refused:
        put_back(controller, opened, audit.SYSTEM)
    assert refused.value.code == "shares_wrong"


def test_today_says_that_a_turn_left_the_root_unshared_until_it_is_shared_out_again(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path, proven_cast: dict[Role, User]
) -> None:
    def told(role: Role) -> list[bool]:
        browser = Client()
        browser.force_login(proven_cast[role])
        today = "Share the root key out anew" in browser.get(reverse("calls:today")).content.decode()
        return [today, "callward keys escrow" in browser.get(reverse("lifecycle:home")).content.decode()]

    controller = care_line.controller
    turns.turn(controller, audit.SYSTEM)
    assert told(Role.ADMINISTRATOR) == [False, False], "nothing was ever shared out"
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    assert told(Role.ADMINISTRATOR) == [False, False]
    for _epoch in range(2):
        turns.turn(controller, audit.SYSTEM)
        assert told(Role.ADMINISTRATOR) == told(Role.DPO) == [True, True]
        assert told(Role.AGENT) == [False, False]
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    assert told(Role.ADMINISTRATOR) == [False, False]


def test_a_turn_shares_the_new_root_out_among_the_officers_of_the_old_one(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, folder = care_line.controller, tmp_path / "shares"
    monkeypatch.setattr(settings, "SHARES", str(folder))
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    assert not turns.turn(controller, audit.SYSTEM).shared, "the folder is not there"
    assert (escrow_of(controller), turns.resume()) == (None, 0)
    folder.mkdir()
    turns.turn_due()
    shared = escrow_of(controller)
    assert shared is not None
    assert (shared.epoch, shared.threshold, shared.officers) == (2, 2, _keys(officers))
    assert turns.turn(controller, audit.SYSTEM).shared
    files = [folder / f"{controller.slug}-epoch3-share{number}.age" for number in (1, 2, 3)]
    opened = _opened(files, officers)
    FileProvider(settings.CALLWARD_HOME).path(controller.id, 3).unlink()
    vault.forget_epoch_keys()
    assert put_back(controller, opened[1:], audit.SYSTEM) == 3
    turns.turn_due()
    assert len(list(folder.iterdir())) == 6, "the shares of epochs 2 and 3, once"
    assert Entry.objects.filter(action="keys.escrowed").count() == 3


@pytest.mark.parametrize("step", ["callward.web.audit.record", "callward.web.lifecycle.escrow._name"])
def test_a_turn_succeeds_though_its_root_cannot_be_shared_out_and_no_share_is_left_uncounted(
    step: str,
    care_line: Line,
    officers: list[pyrage.x25519.Identity],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    controller = care_line.controller
    share_out(controller, _keys(officers), 2, tmp_path / "first", audit.SYSTEM)
    monkeypatch.setattr(settings, "SHARES", str(tmp_path / "again"))
    (tmp_path / "again").mkdir()

    def fails(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(step, fails)
        assert not turns.turn(controller, audit.SYSTEM).shared
    assert current_epoch(controller.id).number == 2
    left = len(list((tmp_path / "again").iterdir()))
    assert left == (0 if escrow_of(controller) is None else 3)
    turns.turn_due()
    names = sorted(path.name for path in (tmp_path / "again").iterdir())
    assert names == [f"{controller.slug}-epoch2-share{number}.age" for number in (1, 2, 3)]
    assert Escrow.objects.filter(epoch=2).count() == 1


def _lose_the_last(controller: Controller) -> None:
    """As an older row has it: three officers, one of whom has left since."""
    Escrow.objects.filter(controller=controller, first__gt=1).delete()


def _name_another(controller: Controller) -> None:
    row = Escrow.objects.get(controller=controller, first=4)
    row.officers[0] = str(pyrage.x25519.Identity.generate().to_public())
    row.save()


def _copy_the_first_entry(controller: Controller) -> None:
    """Row and entry of the first sharing out once more, as if it had been the last one."""
    _lose_the_last(controller)
    entry = Entry.objects.filter(action="keys.escrowed").earliest("id")
    entry.pk, entry.index = None, None
    entry.save()


def _rewrite_the_last_entry(controller: Controller) -> None:
    """The row of the entry tells of something else; the published tree does not."""
    _lose_the_last(controller)
    last = Entry.objects.filter(action="keys.escrowed").latest("id")
    other = Entry.objects.exclude(action="keys.escrowed").earliest("id")
    Entry.objects.filter(pk=last.pk).update(action=other.action, body=other.body)


@pytest.mark.parametrize(
    "change", [None, _lose_the_last, _name_another, _copy_the_first_entry, _rewrite_the_last_entry]
)
def test_no_root_goes_to_officers_whom_the_ledger_does_not_have(
    change: Callable[[Controller], None] | None,
    care_line: Line,
    officers: list[pyrage.x25519.Identity],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    controller, folder, keys = care_line.controller, tmp_path / "shares", _keys(officers)
    with transaction.atomic():
        audit.record("test.begun", actor=audit.SYSTEM, resource=controller, controller=controller)
    for named in (keys, keys[:2]):
        share_out(controller, named, 2, tmp_path, audit.SYSTEM)
    audit.sequence(controller)
    if change:
        change(controller)
    folder.mkdir()
    monkeypatch.setattr(settings, "SHARES", str(folder))
    assert turns.turn(controller, audit.SYSTEM).shared is (change is None)
    turns.turn_due()
    if change is None:
        assert len(list(folder.iterdir())) == 2
        return
    assert (escrow_of(controller), list(folder.iterdir())) == (None, [])
    assert made_void(controller) is not None, "a person is asked"


def test_an_entry_that_tells_no_counts_takes_nothing_from_the_others(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    before = told_by_rows(controller)
    with transaction.atomic():
        audit.record("test.begun", actor=audit.SYSTEM, resource=controller, controller=controller)
    Entry.objects.filter(action="test.begun").update(action="keys.escrowed")
    assert [one.shares for one in before] == [3]
    assert told_by_rows(controller) == before


def test_a_root_whose_epoch_was_left_meanwhile_is_not_shared_out(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, write = care_line.controller, escrow._write

    def turned(*told: object) -> None:
        write(*told)  # type: ignore[arg-type] # passed on as they came
        if current_epoch(controller.id).number == 1:
            turns.turn(controller, audit.SYSTEM)

    monkeypatch.setattr(escrow, "_write", turned)
    with pytest.raises(EscrowError) as refused:
        share_out(controller, _keys(officers), 2, tmp_path / "shares", audit.SYSTEM)
    assert refused.value.code == "epoch_left"
    assert list((tmp_path / "shares").iterdir()) == []
    assert not Escrow.objects.exists()
    assert not Entry.objects.filter(action="keys.escrowed").exists()


@pytest.mark.parametrize("older", [True, False])
def test_shares_that_only_the_ledger_knows_come_back_with_the_word_of_their_officers(
    older: bool, care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller, keys = care_line.controller, _keys(officers)
    share_out(controller, keys, 2, tmp_path, audit.SYSTEM)
    share_out(controller, keys[:2], 2, tmp_path, audit.SYSTEM)
    if older:  # from before entries told their first number
        for entry in Entry.objects.filter(action="keys.escrowed"):
            told = tlog.decode_entry(bytes(entry.body))
            facts = {name: told.facts[name] for name in ("epoch", "shares", "threshold")}
            entry.body = tlog.encode_entry(replace(told, facts=facts))
            entry.save()
    turns.turn(controller, audit.SYSTEM)
    attest(controller, 1, 5, audit.SYSTEM)
    before = [(root.escrow.first, root.escrow.shares, root.attested) for root in shared_roots(controller)]
    assert before == [(4, 2, 1), (1, 3, 0)]
    ShareDestroyed.objects.all().delete()
    Escrow.objects.filter(first=4).delete()
    for _ in range(2):
        bring_back(controller)
        assert [(root.escrow.first, root.escrow.shares, root.attested) for root in shared_roots(controller)] == before


def test_a_root_that_is_there_is_left_alone(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    opened = _opened(share_out(care_line.controller, _keys(officers), 3, tmp_path, audit.SYSTEM), officers)
    with pytest.raises(KeyUnavailable) as refused:
        put_back(care_line.controller, opened, audit.SYSTEM)
    assert refused.value.code == "key_file_exists"


def test_shares_of_one_epoch_are_counted_through_and_named_by_their_officers_keys(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller, keys = care_line.controller, _keys(officers)
    share_out(controller, keys, 2, tmp_path, audit.SYSTEM)
    files = share_out(controller, keys[:2], 2, tmp_path, audit.SYSTEM)
    assert [path.name for path in files] == [f"{controller.slug}-epoch1-share{number}.age" for number in (4, 5)]
    assert "Any 2 of the shares 4 to 5 put it back" in _opened(files, officers[:2])[0]
    newer, older = shared_roots(controller)
    assert [(one.number, one.officer) for one in newer.shares] == [(4, fingerprint(keys[0])), (5, fingerprint(keys[1]))]
    assert [one.number for one in older.shares] == [1, 2, 3]


def test_only_shares_of_former_roots_are_destroyed_and_each_once(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)

    def refused(number: int) -> str:
        with pytest.raises(EscrowError) as error:
            attest(controller, 1, number, audit.SYSTEM)
        return error.value.code

    assert refused(1) == "share_in_use"
    turns.turn(controller, audit.SYSTEM)
    assert attest(controller, 1, 2, audit.SYSTEM).awaited == 1
    assert [refused(number) for number in (2, 4)] == ["share_attested", "share_unknown"]
    told = tlog.decode_entry(bytes(Entry.objects.get(action="keys.share_destroyed").body))
    assert told.resource == tlog.Reference("controller", str(controller.id))
    assert told.facts == {"epoch": 1, "share": 2, "left": 2}


def test_the_word_of_officers_is_written_down_in_the_console_and_awaited_on_today(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path, proven_cast: dict[Role, User]
) -> None:
    controller, keys = care_line.controller, _keys(officers)
    share_out(controller, keys, 2, tmp_path, audit.SYSTEM)
    dpo, page = Client(), reverse("lifecycle:shares")
    dpo.force_login(proven_cast[Role.DPO])
    first = reverse("lifecycle:share_destroyed", args=[1, 1])
    assert dpo.get(first).status_code == 404, "it is in use"
    turns.turn(controller, audit.SYSTEM)
    assert "2 are awaited" in dpo.get(reverse("calls:today")).content.decode()
    shown = dpo.get(page).content.decode()
    assert all(fingerprint(key) in shown for key in keys)
    assert dpo.post(first, {"word": "yes"}).status_code == 422
    assert not ShareDestroyed.objects.exists()
    for number in (1, 2):
        address = reverse("lifecycle:share_destroyed", args=[1, number])
        assert dpo.post(address, {"word": "destroyed"}).status_code == 302
        assert dpo.get(address).status_code == 404, "it was written down"
    assert "No former root key can be put together." in dpo.get(page).content.decode()
    assert "awaited" not in dpo.get(reverse("calls:today")).content.decode()
    auditor = Client()
    auditor.force_login(proven_cast[Role.AUDITOR])
    assert "It is destroyed" not in auditor.get(page).content.decode()


def test_the_word_of_officers_is_written_down_at_the_command_line(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    share_out(controller, _keys(officers)[:2], 2, tmp_path, audit.SYSTEM)
    turns.turn(controller, audit.SYSTEM)
    run = CliRunner()
    assert "0 of the 1 shares that must go" in " ".join(run.invoke(verbs.keys, ["status"]).stdout.split())
    assert f"{controller.slug} former shares: enough" in run.invoke(verbs.keys, ["doctor"]).stdout
    said = run.invoke(verbs.keys, ["attest", "--epoch", "1", "--share", "2"], input="n\n")
    assert (said.exit_code, ShareDestroyed.objects.count()) == (1, 0)
    said = run.invoke(verbs.keys, ["attest", "--epoch", "1", "--share", "2", "--yes"])
    assert (said.exit_code, said.stdout.startswith("Written down")) == (0, True)
    assert "former shares" not in run.invoke(verbs.keys, ["doctor"]).stdout
    [former] = json.loads(run.invoke(verbs.keys, ["status", "--json"]).stdout)["shares"]
    assert (former["epoch"], former["awaited"], former["shares"][0]["destroyed_at"]) == (1, 0, None)


@pytest.mark.parametrize(
    ("count", "threshold", "code"),
    [(1, 1, "officers_wrong"), (3, 1, "threshold_wrong"), (3, 4, "threshold_wrong"), (0, 2, "officers_wrong")],
)
def test_shares_that_protect_nothing_are_refused(
    count: int,
    threshold: int,
    code: str,
    care_line: Line,
    officers: list[pyrage.x25519.Identity],
    tmp_path: Path,
) -> None:
    with pytest.raises(EscrowError) as refused:
        share_out(care_line.controller, _keys(officers)[:count], threshold, tmp_path / "shares", audit.SYSTEM)
    assert refused.value.code == code
    assert not (tmp_path / "shares").exists()


def test_a_name_that_is_no_key_is_refused(care_line: Line, tmp_path: Path) -> None:
    with pytest.raises(EscrowError) as refused:
        share_out(care_line.controller, ["age1nonsense", "ssh-ed25519 AAAA"], 2, tmp_path, audit.SYSTEM)
    assert refused.value.code == "officers_wrong"


def test_sharing_out_is_in_the_ledger_and_tells_no_share(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    entry = Entry.objects.get(action="keys.escrowed")
    told = tlog.decode_entry(bytes(entry.body))
    # A share is words of a short list, and a word of it may stand in any entry: this is all that the entry has.
    bound = told.facts["officers"]
    assert re.fullmatch("[0-9a-f]{64}", str(bound))
    assert told == tlog.Entry(
        id=told.id,
        at=told.at,
        nonce=told.nonce,
        actor=audit.SYSTEM,
        action="keys.escrowed",
        resource=tlog.Reference("controller", str(controller.id)),
        outcome="done",
        facts={"epoch": 1, "first": 1, "shares": 3, "threshold": 2, "officers": bound},
    )
    assert not entry.detail
