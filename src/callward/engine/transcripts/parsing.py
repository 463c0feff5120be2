"""One entrance for every format; the content decides which it is, never the name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from callward.engine.transcripts import assemblyai, contactlens, deepgram, google, own, srt, webvtt, whisper
from callward.engine.transcripts.assembling import Utterance, assemble
from callward.engine.transcripts.document import JsonValue, decode, language_code, load_json
from callward.engine.transcripts.model import Transcript, TranscriptError
from callward.engine.transcripts.times import at_rate


class _JsonFormat(Protocol):
    def reads(self, value: JsonValue, /) -> bool: ...
    def utterances(self, value: JsonValue, /) -> Iterator[Utterance]: ...
    def language(self, value: JsonValue, /) -> str | None: ...


class _TextFormat(Protocol):
    def reads(self, text: str, /) -> bool: ...
    def utterances(self, text: str, /) -> Iterator[Utterance]: ...


_JSON_FORMATS: Final[tuple[_JsonFormat, ...]] = (contactlens, deepgram, google, whisper, assemblyai)
_TEXT_FORMATS: Final[tuple[_TextFormat, ...]] = (webvtt, srt)


def parse_transcript(
    data: bytes, *, rate: int, name: str = "", language: str | None = None, agent_channel: int | None = None
) -> Transcript:
    """A transcript in any format that is read, its times at ``rate`` samples a second.

    ``name`` is not looked at: producers name files freely, the content decides. ``language`` stands
    in where the document does not name one. ``agent_channel`` (0 or 1) is the channel of a
    two-channel recording that the agent speaks on. Raises TranscriptError; see
    docs/formats/transcript.md for its codes and for what is repaired.
    """
    text = decode(data)
    if text.lstrip()[:1] in ("{", "["):
        return _of_json(load_json(text), rate, language, agent_channel)
    for form in _TEXT_FORMATS:
        if form.reads(text):
            told = (webvtt.language(text) if form is webvtt else None) or language_code(language)
            return assemble(form.utterances(text), rate=rate, language=told, agent_channel=agent_channel)
    raise TranscriptError("transcript_format_unknown", "the content is in no transcript format that is read")


def _of_json(value: JsonValue, rate: int, language: str | None, agent_channel: int | None) -> Transcript:
    if own.reads(value):
        return at_rate(own.read(value), rate)
    for form in _JSON_FORMATS:
        if form.reads(value):
            told = form.language(value) or language_code(language)
            return assemble(form.utterances(value), rate=rate, language=told, agent_channel=agent_channel)
    raise TranscriptError("transcript_format_unknown", "the JSON is in no transcript format that is read")
