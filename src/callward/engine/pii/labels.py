"""What redaction leaves in a text, and nothing else: the labels of the operators of this package."""

from __future__ import annotations

import re
from functools import cache

from callward.engine.pii.model import Type
from callward.engine.pii.stand_ins import is_stand_in
from callward.engine.pii.text import STRUCK

_TAILS = (
    r"\*{4}[^\W_]{1,4}",  # Mask
    r"[0-9a-f]{12}|[0-9a-f]{6}",  # Hash, Pseudonym
)
_GENERAL = {  # Generalise
    Type.DATE_OF_BIRTH: r"(?:1[89]|20)\d\d",
    Type.AGE: r"\d{1,2}0-\d{1,2}9|0-9|90\+",
    Type.POSTCODE: r"(?:\d\d|[A-Z]{1,2})\*{3}",
    Type.IP_ADDRESS: r"[0-9.]{5,15}/24|[0-9a-f:]{2,19}/48",
}
_NAME = re.compile(rf"\[{Type.PERSON} ([^\W\d_]{{1,20}})(?: ([^\W\d_]{{1,20}}))?\]")
_IN_WORDS = frozenset(
    (Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION, Type.HEALTH_CONDITION, Type.SPECIAL_CATEGORY,
     Type.CONVICTION)
)  # fmt: skip
_SHORTEST = len(f"[{Type.AGE}]")
ANSWERED = STRUCK * _SHORTEST
"""What stands, in struck-out text, where a code, a number or a secret was: who asked for one has the answer."""


@cache
def _label() -> re.Pattern[str]:
    tails = {kind: "|".join((*_TAILS, *((_GENERAL[kind],) if kind in _GENERAL else ()))) for kind in Type}
    return re.compile("|".join(rf"\[{kind}(?: (?:{tail}))?\]" for kind, tail in tails.items()), re.ASCII)


def blank_labels(text: str, *, struck: bool = False) -> str:
    """Return ``text`` with every label struck out, each character by one; other words in brackets came in with it.

    What looks like such a mark already is taken for one only where the text was ``struck`` before.
    """
    text = text if struck else text.replace(STRUCK, "|")
    return _NAME.sub(_blank_name, _label().sub(_blank, text))


def _blank(label: re.Match[str]) -> str:
    kind = label.group()[1:-1].partition(" ")[0]
    return ("|" if kind in _IN_WORDS else STRUCK) * len(label.group())


def _blank_name(label: re.Match[str]) -> str:
    return _blank(label) if all(is_stand_in(name) for name in label.groups() if name) else label.group()
