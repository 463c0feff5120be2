"""PCM in, PCM out: formats, DTMF, masking, waveform, check."""

from callward.engine.audio.dtmf import DtmfProfile, DtmfScanner
from callward.engine.audio.flac import FlacWriter
from callward.engine.audio.mask import Masker, merge, mute_stretches, pad, verify_masked
from callward.engine.audio.model import (
    AudioError,
    AudioInfo,
    DtmfEvent,
    Fill,
    Stretch,
)
from callward.engine.audio.reader import Reader, open_audio

__all__ = [
    "AudioError",
    "AudioInfo",
    "DtmfEvent",
    "DtmfProfile",
    "DtmfScanner",
    "Fill",
    "FlacWriter",
    "Masker",
    "Reader",
    "Stretch",
    "merge",
    "mute_stretches",
    "open_audio",
    "pad",
    "verify_masked",
]
