"""Keys of controllers, persons and items: what lives, what is gone, and what is only out of reach."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

from callward.engine.envelope import new_key
from callward.web.keys import vault
from callward.web.keys.models import BlindIndex, CustodyKey, DataKey, Epoch, PersonKey, ServiceKey, Tombstone
from callward.web.keys.providers import FileProvider

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
ABSENT = UUID(int=0)


@pytest.fixture
def controller() -> UUID:
    fresh = uuid4()
    vault.open_controller(fresh)
    return fresh


def _root(controller: UUID) -> Path:
    return FileProvider(settings.CALLWARD_HOME).path(controller, 1)


def test_opening_a_controller_twice_changes_nothing(controller: UUID) -> None:
    before = {kind: vault.service_key(controller, kind) for kind in ServiceKey.Kind}
    vault.open_controller(controller)
    vault.forget_epoch_keys()
    assert {kind: vault.service_key(controller, kind) for kind in ServiceKey.Kind} == before
    assert len(set(before.values())) == len(ServiceKey.Kind)
    assert Epoch.objects.filter(controller=controller).count() == 1


def test_the_root_lies_in_a_file_of_the_owner_alone(controller: UUID) -> None:
    assert _root(controller).stat().st_mode & 0o777 == 0o600
    assert _root(controller).parent.stat().st_mode & 0o777 == 0o700


def test_a_start_cut_off_between_root_and_row_is_resumed() -> None:
    controller = uuid4()
    FileProvider(settings.CALLWARD_HOME).create_root(controller, 1)
    root = _root(controller).read_bytes()
    vault.open_controller(controller)
    assert _root(controller).read_bytes() == root
    assert len(vault.service_key(controller, "ledger")) == 32


def test_no_key_lies_in_the_keys_database_in_the_clear(controller: UUID) -> None:
    person = vault.new_person_key(controller)
    living = [vault.new_data_key(controller, person, uuid4()), vault.record_key(controller, person)]
    living += [vault.service_key(controller, kind) for kind in ServiceKey.Kind]
    rows = [bytes(row.wrapped) for model in (Epoch, PersonKey, DataKey, ServiceKey) for row in model.objects.all()]
    assert rows
    assert not [key for key in living for row in rows if key in row]


def test_every_wrapped_row_carries_its_epoch_and_a_key_id_of_its_own(controller: UUID) -> None:
    person = vault.new_person_key(controller)
    vault.keep_data_keys(controller, person, {uuid4(): new_key() for _ in range(3)})
    vault.hold_under_custody(controller, DataKey.objects.filter(kind="item").values_list("id", flat=True), "hold")
    rows = [row for model in (PersonKey, DataKey, CustodyKey, ServiceKey) for row in model.objects.all()]
    assert {row.epoch for row in rows} == {1}
    numbers = sorted(int(row.key_id.removeprefix(f"{controller}/1/")) for row in rows)
    assert numbers == list(range(1, len(rows) + 1))


def test_a_kept_data_key_comes_back(controller: UUID) -> None:
    person, item, key = vault.new_person_key(controller), uuid4(), new_key()
    vault.keep_data_keys(controller, person, {item: key})
    assert vault.data_key(controller, item) == key


def test_another_controller_gets_no_key_of_ours(controller: UUID) -> None:
    rival = uuid4()
    vault.open_controller(rival)
    person, item = vault.new_person_key(controller), uuid4()
    vault.new_data_key(controller, person, item)
    for ask in (
        lambda: vault.data_key(rival, item),
        lambda: vault.record_key(rival, person),
        lambda: vault.keep_data_keys(rival, person, {uuid4(): new_key()}),
        lambda: vault.hold_under_custody(rival, [item], "hold"),
    ):
        with pytest.raises(vault.KeyGone):
            ask()
    assert not vault.delete_person_key(rival, person, erased_at=NOW)
    assert not vault.delete_data_key(rival, item)
    assert vault.data_key(controller, item)


def test_erasing_a_person_deletes_one_key_row_and_kills_every_item(controller: UUID) -> None:
    person, items = vault.new_person_key(controller), [uuid4() for _ in range(3)]
    for item in items:
        vault.new_data_key(controller, person, item)
    rows = DataKey.objects.count()
    assert vault.delete_person_key(controller, person, erased_at=NOW)
    assert DataKey.objects.count() == rows
    for item in items:
        with pytest.raises(vault.KeyGone):
            vault.data_key(controller, item)
    with pytest.raises(vault.KeyGone):
        vault.record_key(controller, person)
    with pytest.raises(vault.KeyGone):
        vault.new_data_key(controller, person, uuid4())


def test_the_time_to_erase_does_not_depend_on_what_goes(controller: UUID) -> None:
    few, many = vault.new_person_key(controller), vault.new_person_key(controller)
    vault.keep_data_keys(controller, few, {uuid4(): new_key()})
    vault.keep_data_keys(controller, many, {uuid4(): new_key() for _ in range(200)})
    counts = []
    for person in (few, many):
        before = len(connections["keys"].queries_log)
        connections["keys"].force_debug_cursor = True
        vault.delete_person_key(controller, person, erased_at=NOW)
        connections["keys"].force_debug_cursor = False
        counts.append(len(connections["keys"].queries_log) - before)
    assert counts[0] == counts[1] > 0


def test_erasing_leaves_a_tombstone_and_no_blind_index(controller: UUID) -> None:
    person = vault.new_person_key(controller)
    vault.index_person(controller, person, "phone", "+46701740605")
    vault.delete_person_key(controller, person, erased_at=NOW)
    assert vault.find_person(controller, "phone", "+46701740605") is None
    assert Tombstone.objects.get(person=person).erased_at == NOW
    assert not vault.delete_person_key(controller, person, erased_at=NOW + dt.timedelta(days=1))
    assert Tombstone.objects.get(person=person).erased_at == NOW


def test_a_person_key_that_was_not_needed_is_taken_back_without_a_trace(controller: UUID) -> None:
    person = vault.new_person_key(controller)
    vault.discard_person_key(controller, person)
    assert not PersonKey.objects.exists()
    assert not DataKey.objects.exists()
    assert not Tombstone.objects.exists()


def test_dead_keys_are_swept_and_living_ones_stay(controller: UUID) -> None:
    gone, stays = vault.new_person_key(controller), vault.new_person_key(controller)
    held, living = uuid4(), uuid4()
    vault.new_data_key(controller, gone, uuid4())
    vault.new_data_key(controller, gone, held)
    key = vault.new_data_key(controller, stays, living)
    custody = vault.hold_under_custody(controller, [held], "hold")
    vault.delete_person_key(controller, gone, erased_at=NOW)
    assert vault.sweep_dead_keys(controller) == 2
    assert vault.data_key(controller, living) == key
    assert vault.data_key(controller, held)
    vault.delete_custody_key(controller, custody)
    assert vault.sweep_dead_keys(controller) == 1


def test_what_is_under_custody_outlives_its_person_until_custody_ends(controller: UUID) -> None:
    person, item, other = vault.new_person_key(controller), uuid4(), uuid4()
    key = vault.new_data_key(controller, person, item)
    vault.new_data_key(controller, person, other)
    custody = vault.hold_under_custody(controller, [item], "hold")
    vault.delete_person_key(controller, person, erased_at=NOW)
    assert vault.data_key(controller, item) == key
    with pytest.raises(vault.KeyGone):
        vault.data_key(controller, other)
    assert vault.delete_custody_key(controller, custody)
    with pytest.raises(vault.KeyGone):
        vault.data_key(controller, item)


def test_custody_takes_all_items_or_none(controller: UUID) -> None:
    person, item = vault.new_person_key(controller), uuid4()
    vault.new_data_key(controller, person, item)
    with pytest.raises(vault.KeyGone):
        vault.hold_under_custody(controller, [item, ABSENT], "hold")
    assert DataKey.objects.get(id=item).custody_id is None
    assert not CustodyKey.objects.exists()


def test_deleting_one_item_marks_its_person(controller: UUID) -> None:
    person, item, other = vault.new_person_key(controller), uuid4(), uuid4()
    vault.new_data_key(controller, person, item)
    vault.new_data_key(controller, person, other)
    assert vault.delete_data_key(controller, item)
    assert not vault.delete_data_key(controller, item)
    assert PersonKey.objects.get(id=person).marked
    assert vault.data_key(controller, other)
    with pytest.raises(vault.KeyGone):
        vault.data_key(controller, item)


def test_a_missing_root_is_out_of_reach_and_not_erased(controller: UUID) -> None:
    person = vault.new_person_key(controller)
    _root(controller).unlink()
    vault.forget_epoch_keys()
    with pytest.raises(vault.KeyUnavailable) as refused:
        vault.record_key(controller, person)
    assert refused.value.code == "key_file_missing"
    vault.open_controller(controller)
    assert not _root(controller).exists()


def test_an_open_root_file_is_refused_with_the_way_to_mend_it(controller: UUID) -> None:
    _root(controller).chmod(0o640)
    vault.forget_epoch_keys()
    try:
        with pytest.raises(vault.KeyUnavailable) as refused:
            vault.service_key(controller, "ledger")
    finally:
        _root(controller).chmod(0o600)  # the home is the whole run's: nothing starts over a root that others can read
    assert refused.value.code == "key_file_open_permissions"
    assert f"chmod 600 {_root(controller)}" in refused.value.detail


def test_a_root_that_cannot_be_written_leaves_no_epoch(tmp_path: Path) -> None:
    controller = uuid4()
    with override_settings(CALLWARD_HOME=tmp_path):
        (tmp_path / "roots").touch()
        with pytest.raises(vault.KeyUnavailable, match="key_file_unwritable"):
            vault.open_controller(controller)
        (tmp_path / "roots").unlink()
        # A folder in the root's place: not a key file, and nothing that a link could replace.
        _root(controller).mkdir(parents=True)
        with pytest.raises(vault.KeyUnavailable, match="key_file_not_regular"):
            vault.open_controller(controller)
    assert not Epoch.objects.filter(controller=controller).exists()


def test_another_root_than_the_epochs_is_refused(controller: UUID) -> None:
    _root(controller).write_bytes(new_key())
    vault.forget_epoch_keys()
    with pytest.raises(vault.KeyUnavailable) as refused:
        vault.service_key(controller, "ledger")
    assert refused.value.code == "root_wrong"


def test_a_damaged_row_is_out_of_reach_and_not_erased(controller: UUID) -> None:
    person, item = vault.new_person_key(controller), uuid4()
    vault.new_data_key(controller, person, item)
    row = DataKey.objects.get(id=item)
    wrapped = bytearray(row.wrapped)
    wrapped[7] ^= 1
    DataKey.objects.filter(id=item).update(wrapped=bytes(wrapped))
    with pytest.raises(vault.KeyUnavailable) as refused:
        vault.data_key(controller, item)
    assert refused.value.code == "key_damaged"


def test_a_controller_that_was_never_opened_has_no_keys() -> None:
    for ask in (
        lambda: vault.service_key(ABSENT, "ledger"),
        lambda: vault.new_person_key(ABSENT),
        lambda: vault.find_person(ABSENT, "phone", "+46701740605"),
    ):
        with pytest.raises(vault.KeyUnavailable) as refused:
            ask()
        assert refused.value.code == "controller_not_open"


def test_an_epoch_of_an_unknown_provider_is_refused(controller: UUID) -> None:
    Epoch.objects.filter(controller=controller).update(provider="token")
    vault.forget_epoch_keys()
    with pytest.raises(vault.KeyUnavailable) as refused:
        vault.service_key(controller, "ledger")
    assert refused.value.code == "provider_unknown"


def test_only_epoch_keys_stay_in_the_process(controller: UUID) -> None:
    from callward.web.keys import epochs

    person, item = vault.new_person_key(controller), uuid4()
    key = vault.new_data_key(controller, person, item)
    vault.data_key(controller, item)
    assert set(epochs._held) >= {(controller, 1)}
    assert key not in {held.key for held in epochs._held.values()}
    PersonKey.objects.filter(id=person).delete()
    with pytest.raises(vault.KeyGone):
        vault.data_key(controller, item)


@pytest.mark.skipif(connections["keys"].vendor != "sqlite", reason="PostgreSQL's tables are vacuumed after a turn")
def test_the_keys_database_overwrites_what_it_deletes() -> None:
    with connections["keys"].cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)


def test_index_rows_hold_no_identifier(controller: UUID) -> None:
    vault.index_person(controller, vault.new_person_key(controller), "email", "dana@example.com")
    row = BlindIndex.objects.get()
    assert len(row.digest) == 32
    assert b"dana@example.com" not in bytes(row.digest)
