"""SubRip: numbered cues with comma times; the number may be missing and a point may stand for the comma."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from callward.engine.transcripts.assembling import Utterance
from callward.engine.transcripts.cues import timing, utterances_of
from callward.engine.transcripts.model import TranscriptError

_FIRST_LINES: Final = 3


def reads(text: str) -> bool:
    """Whether a text is in this format: an arrow between two clocks stands in its first lines."""
    first = [line for line in text.lstrip().splitlines()[:_FIRST_LINES] if line.strip()]
    return any(re.match(r"\s*-?[\d:.,]+[ \t]+-->[ \t]+-?[\d:.,]+", line) for line in first[:2])


def utterances(text: str) -> Iterator[Utterance]:
    """One utterance a cue; raises ``transcript_cue`` for a cue without readable times.

    Every line with an arrow begins a cue, and the number before it belongs to it: some producers
    leave out the blank line between cues.
    """
    times: tuple[float, float] | None = None
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if "-->" not in line:
            lines.append(line)
            continue
        if times is not None:
            yield from utterances_of(*times, _payload(lines, followed=True))
        times, lines = timing(line), []
        if times is None:
            raise TranscriptError("transcript_cue", "a cue has no readable times")
    if times is not None:
        yield from utterances_of(*times, _payload(lines, followed=False))


def _payload(lines: list[str], *, followed: bool) -> str:
    """The text of a cue; with another cue right behind it, a last line of digits after a blank is that one's number."""
    kept = list(lines)
    if followed and len(kept) > 1 and kept[-1].strip().isdecimal() and not kept[-2].strip():
        kept.pop()
    return "\n".join(line for line in kept if line.strip())
