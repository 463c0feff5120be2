"""Masks: exact, the same for any block size, never a frame more or less, and checked."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import Sound, noise

from callward.engine.audio import (
    AudioError,
    DtmfEvent,
    Fill,
    FlacWriter,
    Masker,
    Stretch,
    merge,
    mute_stretches,
    open_audio,
    pad,
    verify_masked,
)

RATE = 8000
FRAMES = 4000
SOUND = noise(FRAMES, 2)
FADE = 40  # 5 ms

_channels = st.sampled_from([None, (0,), (1,), (0, 1)])
_windows = st.lists(
    st.tuples(st.integers(0, FRAMES - 1), st.integers(0, 900), _channels).map(
        lambda drawn: Stretch(drawn[0], min(FRAMES, drawn[0] + drawn[1]), drawn[2])
    ),
    max_size=6,
)


def _masked(sound: Sound, windows: list[Stretch], fill: Fill, cuts: list[int] | None = None) -> Sound:
    masker = Masker(windows, fill, rate=RATE, channels=sound.shape[1])
    edges = [0, *sorted(cuts or []), len(sound)]
    return np.concatenate([masker.mask(sound[a:b]) for a, b in pairwise(edges)])


def _verify(sound: Sound, windows: list[Stretch], fill: Fill, *, frames: int = FRAMES) -> None:
    verify_masked([sound[:1234], sound[1234:]], windows, fill, rate=RATE, channels=2, frames=frames)


@given(_windows, st.sampled_from(Fill), st.lists(st.integers(0, FRAMES), max_size=12))
def test_any_split_into_blocks_gives_the_same_samples(windows: list[Stretch], fill: Fill, cuts: list[int]) -> None:
    whole = _masked(SOUND, windows, fill)
    assert np.array_equal(_masked(SOUND, windows, fill, cuts), whole)
    assert whole.shape == SOUND.shape
    _verify(whole, windows, fill)


@given(_windows)
def test_silence_is_zero_within_and_nothing_changes_beyond_the_fades(windows: list[Stretch]) -> None:
    masked = _masked(SOUND, windows, Fill.SILENCE)
    for channel in range(2):
        near = np.zeros(FRAMES, bool)
        for window in windows:
            if window.channels is None or channel in window.channels:
                assert not masked[window.start : window.end, channel].any()
                near[max(0, window.start - 3 * FADE) : window.end + 3 * FADE] = True
        assert np.array_equal(masked[~near, channel], SOUND[~near, channel])


def test_the_fade_lies_outside_the_window_and_is_monotonous() -> None:
    loud = np.full((FRAMES, 1), 10000, np.int16)
    masked = _masked(loud, [Stretch(1000, 2000)], Fill.SILENCE)[:, 0]
    assert masked[999] > 0
    assert not masked[1000:2000].any()
    assert masked[2000] > 0
    assert (np.diff(masked[959:1000].astype(int)) < 0).all()
    assert (np.diff(masked[2000:2041].astype(int)) > 0).all()
    assert masked[959] == masked[2040] == 10000


def test_windows_closer_than_two_fades_become_one() -> None:
    loud = np.full((FRAMES, 1), 10000, np.int16)
    masked = _masked(loud, [Stretch(1000, 1500), Stretch(1500 + 2 * FADE, 2000)], Fill.SILENCE)
    assert not masked[1000:2000].any()
    apart = _masked(loud, [Stretch(1000, 1500), Stretch(1501 + 2 * FADE, 2000)], Fill.SILENCE)
    assert apart[1500 + FADE, 0] == 10000


def test_the_tone_is_the_same_wherever_the_recording_is_cut() -> None:
    windows = [Stretch(500, 3000)]
    one = _masked(SOUND, windows, Fill.TONE)
    late = Masker(windows, Fill.TONE, rate=RATE, channels=2)
    late.mask(SOUND[:700])
    assert np.array_equal(late.mask(SOUND[700:]), one[700:])
    level = np.abs(np.fft.rfft(one[500:2500, 0]))
    assert int(np.argmax(level)) * RATE / 2000 == 440


def test_a_block_that_no_window_touches_is_passed_on_as_it_is() -> None:
    masker = Masker([Stretch(3000, 3100)], Fill.SILENCE, rate=RATE, channels=2)
    assert masker.mask(SOUND[:1000]) is not None
    assert np.shares_memory(masker.mask(SOUND[1000:2000]), SOUND)


def test_the_input_is_never_changed() -> None:
    before = SOUND.copy()
    _masked(SOUND, [Stretch(0, FRAMES)], Fill.TONE)
    assert np.array_equal(SOUND, before)


@pytest.mark.parametrize("fill", list(Fill))
@pytest.mark.parametrize("frame", [1000, 1500, 1999])
def test_one_changed_sample_in_a_window_is_noticed(fill: Fill, frame: int) -> None:
    windows = [Stretch(1000, 2000, (1,))]
    masked = _masked(SOUND, windows, fill)
    masked[frame, 1] += 1
    with pytest.raises(AudioError, match="audio_mask_broken"):
        _verify(masked, windows, fill)


def test_an_unmasked_recording_is_noticed() -> None:
    with pytest.raises(AudioError, match="audio_mask_broken"):
        _verify(SOUND, [Stretch(10, 20)], Fill.SILENCE)


@pytest.mark.parametrize("change", [-1, 1])
def test_a_changed_duration_is_noticed(change: int) -> None:
    with pytest.raises(AudioError, match="audio_duration_changed"):
        _verify(SOUND, [], Fill.SILENCE, frames=FRAMES + change)


def test_a_lost_channel_is_noticed() -> None:
    with pytest.raises(AudioError, match="audio_mask_broken"):
        _verify(SOUND[:, :1], [], Fill.SILENCE)


@pytest.mark.parametrize("channels", [(), (2,), (0, 5), (-1,)])
def test_a_window_over_a_channel_that_is_not_there_is_refused(channels: tuple[int, ...]) -> None:
    with pytest.raises(AudioError, match="audio_stretch_outside"):
        Masker([Stretch(0, 10, channels)], Fill.SILENCE, rate=RATE, channels=2)


def test_padding_is_150_ms_on_both_sides_and_stays_inside() -> None:
    stretches = [Stretch(100, 200, (1,)), Stretch(20000, 20000), Stretch(79000, 80005)]
    assert pad(stretches, rate=RATE, frames=80000) == (
        Stretch(0, 1400, (1,)),
        Stretch(18800, 21200),
        Stretch(77800, 80000),
    )


@pytest.mark.parametrize("stretch", [Stretch(81200, 90000), Stretch(-5000, -1200), Stretch(300, 200)])
def test_a_stretch_that_misses_the_recording_is_refused(stretch: Stretch) -> None:
    with pytest.raises(AudioError, match="audio_stretch_outside"):
        pad([stretch], rate=RATE, frames=80000)


def test_keyed_tones_are_muted_60_ms_around_on_all_channels() -> None:
    assert mute_stretches([DtmfEvent("5", 1000, 1640, 1)], rate=RATE, frames=FRAMES) == (Stretch(520, 2120),)


@given(_windows, st.integers(0, 1), st.integers(0, 50))
def test_merged_windows_cover_the_same_frames_in_order(windows: list[Stretch], channel: int, gap: int) -> None:
    merged = merge(windows, channel)
    covered = {f for w in windows if w.channels is None or channel in w.channels for f in range(w.start, w.end)}
    assert {f for w in merged for f in range(w.start, w.end)} == covered
    wide = merge(windows, channel, gap=gap)
    assert all(second.start - first.end > gap for first, second in pairwise(wide))


def test_masks_survive_flac_exactly() -> None:
    windows = [Stretch(100, 900, (0,)), Stretch(2000, 3000)]
    target = io.BytesIO()
    with FlacWriter(target, RATE, 2) as writer:
        writer.write(_masked(SOUND, windows, Fill.TONE))
    verify_masked(open_audio(target).blocks(), windows, Fill.TONE, rate=RATE, channels=2, frames=FRAMES)
