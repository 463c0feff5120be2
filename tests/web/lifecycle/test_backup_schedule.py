"""The worker's clock: backups and drills that come by themselves, what is said of them, and old snapshots that go."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backups import key_file, place, spoil
from calls_at_work import CARD, HARMLESS, take
from destroyed import destroy_items
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from callward.web import audit, settings
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls.doctor import examine
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.core.objects import ObjectError
from callward.web.lifecycle import backup_verbs
from callward.web.lifecycle.backup import drill, pruning, schedule
from callward.web.lifecycle.backup.manifest import snapshots
from callward.web.lifecycle.backup.pruning import Keep, prune, prune_due, reasons
from callward.web.lifecycle.backup.schedule import Standing
from callward.web.lifecycle.backup.snapshot import create, create_due
from callward.web.lifecycle.backup.store import BackupError, Destination, new_id
from callward.web.lifecycle.backup.verifying import verify
from callward.web.lifecycle.backup_runs import BackupRun

__all__ = ["key_file", "place"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
NONE = Keep(0, 0, 0, 0)


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, CARD)


def _set(place: Destination, key_file: Path, **more: object) -> override_settings:
    return override_settings(BACKUP=place.place, BACKUP_KEY_FILE=str(key_file), **more)


def _standings() -> list[Standing]:
    return [report.standing for report in schedule.reports()]


def _age(kind: BackupRun.Kind, age: timedelta) -> None:
    then = timezone.now() - age
    BackupRun.objects.filter(kind=kind).update(ended_at=then)


def test_nothing_is_made_until_a_destination_is_set(call: Call) -> None:
    assert not create_due()
    assert not drill.drill_due()
    assert not prune_due()
    assert _standings() == [Standing.OFF, Standing.OFF]


def test_the_worker_makes_backups_and_drills_in_their_time_and_keeps_what_became_of_them(
    place: Destination, key_file: Path, call: Call
) -> None:
    with _set(place, key_file):
        assert _standings() == [Standing.WAITING, Standing.WAITING]
        assert not drill.drill_due(), "there is no snapshot to rehearse with"
        assert create_due()
        audit.sequence_all()
        assert drill.drill_due()
        assert not drill.drill_due()
        assert _standings() == [Standing.WELL, Standing.WELL]
        backup, drilled = schedule.reports()
        assert backup.good is not None
        assert drilled.good is not None
        assert (backup.good.place, backup.good.objects_held) == (place.place, call.items.count())
        assert backup.good.snapshot == drilled.good.snapshot == snapshots(place)[0]
        assert backup.next_at == backup.good.ended_at + timedelta(hours=24)
        assert drilled.next_at == drilled.good.ended_at + timedelta(days=30)
        _age(BackupRun.Kind.DRILL, timedelta(days=31))
        assert drill.drill_due()
        _age(BackupRun.Kind.DRILL, timedelta(days=61))
        _age(BackupRun.Kind.BACKUP, timedelta(hours=49))
        assert _standings() == [Standing.OVERDUE, Standing.OVERDUE]
        with override_settings(DRILL_DAYS=0):
            assert not drill.drill_due()
            assert _standings() == [Standing.OVERDUE, Standing.OFF]


def test_a_backup_that_fails_is_kept_recorded_and_tried_again_after_an_hour(
    place: Destination, key_file: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _set(place, key_file):
        with monkeypatch.context() as patched:
            patched.setattr(Destination, "seal", _unreachable)
            for _ in range(2):
                with pytest.raises(BackupError):
                    create_due()
                assert not create_due(), "not again within the hour"
                _age(BackupRun.Kind.BACKUP, timedelta(hours=2))
        assert BackupRun.objects.count() == 1, "the same failure is one row"
        assert _standings()[0] == Standing.FAILED
        failed = Entry.objects.filter(action="backup.made", outcome="failed")
        assert [json.loads(bytes(one.body))["facts"] for one in failed] == [{"code": "backup_not_read_back"}] * 2
        assert create_due()
        assert _standings()[0] == Standing.WELL


def _unreachable(*_: object) -> object:
    raise BackupError("backup_not_read_back", "not as it was written")


def test_a_backup_that_is_killed_leaves_a_row_that_says_so(
    place: Destination, key_file: Path, call: Call, proven_cast: dict[Role, User]
) -> None:
    dpo, lifecycle = _browser(proven_cast[Role.DPO]), reverse("lifecycle:home")
    with _set(place, key_file):
        with schedule.noted(BackupRun.Kind.BACKUP, place.place, audit.SYSTEM):
            [left] = BackupRun.objects.values()  # what is there when the process is killed now
            assert "under way since" in dpo.get(lifecycle).content.decode()
            assert schedule.mend_cut_off() == 0, "it is at work"
            assert _standings()[0] == Standing.WAITING
        BackupRun.objects.filter(pk=left["id"]).update(**left | {"ended_at": left["ended_at"] - timedelta(minutes=11)})
        assert schedule.mend_cut_off() == 1
        assert schedule.mend_cut_off() == 0
        assert _standings()[0] == Standing.FAILED
        page = dpo.get(lifecycle).content.decode()
        assert "It was begun and did not end" in page
        assert "under way since" not in page
        entry = Entry.objects.get(action="backup.made", outcome="failed")
        assert json.loads(bytes(entry.body))["facts"] == {"code": "cut_off"}
        _age(BackupRun.Kind.BACKUP, timedelta(hours=2))
        assert create_due()
        assert _standings()[0] == Standing.WELL


def test_a_backup_that_is_interrupted_says_so_at_once(place: Destination, call: Call) -> None:
    with pytest.raises(KeyboardInterrupt), schedule.noted(BackupRun.Kind.BACKUP, place.place, audit.SYSTEM):
        raise KeyboardInterrupt
    assert BackupRun.objects.get().fault == "cut_off"


def test_a_run_that_was_called_cut_off_and_is_interrupted_then_keeps_its_row(place: Destination, call: Call) -> None:
    def interrupted() -> None:
        with schedule.noted(BackupRun.Kind.BACKUP, place.place, audit.SYSTEM):
            _age(BackupRun.Kind.BACKUP, timedelta(minutes=11))
            assert schedule.mend_cut_off() == 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert BackupRun.objects.get().fault == "cut_off"


def test_a_run_that_ends_while_it_is_looked_at_is_not_called_cut_off(
    place: Destination, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    with schedule.noted(BackupRun.Kind.BACKUP, place.place, audit.SYSTEM):
        _age(BackupRun.Kind.BACKUP, timedelta(minutes=11))
        [row] = BackupRun.objects.all()
    begun = BackupRun.objects.filter(pk=row.pk)
    real = transaction.atomic
    begun.update(fault="under_way", ended_at=row.ended_at)

    def ended_just_now() -> object:
        begun.update(fault="")
        return real()

    monkeypatch.setattr(transaction, "atomic", ended_just_now)
    assert schedule.mend_cut_off() == 0
    monkeypatch.undo()
    assert begun.get().fault == ""
    assert not Entry.objects.filter(action="backup.made", outcome="failed").exists()


def test_a_drill_that_is_not_well_is_tried_again_after_a_day(place: Destination, key_file: Path, call: Call) -> None:
    create(place, audit.SYSTEM)
    audit.sequence_all()
    [data] = place.folder.glob("snapshots/*/data")
    spoil(data)
    with _set(place, key_file):
        with pytest.raises(BackupError):
            drill.drill_due()
        assert not drill.drill_due()
        assert _standings() == [Standing.WELL, Standing.FAILED]
        _age(BackupRun.Kind.DRILL, timedelta(hours=25))
        with pytest.raises(BackupError):
            drill.drill_due()


def _browser(member: User) -> Client:
    browser = Client()
    browser.force_login(member)
    return browser


def test_the_pages_say_what_failed_to_those_who_see_to_it(
    place: Destination, key_file: Path, call: Call, proven_cast: dict[Role, User]
) -> None:
    dpo, agent = _browser(proven_cast[Role.DPO]), _browser(proven_cast[Role.AGENT])
    lifecycle, today = reverse("lifecycle:home"), reverse("calls:today")
    assert "CALLWARD_BACKUP" in dpo.get(lifecycle).content.decode()
    assert "Name a place for backups" in dpo.get(today).content.decode()
    assert "Name a place for backups" not in agent.get(today).content.decode()
    with _set(place, key_file):
        create(place, audit.SYSTEM)
        shown = dpo.get(lifecycle).content.decode()
        assert f"{call.items.count()} objects" in shown
        assert place.place in shown
        assert "backups" not in dpo.get(today).content.decode()
        _age(BackupRun.Kind.BACKUP, timedelta(days=3))
        assert "See to the backups" in dpo.get(today).content.decode()
        assert "See to the backups" not in agent.get(today).content.decode()
        BackupRun.objects.create(
            kind="drill", begun_at=timezone.now(), ended_at=timezone.now(), place="x", fault="keys_missing"
        )
        assert "There is no copy of the keys." in dpo.get(lifecycle).content.decode()
        assert "See to the restore drill" in dpo.get(today).content.decode()


def _named(*moments: tuple[int, int, int, int]) -> list[str]:
    return [new_id(datetime(*moment, tzinfo=UTC)) for moment in moments]


def test_of_each_period_the_newest_snapshot_is_kept_as_often_as_the_rules_say() -> None:
    old, sunday, monday, noon, evening = known = _named(
        (2025, 12, 30, 1), (2026, 11, 15, 1), (2026, 11, 16, 1), (2026, 11, 17, 12), (2026, 11, 17, 20)
    )
    assert reasons(known, NONE) == {}
    assert reasons(known, Keep(1, 0, 0, 0)) == {evening: ("daily",)}
    assert reasons(known, Keep(2, 0, 0, 0)) == {evening: ("daily",), monday: ("daily",)}
    assert reasons(known, Keep(0, 2, 0, 0)) == {evening: ("weekly",), sunday: ("weekly",)}
    assert reasons(known, Keep(0, 0, 9, 9)) == {evening: ("monthly", "yearly"), old: ("monthly", "yearly")}
    assert noon not in reasons(known, Keep(9, 9, 9, 9))


def _three(place: Destination, line: Line, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], Call]:
    """Three snapshots, a day apart, whose second has a call that the third has no more."""
    take(line, CARD)
    made = []
    now = timezone.now()
    other = None
    for day in (3, 2, 1):
        if day == 2:
            other = take(line, HARMLESS)
        if day == 1 and other is not None:
            destroy_items(other, list(other.items.all()))
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda at=now - timedelta(days=day): at)
            made.append(create(place, audit.SYSTEM).manifest.id)
    assert other is not None
    return made, other


def test_pruning_deletes_old_snapshots_and_the_objects_that_none_has_any_more(
    place: Destination, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = _three(place, care_line, monkeypatch)
    before = sorted(place.store.list())
    told = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=True)
    assert (told.pruned, dict(told.kept)) == (tuple(made[:2]), {made[2]: ("daily", "newest")})
    assert told.objects > 0
    assert sorted(place.store.list()) == before
    assert not Entry.objects.filter(action="backup.pruned").exists()
    done = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False)
    assert (done.pruned, done.objects, done.bytes) == (told.pruned, told.objects, told.bytes)
    assert snapshots(place) == [made[2]]
    assert verify(place, "", lambda total: lambda done: None) == []
    entry = json.loads(bytes(Entry.objects.get(action="backup.pruned").body))
    assert entry["facts"] == {"snapshots": 2, "objects": done.objects, "kept": 1}
    again = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False)
    assert (again.pruned, again.objects) == ((), 0)


def test_the_newest_snapshot_that_opens_is_never_pruned(
    place: Destination, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = _three(place, care_line, monkeypatch)
    spoil(place.folder / "snapshots" / made[2] / "data")
    told = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False)
    assert dict(told.kept) == {made[1]: ("newest",), made[2]: ("daily",)}
    assert snapshots(place) == made[1:]
    spoil(place.folder / "snapshots" / made[1] / "data")
    with pytest.raises(BackupError) as caught:
        prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False)
    assert caught.value.code == "no_good_snapshot"
    with pytest.raises(BackupError) as caught:
        prune(place, NONE, audit.SYSTEM, dry_run=False)
    assert caught.value.code == "keep_nothing"


def test_no_object_goes_while_a_manifest_cannot_be_read(
    place: Destination, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = _three(place, care_line, monkeypatch)
    spoil(place.folder / "snapshots" / made[0] / "manifest")
    told = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False)
    assert (told.pruned, told.damaged, told.objects) == ((made[1],), (made[0],), 0)
    told = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False, drop_damaged=True)
    assert (told.pruned, told.damaged) == ((made[0],), ())
    assert told.objects > 0
    assert snapshots(place) == [made[2]]


def test_what_the_store_locks_stays_and_is_named(
    place: Destination, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is told here as a bucket tells it; a real one is asked in the tests of buckets."""
    made, _ = _three(place, care_line, monkeypatch)
    monkeypatch.setattr(pruning, "is_locked", lambda store, name: f"/{made[0]}/" in name or name.startswith("objects/"))
    told = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=True)
    assert (told.pruned, told.locked, told.objects) == ((made[1],), (made[0],), 0)
    told = prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False)
    assert (told.pruned, told.locked, told.objects) == ((made[1],), (made[0],), 0)
    assert snapshots(place) == [made[0], made[2]]


