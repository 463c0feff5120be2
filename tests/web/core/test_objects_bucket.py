"""A bucket of a real S3 server: nothing stays of what is deleted, and what is wrong with a bucket is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from object_places import PATIENCE, bucket_store, s3
from s3_server import S3Server

from callward.web.core.objects import BucketStore, ObjectError, store_at
from callward.web.core.objects.address import BucketAddress, Patience

__all__ = ["bucket_store", "s3"]


def _store(bucket: str, prefix: str = "sealed") -> BucketStore:
    return BucketStore(BucketAddress(bucket, prefix), patience=PATIENCE)


def _code(caught: pytest.ExceptionInfo[ObjectError]) -> str:
    return caught.value.code


def test_a_long_object_goes_in_parts_and_comes_back_whole(bucket_store: BucketStore) -> None:
    data = bytes(range(256)) * 131_072  # 32 MiB: two parts
    with bucket_store.new_object() as sink:
        sink.write(data)
        name = sink.commit()
    source = bucket_store.open_object(name)
    assert source.size == len(data)
    assert source.read_at(20_000_001, 300) == data[20_000_001:20_000_301]


def test_parts_that_were_never_put_together_are_swept(bucket_store: BucketStore, s3: S3Server) -> None:
    address, client = bucket_store.address, s3.client()
    client.create_multipart_upload(Bucket=address.bucket, Key=address.key("aa/left"))
    now = datetime.now(UTC)
    assert bucket_store.sweep_spool(now=now) == 0
    assert bucket_store.sweep_spool(now=now + timedelta(hours=25)) == 1
    assert not client.list_multipart_uploads(Bucket=address.bucket).get("Uploads")


@pytest.mark.parametrize("many", [1, 3])
def test_where_versions_are_kept_a_deletion_removes_each_of_them(s3: S3Server, many: int) -> None:
    store = _store(s3.bucket(versions=True))
    names = [f"ledger/{number}" for number in range(many)]
    for turn in (b"old", b"new"):
        store.put_all(dict.fromkeys([*names, "ledger/0-longer"], turn))
    store.delete_all(names)
    assert {one.name for one in store.versions()} == {"ledger/0-longer"}
    store.delete_all(names)
    assert len(list(store.versions())) == 2


def test_a_deletion_that_was_cut_off_before_the_versions_went_is_finished(s3: S3Server) -> None:
    store = _store(s3.bucket(versions=True))
    store.put("ledger/one", b"sealed")
    s3.client().delete_object(Bucket=store.address.bucket, Key=store.address.key("ledger/one"))
    assert not store.exists("ledger/one")
    assert len(list(store.versions())) == 2
    store.delete("ledger/one")
    assert not list(store.versions())


def test_what_is_locked_is_not_said_to_be_deleted(s3: S3Server) -> None:
    store = _store(s3.bucket(locks=True))
    store.put("ledger/one", b"sealed")
    until = {"Mode": "COMPLIANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(days=1)}
    s3.client().put_object_retention(Bucket=store.address.bucket, Key=store.address.key("ledger/one"), Retention=until)
    with pytest.raises(ObjectError) as caught:
        store.delete("ledger/one")
    assert _code(caught) == "object_locked"


def test_a_bucket_that_is_as_it_should_be_has_no_faults(bucket_store: BucketStore) -> None:
    bucket_store.put("ledger/one", b"sealed")
    assert bucket_store.faults() == []


def test_versions_locks_and_what_is_left_of_them_are_said(s3: S3Server) -> None:
    versioned = s3.bucket(versions=True)
    assert any("keeps versions" in told for told in _store(versioned).faults())
    store = _store(versioned)
    store.put("ledger/one", b"old")
    store.put("ledger/one", b"new")
    s3.client().put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    assert store.faults() == ["1 old versions lie in the bucket since it kept them: delete them"]
    locking = s3.bucket(locks=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    s3.client().put_object_lock_configuration(
        Bucket=locking, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    assert any("locks every object" in told for told in _store(locking).faults())


@pytest.mark.parametrize("opened", ["bucket", "object", "policy"])
def test_a_bucket_that_strangers_can_read_is_said(s3: S3Server, opened: str) -> None:
    store, client = _store(s3.bucket()), s3.client()
    bucket = store.address.bucket
    store.put("ledger/one", b"sealed")
    if opened == "bucket":
        client.put_bucket_acl(Bucket=bucket, ACL="public-read")
    elif opened == "object":
        client.put_object_acl(Bucket=bucket, Key=store.address.key("ledger/one"), ACL="public-read")
    else:
        allowed = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
        }
        client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    assert any("stranger" in told for told in store.faults())


def test_a_bucket_that_is_not_there_and_wrong_credentials_are_named(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ObjectError) as caught:
        _store("test-not-there").put("ledger/one", b"1")
    assert _code(caught) == "object_store_unreachable"
    bucket = s3.bucket()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    store = _store(bucket)
    for act in (lambda: store.put("a", b"1"), lambda: store.open_object("a"), lambda: store.delete("a"), store.faults):
        with pytest.raises(ObjectError) as caught:
            act()
        assert _code(caught) == "object_store_refused"


def test_a_store_that_is_not_there_is_named_in_time(monkeypatch: pytest.MonkeyPatch, s3: S3Server) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    store = BucketStore(BucketAddress("anywhere"), patience=Patience(connect=10, answer=10, tries=2, overall=2))
    for act in (lambda: store.put("a", b"1"), lambda: store.get("a"), lambda: store.delete("a")):
        with pytest.raises(ObjectError) as caught:
            act()
        assert _code(caught) == "object_store_unreachable"


@pytest.mark.parametrize(
    "text",
    ["s3://", "s3://A", "s3://ab", "s3://user:word@bucket", "s3://bucket/../up", "s3://bucket?region=x", "s3://b_c/d"],
)
def test_an_address_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ObjectError) as caught:
        store_at(text)
    assert _code(caught) == "object_store_address"


def test_an_address_is_written_as_it_is_read() -> None:
    for text in ("s3://bucket", "s3://bucket/some/prefix", "s3://bucket/prefix?profile=backups"):
        assert str(BucketAddress.read(text)) == text
    assert BucketAddress.read("s3://bucket/prefix/") == BucketAddress("bucket", "prefix")


@pytest.mark.parametrize("endpoint", ["http://storage.example", "http://192.0.2.1:9000", "ftp://127.0.0.1"])
def test_plain_http_over_a_network_is_refused(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AK")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SK")
    with pytest.raises(ObjectError) as caught:
        store_at("s3://bucket").refuse_unfit()
    assert _code(caught) == "object_store_address"


def test_without_credentials_nothing_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(ObjectError) as caught:
        store_at("s3://bucket").refuse_unfit()
    assert _code(caught) == "object_store_refused"
