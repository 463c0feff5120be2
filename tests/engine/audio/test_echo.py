"""Echo: found 40 dB down in a quiet channel, not between voices that have nothing to do with each other."""

from __future__ import annotations

import numpy as np
import pytest
from sounds import Sound, noise, speech

from callward.engine.audio import AudioError, EchoMeter, Stretch, echo_level

RATE = 8000
SPOKEN = Stretch(3 * RATE, 5 * RATE)


def _pair(echo_db: float | None, *, delay_ms: int = 120, other: float = 0.0, seed: int = 3) -> Sound:
    """Somebody speaking on channel 0, the echo and another voice on channel 1, and a hissing line on both."""
    voice = speech()[:, 0].astype(float)
    near = voice[: 10 * RATE]
    far = voice[60 * RATE : 70 * RATE] * other
    if echo_db is not None:
        late = np.concatenate((np.zeros(delay_ms * RATE // 1000), near))[: len(near)]
        path = np.zeros(120)
        path[[0, 40, 90]] = (1.0, -0.4, 0.3)
        far = far + np.convolve(late, path)[: len(near)] * 10 ** (echo_db / 20)
    both = np.stack((near, far), axis=1) + np.random.default_rng(seed).normal(0, 6, (len(near), 2))
    return np.rint(both).clip(-32768, 32767).astype(np.int16)


@pytest.mark.parametrize("delay_ms", [0, 20, 250, 480])
@pytest.mark.parametrize("echo_db", [-10, -25, -40])
def test_an_echo_is_found_with_its_delay_and_level(echo_db: float, delay_ms: int) -> None:
    echo = echo_level([_pair(echo_db, delay_ms=delay_ms)], SPOKEN, 0, rate=RATE)
    assert echo.audible
    assert abs(echo.lag - delay_ms * RATE // 1000) <= 1
    assert abs(echo.level_db - echo_db) < 3


def test_an_echo_beneath_another_voice_is_found() -> None:
    assert echo_level([_pair(-12, other=0.3)], SPOKEN, 0, rate=RATE).audible


@pytest.mark.parametrize("start", range(0, 8, 2))
def test_another_voice_is_no_echo(start: int) -> None:
    stretch = Stretch(start * RATE, (start + 2) * RATE)
    assert not echo_level([_pair(None, other=1.0)], stretch, 0, rate=RATE).audible


def test_a_quiet_channel_has_no_echo() -> None:
    sound = _pair(None)
    assert not echo_level([sound], SPOKEN, 0, rate=RATE).audible
    sound[:, 1] = 0
    assert echo_level([sound], SPOKEN, 0, rate=RATE).correlation == 0


def test_silence_has_no_echo() -> None:
    sound = np.zeros((5 * RATE, 2), np.int16)
    assert echo_level([sound], Stretch(0, RATE), 1, rate=RATE).correlation == 0


def test_many_stretches_are_measured_in_one_pass_whatever_the_blocks() -> None:
    sound = _pair(-20)
    stretches = [Stretch(a * RATE // 2, a * RATE // 2 + RATE, (a % 2,)) for a in range(18)]
    one, many = EchoMeter(stretches, rate=RATE), EchoMeter(stretches, rate=RATE)
    one.feed(sound)
    for start in range(0, len(sound), 777):
        many.feed(sound[start : start + 777])
    assert one.finish() == many.finish()


def test_a_long_stretch_is_judged_by_its_worst_piece() -> None:
    sound = np.concatenate((_pair(None, other=0.5), _pair(-15)))
    assert echo_level([sound], Stretch(0, len(sound)), 0, rate=RATE).audible


def test_higher_rates_are_measured_too() -> None:
    sound = np.repeat(_pair(-20), 2, axis=0)
    echo = echo_level([sound], Stretch(6 * RATE, 10 * RATE), 0, rate=2 * RATE)
    assert echo.audible
    assert abs(echo.lag - 240 * RATE // 1000) <= 2


def test_a_stretch_at_the_very_end_and_one_without_length_do_no_harm() -> None:
    sound = _pair(-20)
    assert echo_level([sound], Stretch(9 * RATE, 10 * RATE), 0, rate=RATE).audible
    assert not echo_level([sound], Stretch(RATE, RATE), 0, rate=RATE).audible


@pytest.mark.parametrize("channels", [None, (0, 1), (2,), ()])
def test_the_source_must_be_one_channel_of_two(channels: tuple[int, ...] | None) -> None:
    with pytest.raises(AudioError, match="audio_stretch_outside"):
        EchoMeter([Stretch(0, 10, channels)], rate=RATE)


def test_a_mono_recording_has_no_other_channel() -> None:
    with pytest.raises(AudioError, match="audio_channels"):
        echo_level([noise(800)], Stretch(0, 10), 0, rate=RATE)
