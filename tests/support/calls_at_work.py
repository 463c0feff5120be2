"""Calls made for the tests: sound where there are words, taken in by the main job itself."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import numpy as np

from callward.intake import Intake, IntakeOptions, given, group
from callward.web import audit
from callward.web.calls.arrivals import arrival_of, lines_of, options_for
from callward.web.calls.models import Call
from callward.web.calls.taking_in import take_in
from callward.web.core.models import Line

RATE = 8000
PHONE = "+447700900123"
CALLED = datetime.now(UTC).date() - timedelta(days=2)  # no clock of these calls has ended, on whatever day a test runs
STARTED = f"{CALLED}T09:30:00+00:00"


@dataclass(frozen=True, slots=True)
class Said:
    """Words of one side between two times in seconds."""

    who: str
    text: str
    start: float
    end: float


HARMLESS = (Said("agent", "Good morning, how may we help?", 0.2, 1.4), Said("caller", "All is well.", 1.8, 2.8))
CARD = (
    Said("agent", "Your card number please?", 0.2, 1.4),
    Said("caller", "It is 4111 1111 1111 1111 thank you.", 1.8, 3.8),
    Said("agent", "Thank you, that is all.", 4.2, 5.4),
)
IN_DOUBT = (
    Said("agent", "What does the letter say?", 0.2, 1.4),
    Said("caller", "It says 7731 0529 4 on top.", 1.8, 3.4),
    Said("agent", "Thank you, that is all.", 3.8, 5.0),
)


def wav(said: Sequence[Said], seconds: float = 6.0) -> bytes:
    """Two channels, agent left: noise like speech where something is said, near-silence elsewhere."""
    random = np.random.default_rng(20261121)
    sound = random.normal(0, 3, (int(seconds * RATE), 2))
    for piece in said:
        start, end = int(piece.start * RATE), int(piece.end * RATE)
        swell = 0.6 + 0.4 * np.sin(np.arange(end - start) / RATE * 2 * np.pi * 4)
        sound[start:end, int(piece.who == "caller")] += random.normal(0, 3000, end - start) * swell
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.clip(sound, -32768, 32767).astype("<i2").tobytes())
    return target.getvalue()


def vtt(said: Sequence[Said]) -> bytes:
    cues = [f"{_clock(piece.start)} --> {_clock(piece.end)}\n<v {piece.who}>{piece.text}\n" for piece in said]
    return "\n".join(["WEBVTT\n", *cues]).encode()


def _clock(seconds: float) -> str:
    return f"00:00:{seconds:06.3f}"


class _InMemory:
    """The files of a call for intake, from memory."""

    def __init__(self, files: dict[Path, bytes]) -> None:
        self._files = files

    def has(self, path: Path) -> bool:
        return path in self._files

    def open(self, path: Path) -> BinaryIO:
        return io.BytesIO(self._files[path])


def take(
    line: Line,
    said: Sequence[Said] = HARMLESS,
    *,
    seconds: float = 6.0,
    sound: bytes | None = None,
    phone: str = PHONE,
) -> Call:
    """Take a call in, as intake and the main job do it, and give its row."""
    files = {Path("made-for-a-test.wav"): sound or wav(said, seconds), Path("made-for-a-test.vtt"): vtt(said)}
    lines = lines_of(line.controller)
    options = options_for(lines, IntakeOptions(given({"line": line.slug, "started": STARTED, "caller_phone": phone})))
    [source] = group(files, _InMemory(files))
    with Intake(options, _InMemory(files)).load(source) as loaded:
        arrival = arrival_of(loaded, lines, source_name=source.path.name, written_at=0)
        return Call.objects.get(id=take_in(arrival, audit.SYSTEM).call)
