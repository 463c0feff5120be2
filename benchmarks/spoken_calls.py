"""Synthetic two-channel telephone calls for the benchmarks: espeak-ng voices, keyed digits, mu-law WAV."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from functools import cache

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

RATE = 8000
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)
_KEYS = ("123", "456", "789", "*0#")
_TEXTS = {
    "en-gb": "Good morning, thank you for calling. Could you tell me what the call is about, please? "
    "I have had no connection since yesterday evening, and the lamp on the box keeps blinking. ",
    "sv": "Hej och välkommen till kundtjänst. Jag vill gärna säga upp mitt avtal från och med nästa månad. ",
    "et": "Tere, kuidas saan teid aidata? Minu viimane arve on palju suurem kui tavaliselt. ",
    "ro": "Bună ziua, cu ce vă pot ajuta? Aș dori să schimb data programării mele, dacă se poate. ",
    "nl": "Goedemiddag, waarmee kan ik u helpen? Ik heb het pakket nog steeds niet ontvangen. ",
}


def require(program: str) -> None:
    """Ends the benchmark with one line where a program is missing."""
    if shutil.which(program) is None:
        sys.exit(f"{program} is missing: apt-get install {program}")


@cache
def speech() -> NDArray[np.float32]:
    """Some minutes of speech in five languages, one voice after the other."""
    require("espeak-ng")
    parts = []
    for voice, text in _TEXTS.items():
        for speed in (140, 160, 185):
            command = ["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", text * 2]
            wav = subprocess.run(command, capture_output=True, check=True).stdout
            # espeak-ng writes a 44-byte header without sizes when it writes to a pipe: 22,050 Hz, 16 bits.
            sound = np.frombuffer(wav[44 : len(wav) - len(wav) % 2], "<i2").astype(np.float32)
            parts.append(soxr.resample(sound, 22050, RATE) * np.float32(0.4))
    return np.concatenate(parts)


def keyed(digits: str, *, on_ms: int = 80, off_ms: int = 80, level: float = -10.0) -> NDArray[np.float32]:
    """Digits as a telephone keys them, each tone at ``level`` dBm0."""
    peak = 32768 * 10 ** ((level - 3.17) / 20)
    parts = []
    for digit in digits:
        row = next(index for index, keys in enumerate(_KEYS) if digit in keys)
        time = np.arange(RATE * on_ms // 1000) / RATE
        low, high = _ROWS[row], _COLUMNS[_KEYS[row].index(digit)]
        parts.append(peak * (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)))
        parts.append(np.zeros(RATE * off_ms // 1000))
    return np.concatenate(parts).astype(np.float32)


def call(seconds: int, *, digits_every: int = 30) -> tuple[bytes, int]:
    """A mu-law stereo WAV with speakers taking turns of five seconds, and how many digits were keyed in it."""
    voice = np.resize(speech(), RATE * (seconds + 60))
    frames = RATE * seconds
    turn = (np.arange(frames) // (5 * RATE)) % 2
    sound = np.stack((voice[:frames] * (turn == 0), voice[-frames:] * (turn == 1)), axis=1)
    sound += np.random.default_rng(2).normal(0, 8, sound.shape)
    count = 0
    for start in range(2 * RATE, frames - 4 * RATE, digits_every * RATE):
        tones = keyed("4012888888881881"[: 16 if count % 32 == 0 else 4])
        sound[start : start + len(tones), 1] = tones[: frames - start]
        sound[start : start + len(tones), 0] *= 0.05
        count += 16 if count % 32 == 0 else 4
    target = io.BytesIO()
    soundfile.write(target, sound.clip(-32768, 32767).astype(np.int16), RATE, format="WAV", subtype="ULAW")
    return target.getvalue(), count
