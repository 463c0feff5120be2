"""Two foreign DTMF decoders, as judges of what is left after masking."""

from __future__ import annotations

import ctypes
import ctypes.util
import subprocess
from pathlib import Path

import numpy as np
import pytest
from sounds import Sound, need, wav_bytes


def multimon(sound: Sound, folder: Path) -> str:
    """The digits that multimon-ng decodes from a mono recording at 8 kHz."""
    need("multimon-ng", "sox")
    path = folder / "heard.wav"
    path.write_bytes(wav_bytes(sound))
    command = ["multimon-ng", "-q", "-a", "DTMF", "-t", "wav", str(path)]
    lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    return "".join(line.split()[-1] for line in lines if line.startswith("DTMF:"))


def spandsp(sound: Sound) -> str:
    """The digits that spandsp decodes from a mono recording at 8 kHz."""
    name = ctypes.util.find_library("spandsp")
    if name is None:
        pytest.skip("libspandsp2 is missing")
    library = ctypes.CDLL(name)
    library.dtmf_rx_init.restype = ctypes.c_void_p
    library.dtmf_rx_init.argtypes = [ctypes.c_void_p] * 3
    library.dtmf_rx.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    library.dtmf_rx_get.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    library.dtmf_rx_free.argtypes = [ctypes.c_void_p]
    state = library.dtmf_rx_init(None, None, None)
    digits = b""
    samples = np.ascontiguousarray(sound[:, 0])
    for start in range(0, len(samples), 800):
        part = samples[start : start + 800].copy()
        library.dtmf_rx(state, part.ctypes.data, len(part))
        buffer = ctypes.create_string_buffer(129)
        digits += buffer.raw[: library.dtmf_rx_get(state, buffer, 128)]
    library.dtmf_rx_free(state)
    return digits.decode("ascii")
