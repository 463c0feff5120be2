"""Sealed streams against AES-GCM itself, measured in one run: `python benchmarks/seal.py [--quick]`.

The limit is `AESGCM.encrypt_into` on one reused 1 MiB buffer, which never leaves the processor's cache.
Plaintext that comes from memory has to be fetched from there first, whoever encrypts it.
So there are two limits: that one, and the same calls over the memory that the stream reads, which shows what the stream
itself costs.
They are measured over a piece as long as the total whose pages are all the same 1 MiB (in the cache), over 12 MiB again
and again (near), and over the total in one piece (far).
"""

from __future__ import annotations

import argparse
import ctypes
import io
import mmap
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from callward.engine.envelope import (
    BytesSource,
    FileSource,
    SealedReader,
    SealingWriter,
    new_key,
    open_stream,
    seal_bytes,
    seal_stream,
    sealed_size,
)

MIB = 1 << 20
ROUNDS = 5
AAD = b"benchmark"
KEY = new_key()


class Nowhere(io.RawIOBase):
    """Takes what is written and keeps nothing."""

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return offset

    def tell(self) -> int:
        return 0

    def write(self, data: memoryview, /) -> int:  # type: ignore[override]  # what the streams hand out
        return len(data)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="128 MiB in place of 1 GiB")
    total = 128 if arguments.parse_args().quick else 1024
    print(f"{total} MiB, medians of {ROUNDS}")
    cached(total)
    near(total)
    far(total)
    files(total)
    peers(total)


def cached(total: int) -> None:
    """The total as one long piece of memory that never leaves the cache: what the stream costs beside the cipher."""
    with folded(total) as plain:
        hot, one = interleaved(raw_cipher(total), lambda: seal_stream(KEY, plain, Nowhere(), AAD))
    report("encrypt_into, 1 MiB reused", total, hot)
    report("seal, in the cache", total, one, ("reused (at least 0.85)", hot))


