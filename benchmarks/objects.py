"""Objects in a bucket: putting and getting through the object store, against boto3 on the same real S3 server.

``python benchmarks/objects.py [--quick]``

The server is Ceph's radosgw on loopback, with its data in memory. Both clients get the same bytes, by turns, one object
at a time and eight at once; figures are medians of five rounds.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import figures
from a_home import open_home

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

_KIB, _MIB = 1024, 1024 * 1024
_AT_ONCE = 8
_Put = Callable[[Mapping[str, bytes]], object]
_Get = Callable[[list[str], int], object]


def main() -> int:
    import s3_server

    if missing := s3_server.missing():
        print(missing)
        return 0
    quick = "--quick" in sys.argv
    rounds = 2 if quick else 5
    with tempfile.TemporaryDirectory() as home:
        open_home(Path(home), [])
        print("starting the S3 server", flush=True)
        server = s3_server.running()
        os.environ |= {
            **server.environment(),
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }
        for size, count in ((64 * _KIB, 16 if quick else 128), (8 * _MIB, 4 if quick else 8)):
            _compare(server, size, count, rounds)
    return 0


def _compare(server: Any, size: int, count: int, rounds: int) -> None:
    from callward.web.core.objects import store_at

    bucket, client = server.bucket(), server.client()
    store = store_at(f"s3://{bucket}/store")
    pool = ThreadPoolExecutor(_AT_ONCE)

    def put_one(name: str, data: bytes) -> None:
        client.put_object(Bucket=bucket, Key=f"boto3/{name}", Body=data)

    def get_one(name: str) -> bytes:
        data: bytes = client.get_object(Bucket=bucket, Key=f"boto3/{name}")["Body"].read()
        return data

    puts: dict[str, tuple[_Put, _Put]] = {
        "put, one by one": (
            lambda objects: list(map(store.put, objects, objects.values())),
            lambda objects: list(map(put_one, objects, objects.values())),
        ),
        f"put, {_AT_ONCE} at once": (
            store.put_all,
            lambda objects: list(pool.map(put_one, objects, objects.values())),
        ),
    }
    gets: dict[str, tuple[_Get, _Get]] = {
        "get, one by one": (
            lambda names, limit: [store.get(name, limit) for name in names],
            lambda names, _limit: [get_one(name) for name in names],
        ),
        f"get, {_AT_ONCE} at once": (
            lambda names, limit: list(pool.map(lambda name: store.get(name, limit), names)),
            lambda names, _limit: list(pool.map(get_one, names)),
        ),
    }
    words = f"{size // _MIB} MiB" if size >= _MIB else f"{size // _KIB} KiB"
    megabytes = size * count / 1e6
    print(f"{count} objects of {words}, {rounds} rounds", flush=True)
    made = [{f"{turn}/{number}": os.urandom(size) for number in range(count)} for turn in range(rounds)]
    store.put("warm", b"x")  # each makes its clients, and reads its settings, with the first request
    put_one("warm", b"x")
    with pool:
        for name, (ours, theirs) in puts.items():
            times = [(_seconds(ours, objects), _seconds(theirs, objects)) for objects in made]
            _row(f"{words}, {name}", times, megabytes)
        for name, (our, their) in gets.items():
            read = [list(objects) for objects in made]
            times = [(_seconds(our, names, size), _seconds(their, names, size)) for names in read]
            _row(f"{words}, {name}", times, megabytes)


def _seconds(act: Callable[..., object], *given: object) -> float:
    begun = time.perf_counter()
    act(*given)
    return time.perf_counter() - begun


def _row(name: str, times: list[tuple[float, float]], megabytes: float) -> None:
    ours, theirs = (megabytes / statistics.median(column) for column in zip(*times, strict=True))
    figures.row(name, ours, "MB/s", against="boto3", other=theirs)


if __name__ == "__main__":
    sys.exit(main())
