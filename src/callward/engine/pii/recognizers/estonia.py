"""Identifiers issued in Estonia, under their native names.

A viitenumber, the reference of a payment, is nobody's identifier and has no row: its name is among the words for
ordinary numbers. Telephone numbers stand in ``phone``.
"""

from __future__ import annotations

import re

from callward.engine.pii import checks
from callward.engine.pii.lexicon.et import WORDS
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import words
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer
from callward.engine.pii.recognizers.shapes import DAY, MONTH
from callward.engine.pii.text import fold

_COUNTED = frozenset(
    [
        "eur",
        "eurot",
        "euro",
        "krooni",
        "senti",
        "dollarit",
        "tk",
        "tukki",
        "korda",
        "km",
        "kwh",
        "inimest",
        "liiget",
        "klienti",
    ]
)
_GROUPED = re.compile(r"[a-z]{1,2}[ ]")
_WORDS = frozenset(
    """
    aga ega ehk eks eur esm euro gbp gbi iga ise jaa jah jms jne kas kell kes koi kor krs kui kuu kwh lei lit mah mai
    mbs mil min mis mul nii nok ole oli ons osa pla poe see sek siis sul tal tee tki toa tuba usd vol vana
    as ee ei em et eu ja jm ka kg kl km ko ku la ma me mm mu na ni no nr oh oi ok on pa pr sa se si su ta te ti tk tn
    va vs
    """.split()  # noqa: SIM905 - a list of quoted words hides the words
)
"""Short words that stand beside numbers in talk: no letters of a document or of a number plate."""


_MONTHS = {fold(name).decode("latin-1"): number for name, number in WORDS.months.items()}
_UNIT = "uhe|kahe|kolme|nelja|viie|kuue|seitsme|kaheksa|uheksa"
_ORDINAL = (
    r"\b(?:(?:esime|tei)(?:ne|sel?|sest)"
    rf"|(?:kolma|nelja|viie|kuue|seitsme|kaheksa|uheksa|(?:{_UNIT})?(?:teist)?kumne)(?:s|nda|ndal|ndast))\b"
)
_OF_A_YEAR = (
    r"(?:[a-z]*(?:kummend|kend|kumne|teist|sada|saja|tuhat|tuhande)[a-z]*"
    r"|null|uks|kaks|kolm|neli|viis|kuus|seitse|kaheksa|uheksa|[a-z]+(?:nda|ndal))"
)
"""Written as they are folded."""


def registrikood(digits: str) -> bool:
    """Estonian company register code: two passes of weights modulo 11 over seven digits."""
    for weights in ((1, 2, 3, 4, 5, 6, 7), (3, 4, 5, 6, 7, 8, 9)):
        rest = sum(weight * int(digit) for weight, digit in zip(weights, digits[:7], strict=True)) % 11
        if rest < 10:
            return rest == int(digits[7])
    return digits[7] == "0"


def kmkr(value: str) -> bool:
    """Estonian VAT number: weights 3, 7, 1 over its nine digits modulo 10."""
    return sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, value[-9:], strict=True)) % 10 == 0


def _lettered(candidate: Candidate) -> Assessment | None:
    """Two letters that stand against their digits say more than one, or than letters with a space behind."""
    value = "".join(character for character in candidate.text if character.isalnum())
    letters = value.rstrip("0123456789")
    spaced = _GROUPED.match(candidate.text) is not None
    if spaced and letters in _WORDS and letters not in ("et", "ee"):
        return None
    evidence = () if spaced or len(letters) < 2 else (Evidence("form", "letters against the digits", 0.2),)
    return Assessment(value.upper(), evidence)


def _plate(candidate: Candidate) -> Assessment | None:
    """Three consonants are no word; other letters need the talk to be of a vehicle."""
    value = "".join(character for character in candidate.text if character.isalnum())
    letters = value.lstrip("0123456789")
    if letters in _WORDS:
        return None
    evidence = []
    if not set(letters) & set("aeiou"):
        evidence.append(Evidence("form", "consonants", 0.25))
    if len(value) == 6:
        evidence.append(Evidence("form", "three digits", 0.1))
    return Assessment(value.upper(), tuple(evidence))


