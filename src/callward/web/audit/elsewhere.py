"""Checkpoints elsewhere: against the operator only copies help that the operator cannot change.

A checkpoint goes to witnesses (c2sp.org/tlog-witness), to named mailboxes, and to time-stamping services (RFC 3161).
It holds an origin, a size, a hash and signatures, and nothing about anybody.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from callward import anchor
from callward.engine import tlog
from callward.engine.errors import Error
from callward.web.audit.entries import SYSTEM, Party, record, refer
from callward.web.audit.errors import LedgerError
from callward.web.audit.models import Cosignature, Head, Witness
from callward.web.audit.sequencing import log_key, published_head
from callward.web.audit.tiles import LedgerTiles
from callward.web.core.models import Controller
from callward.witness_client import submit_checkpoint

STALE = timedelta(hours=36)
_TIMEOUT = httpx.Timeout(10)
# A witness is asked often, because asking is free; a mailbox and a time stamp mark the day.
_INTERVAL = {
    Witness.Kind.WITNESS: timedelta(hours=1),
    Witness.Kind.MAILBOX: timedelta(hours=23),
    Witness.Kind.TIMESTAMP: timedelta(hours=23),
}


@dataclass(frozen=True, slots=True)
class WitnessState:
    """Who holds this log's checkpoints: ``named`` in all, ``fresh`` of them as promised, the last time one took it."""

    named: int
    fresh: int
    last_at: datetime | None

    @property
    def status(self) -> str:
        """``ok`` when at least one holds a fresh checkpoint, else ``due``: the overview is amber."""
        return "ok" if self.fresh else "due"


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt: ``fault`` is empty or the code of what went wrong."""

    witness: Witness
    size: int
    fault: str


def witness_state(controller: Controller) -> WitnessState:
    """Return how well the log is held elsewhere."""
    head = Head.objects.filter(controller=controller).first()
    return held_of(controller, head.published_size if head else 0)


def held_of(controller: Controller, size: int) -> WitnessState:
    """Return how well a log of so many published entries is held elsewhere."""
    witnesses = list(Witness.objects.for_controller(controller).standing())
    fresh = [one for one in witnesses if is_fresh(one, size)]
    return WitnessState(
        len(witnesses), len(fresh), max((one.held_at for one in witnesses if one.held_at), default=None)
    )


def is_fresh(witness: Witness, size: int) -> bool:
    """Whether the witness holds the whole published log, or held what there was within the last day and a half."""
    if witness.held_at is None:
        return False
    return witness.held_size >= size or witness.held_at >= timezone.now() - STALE


def publish_elsewhere(controller: Controller | None = None) -> list[Sent]:
    """The periodic duty: send each new checkpoint to whoever is due for one. Call outside of any transaction."""
    chosen = Witness.objects.standing().select_related("controller")
    if controller:
        chosen = chosen.for_controller(controller)
    return [send(witness) for witness in chosen if _is_due(witness)]


def send(witness: Witness, *, actor: Party = SYSTEM) -> Sent:
    """Send one witness the published checkpoint now and write down what came of it; faults are told, not raised."""
    head = Head.objects.filter(controller=witness.controller_id).exclude(checkpoint="").first()
    if head is None:
        return Sent(witness, 0, "ledger_empty")
    try:
        proof = _SENDERS[Witness.Kind(witness.kind)](witness, head)
    except Error as error:
        _write_fault(witness, error.code)
        return Sent(witness, head.published_size, error.code)
    _write_held(witness, head.published_size, proof, actor)
    return Sent(witness, head.published_size, "")


def cosigned_checkpoint(head: Head) -> str:
    """The published checkpoint with the cosignatures that witnesses gave it."""
    given = Cosignature.objects.filter(
        witness__controller=head.controller_id, witness__kind=Witness.Kind.WITNESS, size=head.published_size
    )
    note = tlog.parse_note(head.checkpoint.encode())
    for proof in given.order_by("pk").values_list("proof", flat=True):
        note = note.with_signatures(tlog.parse_signatures(bytes(proof).decode()))
    return tlog.format_note(note).decode()


def _is_due(witness: Witness) -> bool:
    size = Head.objects.filter(controller=witness.controller_id).values_list("published_size", flat=True).first() or 0
    if witness.held_size >= size:
        return False
    # Either way: what was sent later than now was sent before the clock was set back.
    return witness.held_at is None or abs(timezone.now() - witness.held_at) >= _INTERVAL[Witness.Kind(witness.kind)]


def _send_to_witness(witness: Witness, head: Head) -> bytes:
    key = tlog.parse_vkey(witness.vkey)
    log = log_key(witness.controller).verifier

    def hashes() -> tlog.HashReader:
        return tlog.TileHashes(LedgerTiles(witness.controller_id), published_head(head))

    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        cosigned = submit_checkpoint(
            client, witness.address, head.checkpoint.encode(), log, key, hashes, old_size=witness.held_size
        )
    return "".join(line.line for line in tlog.parse_note(cosigned).signatures if key.matches(line)).encode()


def has_mail() -> bool:
    """Whether this installation can send mail at all."""
    return bool(settings.EMAIL_HOST)


def _send_to_mailbox(witness: Witness, head: Head) -> bytes:
    if not has_mail():
        raise LedgerError("mail_unset", "no mail server is set")
    message = EmailMessage(
        subject=f"Checkpoint of {witness.controller.origin}: {head.published_size} entries",
        body=head.checkpoint,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[witness.address],
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException):
        raise LedgerError("mailbox_unreachable", "the mail server did not take the message") from None
    return b""


def _send_to_time_stamping(witness: Witness, head: Head) -> bytes:
    text = tlog.parse_note(head.checkpoint.encode()).text
    request = anchor.request_anchor(text)
    headers = {"Content-Type": anchor.REQUEST_CONTENT_TYPE, "Accept": anchor.RESPONSE_CONTENT_TYPE}
    received = bytearray()
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client,
            client.stream("POST", witness.address, content=request.der, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise LedgerError("timestamp_refused", "the time-stamping service did not answer 200")
            for part in answer.iter_bytes():
                received += part
                if len(received) > anchor.MAX_RESPONSE_BYTES:
                    break
    except (httpx.HTTPError, httpx.InvalidURL):
        raise LedgerError("timestamp_unreachable", "no answer from the time-stamping service") from None
    stamp = bytes(received)
    anchor.verify_anchor(stamp, text, anchor.load_certificates(witness.certificates.encode()), nonce=request.nonce)
    return stamp


_SENDERS = {
    Witness.Kind.WITNESS: _send_to_witness,
    Witness.Kind.MAILBOX: _send_to_mailbox,
    Witness.Kind.TIMESTAMP: _send_to_time_stamping,
}


def _write_held(witness: Witness, size: int, proof: bytes, actor: Party) -> None:
    now = timezone.now()
    with transaction.atomic():
        Cosignature.objects.update_or_create(witness=witness, size=size, defaults={"at": now, "proof": proof})
        witness.held_size, witness.held_at, witness.fault, witness.fault_at = size, now, "", None
        witness.save(update_fields=["held_size", "held_at", "fault", "fault_at"])
        record(
            "checkpoint.sent",
            actor=actor,
            resource=refer(witness),
            controller=witness.controller_id,
            facts={"size": size, "kind": Witness.Kind(witness.kind).value},
        )


def _write_fault(witness: Witness, code: str) -> None:
    """Write the fault down; the ledger hears of it once, not at every try."""
    fresh = witness.fault != code
    with transaction.atomic():
        witness.fault, witness.fault_at = code, timezone.now()
        witness.save(update_fields=["fault", "fault_at"])
        if fresh:
            record(
                "checkpoint.sent",
                actor=SYSTEM,
                resource=refer(witness),
                controller=witness.controller_id,
                outcome="failed",
                facts={"code": code, "kind": Witness.Kind(witness.kind).value},
            )


def recent_cosignatures(witnesses: Sequence[Witness], limit: int = 10) -> list[Cosignature]:
    """What the witnesses gave back last, the newest first."""
    return list(Cosignature.objects.filter(witness__in=witnesses).select_related("witness").order_by("-at")[:limit])
