"""How patterns are compiled: RE2 over folded bytes, one byte a code point, in time linear in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import re2

_MEMORY = 128 << 20


def _options() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


class Pattern:
    """A compiled pattern; it runs on folded bytes and gives offsets."""

    __slots__ = ("_finditer", "_fullmatch", "_match", "_search")

    def __init__(self, source: str) -> None:
        compiled = re2.compile(source.encode("latin-1"), _options())
        self._finditer = compiled.finditer
        self._fullmatch: Callable[[bytes], object | None] = compiled.fullmatch
        self._search = compiled.search
        self._match = compiled.match

    def spans(self, data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield the leftmost matches in ``data[start:end]``, not overlapping; word boundaries see beyond the ends."""
        for match in self._finditer(data, start, len(data) if end is None else end):
            yield match.span()

    def find(self, data: bytes, start: int, end: int) -> tuple[int, int] | None:
        """Return the first match in ``data[start:end]``, or None."""
        match = self._search(data, start, end)
        return None if match is None else match.span()

    def whole(self, data: bytes) -> bool:
        """Say whether the pattern matches all of ``data``."""
        return self._fullmatch(data) is not None


@cache
def compiled(source: str) -> Pattern:
    """Compile ``source`` once a process."""
    return Pattern(source)


def words(alternatives: Iterable[str]) -> str:
    """Return a pattern for any of the folded words or phrases; a trailing ``*`` takes any ending of the word."""
    parts = (
        re2.escape(word.removesuffix("*")) + ("[a-z]*" if word.endswith("*") else "")
        for word in sorted(set(alternatives), key=lambda word: (-len(word), word))
    )
    return r"\b(?:" + "|".join(part.replace(r"\ ", " ").replace(" ", "[ -]+") for part in parts) + r")\b"


class Gate:
    """All patterns in one pass: which of them occur at all. For short texts; a long text has nearly all of them."""

    __slots__ = ("_count", "_set")

    LONGEST = 32 << 10

    def __init__(self, sources: Iterable[str]) -> None:
        self._set = re2.Set.SearchSet(_options())
        self._count = sum(1 for source in sources if self._set.Add(source.encode("latin-1")) >= 0)
        self._set.Compile()

    def hits(self, data: bytes) -> list[int]:
        """Return the indices of the patterns to run on ``data``.

        A set has no second engine behind its automaton as a single pattern has: where memory could run out
        it would answer "none". Long texts therefore pass the gate unasked.
        """
        if len(data) > self.LONGEST:
            return list(range(self._count))
        return sorted(self._set.Match(data) or ())
