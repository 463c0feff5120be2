"""Making certificates of erasure: what stands about an erased person, proven from the ledger and signed with its key.

A certificate is signed once for each state of an erasure - done, swept, final - and kept, so that the console and the
command line give the same bytes, whenever they are asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from callward.certificate import (
    ENDED,
    ERASED,
    MOST_SHARE_ENTRIES,
    ROOT_DESTROYED,
    SWEPT,
    TURNED,
    Certificate,
    KnownBackup,
    ProvenEntry,
    Shares,
    sign_certificate,
    verify_certificate,
)
from callward.engine import tlog
from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit.elsewhere import cosigned_checkpoint
from callward.web.audit.models import Entry, Head
from callward.web.audit.reading import prove
from callward.web.audit.sequencing import log_key
from callward.web.calls.models import Item
from callward.web.core.models import Controller
from callward.web.keys.epochs import current_epoch
from callward.web.keys.models import CustodyKey, DataKey, Epoch
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle.backup.snapshot import ACTION as BACKED_UP
from callward.web.lifecycle.certificate_rows import IssuedCertificate
from callward.web.lifecycle.erasing import SUPPRESSED
from callward.web.lifecycle.models import Escrow
from callward.web.lifecycle.share_entries import told_by_rows
from callward.web.lifecycle.shares import attestations
from callward.web.lifecycle.turns import final_by as final_by_now
from callward.web.people.models import Person

TAKEN = "person.certificate_taken"
_SWEEPS = 32  # entries of that kind in a certificate; each stands for up to two hundred calls
_BACKUPS = 200  # the last ones; a certificate has room for no more than some hundred


class CertificateError(Error):
    """There is no certificate: ``person_not_erased``, or ``certificate_waits`` until the ledger has been published."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an erasure has got; the entries are rows of the ledger, ``calls_removed`` is what they count.

    Where the root is destroyed and it is not final, it waits for the word of officers (``Shares.awaited``) alone.
    """

    asked_at: datetime
    effective_at: datetime
    final_by: datetime | None
    final_at: datetime | None
    epoch: int
    root_destroyed_at: datetime | None
    held_items: int
    roots_in_files: tuple[int, ...]
    escrow: tuple[Shares, ...]
    suppressed_until: datetime | None
    backups: tuple[KnownBackup, ...]
    calls_removed: int
    entries: tuple[Entry, ...]


def progress_of(person: Person) -> Progress | None:
    """Return how far the erasure of a person has got; None while there is none that is done.

    Raises ``KeyUnavailable`` where the controller has no epoch.
    """
    ends = _ends(_about(person.controller, "person", person.id, ERASED)) or _ends(
        _about(person.controller, "person", person.id, ENDED)
    )
    if ends is None:
        return None
    begun, done = ends
    sweeps = list(_about(person.controller, "person", person.id, SWEPT).filter(id__gt=done.id))[-_SWEEPS:]
    turn = _ends(_about(person.controller, "controller", person.controller_id, TURNED).filter(id__gt=done.id))
    epoch = _epoch_left(person.controller_id, turn[1] if turn else None)
    lived_in = Epoch.objects.filter(controller=person.controller_id, number__lte=epoch.number).exclude(
        destroyed_at__lt=person.created_at
    )
    roots, going = _roots_destroyed(person.controller, lived_in), _still_going(lived_in)
    final_by = going if turn else final_by_now(person.controller_id)
    if final_by:
        turn, roots = None, []
    escrow, shares = _escrow(person.controller, lived_in)
    final = turn is not None and not any(one.awaited for one in escrow)
    return Progress(
        asked_at=begun.at,
        effective_at=done.at,
        final_by=final_by,
        final_at=max(entry.at for entry in (turn[1], *roots, *shares)) if turn and final else None,
        epoch=epoch.number,
        root_destroyed_at=next(
            (entry.at for entry in roots if _facts(entry)["epoch"] == epoch.number), epoch.destroyed_at
        )
        if turn
        else None,
        held_items=_held_items(person),
        roots_in_files=_roots_in_files(lived_in),
        escrow=escrow,
        suppressed_until=sweeps[-1].at + SUPPRESSED if sweeps else None,
        backups=_backups(person, until=sweeps[-1].at if sweeps else done.at),
        calls_removed=sum(int(_facts(sweep).get("calls", 0)) for sweep in sweeps),
        entries=(begun, done, *sorted((*sweeps, *(turn or ()), *roots, *shares), key=lambda entry: entry.id)),
    )


def certificate_of(person: Person) -> bytes:
    """Return the certificate of a person's erasure as it stands now, signed; the same bytes until it gets further.

    Call outside of any transaction: entries that wait for their place in the ledger get it first.
    Raises CertificateError; LedgerError or LogError where the ledger is not what was signed; KeyUnavailable.
    """
    progress = progress_of(person)
    if progress is None:
        raise CertificateError("person_not_erased", "the person is not erased, or the erasure goes on")
    draft = _draft(person, progress)
    state = _state(draft, progress.entries)
    made = IssuedCertificate.objects.filter(person=person.id, state=state).first()
    if made is None:
        note = _sign(person.controller, draft, progress.entries)
        made, _ = IssuedCertificate.objects.get_or_create(
            person=person.id, state=state, defaults={"controller": person.controller, "note": note}
        )
    return bytes(made.note)


def _draft(person: Person, progress: Progress) -> Certificate:
    """The certificate without the ledger's part."""
    return Certificate(
        origin=person.controller.origin,
        controller=str(person.controller_id),
        person=str(person.id),
        asked_at=progress.asked_at,
        effective_at=progress.effective_at,
        final_by=progress.final_by,
        final_at=progress.final_at,
        epoch=progress.epoch,
        root_destroyed_at=progress.root_destroyed_at,
        held_items=progress.held_items,
        roots_in_files=progress.roots_in_files,
        escrow=progress.escrow,
        suppressed_until=progress.suppressed_until,
        backups=progress.backups,
        entries=(),
        checkpoint="",
    )


