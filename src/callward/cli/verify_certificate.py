"""``callward verify certificate``: a certificate of erasure, checked offline and said in one sentence per claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from callward.certificate import MAX_CERTIFICATE_BYTES, Certificate, Shares, Standing, signer_of
from callward.certificate import verify_certificate as verified
from callward.cli.answering import Facts, Json, Needed, PolicyFile, Trust, Vkey, Witness, answer, read_input


def verify_certificate(
    file: Annotated[Path, typer.Argument(help="The certificate, or - for standard input.")],
    *,
    vkey: Vkey = "",
    witness_vkey: Witness = None,
    witnesses: Needed = None,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Check a certificate of erasure: its signature, the proofs of its entries, and that they bear out its times."""
    trust = Trust(vkey, witness_vkey or (), witnesses, policy)

    def check() -> Facts:
        data = read_input(file, MAX_CERTIFICATE_BYTES)
        certificate, standing = verified(data, trust.key_of(signer_of(data)))
        _, ledger = trust.open(certificate.checkpoint.encode())
        return {
            "person": certificate.person,
            "effective_at": _time(certificate.effective_at),
            "final_at": _time(certificate.final_at) if certificate.final_at else "",
            **ledger,
            "proven": list(_proven(certificate, standing)),
            "stated": list(_stated(certificate)),
        }

    answer(check, as_json=as_json, show=_show)


def _proven(told: Certificate, standing: Standing) -> Iterator[str]:
    """What the ledger's entries say, whose places are proven."""
    yield f"The ledger {told.origin} signed this certificate about the person {told.person}."
    if standing.by_retention:
        yield "Nobody asked for the erasure: everything that was kept of the person had had its time."
    yield f"The erasure was begun at {_time(told.asked_at)} (entry {standing.intended[0]})."
    yield f"It has been effective since {_time(told.effective_at)} (entry {standing.done[0]})."
    if standing.sweeps:
        places = ", ".join(str(place) for place, _ in standing.sweeps)
        yield f"{_some(standing.calls_removed, 'call')} of the person had been removed (entry {places})."
    yield from _about_end(told, standing)


def _about_end(told: Certificate, standing: Standing) -> Iterator[str]:
    """What made it final, and what of that is done where it is not."""
    if standing.turn:
        begun, ended = standing.turn
        left = f"the keys had left epoch {told.epoch}"
        if told.final_at == ended[1].at:
            since = f"It has been final since {_time(told.final_at)}, when {left}"
        elif told.final_at:
            since = f"It has been final since {_time(told.final_at)}. At {_time(ended[1].at)} {left}"
        else:
            since = f"At {_time(ended[1].at)} {left}"
        yield f"{since}: that turn began after the erasure was done (entries {begun[0]} and {ended[0]})."
    for place, entry in standing.roots:
        yield (
            f"The key provider had destroyed the root of epoch {entry.facts['epoch']} at {_time(entry.at)}"
            f" (entry {place}); until then it could have been brought back."
        )
    for place, entry in standing.shares:
        yield (
            f"At {_time(entry.at)} it had been recorded of all but {entry.facts['left']} shares of the root of epoch"
            f" {entry.facts['epoch']} that they were destroyed (entry {place}; by whom is in the ledger)."
        )


def _stated(told: Certificate) -> Iterator[str]:
    """What the controller signed and no entry can prove: what it does not cover is among it."""
    if told.final_by:
        yield (
            f"It is not final yet: an older copy of the keys can be opened until epoch {told.epoch} is left and its"
            f" root destroyed, by {_time(told.final_by)}. Ask for the certificate again after that."
        )
    if told.root_destroyed_at and any(one.awaited for one in told.escrow):
        yield (
            "It is not final yet: it has not been recorded that officers destroyed their shares of old root keys, and"
            " enough of those with an older copy of the keys would open what was erased. Nobody can say by when it"
            " will be, and it stays so if it never is. Ask for the certificate again after that."
        )
    if told.root_destroyed_at:
        yield f"The root key of epoch {told.epoch} was destroyed at {_time(told.root_destroyed_at)}."
    yield _about_backups(told)
    if told.held_items:
        yield f"Not covered: {_some(told.held_items, 'item')} that a hold or a duty in law keeps until it ends."
    for epoch in told.roots_in_files:
        yield f"Not covered: the root key of epoch {epoch} lay in a file, and no file can be proven wiped from a disk."
    yield from map(_about_shares, told.escrow)
    if told.suppressed_until:
        yield (
            f"Not covered: until {_time(told.suppressed_until)} keyed digests of the removed files stay, so that the"
            " same files are not taken in again. They name nobody."
        )


def _about_shares(one: Shares) -> str:
    again = f"any {one.threshold} of {one.shares} shares bring the root key of epoch {one.epoch} back"
    if one.destroyed is None:
        return f"Not covered: {again} until their officers have destroyed them."
    if one.awaited:
        return (
            f"Not covered yet: {again}. It is final when it has been recorded of {_some(one.needed, 'share')} that they"
            f" were destroyed; so far of {one.destroyed}."
        )
    return (
        f"Of the {one.shares} shares of the root of epoch {one.epoch}, of which {one.threshold} put it back, it was"
        f" recorded that {one.destroyed} were destroyed. The ledger has by whom; one person may have recorded it for"
        " all, and nobody can prove it."
    )


def _about_backups(told: Certificate) -> str:
    if not told.backups:
        return "The ledger tells of no backup that was made while there was something of the person to copy."
    names = ", ".join(f"{one.id} of {_time(one.made_at)}" for one in told.backups)
    return (
        f"{_some(len(told.backups), 'backup')} may hold what was sealed for the person: {names}. Backups of data"
        " hold no key, and the backup of the keys is made anew with each epoch: when this is final, none brings the"
        " person back."
    )


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _show(facts: Facts) -> None:
    console = Console()
    for title, name in (("Proven by the ledger", "proven"), ("Stated by the controller", "stated")):
        console.print(Text(f"\n{title}", style="bold"))
        sentences = facts[name]
        assert isinstance(sentences, list)
        for sentence in sentences:
            console.print(Text(f"  {sentence}"))
