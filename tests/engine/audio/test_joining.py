"""Several recordings as one: exact samples, at exact places."""

from __future__ import annotations

import io

import numpy as np
import pytest
from sounds import Sound, noise, wav_bytes

from callward.engine.audio import AudioError, Joined, Lane, Leg, Stretch, join, open_audio

MOST = 1_000_000  # bytes


def _lane(sound: Sound, rate: int = 8000, *, late: float = 0.0) -> Lane:
    return Lane(open_audio(io.BytesIO(wav_bytes(sound, rate))), late)


def _joined(*legs: Leg, most: int = MOST) -> tuple[Joined, Sound]:
    target = io.BytesIO()
    joined = join(legs, target, most=most)
    reader = open_audio(target)
    assert (reader.info.rate, reader.info.channels) == (joined.rate, joined.channels)
    return joined, np.concatenate(list(reader.blocks()))


def test_legs_lie_one_behind_the_other_sample_by_sample() -> None:
    first, second = noise(50_001), noise(40_000, seed=2)
    joined, sound = _joined(Leg((_lane(first),)), Leg((_lane(second),), gap=1.5))
    assert joined == Joined(8000, 1, (Stretch(0, 50_001), Stretch(62_001, 102_001)))
    assert np.array_equal(sound[:50_001], first)
    assert not sound[50_001:62_001].any()
    assert np.array_equal(sound[62_001:], second)


def test_two_recordings_that_sound_at_once_are_the_channels_of_one() -> None:
    first, second = noise(40_000), noise(50_000, seed=2)
    joined, sound = _joined(Leg((_lane(first), _lane(second, late=0.25))))
    assert joined == Joined(8000, 2, (Stretch(0, 52_000),))
    assert np.array_equal(sound[:40_000, :1], first)
    assert not sound[40_000:, 0].any()
    assert np.array_equal(sound[2000:, 1:], second)
    assert not sound[:2000, 1].any()


def test_a_leg_of_one_channel_stands_on_both_and_channels_can_change_places() -> None:
    one, two = noise(9000), noise(9000, 2, seed=2)
    _, sound = _joined(Leg((_lane(two),), swapped=True), Leg((_lane(one),)))
    assert np.array_equal(sound[:9000], two[:, ::-1])
    assert np.array_equal(sound[9000:], np.repeat(one, 2, axis=1))


def test_the_rate_of_the_longest_leg_is_kept_as_it_is_and_another_is_raised_to_it() -> None:
    low, high = noise(8000), noise(16_000, seed=2)
    joined, sound = _joined(Leg((_lane(low, 8000),)), Leg((_lane(high, 16_000),)))
    assert joined == Joined(16_000, 1, (Stretch(0, 16_000), Stretch(16_000, 32_000)))
    assert np.array_equal(sound[16_000:], high)
    click = np.zeros((8000, 1), np.int16)
    click[4000] = 20_000
    _, sound = _joined(Leg((_lane(click),)), Leg((_lane(high, 16_000),)))
    assert int(np.abs(sound[:16_000, 0].astype(int)).argmax()) == 8000


def test_a_short_leg_of_a_higher_rate_is_lowered_to_that_of_the_longest() -> None:
    low, click = noise(16_000), np.zeros((48_000, 1), np.int16)
    click[24_000:24_006] = 20_000
    joined, sound = _joined(Leg((_lane(click, 48_000),)), Leg((_lane(low, 8000),)))
    assert joined == Joined(8000, 1, (Stretch(0, 8000), Stretch(8000, 24_000)))
    assert np.array_equal(sound[8000:], low)
    assert int(np.abs(sound[:8000, 0].astype(int)).argmax()) in (4000, 4001)


def test_what_cannot_be_joined_is_refused() -> None:
    with pytest.raises(AudioError, match="audio_channels"):
        _joined(Leg((_lane(noise(100, 2)), _lane(noise(100)))))
    with pytest.raises(AudioError, match="audio_too_long"):
        _joined(Leg((_lane(noise(100)),)), Leg((_lane(noise(100)),), gap=12 * 3600))
    with pytest.raises(AudioError, match="audio_too_long"):
        _joined(Leg((_lane(noise(100)), _lane(noise(100), late=12 * 3600))))
    with pytest.raises(AudioError, match="audio_too_long"):
        _joined(Leg((_lane(noise(50_000)),)), Leg((_lane(noise(50_000)),)), most=20_000)
