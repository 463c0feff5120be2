"""Shares of former roots: who has them, and the officers' word that they are destroyed.

Enough shares of an old root and a copy of the keys from its time open what was erased since, so an erasure is final
only when fewer are left. Callward cannot look into a safe: what an officer says is written down by somebody who may.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from callward.certificate import SHARE_DESTROYED
from callward.engine import tlog
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Entry
from callward.web.core.models import Controller
from callward.web.keys.models import Epoch
from callward.web.lifecycle.escrow import EscrowError
from callward.web.lifecycle.holds import lock
from callward.web.lifecycle.models import Escrow, ShareDestroyed
from callward.web.lifecycle.share_entries import told_by_rows

_SHOWN = 16  # hexadecimal digits of a fingerprint


@dataclass(frozen=True, slots=True)
class Share:
    """One share: its number in the epoch, the fingerprint of its officer's public key ("" where nobody kept that)."""

    number: int
    officer: str
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SharedRoot:
    """A root that was shared out, and its shares; ``former`` once its epoch was left and the root is destroyed."""

    escrow: Escrow
    shares: tuple[Share, ...]
    former: bool

    @property
    def needed(self) -> int:
        """How many of a former root's shares must be destroyed so that the others put nothing back."""
        return self.escrow.shares - self.escrow.threshold + 1

    @property
    def attested(self) -> int:
        """How many are, by their officers' word."""
        return sum(share.destroyed_at is not None for share in self.shares)

    @property
    def awaited(self) -> int:
        """How many more must be before erasures are final; 0 while the root is in use."""
        return max(0, self.needed - self.attested) if self.former else 0

    def as_dict(self) -> dict[str, object]:
        return {
            "epoch": self.escrow.epoch,
            "threshold": self.escrow.threshold,
            "former": self.former,
            "awaited": self.awaited,
            "shares": [
                {
                    "share": one.number,
                    "officer": one.officer,
                    "destroyed_at": one.destroyed_at and one.destroyed_at.isoformat(timespec="seconds"),
                }
                for one in self.shares
            ],
        }


def shared_roots(controller: Controller) -> list[SharedRoot]:
    """Return every root of a controller that was shared out, the newest first."""
    rows = Escrow.objects.filter(controller=controller).order_by("-epoch", "-first").prefetch_related("destroyed")
    left = Epoch.objects.filter(controller=controller.id, state=Epoch.State.DESTROYED)
    gone = set(left.values_list("number", flat=True))
    return [SharedRoot(row, _shares_of(row), row.epoch in gone) for row in rows]


def awaited_of(controller: Controller) -> list[SharedRoot]:
    """Return the former roots that enough shares may still put together, the newest first."""
    return [root for root in shared_roots(controller) if root.awaited]


def attest(controller: Controller, epoch: int, number: int, actor: Party) -> SharedRoot:
    """Write down that an officer has destroyed a share of a former root; return how that root stands now.

    It is final: there is no taking it back, since certificates rest on it. Raises EscrowError: ``share_unknown``,
    ``share_in_use`` while the root is there, ``share_attested`` where it was written down before.
    """
    with transaction.atomic():
        lock(controller.pk)
        root = _root_with(controller, epoch, number)
        if not root.former:
            raise EscrowError("share_in_use", f"the root of epoch {epoch} is in use: its shares put it back when lost")
        if any(share.number == number and share.destroyed_at for share in root.shares):
            raise EscrowError("share_attested", f"share {number} of epoch {epoch} was attested before")
        ShareDestroyed.objects.create(escrow=root.escrow, number=number, at=timezone.now())
        # As the ledger has it: older rows may have been restored.
        known = attestations(controller)
        others = sum(share.number != number and (epoch, share.number) in known for share in root.shares)
        facts = {"epoch": epoch, "share": number, "left": len(root.shares) - others - 1}
        audit.record(SHARE_DESTROYED, actor=actor, resource=controller, controller=controller, facts=facts)
    return _root_with(controller, epoch, number)


def attestations(controller: Controller) -> dict[tuple[object, object], Entry]:
    """Return the first entry about each share, by epoch and number, in the order of the ledger."""
    told: dict[tuple[object, object], Entry] = {}
    entries = Entry.objects.for_controller(controller).about("controller", str(controller.pk))
    for entry in entries.filter(action=SHARE_DESTROYED).order_by("id"):
        facts = tlog.decode_entry(bytes(entry.body)).facts
        told.setdefault((facts.get("epoch"), facts.get("share")), entry)
    return told


def bring_back(controller: Controller) -> None:
    """Make the rows that the ledger tells of and older rows do not have: shares, and the word that they are destroyed.

    Nobody knows the officers' keys then, so nothing is shared out by itself until somebody has named them again.
    """
    with transaction.atomic():
        rows = list(Escrow.objects.filter(controller=controller).order_by("epoch", "first"))
        for told in told_by_rows(controller):
            if not any(told.is_of(row) for row in rows):
                rows.append(
                    Escrow.objects.create(
                        controller=controller,
                        epoch=told.epoch,
                        first=told.first,
                        shares=told.shares,
                        threshold=told.threshold,
                        made_at=told.at,
                    )
                )
        attested = attestations(controller)
        for row in rows:
            for number in range(row.first, row.first + row.shares):
                if (row.epoch, number) in attested:
                    at = attested[row.epoch, number].at
                    ShareDestroyed.objects.get_or_create(escrow=row, number=number, defaults={"at": at})


def fingerprint(officer: str) -> str:
    """Return what an age public key is recognised by: the first digits that ``printf %s KEY | sha256sum`` prints."""
    return hashlib.sha256(officer.encode()).hexdigest()[:_SHOWN]


def _root_with(controller: Controller, epoch: int, number: int) -> SharedRoot:
    for root in shared_roots(controller):
        if root.escrow.epoch == epoch and any(share.number == number for share in root.shares):
            return root
    raise EscrowError("share_unknown", f"no share {number} was made of a root of epoch {epoch}")


def _shares_of(row: Escrow) -> tuple[Share, ...]:
    destroyed = {one.number: one.at for one in row.destroyed.all()}
    officers = [fingerprint(officer) for officer in row.officers] or [""] * row.shares
    return tuple(Share(number, officer, destroyed.get(number)) for number, officer in enumerate(officers, row.first))
