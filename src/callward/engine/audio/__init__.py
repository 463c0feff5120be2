"""PCM in, PCM out: formats, DTMF, masking, waveform, check."""

from callward.engine.audio.model import (
    AudioError,
    AudioInfo,
    DtmfEvent,
    Fill,
    Stretch,
)

__all__ = [
    "AudioError",
    "AudioInfo",
    "DtmfEvent",
    "Fill",
    "Stretch",
]
