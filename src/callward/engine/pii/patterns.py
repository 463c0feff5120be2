"""How patterns are compiled: RE2 over folded bytes, one byte a code point, in time linear in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import re2

_MEMORY = 128 << 20
_ANYWHERE = re2._re2.RE2.Anchor.UNANCHORED  # noqa: SLF001 - the binding under the wrapper, see Pattern
_ALL = re2._re2.RE2.Anchor.ANCHOR_BOTH  # noqa: SLF001 - the same


def _options() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.log_errors = False
    options.never_capture = True
    return options


_Run = Callable[[object, bytes, int, int], Sequence[tuple[int, int]]]


class Pattern:
    """A pattern, compiled when it first runs; it runs on folded bytes and gives offsets.

    It calls the automaton of the binding, whose wrapper makes a generator and a match object for every match.
    """

    __slots__ = ("_run", "_source")

    def __init__(self, source: str) -> None:
        self._source = source
        self._run: _Run = self._first_run

    def _first_run(self, anchor: object, data: bytes, start: int, end: int) -> Sequence[tuple[int, int]]:
        self._run = re2.compile(self._source.encode("latin-1"), _options())._regexp.Match  # noqa: SLF001 - see above
        return self._run(anchor, data, start, end)

    def spans(self, data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield the leftmost matches in ``data[start:end]``, not overlapping; word boundaries see beyond the ends."""
        end = len(data) if end is None else end
        while start <= end:
            found = self._run(_ANYWHERE, data, start, end)[0]
            low, high = found
            if low < 0:
                return
            yield found
            start = high if high > start else start + 1

    def find(self, data: bytes, start: int, end: int) -> tuple[int, int] | None:
        """Return the first match in ``data[start:end]``, or None."""
        found = self._run(_ANYWHERE, data, start, end)[0] if start <= end else (-1, -1)
        return None if found[0] < 0 else found

    def whole(self, data: bytes) -> bool:
        """Say whether the pattern matches all of ``data``."""
        return self._run(_ALL, data, 0, len(data))[0][0] >= 0


@cache
def compiled(source: str) -> Pattern:
    """Compile ``source`` once a process."""
    return Pattern(source)


def words(alternatives: Iterable[str]) -> str:
    """Return a pattern for any of the folded words or phrases; ``*`` at either end takes any letters there."""
    parts = (
        ("[a-z]*" if word.startswith("*") else "")
        + re.escape(word.strip("*"))
        + ("[a-z]*" if word.endswith("*") else "")
        for word in sorted(set(alternatives), key=lambda word: (-len(word), word))
    )
    return r"\b(?:" + "|".join(part.replace(r"\ ", " ").replace(" ", "[ -]+") for part in parts) + r")\b"


class Shapes:
    """Shapes of short texts: which of them a text has, and which of them some part of it has."""

    __slots__ = ("inside", "whole")

    def __init__(self, sources: Iterable[str]) -> None:
        shapes = [source.encode("latin-1") for source in sources]
        self.inside = _set(re2.Set.SearchSet(_options()), shapes)
        self.whole = _set(re2.Set.FullMatchSet(_options()), shapes)


def _set(empty: re2.Set, sources: Iterable[bytes]) -> Callable[[bytes], Sequence[int]]:
    """Fill a set and return what matches with it: the numbers of the patterns, in no order."""
    for source in sources:
        empty.Add(source)
    empty.Compile()
    match: Callable[[bytes], Sequence[int]] = empty._set.Match  # noqa: SLF001 - without the wrapper, see Pattern
    return match


class Gate:
    """All patterns in one pass: which of them occur at all. For short texts; a long text has nearly all of them."""

    __slots__ = ("_count", "_match")

    LONGEST = 32 << 10

    def __init__(self, sources: Iterable[str]) -> None:
        encoded = [source.encode("latin-1") for source in sources]
        self._match = _set(re2.Set.SearchSet(_options()), encoded)
        self._count = len(encoded)

    def hits(self, data: bytes) -> list[int]:
        """Return the indices of the patterns to run on ``data``.

        A set has no second engine behind its automaton as a single pattern has: where memory could run out
        it would answer "none". Long texts therefore pass the gate unasked.
        """
        if len(data) > self.LONGEST:
            return list(range(self._count))
        return sorted(self._match(data))
