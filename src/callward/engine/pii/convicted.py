"""Whether words of the law tell of somebody of the call: not of jobs, parcels, insurance or a thief nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from callward.engine.pii.lexicon.terms.convictions import NOBODYS, ONLY_AT_END

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


@dataclass(frozen=True, slots=True)
class _Signs:
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
