"""The places where objects can be: a folder, and a bucket of a real S3 server."""

from __future__ import annotations

from pathlib import Path

import pytest
import s3_server
from s3_server import S3Server

from callward.web.core import objects
from callward.web.core.objects import BucketStore, FolderStore, ObjectStore
from callward.web.core.objects.address import BucketAddress, Patience

PATIENCE = Patience(connect=30, answer=60, tries=5, overall=15)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The run's S3 server, named to this process as to any S3 client."""
    if reason := s3_server.missing():
        pytest.skip(reason)
    server = s3_server.running()
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    return server


@pytest.fixture
def bucket_store(s3: S3Server) -> BucketStore:
    """A store in an empty bucket, below a prefix."""
    return BucketStore(BucketAddress(s3.bucket(), "sealed/one"), patience=PATIENCE)


@pytest.fixture(params=["folder", "bucket"])
def either_store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """A store in each place by turns."""
    if request.param == "folder":
        return FolderStore(tmp_path / "either")
    store: BucketStore = request.getfixturevalue("bucket_store")
    return store


def put_in_place(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a store the platform's."""
    monkeypatch.setattr(objects, "_opened", lambda _: store)
