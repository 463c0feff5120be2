"""Broken input, each file named for its fault, beside one call that is whole."""

from __future__ import annotations

import base64
import io
import json
import shutil
import struct
import wave
from pathlib import Path

import numpy as np
from platform_home import SAMPLES

CALLS = SAMPLES / "calls"
SECRET = "Zebulon Quillfeather"  # stands in every broken transcript: whatever leaks, leaks this

# The reason that each broken call is refused with.
REASONS = {
    "truncated.wav": "audio_truncated",
    "promises-too-much.wav": "audio_truncated",
    "empty.wav": "audio_empty",
    "no-sound.wav": "audio_empty",
    "garbage.wav": "audio_unknown_format",
    "of-another-call.wav": "transcript_beyond_audio",
    "overlapping.wav": "transcript_overlap",
    "negative.wav": "transcript_negative_time",
    "not-a-number.wav": "transcript_number",
    "nested.wav": "transcript_too_deep",
    "not-utf8.wav": "transcript_encoding",
    "million-words.wav": "transcript_too_large",
    "critical.vcon.json": "vcon_critical_extension",
    "forged.vcon.json": "vcon_signature",
    "lineless.json": "line_missing",
}


def write_bad_calls(folder: Path) -> None:
    """Write all of ``REASONS`` and the whole call ``en-health-02``."""
    folder.mkdir()
    for path in CALLS.glob("en-health-02.*"):
        shutil.copy(path, folder)
    _write_sound(folder)
    _write_words(folder)
    _write_vcons(folder)
    for name in REASONS:
        stem = name.partition(".")[0]
        if stem != "lineless":
            (folder / f"{stem}.call.json").write_text('{"line": "health-en"}', encoding="utf-8")


def wav(seconds: float = 4.0, *, seed: int = 0) -> bytes:
    """A WAV with one channel of noise."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        frames = np.random.default_rng(seed).integers(-900, 900, round(seconds * 8000)).astype("<i2")
        file.writeframes(frames.tobytes())
    return target.getvalue()


def whisper(*words: tuple[object, object, str]) -> str:
    """Whisper JSON of one segment; times are written as they are given."""
    told = ", ".join(f'{{"word": " {word}", "start": {start}, "end": {end}}}' for start, end, word in words)
    text = " ".join(word for _, _, word in words)
    start, end = words[0][0], words[-1][1]
    return f'{{"segments": [{{"start": {start}, "end": {end}, "text": "{text}", "words": [{told}]}}]}}'


def _write_sound(folder: Path) -> None:
    whole = wav()
    (folder / "truncated.wav").write_bytes(whole[: len(whole) // 2])
    (folder / "promises-too-much.wav").write_bytes(
        whole[:4] + struct.pack("<I", len(whole) + 992) + whole[8:40] + struct.pack("<I", len(whole) + 956) + whole[44:]
    )
    (folder / "empty.wav").write_bytes(b"")
    (folder / "no-sound.wav").write_bytes(wav(0))
    (folder / "garbage.wav").write_bytes(b"\xff" * 60_000)


def _write_words(folder: Path) -> None:
    first, last = SECRET.split()
    texts: dict[str, str | bytes] = {
        "of-another-call": whisper((0.1, 1.0, first), (1.0, 60.0, last)),
        "overlapping": whisper((0.1, 3.0, first), (0.2, 3.5, last), (0.3, 0.9, "again")),
        "negative": whisper((-3.0, -1.0, first), (-1.0, 2.0, last)),
        "not-a-number": whisper(("NaN", 1.0, first), (1.0, 2.0, last)),
        "nested": '{"segments": ' + "[" * 100_000 + f'"{SECRET}"' + "]" * 100_000 + "}",
        "not-utf8": whisper((0.1, 1.0, first), (1.0, 2.0, last)).encode().replace(b"Zebulon", b"Zeb\xff\xfelon"),
        "million-words": json.dumps(
            {
                "segments": [
                    {"start": 0, "end": 3, "text": f"{SECRET} " * 500, "words": []},
                    *({"start": 0, "end": 3, "text": f"{first} " * 1000, "words": []} for _ in range(1000)),
                ]
            }
        ),
    }
    for seed, (stem, text) in enumerate(texts.items()):
        (folder / f"{stem}.json").write_bytes(text.encode() if isinstance(text, str) else text)
        (folder / f"{stem}.wav").write_bytes(wav(seed=seed + 1))
    (folder / "lineless.json").write_text(whisper((0.1, 1.0, first), (1.0, 2.0, last)), encoding="utf-8")


def _write_vcons(folder: Path) -> None:
    signed = json.loads((CALLS / "en-health-04.vcon.json").read_bytes())
    unsigned = json.loads(base64.urlsafe_b64decode(signed["payload"] + "=="))
    unsigned["critical"] = ["telepathy"]
    unsigned["subject"] = SECRET
    (folder / "critical.vcon.json").write_text(json.dumps(unsigned), encoding="utf-8")
    payload = signed["payload"]
    signed["payload"] = payload[:-40] + ("A" if payload[-40] != "A" else "B") + payload[-39:]
    (folder / "forged.vcon.json").write_text(json.dumps(signed), encoding="utf-8")
