"""The whole audio job on one core, against the ffmpeg command line that only masks to FLAC."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from spoken_calls import RATE, call, require

from callward.engine.audio import (
    DtmfProfile,
    DtmfScanner,
    Fill,
    FlacWriter,
    Masker,
    PeakMeter,
    SpeechMeter,
    Stretch,
    heard_by,
    mute_stretches,
    open_audio,
    pad,
    verify_masked,
)
from callward.engine.envelope import FileSource, SealedReader, SealingWriter, new_key

_ROUNDS = 7
_MASKS = 30
_LIMITS = {60: 1.5, 600: 0.7}


def main() -> int:
    require("ffmpeg")
    # One core for all, ffmpeg's threads included.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        for seconds, limit in _LIMITS.items():
            source, target = Path(folder) / "call.wav", Path(folder) / "out"
            wav, _ = call(seconds)
            source.write_bytes(wav)
            masks = _masks(seconds)
            job = _Job(source, target, masks)
            job.run()
            (ours, ours_cpu), (theirs, theirs_cpu) = _medians(job.run, partial(_ffmpeg, source, target, masks))
            print(f"{seconds} s G.711 stereo, {_MASKS} masks, one core, medians of {_ROUNDS}:")
            print(f"  callward, whole job: {ours * 1e3:6.1f} ms = {seconds / ours:,.0f} x real time (limit 800)")
            print(
                f"  ffmpeg, masks only:  {theirs * 1e3:6.1f} ms; callward {theirs / ours:.2f} x ffmpeg (limit {limit})"
            )
            print(f"  by processor time:   {seconds / ours_cpu:,.0f} x real time, {theirs_cpu / ours_cpu:.2f} x ffmpeg")
            for name, taken in job.steps():
                print(f"    {name}: {taken * 1e3:.1f} ms")
    return 0


def _masks(seconds: int) -> list[Stretch]:
    step = RATE * seconds // _MASKS
    return [Stretch(step * n + step // 3, step * n + step // 3 + RATE * 2 // 3) for n in range(_MASKS)]


class _Job:
    """Read, scan, listen for speech, draw, mask, FLAC, seal; then open, decode, verify, scan again."""

    def __init__(self, source: Path, target: Path, masks: Sequence[Stretch]) -> None:
        self._source, self._target, self._masks = source, target, masks
        self._key = new_key()
        self._taken: dict[str, list[float]] = {}

    def run(self) -> None:
        started = time.perf_counter()
        with self._source.open("rb") as stream:
            reader = open_audio(stream)
            info = reader.info
            scanner = DtmfScanner(info.rate, info.channels, DtmfProfile.MASKING)
            speech, peaks = SpeechMeter(info.rate, info.channels), PeakMeter(1000, frames=info.frames, channels=2)
            for block in heard_by(reader.blocks(), scanner.feed, speech.feed):
                peaks.feed(block)
            keyed = mute_stretches(scanner.finish(), rate=info.rate, frames=info.frames)
            speech.finish()
            peaks.finish()
            started = self._took("read, scan, speech, peaks", started)
            windows = [*pad(self._masks, rate=info.rate, frames=info.frames), *keyed]
            masker = Masker(windows, Fill.SILENCE, rate=info.rate, channels=info.channels)
            with (
                self._target.open("w+b") as out,
                SealingWriter(self._key, out, b"benchmark") as sealing,
                FlacWriter(sealing, info.rate, info.channels) as writer,
            ):
                for block in reader.blocks():
                    writer.write(masker.mask(block))
        started = self._took("read again, mask, FLAC, seal", started)
        with self._target.open("rb") as sealed:
            decoded = open_audio(SealedReader(self._key, FileSource(sealed), b"benchmark"))
            again = DtmfScanner(info.rate, info.channels, DtmfProfile.MASKING)
            blocks = heard_by(decoded.blocks(), again.feed)
            verify_masked(blocks, windows, Fill.SILENCE, rate=info.rate, channels=info.channels, frames=info.frames)
        left = again.finish()
        self._took("open, decode, verify, scan again", started)
        assert keyed
        assert not left

    def steps(self) -> list[tuple[str, float]]:
        return [(name, statistics.median(times)) for name, times in self._taken.items()]

    def _took(self, name: str, started: float) -> float:
        now = time.perf_counter()
        self._taken.setdefault(name, []).append(now - started)
        return now


def _ffmpeg(source: Path, target: Path, masks: Sequence[Stretch]) -> None:
    where = "+".join(f"between(t,{m.start / RATE - 0.15:.3f},{m.end / RATE + 0.15:.3f})" for m in masks)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(source), "-af", f"volume=0:enable='{where}'"]
    subprocess.run([*command, "-f", "flac", str(target)], check=True)


def _medians(*acts: Callable[[], None]) -> list[tuple[float, float]]:
    """Medians of time passed and of processor time; in turns, so that a busy machine is equally busy for all."""
    passed: list[list[float]] = [[] for _ in acts]
    used: list[list[float]] = [[] for _ in acts]
    for _ in range(_ROUNDS):
        for number, act in enumerate(acts):
            start, before = time.perf_counter(), _processor_time()
            act()
            passed[number].append(time.perf_counter() - start)
            used[number].append(_processor_time() - before)
    return [(statistics.median(p), statistics.median(u)) for p, u in zip(passed, used, strict=True)]


def _processor_time() -> float:
    """Of this process and the children that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main())
