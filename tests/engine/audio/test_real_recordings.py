"""Recordings that other programs made: the demonstration calls, and calls of other producers where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from callward.engine.audio import (
    DtmfProfile,
    DtmfScanner,
    Reader,
    heard_by,
    merge,
    mute_stretches,
    open_audio,
)

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
FOREIGN = ROOT.parent / "shared" / "corpora" / "vcons" / "calls"
_CUT = {"en-health-06"}  # the one that the demonstration holds as corrupt
_ENDINGS = {".wav", ".flac", ".mp3", ".ogg"}


def _recordings(folder: Path) -> Iterator[tuple[str, Reader]]:
    for path in sorted(folder.iterdir()):
        if path.suffix in _ENDINGS and path.stem not in _CUT:
            with path.open("rb") as stream:
                yield path.stem, open_audio(stream)


def _reported_and_muted(reader: Reader) -> tuple[str, int]:
    """The digits reported, and the frames that masking would mute."""
    info = reader.info
    reporting = DtmfScanner(info.rate, info.channels, DtmfProfile.REPORTING)
    masking = DtmfScanner(info.rate, info.channels, DtmfProfile.MASKING)
    for block in heard_by(reader.blocks(), reporting.feed):
        masking.feed(block)
    windows = mute_stretches(masking.finish(), rate=info.rate, frames=info.frames)
    muted = sum(window.end - window.start for window in merge(windows, 0))
    return "".join(event.digit for event in reporting.finish()), muted


def test_the_demonstration_calls_report_exactly_the_digits_keyed_in_them() -> None:
    keyed = {}
    for line in (SAMPLES / "truth.jsonl").read_text("utf-8").splitlines():
        call = json.loads(line)
        keyed[call["stem"]] = [value["value"] for value in call["values"] if value["keyed"]]
    heard = {stem: _reported_and_muted(reader)[0] for stem, reader in _recordings(SAMPLES / "calls")}
    assert len(heard) >= 20
    assert sum(bool(digits) for digits in heard.values()) >= 2
    for stem, digits in heard.items():
        expected = "".join("".join(filter(str.isdigit, value)) for value in keyed.get(stem, []))
        assert digits.replace("#", "") == expected, stem


def test_calls_of_other_producers_are_reported_without_digits_and_hardly_muted() -> None:
    if not FOREIGN.is_dir():
        pytest.skip("the vCon corpus beside the repository is missing")
    frames = muted = 0
    for stem, reader in _recordings(FOREIGN):
        digits, silent = _reported_and_muted(reader)
        assert digits == "", stem
        frames += reader.info.frames
        muted += silent
    assert frames / 24000 > 1000
    assert muted <= frames / 1000