def test_a_pruning_that_was_cut_off_leaves_no_half_snapshot_that_counts(
    place: Destination, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = _three(place, care_line, monkeypatch)
    real = place.store.delete
    for after in range(1, 200):
        left = [after]

        def delete(name: str, left: list[int] = left) -> None:
            if left[0] == 0:
                raise ObjectError("object_store_unreachable", "the store does not answer")
            left[0] -= 1
            real(name)

        with monkeypatch.context() as patched:
            patched.setattr(place.store, "delete", delete)
            try:
                prune(place, Keep(1, 0, 0, 0), audit.SYSTEM, dry_run=False)
                break
            except ObjectError:
                assert made[2] in snapshots(place)
                for one in snapshots(place):
                    assert verify(place, one, lambda total: lambda done: None) == []
    assert after > 3
    assert snapshots(place) == [made[2]]
    assert {path.parent.name for path in place.folder.glob("snapshots/*/*")} == {made[2]}


def test_the_worker_prunes_where_rules_are_set(
    place: Destination, key_file: Path, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = _three(place, care_line, monkeypatch)
    with _set(place, key_file, BACKUP_KEEP={"daily": 2, "weekly": 0, "monthly": 0, "yearly": 0}):
        assert prune_due()
        assert not prune_due()
    assert snapshots(place) == made[1:]


def test_the_command_says_first_and_deletes_then(
    place: Destination, key_file: Path, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = _three(place, care_line, monkeypatch)
    monkeypatch.setattr(backup_verbs, "set_up", lambda: None)
    words = ["prune", place.place, "--key", str(key_file), "--daily", "1"]
    said = CliRunner().invoke(backup_verbs.backup, [*words, "--dry-run", "--json"])
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    assert (told["dry_run"], told["pruned"], told["kept"]) == (True, made[:2], {made[2]: ["daily", "newest"]})
    assert snapshots(place) == made
    assert "would go" in CliRunner().invoke(backup_verbs.backup, [*words, "--dry-run"]).stdout
    assert CliRunner().invoke(backup_verbs.backup, words).exit_code == 0
    assert snapshots(place) == made[2:]


@pytest.mark.parametrize("said", ["daily", "hourly=3", "daily=-1", "daily=1000", "daily=7;weekly=5"])
def test_rules_that_make_no_sense_are_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWARD_BACKUP_KEEP", "daily=7, yearly=3")
    assert settings._keeping() == {"daily": 7, "weekly": 0, "monthly": 0, "yearly": 3}
    monkeypatch.setenv("CALLWARD_BACKUP_KEEP", said)
    with pytest.raises(ImproperlyConfigured, match="CALLWARD_BACKUP_KEEP"):
        settings._keeping()


def _told() -> list[tuple[bool, str]]:
    return [(check.well, check.told) for check in examine() if check.name == "backups"]


def test_the_doctor_says_how_old_the_newest_snapshot_is_and_that_the_place_answers(
    place: Destination, key_file: Path, call: Call, tmp_path: Path
) -> None:
    [(well, told)] = _told()
    assert well
    assert "CALLWARD_BACKUP" in told
    with _set(place, key_file):
        [(well, told)] = _told()
        assert not well
        assert "holds no snapshot" in told
        create(place, audit.SYSTEM)
        [(well, told)] = _told()
        assert well
        assert f"holds 1 snapshot, the newest of {timezone.now():%Y-%m-%d}" in told
        with override_settings(BACKUP_HOURS=1), pytest.MonkeyPatch.context() as patched:
            later = timezone.now() + timedelta(hours=3)
            patched.setattr(timezone, "now", lambda: later)
            [(well, told)] = _told()
            assert not well
            assert "one was to be made 1 h after it" in told
    (tmp_path / "file").touch()
    with override_settings(BACKUP=str(tmp_path / "file"), BACKUP_KEY_FILE=str(key_file)):
        [(well, told)] = _told()
        assert not well
        assert "backup_unreachable" in told
