"""What every store does, in a folder and in a bucket of a real S3 server."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from object_places import bucket_store, either_store, s3

from callward.web.core.objects import ObjectError, ObjectStore

__all__ = ["bucket_store", "either_store", "s3"]


@pytest.fixture
def store(either_store: ObjectStore) -> ObjectStore:
    return either_store


def _nothing(store: ObjectStore) -> bool:
    return not list(store.list()) and not list(store.spool.iterdir())


def _code(caught: pytest.ExceptionInfo[ObjectError]) -> str:
    return caught.value.code


def test_a_committed_object_is_read_at_any_place(store: ObjectStore) -> None:
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


def test_a_sink_can_be_read_back_before_it_is_committed(store: ObjectStore) -> None:
    with store.new_object() as sink:
        sink.write(b"sealed bytes")
        assert (sink.size, sink.read_at(7, 5)) == (12, b"bytes")
        sink.write(b"!")
        assert store.open_object(sink.commit()).read_at(0, 13) == b"sealed bytes!"


def test_names_are_random_and_spread_over_two_levels(store: ObjectStore) -> None:
    names = set()
    for _ in range(20):
        with store.new_object() as sink:
            sink.write(b"the same content")
            names.add(sink.commit())
    assert len(names) == 20
    assert all(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{30}/[0-9a-f]{32}", name) for name in names)
    assert set(store.list()) == names


def test_objects_of_one_folder_become_durable_together_or_not_at_all(store: ObjectStore) -> None:
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


def test_what_is_not_committed_leaves_nothing(store: ObjectStore) -> None:
    with store.new_object() as sink:
        sink.write(b"half")
    assert _nothing(store)
    sink.discard()


def test_a_discard_after_a_commit_keeps_the_object(store: ObjectStore) -> None:
    with store.new_object() as sink:
        sink.write(b"kept")
        name = sink.commit()
    sink.discard()
    assert store.get(name) == b"kept"


def test_a_read_outside_the_object_is_refused(store: ObjectStore) -> None:
    store.put("ledger/one", b"12345")
    source = store.open_object("ledger/one")
    for offset, length in ((0, 6), (5, 1), (-1, 1), (0, -1)):
        with pytest.raises(ObjectError) as caught:
            source.read_at(offset, length)
        assert _code(caught) == "object_range"


def test_a_deleted_object_is_missing_and_deleting_twice_is_no_fault(store: ObjectStore) -> None:
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


def test_a_put_replaces_and_a_prefix_lists(store: ObjectStore) -> None:
    store.put_all({"ledger/a/checkpoint": b"1", "ledger/a/tile/0/x001/000.p/7": b"2", "other": b"3"})
    store.put("ledger/a/checkpoint", b"4")
    assert store.get("ledger/a/checkpoint") == b"4"
    assert sorted(store.list("ledger/a")) == ["ledger/a/checkpoint", "ledger/a/tile/0/x001/000.p/7"]


@pytest.mark.parametrize("name", ["", "/a", "a/", "../a", "a/../b", ".spool/a", "a//b", "A", "a\x00b", "a b"])
def test_a_name_that_could_leave_the_store_is_refused(store: ObjectStore, name: str) -> None:
    for act in (lambda: store.put(name, b""), lambda: store.open_object(name), lambda: store.delete(name)):
        with pytest.raises(ObjectError) as caught:
            act()
        assert _code(caught) == "object_name"
    assert _nothing(store)


def test_a_write_that_meets_a_full_device_is_named(store: ObjectStore) -> None:
    """/dev/full is the kernel's own full disk."""
    with store.new_object() as sink:
        handle = os.open("/dev/full", os.O_WRONLY)
        os.dup2(handle, sink.fileno())
        os.close(handle)
        with pytest.raises(ObjectError) as caught:
            sink.write(b"sealed")
    assert _code(caught) == "disk_full"
    assert _nothing(store)


def test_a_small_object_is_read_whole_or_not_at_all(store: ObjectStore) -> None:
    store.put("ledger/one", b"12345")
    assert store.get("ledger/one", 5) == b"12345"
    store.put("ledger/empty", b"")
    assert store.get("ledger/empty") == b""
    with pytest.raises(ObjectError) as caught:
        store.get("ledger/one", 4)
    assert _code(caught) == "object_too_large"


def test_many_are_deleted_at_once_and_the_others_stay(store: ObjectStore) -> None:
    store.put_all({f"ledger/{number}": b"sealed" for number in range(5)})
    store.delete_all([*(f"ledger/{number}" for number in range(4)), "ledger/never-there"])
    assert list(store.list()) == ["ledger/4"]


def test_it_is_known_when_an_object_was_written(store: ObjectStore) -> None:
    store.put("ledger/one", b"1")
    assert abs(store.written_at("ledger/one") - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(ObjectError) as caught:
        store.written_at("ledger/two")
    assert _code(caught) == "object_missing"
