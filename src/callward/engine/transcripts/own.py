"""Callward's own transcript JSON, byte for byte as docs/formats/transcript.md says; the dual of itself."""

from __future__ import annotations

from typing import Final

import rfc8785

from callward.engine.transcripts.assembling import MAX_RATE, MAX_WORDS
from callward.engine.transcripts.document import (
    JsonObject,
    JsonValue,
    decode,
    language_code,
    load_json,
    objects,
    shape,
)
from callward.engine.transcripts.model import Speaker, Timing, Transcript, TranscriptError, Turn, Word

FORMAT: Final = "callward-transcript"
VERSION: Final = 1
_TOP: Final = frozenset({"format", "version", "rate", "language", "turns"})
_TURN: Final = frozenset({"speaker", "channel", "timing", "start", "end", "text", "words"})
_MAX_SAMPLE: Final = 2**53 - 1


def dump_transcript(transcript: Transcript) -> bytes:
    """The transcript as RFC 8785 canonical JSON; ``load_transcript`` gives back an equal value.

    Raises ``transcript_shape`` for a value that ``load_transcript`` would refuse.
    """
    document: JsonObject = {
        "format": FORMAT,
        "version": VERSION,
        "rate": transcript.rate,
        "language": transcript.language,
        "turns": [_turn_out(turn) for turn in transcript.turns],
    }
    _transcript_in(document)
    try:
        return rfc8785.dumps(document)
    except rfc8785.CanonicalizationError:
        raise shape("a value") from None


def load_transcript(data: bytes) -> Transcript:
    """A transcript from bytes that ``dump_transcript`` or another producer of the format wrote.

    Strict: unknown fields, words out of order or beside their text, and times out of order are
    refused. Raises TranscriptError.
    """
    value = load_json(decode(data))
    if not reads(value):
        raise TranscriptError("transcript_format_unknown", "not Callward's transcript format")
    return read(value)


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is in this format."""
    return isinstance(value, dict) and value.get("format") == FORMAT


def read(value: JsonValue) -> Transcript:
    """The transcript in a JSON value; raises TranscriptError."""
    if not isinstance(value, dict):
        raise shape("the document")
    return _transcript_in(value)


def _turn_out(turn: Turn) -> JsonObject:
    return {
        "speaker": turn.speaker.value,
        "channel": turn.channel,
        "timing": turn.timing.value,
        "start": turn.start,
        "end": turn.end,
        "text": turn.text,
        "words": [[word.offset, len(word.text), word.start, word.end, word.confidence] for word in turn.words],
    }


def _transcript_in(value: JsonObject) -> Transcript:
    if set(value) != _TOP or value["version"] != VERSION:
        raise shape("the document")
    language = value["language"]
    # Platforms keep the language beside the call in the clear: nothing but a code fits in.
    if language is not None and (not isinstance(language, str) or language_code(language) != language):
        raise shape("language")
    rate = _number(value["rate"], "rate")
    if rate is None or not 1 <= rate <= MAX_RATE:
        raise TranscriptError("transcript_rate", "the sample rate is out of range")
    turns: list[Turn] = []
    count = 0
    for entry in objects(value["turns"], "turns"):
        turn = _turn_in(entry)
        count += len(turn.words)
        if count > MAX_WORDS:
            raise TranscriptError("transcript_too_large", "the transcript has over 500,000 words")
        turns.append(turn)
    return Transcript(tuple(turns), rate, language)


def _turn_in(entry: JsonObject) -> Turn:
    text, words = entry.get("text"), entry.get("words")
    if set(entry) != _TURN or not isinstance(text, str) or not isinstance(words, list):
        raise shape("a turn")
    try:
        text.encode()
        speaker, timing = Speaker(str(entry["speaker"])), Timing(str(entry["timing"]))
    except ValueError:
        raise shape("a turn's speaker, timing or text") from None
    start, end = _interval(entry["start"], entry["end"], timed=timing is not Timing.NONE)
    found = _words_in(words, text, timed=timing is not Timing.NONE)
    if timing is Timing.WORD and any((word.end or 0) <= (word.start or 0) for word in found):
        raise TranscriptError("transcript_time_order", "a timed word has no length")
    return Turn(speaker, text, found, timing, _number(entry["channel"], "channel"), start, end)


def _words_in(entries: list[JsonValue], text: str, *, timed: bool) -> tuple[Word, ...]:
    words: list[Word] = []
    position, time = 0, 0
    for entry in entries:
        if not isinstance(entry, list) or len(entry) != 5:
            raise shape("a word")
        offset, length = _number(entry[0], "offset"), _number(entry[1], "length")
        if offset is None or not length or offset < position or offset + length > len(text):
            raise TranscriptError("transcript_words", "a word lies outside its turn's text or out of order")
        start, end = _interval(entry[2], entry[3], timed=timed)
        if start is not None and start < time:
            raise TranscriptError("transcript_time_order", "words are not in order of their start")
        words.append(Word(text[offset : offset + length], offset, start, end, _confidence(entry[4])))
        position, time = offset + length, start or 0
    return tuple(words)


def _interval(start: JsonValue, end: JsonValue, *, timed: bool) -> tuple[int | None, int | None]:
    first, last = _number(start, "start"), _number(end, "end")
    if timed in (first is None, last is None):
        raise shape("start or end")
    if first is not None and last is not None and last < first:
        raise TranscriptError("transcript_time_order", "an end lies before its start")
    return first, last


def _number(value: JsonValue, what: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value > _MAX_SAMPLE:
        raise shape(what)
    if value < 0:
        raise TranscriptError("transcript_negative_time", "a time or position is negative")
    return value


def _confidence(value: JsonValue) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise shape("confidence")
    return float(value)
