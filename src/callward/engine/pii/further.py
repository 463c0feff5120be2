"""What still answers a question for ages that has an answer: "six" - "and the other?" - "nine"."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from callward.engine.pii.labels import ANSWERED
from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.ages import AGES
from callward.engine.pii.scene import Scene

_LABEL = re.compile(re.escape(ANSWERED.encode("latin-1")) + rb"\xa6*")
_WITHIN = 3  # turns behind an answer
_LEAD = 48  # characters before a further answer
_GO_ON = 9  # characters of a turn that only says "go on"


class Answers:
    """Where the ages that were asked for have been said so far: those found, and those that were redacted before."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._redacted = [match.end() for match in _LABEL.finditer(scene.script.data)]
        self._found = -1

    def note(self, end: int) -> None:
        """Note that an age that was found ends at ``end``; ages are noted in their order."""
        self._found = end

    def last(self, since: int, until: int) -> int:
        """Return where the last answer between the two ends, or -1 where there is none."""
        before = bisect_right(self._redacted, until)
        end = max(self._redacted[before - 1] if before else -1, self._found if self._found <= until else -1)
        return end if end > since else -1

    def lead_on(self, end: int, start: int) -> bool:
        """Say whether a number at ``start`` is another's, going on with the answer that ends at ``end``."""
        script = self._scene.script
        first, turn = script.turn(end - 1), script.turn(start)
        if turn - first > _WITHIN or script.speakers[first] is not script.speakers[turn]:
            return False
        low = end if first == turn else script.starts[turn]
        if start - low > _LEAD or not _lead(self._scene.language.code).fullmatch(script.said(low, start)):
            return False
        return all(self._is_no_new_talk(between) for between in range(first + 1, turn))

    def _is_no_new_talk(self, turn: int) -> bool:
        script = self._scene.script
        said = script.said(script.starts[turn], min(script.ends[turn], script.starts[turn] + _LEAD + 1))
        return len(said) <= _GO_ON or (
            len(said) <= _LEAD and _lead(self._scene.language.code).fullmatch(said) is not None
        )


@cache
def _lead(code: str) -> re.Pattern[str]:
    """Return a pattern for words that only lead from the age of one to that of another."""
    table = AGES.get(code, AGES["en"])
    taken_back = "|".join(map(re.escape, sorted(language(code).corrections)))
    words = rf"{table.joins}|{table.somebody}|{table.leads}|{taken_back}"
    return re.compile(rf"[ ,.;:?!-]*(?:\b(?:{words})\b(?:'s|'re)?[ ,.;:?!-]*)*")
