"""What every foreign format is read into, and the one place that makes a Transcript of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from callward.engine.transcripts.model import Speaker, Timing, Transcript, TranscriptError, Turn, Word
from callward.engine.transcripts.speakers import channel_of, placed, speaker_of

MAX_WORDS: Final = 500_000
MAX_SECONDS: Final = 48 * 3600.0
MAX_RATE: Final = 768_000
HARMLESS_SECONDS: Final = 0.05
_UNSPOKEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\u2028\u2029]")
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word as its producer wrote it, times in seconds; ``text`` keeps a leading space where one separates."""

    text: str
    start: float | None
    end: float | None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one voice says, times in seconds from the start of the recording.

    ``words`` is empty where the producer timed only the whole. ``label`` is the producer's name for
    the voice; it decides the speaker and is then forgotten, since it may be a person's name.
    """

    text: str
    start: float | None = None
    end: float | None = None
    label: str | None = None
    channel: int | None = None
    words: tuple[SpokenWord, ...] = ()


def assemble(
    utterances: Iterable[Utterance], *, rate: int, language: str | None = None, agent_channel: int | None = None
) -> Transcript:
    """The utterances as a Transcript at ``rate``, turns in order of their start.

    Repaired because harmless: a start up to 50 ms before zero becomes zero; a word that runs up to
    50 ms into the next ends where that one starts. A word without times or without length makes its
    turn ``Timing.TURN``, so that masking takes all of it; so does a text that the words do not spell.
    Raises TranscriptError ``transcript_rate``, ``transcript_too_large``, ``transcript_number``,
    ``transcript_negative_time``, ``transcript_time_order`` or ``transcript_overlap``.
    """
    if not 1 <= rate <= MAX_RATE:
        raise TranscriptError("transcript_rate", "the sample rate is out of range")
    turns: list[Turn] = []
    ends: dict[str, float] = {}
    for spoken in _in_order([_checked(utterance) for utterance in _counted(utterances)]):
        _refuse_overlap(spoken, ends)
        turn = _turn(spoken, rate, agent_channel)
        if turn.words:
            turns.append(turn)
    return Transcript(tuple(turns), rate, language)


def _counted(utterances: Iterable[Utterance]) -> Iterator[Utterance]:
    """Counting comes before anything is built of the words: ten million of them would fill the memory."""
    left = MAX_WORDS
    for utterance in utterances:
        written = sum(1 for _ in islice(_WORD.finditer(utterance.text), left + 1))
        left -= max(written, len(utterance.words), 1)
        if left < 0:
            raise TranscriptError("transcript_too_large", "the transcript has over 500,000 words")
        yield utterance


def joined(words: Sequence[SpokenWord]) -> str:
    """The text that words spell: as they are where the producer kept the spaces, else one space between."""
    keeps_spaces = any(word.text[:1].isspace() for word in words[1:])
    return ("" if keeps_spaces else " ").join(word.text for word in words).strip()


def spoken_text(text: str) -> str:
    """The text with control characters as spaces, one for one, and no space around it."""
    return _UNSPOKEN.sub(" ", text).strip()


def interpolated(text: str, start: int | None, end: int | None) -> tuple[Word, ...]:
    """The words of a text, each given the share of [start, end) that its characters have of the text."""
    found = [(match.group(), match.start()) for match in _WORD.finditer(text)]
    if start is None or end is None:
        return tuple(Word(word, offset, None, None) for word, offset in found)
    span, size = end - start, len(text)
    return tuple(
        Word(word, offset, start + span * offset // size, start + span * (offset + len(word)) // size)
        for word, offset in found
    )


def _turn(utterance: Utterance, rate: int, agent_channel: int | None) -> Turn:
    label = utterance.label
    channel = utterance.channel if utterance.channel is not None else channel_of(label)
    speaker, channel = placed(speaker_of(label), channel, agent_channel)
    text = spoken_text(utterance.text)
    start, end = _extent(utterance, rate)
    words = _timed_words(utterance.words, text, rate)
    if words:
        return Turn(speaker, text, words, Timing.WORD, channel, start, end)
    timing = Timing.NONE if start is None else Timing.TURN
    return Turn(speaker, text, interpolated(text, start, end), timing, channel, start, end)


def _timed_words(spoken: Sequence[SpokenWord], text: str, rate: int) -> tuple[Word, ...]:
    """The words with the producer's own times, or nothing where those cannot be trusted for each word."""
    words: list[Word] = []
    position = 0
    for word in spoken:
        shown = spoken_text(word.text)
        if not shown:
            continue
        offset = _next_place(text, shown, position)
        if offset is None or word.start is None or word.end is None:
            return ()
        start, end = _samples(word.start, rate), _samples(word.end, rate)
        if end <= start or (words and start < (words[-1].start or 0)):
            return ()
        words.append(Word(shown, offset, start, end, word.confidence))
        position = offset + len(shown)
    return tuple(words) if not text[position:].strip() else ()


