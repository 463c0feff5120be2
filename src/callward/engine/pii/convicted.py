"""Whether words of the law tell of somebody of the call: not of jobs, parcels, insurance or a thief nobody knows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from callward.engine.pii.lexicon.terms.convictions import NOBODYS, ONLY_AT_END
from callward.engine.pii.patterns import Pattern
from callward.engine.pii.scene import Scene

_WORDS_BETWEEN = 5
_AT_END = re.compile(r" ?(?:[.,;:!?]|$)| (?:for|in|inside|back|once|before|when|as a|at) ")
_BEING = re.compile(
    r" (?:is|was|were|are|be|been|went|got|sent|ar|var|blev|sitter|satt|on|oli|e|este|sunt|fost|zit|zat|werd"
    r"|wordt|worden|zijn)\b"
)
"""With such a word the phrase tells of the thing or stranger before it; without, it may tell of another."""
_DONE = re.compile(
    r"(?:was|were|got|been|is|are|blev|blivit|moisteti|peeti|fost|este|werd|charged|arrested)\b"
    r"|vahista|kahtlustata"
)
_OF_IT = re.compile(
    r"\b(?:it|this|that|det|den|see|asta|aceasta|het|dit|dat)(?:'s| (?:is|was|be|been|being|ar|var|este|wordt))+ $"
)
_SUSPECTED = re.compile(r"suspected|investigated|misstankt|kahtlusta|suspectat|verdacht")
"""What is said of payments: "it was suspected of fraud"."""
_ONLY_AT_END = re.compile(ONLY_AT_END)
_LENGTH = re.compile(
    r"(?:years?|months?|weeks?|hours?|ars?|manad(?:er)?s?|veckors?|timmars?|dagars?|aastat?|aastase|kuud?|paeva|nadalat"
    r"|tundi|ani?|luni|luna|zile|ore|jaar|jaren|maand(?:en)?|week|weken|dagen|uur|uren)\b"
)
"""How a phrase begins that says how long a sentence is."""
_WORD = re.compile(r"[^ -]+")
_BEFORE = 48
_ARTICLES = frozenset({"a", "an", "en", "ett", "un", "o", "een", "uks", "half"})


class _Signs(NamedTuple):
    place: re.Pattern[str]
    works: re.Pattern[str]
    works_behind: re.Pattern[str]
    jobs: re.Pattern[str]
    is_a: re.Pattern[str]
    others: re.Pattern[str]
    behind: re.Pattern[str]


@cache
def _signs(code: str) -> _Signs:
    table = NOBODYS[code]
    between = rf"(?:'s)?(?: (?!(?:{table.anew})\b)[a-z'-]+){{0,{_WORDS_BETWEEN}}} $"
    return _Signs(
        place=re.compile(table.places),
        works=re.compile(rf"\b(?:{table.works}){between}"),
        works_behind=re.compile(rf" (?:{table.works_behind})\b"),
        jobs=re.compile(table.jobs),
        is_a=re.compile(rf"\b(?:{table.is_a}) $"),
        others=re.compile(rf"\b(?:{table.things}|{table.others}){between}"),
        behind=re.compile(rf"[ -](?:{table.behind})\b"),
    )


def is_nobodys(code: str, before: str, said: str, behind: str) -> bool:
    """Say whether ``said``, folded as what stands before and behind it, tells of no person of the call."""
    if _ONLY_AT_END.fullmatch(said) and not _AT_END.match(behind):
        return True
    signs = _signs(code)
    place = signs.place.match(said)
    other = signs.others.search(before)
    if (other and (_BEING.search(other.group()) or (not place and _DONE.match(said)))) or signs.behind.match(behind):
        return True
    if _SUSPECTED.match(said) and _OF_IT.search(before):
        return True
    if signs.jobs.match(said) and signs.is_a.search(before):
        return True
    return bool(place and (signs.works.search(before) or signs.works_behind.match(behind)))


def with_length(scene: Scene, before: str, start: int, end: int) -> int:
    """Return where what tells of a conviction begins with its number of years or hours: "eighteen months in prison"."""
    if not _LENGTH.match(scene.script.said(start, min(end, start + _BEFORE))):
        return start
    numbers = scene.language.numbers.keys() | scene.language.hundred | _ARTICLES
    low = start - len(before)
    for match in reversed(list(_WORD.finditer(before))):
        word = match.group()
        if word in numbers or word.isdigit():
            start = low + match.start()
        elif word not in scene.language.joiners:
            break
    return start


def told_beside(scene: Scene, told: list[tuple[int, int]], doubtful: Pattern) -> Iterator[tuple[int, int]]:
    """Yield what tells of a conviction only beside one of ``told``: in its turn, the one before or the two behind.

    What is found so leads on: "on a tag" - "for what offence?" - "burglary".
    """
    script = scene.script
    places = sorted(told)
    turns = sorted({script.turn(start) for start, _ in places})
    last = -2  # the turn of what was found before
    for turn in sorted({near for one in turns for near in range(one - 1, one + 4)}):
        if not 0 <= turn < len(script.starts):
            continue
        sure = bisect_right(turns, turn + 1) - bisect_right(turns, turn - 3) > 0
        if not sure and last < turn - 1:
            continue
        for start, end in doubtful.spans(script.data, script.starts[turn], script.ends[turn]):
            last = turn
            if not any(
                low < end and start < high for low, high in places[max(0, bisect_right(places, (start, 0)) - 1) :][:3]
            ):
                yield start, end
