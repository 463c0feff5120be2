"""Anchoring a checkpoint in time (RFC 3161): the request to send and the check of what came back, without a network.

What is stamped is the SHA-256 of the checkpoint's note text - origin, size and root - which stays the
same when cosignatures are added under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from callward.engine.errors import Error

REQUEST_CONTENT_TYPE = "application/timestamp-query"
RESPONSE_CONTENT_TYPE = "application/timestamp-reply"
MAX_RESPONSE_BYTES = 65_536
_MAX_CERTIFICATES = 16
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class AnchorError(Error):
    """A time stamp that cannot be read."""


class AnchorRefutedError(AnchorError):
    """A time stamp that was read and does not hold for this checkpoint and these roots."""


@dataclass(frozen=True, slots=True)
class AnchorRequest:
    """The DER bytes to POST to a time-stamping service, and the nonce that its answer must repeat."""

    der: bytes
    nonce: int


def request_anchor(text: str) -> AnchorRequest:
    """A request to stamp the note text of a checkpoint, with a fresh random nonce, asking for the certificate."""
    builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    if request.nonce is None:
        raise AnchorError("anchor_request", "no nonce was drawn")
    return AnchorRequest(request.as_bytes(), request.nonce)


def load_certificates(pem: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file, 1 to 16; raises ``AnchorError``."""
    try:
        certificates = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise AnchorError("certificate_malformed", "not a PEM file of certificates") from None
    if len(certificates) > _MAX_CERTIFICATES:
        raise AnchorError("certificate_malformed", "too many certificates")
    return certificates


def verify_anchor(
    response: bytes, text: str, roots: Sequence[x509.Certificate], *, nonce: int | None = None
) -> datetime:
    """The time (UTC) at which the service saw the checkpoint's note text, vouched for by one of the roots.

    ``nonce`` is that of the request, where it is still known. Raises ``AnchorRefutedError`` where the stamp is
    for other bytes or not by these roots, ``AnchorError`` where it cannot be read.
    """
    if not roots:
        raise AnchorError("certificate_missing", "a root certificate is needed")
    stamp = _read(response)
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        builder.build().verify(stamp, sha256(text.encode()).digest())
    except (VerificationError, ValueError):
        raise AnchorRefutedError("anchor_invalid", "the stamp is not these roots' stamp of this checkpoint") from None
    return stamp.tst_info.gen_time


def _read(response: bytes) -> TimeStampResponse:
    if len(response) > MAX_RESPONSE_BYTES:
        raise AnchorError("anchor_too_large", f"at most {MAX_RESPONSE_BYTES} bytes are read")
    try:
        stamp = decode_timestamp_response(response)
        if stamp.status != 0:
            raise AnchorRefutedError("anchor_not_granted", "the service refused to stamp")
        hashed_with = stamp.tst_info.message_imprint.hash_algorithm
    except ValueError:
        raise AnchorError("anchor_malformed", "not an RFC 3161 response") from None
    if hashed_with != _SHA256:
        raise AnchorRefutedError("anchor_hash", "the stamp is not over a SHA-256")
    return stamp
