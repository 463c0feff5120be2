"""Finding a person or an input again without keeping what they are: blind indexes and input digests.

Both are HMACs of a SHA-256 of the value, under a key that each turn of the epoch makes anew. The hash itself is kept
wrapped under that key, so that a turn needs nothing but this database. While a turn is under way the rows it has not
reached are found under the former key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction

from callward.engine.envelope import blind_index, unwrap_key, wrap_key
from callward.web.keys.epochs import DATABASE, VersionedKey, service_key, service_keys
from callward.web.keys.errors import KeyGone
from callward.web.keys.models import BlindIndex, InputDigest, PersonKey, ServiceKey


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest under one version of a key, and what it was made of, wrapped under the same version."""

    epoch: int
    digest: bytes
    inner: bytes


@dataclass(frozen=True, slots=True)
class InputDigests:
    """One input: under each version of the digest key in use, the newest first, and under the suppression key."""

    live: tuple[Digest, ...]
    suppression: bytes
    inner: bytes = field(repr=False)

    @property
    def all_live(self) -> list[bytes]:
        return [one.digest for one in self.live]


class InputDigester:
    """Digests an input while it streams by. Made for one input and dropped after it: it holds keys."""

    def __init__(self, controller: UUID) -> None:
        self._live = service_keys(controller, ServiceKey.Kind.DIGEST)
        self._suppression = service_key(controller, ServiceKey.Kind.SUPPRESSION)
        self._hash = hashlib.sha256()

    def update(self, data: bytes | bytearray | memoryview) -> None:
        self._hash.update(data)

    def digests(self) -> InputDigests:
        inner = self._hash.digest()
        live = tuple(digest_of_input(version, inner) for version in self._live)
        return InputDigests(live, hmac.digest(self._suppression, inner, "sha256"), inner)


def digest_of_input(version: VersionedKey, inner: bytes) -> Digest:
    """Return the digest of an input whose SHA-256 is ``inner``."""
    return Digest(version.epoch, hmac.digest(version.key, inner, "sha256"), wrap_key(_wrapping(version.key), inner))


def digest_of_identifier(version: VersionedKey, kind: str, inner: bytes) -> Digest:
    """Return the digest of an identifier whose normalised value has the SHA-256 ``inner``."""
    digest = blind_index(version.key, kind, inner.hex())
    return Digest(version.epoch, digest, wrap_key(_wrapping(version.key), inner))


def inner_of(version: VersionedKey, wrapped: bytes) -> bytes:
    """Return what a digest was made of. Raises EnvelopeError when it was wrapped under another version."""
    return unwrap_key(_wrapping(version.key), wrapped)


def find_person(controller: UUID, kind: str, normalised: str) -> UUID | None:
    """Return the person that an identifier was indexed for. The caller normalises as it did when indexing.

    Raises ``KeyUnavailable``.
    """
    return _indexed(controller, kind, _digests(controller, kind, normalised))


def index_person(controller: UUID, person: UUID, kind: str, normalised: str) -> UUID:
    """Let an identifier lead to a person; return the person that it leads to.

    That is another one when it was indexed before, also by a process racing with this one: the caller then gives up
    the person it was about to make. Raises ``KeyGone`` where the person is erased: nothing leads to who is nobody any
    more. ``KeyUnavailable``.
    """
    with transaction.atomic(using=DATABASE):
        digests = _digests(controller, kind, normalised, locked=True)
        known = _indexed(controller, kind, digests)
        if known is not None:
            return known
        # Locked: an erasure takes the key before the indexes, so it takes this one too, or is seen to have been by.
        if PersonKey.objects.select_for_update().filter(controller=controller, id=person).first() is None:
            raise KeyGone("key_gone", "the person has no key")
        newest = digests[0]
        BlindIndex.objects.create(
            controller=controller,
            kind=kind,
            digest=newest.digest,
            person=person,
            inner=newest.inner,
            epoch=newest.epoch,
        )
    return person


def claim_input(controller: UUID, digests: InputDigests, proposed: UUID) -> UUID:
    """Return the call id of an input: ``proposed`` the first time, and the same one ever after.

    Two who claim at once get one id. A claim without a call means that taking it in was cut off: do it again under the
    id returned.
    """
    return _claim(controller, digests, proposed) or proposed


def claim_unless_suppressed(controller: UUID, digests: InputDigests, proposed: UUID, now: dt.datetime) -> UUID | None:
    """Claim as ``claim_input`` does; None, and nothing is claimed, where the input's call was erased."""
    return _claim(controller, digests, proposed, now)


def is_claimed(controller: UUID, call: UUID) -> bool:
    """Tell whether a call has an input that was claimed for it, and not suppressed or forgotten since."""
    return InputDigest.objects.filter(controller=controller, call=call).exists()


def claimed_call(controller: UUID, digests: InputDigests) -> UUID | None:
    """Return the call that an input was claimed for, without claiming it; None when it is not known."""
    found = InputDigest.objects.filter(controller=controller, digest__in=digests.all_live)
    return found.values_list("call", flat=True).first()


def suppressed(controller: UUID, digests: InputDigests, now: dt.datetime) -> bool:
    """Tell whether the input's call was erased and the input must not be taken in again yet."""
    kept = InputDigest.objects.filter(controller=controller, suppression=digests.suppression)
    return kept.filter(suppressed_until__gt=now).exists()


def suppress_call(controller: UUID, call: UUID, *, until: dt.datetime) -> int:
    """Turn the inputs of an erased call into suppression entries that no longer name it; return how many."""
    return InputDigest.objects.filter(controller=controller, call=call).update(
        digest=None, inner=None, call=None, suppressed_until=until
    )


def forget_call(controller: UUID, call: UUID) -> int:
    """Forget the inputs of a call, so that they may be taken in again; return how many."""
    return InputDigest.objects.filter(controller=controller, call=call).delete()[0]


def sweep_suppressed(controller: UUID, now: dt.datetime) -> int:
    """Delete the suppression entries whose time is over; return how many."""
    return InputDigest.objects.filter(controller=controller, suppressed_until__lte=now).delete()[0]


def _claim(controller: UUID, digests: InputDigests, proposed: UUID, now: dt.datetime | None = None) -> UUID | None:
    with transaction.atomic(using=DATABASE):
        # Made anew: the epoch may have turned since the input was read.
        versions = service_keys(controller, ServiceKey.Kind.DIGEST, locked=True)
        live = tuple(digest_of_input(version, digests.inner) for version in versions)
        known = claimed_call(controller, replace(digests, live=live))
        # Asked after the claim: an erasure makes one of the other in one step, so that one of the two is seen.
        if now is not None and suppressed(controller, digests, now):
            return None
        if known is not None:
            return known
        newest = live[0]
        InputDigest.objects.create(
            controller=controller,
            digest=newest.digest,
            inner=newest.inner,
            epoch=newest.epoch,
            suppression=digests.suppression,
            call=proposed,
        )
    return proposed


def _digests(controller: UUID, kind: str, normalised: str, *, locked: bool = False) -> list[Digest]:
    inner = hashlib.sha256(normalised.encode("utf-8", "surrogatepass")).digest()
    versions = service_keys(controller, ServiceKey.Kind.INDEX, locked=locked)
    return [digest_of_identifier(version, kind, inner) for version in versions]


def _indexed(controller: UUID, kind: str, digests: list[Digest]) -> UUID | None:
    found = BlindIndex.objects.filter(controller=controller, kind=kind, digest__in=[one.digest for one in digests])
    return found.values_list("person", flat=True).first()


def _wrapping(key: bytes) -> bytes:
    return hmac.digest(key, b"callward/inner", "sha256")
