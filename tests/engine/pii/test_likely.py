from __future__ import annotations

import re._constants as signs  # type: ignore[import-not-found]  # no stubs; the parser of the standard library
import re._parser as syntax  # type: ignore[import-not-found] # no stubs
from collections.abc import Iterable
from typing import Any

import pytest

from callward.engine.pii import RECOGNIZERS, About, Conversation, Recognizer, Turn, detect

_SIGNS = frozenset(b"0123456789@:")


def holds_sign(pattern: str) -> bool:
    """Say whether every match of a pattern has a digit, an "@" or a colon."""
    return _holds(syntax.parse(pattern))


def _holds(tree: Iterable[tuple[Any, Any]]) -> bool:
    return any(_is_sign(kind, value) for kind, value in tree)


def _is_sign(kind: object, value: Any) -> bool:
    """Say whether one part of a parsed pattern cannot match without a sign."""
    if kind is signs.LITERAL:
        return value in _SIGNS
    if kind is signs.IN:
        return all(_only_signs(*item) for item in value)
    if kind in (signs.MAX_REPEAT, signs.MIN_REPEAT):
        return value[0] > 0 and _holds(value[2])
    if kind is signs.SUBPATTERN:
        return _holds(value[3])
    return kind is signs.BRANCH and all(_holds(branch) for branch in value[1])


def _only_signs(kind: object, value: Any) -> bool:
    if kind is signs.RANGE:
        return all(code in _SIGNS for code in range(value[0], value[1] + 1))
    return value is signs.CATEGORY_DIGIT or (kind is signs.LITERAL and value in _SIGNS)


@pytest.mark.parametrize("row", RECOGNIZERS, ids=lambda row: row.name)
def test_a_row_says_that_it_matches_without_a_sign(row: Recognizer) -> None:
    assert row.signless is not holds_sign(row.pattern)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we have ordered four chairs and a large table for the garden of my mother"),
        ("sv", "vi har en stol och ett bord kvar och skulle gärna vilja ha en till"),
        ("nl", "er is een stoel en een tafel en daar zou ik graag een van willen hebben"),
        ("ro", "am o masă și un scaun și aș mai vrea unul pentru o prietenă de familie"),
        ("et", "meil on üks laud ja tooli oleks tarvis ka sinna teise tuppa akna alla"),
    ],
)
def test_small_numbers_in_talk_are_nothing(language: str, text: str) -> None:
    asked = Turn(About.AGENT, {"en": "phone number?", "sv": "telefonnummer?"}.get(language, "telefon?"))
    assert detect(Conversation((asked, Turn(About.CALLER, text)), language), names=False) == ()


@pytest.mark.parametrize("last", ["seven", "and seven", "it is seven", "the last is seven"])
def test_the_last_digit_of_a_number_may_be_said_in_its_own_turn(last: str) -> None:
    said = ("the phone number is oh seven seven oh oh nine oh oh one two", "yes", last)
    speakers = (About.CALLER, About.AGENT, About.CALLER)
    found = detect(Conversation(tuple(map(Turn, speakers, said)), "en"), names=False)
    assert [(one.value, len(one.spans)) for one in found] == [("+447700900127", 2)]
