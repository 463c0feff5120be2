from __future__ import annotations

import errno
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callward.web.core.objects import FolderStore, ObjectError


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "objects")


def _everything(store: FolderStore) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file())


def _code(caught: pytest.ExceptionInfo[ObjectError]) -> str:
    return caught.value.code


def test_a_committed_object_is_read_at_any_place(store: FolderStore) -> None:
    with store.new_object() as sink:
        sink.write(b"....")
        sink.write(bytes(range(256)) * 4)
        sink.seek(0)
        sink.write(b"head")
        name = sink.commit()
    source = store.open_object(name)
    assert source.size == 1028
    assert source.read_at(0, 6) == b"head\x00\x01"
    assert source.read_at(1027, 1) == b"\xff"
    assert source.read_at(1028, 0) == b""


def test_a_sink_can_be_read_back_before_it_is_committed(store: FolderStore) -> None:
    with store.new_object() as sink:
        sink.write(b"sealed bytes")
        assert (sink.size, sink.read_at(7, 5)) == (12, b"bytes")
        sink.write(b"!")
        assert store.open_object(sink.commit()).read_at(0, 13) == b"sealed bytes!"


def test_names_are_random_and_spread_over_two_levels(store: FolderStore) -> None:
    names = set()
    for _ in range(20):
        with store.new_object() as sink:
            sink.write(b"the same content")
            names.add(sink.commit())
    assert len(names) == 20
    assert all(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{30}/[0-9a-f]{32}", name) for name in names)
    assert set(store.list()) == names


def test_objects_of_one_folder_become_durable_together_or_not_at_all(store: FolderStore) -> None:
    folder = store.new_folder()
    sinks = [store.new_object(folder) for _ in range(3)]
    for sink in sinks:
        sink.write(b"sealed")
    store.commit_all(sinks)
    assert {name.rpartition("/")[0] for name in store.list()} == {folder}
    spoilt = [store.new_object(), store.new_object()]
    spoilt[1].close()  # its descriptor is gone: it cannot be synced
    with pytest.raises(ValueError, match="closed"):
        store.commit_all(spoilt)
    assert len(set(store.list())) == 3
    assert not list(store.spool.iterdir())


def test_what_is_not_committed_leaves_nothing(store: FolderStore) -> None:
    with store.new_object() as sink:
        sink.write(b"half")
    assert _everything(store) == []
    sink.discard()


def test_a_discard_after_a_commit_keeps_the_object(store: FolderStore) -> None:
    with store.new_object() as sink:
        sink.write(b"kept")
        name = sink.commit()
    sink.discard()
    assert store.get(name) == b"kept"


def test_a_read_outside_the_object_is_refused(store: FolderStore) -> None:
    store.put("ledger/one", b"12345")
    source = store.open_object("ledger/one")
    for offset, length in ((0, 6), (5, 1), (-1, 1), (0, -1)):
        with pytest.raises(ObjectError) as caught:
            source.read_at(offset, length)
        assert _code(caught) == "object_range"


def test_a_deleted_object_is_missing_and_deleting_twice_is_no_fault(store: FolderStore) -> None:
    store.put("ledger/one", b"12345")
    source = store.open_object("ledger/one")
    store.delete("ledger/one")
    store.delete("ledger/one")
    assert not store.exists("ledger/one")
    for read in (
        lambda: source.read_at(0, 1),
        lambda: store.get("ledger/one"),
        lambda: store.open_object("ledger/one"),
    ):
        with pytest.raises(ObjectError) as caught:
            read()
        assert _code(caught) == "object_missing"


def test_a_put_replaces_and_a_prefix_lists(store: FolderStore) -> None:
    store.put_all({"ledger/a/checkpoint": b"1", "ledger/a/tile/0/x001/000.p/7": b"2", "other": b"3"})
    store.put("ledger/a/checkpoint", b"4")
    assert store.get("ledger/a/checkpoint") == b"4"
    assert sorted(store.list("ledger/a")) == ["ledger/a/checkpoint", "ledger/a/tile/0/x001/000.p/7"]


@pytest.mark.parametrize("name", ["", "/a", "a/", "../a", "a/../b", ".spool/a", "a//b", "A", "a\x00b", "a b"])
def test_a_name_that_could_leave_the_store_is_refused(store: FolderStore, name: str) -> None:
    for act in (lambda: store.put(name, b""), lambda: store.open_object(name), lambda: store.delete(name)):
        with pytest.raises(ObjectError) as caught:
            act()
        assert _code(caught) == "object_name"
    assert _everything(store) == []


def test_file_and_folders_are_synced_before_a_commit_returns(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    with store.new_object() as sink:
        name = sink.commit()
    levels = [str((store.root / name).parents[up]) for up in range(3)]
    assert synced[0].startswith(str(store.spool))
    assert sorted(synced[1:]) == sorted(levels)


def test_a_full_disk_is_named_and_leaves_nothing_half_made(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put("ledger/checkpoint", b"old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ObjectError) as caught:
        store.put("ledger/checkpoint", b"new")
    assert _code(caught) == "disk_full"
    with store.new_object() as sink:
        sink.write(b"sealed")
        with pytest.raises(ObjectError) as caught:
            sink.commit()
        assert _code(caught) == "disk_full"
    monkeypatch.undo()
    assert _everything(store) == ["ledger/checkpoint"]
    assert store.get("ledger/checkpoint") == b"old"


def test_a_write_that_meets_a_full_device_is_named(store: FolderStore) -> None:
    """/dev/full is the kernel's own full disk."""
    with store.new_object() as sink:
        handle = os.open("/dev/full", os.O_WRONLY)
        os.dup2(handle, sink.fileno())
        os.close(handle)
        with pytest.raises(ObjectError) as caught:
            sink.write(b"sealed")
    assert _code(caught) == "disk_full"
    assert _everything(store) == []


def test_the_sweep_takes_only_stale_spool_files(store: FolderStore) -> None:
    store.put("ledger/checkpoint", b"kept")
    stale, fresh = store.spool / "stale", store.spool / "fresh"
    stale.write_bytes(b"1")
    fresh.write_bytes(b"2")
    now = datetime.now(UTC)
    os.utime(stale, times=((now - timedelta(hours=25)).timestamp(),) * 2)
    assert store.sweep_spool(now=now) == 1
    assert _everything(store) == [".spool/fresh", "ledger/checkpoint"]
    assert list(store.list()) == ["ledger/checkpoint"]


def test_files_are_for_their_owner_only(store: FolderStore) -> None:
    with store.new_object() as sink:
        name = sink.commit()
    store.put("ledger/checkpoint", b"")
    assert {(store.root / n).stat().st_mode & 0o077 for n in (name, "ledger/checkpoint")} == {0}
