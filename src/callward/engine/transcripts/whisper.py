"""Whisper and faster-whisper JSON: segments in seconds, words with a leading space, no speaker.

A segment may carry ``speaker`` (as diarising wrappers add). Read: ``{"segments": [...]}`` with
``language``, or the bare list of segments.
"""

from __future__ import annotations

from collections.abc import Iterator

from callward.engine.transcripts.assembling import SpokenWord, Utterance, joined, spoken_text
from callward.engine.transcripts.document import (
    JsonObject,
    JsonValue,
    confidence,
    language_code,
    objects,
    seconds,
    string,
)


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is in this format."""
    if isinstance(value, dict):
        return isinstance(value.get("segments"), list)
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and {"start", "text"} <= set(value[0])


def utterances(value: JsonValue) -> Iterator[Utterance]:
    """One utterance a segment; raises ``transcript_shape``."""
    segments = value.get("segments") if isinstance(value, dict) else value
    for segment in objects(segments, "segments"):
        yield _utterance(segment)


def language(value: JsonValue) -> str | None:
    """The language that the producer detected or was told."""
    return language_code(value.get("language")) if isinstance(value, dict) else None


def _utterance(segment: JsonObject) -> Utterance:
    words = tuple(_word(word) for word in objects(segment.get("words") or [], "words"))
    text = string(segment["text"], "text") if "text" in segment else joined(words)
    label = segment.get("speaker")
    return Utterance(
        spoken_text(text),
        seconds(segment.get("start"), "start"),
        seconds(segment.get("end"), "end"),
        label if isinstance(label, str) else None,
        words=words,
    )


def _word(word: JsonObject) -> SpokenWord:
    return SpokenWord(
        string(word.get("word"), "word"),
        seconds(word.get("start"), "word start"),
        seconds(word.get("end"), "word end"),
        confidence(word.get("probability", word.get("score"))),
    )
