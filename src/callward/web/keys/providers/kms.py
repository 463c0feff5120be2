"""Roots in AWS KMS: one key of the service for each epoch, which never leaves it.

The epoch key is encrypted with ``Encrypt`` and comes back with ``Decrypt``, both bound to the controller and the epoch
by an encryption context, which CloudTrail shows too. KMS destroys no key at once: ``ScheduleKeyDeletion`` takes 7 to
30 days, in which the key opens nothing and can be brought back by whoever may.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import boto3
import botocore.loaders
import botocore.session
from botocore import exceptions as faults
from botocore.config import Config

from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers.protocol import RootState

_TRIES = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
_CREDENTIALS = frozenset(
    {
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "UnrecognizedClientException",
    }
)
_WRONG = frozenset({"IncorrectKeyException", "InvalidCiphertextException"})
_ROOT_WRONG = "the key in KMS is not the root of this epoch: point the alias back at the one that it was made for"
_STATES = {"PendingDeletion": RootState.GOING, "Enabled": RootState.USABLE}


class KmsProvider:
    """Roots are symmetric keys, each behind ``alias/callward/<controller, 32 hexadecimal digits>/<epoch>``.

    ``region`` is the region, ``endpoint`` an address other than AWS's own ("" for none), ``pending_days`` how long a
    destroyed key can be brought back. Credentials come from where AWS's own tools take them.
    """

    name = "kms"

    def __init__(self, region: str, endpoint: str, pending_days: int) -> None:
        self._region, self._endpoint, self._pending_days = region, endpoint or None, pending_days

    @property
    def place(self) -> str:
        return f"{self._region} {self._endpoint or ''}".strip()

    def create_root(self, controller: UUID, number: int) -> None:
        with self._service() as kms:
            if _found(kms, controller, number) is None:
                made = kms.create_key(
                    Description=_description(controller, number),
                    Tags=[{"TagKey": name, "TagValue": value} for name, value in _context(controller, number).items()],
                )["KeyMetadata"]["KeyId"]
                try:
                    kms.create_alias(AliasName=_alias(controller, number), TargetKeyId=made)
                except BaseException:
                    named = _found(kms, controller, number)
                    # Another process was quicker, or the service refused: what nothing names must not stay. But where
                    # only the answer was lost the alias names it, and it is the root.
                    if named is None or named["KeyId"] != made:
                        with suppress(faults.ClientError, faults.BotoCoreError):
                            kms.schedule_key_deletion(KeyId=made, PendingWindowInDays=self._pending_days)
                    if named is None:
                        raise
            _usable(kms, controller, number)
            _refuse_unfit(_found(kms, controller, number) or {})

    def wrap(self, controller: UUID, number: int, key: bytes) -> bytes:
        with self._service() as kms:
            root = _usable(kms, controller, number)
            answer = kms.encrypt(KeyId=root, Plaintext=key, EncryptionContext=_context(controller, number))
            return bytes(answer["CiphertextBlob"])

    def unwrap(self, controller: UUID, number: int, wrapped: bytes) -> bytes:
        with self._service() as kms:
            root = _usable(kms, controller, number)
            answer = kms.decrypt(KeyId=root, CiphertextBlob=wrapped, EncryptionContext=_context(controller, number))
            return bytes(answer["Plaintext"])

    def destroy_root(self, controller: UUID, number: int) -> datetime | None:
        with self._service() as kms:
            roots = _all(kms, controller, number)
            return max((self._destroyed(kms, root) for root in roots), default=None)

    def root_state(self, controller: UUID, number: int) -> RootState:
        with self._service() as kms:
            states = [_STATES.get(root["KeyState"], RootState.STOPPED) for root in _all(kms, controller, number)]
        # Of several, which a crash can leave, the one that may still open something counts.
        order = (RootState.USABLE, RootState.STOPPED, RootState.GOING)
        return next((state for state in order if state in states), RootState.GONE)

    def _destroyed(self, kms: Any, root: Mapping[str, Any]) -> datetime:
        """Schedule the deletion of a key that has none yet; return its day."""
        if root["KeyState"] != "PendingDeletion":
            root = kms.schedule_key_deletion(KeyId=root["KeyId"], PendingWindowInDays=self._pending_days)
        day: datetime = root["DeletionDate"]
        return day.astimezone(UTC)

    @contextmanager
    def _service(self) -> Iterator[Any]:
        """Open a client for one act. Every failure has a code and says what to do; no credential is in any of them."""
        try:
            client = _session().client("kms", region_name=self._region, endpoint_url=self._endpoint, config=_TRIES)
            with closing(client):
                yield client
        except (faults.NoCredentialsError, faults.PartialCredentialsError, faults.TokenRetrievalError):
            raise KeyUnavailable("kms_credentials", "there are no credentials for AWS KMS in this account") from None
        except faults.ClientError as refused:
            raise _refusal(refused.response.get("Error", {}).get("Code", "")) from None
        except (faults.ConnectionError, faults.HTTPClientError):
            raise KeyUnavailable("kms_unreachable", "AWS KMS does not answer: check the network and region") from None
        except faults.BotoCoreError as fault:
            raise KeyUnavailable("kms_failed", f"AWS KMS cannot be used ({type(fault).__name__})") from None


def _session() -> boto3.session.Session:
    """A session that looks for credentials anew, and reads boto's own description of KMS once in a process."""
    core = botocore.session.Session()
    core.register_component("data_loader", _loader())
    return boto3.session.Session(botocore_session=core)


