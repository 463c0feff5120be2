"""What a key provider does. It makes one root for each epoch and wraps that epoch's key under it, nothing else.

A slow token or a cloud service is asked once for each process and epoch; everything below is wrapped in software.
There is no fallback: a root that cannot be reached is an error, and never a reason to make another one.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class RootState(StrEnum):
    """Where a root stands, as its provider says."""

    USABLE = "usable"
    STOPPED = "stopped"  # it is there, and somebody has switched it off
    GOING = "going"  # it opens nothing any more, and until its day comes it can be brought back
    GONE = "gone"


class KeyProvider(Protocol):
    """Holds root keys and never hands one out. Every method raises ``KeyUnavailable``."""

    name: str

    @property
    def place(self) -> str:
        """Where the settings of now lead: a region, an address, a token's label; empty where there is no other."""
        ...

    def create_root(self, controller: UUID, number: int) -> None:
        """Make the root of an epoch that has no row yet; durable before this returns, and the same if asked again."""
        ...

    def wrap(self, controller: UUID, number: int, key: bytes) -> bytes: ...

    def unwrap(self, controller: UUID, number: int, wrapped: bytes) -> bytes: ...

    def destroy_root(self, controller: UUID, number: int) -> datetime | None:
        """Destroy the root of an epoch for good; nothing to do where it is gone already.

        Returns None where it is gone now, else when the provider will have destroyed it: until then it opens nothing
        and can be brought back.
        """
        ...

    def root_state(self, controller: UUID, number: int) -> RootState:
        """Say where the root of an epoch stands, and use it for nothing."""
        ...