def _year_first(candidate: Candidate) -> Assessment | None:
    """Read "1985. aasta 3. aprillil"."""
    year, day = (int(part) for part in re.findall(r"[0-9]+", candidate.text))
    month = _MONTHS[candidate.text.rsplit(" ", 1)[-1]]
    return Assessment(f"{year:04}-{month:02}-{day:02}") if checks.calendar(year, month, day) else None


def _as_said(candidate: Candidate) -> Assessment:
    return Assessment(candidate.text)


def _behind_a_house(candidate: Candidate) -> Assessment | None:
    """Take the five digits behind the comma, unless the word after them counts or prices something."""
    address, _, after = candidate.text.partition(", ")
    if after[6:] in _COUNTED:
        return None
    return Assessment(after[:5], skip=len(address) + 2, length=len(address) + 7)


ROWS = (
    Recognizer(
        name="isikukood",
        type=Type.NATIONAL_ID,
        pattern=r"\b[1-8][ ]?\d{2}[ ]?" + MONTH + "[ ]?" + DAY + r"[ -]?\d{2}[ ]?\d{2}\b",
        score=0.5,
        check=checks.isikukood,
        passed=0.3,
        countries=("EE",),
        lengths=(11,),
    ),
    Recognizer(
        name="dokumendi number",
        type=Type.PASSPORT,
        pattern=r"\b[a-z]{1,2}[ -]?\d{2}(?:[ ]?\d){5}\b",
        score=0.3,
        assess=_lettered,
        countries=("EE",),
        spelled=r"[a-z]{1,2}\d{7}",
    ),
    Recognizer(
        name="juhiloa number",
        type=Type.DRIVING_LICENCE,
        pattern=r"\be[te][ -]?\d{2}(?:[ ]?\d){4}\b",
        score=0.3,
        assess=_lettered,
        context=0.5,
        countries=("EE",),
        spelled=r"e[te]\d{6}",
    ),
    Recognizer(
        name="registrikood",
        type=Type.TAX_ID,
        pattern=r"\b[16789]\d(?:[ ]?\d){6}\b",
        score=0.1,
        check=registrikood,
        passed=0.25,
        failed=-0.05,
        context=0.6,
        need_context=True,
        countries=("EE",),
        lengths=(8,),
    ),
    Recognizer(
        name="käibemaksukohustuslase number",
        type=Type.TAX_ID,
        pattern=r"\bee[ -]?\d{3}[ ]?\d{3}[ ]?\d{3}\b",
        score=0.5,
        check=kmkr,
        passed=0.3,
        countries=("EE",),
        spelled=r"ee\d{9}",
    ),
    Recognizer(
        name="postiindeks",
        type=Type.POSTCODE,
        pattern=r"\b[1-9]\d{4}\b",
        score=0.2,
        context=0.6,
        need_context=True,
        countries=("EE",),
        lengths=(5,),
    ),
    Recognizer(
        name="postiindeks behind a house number",
        type=Type.POSTCODE,
        pattern=r"\b\d{1,3}[a-z]?(?:[ ]?[-/][ ]?\d{1,4}[a-z]?)?, [1-9]\d{4}(?: [a-z]+)?\b",
        score=0.6,
        assess=_behind_a_house,
        countries=("EE",),
        abroad=-0.4,
    ),
    Recognizer(
        name="date with two ordinals",
        signless=True,
        type=Type.DATE_OF_BIRTH,
        pattern=rf"(?:\b(?:kahe|kolme)kumne )?{_ORDINAL} {_ORDINAL}(?: {_OF_A_YEAR}){{1,5}}\b",
        score=0.3,
        assess=_as_said,
        context=0.5,
        need_context=True,
        countries=("EE",),
    ),
    Recognizer(
        name="date with its year first",
        type=Type.DATE_OF_BIRTH,
        pattern=rf"\b(?:18|19|20)\d{{2}}\.? aasta(?:l|st)? \d{{1,2}}\.? {words(_MONTHS)}",
        score=0.3,
        assess=_year_first,
        context=0.5,
        need_context=True,
        countries=("EE",),
    ),
    Recognizer(
        name="riiklik registreerimismärk",
        type=Type.VEHICLE_PLATE,
        pattern=r"\b\d{2,3}[ -]?[a-z]{3}\b",
        score=0.2,
        assess=_plate,
        context=0.5,
        countries=("EE",),
        spelled=r"\d{2,3}[a-z]{3}",
    ),
)
