"""Split custody of a root in a file: k of n shares (SLIP-39), each sealed to one officer's age key.

An officer opens a share with ``age --decrypt``; it is a line of words that can be read out and typed in. Fewer than
``threshold`` shares tell nothing about the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyrage
import shamir_mnemonic
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from callward.engine.envelope import EnvelopeError, unwrap_key
from callward.engine.errors import Error
from callward.keyfile import read_key_file
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.core.models import Controller
from callward.web.keys.epochs import current_epoch, forget_epoch_keys
from callward.web.keys.models import Epoch
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle.models import Escrow

ACTION = "keys.escrowed"
RECOVERED = "keys.root_put_back"
_MOST = 16  # shares: SLIP-39 has four bits for the number of one


class EscrowError(Error):
    """Sharing out or putting together was refused; see ``code``."""


def share_out(
    controller: Controller, officers: Sequence[str], threshold: int, folder: Path, actor: Party
) -> list[Path]:
    """Write one sealed share for each officer (an ``age1...`` public key) into ``folder``; return the files.

    Raises EscrowError: ``officers_wrong``, ``threshold_wrong``, ``not_a_file_root``, ``share_exists``; KeyUnavailable.
    """
    epoch = current_epoch(controller.id)
    if epoch.provider != FileProvider.name:
        raise EscrowError("not_a_file_root", "the root is on a token, which has its own custody")
    recipients = [_recipient(officer) for officer in dict.fromkeys(officers)]
    if len(recipients) < 2 or len(recipients) > _MOST:
        raise EscrowError("officers_wrong", f"name 2 to {_MOST} different officers")
    if not 2 <= threshold <= len(recipients):
        raise EscrowError("threshold_wrong", "the threshold is at least 2 and at most the number of officers")
    before = Escrow.objects.filter(controller=controller, epoch=epoch.number).aggregate(Sum("shares"))["shares__sum"]
    row = Escrow(
        controller=controller,
        epoch=epoch.number,
        shares=len(recipients),
        threshold=threshold,
        made_at=timezone.now(),
        first=1 + (before or 0),
        officers=[str(recipient) for recipient in recipients],
    )
    root = read_key_file(FileProvider(settings.CALLWARD_HOME).path(controller.id, epoch.number))
    [words] = shamir_mnemonic.generate_mnemonics(1, [(threshold, len(recipients))], root)
    written = [
        _write(folder, row, number, share, recipient)
        for number, (share, recipient) in enumerate(zip(words, recipients, strict=True), row.first)
    ]
    with transaction.atomic():
        row.save(force_insert=True)
        facts = {"epoch": epoch.number, "shares": len(recipients), "threshold": threshold}
        audit.record(ACTION, actor=actor, resource=controller, controller=controller, facts=facts)
    return written


def put_back(controller: Controller, shares: Iterable[str], actor: Party) -> int:
    """Put the root of the present epoch back from opened shares; return the epoch's number.

    Nothing is written unless the root opens the epoch key. Raises EscrowError: ``shares_unreadable``, ``shares_wrong``;
    ``KeyUnavailable``.
    """
    epoch = current_epoch(controller.id)
    try:
        root = bytes(shamir_mnemonic.combine_mnemonics(_enough([_words(share) for share in shares])))
    except (shamir_mnemonic.MnemonicError, ValueError):
        raise EscrowError("shares_unreadable", "these are not enough shares, or not of one root") from None
    try:
        unwrap_key(root, bytes(epoch.wrapped))
    except EnvelopeError:
        raise EscrowError("shares_wrong", "these shares are of another root than that of the present epoch") from None
    FileProvider(settings.CALLWARD_HOME).put_back_root(controller.id, epoch.number, root)
    forget_epoch_keys()
    with transaction.atomic():
        audit.record(RECOVERED, actor=actor, resource=controller, controller=controller, facts={"epoch": epoch.number})
    return epoch.number


def escrow_of(controller: Controller) -> Escrow | None:
    """Return how the present root is shared out; None where it is not."""
    epoch = current_epoch(controller.id)
    return Escrow.objects.filter(controller=controller, epoch=epoch.number).order_by("made_at").last()


def made_void(controller: Controller) -> Escrow | None:
    """Return how a former root was shared out where a turn has made that void and the present one, a file, is not."""
    latest = Escrow.objects.filter(controller=controller).order_by("epoch", "made_at").last()
    if latest is None:
        return None
    later = Epoch.objects.filter(controller=controller.id, state=Epoch.State.CURRENT, number__gt=latest.epoch)
    return latest if later.filter(provider=FileProvider.name).exists() else None


def _recipient(officer: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(officer.strip())
    except pyrage.RecipientError:
        raise EscrowError("officers_wrong", "an officer is named by an age public key (age1...)") from None


def _write(folder: Path, row: Escrow, number: int, words: str, recipient: pyrage.x25519.Recipient) -> Path:
    slug, last = row.controller.slug, row.first + row.shares - 1
    told = (
        f"Callward, {slug}, epoch {row.epoch}: share {number} of the root key.\n"
        f"Any {row.threshold} of the shares {row.first} to {last} put it back: callward keys recover.\n"
        "Destroy this one when the epoch has turned, with every copy of it, and say so: erasures wait for that.\n"
        f"{words}\n"
    )
    path = folder / f"{slug}-epoch{row.epoch}-share{number}.age"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("xb") as target:
            target.write(pyrage.encrypt(told.encode(), [recipient]))
    except FileExistsError:
        raise EscrowError("share_exists", f"{path} is there already and was left as it is") from None
    return path


def _enough(shares: Sequence[str]) -> list[str]:
    """Take as many different shares as are needed: the method refuses a surplus. Raises MnemonicError."""
    different = {(share.identifier, share.index): share for share in map(shamir_mnemonic.Share.from_mnemonic, shares)}
    needed = max((share.member_threshold for share in different.values()), default=0)
    return [share.mnemonic() for share in list(different.values())[:needed]]


def _words(share: str) -> str:
    """The line of words of an opened share: its last line that is not empty."""
    lines = [line.strip() for line in share.splitlines() if line.strip()]
    return lines[-1] if lines else ""
