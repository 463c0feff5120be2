"""The shape of a table of sensitive terms."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple, Never

LANGUAGES = ("en", "et", "nl", "ro", "sv")


_NOTHING: Mapping[str, Never] = MappingProxyType({})


class Terms(NamedTuple):
    """What a language calls conditions, beliefs and convictions, in its own spelling.

    A trailing ``*`` takes any ending, a leading one any beginning of a compound. A term is what is covered: the
    noun phrase ("broken collarbone"), not the sentence and not a cue. ``health`` names conditions, symptoms,
    procedures and medicines. ``body`` names parts of the body, ``complaints`` what is wrong with them ("broken",
    "pain"): a complaint beside a body part is a condition too. ``special`` maps RELIGION, POLITICS, UNION,
    ETHNICITY or SEXUALITY to terms. ``criminal`` and ``child`` only class a call; what is covered of convictions
    stands in ``convictions.py``.
    """

    health: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    special: Mapping[str, tuple[str, ...]] = _NOTHING
    criminal: tuple[str, ...] = ()
    child: tuple[str, ...] = ()


def terms(code: str) -> Terms:
    """Return the table of an ISO 639-1 ``code``; an empty one where the language is not covered."""
    if code not in LANGUAGES:
        return Terms()
    table = import_module(f"callward.engine.pii.lexicon.terms.{code}").TERMS
    if not isinstance(table, Terms):  # pragma: no cover - a table module always defines it
        raise TypeError(code)
    return table
