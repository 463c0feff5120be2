"""One Transcript out of many foreign formats."""

from callward.engine.transcripts.model import (
    Speaker,
    Timing,
    Transcript,
    TranscriptError,
    Turn,
    Word,
)

__all__ = [
    "Speaker",
    "Timing",
    "Transcript",
    "TranscriptError",
    "Turn",
    "Word",
]
