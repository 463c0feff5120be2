"""``callward redact audio``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from numpy.typing import NDArray
from typer.testing import CliRunner

from callward.cli.redact_audio import audio

APP = typer.Typer()
APP.command()(audio)
RATE = 8000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Four seconds of noise on two channels, a 7 keyed on the second at 3.0 s."""
    sound = np.random.default_rng(3).integers(-500, 500, (4 * RATE, 2)).astype(float)
    time = np.arange(800) / RATE
    sound[24000:24800, 1] += 6000 * (np.sin(2 * np.pi * 852 * time) + np.sin(2 * np.pi * 1209 * time))
    target = io.BytesIO()
    soundfile.write(target, sound.astype(np.int16), RATE, format="WAV", subtype="PCM_16")
    path = tmp_path / "call.wav"
    path.write_bytes(target.getvalue())
    return path


def _read(path: Path) -> NDArray[np.int16]:
    sound, rate = soundfile.read(path, dtype="int16", always_2d=True)
    assert rate == RATE
    return np.asarray(sound, np.int16)


def _run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(APP, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_stretch_in_seconds_is_silenced_with_its_padding(recording: Path, tmp_path: Path) -> None:
    code, out, _ = _run(recording, tmp_path / "out.flac", "--stretch", "1-1.5")
    assert code == 0
    assert "1 stretches masked and verified" in out
    masked, original = _read(tmp_path / "out.flac"), _read(recording)
    assert not masked[8000 - 1200 : 12000 + 1200].any()
    assert np.array_equal(masked[:6700], original[:6700])
    assert np.array_equal(masked[13300:], original[13300:])


def test_samples_channels_padding_and_tone_can_be_named(recording: Path, tmp_path: Path) -> None:
    options = ["--stretch", "8000f-12000f:1", "--stretch", "0.25s-0.5s:0", "--pad", "0", "--fill", "tone"]
    code, _, _ = _run(recording, tmp_path / "out.flac", *options)
    assert code == 0
    masked, original = _read(tmp_path / "out.flac"), _read(recording)
    assert np.array_equal(masked[8000:12000, 0], original[8000:12000, 0])
    assert np.abs(masked[8000:12000, 1]).max() == 3277
    assert np.abs(masked[2000:4000, 0]).max() == 3277


def test_keyed_tones_are_found_masked_and_gone(recording: Path, tmp_path: Path) -> None:
    code, out, _ = _run(recording, tmp_path / "out.flac", "--dtmf", "--json")
    assert code == 0
    assert json.loads(out) == {"seconds": 4.0, "windows": 1, "keyed_tones": 1, "left_over": 0}
    assert not _read(tmp_path / "out.flac")[24000:24800].any()


def test_an_existing_file_is_replaced_only_by_force(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.flac"
    target.write_bytes(b"precious")
    code, _, reason = _run(recording, target, "--dtmf")
    assert code == 2
    assert "--force" in reason
    assert target.read_bytes() == b"precious"
    assert _run(recording, target, "--dtmf", "--force")[0] == 0
    assert _read(target).shape == (32000, 2)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--stretch", "5-6"], "audio_stretch_outside"),
        (["--stretch", "2-1"], "audio_stretch_outside"),
        (["--stretch", "1-2:7"], "audio_stretch_outside"),
        (["--stretch", "one-two"], "audio_stretch_unreadable"),
        (["--stretch", "1-2-3"], "audio_stretch_unreadable"),
        ([], "nothing to mask"),
    ],
)
def test_a_refusal_leaves_nothing_behind(recording: Path, tmp_path: Path, options: list[str], reason: str) -> None:
    code, out, error = _run(recording, tmp_path / "out.flac", *options)
    assert code == 2
    assert reason in error
    assert error.count("\n") == 1
    assert out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["call.wav"]


def test_a_recording_that_breaks_off_leaves_nothing_behind(recording: Path, tmp_path: Path) -> None:
    flac = tmp_path / "cut.flac"
    soundfile.write(flac, _read(recording), RATE)
    flac.write_bytes(flac.read_bytes()[:20000])
    code, _, error = _run(flac, tmp_path / "out.flac", "--stretch", "0-1")
    assert code == 2
    assert "audio_truncated" in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav", "cut.flac"]


def test_a_folder_that_is_not_there_is_refused(recording: Path, tmp_path: Path) -> None:
    code, _, error = _run(recording, tmp_path / "gone" / "out.flac", "--dtmf")
    assert code == 2
    assert "No such file" in error


def test_the_result_is_readable_by_its_owner_alone(recording: Path, tmp_path: Path) -> None:
    _run(recording, tmp_path / "out.flac", "--dtmf")
    assert (tmp_path / "out.flac").stat().st_mode & 0o777 == 0o600
