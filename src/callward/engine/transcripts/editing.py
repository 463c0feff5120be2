"""A transcript under new text: words that stay keep their times, a replacement takes those of what it replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from callward.engine.transcripts.model import Transcript, TranscriptError, Turn, Word
from callward.engine.transcripts.times import touched_by

Edit: TypeAlias = tuple[int, int, int, int]


@dataclass(slots=True)
class _Region:
    """Neighbouring edits and the words they touch: [start, end) of the old text, [new_start, new_end) of the new."""

    start: int
    end: int
    new_start: int
    new_end: int


def redact_turns(transcript: Transcript, edits_per_turn: Sequence[tuple[str, Sequence[Edit]]]) -> Transcript:
    """The transcript with each turn's new text, given as (text, edits) per turn.

    An edit is (old_start, old_end, new_start, new_end) in code points, sorted: the new text there
    replaces the old. What a replacement touches becomes one word (``[EMAIL]``) that spans the times
    of all words touched. Raises ``transcript_edits`` when the edits do not turn the old text into
    the new.
    """
    if len(edits_per_turn) != len(transcript.turns):
        raise _wrong()
    turns = tuple(
        _edited(turn, text, edits) for turn, (text, edits) in zip(transcript.turns, edits_per_turn, strict=True)
    )
    return replace(transcript, turns=turns)


def _wrong() -> TranscriptError:
    return TranscriptError("transcript_edits", "the edits do not turn the old text into the new")


def _edited(turn: Turn, text: str, edits: Sequence[Edit]) -> Turn:
    _check(turn.text, text, edits)
    words: list[Word] = []
    position, shift = 0, 0
    for region in _regions(turn, edits):
        first, last = touched_by(turn.words, region.start, region.end)
        words.extend(replace(word, offset=word.offset + shift) for word in turn.words[position:first])
        words.extend(_replacement(turn, text, region, words))
        position, shift = last, region.new_end - region.end
    words.extend(replace(word, offset=word.offset + shift) for word in turn.words[position:])
    return replace(turn, text=text, words=tuple(words))


def _check(old: str, new: str, edits: Sequence[Edit]) -> None:
    position, new_position = 0, 0
    for start, end, new_start, new_end in edits:
        ordered = position <= start <= end <= len(old) and new_position <= new_start <= new_end <= len(new)
        if not ordered or old[position:start] != new[new_position:new_start]:
            raise _wrong()
        position, new_position = end, new_end
    if old[position:] != new[new_position:]:
        raise _wrong()


def _regions(turn: Turn, edits: Sequence[Edit]) -> Iterator[_Region]:
    """Edits widened to the words they cut into; edits that cut into the same word are one region."""
    region: _Region | None = None
    for start, end, new_start, new_end in edits:
        first, last = _widened(turn, start, end)
        widened = _Region(first, last, new_start - (start - first), new_end + (last - end))
        if region is None:
            region = widened
        elif first < region.end:
            region.end, region.new_end = max(region.end, last), widened.new_end
        else:
            yield region
            region = widened
    if region is not None:
        yield region


def _widened(turn: Turn, start: int, end: int) -> tuple[int, int]:
    """An insertion at the edge of a word leaves that word alone; one inside it replaces it."""
    first, last = touched_by(turn.words, start, end)
    if first == last:
        return start, end
    stop = turn.words[last - 1]
    return min(start, turn.words[first].offset), max(end, stop.offset + len(stop.text))


def _replacement(turn: Turn, text: str, region: _Region, before: Sequence[Word]) -> Iterator[Word]:
    shown = text[region.new_start : region.new_end]
    if not shown.strip():
        return
    offset = region.new_start + len(shown) - len(shown.lstrip())
    first, last = touched_by(turn.words, region.start, region.end)
    touched = turn.words[first:last]
    starts = [word.start for word in touched if word.start is not None]
    ends = [word.end for word in touched if word.end is not None]
    if starts and ends:
        yield Word(shown.strip(), offset, min(starts), max(ends))
    elif turn.start is None or turn.end is None:
        yield Word(shown.strip(), offset, None, None)
    else:
        yield _inserted(turn, shown.strip(), offset, last, before)


def _inserted(turn: Turn, shown: str, offset: int, following: int, before: Sequence[Word]) -> Word:
    """A word where none was spoken takes the gap between its neighbours, at least one sample."""
    start = (before[-1].end if before else None) or turn.start or 0
    end = (turn.words[following].start if following < len(turn.words) else turn.end) or 0
    return Word(shown, offset, start, max(end, start + 1))
