"""How fast personal data is found, in ratios to other tools in the same run.

    python benchmarks/detect.py [--megabytes N] [--peers PYTHON]

The text is the generated corpus of ``transcripts`` (20 MB unless said otherwise). Peers are not installed beside this
package: ``--peers`` (or CALLWARD_PEERS) names the interpreter of an environment that holds presidio-analyzer, datafog
or scrubadub; what is missing there is left out with one line. Every figure is the median of five passes, ours and the
peers' in turn; slow ones pass over a part of the corpus. Sizes are of UTF-8 text.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from peers import time_all
from transcripts import calls

from callward.engine.pii import About, Conversation, Turn, detect

_REPEATS = 5
_PEERS = {"presidio": 200_000, "scrubadub": 200_000, "datafog": 2_000_000}
"""Each peer and the bytes that it passes over."""
_WITH_NAMES = 1_000_000
_MINUTE_WORDS = 150  # that two people say in a minute


def size(conversations: Sequence[Conversation]) -> int:
    """Return the bytes of the text."""
    return sum(len(turn.text.encode()) for call in conversations for turn in call.turns)


def words(conversations: Sequence[Conversation]) -> int:
    """Return the tokens that white space parts."""
    return sum(len(turn.text.split()) for call in conversations for turn in call.turns)


def share(conversations: Sequence[Conversation], wanted: int) -> list[Conversation]:
    """Return the first calls that have ``wanted`` bytes together."""
    taken: list[Conversation] = []
    for call in conversations:
        if wanted <= 0:
            break
        taken.append(call)
        wanted -= size([call])
    return taken


def seconds(search: Callable[[Conversation], object], conversations: Sequence[Conversation]) -> float:
    """Time one pass on its core, so that what else runs on the machine counts less."""
    begun = time.process_time()
    for call in conversations:
        search(call)
    return time.process_time() - begun


def compare(conversations: Sequence[Conversation], interpreter: str | None) -> None:
    """Print our rate without names, and the ratio to each peer that is there."""
    plain = partial(detect, names=False)
    parts = {name: share(conversations, bytes_) for name, bytes_ in _PEERS.items()}
    ours: list[float] = []
    theirs: dict[str, list[float]] = {}
    for _ in range(_REPEATS):
        ours.append(size(conversations) / seconds(plain, conversations))
        for name, part in parts.items() if interpreter else ():
            took = time_all(str(interpreter), name, part) if name not in theirs or theirs[name] else None
            theirs.setdefault(name, []).extend([size(part) / took] if took else [])
    rate = statistics.median(ours)
    print(f"without names: {rate / 1e6:.2f} MB/s (bar: 20)")
    bars = {"presidio": 50, "datafog": 1}
    for name in _PEERS:
        if theirs.get(name):
            other = statistics.median(theirs[name])
            print(f"  {rate / other:.1f} x {name} at {other / 1e6:.2f} MB/s (bar: {bars.get(name, '-')})")
        else:
            print(f"  {name}: not installed in the interpreter of --peers, left out")


def with_names(conversations: Sequence[Conversation]) -> None:
    """Print tokens a second with everything on."""
    part = share(conversations, _WITH_NAMES)
    rate = statistics.median(words(part) / seconds(detect, part) for _ in range(_REPEATS))
    print(f"with names: {rate:,.0f} tokens/s (bar: 100,000)")


def one_minute(conversations: Sequence[Conversation]) -> None:
    """Print how long a call of one minute takes with everything on."""
    minutes = []
    for call in conversations[:50]:
        turns: list[Turn] = []
        while sum(len(turn.text.split()) for turn in turns) < _MINUTE_WORDS:
            turns.append(call.turns[len(turns)])
        minutes.append(Conversation(tuple(turns), call.language))
    took = statistics.median(seconds(detect, minutes) / len(minutes) for _ in range(_REPEATS))
    print(f"one-minute call: {took * 1000:.2f} ms (bar: 6)")


def one_long_call() -> None:
    """Print how much longer ten megabytes in one call take than one megabyte."""
    turns = tuple(turn for call in calls(10_000_000) if call.language == "en" for turn in call.turns)
    turns *= 1 + 10_000_000 // size([Conversation(turns, "en")])
    took = []
    for wanted in (1_000_000, 10_000_000):
        part: list[Turn] = []
        taken = 0
        for turn in turns:
            if taken >= wanted:
                break
            part.append(turn)
            taken += len(turn.text.encode())
        call = Conversation(tuple(part), "en")
        took.append(seconds(partial(detect, names=False), [call]))
    print(f"10 MB in one call: {took[1] / took[0]:.1f} x 1 MB (bar: 12)")


def start_up() -> None:
    """Print how long ``callward detect`` takes for one short line, and the memory of a run over many calls."""
    line = json.dumps({"lang": "en", "turns": [{"speaker": "caller", "text": "my number is 07700 900123"}]}) + "\n"
    command = [str(Path(sys.executable).with_name("callward")), "detect", "--jsonl"]
    took = []
    with tempfile.TemporaryDirectory() as compiled:
        # An installed package has its modules compiled; a working copy may be told to write none.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(1 + _REPEATS):
            begun = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, input=line, capture_output=True, text=True, check=True, env=environment)
            ended = resource.getrusage(resource.RUSAGE_CHILDREN)
            took.append(ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime)
    del took[0]
    print(f"start-up of `callward detect`: {statistics.median(took) * 1000:.0f} ms (bar: 400)")
    names = {About.AGENT: "agent", About.CALLER: "caller"}
    many = "".join(
        json.dumps(
            {"lang": call.language, "turns": [{"speaker": names[t.speaker], "text": t.text} for t in call.turns]}
        )
        + "\n"
        for call in calls(500_000)
    )
    subprocess.run(command, input=many, capture_output=True, text=True, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"memory of `callward detect`: {peak / 1024:.0f} MB (bar: 250)")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--peers", default=os.environ.get("CALLWARD_PEERS"), help="the peers' Python interpreter")
    given = parser.parse_args()
    start_up()  # first: the peak of the children counts the peers too
    conversations = list(calls(int(given.megabytes * 1_000_000)))
    seconds(detect, conversations[:5])
    compare(conversations, given.peers)
    with_names(conversations)
    one_minute(conversations)
    one_long_call()


if __name__ == "__main__":
    main()
