"""What ages are made of: a number of years, the unit behind it, and the words with which a language tells whose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.ages import AGES, Ages
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group, Piece

SHORT_LIVED = frozenset(
    ("months", "maanden", "manader", "luni", "de luni", "kuud", "kuu", "weken", "weeks", "dagen", "days")
)
"""What only small children are counted in, and much else."""
LIMIT_BEHIND = re.compile(
    r"^[ ,-]*(?:or (?:older|over|above|more|younger|under)|and (?:over|above|older|under|up)|ago|plus|warrant|guarantee"
    r"|contract|experience|eller (?:aldre|mer|yngre)|och (?:uppat|aldre|darover)|sedan|garanti|bindning|erfarenhet"
    r"|of (?:ouder|meer|jonger)|en ouder|geleden|ervaring"
    r"|sau (?:mai|peste)|si peste|in urma|experien|vechime"
    r"|voi (?:vanem|rohkem|noorem)|ja vanem|ja ule|tagasi|kogemus)"
    r"|^ (?:lid|klant|getrouwd|samen|in dienst|werkzaam|abonnee|verzekerd|gescheiden|bij (?:jullie|u)|huurder)\b"
    r"|^ de [a-z]"
)
SOMEBODY = re.compile(
    r"\b(?:i|i'm|he|she|they|he's|she's|son|daughter|child|kid|boy|girl|baby|jag|han|hon|hen|son|sonen|dotter|dottern"
    r"|barn|barnet|pojke[n]?|flicka[n]?|ik|hij|zij|ze|zoon|zoontje|dochter|dochtertje|kind|jongen|meisje|baby|eu|el|ea|fiul"
    r"|fiica|fata|baiatul|copilul|ma|mina|ta|tema|poeg|tutar|laps|poiss|tudruk|olen|am)\b"
)
_PRONOUNS = "he|she|they|he's|she's|han|hon|hen|hij|zij|ze|el|ea|ta|tema"
OLDEST = 120
GROWN = 16  # fewer years are rather a contract's than a person's, where the words say both
UNIT = Evidence("form", "unit of age", 0.4)
AFTER = 24
BEFORE = 40


@cache
def _years(code: str) -> Pattern:
    """Return what may follow a number that is an age."""
    return Pattern(words(language(code).years_old))


@dataclass(frozen=True, slots=True)
class SpokenAges:
    """How a language says ages, compiled."""

    joint: re.Pattern[str]
    nothing_counted: re.Pattern[str]
    somebody: re.Pattern[str]
    thing_before: re.Pattern[str]
    thing_behind: re.Pattern[str]


def ages_of(code: str) -> Ages:
    """Return the words of the language; those of English where there are none."""
    return AGES.get(code, AGES["en"])


@cache
def spoken_ages(code: str) -> SpokenAges:
    """Return how the language says ages."""
    table = ages_of(code)
    person = rf"{table.somebody}|{_PRONOUNS}"
    taken_back = "|".join(map(re.escape, sorted(language(code).corrections)))
    anew = rf"{table.joins}|{person}|i|am|jag|ik|ben|eu|ma|olen"
    return SpokenAges(
        joint=re.compile(rf"(?:,?(?: (?:{table.joins}|{taken_back}))+,?|,) "),
        nothing_counted=re.compile(
            rf"[;!?]|[.,](?!\d)|$|[ ](?!(?:{table.joins}) (?:{table.half})\b(?! *(?:[.,;!?]|$)))(?:{table.goes_on})\b"
        ),
        somebody=re.compile(rf"\b(?:{person})\b"),
        thing_before=re.compile(rf"\b(?:{table.things}|{table.it})(?:'s)?(?: (?!(?:{anew})\b)[a-z']+){{0,3}} $"),
        thing_behind=re.compile(rf"[ ](?:{table.things})\b"),
    )


def years_of(group: Group) -> int:
    """Return the years that a number says, or 0 where nobody is that old."""
    years = int(group.digits) if len(group.digits) <= len(str(OLDEST)) else 0
    return years if years <= OLDEST else 0


def with_tens(scene: Scene, start: int) -> int:
    """Return where a number begins whose tens are in a case that the table of numbers does not hold (Estonian)."""
    script = scene.script
    before = script.said(max(script.starts[script.turn(start)], start - BEFORE), start)
    word = before.rstrip().rsplit(" ", 1)[-1]
    return start - len(before) + before.rindex(word) if word.endswith("kumne") else start


def age_draft(start: int, end: int, years: int | str, *, spoken: bool, evidence: Evidence) -> Draft:
    """Return the age of ``years``, or of what was said where the years are not known."""
    return Draft(Type.AGE, ((start, end),), "age", spoken, str(years), (Evidence("pattern", "age", 0.3), evidence))


def unit_behind(scene: Scene, end: int) -> str:
    """Return the words right behind a number that make it an age, with the space or hyphen before them."""
    script = scene.script
    high = min(script.ends[script.turn(end)], end + AFTER)
    found = _years(scene.language.code).find(script.data, end, high)
    if found is None:
        return ""
    between = script.said(end, found[0])
    said = scene.original(found[0], found[1])
    return script.said(end, found[1]) if between in ("", " ", "-") and said.lower() != "är" else ""


def counts_nothing(scene: Scene, piece: Piece) -> bool:
    """Say whether nothing but an age can be told from what stands behind a number."""
    script, unit = scene.script, unit_behind(scene, piece.end)
    behind = script.said(piece.end, min(script.ends[piece.turn], piece.end + AFTER))
    return bool(unit) or spoken_ages(scene.language.code).nothing_counted.match(behind) is not None
