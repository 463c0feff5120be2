"""What detection leaves readable and what it covers for nothing.

``python benchmarks/detection.py [--show] [--own] [--peers PYTHON]``; PYTHON is the interpreter of an environment with
Presidio, datafog or scrubadub in it (see ``peer_search``).
"""

from __future__ import annotations

import argparse

import dialogues
import peers
from labelled import FRESH, GROUPS, LANGUAGES, SECOND, LabelledCall, Score, own_calls, score, shared_calls

from callward.engine.pii import Conversation, Span, Type, detect


def ours(conversation: Conversation) -> list[tuple[str, Span]]:
    """Search with this package, everything on."""
    return [(finding.type.value, span) for finding in detect(conversation) for span in finding.spans]


def _row(name: str, tally: Score) -> str:
    leaks = " ".join(f"{100 * tally.leak(kinds):10.1f}" for kinds in GROUPS.values())
    return f"{name:<22} {leaks} {100 * tally.over:8.2f} {100 * tally.type_right:8.1f} {tally.trapped:5d}/{tally.traps}"


def _head() -> str:
    return (
        f"{'leak, % of characters':<22} "
        + " ".join(f"{name.split(' ')[0].strip(',')[:10]:>10}" for name in GROUPS)
        + (f" {'over':>8} {'type':>8} {'traps':>7}")
    )


def report(name: str, calls: list[LabelledCall], *, show: bool) -> None:
    """Print the figures of a set: each language, each style, all; with ``show`` what leaks and what is wrong."""
    print(f"\n{name}: {len(calls)} calls\n{_head()}")
    for style in ("written", "asr"):
        for code in LANGUAGES:
            some = [call for call in calls if call.style == style and call.conversation.language == code]
            print(_row(f"{code} {style}", score(some, ours)))
        print(_row(f"all {style}", score([call for call in calls if call.style == style], ours)))
    tally = score(calls, ours)
    print(_row("all", tally))
    worst = sorted((kind for kind in Type if tally.personal[kind]), key=lambda kind: -tally.leak(frozenset({kind})))
    print("by type: " + ", ".join(f"{kind} {100 * tally.leak(frozenset({kind})):.0f}" for kind in worst))
    for line in [*tally.leaks, *tally.errors] if show else []:
        print("  " + line)


class _Known:
    """Searches the calls that were searched already, by another process."""

    def __init__(self, calls: list[LabelledCall], found: list[list[tuple[str, Span]]]) -> None:
        self._found = {id(call.conversation): hits for call, hits in zip(calls, found, strict=True)}

    def search(self, conversation: Conversation) -> list[tuple[str, Span]]:
        return self._found[id(conversation)]


def beside(python: str | None, own: list[LabelledCall]) -> None:
    """Print what stands in dialogues that others wrote, and in the calls here, for us and for each peer."""
    told = [*dialogues.evi(), *dialogues.sgd(), *dialogues.vcons()]
    searched = [("callward", [ours(one.conversation) for one in told], ours)]
    for name in peers.NAMES if python else ():
        found = peers.search_all(python or "", name, [one.conversation for one in told])
        again = peers.search_all(python or "", name, [call.conversation for call in own])
        if found is None or again is None:
            print(f"{name} is not installed there")
            continue
        searched.append((name, found, _Known(own, again).search))
    if told:
        _print_dialogues(told, [(name, found) for name, found, _ in searched])
    print(f"\nown calls\n{_head()}")
    for name, _, search in searched:
        print(_row(name, score(own, search)))


def _print_dialogues(told: list[dialogues.Marked], searched: list[tuple[str, list[list[tuple[str, Span]]]]]) -> None:
    print(f"\n{'left readable, %':<18} {'n':>6} " + " ".join(f"{name:>10}" for name, _ in searched))
    figures = [dialogues.standing(told, found) for _, found in searched]
    for kind, (count, _) in figures[0].items():
        print(f"{kind:<18} {count:>6} " + " ".join(f"{100 * one[kind][1]:>10.1f}" for one in figures))
    shares = [dialogues.covered_share(told, found) for _, found in searched]
    print(f"{'covered, of all':<25} " + " ".join(f"{100 * share:>10.1f}" for share in shares))


def main() -> None:
    """Print the figures of the calls here, and of the shared development calls where they are."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--show", action="store_true", help="list what leaks and what is covered for nothing")
    options.add_argument("--own", action="store_true", help="only the calls of this repository")
    options.add_argument("--peers", metavar="PYTHON", help="an interpreter that has Presidio and others")
    chosen = options.parse_args()
    report("second fresh calls", own_calls(SECOND), show=chosen.show)
    report("fresh calls", own_calls(FRESH), show=chosen.show)
    report("own calls", own_calls(), show=chosen.show)
    shared = [] if chosen.own else shared_calls()
    if shared:
        report("development calls", shared, show=chosen.show)
    elif not chosen.own:
        print("the shared development calls are not beside the repository")
    if not chosen.own:
        beside(chosen.peers, own_calls())


if __name__ == "__main__":
    main()
