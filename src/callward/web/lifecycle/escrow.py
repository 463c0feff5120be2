"""Split custody of a root in a file: k of n shares (SLIP-39), each sealed to one officer's age key.

An officer opens a share with ``age --decrypt``; it is a line of words that can be read out and typed in. Fewer than
``threshold`` shares tell nothing about the root.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pyrage
import shamir_mnemonic
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from callward.engine.envelope import EnvelopeError, unwrap_key
from callward.engine.errors import Error
from callward.keyfile import read_key_file
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.items import left_by_fault
from callward.web.core.models import Controller
from callward.web.keys.epochs import current_epoch, forget_epoch_keys
from callward.web.keys.models import Epoch
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle.holds import lock
from callward.web.lifecycle.models import Escrow
from callward.web.lifecycle.share_entries import SHARED_OUT, facts_of, is_newest, told_by_rows

RECOVERED = "keys.root_put_back"
_log = logging.getLogger(__name__)
_GRACE = timedelta(hours=24)
_MOST = 16  # shares: SLIP-39 has four bits for the number of one


class EscrowError(Error):
    """Sharing out or putting together was refused; see ``code``."""


def share_out(
    controller: Controller, officers: Sequence[str], threshold: int, folder: Path, actor: Party
) -> list[Path]:
    """Write one sealed share for each officer (an ``age1...`` public key) into ``folder``; return the files.

    Raises EscrowError: ``officers_wrong``, ``threshold_wrong``, ``not_a_file_root``, ``share_exists``, ``epoch_left``;
    KeyUnavailable.
    """
    epoch = current_epoch(controller.id)
    if epoch.provider != FileProvider.name:
        raise EscrowError("not_a_file_root", "the root is on a token, which has its own custody")
    recipients = [_recipient(officer) for officer in dict.fromkeys(officers)]
    if len(recipients) < 2 or len(recipients) > _MOST:
        raise EscrowError("officers_wrong", f"name 2 to {_MOST} different officers")
    if not 2 <= threshold <= len(recipients):
        raise EscrowError("threshold_wrong", "the threshold is at least 2 and at most the number of officers")
    row = Escrow(
        controller=controller,
        epoch=epoch.number,
        shares=len(recipients),
        threshold=threshold,
        made_at=timezone.now(),
        first=_next_share(controller, epoch),
        officers=[str(recipient) for recipient in recipients],
    )
    root = read_key_file(FileProvider(settings.CALLWARD_HOME).path(controller.id, epoch.number))
    [words] = shamir_mnemonic.generate_mnemonics(1, [(threshold, len(recipients))], root)
    files = _files(folder, row)
    with _removed_unless_kept(row, files):
        for number, (path, share, recipient) in enumerate(zip(files, words, recipients, strict=True), row.first):
            _write(path, _unnamed(path, row), _told(row, number, share), recipient)
        with transaction.atomic():
            lock(controller.pk)
            if current_epoch(controller.id).number != epoch.number:
                raise EscrowError("epoch_left", "the epoch turned meanwhile: share out the root of the new one")
            if _next_share(controller, epoch) != row.first:
                raise EscrowError("share_exists", "somebody shared the root out in the same moment")
            row.save(force_insert=True)
            audit.record(SHARED_OUT, actor=actor, resource=controller, controller=controller, facts=facts_of(row))
    _name(folder, row)
    return files


def share_out_again(controller: Controller) -> bool:
    """Share the present root out as the one before it was, where a turn has made that void; return whether it did.

    Into the folder that ``CALLWARD_SHARES`` names, for the officers whose keys were kept, where the published ledger
    has the same officers: rows may be older, or another's work. Whatever hinders it is seen on Today and by
    ``keys doctor``, which ask for the shares as long as there are none, and it is tried again.
    """
    folder = Path(settings.SHARES)
    if not settings.SHARES or not folder.is_dir():
        return False
    try:
        if (present := escrow_of(controller)) is not None:
            _name(folder, present)  # a process that ended right after its commit has not
        _sweep(folder, controller)
        former = made_void(controller)
        if former is None or not former.officers:
            return False
        if not is_newest(former):
            _log.warning("the root of controller %s is not shared out again: its officers are unproven", controller.pk)
            return False
        share_out(controller, former.officers, former.threshold, folder, audit.SYSTEM)
    except (Error, OSError, DatabaseError) as refused:
        code = refused.code if isinstance(refused, Error) else "not_written"
        _log.warning("the root of controller %s is not shared out again: %s", controller.pk, code)
        return False
    return True


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
    return Escrow.objects.filter(controller=controller, epoch=epoch.number).order_by("first").last()


def made_void(controller: Controller) -> Escrow | None:
    """Return how a former root was shared out where a turn has made that void and the present one, a file, is not."""
    latest = Escrow.objects.filter(controller=controller).order_by("epoch", "first").last()
    if latest is None:
        return None
    later = Epoch.objects.filter(controller=controller.id, state=Epoch.State.CURRENT, number__gt=latest.epoch)
    return latest if later.filter(provider=FileProvider.name).exists() else None


def _recipient(officer: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(officer.strip())
    except pyrage.RecipientError:
        raise EscrowError("officers_wrong", "an officer is named by an age public key (age1...)") from None


def _next_share(controller: Controller, epoch: Epoch) -> int:
    """The number of the next share of an epoch: however often its root is shared out, each has one of its own."""
    rows = Escrow.objects.filter(controller=controller, epoch=epoch.number).values_list("first", "shares")
    told = [(one.first, one.shares) for one in told_by_rows(controller) if one.epoch == epoch.number]
    return max((first + shares for first, shares in [*rows, *told]), default=1)


def _files(folder: Path, row: Escrow) -> list[Path]:
    numbers = range(row.first, row.first + row.shares)
    return [folder / f"{row.controller.slug}-epoch{row.epoch}-share{number}.age" for number in numbers]


def _unnamed(path: Path, row: Escrow) -> Path:
    """What a file is called until its row is committed: nobody takes away a share that no certificate counts."""
    return path.with_suffix(f".{row.id.hex}.part")


@contextmanager
def _removed_unless_kept(row: Escrow, files: Sequence[Path]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if left_by_fault(Escrow.objects.filter(id=row.id).exists) is False:
            for path in files:
                _unnamed(path, row).unlink(missing_ok=True)
        raise


def _name(folder: Path, row: Escrow) -> None:
    for path in _files(folder, row):
        with suppress(FileNotFoundError):
            _unnamed(path, row).rename(path)


def _sweep(folder: Path, controller: Controller) -> None:
    """Remove what was never named: a process ended before its commit, and nobody counts these shares."""
    before = (timezone.now() - _GRACE).timestamp()
    for path in folder.glob(f"{controller.slug}-epoch*-share*.part"):
        if path.stat().st_mtime < before:
            path.unlink()


def _told(row: Escrow, number: int, words: str) -> str:
    last = row.first + row.shares - 1
    return (
        f"Callward, {row.controller.slug}, epoch {row.epoch}: share {number} of the root key.\n"
        f"Any {row.threshold} of the shares {row.first} to {last} put it back: callward keys recover.\n"
        "Destroy this one when the epoch has turned, with every copy of it, and say so: erasures wait for that.\n"
        f"{words}\n"
    )


def _write(path: Path, unnamed: Path, told: str, recipient: pyrage.x25519.Recipient) -> None:
    if path.exists():
        raise EscrowError("share_exists", f"{path} is there already and was left as it is")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with unnamed.open("xb") as target:
        target.write(pyrage.encrypt(told.encode(), [recipient]))
        target.flush()
        os.fsync(target.fileno())


def _enough(shares: Sequence[str]) -> list[str]:
    """Take as many different shares as are needed: the method refuses a surplus. Raises MnemonicError."""
    different = {(share.identifier, share.index): share for share in map(shamir_mnemonic.Share.from_mnemonic, shares)}
    needed = max((share.member_threshold for share in different.values()), default=0)
    return [share.mnemonic() for share in list(different.values())[:needed]]


def _words(share: str) -> str:
    """The line of words of an opened share: its last line that is not empty."""
    lines = [line.strip() for line in share.splitlines() if line.strip()]
    return lines[-1] if lines else ""
