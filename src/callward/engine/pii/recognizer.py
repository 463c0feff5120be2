"""What a recognizer is: one declared row, with the evidence that it weighs.

A row says what its candidates look like (``pattern``, RE2 over folded text), how a candidate becomes a value,
what its check digit is worth, and what a word beside it is worth. The engine does the rest, for written and
spoken numbers alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from callward.engine.pii.model import Evidence, Type


class Candidate(NamedTuple):
    """Text that has the shape a recognizer looks for. ``countries`` are those of the call, likely ones first."""

    text: str
    countries: tuple[str, ...]


class Assessment(NamedTuple):
    """What a candidate says by itself: the normalised value, what speaks for it, and how much of it is meant."""

    value: str
    evidence: tuple[Evidence, ...] = ()
    length: int | None = None  # characters of the candidate that belong to it; None: all
    skip: int = 0  # characters at its beginning that do not


def alphanumeric(candidate: Candidate) -> Assessment | None:
    """Take every letter and digit as the value."""
    return Assessment("".join(character for character in candidate.text if character.isalnum()))


def not_repeated(candidate: Candidate) -> Assessment | None:
    """Take the digits as the value, unless they are one digit over and over: those pass some checks by chance."""
    digits = "".join(character for character in candidate.text if character.isdigit())
    return Assessment(digits) if len(set(digits)) > 1 else None


@dataclass(frozen=True, slots=True)
class Recognizer:
    r"""One row. Scores add up from ``score`` and are cut to 0..1; a finding needs 0.5, in the strict pass 0.3.

    ``pattern`` runs on folded text: lower-case, no diacritics, one kind of space and of dash.
    ``assess`` returns None where the candidate cannot be one at all.
    ``check`` gets the value; ``passed`` and ``failed`` are what its answer is worth.
    ``context`` is what a cue of the type beside it, or a question for it before, is worth.
    ``ordinary`` is what it costs when the number is called an order, a ticket, a price.
    ``need_context`` drops candidates without a cue, save in the strict pass.
    ``countries`` are where it is issued; elsewhere ``abroad`` is added. Empty: everywhere.
    ``lengths`` are the numbers of letters and digits of a whole one; with them, the row also reads
    the digit stream: spoken numbers, and numbers given in parts over several turns.
    ``spelled`` is the pattern of the whole value as lower-case letters and digits without anything between
    ("[a-z]{3}\d{2}[a-z0-9]"); with it, the row also reads what is spelled out: letters by name or by an
    alphabet, digits in words.
    ``signless`` rows have matches without any digit, "@" or colon: they are looked for in every turn.
    """

    name: str
    type: Type
    pattern: str
    score: float
    assess: Callable[[Candidate], Assessment | None] = alphanumeric
    check: Callable[[str], bool] | None = None
    passed: float = 0.0
    failed: float = 0.0
    context: float = 0.4
    ordinary: float = -0.4
    need_context: bool = False
    countries: tuple[str, ...] = ()
    abroad: float = -0.2
    lengths: tuple[int, ...] = ()
    spelled: str = ""
    signless: bool = False

    def weigh(self, candidate: Candidate) -> Assessment | None:
        """Return what the candidate says by itself: pattern, check digit and country as evidence."""
        found = self.assess(candidate)
        if found is None:
            return None
        evidence = [Evidence("pattern", self.name, self.score), *found.evidence]
        if self.check is not None:
            passed = self.check(found.value)
            evidence.append(Evidence("check", "passed" if passed else "failed", self.passed if passed else self.failed))
        if self.countries and not any(country in candidate.countries for country in self.countries):
            evidence.append(Evidence("country", "abroad", self.abroad))
        return Assessment(found.value, tuple(evidence), found.length, found.skip)


def total(evidence: tuple[Evidence, ...]) -> float:
    """Add the weights up to a score between 0 and 1, with two decimals."""
    return round(min(1.0, max(0.0, sum([one.weight for one in evidence]))), 2)