@cache
def _loader() -> botocore.loaders.Loader:
    return botocore.loaders.Loader()


def _found(kms: Any, controller: UUID, number: int) -> Mapping[str, Any] | None:
    """What KMS says of a root; None where there is none. An alias that names another key is refused."""
    try:
        found: Mapping[str, Any] = kms.describe_key(KeyId=_alias(controller, number))["KeyMetadata"]
    except kms.exceptions.NotFoundException:
        return None
    if found.get("Description") != _description(controller, number):
        raise KeyUnavailable("root_wrong", _ROOT_WRONG)
    return found


def _all(kms: Any, controller: UUID, number: int) -> list[Mapping[str, Any]]:
    """Every key that was made for a root, looked for one by one where the alias is gone.

    An alias can be deleted without its key: that it is missing does not say that the root is.
    """
    found = _found(kms, controller, number)
    if found is not None:
        return [found]
    keys = [row["KeyId"] for page in kms.get_paginator("list_keys").paginate() for row in page["Keys"]]
    told = [kms.describe_key(KeyId=key)["KeyMetadata"] for key in keys]
    return [one for one in told if one.get("Description") == _description(controller, number)]


def _usable(kms: Any, controller: UUID, number: int) -> str:
    """Return the id of a root that may be used now; raises ``KeyUnavailable`` with the state that it is in."""
    found = _found(kms, controller, number)
    if found is None:
        raise KeyUnavailable("root_missing", "AWS KMS has no root for this epoch in this region and account")
    if found["KeyState"] == "PendingDeletion":
        raise KeyUnavailable(
            "root_pending_deletion", "the root in AWS KMS is to be deleted: cancel that, and enable it"
        )
    if found["KeyState"] != "Enabled":
        raise KeyUnavailable("root_disabled", "the root in AWS KMS is disabled: enable it")
    return str(found["KeyId"])


def _refuse_unfit(root: Mapping[str, Any]) -> None:
    """A key whose material came from elsewhere, or that has replicas, is not gone when it is destroyed here."""
    if root.get("Origin") != "AWS_KMS" or root.get("MultiRegion") or root.get("KeySpec") != "SYMMETRIC_DEFAULT":
        raise KeyUnavailable(
            "root_unfit", "the key in KMS was not made as a root: its material is elsewhere too, or it is no such key"
        )


def _refusal(code: str) -> KeyUnavailable:
    if code in _CREDENTIALS:
        return KeyUnavailable("kms_credentials", "AWS KMS does not take the credentials of this account")
    if code == "AccessDeniedException":
        return KeyUnavailable(
            "kms_denied", "the credentials may not do this with keys in AWS KMS: see docs/operations.md"
        )
    if code in _WRONG:
        return KeyUnavailable("root_wrong", _ROOT_WRONG)
    if code == "NotFoundException":
        return KeyUnavailable("root_missing", "AWS KMS has no root for this epoch in this region and account")
    if code == "DisabledException":
        return KeyUnavailable("root_disabled", "the root in AWS KMS is disabled: enable it")
    # The codes of AWS are names of kinds of faults; what is not one of them is not repeated.
    return KeyUnavailable("kms_failed", f"AWS KMS failed ({code if code.isalnum() and len(code) < 60 else 'unnamed'})")


def _alias(controller: UUID, number: int) -> str:
    return f"alias/{_description(controller, number)}"


def _description(controller: UUID, number: int) -> str:
    return f"callward/{controller.hex}/{number}"


def _context(controller: UUID, number: int) -> dict[str, str]:
    return {"callward-controller": str(controller), "callward-epoch": str(number)}
