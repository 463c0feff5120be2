"""Where a bucket is, and the clients that ask it: one chain of credentials, region and endpoint for both.

That chain is boto3's (``AWS_*``, the shared files, the role of a machine), so what the documentation of S3 says about
setting it up holds here. Only HTTPS is spoken, except to this machine itself.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from callward.web.core.objects.errors import ObjectError

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME = "s3://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?")
_PROFILE = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_REGION_UNTOLD = "us-east-1"  # what stores that have no regions answer to


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a store is waited for, in seconds, and how often a request is made in all."""

    connect: float = 5.0
    answer: float = 30.0
    tries: int = 8
    overall: float = 90.0


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """``s3://bucket/prefix``, with ``?profile=NAME`` where another section of the shared AWS files is meant."""

    bucket: str
    prefix: str = ""
    profile: str = ""

    @classmethod
    def read(cls, text: str) -> BucketAddress:
        """Read an address. Raises ObjectError ``object_store_address``."""
        try:
            parts = urlsplit(text)
            options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        except ValueError:
            raise _senseless() from None
        bucket, prefix, profile = parts.netloc, parts.path.strip("/"), options.pop("profile", "")
        wrong = parts.scheme != "s3" or parts.fragment or options or not _BUCKET.fullmatch(bucket)
        if wrong or not _PREFIX.fullmatch(prefix) or (profile and not _PROFILE.fullmatch(profile)):
            raise _senseless()
        return cls(bucket, prefix, profile)

    def __str__(self) -> str:
        place = f"{SCHEME}{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")
        return f"{place}?profile={self.profile}" if self.profile else place

    def key(self, name: str) -> str:
        """Return the key under which an object lies in the bucket."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def name(self, key: str) -> str:
        """Return the name of the object that lies under a key."""
        return key.removeprefix(f"{self.prefix}/") if self.prefix else key


def is_bucket(place: str | Path) -> bool:
    """Say whether a place is a bucket; everything else is a folder."""
    return isinstance(place, str) and place.startswith(SCHEME)


@dataclass(frozen=True, slots=True)
class Connection:
    """One way to a bucket: ``objects`` (obstore) moves bytes, ``client`` (boto3) asks of versions, locks and rights."""

    objects: S3Store
    client: Any
    endpoint: str

    @property
    def local(self) -> bool:
        """Whether it leads to this machine itself, where plain HTTP may be spoken."""
        return not self.endpoint.startswith("https://")


def connect(address: BucketAddress, patience: Patience) -> Connection:
    """Make both clients; nothing is asked of the store yet.

    Raises ObjectError: ``object_store_address`` where boto3 is missing or plain HTTP would go over a network,
    ``object_store_refused`` where there are no credentials.
    """
    try:
        import boto3
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise ObjectError("object_store_address", "objects in a bucket need the extra callward[aws]") from None
    from obstore.auth.boto3 import Boto3CredentialProvider
    from obstore.store import S3Store

    try:
        session = boto3.Session(profile_name=address.profile or None, region_name=os.environ.get("AWS_REGION") or None)
        client = _client(session, patience)
        endpoint, region = client.meta.endpoint_url, client.meta.region_name
        _refuse_plain(endpoint)
        if session.get_credentials() is None:
            raise ObjectError("object_store_refused", "there are no credentials for the object store")
    except (BotoCoreError, ValueError):
        raise ObjectError("object_store_address", "what the AWS_ settings say of the store makes no sense") from None
    authority = _authority()
    store = S3Store(
        address.bucket,
        prefix=address.prefix or None,
        endpoint=endpoint,
        region=region,
        credential_provider=Boto3CredentialProvider(session),
        client_options={
            "allow_http": not endpoint.startswith("https://"),
            "connect_timeout": timedelta(seconds=patience.connect),
            "timeout": timedelta(seconds=patience.answer),
            **({"root_certificate": Path(authority).read_bytes()} if authority else {}),
        },
        retry_config={
            "max_retries": patience.tries - 1,
            "retry_timeout": timedelta(seconds=patience.overall),
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=5),
                "base": 2,
            },
        },
    )
    return Connection(store, client, endpoint)


def anonymous(connection: Connection) -> Any:
    """Return a client that shows no credentials: what it may do anybody may."""
    import boto3
    from botocore import UNSIGNED

    session = boto3.Session(region_name=connection.client.meta.region_name)
    return _client(session, Patience(tries=2), endpoint_url=connection.endpoint, signature_version=UNSIGNED)


def _client(session: Any, patience: Patience, *, endpoint_url: str | None = None, **options: Any) -> Any:
    from botocore.config import Config

    config = Config(
        connect_timeout=patience.connect,
        read_timeout=patience.answer,
        retries={"total_max_attempts": patience.tries, "mode": "standard"},
        s3={"addressing_style": "path"},
        **options,
    )
    region = session.region_name or _REGION_UNTOLD
    return session.client(
        "s3", endpoint_url=endpoint_url, region_name=region, config=config, verify=_authority() or None
    )


def _authority() -> str:
    """The file of a certificate authority of one's own, for both clients."""
    return os.environ.get("AWS_CA_BUNDLE", "")


def _refuse_plain(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    if parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or "")):
        return
    raise ObjectError("object_store_address", "an object store is spoken to by HTTPS only, except on this machine")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _senseless() -> ObjectError:
    return ObjectError("object_store_address", "the address of a bucket reads s3://bucket/prefix")
