"""Sound for the tests: tones, speech, WAV headers, and the foreign programs that encode it."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

from callward.engine.audio import DtmfEvent, DtmfProfile, DtmfScanner

Sound = NDArray[np.int16]

LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
KEYS = ("123A", "456B", "789C", "*0#D")
ALL_DIGITS = "".join(KEYS)
_SENTENCES = {
    "en-gb": "Good morning, thank you for calling. The lamp on the box keeps blinking since yesterday evening. ",
    "en-us": "My connection is gone again, and I would really like to know when somebody will come. ",
    "sv": "Hej och välkommen. Jag vill gärna säga upp mitt avtal från och med nästa månad. ",
    "et": "Tere, kuidas saan teid aidata? Minu viimane arve on palju suurem kui tavaliselt. ",
    "ro": "Bună ziua, cu ce vă pot ajuta? Aș dori să schimb data programării mele, dacă se poate. ",
    "nl": "Goedemiddag, waarmee kan ik u helpen? Ik heb het pakket nog steeds niet ontvangen. ",
}


def need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing")


def noise(frames: int, channels: int = 1, *, seed: int = 1, peak: int = 9000) -> Sound:
    return np.random.default_rng(seed).integers(-peak, peak, (frames, channels)).astype(np.int16)


def key_tone(digit: str, ms: float, *, rate: int, level: float, twist: float, detune: float) -> NDArray[np.float64]:
    """One key press; ``level`` (dBm0) is the mean of both tones, ``twist`` (dB) the upper over the lower."""
    row = next(index for index, keys in enumerate(KEYS) if digit in keys)
    time = np.arange(round(rate * ms / 1000)) / rate
    peak = 32768 * 10 ** ((level - 3.17) / 20)
    low, high = LOW[row] * (1 + detune), HIGH[KEYS[row].index(digit)] * (1 + detune)
    lower = peak * 10 ** (-twist / 40) * np.sin(2 * np.pi * low * time)
    upper = peak * 10 ** (twist / 40) * np.sin(2 * np.pi * high * time + 1)
    return np.asarray(lower + upper)


def keyed(
    digits: str,
    *,
    on_ms: float = 80,
    off_ms: float = 60,
    rate: int = 8000,
    level: float = -10,
    twist: float = 0,
    detune: float = 0,
    snr: float | None = None,
) -> Sound:
    """Digits keyed one after the other, at places that hit every phase of the scan; shape (frames, 1)."""
    places = np.random.default_rng(7)
    parts = [np.zeros(rate // 5)]
    for digit in digits:
        parts.append(key_tone(digit, on_ms, rate=rate, level=level, twist=twist, detune=detune))
        parts.append(np.zeros(round(rate * off_ms / 1000) + int(places.integers(0, rate // 50))))
    sound = np.concatenate([*parts, np.zeros(rate // 5)])
    if snr is not None:
        power = float(np.mean(key_tone("5", 100, rate=rate, level=level, twist=0, detune=0) ** 2))
        sound = sound + places.normal(0, (power / 10 ** (snr / 10)) ** 0.5, len(sound))
    whole: NDArray[np.float64] = np.rint(sound).clip(-32768, 32767)
    return whole.astype(np.int16)[:, None]


def scan(sound: Sound, profile: DtmfProfile, *, rate: int = 8000, block: int = 8000) -> list[DtmfEvent]:
    scanner = DtmfScanner(rate, sound.shape[1], profile)
    for start in range(0, len(sound), block):
        scanner.feed(sound[start : start + block])
    return scanner.finish()


@cache
def speech() -> Sound:
    """About three minutes of espeak-ng in six languages and two speeds, 8 kHz; shape (frames, 1)."""
    need("espeak-ng")
    parts = []
    for voice, sentence in _SENTENCES.items():
        for variant, speed in (("", "150"), ("+f3", "175")):
            command = ["espeak-ng", "-v", voice + variant, "-s", speed, "--stdout", sentence * 3]
            wav = subprocess.run(command, capture_output=True, check=True).stdout
            heard = np.frombuffer(wav[44 : len(wav) - len(wav) % 2], "<i2").astype(np.float32)
            parts.append(soxr.resample(heard, 22050, 8000) * 0.4)
    return np.concatenate(parts).astype(np.int16)[:, None]


def wav_bytes(sound: Sound, rate: int = 8000, subtype: str = "PCM_16") -> bytes:
    target = io.BytesIO()
    soundfile.write(target, sound, rate, format="WAV", subtype=subtype)
    return target.getvalue()


def ulaw_header(data_size: int, *, channels: int = 2, rate: int = 8000) -> bytes:
    layout = struct.pack("<HHIIHH", 7, channels, rate, rate * channels, channels, 8)
    riff = struct.pack("<4sI4s", b"RIFF", min(36 + data_size, 0xFFFFFFFF), b"WAVE")
    return riff + struct.pack("<4sI", b"fmt ", 16) + layout + struct.pack("<4sI", b"data", data_size)


def encoded(folder: Path, sound: Sound, rate: int, name: str, *options: str) -> bytes:
    """What ffmpeg makes of the sound; the name's ending chooses the format."""
    need("ffmpeg")
    source, target = folder / "source.wav", folder / name
    source.write_bytes(wav_bytes(sound, rate))
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(source), *options, str(target)], check=True)
    return target.read_bytes()
