"""What the worker does again and again at the end of what is kept."""

from __future__ import annotations

from callward.web.lifecycle import erasing, turns

turn_due = turns.turn_due


def sweep_erased() -> int:
    """Finish erasures that were cut off, then remove what erased people left."""
    return erasing.replay() + erasing.sweep()
