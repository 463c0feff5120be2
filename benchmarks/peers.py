"""Other tools' searches, in a process of their own: see ``peer_search``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from callward.engine.pii import Conversation, Span

NAMES = ("presidio", "datafog", "scrubadub")
_SCRIPT = Path(__file__).with_name("peer_search.py")


def time_all(python: str, name: str, calls: Sequence[Conversation]) -> float | None:
    """Return the seconds of processor that one pass of the peer takes; None where it is not installed."""
    answer = _ask(python, name, calls, "--time")
    return None if answer is None else float(json.loads(answer)["seconds"])


def search_all(python: str, name: str, calls: Sequence[Conversation]) -> list[list[tuple[str, Span]]] | None:
    """Return what the peer finds in each call; None where it is not installed beside ``python``."""
    answer = _ask(python, name, calls)
    if answer is None:
        return None
    return [[(kind, Span(turn, start, end)) for turn, start, end, kind in _hits(line)] for line in answer.splitlines()]


def _ask(python: str, name: str, calls: Sequence[Conversation], *options: str) -> bytes | None:
    asked = "".join(json.dumps({"texts": [turn.text for turn in call.turns]}) + "\n" for call in calls)
    command = [python, str(_SCRIPT), name, *options]
    done = subprocess.run(command, input=asked.encode(), capture_output=True, check=False)
    return None if done.returncode else done.stdout


def _hits(line: bytes) -> Iterable[tuple[int, int, int, str]]:
    return [(int(turn), int(start), int(end), str(kind)) for turn, start, end, kind in json.loads(line)]
