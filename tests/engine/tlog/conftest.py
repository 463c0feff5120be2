from __future__ import annotations

import pytest
from memory_log import MemoryStore

from callward.engine.tlog import KeyKind, SigningKey


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def log_key() -> SigningKey:
    return SigningKey("ledger.example/north", KeyKind.ED25519, b"\x01" * 32)


@pytest.fixture
def witness_key() -> SigningKey:
    return SigningKey("witness.example/w1", KeyKind.COSIGNATURE, b"\x02" * 32)
