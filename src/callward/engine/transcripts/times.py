"""Where words lie in the audio, and whether a transcript can belong to it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from callward.engine.transcripts.assembling import MAX_RATE
from callward.engine.transcripts.model import Timing, Transcript, TranscriptError, Turn, Word

_LATE_SECONDS: Final = 0.5


def stretch_of(turn: Turn, start: int, end: int) -> tuple[int, int] | None:
    """The samples [first, last) in which the code points [start, end) of ``turn.text`` are spoken.

    Timing.WORD: the words touched; the whole turn where the span touches no word or holds a
    character that no word covers. Timing.TURN: the whole turn. Timing.NONE, or an empty span: None.
    """
    if end <= start or turn.timing is Timing.NONE or turn.start is None or turn.end is None:
        return None
    whole = turn.start, turn.end
    if turn.timing is Timing.TURN:
        return whole
    touched = turn.words[slice(*touched_by(turn.words, start, end))]
    if not touched or not _covered(turn.text, touched, start, end):
        return whole
    times = [(word.start, word.end) for word in touched if word.start is not None and word.end is not None]
    if len(times) < len(touched):
        return whole
    return min(first for first, _ in times), max(last for _, last in times)


def touched_by(words: Sequence[Word], start: int, end: int) -> tuple[int, int]:
    """The range of indices of the words, ordered by offset, that share a code point with [start, end)."""
    first = bisect_right(words, start, key=lambda word: word.offset + len(word.text))
    return first, max(first, bisect_left(words, end, key=lambda word: word.offset))


def _covered(text: str, words: Sequence[Word], start: int, end: int) -> bool:
    position = start
    for word in words:
        if text[position : word.offset].strip():
            return False
        position = max(position, word.offset + len(word.text))
    return not text[position:end].strip()


def check_against(transcript: Transcript, frames: int) -> None:
    """Raise ``transcript_beyond_audio`` when a time lies over 0.5 s behind the last of ``frames`` samples.

    Such a transcript belongs to another call. Times within the half second are left as they are:
    the caller cuts what it masks to the length of the audio.
    """
    limit = frames + transcript.rate * _LATE_SECONDS
    for turn in transcript.turns:
        ends = [time for time in (turn.end, *(word.end for word in turn.words)) if time is not None]
        if ends and max(ends) > limit:
            raise TranscriptError("transcript_beyond_audio", "the transcript runs on after the recording has ended")


def without_times(transcript: Transcript) -> Transcript:
    """The same words with no times, for a transcript whose recording is not kept."""
    return replace(transcript, turns=tuple(_untimed(turn) for turn in transcript.turns))


def _untimed(turn: Turn) -> Turn:
    words = tuple(replace(word, start=None, end=None) for word in turn.words)
    return replace(turn, words=words, timing=Timing.NONE, start=None, end=None)


def at_rate(transcript: Transcript, rate: int) -> Transcript:
    """The same transcript in samples of another rate: starts rounded down, ends up. Raises ``transcript_rate``."""
    if not 1 <= rate <= MAX_RATE:
        raise TranscriptError("transcript_rate", "the sample rate is out of range")
    if rate == transcript.rate:
        return transcript

    def down(time: int | None) -> int | None:
        return None if time is None else time * rate // transcript.rate

    def up(time: int | None) -> int | None:
        return None if time is None else -(-time * rate // transcript.rate)

    turns = tuple(
        replace(
            turn,
            start=down(turn.start),
            end=up(turn.end),
            words=tuple(replace(word, start=down(word.start), end=up(word.end)) for word in turn.words),
        )
        for turn in transcript.turns
    )
    return Transcript(turns, rate, transcript.language)
