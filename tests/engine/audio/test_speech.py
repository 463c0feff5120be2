"""Speech energy: found where somebody speaks, not where a line hums, and held against the words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import Sound, speech

from callward.engine.audio import SpeechMeter, Stretch, uncovered

RATE = 8000


def _measured(sound: Sound, block: int = 7777, rate: int = RATE) -> list[Stretch]:
    meter = SpeechMeter(rate, sound.shape[1])
    for start in range(0, len(sound), block):
        meter.feed(sound[start : start + block])
    return meter.finish()


def _line(seconds: int, *, hiss: float) -> Sound:
    return np.rint(np.random.default_rng(4).normal(0, hiss, (seconds * RATE, 2))).astype(np.int16)


@pytest.mark.parametrize("hiss", [0, 3, 15, 60])
@pytest.mark.parametrize("gain", [1.0, 0.3])
def test_speech_is_found_where_it_is_and_nowhere_else(gain: float, hiss: float) -> None:
    sound = _line(30, hiss=hiss)
    spoken = speech()[: 4 * RATE, 0] * gain
    for start in (5, 17):
        sound[start * RATE : (start + 4) * RATE, 1] += spoken.astype(np.int16)
    found = _measured(sound)
    assert {stretch.channels for stretch in found} == {(1,)}
    inside = np.zeros(len(sound), bool)
    for start in (5, 17):
        inside[start * RATE : (start + 4) * RATE] = True
    heard = np.zeros(len(sound), bool)
    for stretch in found:
        heard[stretch.start : stretch.end] = True
    assert not heard[~inside].any()
    # espeak-ng pauses between sentences; most of the rest must be heard.
    assert heard[inside].mean() > 0.6


@pytest.mark.parametrize("hiss", [0, 10, 100, 400])
def test_a_hissing_line_is_silent(hiss: float) -> None:
    assert _measured(_line(25, hiss=hiss)) == []


@pytest.mark.parametrize("hertz", [50, 425, 1000])
def test_a_steady_tone_is_no_speech(hertz: int) -> None:
    time = np.arange(20 * RATE) / RATE
    sound = np.rint(6000 * np.sin(2 * np.pi * hertz * time)) * ((time % 5) < 1)
    assert _measured(sound.astype(np.int16)[:, None]) == []


def test_a_constant_offset_is_silence() -> None:
    assert _measured(np.full((10 * RATE, 1), 9000, np.int16)) == []


def test_half_a_minute_without_a_breath_is_still_speech() -> None:
    voice = speech()[:, 0]
    loud = voice[np.convolve(np.abs(voice.astype(float)), np.ones(800) / 800, "same") > 500][: 30 * RATE]
    found = _measured(loud[:, None])
    assert sum(stretch.end - stretch.start for stretch in found) > 0.7 * len(loud)


@pytest.mark.parametrize("block", [1, 159, 160, 161, 8000, 20000])
def test_block_borders_do_not_matter(block: int) -> None:
    sound = speech()[:RATE]
    assert _measured(sound, block) == _measured(sound, len(sound))


@pytest.mark.parametrize("frames", [0, 1, 159, 160])
def test_next_to_nothing_holds_no_speech(frames: int) -> None:
    assert _measured(np.full((frames, 2), 5000, np.int16)) == []
    assert SpeechMeter(RATE, 2).finish() == []


_stretches = st.lists(st.integers(0, 60), unique=True, max_size=12).map(
    lambda edges: [Stretch(a, b) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)]
)


@given(_stretches, _stretches, st.integers(0, 10))
def test_what_no_word_covers_is_named_frame_by_frame(spoken: list[Stretch], words: list[Stretch], longest: int) -> None:
    def frames(stretches: list[Stretch]) -> set[int]:
        return {frame for s in stretches for frame in range(s.start, s.end)}

    bare = uncovered(spoken, words, longer_than=0)
    assert frames(bare) == frames(spoken) - frames(words)
    assert uncovered(spoken, words, longer_than=longest) == [s for s in bare if s.end - s.start > longest]
