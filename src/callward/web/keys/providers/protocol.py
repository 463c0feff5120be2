"""What a key provider does. It makes one root for each epoch and wraps that epoch's key under it, nothing else.

A slow token or a cloud service is asked once for each process and epoch; everything below is wrapped in software.
There is no fallback: a root that cannot be reached is an error, and never a reason to make another one.
"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class KeyProvider(Protocol):
    """Holds root keys and never hands one out. Every method raises ``KeyUnavailable``."""

    name: str

    def create_root(self, controller: UUID, number: int) -> None:
        """Make the root of an epoch that has no row yet; durable before this returns, and the same if asked again."""
        ...

    def wrap(self, controller: UUID, number: int, key: bytes) -> bytes: ...

    def unwrap(self, controller: UUID, number: int, wrapped: bytes) -> bytes: ...

    def destroy_root(self, controller: UUID, number: int) -> None:
        """Destroy the root of an epoch for good; nothing to do where it is gone already."""
        ...
