"""PCM in, PCM out: formats, DTMF, masking, waveform, check."""

from callward.engine.audio.dtmf import DtmfProfile, DtmfScanner
from callward.engine.audio.echo import ECHO_THRESHOLD, Echo, EchoMeter, echo_level
from callward.engine.audio.flac import FlacWriter
from callward.engine.audio.joining import Joined, Lane, Leg, join
from callward.engine.audio.mask import Masker, merge, mute_stretches, pad, verify_masked
from callward.engine.audio.model import (
    AudioError,
    AudioInfo,
    DtmfEvent,
    Fill,
    Stretch,
)
from callward.engine.audio.reader import Reader, heard_by, open_audio
from callward.engine.audio.speech import SpeechMeter, uncovered
from callward.engine.audio.waveform import PeakMeter

__all__ = [
    "ECHO_THRESHOLD",
    "AudioError",
    "AudioInfo",
    "DtmfEvent",
    "DtmfProfile",
    "DtmfScanner",
    "Echo",
    "EchoMeter",
    "Fill",
    "FlacWriter",
    "Joined",
    "Lane",
    "Leg",
    "Masker",
    "PeakMeter",
    "Reader",
    "SpeechMeter",
    "Stretch",
    "echo_level",
    "heard_by",
    "join",
    "merge",
    "mute_stretches",
    "open_audio",
    "pad",
    "uncovered",
    "verify_masked",
]
