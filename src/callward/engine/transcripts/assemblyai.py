"""AssemblyAI JSON: ``utterances`` where present, else ``words``; whole milliseconds, channels from 1.

Channels come as strings (``"1"``); with speakers told apart inside a channel the speaker is ``1A``, ``1B``. A document
that is not ``completed`` holds no words yet and is refused, so that its recording is not taken for one without speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from callward.engine.transcripts.assembling import SpokenWord, Utterance
from callward.engine.transcripts.document import (
    JsonObject,
    JsonValue,
    confidence,
    language_code,
    milliseconds,
    objects,
    shape,
    string,
)
from callward.engine.transcripts.voices import VoicedWord, by_pause, spells

_IN_CHANNEL: Final = re.compile(r"(\d{1,3})[A-Z]{0,2}\Z")
_CHANNELS: Final = 256


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is in this format."""
    if not isinstance(value, dict):
        return False
    return {"id", "status", "audio_url"} <= set(value) or _has_texts(value.get("utterances"), value.get("words"))


def utterances(value: JsonValue) -> Iterator[Utterance]:
    """The utterances, or turns made of the words; raises ``transcript_shape``."""
    document = value if isinstance(value, dict) else {}
    if document.get("status", "completed") != "completed":
        raise shape("status")
    several = _several(document)
    spoken = list(objects(document.get("utterances") or [], "utterances"))
    if spoken:
        for said in spoken:
            yield _utterance(said, several=several)
        return
    listed = list(objects(document.get("words") or [], "words"))
    words = [VoicedWord(_word(entry), _voice(entry), _channel(entry) if several else None) for entry in listed]
    every = tuple(voiced.word for voiced in words)
    text = document.get("text")
    if isinstance(text, str) and not spells(every, text):
        yield Utterance(text, words=every)
        return
    yield from by_pause(sorted(words, key=lambda voiced: voiced.channel or 0))


def language(value: JsonValue) -> str | None:
    """``language_code`` without its country."""
    return language_code(value.get("language_code")) if isinstance(value, dict) else None


def _has_texts(*lists: JsonValue) -> bool:
    return any(isinstance(one, list) and one and isinstance(one[0], dict) and "text" in one[0] for one in lists)


def _several(document: JsonObject) -> bool:
    channels = document.get("audio_channels")
    return document.get("multichannel") is True or (isinstance(channels, int) and channels > 1)


def _utterance(said: JsonObject, *, several: bool) -> Utterance:
    return Utterance(
        string(said.get("text"), "text"),
        milliseconds(said.get("start"), "start"),
        milliseconds(said.get("end"), "end"),
        _voice(said),
        _channel(said) if several else None,
        tuple(_word(word) for word in objects(said.get("words") or [], "words")),
    )


def _word(word: JsonObject) -> SpokenWord:
    return SpokenWord(
        string(word.get("text"), "word"),
        milliseconds(word.get("start"), "word start"),
        milliseconds(word.get("end"), "word end"),
        confidence(word.get("confidence")),
    )


def _voice(entry: JsonObject) -> str | None:
    label = entry.get("speaker")
    if not isinstance(label, str):
        return None
    # A lone letter or a channel with a letter tells voices apart and names nobody.
    return f"speaker_{label}" if len(label) == 1 or _IN_CHANNEL.match(label) else label


def _channel(entry: JsonObject) -> int | None:
    for told in (entry.get("channel"), entry.get("speaker")):
        found = _IN_CHANNEL.match(str(told)) if isinstance(told, str | int) and not isinstance(told, bool) else None
        if found and 1 <= int(found.group(1)) <= _CHANNELS:
            return int(found.group(1)) - 1
    return None
