"""Restoring: everything comes back except who was erased, and the ledger is never set back."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from backups import beside, databases_of, key_file, place, rows, spoil, with_ledger
from calls_at_work import CARD, HARMLESS, take
from destroyed import destroy_items
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from callward.engine import tlog
from callward.logfolder import LogFolder
from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.audit.sequencing import log_key
from callward.web.audit.tiles import LedgerTiles
from callward.web.calls import destroying
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.keys import vault
from callward.web.keys.models import PersonKey
from callward.web.lifecycle import erasing, purging, turns
from callward.web.lifecycle.backup.drill import drill
from callward.web.lifecycle.backup.keys_copy import write_keys
from callward.web.lifecycle.backup.restore import Wanted, is_well, restore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import BackupError, Destination
from callward.web.lifecycle.backup_runs import BackupRun
from callward.web.lifecycle.escrow import share_out

__all__ = ["key_file", "place"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
OTHER = "+447700900456"


@pytest.fixture
def calls(care_line: Line) -> tuple[Call, Call]:
    """A call of each of two callers."""
    return take(care_line, CARD), take(care_line, CARD, seconds=7.0, phone=OTHER)


def _audit(home: Path, call: Call) -> tlog.Checkpoint:
    """The restored log, recomputed from its entries."""
    folder = LogFolder(home / "objects" / "ledger" / call.controller_id.hex)
    text = folder.read("checkpoint", 65_536)
    origin = text.partition(b"\n")[0].decode()
    key = tlog.SigningKey(origin, tlog.KeyKind.ED25519, log_key(call.controller).seed)
    checkpoint, _ = tlog.open_checkpoint(text, key.verifier)
    tlog.audit_log(folder, checkpoint.head)
    return checkpoint


def _refused(place: Destination, key_file: Path, home: Path, wanted: Wanted) -> str:
    with pytest.raises(BackupError) as caught:
        restore(place, key_file, home, wanted)
    return caught.value.code


def test_everything_comes_back_under_the_newest_ledger_and_a_damaged_object_is_named(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    call, _ = calls
    made = create(place, audit.SYSTEM)
    audit.sequence_all()
    bad = min(made.manifest.objects)
    spoil(place.folder / "objects" / bad)
    home = tmp_path / "home"
    report = restore(place, key_file, home, with_ledger(home))
    assert report["damaged"] == [{"name": bad, "code": "object_damaged"}]
    assert not is_well(report)
    [log] = report["ledger"]
    assert not log["reopened"]
    assert log["undone"] == {"backup.made": 1}
    assert log["acts"][0]["resource"] == f"controller/{call.controller_id}"
    there = {str(path.relative_to(home / "objects")) for path in (home / "objects").glob("??/*/*")}
    assert there == set(made.manifest.objects) - {bad}
    assert _audit(home, call).head.size == log["size"] == Entry.objects.exclude(index=None).count()
    [head] = rows(home, "select size, published_size from audit_head")
    assert head == (log["size"], log["size"])
    assert rows(home, 'select action from audit_entry where "index" is null') == [("backup.restored",)]
    assert rows(home, "select count(*) from calls_call") == [(2,)]
    assert sum(report["living"]["faults"].values()) == report["living"]["faults"].get("object_missing", 0) == 1
    assert not (home / "restoring").exists()
    assert (home / "secret.key").stat().st_mode & 0o077 == 0
    assert _refused(place, key_file, home, with_ledger(home)) == "home_not_empty"


@pytest.mark.parametrize("told_by", ["the keys copy", "the ledger"])
def test_who_was_erased_since_the_snapshot_stays_erased(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path, told_by: str
) -> None:
    gone, stays = calls
    snapshot = create(place, audit.SYSTEM).manifest
    erasing.erase(gone.person, audit.SYSTEM, because="test")
    erasing.sweep()
    audit.sequence_all()
    home = tmp_path / "home"
    if told_by == "the keys copy":
        with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
            turns.turn(gone.controller, audit.SYSTEM)
        wanted = beside(home, snapshot=snapshot.id, accept_loss=True)
    else:
        wanted = with_ledger(home, snapshot=snapshot.id)
    report = restore(place, key_file, home, wanted)
    assert report["erased"] == {"replayed": 1, "persons": 1, "opened": 0, "kept_in_custody": 0}
    assert is_well(report), report
    assert report["living"]["calls"] == 1
    assert report["ledger"][0]["undone"].get("person.erased", 0) == (2 if told_by == "the ledger" else 0)
    assert rows(home, "select id from calls_call") == [(stays.id.hex,)]
    assert rows(home, "select id from keys_personkey", "keys") == [(stays.person_id.hex,)]
    [(person, emptied)] = rows(home, "select id, sealed_phone from people_person where erased_at is not null")
    assert (person, emptied) == (gone.person_id.hex, b"")
    kept = {name for (name,) in rows(home, "select object_name from calls_item")}
    assert {str(path.relative_to(home / "objects")) for path in (home / "objects").glob("??/*/*")} == kept


def test_who_was_ended_since_the_snapshot_stays_ended_though_the_keys_copy_knows_nothing(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    create(place, audit.SYSTEM)
    purging.purge(calls[0].controller, today=timezone.localdate() + timedelta(days=40_000))
    assert Entry.objects.filter(action="person.ended", outcome="done").count() == 2
    audit.sequence_all()
    home = tmp_path / "home"
    report = restore(place, key_file, home, with_ledger(home))
    assert report["erased"] == {"replayed": 2, "persons": 2, "opened": 0, "kept_in_custody": 0}
    assert rows(home, "select id from keys_personkey", "keys") == []
    assert rows(home, "select id from people_person where erased_at is null") == []


def test_a_drill_in_which_somebody_erased_opens_says_so_and_a_restore_is_refused(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    gone, _ = calls
    key = PersonKey.objects.get(id=gone.person_id)
    erasing.erase(gone.person, audit.SYSTEM, because="test")
    create(place, audit.SYSTEM)
    key.save(force_insert=True)
    write_keys(place, timezone.now())  # a copy of the keys in which an erased person has a key
    PersonKey.objects.filter(id=key.id).delete()
    audit.sequence_all()
    home = tmp_path / "home"
    assert _refused(place, key_file, home, with_ledger(home)) == "erased_opens"
    assert (home / "restoring").exists()
    drilled = drill(place, key_file, audit.SYSTEM)
    opened = 1 + gone.items.count()  # the record, and every item
    assert not drilled.well
    assert drilled.report["erased"] == {"replayed": 0, "persons": 1, "opened": opened, "kept_in_custody": 0}
    assert json.loads(drilled.path.read_bytes())["erased"]["opened"] == opened
    assert BackupRun.objects.get(kind=BackupRun.Kind.DRILL).fault == "drill_not_well"
    entry = json.loads(bytes(Entry.objects.get(action="backup.drilled").body))
    assert (entry["outcome"], entry["facts"]["opened"]) == ("failed", opened)


def test_only_what_an_act_destroyed_may_be_without_a_key(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    destroyed, looked_at = calls
    create(place, audit.SYSTEM)
    # As the entries of an older Callward are: they name the call, and not the item.
    for call, action in ((destroyed, destroying.ACTION), (looked_at, "call.viewed")):
        lost = call.items.first()
        assert lost is not None
        assert vault.delete_data_key(call.controller_id, lost.id)
        with transaction.atomic():
            audit.record(action, actor=audit.SYSTEM, resource=call, controller=call.controller_id)
    write_keys(place, timezone.now())
    audit.sequence_all()
    home = tmp_path / "home"
    report = restore(place, key_file, home, with_ledger(home))
    assert report["living"]["items_destroyed_since"] == 1
    assert report["living"]["faults"] == {"key_gone": 1}
    assert not is_well(report)


def test_a_sample_of_nothing_is_not_well_where_somebody_lives(
    place: Destination, key_file: Path, calls: tuple[Call, Call]
) -> None:
    create(place, audit.SYSTEM)
    audit.sequence_all()
    drilled = drill(place, key_file, audit.SYSTEM, sample=0)
    assert drilled.report["living"]["faults"] == {"nothing_sampled": 1}
    assert not drilled.well


def test_a_snapshot_that_three_epochs_have_passed_brings_back_the_living_alone(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    gone, stays = calls
    snapshot = create(place, audit.SYSTEM).manifest
    assert [state.epoch for state in snapshot.controllers] == [1]
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        turns.turn(gone.controller, audit.SYSTEM)
        erasing.erase(gone.person, audit.SYSTEM, because="test")
        erasing.sweep()
        for _ in range(2):
            turns.turn(gone.controller, audit.SYSTEM)
    audit.sequence_all()
    home = tmp_path / "home"
    report = restore(place, key_file, home, with_ledger(home, snapshot=snapshot.id))
    assert is_well(report), report
    assert report["erased"] == {"replayed": 1, "persons": 1, "opened": 0, "kept_in_custody": 0}
    assert report["living"]["items_opened"] == stays.items.count()
    assert rows(home, "select id from calls_call") == [(stays.id.hex,)]
    assert rows(home, "select number from keys_epoch where state = 'current'", "keys") == [(4,)]


def test_the_ledger_is_never_set_back_in_silence(
    place: Destination, key_file: Path, calls: tuple[Call, Call], care_line: Line, tmp_path: Path
) -> None:
    call, _ = calls
    create(place, audit.SYSTEM)
    home = tmp_path / "home"
    assert _refused(place, key_file, home, beside(home)) == "ledger_unproven"
    assert (home / "restoring").exists()
    take(care_line, HARMLESS)
    audit.sequence_all()
    newest = tmp_path / "checkpoint"
    newest.write_text(LedgerTiles(call.controller_id).read_checkpoint(), "utf-8")
    held = tlog.parse_checkpoint(newest.read_text("utf-8").partition("\n\n")[0] + "\n")
    known = beside(home, checkpoints=(newest,))
    assert _refused(place, key_file, home, known) == "ledger_older"
    report = restore(place, key_file, home, beside(home, checkpoints=(newest,), accept_loss=True))
    [log] = report["ledger"]
    assert log["reopened"]
    assert log["origin"].startswith(f"{call.controller.origin}/reopened-")
    assert _audit(home, call).origin == log["origin"]
    first, *_ = rows(home, 'select action, body from audit_entry where "index" is null order by id')
    assert first[0] == "ledger.reopened"
    facts = json.loads(first[1])["facts"]
    assert facts == {"entries": log["size"], "last_entries": held.head.size, "last_root": held.head.root.hex()}


def test_a_ledger_that_is_another_one_is_refused(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    call, _ = calls
    create(place, audit.SYSTEM)
    key = log_key(call.controller)
    size = tlog.open_checkpoint(LedgerTiles(call.controller_id).read_checkpoint().encode(), key.verifier)[0].head.size
    forged = tlog.sign_checkpoint(tlog.Checkpoint(call.controller.origin, tlog.TreeHead(size, bytes(32))), key)
    held = tmp_path / "held"
    held.write_bytes(tlog.format_note(forged))
    home = tmp_path / "home"
    wanted = beside(home, checkpoints=(held,), accept_loss=True)
    assert _refused(place, key_file, home, wanted) == "ledger_forked"


def test_a_damaged_snapshot_is_refused_by_name_and_an_older_one_restores(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    older = create(place, audit.SYSTEM).manifest
    newer = create(place, audit.SYSTEM).manifest
    spoil(place.folder / "snapshots" / newer.id / "data")
    home = tmp_path / "home"
    assert _refused(place, key_file, home, with_ledger(home)) == "data_damaged"
    assert not (home / "data.sqlite3").exists()
    assert not list(home.glob(".*"))
    if databases_of(home):
        assert rows(home, "select tablename from pg_tables where schemaname = 'public'") == [("callward_restoring",)]
    audit.sequence_all()
    assert is_well(restore(place, key_file, home, with_ledger(home, snapshot=older.id)))


def test_without_its_root_a_restore_waits_for_shares_and_a_damaged_keys_copy_restores_nothing(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    officers = [pyrage.x25519.Identity.generate() for _ in range(2)]
    named = [str(officer.to_public()) for officer in officers]
    sealed = share_out(calls[0].controller, named, 2, tmp_path / "shares", audit.SYSTEM)
    opened = tuple(path.with_suffix(".txt") for path in sealed)
    for path, officer, share in zip(sealed, officers, opened, strict=True):
        share.write_bytes(pyrage.decrypt(path.read_bytes(), [officer]))
    create(place, audit.SYSTEM)
    audit.sequence_all()
    home = tmp_path / "home"
    assert _refused(place, key_file, home, beside(home, roots=None)) == "key_file_missing"
    assert (home / "restoring").exists()
    ledger = Path(object_store().place) / "ledger"
    assert (
        _refused(place, key_file, home, beside(home, roots=None, shares=opened[:1], ledger=ledger))
        == "shares_unreadable"
    )
    assert is_well(restore(place, key_file, home, beside(home, roots=None, shares=opened, ledger=ledger)))
    assert [action for (action,) in rows(home, 'select action from audit_entry where "index" is null order by id')] == [
        "keys.root_put_back",
        "backup.restored",
    ]
    [copy] = place.folder.glob("keys/*/keys")
    spoil(copy)
    assert _refused(place, key_file, tmp_path / "other", with_ledger(tmp_path / "other")) == "keys_damaged"
    shutil.rmtree(place.folder / "keys")
    assert _refused(place, key_file, tmp_path / "third", with_ledger(tmp_path / "third")) == "keys_missing"


def test_a_drill_proves_the_living_and_the_erased_and_leaves_nothing_but_its_report(
    place: Destination, key_file: Path, calls: tuple[Call, Call], tmp_path: Path
) -> None:
    from django.conf import settings

    gone, stays = calls
    create(place, audit.SYSTEM)
    erasing.erase(gone.person, audit.SYSTEM, because="test")
    erasing.sweep()
    destroy_items(stays, stays.items.all()[:1])
    audit.sequence_all()
    drilled = drill(place, key_file, audit.SYSTEM, sample=5)
    assert drilled.well, drilled.report
    assert drilled.report["destroyed"] == {"replayed": 1, "items": 1, "opened": 0}
    assert drilled.report["living"]["items_opened"] == stays.items.count() == 4
    assert drilled.report["living"]["calls"] == 1
    assert drilled.report["erased"]["persons"] == 1
    kept: dict[str, Any] = json.loads(drilled.path.read_bytes())
    assert kept["erased"]["opened"] == 0
    assert list((settings.CALLWARD_HOME / "backup-work").iterdir()) == []
    assert list((settings.CALLWARD_HOME / "roots").rglob("*.key"))
    entry = json.loads(bytes(Entry.objects.get(action="backup.drilled").body))
    assert entry["outcome"] == "done"
    assert (entry["facts"]["erased"], entry["facts"]["destroyed"], entry["facts"]["opened"]) == (1, 1, 0)
    [data] = place.folder.glob("snapshots/*/data")
    spoil(data)
    with pytest.raises(BackupError):
        drill(place, key_file, audit.SYSTEM)
    failed = json.loads(bytes(Entry.objects.get(action="backup.drilled", outcome="failed").body))
    assert failed["facts"] == {"code": "data_damaged"}