def _next_place(text: str, word: str, position: int) -> int | None:
    while position < len(text) and text[position].isspace():
        position += 1
    return position if text.startswith(word, position) else None


def _extent(utterance: Utterance, rate: int) -> tuple[int | None, int | None]:
    """First and last sample of all that is known of the utterance, or None twice."""
    starts = [time for time in (utterance.start, *(word.start for word in utterance.words)) if time is not None]
    ends = [time for time in (utterance.end, *(word.end for word in utterance.words)) if time is not None]
    if not starts or not ends:
        return None, None
    start, end = _samples(min(starts), rate), _samples(max(ends), rate)
    return (start, end) if end > start else (None, None)


def _samples(time: float, rate: int) -> int:
    return round(time * rate)


def _checked(utterance: Utterance) -> Utterance:
    start, end = _interval(utterance.start, utterance.end)
    words: list[SpokenWord] = []
    for word in utterance.words:
        begun, ended = _interval(word.start, word.end)
        if words and begun is not None:
            words[-1] = _clamped(words[-1], begun)
        words.append(SpokenWord(word.text, begun, ended, word.confidence))
    return Utterance(utterance.text, start, end, utterance.label, utterance.channel, tuple(words))


def _interval(start: float | None, end: float | None) -> tuple[float | None, float | None]:
    for time in (start, end):
        if time is None:
            continue
        if not math.isfinite(time) or time > MAX_SECONDS:
            raise TranscriptError("transcript_number", "a time is not finite or over 48 hours")
        if time < -HARMLESS_SECONDS:
            raise TranscriptError("transcript_negative_time", "a time lies before the start of the recording")
    if start is not None and end is not None and end < start:
        raise TranscriptError("transcript_time_order", "an end lies before its start")
    return (None if start is None else max(start, 0.0)), (None if end is None else max(end, 0.0))


def _clamped(word: SpokenWord, following: float) -> SpokenWord:
    if word.end is None or word.end <= following:
        return word
    if word.end - following > HARMLESS_SECONDS:
        raise TranscriptError("transcript_overlap", "words of one speaker overlap by more than 50 ms")
    return SpokenWord(word.text, word.start, max(following, word.start or 0.0), word.confidence)


def _refuse_overlap(utterance: Utterance, ends: dict[str, float]) -> None:
    """Timed words of one named voice must not run into its earlier ones; ``ends`` holds where each voice is.

    Unnamed voices may be several people, and cues without word times are masked whole: neither is refused.
    """
    known = speaker_of(utterance.label) in (Speaker.AGENT, Speaker.CALLER) or utterance.channel is not None
    first = utterance.words[0].start if utterance.words else None
    last = utterance.words[-1].end if utterance.words else None
    if not known or first is None or last is None:
        return
    voice = f"{utterance.channel}/{utterance.label}"
    if first < ends.get(voice, 0.0) - HARMLESS_SECONDS:
        raise TranscriptError("transcript_overlap", "turns of one speaker overlap by more than 50 ms")
    ends[voice] = last


def _in_order(utterances: Sequence[Utterance]) -> list[Utterance]:
    """By start; an utterance without times stays behind the one it followed."""
    keys: list[float] = []
    for utterance in utterances:
        first = utterance.words[0].start if utterance.words else None
        start = utterance.start if utterance.start is not None else first
        keys.append(start if start is not None else (keys[-1] if keys else 0.0))
    return [utterance for _, utterance in sorted(zip(keys, utterances, strict=True), key=lambda pair: pair[0])]
