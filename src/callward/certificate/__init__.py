"""Certificates of erasure: what a controller signs about one erased person, and the check of it without a network.

A certificate is a signed note (c2sp.org/signed-note) by the ledger's key; docs/formats/certificate.md describes it.
It carries the ledger entries of the erasure with their inclusion proofs and one checkpoint, and what it claims must
agree with them.
"""

from __future__ import annotations

from callward.certificate.checking import (
    ENDED,
    ERASED,
    MOST_SHARE_ENTRIES,
    ROOT_DESTROYED,
    SHARE_DESTROYED,
    SWEPT,
    TURNED,
    Standing,
    verify_certificate,
)
from callward.certificate.form import MAX_CERTIFICATE_BYTES, sign_certificate, signer_of
from callward.certificate.model import Certificate, KnownBackup, ProvenEntry, Shares

__all__ = [
    "ENDED",
    "ERASED",
    "MAX_CERTIFICATE_BYTES",
    "MOST_SHARE_ENTRIES",
    "ROOT_DESTROYED",
    "SHARE_DESTROYED",
    "SWEPT",
    "TURNED",
    "Certificate",
    "KnownBackup",
    "ProvenEntry",
    "Shares",
    "Standing",
    "sign_certificate",
    "signer_of",
    "verify_certificate",
]
