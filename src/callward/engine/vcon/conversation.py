"""What a call centre wants of a vCon: the recordings, and who said what."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from callward.engine.vcon.document import JsonObject, JsonValue
from callward.engine.vcon.model import Analysis, Content, Dialog, Encoding, Party, Vcon

_AUDIO: Final = re.compile(r"audio/|video/mp4|application/ogg", re.IGNORECASE)
_TRANSCRIPTS: Final = ("transcript", "diarized", "transcription")
_TEXT_KEYS: Final = ("message", "text", "transcript", "content", "utterance")
_PARAGRAPH: Final = re.compile(r"\n[ \t\r]*\n+")
_LABEL: Final = re.compile(r"([A-Za-z][A-Za-z0-9 _-]{0,30}?)[ \t]*:[ \t]+")


@dataclass(frozen=True, slots=True, repr=False)
class Recording:
    """A dialog that holds sound; ``roles`` has the role of each channel where the parties say it per channel.

    ``party`` is the index of the only party that it names, where it names one.
    """

    dialog: int
    content: Content
    start: datetime | None
    duration: float | None
    roles: tuple[str | None, ...]
    party: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """What one party says; seconds from the start of the recording, or None where nothing says."""

    role: str | None
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Conversation:
    """Who said what: pieces, or a document in some transcript format that the vCon carried as it was."""

    pieces: tuple[Piece, ...] = ()
    document: bytes | None = None
    language: str | None = None


def recordings(vcon: Vcon) -> tuple[Recording, ...]:
    """The dialogs of type recording whose media is sound, in their order."""
    found: list[Recording] = []
    for number, dialog in enumerate(vcon.dialogs):
        if _is_sound(dialog):
            channels = dialog.parties if dialog.per_channel else ()
            roles = tuple(_channel_role(vcon.parties, channel) for channel in channels)
            named = [party for channel in dialog.parties for party in channel]
            party = named[0] if len(named) == 1 else None
            found.append(Recording(number, dialog.content, dialog.start, dialog.duration, roles, party))
    return tuple(found)


def transcript_of(vcon: Vcon, dialog: int | None) -> Conversation | None:
    """What was said in the recording ``dialog``; where it is None, in a transcript or in the text dialogs.

    Messages that were written beside a recording never stand in for its transcript.

    Read are analyses of type transcript (also ``diarized`` and its like): lists of messages with a
    speaker, one text in paragraphs, and whole documents of other formats, which are handed on.
    """
    # An analysis that names no dialog is of the only one there is.
    meant = [a for a in transcripts_in(vcon) if dialog is None or not a.dialogs or dialog in a.dialogs]
    found = read_transcripts(vcon, meant, dialog)
    if found is None and dialog is None:
        pieces = messages_of(vcon)
        found = Conversation(pieces) if pieces else None
    return found


def transcripts_in(vcon: Vcon) -> tuple[Analysis, ...]:
    """The analyses that hold what was said, those of type transcript first."""
    found = [analysis for analysis in vcon.analyses if analysis.type in _TRANSCRIPTS]
    return tuple(sorted(found, key=lambda analysis: analysis.type != "transcript"))


def read_transcripts(vcon: Vcon, analyses: Iterable[Analysis], dialog: int | None) -> Conversation | None:
    """The first of some analyses that can be read; times of day count from the start of ``dialog``."""
    return next((found for one in analyses if (found := _of_analysis(vcon, one, dialog)) is not None), None)


def messages_of(vcon: Vcon) -> tuple[Piece, ...]:
    """The inline text dialogs in their order; written words have no place in any audio."""
    found = []
    for dialog in vcon.dialogs:
        text = (dialog.content.data or b"").decode("utf-8", "replace").strip() if _is_message(dialog) else ""
        if text:
            found.append(Piece(_writer(vcon, dialog), text))
    return tuple(found)


def unread(vcon: Vcon) -> tuple[int, ...]:
    """The dialogs with content that is neither sound nor plain text here: pictures, pages, text that is elsewhere."""
    return tuple(
        number
        for number, dialog in enumerate(vcon.dialogs)
        if (dialog.content.data is not None or dialog.content.url is not None)
        and not (_is_sound(dialog) or _is_message(dialog))
    )


def _is_sound(dialog: Dialog) -> bool:
    media = dialog.content.mediatype
    return dialog.type == "recording" and (media is None or _AUDIO.match(media) is not None)


def _is_message(dialog: Dialog) -> bool:
    media = (dialog.content.mediatype or "text/plain").split(";")[0].strip().lower()
    return dialog.type == "text" and dialog.content.data is not None and media == "text/plain"


def _channel_role(parties: Sequence[Party], channel: Sequence[int]) -> str | None:
    return parties[channel[0]].role if len(channel) == 1 else None


def _of_analysis(vcon: Vcon, analysis: Analysis, dialog: int | None) -> Conversation | None:
    data = analysis.content.data
    if data is None:
        return None
    if analysis.content.encoding is not Encoding.JSON:
        return _of_text(data)
    body: JsonValue = orjson.loads(data)
    if isinstance(body, str):
        return _of_text(body.encode())
    start = vcon.dialogs[dialog].start if dialog is not None and dialog < len(vcon.dialogs) else None
    if isinstance(body, list):
        pieces = tuple(_listed(vcon, body, start))
        return Conversation(pieces) if pieces else Conversation(document=data)
    if isinstance(body, dict) and isinstance(body.get("transcript"), str):
        language = body.get("detected_language", body.get("language"))
        pieces = tuple(_paragraphs(str(body["transcript"])))
        return Conversation(pieces, language=language if isinstance(language, str) else None) if pieces else None
    return Conversation(document=data) if isinstance(body, dict) else None


def _of_text(data: bytes) -> Conversation | None:
    text = data.decode("utf-8", "replace").strip()
    if text.startswith("WEBVTT") or "-->" in text[:200]:
        return Conversation(document=data)
    pieces = tuple(_paragraphs(text))
    return Conversation(pieces) if pieces else None


def _paragraphs(text: str) -> Iterator[Piece]:
    """One piece a paragraph; a label in front of it is handed on as the role and stays in the text as well.

    It stays, because only who knows the roles can tell a label from a sentence with a colon.
    """
    for paragraph in _PARAGRAPH.split(text):
        if paragraph.strip():
            label = _LABEL.match(paragraph.strip())
            yield Piece(label.group(1) if label else None, paragraph.strip())


def _listed(vcon: Vcon, body: Sequence[JsonValue], start: datetime | None) -> Iterator[Piece]:
    """Messages with a speaker (conserver) or a party index, a time and a duration (the draft's examples)."""
    for entry in body:
        text = _text(entry) if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or text is None:
            return
        begun = _offset(entry.get("start"), start)
        lasted, ended = _seconds(entry.get("duration")), _offset(entry.get("end"), start)
        if ended is None and begun is not None and lasted is not None:
            ended = begun + lasted
        yield Piece(_speaker(vcon, entry), text, begun, ended)


def _text(entry: JsonObject) -> str | None:
    return next((str(entry[key]) for key in _TEXT_KEYS if isinstance(entry.get(key), str)), None)


def _speaker(vcon: Vcon, entry: JsonObject) -> str | None:
    for key in ("speaker", "role", "participant"):
        label = entry.get(key)
        if isinstance(label, str):
            return label
    party = entry.get("parties", entry.get("party"))
    if isinstance(party, int) and not isinstance(party, bool) and 0 <= party < len(vcon.parties):
        return vcon.parties[party].role
    return None


def _offset(value: JsonValue, start: datetime | None) -> float | None:
    """Seconds from the start of the dialog: given as such, or as a time of day."""
    if isinstance(value, str) and start is not None:
        try:
            return (datetime.fromisoformat(value) - start).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return _seconds(value)


def _seconds(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _writer(vcon: Vcon, dialog: Dialog) -> str | None:
    first = dialog.parties[0] if dialog.parties else ()
    place = dialog.originator if dialog.originator is not None else next(iter(first), None)
    return None if place is None else vcon.parties[place].role
