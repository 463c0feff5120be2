"""What detection leaves readable and what it covers for nothing: python benchmarks/detection.py [--show] [--own]."""

from __future__ import annotations

import argparse

from labelled import GROUPS, LANGUAGES, LabelledCall, Score, own_calls, score, shared_calls

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
        + " ".join(f"{name.split(' ')[0].strip(','):>10}" for name in GROUPS)
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


def main() -> None:
    """Print the figures of the calls here, and of the shared development calls where they are."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--show", action="store_true", help="list what leaks and what is covered for nothing")
    options.add_argument("--own", action="store_true", help="only the calls of this repository")
    chosen = options.parse_args()
    report("own calls", own_calls(), show=chosen.show)
    shared = [] if chosen.own else shared_calls()
    if shared:
        report("development calls", shared, show=chosen.show)
    elif not chosen.own:
        print("the shared development calls are not beside the repository")


if __name__ == "__main__":
    main()
