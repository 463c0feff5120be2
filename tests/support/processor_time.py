"""What an act costs by the processor's clock, measured so that a busy machine cannot make it look dearer than it is.

Another process on a core takes nothing from this clock by itself, but it empties caches and slows the core; and the
collector walks over whatever earlier tests left alive. Such things only ever add, so the least of several is the
honest figure; an act that does too much work does it every time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import thread_time


def seconds_of(act: Callable[[], object]) -> float:
    """Return the seconds that this thread works on ``act``, without those of the collector."""
    collects = gc.isenabled()
    gc.disable()
    try:
        begun = thread_time()
        act()
        return thread_time() - begun
    finally:
        if collects:
            gc.enable()


def least_seconds(act: Callable[[], object], *, times: int) -> float:
    return min(seconds_of(act) for _ in range(times))


def takes_less_than(bound: float, act: Callable[[], object]) -> bool:
    """Whether one of up to three runs of ``act`` takes less than ``bound`` seconds."""
    return any(seconds_of(act) < bound for _ in range(3))
