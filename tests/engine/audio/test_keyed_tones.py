"""Keyed tones: the reporting profile against ITU-T Q.24, the masking profile against two foreign decoders."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from decoders import multimon, spandsp
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import ALL_DIGITS, Sound, keyed, noise, scan, speech

from callward.engine.audio import DtmfProfile, DtmfScanner, Fill, Masker, merge, mute_stretches, open_audio

SAMPLES = Path(__file__).parents[3] / "samples" / "calls"
DIGITS = ALL_DIGITS * 3
REPORTING, MASKING = DtmfProfile.REPORTING, DtmfProfile.MASKING


def _digits(sound: Sound, profile: DtmfProfile, rate: int = 8000) -> str:
    return "".join(event.digit for event in scan(sound, profile, rate=rate))


def _companded(sound: Sound) -> Sound:
    """Through G.711 mu-law and back, roughly: a signed logarithmic grid of 256 steps."""
    level = sound / 32768
    code = np.rint(np.sign(level) * np.log1p(255 * np.abs(level)) / np.log(256) * 127) / 127
    linear = np.sign(code) * (256 ** np.abs(code) - 1) / 255 * 32767
    rounded = np.rint(linear)
    return np.asarray(rounded, np.int16)


@pytest.mark.parametrize("on_ms", [40, 50, 65, 100])
@pytest.mark.parametrize("level", [0, -3, -10, -25, -36])
def test_every_digit_is_reported_at_every_level_and_length(level: float, on_ms: float) -> None:
    assert _digits(_companded(keyed(DIGITS, on_ms=on_ms, level=level)), REPORTING) == DIGITS


@pytest.mark.parametrize("twist", [4, 2, -4, -8])
def test_twist_that_q24_allows_is_accepted(twist: float) -> None:
    assert _digits(_companded(keyed(DIGITS, on_ms=50, twist=twist)), REPORTING) == DIGITS


@pytest.mark.parametrize("twist", [8, -12])
def test_twist_far_beyond_is_not_reported(twist: float) -> None:
    assert _digits(keyed(DIGITS, on_ms=50, twist=twist), REPORTING) == ""


@pytest.mark.parametrize("detune", [0.015, -0.015])
def test_frequencies_off_by_one_and_a_half_per_cent_are_accepted(detune: float) -> None:
    assert _digits(_companded(keyed(DIGITS, on_ms=50, detune=detune)), REPORTING) == DIGITS


@pytest.mark.parametrize("detune", [0.035, -0.035, 0.045, -0.045])
def test_frequencies_off_by_three_and_a_half_per_cent_are_refused(detune: float) -> None:
    assert _digits(keyed(DIGITS, on_ms=50, detune=detune), REPORTING) == ""


@pytest.mark.parametrize("on_ms", [10, 15, 20, 23])
def test_a_tone_of_23_ms_is_not_reported(on_ms: float) -> None:
    assert _digits(keyed(DIGITS, on_ms=on_ms), REPORTING) == ""


@pytest.mark.parametrize("snr", [20, 15, 10])
def test_noise_of_15_db_and_more_hides_nothing(snr: float) -> None:
    assert _digits(keyed(DIGITS, on_ms=50, snr=snr), REPORTING) == DIGITS


@pytest.mark.parametrize("off_ms", [30, 40])
def test_a_pause_of_30_ms_keeps_equal_digits_apart(off_ms: float) -> None:
    assert _digits(keyed("5" * 40, on_ms=50, off_ms=off_ms), REPORTING) == "5" * 40


@pytest.mark.parametrize("cut", range(0, 80, 9))
def test_an_interruption_of_10_ms_is_one_digit(cut: int) -> None:
    sound = keyed("8", on_ms=100)
    start = 1600 + 300 + cut
    sound[start : start + 80] = 0
    assert _digits(sound, REPORTING) == "8"


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("profile", list(DtmfProfile))
def test_every_rate_is_heard(rate: int, profile: DtmfProfile) -> None:
    assert _digits(keyed(DIGITS, on_ms=60, rate=rate), profile, rate) == DIGITS


@pytest.mark.parametrize("rate", [8000, 44100])
def test_events_stand_where_the_tones_are(rate: int) -> None:
    sound = np.zeros((3 * rate, 2), np.int16)
    tone = keyed("7", on_ms=100, rate=rate)[rate // 5 :][: rate // 10]
    sound[rate : rate + len(tone)][:, 1:] = tone
    (event,) = scan(sound, REPORTING, rate=rate)
    assert (event.digit, event.channel) == ("7", 1)
    assert abs(event.start / rate - 1.0) <= 0.02
    assert abs(event.end / rate - 1.1) <= 0.02


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 8000), max_size=8))
def test_block_borders_do_not_matter(cuts: list[int]) -> None:
    sound = keyed("159D", on_ms=50)
    scanner = DtmfScanner(8000, 1, MASKING)
    for start, end in pairwise([0, *sorted(cuts), len(sound)]):
        scanner.feed(sound[start:end])
    assert scanner.finish() == scan(sound, MASKING, block=len(sound))


def test_a_digit_at_the_very_start_and_at_the_very_end_is_heard() -> None:
    tone = keyed("3", on_ms=60)[1600 : 1600 + 480]
    sound = np.concatenate((tone, np.zeros((4000, 1), np.int16), tone))
    assert _digits(sound, REPORTING) == "33"
    assert scan(sound, MASKING)[0].start == 0


@pytest.mark.parametrize("length", [0, 1, 79, 200])
def test_a_recording_shorter_than_a_tone_has_none(length: int) -> None:
    assert scan(noise(max(length, 1))[:length], MASKING) == []


@pytest.mark.parametrize("profile", list(DtmfProfile))
def test_a_key_held_for_minutes_is_one_event_and_takes_no_memory(profile: DtmfProfile) -> None:
    second = keyed("0", on_ms=1000)[1600 : 1600 + 8000]
    scanner = DtmfScanner(8000, 1, profile)
    tracemalloc.start()
    for _ in range(180):
        scanner.feed(second)
    assert tracemalloc.get_traced_memory()[0] < 1 << 20
    tracemalloc.stop()
    (event,) = scanner.finish()
    assert (event.digit, event.start) == ("0", 0)
    assert abs(event.end - 180 * 8000) <= 160


def test_speech_is_never_reported_as_a_digit() -> None:
    assert scan(speech(), REPORTING) == []


def test_a_masking_scan_confirms_what_reporting_finds_and_nothing_else() -> None:
    words = speech()
    digits = keyed(DIGITS, on_ms=80)
    sound = np.concatenate((words, digits, words))
    confirmed = [event for event in scan(sound, MASKING) if event.confirmed]
    reported = scan(sound, REPORTING)
    assert [event.digit for event in confirmed] == [event.digit for event in reported] == list(DIGITS)
    assert all(one.start <= other.start < one.end for one, other in zip(confirmed, reported, strict=True))


def test_a_tone_too_short_to_be_reported_is_masked_unconfirmed() -> None:
    sound = keyed("5" * 8, on_ms=23)
    assert scan(sound, REPORTING) == []
    assert [event.confirmed for event in scan(sound, MASKING)] == [False] * 8


@pytest.mark.parametrize("name", ["en-health-02.wav", "et-telecom-05.wav"])
def test_no_keyed_tone_is_confirmed_that_reporting_does_not_find_in_a_sample(name: str) -> None:
    with (SAMPLES / name).open("rb") as stream:
        reader = open_audio(stream)
        scanners = {profile: DtmfScanner(reader.info.rate, reader.info.channels, profile) for profile in DtmfProfile}
        for block in reader.blocks():
            for scanner in scanners.values():
                scanner.feed(block)
    reported = scanners[REPORTING].finish()
    confirmed = [event for event in scanners[MASKING].finish() if event.confirmed]
    assert [event.digit for event in confirmed] == [event.digit for event in reported]


def test_masking_mutes_at_most_a_thousandth_of_speech() -> None:
    sound = speech()
    windows = mute_stretches(scan(sound, MASKING), rate=8000, frames=len(sound))
    assert sum(window.end - window.start for window in merge(windows, 0)) <= len(sound) / 1000


def _after_masking(sound: Sound) -> Sound:
    windows = mute_stretches(scan(sound, MASKING), rate=8000, frames=len(sound))
    return Masker(windows, Fill.SILENCE, rate=8000, channels=1).mask(sound)


_HARD: list[dict[str, Any]] = [
    {"on_ms": 100.0},
    {"on_ms": 40.0, "off_ms": 30.0},
    {"on_ms": 30.0},
    {"on_ms": 23.0},
    {"on_ms": 60.0, "level": -25.0},
    {"on_ms": 60.0, "level": -36.0},
    {"on_ms": 60.0, "level": -42.0},
    {"on_ms": 60.0, "twist": -8.0},
    {"on_ms": 60.0, "detune": 0.018},
    {"on_ms": 60.0, "detune": -0.018},
    {"on_ms": 60.0, "snr": 10.0},
    {"on_ms": 60.0, "snr": 5.0},
]


@pytest.mark.parametrize("case", _HARD, ids=str)
def test_nothing_can_be_decoded_after_masking(case: dict[str, Any], tmp_path: Path) -> None:
    sound = _companded(keyed(DIGITS, **case))
    assert spandsp(sound) + multimon(sound, tmp_path)
    masked = _after_masking(sound)
    assert spandsp(masked) == ""
    assert multimon(masked, tmp_path) == ""
    assert scan(masked, MASKING) == []


def test_nothing_can_be_decoded_after_masking_beneath_speech(tmp_path: Path) -> None:
    digits = keyed(DIGITS * 2, on_ms=80, level=-10).astype(int)
    sound = (digits + speech()[8000 : 8000 + len(digits)]).clip(-32768, 32767).astype(np.int16)
    assert len(spandsp(sound)) >= 90
    masked = _after_masking(sound)
    assert spandsp(masked) == ""
    assert multimon(masked, tmp_path) == ""


def test_recall_is_no_lower_than_multimons(tmp_path: Path) -> None:
    sound = _companded(keyed("0123456789*#" * 10, on_ms=50, off_ms=50))
    ours = _digits(sound, REPORTING)
    assert ours == "0123456789*#" * 10
    assert len(ours) >= len(multimon(sound, tmp_path))
