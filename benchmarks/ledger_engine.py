"""The ledger's engine on one core: entries a second from value to tile, proofs and checks from 1,000,000 leaves.

The bound on entries counts the database too (20,000 durable entries a second in batches of 100); here only
the engine's share of that time is measured. The peer for the encoding is the package ``rfc8785``.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import rfc8785

from callward.engine.tlog import (
    NOTHING_SEEN,
    Decision,
    Edge,
    Effect,
    Entry,
    LogError,
    Reference,
    TileHashes,
    TreeHead,
    encode_entry,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)

_T = TypeVar("_T")
_ENTRIES = 20_000
_BATCH = 100
_LEAVES = 1_000_000
_PROOFS = 200
_RATE, _PROVE_MS, _VERIFY_MS = 20_000, 5.0, 1.0


class _Store(dict[str, bytes]):
    def read(self, path: str, limit: int) -> bytes:
        if path not in self:
            raise LogError("missing")
        return self[path]


def main() -> int:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    within = _grow()
    return 0 if _prove() and within else 1


def _grow() -> bool:
    facts = [(str(uuid.uuid4()), os.urandom(16)) for _ in range(_ENTRIES)]
    made, making = _timed(lambda: [_entry(name, nonce) for name, nonce in facts])
    encoded, encoding = _timed(lambda: [encode_entry(entry) for entry in made])
    values = [json.loads(data) for data in encoded]
    _, peer = _timed(lambda: [rfc8785.dumps(value) for value in values])
    leaves, hashing = _timed(lambda: [leaf_hash(data) for data in encoded])
    _, growing = _timed(lambda: _write(leaves, _BATCH))
    total = making + encoding + hashing + growing
    rate = _ENTRIES / total
    print(f"{_ENTRIES:,} entries in batches of {_BATCH}, one core, no database:")
    print(f"  {rate:,.0f} entries/s = {rate / _RATE:.1f} x the bound of {_RATE:,}; {_RATE / rate:.0%} of its time")
    for name, taken in (("value", making), ("encode", encoding), ("leaf hash", hashing), ("tree, tiles", growing)):
        print(f"    {name}: {taken / _ENTRIES * 1e6:.1f} us an entry, {taken / total:.0%}")
    print(f"  encoding: {peer / encoding:.1f} x the speed of the package rfc8785")
    return rate >= _RATE


def _prove() -> bool:
    leaves = [leaf_hash(number.to_bytes(8, "big")) for number in range(_LEAVES)]
    (store, head), taken = _timed(lambda: _write(leaves, 10_000))
    print(f"{_LEAVES:,} leaves: grown in {taken:.1f} s, {len(store):,} tiles")
    rng = random.Random(1)
    indexes = rng.sample(range(_LEAVES), _PROOFS)
    within = True
    # A fresh reader for each: every tile on the way is read and checked anew, as a stateless server does it.
    warm = TileHashes(store, head)
    proofs: list[tuple[bytes, ...]] = []
    for name, opened in (("cold", partial(TileHashes, store, head)), ("warm", partial(_same, warm))):
        results = [_timed(partial(_prove_one, opened, index)) for index in indexes]
        within &= _report(f"inclusion proof, {name}", [taken for _, taken in results], _PROVE_MS)
        proofs = [proof for proof, _ in results]
    checks = [
        _timed(partial(verify_inclusion, leaves[index], index, head, proof))[1]
        for index, proof in zip(indexes, proofs, strict=True)
    ]
    within &= _report("inclusion verified", checks, _VERIFY_MS)
    _, old = _write(leaves[:654_321], 10_000)
    growths = [_timed(partial(prove_consistency, warm, old.size, _LEAVES)) for _ in range(20)]
    within &= _report("consistency proof, warm", [taken for _, taken in growths], _PROVE_MS)
    checks = [_timed(partial(verify_consistency, old, head, growths[0][0]))[1] for _ in range(_PROOFS)]
    return within & _report("consistency verified", checks, _VERIFY_MS)


def _report(name: str, times: list[float], bound: float) -> bool:
    middle, worst = statistics.median(times) * 1e3, max(times) * 1e3
    print(f"  {name}: median {middle:.3f} ms, worst {worst:.3f} ms; {bound / middle:.0f} x within {bound:.0f} ms")
    return middle <= bound


def _write(leaves: list[bytes], batch: int) -> tuple[_Store, TreeHead]:
    store = _Store()
    edge = Edge(store, NOTHING_SEEN)
    for start in range(0, len(leaves), batch):
        for tile, data in edge.append(leaves[start : start + batch]):
            store[tile.path] = data
        head = edge.head()
    return store, head


def _entry(name: str, nonce: bytes) -> Entry:
    return Entry(
        id=name,
        at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        nonce=nonce,
        actor=Reference("staff", name),
        action="recording.opened",
        resource=Reference("call", name),
        outcome="done",
        purpose="quality",
        decision=Decision(Effect.PERMIT, ("agents-own-line",), "ab" * 32),
        detail=bytes(32),
        facts={"seconds": 12, "part": "audio"},
    )


def _same(hashes: TileHashes) -> TileHashes:
    return hashes


def _prove_one(opened: Callable[[], TileHashes], index: int) -> tuple[bytes, ...]:
    return prove_inclusion(opened(), index, _LEAVES)


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
