"""Turning an epoch: how long a million person keys take, against the bounds of 90 seconds and 10 minutes.

``python benchmarks/turning.py [--persons N] [--marked PERCENT] [--quick]``

A million; 20,000 with ``--quick``, told for a million. With ``--marked`` so many in a hundred get a new person key, as
after a single deletion, and every person has four data keys (a record's and three items'): those of the marked ones
are rewrapped with it.
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
_ITEMS = 3  # of a person
_KEYS_BOUND, _INDEX_BOUND = 90.0, 600.0  # seconds for a million


def main() -> int:
    """Fill a keys database, turn it, print both times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--persons", type=int, default=_MILLION)
    options.add_argument("--marked", type=int, default=0, metavar="PERCENT")
    options.add_argument("--quick", action="store_true")
    told = options.parse_args()
    count = 20_000 if told.quick else told.persons
    with tempfile.TemporaryDirectory() as folder:
        open_home(Path(folder), [])
        keys, indexes = _time(count, told.marked)
    scale = _MILLION / count
    marked = f", {told.marked} % of them marked," if told.marked else ""
    print(f"{count:,} person keys{marked} {keys:.1f} s, their indexes {indexes:.1f} s more; told for a million:")
    met = [
        figures.row(
            f"turning a million person keys{marked.rstrip(',')}",
            keys * scale,
            "s",
            against="bound",
            other=_KEYS_BOUND,
            at_most=1,
        ),
        figures.row(
            "their blind indexes, after that", indexes * scale, "s", against="bound", other=_INDEX_BOUND, at_most=1
        ),
    ]
    return 0 if told.quick or all(met) else 1


def _time(count: int, marked: int) -> tuple[float, float]:
    """Return the seconds until the last person key has moved, and those that the indexes take after that."""
    from callward.web.keys import turning, vault
    from callward.web.keys.models import PersonKey

    controller = uuid4()
    vault.open_controller(controller)
    begun = time.perf_counter()
    print(f"writing {count:,} persons with a key and an index each", flush=True)
    _fill(controller, count, marked)
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


def _fill(controller: UUID, count: int, marked: int) -> None:
    from callward.engine.envelope import new_key, wrap_key
    from callward.web.keys.digests import digest_of_identifier
    from callward.web.keys.epochs import current_epoch, epoch_key, service_keys
    from callward.web.keys.models import BlindIndex, DataKey, PersonKey

    epoch = current_epoch(controller)
    kek, version = epoch_key(epoch), service_keys(controller, "index")[0]
    for first in range(0, count, 10_000):
        keys = {uuid4(): new_key() for _ in range(min(10_000, count - first))}
        PersonKey.objects.bulk_create(
            PersonKey(
                id=person, controller=controller, epoch=epoch.number, key_id=f"made/{number}",
                wrapped=wrap_key(kek, key), marked=number % 100 < marked,
            )
            for number, (person, key) in enumerate(keys.items(), first)
        )  # fmt: skip
        if marked:
            DataKey.objects.bulk_create(
                DataKey(
                    controller=controller, epoch=epoch.number, key_id=f"made/{person.hex}/{item}",
                    wrapped=wrap_key(key, new_key()), person_key_id=person,
                    kind=DataKey.Kind.ITEM if item else DataKey.Kind.RECORD,
                )
                for person, key in keys.items() for item in range(1 + _ITEMS)
            )  # fmt: skip
        rows = []
        for number, person in enumerate(keys, first):
            digest = digest_of_identifier(version, "phone", hashlib.sha256(str(number).encode()).digest())
            rows.append(
                BlindIndex(
                    controller=controller, kind="phone", digest=digest.digest, inner=digest.inner,
                    epoch=digest.epoch, person=person,
                )
            )  # fmt: skip
        BlindIndex.objects.bulk_create(rows)


if __name__ == "__main__":
    sys.exit(main())
