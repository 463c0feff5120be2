"""What a certificate of erasure says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shares:
    """The root of an epoch was shared out: any ``threshold`` of ``shares`` put it back.

    ``destroyed`` is how many the officers have attested destroyed, up to as many as leave too few; None in a
    certificate from before that was asked for.
    """

    epoch: int
    shares: int
    threshold: int
    destroyed: int | None = None

    @property
    def needed(self) -> int:
        """How many must be destroyed so that the others put nothing back."""
        return self.shares - self.threshold + 1

    @property
    def awaited(self) -> int:
        """How many of those nobody has attested yet; 0 where nobody was to."""
        return 0 if self.destroyed is None else self.needed - self.destroyed


@dataclass(frozen=True, slots=True)
class KnownBackup:
    """A backup of data that was made while there was something of the person to copy, as the ledger was told then."""

    id: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """The bytes of a ledger entry, its place, and the hashes that lead from it to the checkpoint's root."""

    entry: bytes
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified. Times are aware UTC; ids are random UUIDs in text.

    ``epoch`` is the one whose end makes the erasure final; ``final_by`` says when that is due and ``final_at`` when it
    was. Neither is there while only the officers' word is awaited, for which there is no day. ``held_items``,
    ``roots_in_files`` (epochs), ``escrow`` and ``suppressed_until`` are what the erasure does not cover. ``entries``
    stand in the order of the ledger.
    """

    origin: str
    controller: str
    person: str
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
    entries: tuple[ProvenEntry, ...]
    checkpoint: str
