"""Which call an arrival is or belongs to: by its bytes, by the recording it waits for, by its id outside Callward."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from callward.web.calls.inputs import Arrival
from callward.web.calls.models import Call
from callward.web.keys import vault


def waiting_for(arrival: Arrival) -> UUID | None:
    """Find the call that waits for what this arrival brings.

    It is in the log under the same id, or waits for the words of the same recording, or of the same id without one.
    """
    controller = arrival.line.controller_id
    if arrival.log_only:
        return None
    if arrival.labels.get("external_id"):
        logged = vault.claimed_call(controller, named_digests(arrival))
        if logged and Call.objects.filter(id=logged, state=Call.State.NOT_RECORDED).exists():
            return logged
    if arrival.transcript is None:
        return None
    if arrival.recording is not None:
        alone = digests(controller, arrival.recording_alone())
    elif arrival.labels.get("external_id"):
        alone = named_digests(arrival)
    else:
        return None
    call = vault.claimed_call(controller, alone)
    if call is None:
        return None
    waits = Call.objects.filter(id=call, state=Call.State.WAITS_FOR_TRANSCRIPT)
    return call if waits.exists() else None


def digests(controller: UUID, chunks: Iterable[bytes]) -> vault.InputDigests:
    """Digest what tells an input from every other, under the controller's keys of now."""
    digester = vault.InputDigester(controller)
    for chunk in chunks:
        digester.update(chunk)
    return digester.digests()


def named_digests(arrival: Arrival) -> vault.InputDigests:
    """Digest the id outside Callward of an arrival that has one."""
    return digests(arrival.line.controller_id, _named(arrival))


def _named(arrival: Arrival) -> Iterator[bytes]:
    """What tells a call by its id outside Callward, which is unique on its line."""
    yield f"named {arrival.line.id}\n{arrival.labels['external_id']}".encode()
