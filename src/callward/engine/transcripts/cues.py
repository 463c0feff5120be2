"""What WebVTT and SRT share: cue times and cue text with voices, tags and inline times."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from callward.engine.transcripts.assembling import SpokenWord, Utterance, spoken_text
from callward.engine.transcripts.speakers import names_a_voice

_TIMING: Final = re.compile(r"[ \t]*(-?[\d:.,]{5,16})[ \t]+-->[ \t]+(-?[\d:.,]{5,16})(?:[ \t].*)?\Z")
_CLOCK: Final = re.compile(r"(-?)(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,6})\Z")
_TAG: Final = re.compile(
    r"<(/?(?:v|c|b|i|u|s|ruby|rt|lang|font)(?:[ \t.][^<>]*)?|\d[\d:.]{6,15})>",
    re.IGNORECASE,
)
_VOICE: Final = re.compile(r"v(?:\.[^ \t]*)?[ \t]+(.*)\Z", re.DOTALL | re.IGNORECASE)
_PREFIX: Final = re.compile(r"[\[(]?([A-Za-z][\w .-]{0,30}?)[\])]?[ \t]*:[ \t]+")


@dataclass(slots=True)
class _Part:
    """Text under one voice, with the inline time that precedes it."""

    voice: str | None
    start: float | None
    text: str


def clock(text: str) -> float | None:
    """``hh:mm:ss.mmm`` or ``mm:ss.mmm``, comma or point, as seconds; None for anything else."""
    found = _CLOCK.match(text)
    if not found:
        return None
    sign, hours, minutes, whole, fraction = found.groups()
    value = int(hours or 0) * 3600 + int(minutes) * 60 + float(f"{whole}.{fraction}")
    return -value if sign else value


def timing(line: str) -> tuple[float, float] | None:
    """Start and end of a cue's timing line, or None when the line is none."""
    found = _TIMING.match(line)
    if not found:
        return None
    start, end = clock(found.group(1)), clock(found.group(2))
    return None if start is None or end is None else (start, end)


def utterances_of(start: float, end: float, payload: str) -> Iterator[Utterance]:
    """One utterance for each voice of a cue; all of them have the cue's times.

    Only tags that the formats know are taken out: an address in angle brackets is something said.

    Word times are kept only where every word of the voice has its own inline time inside the cue.
    """
    voices: list[list[_Part]] = []
    for part in _parts(payload):
        if voices and voices[-1][0].voice == part.voice:
            voices[-1].append(part)
        else:
            voices.append([part])
    ends = [*(parts[0].start for parts in voices[1:]), end] if voices else []
    for parts, following in zip(voices, ends, strict=True):
        text = spoken_text("".join(part.text for part in parts))
        if text:
            yield _utterance(start, end, following if following is not None else end, text, parts)


def _utterance(start: float, end: float, following: float, text: str, parts: list[_Part]) -> Utterance:
    label = parts[0].voice
    prefix = _PREFIX.match(text)
    if label is None and prefix and names_a_voice(prefix.group(1)):
        label = prefix.group(1)
        text = text[prefix.end() :]
        return Utterance(text, start, end, label)
    return Utterance(text, start, end, label, words=_words(parts, start, following))


def _words(parts: list[_Part], start: float, end: float) -> tuple[SpokenWord, ...]:
    spoken = [part for part in parts if part.text.strip()]
    if not any(part.start is not None for part in spoken) or any(len(part.text.split()) != 1 for part in spoken):
        return ()
    starts = [start if part.start is None else part.start for part in spoken]
    bounds = [*starts, end]
    if any(later <= earlier for earlier, later in pairwise(bounds)):
        return ()
    return tuple(SpokenWord(part.text, bounds[n], bounds[n + 1]) for n, part in enumerate(spoken))


def _parts(payload: str) -> Iterator[_Part]:
    voice: str | None = None
    start: float | None = None
    position = 0
    for tag in _TAG.finditer(payload):
        if tag.start() > position:
            yield _Part(voice, start, html.unescape(payload[position : tag.start()]))
        position = tag.end()
        named = _VOICE.match(tag.group(1))
        time = clock(tag.group(1).strip())
        if named:
            voice = named.group(1).strip()
        elif tag.group(1).strip().lower() == "/v":
            voice = None
        elif time is not None:
            start = time
    if position < len(payload):
        yield _Part(voice, start, html.unescape(payload[position:]))
