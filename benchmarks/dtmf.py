"""The DTMF scan against multimon-ng on the same WAV: speed, recall, and false digits on speech."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from spoken_calls import RATE, keyed, require, speech

from callward.engine.audio import DtmfEvent, DtmfProfile, DtmfScanner, open_audio

_ROUNDS = 5
_SECONDS = 600
_DIGITS = "0123456789*#" * 25


def main() -> int:
    require("multimon-ng")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.wav"
        # Mono, because multimon-ng takes nothing else.
        voice = np.resize(speech(), RATE * _SECONDS)
        tones = keyed(_DIGITS, on_ms=60, off_ms=60)
        voice[: len(tones)] = tones
        _write(path, voice)
        theirs = _multimon(path)
        ours = _scan(path, DtmfProfile.REPORTING)
        found = "".join(event.digit for event in ours if event.start < len(tones))
        print(f"{_SECONDS} s mono mu-law WAV with {len(_DIGITS)} digits")
        print(f"recall: callward {_common(found)}/{len(_DIGITS)}, multimon-ng {_common(theirs)}/{len(_DIGITS)}")
        print(f"beyond the keyed digits: callward {len(ours) - len(found)}, multimon-ng {len(theirs) - len(_DIGITS)}")
        peer = _median(partial(_multimon, path))
        print(f"multimon-ng -t wav: {_SECONDS / peer:,.0f} x real time")
        for profile in DtmfProfile:
            taken = _median(partial(_scan, path, profile))
            print(f"callward, {profile}: {_SECONDS / taken:,.0f} x real time, {peer / taken:.1f} x multimon-ng (4.0)")
    return 0


def _write(path: Path, sound: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    soundfile.write(path, sound.clip(-32768, 32767).astype(np.int16), RATE, subtype="ULAW")


def _scan(path: Path, profile: DtmfProfile) -> list[DtmfEvent]:
    with path.open("rb") as stream:
        reader = open_audio(stream)
        scanner = DtmfScanner(reader.info.rate, reader.info.channels, profile)
        for block in reader.blocks():
            scanner.feed(block)
    return scanner.finish()


def _multimon(path: Path) -> str:
    command = ["multimon-ng", "-q", "-a", "DTMF", "-t", "wav", str(path)]
    lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    return "".join(line.split()[-1] for line in lines if line.startswith("DTMF:"))


def _common(found: str) -> int:
    """How many of the keyed digits were found, in their order."""
    place = count = 0
    for digit in _DIGITS:
        seen = found.find(digit, place)
        if 0 <= seen <= place + 2:
            place, count = seen + 1, count + 1
    return count


def _median(act: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
