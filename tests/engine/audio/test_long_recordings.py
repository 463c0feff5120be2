"""A recording of hours goes through the whole job in a few megabytes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from sounds import keyed, ulaw_header, wav_bytes

from callward.engine.audio import (
    DtmfProfile,
    DtmfScanner,
    EchoMeter,
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

_MINUTE = 60 * 16000
MIB = 1 << 20
_APART = """
import re, sys
from pathlib import Path
from test_long_recordings import _whole_job
events = _whole_job(300, Path(sys.argv[1]))
print(events, re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text("ascii"))[1])
"""


class _LongCall(io.RawIOBase):
    """A mu-law stereo WAV of any length, made while it is read: a minute of sound again and again."""

    def __init__(self, minutes: int) -> None:
        super().__init__()
        codes = np.random.default_rng(1).integers(0x40, 0x80, _MINUTE).astype(np.uint8)
        tones = np.frombuffer(wav_bytes(keyed("4012", on_ms=100), subtype="ULAW")[-16000:], np.uint8)
        codes[1 : 2 * len(tones) : 2] = tones
        self._minute = codes.tobytes()
        self._header = ulaw_header(minutes * _MINUTE)
        self._size = len(self._header) + minutes * _MINUTE
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._position = offset + (0, self._position, self._size)[whence]
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        size = min(size, self._size - self._position, _MINUTE)
        if self._position < len(self._header):
            found = self._header[self._position : self._position + size]
        else:
            place = (self._position - len(self._header)) % _MINUTE
            found = self._minute[place : place + size]
        self._position += len(found)
        return found


def _whole_job(minutes: int, target: Path) -> int:
    """Every step of the audio job; how many keyed tones were found."""
    reader = open_audio(_LongCall(minutes))
    info = reader.info
    assert info.frames == minutes * 60 * 8000
    stretches = [Stretch(second * 8000, (second + 2) * 8000, (0,)) for second in range(10, minutes * 60, 30)]
    scanner, speech = DtmfScanner(info.rate, 2, DtmfProfile.MASKING), SpeechMeter(info.rate, 2)
    peaks, echo = PeakMeter(1000, frames=info.frames, channels=2), EchoMeter(stretches, rate=info.rate)
    for block in heard_by(reader.blocks(), scanner.feed, speech.feed, peaks.feed):
        echo.feed(block)
    events = scanner.finish()
    assert len(echo.finish()) == len(stretches)
    speech.finish()
    windows = [*pad(stretches, rate=info.rate, frames=info.frames)]
    windows += mute_stretches(events, rate=info.rate, frames=info.frames)
    masker = Masker(windows, Fill.TONE, rate=info.rate, channels=2)
    with target.open("w+b") as out:
        with FlacWriter(out, info.rate, 2) as writer:
            for block in reader.blocks():
                writer.write(masker.mask(block))
        again = DtmfScanner(info.rate, 2, DtmfProfile.MASKING)
        blocks = heard_by(open_audio(out).blocks(), again.feed)
        verify_masked(blocks, windows, Fill.TONE, rate=info.rate, channels=2, frames=info.frames)
    assert again.finish() == []
    return len(events)


def test_ten_minutes_take_the_memory_of_two(tmp_path: Path) -> None:
    peaks = []
    for minutes in (2, 10):
        tracemalloc.start()
        assert _whole_job(minutes, tmp_path / "out.flac") == 4 * minutes
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] < 32 * MIB
    assert peaks[1] < peaks[0] + 2 * MIB


@pytest.mark.slow
def test_300_minutes_stay_under_300_megabytes(tmp_path: Path) -> None:
    # In a process of its own: the peak of this one is that of every test before. What the kernel counts for a process
    # begins with its parent's peak, the mark of its memory does not.
    told = subprocess.run(
        [sys.executable, "-c", _APART, str(tmp_path / "out.flac")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    events, kibibytes = map(int, told.stdout.split())
    assert events == 1200
    assert 10_000_000 < kibibytes * 1024 < 300_000_000
