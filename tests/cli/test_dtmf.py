"""``callward dtmf``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from typer.testing import CliRunner

from callward.cli.dtmf import dtmf

APP = typer.Typer()
APP.command()(dtmf)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two seconds, two channels; the caller keys 7 at 0.5 s and 9 at 1.0 s."""
    sound = np.zeros((16000, 2))
    time = np.arange(800) / 8000
    for start, low, high in ((4000, 852, 1209), (8000, 852, 1477)):
        sound[start : start + 800, 1] = 6000 * (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time))
    target = io.BytesIO()
    soundfile.write(target, sound.astype(np.int16), 8000, format="WAV", subtype="ULAW")
    path = tmp_path / "call.wav"
    path.write_bytes(target.getvalue())
    return path


def test_events_are_listed_and_their_digits_hidden(recording: Path) -> None:
    result = CliRunner().invoke(APP, [str(recording)])
    assert result.exit_code == 0
    assert "2 keyed tones" in result.stdout
    assert result.stdout.count("hidden") == 2
    assert "0.500 s" in result.stdout
    assert "│ 7" not in result.stdout


def test_digits_are_shown_on_request(recording: Path) -> None:
    result = CliRunner().invoke(APP, [str(recording), "--json", "--show-digits"])
    found = json.loads(result.stdout)
    assert [event["digit"] for event in found["events"]] == ["7", "9"]
    assert found["profile"] == "reporting"
    assert (found["rate"], found["channels"], found["frames"]) == (8000, 2, 16000)


@pytest.mark.parametrize("profile", ["reporting", "masking"])
def test_json_names_places_and_no_digits(recording: Path, profile: str) -> None:
    result = CliRunner().invoke(APP, [str(recording), "--json", "--profile", profile])
    events = json.loads(result.stdout)["events"]
    assert [sorted(event) for event in events] == [["channel", "end", "start"]] * 2
    assert [event["channel"] for event in events] == [1, 1]
    assert all(abs(event["start"] - place) <= 160 for event, place in zip(events, (4000, 8000), strict=True))


def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "letter.wav").write_bytes(b"Dear Sir or Madam, this is no sound")
    for path, reason in ((tmp_path / "letter.wav", "audio_unknown_format"), (tmp_path / "gone.wav", "No such file")):
        result = CliRunner().invoke(APP, [str(path)])
        assert result.exit_code == 2
        assert reason in result.stderr
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""