@contextmanager
def folded(total: int) -> Iterator[memoryview]:
    """Yield ``total`` MiB of addresses that all lead to the same 1 MiB of memory."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    page, fixed = os.memfd_create("plain"), 0x10
    os.write(page, secrets.token_bytes(MIB))
    whole = mmap.mmap(-1, total * MIB)
    base = ctypes.addressof(ctypes.c_char.from_buffer(whole))
    for place in range(base, base + total * MIB, MIB):
        if libc.mmap(place, MIB, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED | fixed, page, 0) != place:
            raise OSError(ctypes.get_errno(), "mmap")
    os.close(page)
    view = memoryview(whole)
    yield view
    view.release()
    whole.close()


def near(total: int) -> None:
    """The total through 12 MiB of memory, and the memory that takes above the idle process."""
    plain = memoryview(secrets.token_bytes(12 * MIB))
    passes = total // 12
    total = passes * 12
    sealed = sealed_in_memory(plain)

    def seal() -> None:
        with SealingWriter(KEY, cast("BinaryIO", Nowhere()), AAD) as writer:
            for _ in range(passes):
                writer.write(plain)

    def opened() -> None:
        for _ in range(passes):
            open_stream(KEY, sealed, Nowhere(), AAD)

    limits = raw_cipher(total), over_memory(plain, passes)
    hot, same, sealing, opening = interleaved(*limits, seal, opened)
    report("encrypt_into over 12 MiB", total, same, ("reused", hot))
    report("seal, near", total, sealing, ("reused", hot), ("same memory", same))
    report("open, near", total, opening, ("reused", hot), ("same memory", same))
    print(f"{'memory above idle':30} {memory_above_idle(passes):6.1f} MB (at most 20)")


def far(total: int) -> None:
    """The total in one piece of memory."""
    plain = memoryview(bytes(MIB) * total)

    def seal(threads: int) -> Callable[[], object]:
        def run() -> None:
            seal_stream(KEY, plain, Nowhere(), AAD, threads=threads)

        return run

    hot, same, one, two = interleaved(raw_cipher(total), over_memory(plain, 1), seal(1), seal(2))
    report(f"encrypt_into over {total} MiB", total, same, ("reused", hot))
    report("seal, far", total, one, ("reused", hot), ("same memory", same))
    report("seal, far, 2 threads", total, two, ("reused", hot), ("same memory", same))


def files(total: int) -> None:
    """From file to file, sealed bytes fsynced; and reading 64 KiB at random places."""
    with tempfile.TemporaryDirectory() as folder:
        plain, sealed = Path(folder, "plain"), Path(folder, "sealed")
        with plain.open("wb") as file:
            for _ in range(total):
                file.write(secrets.token_bytes(MIB))

        def seal() -> None:
            with plain.open("rb") as source, sealed.open("wb") as target:
                seal_stream(KEY, source, target, AAD)
                target.flush()
                os.fsync(target.fileno())

        def opened() -> None:
            with sealed.open("rb") as source:
                open_stream(KEY, FileSource(source), Nowhere(), AAD)

        times = interleaved(seal, opened)
        report("seal, file to file, fsync", total, times[0])
        report("open, from a file", total, times[1])
        print(f"{'64 KiB at a random place':30} {random_read(sealed, total):6.2f} ms (under 3; a new reader each)")
        with_age(plain, total)


def random_read(sealed: Path, total: int) -> float:
    taken = []
    with sealed.open("rb") as file:
        for _ in range(50):
            place = secrets.randbelow(total * MIB - 65_536)
            start = time.perf_counter()
            with SealedReader(KEY, FileSource(file), AAD) as reader:
                reader.seek(place)
                assert len(reader.read(65_536)) == 65_536
            taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def peers(total: int) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "engine" / "envelope"))
    try:
        from tink_peer import (  # type: ignore[import-not-found]  # found beside the tests
            tink_open,
            tink_seal,
        )
    except BaseException:  # noqa: BLE001 - the peer skips itself as a test would
        print("tink: not installed")
        return
    size = min(total, 128)
    plain = secrets.token_bytes(size * MIB)
    sealed = tink_seal(KEY, plain, AAD)
    source = BytesSource(sealed)
    times = interleaved(
        lambda: tink_seal(KEY, plain, AAD),
        lambda: tink_open(KEY, sealed, AAD),
        lambda: seal_stream(KEY, plain, io.BytesIO(), AAD),
        lambda: open_stream(KEY, source, io.BytesIO(), AAD),
        rounds=3,
    )
    report(f"tink seals {size} MiB to memory", size, times[0])
    report("seal to memory", size, times[2], ("tink", times[0]))
    report(f"tink opens {size} MiB to memory", size, times[1])
    report("open to memory", size, times[3], ("tink", times[1]))


def with_age(plain: Path, total: int) -> None:
    if not (shutil.which("age") and shutil.which("age-keygen")):
        print("age: not on PATH")
        return
    made = subprocess.run(["age-keygen"], capture_output=True, check=True, text=True)
    recipient = made.stderr.split()[-1]

    def seal() -> None:
        with plain.open("rb") as source:
            subprocess.run(["age", "-r", recipient], stdin=source, stdout=subprocess.DEVNULL, check=True)

    def ours() -> None:
        with plain.open("rb") as source:
            seal_stream(KEY, source, Nowhere(), AAD)

    times = interleaved(seal, ours, rounds=3)
    report("age, file to nowhere", total, times[0])
    report("seal, file to nowhere", total, times[1], ("age", times[0]))


def raw_cipher(total: int) -> Callable[[], None]:
    cipher, plain, buffer = AESGCM(KEY), secrets.token_bytes(MIB - 16), bytearray(MIB)

    def run() -> None:
        for number in range(total):
            cipher.encrypt_into(number.to_bytes(12, "big"), plain, None, buffer)

    return run


def over_memory(plain: memoryview, passes: int) -> Callable[[], None]:
    cipher, buffer = AESGCM(KEY), bytearray(MIB)
    pieces = [plain[start : start + MIB - 16] for start in range(0, len(plain) - MIB + 17, MIB - 16)]

    def run() -> None:
        for _ in range(passes):
            for number, piece in enumerate(pieces):
                cipher.encrypt_into(number.to_bytes(12, "big"), piece, None, buffer)

    return run


def sealed_in_memory(plain: memoryview) -> BytesSource:
    sealed = seal_bytes(KEY, plain, AAD)
    assert len(sealed) == sealed_size(len(plain))
    return BytesSource(sealed)


def memory_above_idle(passes: int) -> float:
    """MB that a process of its own takes to seal, then to open, the same total; its 12 MiB of bytes included."""
    code = (
        "import secrets, sys; sys.path.insert(0, sys.argv[1]); import seal as b\n"
        "idle = b.peak_memory(reset=True)\n"
        "plain = secrets.token_bytes(12 << 20)\n"
        "with b.SealingWriter(b.KEY, b.Nowhere(), b'') as writer:\n"
        f"    for _ in range({passes}): writer.write(plain)\n"
        "sealing = b.peak_memory() - idle\n"
        "sealed = b.seal_bytes(b.KEY, plain, b'')\n"
        "idle = b.peak_memory(reset=True)\n"
        f"for _ in range({passes}): b.open_stream(b.KEY, b.BytesSource(sealed), b.Nowhere(), b'')\n"
        "print(max(sealing, b.peak_memory() - idle + len(sealed) / 1e6))\n"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def peak_memory(*, reset: bool = False) -> float:
    """MB that this process has held at most, since the last reset where Linux lets one."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


def interleaved(*work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Median seconds of each, taken in turns so that a noisy moment meets all of them."""
    taken: list[list[float]] = [[] for _ in work]
    for _ in range(rounds):
        for seconds, run in zip(taken, work, strict=True):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) for seconds in taken]


def report(name: str, total: int, taken: float, *peers: tuple[str, float]) -> None:
    ratios = "".join(f"   {peer / taken:5.2f} x {of}" for of, peer in peers)
    print(f"{name:30} {total / 1024 / taken:6.2f} GiB/s{ratios}")


if __name__ == "__main__":
    main()
