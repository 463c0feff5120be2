"""A bucket on a bad day: a request is done in the end, or refused in one message, and half an object is never taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from faulty_proxy import Fault, FaultyProxy
from object_places import s3
from s3_server import S3Server

from callward.web.core.objects import BucketStore, ObjectError
from callward.web.core.objects.address import BucketAddress, Patience

__all__ = ["s3"]

PATIENT = Patience(connect=30, answer=60, tries=6, overall=60)
# Who never answers is waited for at each request, and a busy store may be as slow now and then.
SHORT = Patience(connect=30, answer=1.5, tries=20, overall=60)
# Nothing is asked again after this; an answer that is only slow is taken.
HURRIED = Patience(connect=30, answer=60, tries=3, overall=2)
DATA = bytes(range(256)) * 40


@pytest.fixture
def proxy(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    with FaultyProxy(s3.endpoint, seed=20261122) as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", made.endpoint)
        yield made


@pytest.fixture
def store(proxy: FaultyProxy, s3: S3Server) -> BucketStore:
    return BucketStore(BucketAddress(s3.bucket(), "sealed"), patience=PATIENT)


def _refused(act: object) -> str:
    with pytest.raises(ObjectError) as caught:
        act()  # type: ignore[operator] # an act of the test
    return caught.value.code


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.SHORTENED])
def test_one_fault_is_made_good_by_asking_again(fault: Fault, proxy: FaultyProxy, s3: S3Server) -> None:
    store = BucketStore(BucketAddress(s3.bucket(), "sealed"), patience=SHORT if fault is Fault.SILENCE else PATIENT)
    proxy.tell(fault)
    store.put("ledger/one", DATA)
    source = store.open_object("ledger/one")
    proxy.tell(fault)
    assert source.read_at(10, 5_000) == DATA[10:5_010]
    proxy.tell(fault)
    assert store.open_object("ledger/one").size == len(DATA)
    proxy.tell(fault)
    assert list(store.list()) == ["ledger/one"]
    proxy.tell(fault)
    store.delete("ledger/one")
    assert proxy.done[fault] == 5
    assert not list(store.list())


def test_half_an_answer_that_says_it_is_all_is_asked_for_again(proxy: FaultyProxy, store: BucketStore) -> None:
    store.put("ledger/one", DATA)
    source = store.open_object("ledger/one")
    proxy.tell(Fault.SHORTENED)
    assert source.read_at(0, len(DATA)) == DATA
    proxy.tell(Fault.SHORTENED)
    assert list(store.list()) == ["ledger/one"]
    proxy.tell(Fault.SHORTENED)
    assert store.get("ledger/one") == DATA
    hurried = BucketStore(store.address, patience=HURRIED)
    source = hurried.open_object("ledger/one")
    proxy.share, proxy._faults = 1.0, (Fault.SHORTENED,)
    assert _refused(lambda: hurried.get("ledger/one")) == "object_store_unreachable"
    assert _refused(lambda: source.read_at(0, len(DATA))) == "object_store_unreachable"


@pytest.mark.parametrize("fault", [Fault.SLOW_DOWN, Fault.RESET])
def test_what_does_not_end_is_refused_in_time_and_nothing_is_half_there(
    fault: Fault, proxy: FaultyProxy, s3: S3Server
) -> None:
    store = BucketStore(BucketAddress(s3.bucket()), patience=HURRIED)
    store.put("ledger/one", b"old")
    source = store.open_object("ledger/one")
    proxy.share, proxy._faults = 1.0, (fault,)
    acts = (
        lambda: store.put("ledger/one", DATA),
        lambda: source.read_at(0, 3),
        lambda: store.open_object("ledger/one"),
        lambda: list(store.list()),
        lambda: store.delete("ledger/one"),
    )
    assert {_refused(act) for act in acts} == {"object_store_unreachable"}
    with store.new_object() as sink:
        sink.write(DATA)
        assert _refused(sink.commit) == "object_store_unreachable"
    proxy.share = 0
    assert store.get("ledger/one") == b"old"
    assert list(store.list()) == ["ledger/one"]
    assert not list(store.spool.iterdir())


def test_a_long_object_survives_faults_in_its_parts(proxy: FaultyProxy, s3: S3Server) -> None:
    store = BucketStore(BucketAddress(s3.bucket()), patience=Patience(connect=30, answer=60, tries=8, overall=120))
    data = DATA * 3_500  # 36 MB: three parts
    proxy.tell(Fault.ERROR, Fault.RESET, Fault.CUT, Fault.HALF_SENT, Fault.SLOW_DOWN)
    with store.new_object() as sink:
        sink.write(data)
        name = sink.commit()
    source = store.open_object(name)
    assert source.size == len(data)
    assert source.read_at(16 * 1024 * 1024 - 5, 10) == data[16 * 1024 * 1024 - 5 :][:10]
