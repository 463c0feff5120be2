"""`callward ingest` on 200 one-minute calls: calls a second and a core, and where the time goes (--quick: 20 calls).

Nothing else is known that does the whole of this, so the peer is a limit of the same run: writing the same sound as
FLAC once, and nothing else, on one core.
"""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import a_home
import shuffled_calls
import soundfile

_QUICK = 20
_WHOLE = 200
_SAMPLE = 20  # calls of the run whose steps are timed


def main() -> int:
    count = _QUICK if "--quick" in sys.argv else _WHOLE
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        calls = folder / "calls"
        calls.mkdir()
        shuffled_calls.write_calls(a_home.ROOT / "samples" / "calls", calls, count)
        for number in (1, 2, 3):
            (folder / f"home{number}").mkdir()
        flac = _flac_alone(calls)
        seconds = count * shuffled_calls.SECONDS
        print(f"{count} calls of one minute, two channels of G.711 with word-timed transcripts in five languages:")
        for jobs in (1, 2):
            _report(folder / f"home{jobs}", calls, jobs, flac)
        print(
            f"  limit, FLAC of the same sound once and nothing else: {flac:.2f} s = {seconds / flac:,.0f} x real time"
        )
        _steps(folder / "home3", calls)
    return 0


def _flac_alone(calls: Path) -> float:
    """Seconds that encoding all the sound takes, decoding not counted."""
    taken = 0.0
    for path in sorted(calls.glob("*.wav")):
        sound, rate = soundfile.read(path, dtype="int16")
        started = time.perf_counter()
        with soundfile.SoundFile(os.devnull, "w", rate, sound.shape[1], "PCM_16", format="FLAC") as target:
            target.write(sound)
        taken += time.perf_counter() - started
    return taken


def _report(home: Path, calls: Path, jobs: int, flac: float) -> None:
    # A process of its own makes the home, so that this one can open another.
    code = "import a_home, sys, pathlib; a_home.open_home(pathlib.Path(sys.argv[1]), a_home.centre_lines())"
    a_home.python(code, str(home))
    idle = a_home.ingest(home, [home / "roots"])  # no calls: what starting costs
    run = a_home.ingest(home, [calls], "--jobs", str(jobs))
    count, seconds = run.told["taken_in"], run.told["seconds"]
    assert count == len(list(calls.glob("*.wav"))), run.told["refused"]
    print(
        f"  --jobs {jobs}: {run.wall:6.1f} s, {count / run.wall:5.1f} calls/s, {seconds / run.wall:,.0f} x real time; "
        f"{count / run.cpu:.1f} calls and {seconds / run.cpu:,.0f} x real time per second of a core; "
        f"{run.cpu / flac:.1f} x the limit"
    )
    told = run.told
    print(
        f"    of this {idle.wall:.1f} s is starting, without it {count / (run.wall - idle.wall):.1f} calls/s; "
        f"{sum(told['findings'].values())} findings, {told['masks']} masks, "
        f"{told['released']} released, {told['in_review']} in review"
    )


class _Steps:
    """Seconds by step. A step inside another counts for itself only."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}
        self._open: list[float] = []  # for each step that runs: seconds spent in steps inside it

    def timed(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(act)
        def step(*given: Any, **named: Any) -> Any:
            self._open.append(0.0)
            started = time.perf_counter()
            try:
                return act(*given, **named)
            finally:
                whole = time.perf_counter() - started
                self.taken[name] = self.taken.get(name, 0.0) + whole - self._open.pop()
                if self._open:
                    self._open[-1] += whole

        return step


def _places() -> list[tuple[str, object, str]]:
    """Which function is which step; imported only when Django stands."""
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    from callward import copies, listening, pipeline, plan, verification
    from callward.engine import audio, envelope, pii, transcripts
    from callward.intake import Intake
    from callward.web.calls import ingesting
    from callward.web.calls.sealing import SealedShelf
    from callward.web.core.objects import ObjectStore
    from callward.web.keys import vault

    return [
        ("open the files, gather the facts", Intake, "load"),
        ("digest of the input", vault.InputDigester, "update"),
        ("read, decode G.711", pipeline, "listen"),
        ("keyed tones, both passes", audio.DtmfScanner, "feed"),
        ("keyed tones, both passes", audio.DtmfScanner, "finish"),
        ("speech, waveform, echo", audio.SpeechMeter, "feed"),
        ("speech, waveform, echo", audio.SpeechMeter, "finish"),
        ("speech, waveform, echo", audio.PeakMeter, "feed"),
        ("speech, waveform, echo", listening.Sound, "echoing"),
        ("read and write transcripts and sheet", transcripts, "parse_transcript"),
        ("read and write transcripts and sheet", copies, "write_transcript"),
        ("read and write transcripts and sheet", copies, "write_sheet"),
        ("detect", pii, "detect"),
        ("detect", pii, "payment_suspicions"),
        ("detect again, stricter", pii, "residual"),
        ("redact words, place masks", pii, "redact"),
        ("redact words, place masks", plan, "copy_of"),
        ("mask and FLAC, two copies", copies, "write_recordings"),
        ("verify: open, decode, compare", verification, "check_sound"),
        ("verify: open, decode, compare", audio, "verify_masked"),
        ("verify: open, decode, compare", verification, "check_places"),
        ("seal", envelope.SealingWriter, "write"),
        ("seal", envelope.SealingWriter, "close"),
        ("objects durable (fsync, rename)", ObjectStore, "commit_all"),
        ("objects durable (fsync, rename)", SealedShelf, "place"),
        ("SQLite, statements", CursorWrapper, "execute"),
        ("SQLite, statements", CursorWrapper, "executemany"),
        ("SQLite, commits (fsync)", BaseDatabaseWrapper, "commit"),
        ("SQLite, commits (fsync)", BaseDatabaseWrapper, "_commit"),
        ("keys, rows and ledger entries in Python, and the rest", ingesting.Ingest, "take"),
    ]


def _steps(home: Path, calls: Path) -> None:
    """Take some of the calls in, in this process, with a clock around each step."""
    a_home.open_home(home, a_home.centre_lines())
    from callward.intake import IntakeOptions, discover
    from callward.web.calls.ingesting import Ingest
    from callward.web.core.models import Controller

    sources = list(discover([calls]))[: _SAMPLE + 1]
    ingest = Ingest(Controller.objects.get(), IntakeOptions())
    ingest.take(sources[0])  # patterns are compiled once
    steps = _Steps()
    with ExitStack() as stack:
        for name, owner, attribute in _places():
            stack.enter_context(patch.object(owner, attribute, steps.timed(name, getattr(owner, attribute))))
        for source in sources[1:]:
            ingest.take(source)
    whole = sum(steps.taken.values())
    each = whole / len(sources[1:])
    print(f"  where the time of one call goes ({each * 1e3:.1f} ms, mean of {len(sources[1:])}, one process):")
    for name, taken in sorted(steps.taken.items(), key=lambda row: -row[1]):
        print(f"    {taken / whole:6.1%}  {taken / len(sources[1:]) * 1e3:6.2f} ms  {name}")


if __name__ == "__main__":
    sys.exit(main())
