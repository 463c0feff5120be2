"""Google Cloud Speech-to-Text, v1 and v2: results of alternatives of words, times such as ``"1.300s"``.

v1 words have ``startTime``, ``endTime`` and ``speakerTag``; v2 words ``startOffset``, ``endOffset`` and
``speakerLabel``. Channels count from 1, and a confidence of 0.0 means that none was set. The answer may come inside a
long-running operation (``response``) or, in v2, under the address of its one recording.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from callward.engine.transcripts.assembling import SpokenWord, Utterance, joined
from callward.engine.transcripts.document import (
    JsonObject,
    JsonValue,
    confidence,
    language_code,
    objects,
    shape,
    string,
    whole,
)
from callward.engine.transcripts.voices import VoicedWord, by_pause, spells

_DURATION: Final = re.compile(r"(-?\d{1,12})(\.\d{1,9})?s\Z")
_STARTS: Final = ("startTime", "startOffset", "start_time", "start_offset")
_ENDS: Final = ("endTime", "endOffset", "end_time", "end_offset")
_RESULT_ENDS: Final = ("resultEndTime", "resultEndOffset", "result_end_time", "result_end_offset")


@dataclass(frozen=True, slots=True)
class _Result:
    """The best alternative of one result. ``start`` is where the result before it on the channel ended."""

    text: str | None
    words: tuple[VoicedWord, ...]
    channel: int
    start: float | None
    end: float | None

    @property
    def spoken(self) -> tuple[SpokenWord, ...]:
        return tuple(voiced.word for voiced in self.words)


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is in this format."""
    results = _results(value)
    return isinstance(results, list) and all(isinstance(result, dict) for result in results)


def utterances(value: JsonValue) -> Iterator[Utterance]:
    """One utterance a result, or one a voice where voices are told apart; raises ``transcript_shape``."""
    results = list(_read(_results(value)))
    several = len({result.channel for result in results}) > 1
    for result in _without_repetition(results):
        number = max(result.channel - 1, 0) if several else None
        words = [VoicedWord(voiced.word, voiced.voice, number) for voiced in result.words]
        text = result.text if result.text is not None else joined(result.spoken)
        if any(voiced.voice for voiced in words) and spells(result.spoken, text):
            yield from by_pause(words)
        elif text:
            yield Utterance(text, *_extent(result), channel=number, words=result.spoken)


def language(value: JsonValue) -> str | None:
    """The language of the first result that names one."""
    results = _results(value)
    for result in objects(results, "results") if isinstance(results, list) else ():
        found = language_code(result.get("languageCode", result.get("language_code")))
        if found:
            return found
    return None


def _results(value: JsonValue) -> JsonValue:
    inside = value.get("response", value) if isinstance(value, dict) else None
    results = inside.get("results") if isinstance(inside, dict) else None
    if isinstance(results, dict) and len(results) == 1:
        (only,) = results.values()
        only = only.get("inlineResult", only) if isinstance(only, dict) else None
        transcript = only.get("transcript") if isinstance(only, dict) else None
        return transcript.get("results") if isinstance(transcript, dict) else None
    return results


def _read(results: JsonValue) -> Iterator[_Result]:
    ends: dict[int, float] = {}
    for result in objects(results, "results"):
        best = next(objects(result.get("alternatives") or [], "alternatives"), None)
        if best is None:
            continue
        channel = whole(result.get("channelTag", result.get("channel_tag"))) or 0
        text = best.get("transcript")
        words = tuple(_voiced(word) for word in objects(best.get("words") or [], "words"))
        end = _time(result, _RESULT_ENDS)
        told = string(text, "transcript").strip() if text is not None else None
        yield _Result(told or None, words, channel, ends.get(channel, 0.0), end)
        if end is not None:
            ends[channel] = end


def _without_repetition(results: Sequence[_Result]) -> Sequence[_Result]:
    """Leave out what is said twice.

    With voices told apart, v1 lists all words of the recording once more in a last result without a text of its own.
    It goes in the place of the others where it holds all that they say; otherwise it is the one left out.
    """
    if len(results) < 2 or results[-1].text is not None or not results[-1].words:
        return results
    *others, last = results
    everything = " ".join(result.text or joined(result.spoken) for result in others)
    return [last] if spells(last.spoken, everything) else others


def _extent(result: _Result) -> tuple[float | None, float | None]:
    """Where the words have no times the whole result since the one before is taken."""
    if result.words:
        return result.words[0].word.start, result.words[-1].word.end
    return (result.start, result.end) if result.end is not None else (None, None)


def _voiced(word: JsonObject) -> VoicedWord:
    start, end = _time(word, _STARTS), _time(word, _ENDS)
    if start is None and end is not None:
        start = 0.0  # a start at zero is left out
    known = confidence(word.get("confidence"))
    spoken = SpokenWord(string(word.get("word"), "word"), start, end, known or None)
    return VoicedWord(spoken, _voice(word))


def _voice(word: JsonObject) -> str | None:
    label = word.get("speakerLabel", word.get("speaker_label"))
    if isinstance(label, str) and label:
        return f"speaker_{label}" if label.isdecimal() else label
    tag = whole(word.get("speakerTag", word.get("speaker_tag")))
    return f"speaker_{tag}" if tag else None


def _time(entry: JsonObject, names: Sequence[str]) -> float | None:
    """Seconds of a duration, written as text or as seconds and nanoseconds; None where it is left out."""
    value = next((entry[name] for name in names if entry.get(name) is not None), None)
    if value is None:
        return None
    if isinstance(value, str) and (found := _DURATION.match(value)):
        return float(found.group(1) + (found.group(2) or ""))
    if isinstance(value, dict):
        return _number(value.get("seconds", 0)) + _number(value.get("nanos", 0)) / 1e9
    raise shape(names[0])


def _number(value: JsonValue) -> float:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}", value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise shape("seconds")
    return float(value)
