"""How the recordings of one conversation follow each other: the legs of a call that was passed on or called back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from callward.engine.vcon.conversation import Recording, recordings
from callward.engine.vcon.model import Vcon

# Streams of one call begin with its first packets; where no length is told, only such a start says that they are one.
_AT_ONCE: Final = 5.0


def legs_of(vcon: Vcon) -> tuple[tuple[Recording, ...], ...]:
    """The recordings in order of their start, where all have one; two that are the two sides of one leg are a pair.

    Two sides: each is of one party, of another one than the other's, and the second begins while the first lasts.
    """
    legs: list[tuple[Recording, ...]] = []
    for recording in _in_order(recordings(vcon)):
        if legs and _are_sides(legs[-1], recording):
            legs[-1] = (*legs[-1], recording)
        else:
            legs.append((recording,))
    return tuple(legs)


def seconds_between(first: Recording, second: Recording) -> float | None:
    """How much later one begins than the other; None where that is not told."""
    if first.start is None or second.start is None or (first.start.tzinfo is None) != (second.start.tzinfo is None):
        return None
    return (second.start - first.start).total_seconds()


def _in_order(found: Sequence[Recording]) -> Sequence[Recording]:
    if any(seconds_between(found[0], other) is None for other in found):
        return found
    return sorted(found, key=lambda recording: seconds_between(found[0], recording) or 0.0)


def _are_sides(leg: tuple[Recording, ...], recording: Recording) -> bool:
    if len(leg) != 1 or leg[0].party is None or recording.party in (None, leg[0].party):
        return False
    later = seconds_between(leg[0], recording)
    lasts = _AT_ONCE if leg[0].duration is None else leg[0].duration
    return later is not None and 0 <= later < lasts
