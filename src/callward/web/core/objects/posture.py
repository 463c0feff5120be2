"""What a bucket says of itself: versions, locks, copies elsewhere, and whether strangers get in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from callward.web.core.objects.address import BucketAddress, Connection, anonymous

_EVERYBODY = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
_UNSET = frozenset(
    {
        "ObjectLockConfigurationNotFoundError",
        "ReplicationConfigurationNotFoundError",
        "NoSuchBucketPolicy",
        "NotImplemented",
        "MethodNotAllowed",
        "404",
    }
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object, or (``marker``) the mark of its deletion."""

    name: str
    id: str
    latest: bool
    marker: bool


def versions(connection: Connection, address: BucketAddress, prefix: str = "") -> Iterator[Version]:
    """Yield what lies below a prefix, old versions and marks too."""
    pages = connection.client.get_paginator("list_object_versions").paginate(
        Bucket=address.bucket, Prefix=address.key(prefix)
    )
    for page in pages:
        for kind in ("Versions", "DeleteMarkers"):
            for one in page.get(kind, []):
                yield Version(address.name(one["Key"]), one["VersionId"], one["IsLatest"], kind == "DeleteMarkers")


def versioning(connection: Connection, address: BucketAddress) -> str:
    """Return ``Enabled``, ``Suspended`` (older versions may still lie there), or nothing where none were ever kept."""
    told = _told(lambda: connection.client.get_bucket_versioning(Bucket=address.bucket))
    return str(told.get("Status", ""))


def lock(connection: Connection, address: BucketAddress) -> tuple[bool, bool]:
    """Say whether objects of the bucket can be locked, and whether it locks each of them by itself."""
    told = _told(lambda: connection.client.get_object_lock_configuration(Bucket=address.bucket))
    configuration = told.get("ObjectLockConfiguration", {})
    return configuration.get("ObjectLockEnabled") == "Enabled", bool(configuration.get("Rule"))


def faults(connection: Connection, address: BucketAddress) -> list[str]:
    """Say in a sentence each why a deletion there would not be one, and who else can read."""
    checks = (_versions_kept, _locked, _copied, _public_by_rule, _public_by_trial)
    return [told for check in checks if (told := check(connection, address))]


def _versions_kept(connection: Connection, address: BucketAddress) -> str:
    status = versioning(connection, address)
    if status == "Enabled":
        return "the bucket keeps versions of what is deleted: turn versioning off, or give objects another bucket"
    if not status:
        return ""
    left = sum(not one.latest or one.marker for one in versions(connection, address))
    return f"{left} old versions lie in the bucket since it kept them: delete them" if left else ""


def _locked(connection: Connection, address: BucketAddress) -> str:
    _, by_itself = lock(connection, address)
    return "the bucket locks every object: nothing in it can be deleted in time" if by_itself else ""


def _copied(connection: Connection, address: BucketAddress) -> str:
    told = _told(lambda: connection.client.get_bucket_replication(Bucket=address.bucket))
    rules = told.get("ReplicationConfiguration", {}).get("Rules", [])
    return "the bucket is copied elsewhere: what is deleted here stays there" if rules else ""


def _public_by_rule(connection: Connection, address: BucketAddress) -> str:
    grants = connection.client.get_bucket_acl(Bucket=address.bucket).get("Grants", [])
    granted = any(one.get("Grantee", {}).get("URI", "").endswith(_EVERYBODY) for one in grants)
    status = _told(lambda: connection.client.get_bucket_policy_status(Bucket=address.bucket))
    public = bool(status.get("PolicyStatus", {}).get("IsPublic"))
    return "the bucket's access list or policy lets everybody in" if granted or public else ""


def _public_by_trial(connection: Connection, address: BucketAddress) -> str:
    """Ask for the list, and for one object, as a stranger would."""
    from botocore.exceptions import ClientError

    stranger = anonymous(connection)
    listed = connection.client.list_objects_v2(Bucket=address.bucket, Prefix=address.key(""), MaxKeys=1)
    trials: list[Callable[[], Any]] = [partial(stranger.list_objects_v2, Bucket=address.bucket, MaxKeys=1)]
    trials += [
        partial(stranger.head_object, Bucket=address.bucket, Key=one["Key"]) for one in listed.get("Contents", [])
    ]
    for trial in trials:
        try:
            trial()
        except ClientError:
            continue
        return "a stranger without credentials can read the bucket"
    return ""


def _told(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Ask; what was never set, or what the store does not know, is nothing."""
    from botocore.exceptions import ClientError

    try:
        return ask()
    except ClientError as refused:
        if refused.response.get("Error", {}).get("Code", "") in _UNSET:
            return {}
        raise
