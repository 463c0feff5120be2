"""Deepgram JSON: ``results.utterances`` where present, else the words of ``results.channels``.

Seconds, channels from 0, ``punctuated_word`` where formatting was on. Words without utterances
become turns by speaker and by pause; where they do not spell the channel's transcript, that is one
turn without word times, so that nothing said is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from callward.engine.transcripts.assembling import SpokenWord, Utterance
from callward.engine.transcripts.document import (
    JsonObject,
    JsonValue,
    confidence,
    language_code,
    objects,
    seconds,
    shape,
    string,
    whole,
)
from callward.engine.transcripts.voices import VoicedWord, by_pause, spells


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is in this format."""
    results = value.get("results") if isinstance(value, dict) else None
    return isinstance(results, dict) and ("channels" in results or "utterances" in results)


def utterances(value: JsonValue) -> Iterator[Utterance]:
    """The utterances of all channels; raises ``transcript_shape``.

    A transcript of one channel says nothing about the recording's channels, since a stereo
    recording may have been mixed before: its channel stays unknown.
    """
    results = _results(value)
    channels = list(objects(results.get("channels") or [], "channels"))
    spoken = list(objects(results.get("utterances") or [], "utterances"))
    several = len(channels) > 1 or any((whole(said.get("channel")) or 0) > 0 for said in spoken)
    if spoken:
        for said in spoken:
            yield _utterance(said, whole(said.get("channel")) if several else None)
        return
    for number, channel in enumerate(channels):
        yield from _by_pause(channel, number if several else None)


def language(value: JsonValue) -> str | None:
    """The language of the first channel that names one."""
    for channel in objects(_results(value).get("channels") or [], "channels"):
        found = language_code(channel.get("detected_language"))
        if found:
            return found
    return None


def _results(value: JsonValue) -> JsonObject:
    results = value.get("results") if isinstance(value, dict) else None
    if not isinstance(results, dict):
        raise shape("results")
    return results


def _utterance(said: JsonObject, channel: int | None) -> Utterance:
    return Utterance(
        string(said.get("transcript"), "transcript"),
        seconds(said.get("start"), "start"),
        seconds(said.get("end"), "end"),
        _voice(said),
        channel,
        tuple(_word(word) for word in objects(said.get("words") or [], "words")),
    )


def _by_pause(channel: JsonObject, number: int | None) -> Iterator[Utterance]:
    alternatives = list(objects(channel.get("alternatives") or [], "alternatives"))
    if not alternatives:
        return
    best = alternatives[0]
    spoken = list(objects(best.get("words") or [], "words"))
    if not spoken:
        yield Utterance(string(best.get("transcript", ""), "transcript"), channel=number)
        return
    words = [VoicedWord(_word(entry), _voice(entry), number) for entry in spoken]
    every = tuple(voiced.word for voiced in words)
    whole_text = best.get("transcript")
    if isinstance(whole_text, str) and not spells(every, whole_text):
        yield Utterance(whole_text, channel=number, words=every)
        return
    yield from by_pause(words)


def _word(word: JsonObject) -> SpokenWord:
    return SpokenWord(
        string(word.get("punctuated_word", word.get("word")), "word"),
        seconds(word.get("start"), "word start"),
        seconds(word.get("end"), "word end"),
        confidence(word.get("confidence")),
    )


def _voice(entry: JsonObject) -> str | None:
    number = whole(entry.get("speaker"))
    return None if number is None else f"speaker_{number}"
