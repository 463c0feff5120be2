"""Finding a person or an input again without keeping what they are: blind indexes and input digests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from callward.engine.envelope import blind_index, keyed_digest
from callward.web.keys.epochs import service_key
from callward.web.keys.models import BlindIndex, InputDigest, ServiceKey


@dataclass(frozen=True, slots=True)
class InputDigests:
    """One input under both keys: ``live`` while its call lives, ``suppression`` after its erasure."""

    live: bytes
    suppression: bytes


class InputDigester:
    """Digests an input while it streams by. Made for one input and dropped after it: it holds keys."""

    def __init__(self, controller: UUID) -> None:
        self._live = keyed_digest(service_key(controller, ServiceKey.Kind.DIGEST))
        self._suppression = keyed_digest(service_key(controller, ServiceKey.Kind.SUPPRESSION))

    def update(self, data: bytes | bytearray | memoryview) -> None:
        self._live.update(data)
        self._suppression.update(data)

    def digests(self) -> InputDigests:
        return InputDigests(self._live.digest(), self._suppression.digest())


def find_person(controller: UUID, kind: str, normalised: str) -> UUID | None:
    """Return the person that an identifier was indexed for. The caller normalises as it did when indexing.

    Raises ``KeyUnavailable``.
    """
    found = BlindIndex.objects.filter(controller=controller, kind=kind, digest=_index(controller, kind, normalised))
    return found.values_list("person", flat=True).first()


def index_person(controller: UUID, person: UUID, kind: str, normalised: str) -> UUID:
    """Let an identifier lead to a person; return the person that it leads to.

    That is another one when it was indexed before, also by a process racing with this one: the caller then gives up
    the person it was about to make. Raises ``KeyUnavailable``.
    """
    row, _ = BlindIndex.objects.get_or_create(
        controller=controller, kind=kind, digest=_index(controller, kind, normalised), defaults={"person": person}
    )
    return row.person


def claim_input(controller: UUID, digests: InputDigests, proposed: UUID) -> UUID:
    """Return the call id of an input: ``proposed`` the first time, and the same one ever after.

    Two who claim at once get one id. A claim without a call means that taking it in was cut off: do it again under the
    id returned. Ask ``suppressed`` first.
    """
    row, _ = InputDigest.objects.get_or_create(
        controller=controller,
        digest=digests.live,
        defaults={"suppression": digests.suppression, "call": proposed},
    )
    return row.call or proposed


def claimed_call(controller: UUID, digests: InputDigests) -> UUID | None:
    """Return the call that an input was claimed for, without claiming it; None when it is not known."""
    found = InputDigest.objects.filter(controller=controller, digest=digests.live)
    return found.values_list("call", flat=True).first()


def suppressed(controller: UUID, digests: InputDigests, now: dt.datetime) -> bool:
    """Tell whether the input's call was erased and the input must not be taken in again yet."""
    kept = InputDigest.objects.filter(controller=controller, suppression=digests.suppression)
    return kept.filter(suppressed_until__gt=now).exists()


def suppress_call(controller: UUID, call: UUID, *, until: dt.datetime) -> int:
    """Turn the inputs of an erased call into suppression entries that no longer name it; return how many."""
    return InputDigest.objects.filter(controller=controller, call=call).update(
        digest=None, call=None, suppressed_until=until
    )


def forget_call(controller: UUID, call: UUID) -> int:
    """Forget the inputs of a call, so that they may be taken in again; return how many."""
    return InputDigest.objects.filter(controller=controller, call=call).delete()[0]


def sweep_suppressed(controller: UUID, now: dt.datetime) -> int:
    """Delete the suppression entries whose time is over; return how many."""
    return InputDigest.objects.filter(controller=controller, suppressed_until__lte=now).delete()[0]


def _index(controller: UUID, kind: str, normalised: str) -> bytes:
    return blind_index(service_key(controller, ServiceKey.Kind.INDEX), kind, normalised)
