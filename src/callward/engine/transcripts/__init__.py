"""One Transcript out of many foreign formats."""

from callward.engine.transcripts.assembling import SpokenWord, Utterance, assemble
from callward.engine.transcripts.editing import Edit, redact_turns
from callward.engine.transcripts.model import (
    Speaker,
    Timing,
    Transcript,
    TranscriptError,
    Turn,
    Word,
)
from callward.engine.transcripts.own import dump_transcript, load_transcript
from callward.engine.transcripts.parsing import parse_transcript
from callward.engine.transcripts.speakers import speaker_of
from callward.engine.transcripts.times import at_rate, check_against, stretch_of, without_times

__all__ = [
    "Edit",
    "Speaker",
    "SpokenWord",
    "Timing",
    "Transcript",
    "TranscriptError",
    "Turn",
    "Utterance",
    "Word",
    "assemble",
    "at_rate",
    "check_against",
    "dump_transcript",
    "load_transcript",
    "parse_transcript",
    "redact_turns",
    "speaker_of",
    "stretch_of",
    "without_times",
]
