"""Turning an epoch: how long a million person keys take, against the bounds of 90 seconds and 10 minutes.

``python benchmarks/turning.py [--persons N] [--quick]``: a million; 20,000 with ``--quick``, told for a million.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid4

import figures
from a_home import open_home
from django.utils import timezone

_MILLION = 1_000_000
_KEYS_BOUND, _INDEX_BOUND = 90.0, 600.0  # seconds for a million


def main() -> int:
    """Fill a keys database, turn it, print both times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--persons", type=int, default=_MILLION)
    options.add_argument("--quick", action="store_true")
    told = options.parse_args()
    count = 20_000 if told.quick else told.persons
    with tempfile.TemporaryDirectory() as folder:
        open_home(Path(folder), [])
        keys, indexes = _time(count)
    scale = _MILLION / count
    print(f"{count:,} person keys {keys:.1f} s, their indexes {indexes:.1f} s more; told for a million:")
    met = [
        figures.row("turning a million person keys", keys * scale, "s", against="bound", other=_KEYS_BOUND, at_most=1),
        figures.row(
            "their blind indexes, after that", indexes * scale, "s", against="bound", other=_INDEX_BOUND, at_most=1
        ),
    ]
    return 0 if told.quick or all(met) else 1


def _time(count: int) -> tuple[float, float]:
    """Return the seconds until the last person key has moved, and those that the indexes take after that."""
    from callward.web.keys import turning, vault
    from callward.web.keys.models import PersonKey

    controller = uuid4()
    vault.open_controller(controller)
    begun = time.perf_counter()
    print(f"writing {count:,} persons with a key and an index each", flush=True)
    _fill(controller, count)
    print(f"written in {time.perf_counter() - begun:.0f} s; turning", flush=True)
    begun = time.perf_counter()
    old = turning.begin(controller)
    keys = 0.0
    while turning.move(controller, old):
        if not keys and not PersonKey.objects.filter(controller=controller, epoch=old.number).exists():
            keys = time.perf_counter() - begun
            print(f"the keys are turned after {keys:.0f} s; their indexes follow", flush=True)
    turning.finish(controller, old, at=timezone.now())
    return keys, time.perf_counter() - begun - keys


def _fill(controller: UUID, count: int) -> None:
    from callward.engine.envelope import new_key, wrap_key
    from callward.web.keys.digests import digest_of_identifier
    from callward.web.keys.epochs import current_epoch, epoch_key, service_keys
    from callward.web.keys.models import BlindIndex, PersonKey

    epoch = current_epoch(controller)
    kek, version = epoch_key(epoch), service_keys(controller, "index")[0]
    for first in range(0, count, 10_000):
        people = [
            PersonKey(
                id=uuid4(), controller=controller, epoch=epoch.number, key_id=f"made/{number}",
                wrapped=wrap_key(kek, new_key()),
            )
            for number in range(first, min(first + 10_000, count))
        ]  # fmt: skip
        PersonKey.objects.bulk_create(people)
        rows = []
        for number, person in enumerate(people, first):
            digest = digest_of_identifier(version, "phone", hashlib.sha256(str(number).encode()).digest())
            rows.append(
                BlindIndex(
                    controller=controller, kind="phone", digest=digest.digest, inner=digest.inner,
                    epoch=digest.epoch, person=person.id,
                )
            )  # fmt: skip
        BlindIndex.objects.bulk_create(rows)


if __name__ == "__main__":
    sys.exit(main())
