"""What can be proven of this machine from outside and inside: connections, files, settings, known weaknesses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from callward.web.proofs import advisories, connections, machine
from callward.web.proofs.model import Proof

__all__ = ["Proof", "prove"]


def prove(known: Path | None = None) -> Iterator[Proof]:
    """Prove each in turn; ``known`` is a file of advisories, see ``advisories.read``.

    Raises ``AdvisoryError`` where that file cannot be used.
    """
    yield from connections.prove()
    yield from machine.prove()
    if known is not None:
        yield advisories.prove(known)
