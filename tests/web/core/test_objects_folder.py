"""A folder of objects: what is on the disk before a call returns, and what a full disk leaves."""

from __future__ import annotations

import errno
import os
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
