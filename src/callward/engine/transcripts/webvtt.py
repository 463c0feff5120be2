"""WebVTT: cues with ``<v Speaker>`` voices, inline times and tags; notes, styles and regions are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from callward.engine.transcripts.assembling import Utterance
from callward.engine.transcripts.cues import timing, utterances_of
from callward.engine.transcripts.document import language_code
from callward.engine.transcripts.model import TranscriptError

_BLOCKS: Final = re.compile(r"\n[ \t]*\n+")
_SKIPPED: Final = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|\Z)")
_LANGUAGE: Final = re.compile(r"^Language:[ \t]*([A-Za-z-]{2,12})[ \t]*$", re.MULTILINE)


def reads(text: str) -> bool:
    """Whether a text is in this format: its first line is the signature."""
    return re.match(r"WEBVTT(?:[ \t\r\n]|\Z)", text) is not None


def utterances(text: str) -> Iterator[Utterance]:
    """One utterance for each voice of each cue; raises ``transcript_cue`` for a cue without readable times."""
    blocks = _BLOCKS.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    yield from _cue_in_header(blocks[0].split("\n"))
    for block in blocks[1:]:
        lines = block.strip("\n").split("\n")
        if not any(lines) or _SKIPPED.match(lines[0]):
            continue
        yield from _cue(lines)


def language(text: str) -> str | None:
    """The ``Language:`` line of the header, where a producer wrote one."""
    found = _LANGUAGE.search(_BLOCKS.split(text.replace("\r\n", "\n"), maxsplit=1)[0])
    return language_code(found.group(1)) if found else None


def _cue_in_header(lines: list[str]) -> Iterator[Utterance]:
    """Some producers leave out the blank line behind the signature."""
    place = next((number for number, line in enumerate(lines) if "-->" in line), None)
    if place is not None:
        yield from _cue(lines[place:])


def _cue(lines: list[str]) -> Iterator[Utterance]:
    place = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
    times = None if place is None else timing(lines[place])
    if place is None or times is None or any("-->" in line for line in lines[place + 1 :]):
        raise TranscriptError("transcript_cue", "a cue has no readable times")
    yield from utterances_of(*times, "\n".join(lines[place + 1 :]))
