"""The telephone line: band, G.711 quantisation, noise, echo and keyed tones at 8 kHz."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float64]
Pcm = npt.NDArray[np.int16]

RATE = 8000
# ITU-T G.711: a sine of full scale is +3.14 dBm0 in A-law.
_FULL_SCALE_DBM0 = 3.14
_LOW = (697, 770, 852, 941)
_HIGH = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")


def band(samples: Samples, rate: int) -> Samples:
    """Bring speech to 8 kHz and the telephone band 300-3400 Hz, level about -22 dBm0 while speaking."""
    narrow = np.asarray(soxr.resample(samples, rate, RATE), dtype=np.float64)
    taps = np.arange(-128, 129)

    def low_pass(cut: float) -> Samples:
        return np.asarray(np.sinc(2 * cut / RATE * taps) * 2 * cut / RATE * np.hamming(taps.size), dtype=np.float64)

    kernel = low_pass(3400) - low_pass(300)
    shaped = np.convolve(narrow, kernel)[128 : 128 + narrow.size]
    active = np.abs(shaped) > 0.05 * np.abs(shaped).max()
    level = float(np.sqrt(np.mean(shaped[active] ** 2)))
    return np.clip(shaped * (0.075 / level), -0.9, 0.9)


def keyed(digits: str, random: np.random.Generator) -> tuple[Samples, list[tuple[int, int]]]:
    """Return the sound of keys pressed by a hand, and the stretch of each tone.

    ITU-T Q.23 frequencies, -9 dBm0 for the low group and 2 dB more for the high one, 90-140 ms each.
    """
    sound: list[Samples] = []
    places: list[tuple[int, int]] = []
    at = 0
    for digit in digits:
        tone = np.arange(int(RATE * random.uniform(0.09, 0.14))) / RATE
        row = next(n for n, keys in enumerate(_KEYS) if digit in keys)
        low = np.sin(2 * np.pi * _LOW[row] * tone) * _amplitude(-9)
        high = np.sin(2 * np.pi * _HIGH[_KEYS[row].index(digit)] * tone) * _amplitude(-7)
        places.append((at, at + tone.size))
        pause = np.zeros(int(RATE * random.uniform(0.12, 0.34)))
        sound += [low + high, pause]
        at += tone.size + pause.size
    return np.concatenate(sound), places


def _amplitude(dbm0: float) -> float:
    return float(10 ** ((dbm0 - _FULL_SCALE_DBM0) / 20))


def line_noise(count: int, random: np.random.Generator) -> Samples:
    """Circuit noise at about -68 dBm0."""
    return random.normal(0.0, 0.0003, count)


def through_g711(samples: Samples, law: str) -> Pcm:
    """Quantise as one trip through a G.711 trunk does (``alaw`` or ``ulaw``)."""
    linear = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    codes, values = _codebook(law)
    return values[np.searchsorted(codes, linear, side="right")]


def _codebook(law: str) -> tuple[Pcm, Pcm]:
    values = np.sort(decode_g711(np.arange(256, dtype=np.uint8), law).astype(np.int32))
    values = np.unique(values)
    middles = (values[:-1] + values[1:] + 1) // 2
    return middles.astype(np.int16), values.astype(np.int16)


def decode_g711(codes: npt.NDArray[np.uint8], law: str) -> Pcm:
    """Expand G.711 codes to 16-bit PCM (ITU-T G.711 tables 1 and 2)."""
    if law == "ulaw":
        inverted = ~codes
        magnitude = (((inverted & 0x0F).astype(np.int32) << 3) + 0x84) << ((inverted >> 4) & 7)
        magnitude -= 0x84
        return np.where(inverted & 0x80, -magnitude, magnitude).astype(np.int16)
    plain = codes ^ 0x55
    segment = ((plain >> 4) & 7).astype(np.int32)
    step = ((plain & 0x0F).astype(np.int32) << 4) + 8
    magnitude = np.where(segment == 0, step, (step + 0x100) << np.maximum(segment - 1, 0))
    return np.where(plain & 0x80, magnitude, -magnitude).astype(np.int16)


def encode_g711(pcm: Pcm, law: str) -> npt.NDArray[np.uint8]:
    """Return the code of each sample; the samples must already lie on the law's steps."""
    values = decode_g711(np.arange(256, dtype=np.uint8), law).astype(np.int32)
    order = np.argsort(values, kind="stable")
    places = np.searchsorted(values[order], pcm.astype(np.int32))
    return order[np.minimum(places, 255)].astype(np.uint8)
