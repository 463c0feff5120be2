"""Other tools' searches, in a process of their own: see ``peer_search``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from callward.engine.pii import Conversation, Span

NAMES = ("presidio", "datafog", "scrubadub")
_SCRIPT = Path(__file__).with_name("peer_search.py")


def search_all(python: str, name: str, calls: Sequence[Conversation]) -> list[list[tuple[str, Span]]] | None:
    """Return what the peer finds in each call; None where it is not installed beside ``python``."""
    asked = "".join(json.dumps({"texts": [turn.text for turn in call.turns]}) + "\n" for call in calls)
    done = subprocess.run([python, str(_SCRIPT), name], input=asked.encode(), capture_output=True, check=False)
    if done.returncode:
        return None
    return [
        [(kind, Span(turn, start, end)) for turn, start, end, kind in _hits(line)] for line in done.stdout.splitlines()
    ]


def _hits(line: bytes) -> Iterable[tuple[int, int, int, str]]:
    return [(int(turn), int(start), int(end), str(kind)) for turn, start, end, kind in json.loads(line)]