def _state(draft: Certificate, entries: Sequence[Entry]) -> str:
    told = (
        *(repr(getattr(draft, name)) for name in draft.__slots__),
        *(bytes(entry.body).decode() for entry in entries),
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _sign(controller: Controller, draft: Certificate, rows: Sequence[Entry]) -> bytes:
    if any(row.index is None for row in rows) or not _published(controller, rows):
        audit.sequence(controller)
        rows = list(Entry.objects.filter(id__in=[row.id for row in rows]).order_by("id"))
    head = Head.objects.filter(controller=controller).exclude(checkpoint="").first()
    if head is None or not _published(controller, rows):
        raise CertificateError("certificate_waits", "the entries have no place in the ledger yet; ask in a minute")
    key = log_key(controller)
    checkpoint = cosigned_checkpoint(head)
    whole = replace(draft, entries=tuple(_proven(row, head) for row in rows), checkpoint=checkpoint)
    note = sign_certificate(whole, key)
    verify_certificate(note, key.verifier)  # what would not be believed elsewhere is not given out
    return note


def _published(controller: Controller, rows: Sequence[Entry]) -> bool:
    size = Head.objects.filter(controller=controller).values_list("published_size", flat=True).first() or 0
    return all(row.index is not None and row.index < size for row in rows)


def _proven(row: Entry, head: Head) -> ProvenEntry:
    proven = prove(row, head)
    if proven is None:
        raise CertificateError("certificate_waits", "the entries have no place in the ledger yet; ask in a minute")
    return ProvenEntry(bytes(row.body), proven.index, proven.proof)


def _about(controller: Controller, kind: str, resource: UUID, action: str) -> QuerySet[Entry]:
    """The entries of one action about one resource, in the order in which they were written."""
    entries = Entry.objects.for_controller(controller).about(kind, str(resource))
    return entries.filter(action=action).order_by("id")


def _ends(entries: QuerySet[Entry]) -> tuple[Entry, Entry] | None:
    """Both ends of the first of these acts that was done: one that began earlier may end later, replayed."""
    begun: dict[object, Entry] = {}
    for entry in entries:
        intent = _facts(entry).get("intent")
        if entry.outcome == "intended":
            begun[intent] = entry
        elif entry.outcome == "done" and intent in begun:
            return begun[intent], entry
    return None


def _facts(entry: Entry) -> dict[str, tlog.Fact]:
    return dict(tlog.decode_entry(bytes(entry.body)).facts)


def _epoch_left(controller: UUID, turned: Entry | None) -> Epoch:
    """The epoch whose end makes it final: the one that a turn left, or the present one."""
    if turned is None:
        return current_epoch(controller)
    return Epoch.objects.get(controller=controller, number=int(_facts(turned)["epoch"]) - 1)


def _still_going(epochs: QuerySet[Epoch]) -> datetime | None:
    """Until when the root of one of these epochs can still be brought back; None where none can."""
    going = epochs.filter(root_goes_at__isnull=False, root_gone_at=None)
    return max((one.root_goes_at for one in going if one.root_goes_at), default=None)


def _roots_destroyed(controller: Controller, epochs: QuerySet[Epoch]) -> list[Entry]:
    """The first entry about each root of these epochs that its provider destroyed some days after the turn."""
    waited = set(epochs.filter(root_gone_at__isnull=False).values_list("number", flat=True))
    entries: dict[object, Entry] = {}
    for entry in _about(controller, "controller", controller.id, ROOT_DESTROYED):
        number = _facts(entry).get("epoch")
        if number in waited:
            entries.setdefault(number, entry)
    return list(entries.values())


def _held_items(person: Person) -> int:
    """How many items still open, because a hold or a duty in law keeps them under a key of its own."""
    items = Item.objects.filter(call__person=person).values_list("id", flat=True)
    living = CustodyKey.objects.filter(controller=person.controller_id)
    return DataKey.objects.filter(id__in=list(items), custody__in=living).count()


def _backups(person: Person, *, until: datetime) -> tuple[KnownBackup, ...]:
    """The backups that were made while there was something of the person to copy, as the ledger was told."""
    made = _about(person.controller, "controller", person.controller_id, BACKED_UP)
    told = made.filter(at__gte=person.created_at, at__lte=until)
    return tuple(KnownBackup(str(_facts(entry)["snapshot"]), entry.at) for entry in list(told)[-_BACKUPS:])


def _roots_in_files(epochs: QuerySet[Epoch]) -> tuple[int, ...]:
    return tuple(epochs.filter(provider=FileProvider.name).order_by("number").values_list("number", flat=True))


def _escrow(controller: Controller, epochs: QuerySet[Epoch]) -> tuple[tuple[Shares, ...], list[Entry]]:
    """How the roots of these epochs were shared out, and for each the entry that tells how many shares were left.

    That is the first that left too few of them, or the last one so far. Rows may be older than the ledger, so what
    either has counts.
    """
    numbers = set(epochs.values_list("number", flat=True))
    attested = attestations(controller)
    told: list[Shares] = []
    entries: list[Entry] = []
    rows = Escrow.objects.filter(controller=controller).values_list("epoch", "first", "shares", "threshold")
    for epoch, first, shares, threshold in sorted({*rows, *(one.counted for one in told_by_rows(controller))}):
        if epoch not in numbers:
            continue
        named = [(epoch, number) for number in range(first, first + shares)]
        needed = shares - threshold + 1
        own = sorted((attested[share] for share in named if share in attested), key=lambda entry: entry.id)[:needed]
        told.append(Shares(epoch, shares, threshold, len(own)))
        entries += own[-1:]
    return tuple(told), sorted(entries, key=lambda entry: entry.id)[-MOST_SHARE_ENTRIES:]
