"""The picture of a recording."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import noise

from callward.engine.audio import AudioError, PeakMeter


@given(st.integers(1, 3000), st.integers(1, 300), st.lists(st.integers(0, 3000), max_size=6), st.integers(1, 2))
def test_every_bin_holds_its_peak_whatever_the_blocks(frames: int, bins: int, cuts: list[int], channels: int) -> None:
    sound = noise(frames, channels, seed=frames, peak=32767)
    meter = PeakMeter(bins, frames=frames, channels=channels)
    edges = [0, *sorted(min(cut, frames) for cut in cuts), frames]
    for start, end in pairwise(edges):
        meter.feed(sound[start:end])
    peaks = meter.finish()
    assert peaks.shape == (channels, bins)
    for bin_ in range(bins):
        start, end = bin_ * frames // bins, (bin_ + 1) * frames // bins
        if start < end:
            expected = np.minimum(np.abs(sound[start:end].astype(int)).max(axis=0) >> 7, 255)
            assert peaks[:, bin_].tolist() == expected.tolist()


def test_silence_is_0_and_both_ends_of_full_scale_are_255() -> None:
    sound = np.array([[0, 0], [-32768, 32767]], np.int16)
    meter = PeakMeter(2, frames=2, channels=2)
    meter.feed(sound)
    assert meter.finish().tolist() == [[0, 255], [0, 255]]


def test_more_sound_than_announced_is_refused() -> None:
    meter = PeakMeter(10, frames=100, channels=1)
    with pytest.raises(AudioError, match="audio_duration_changed"):
        meter.feed(noise(101))
