"""IBAN (ISO 13616): country, check digits, and as many characters as the country's accounts have."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

LENGTHS = {
    "ad": 24, "al": 28, "at": 20, "ba": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18,
    "ee": 20, "es": 24, "fi": 18, "fo": 18, "fr": 27, "gb": 22, "ge": 22, "gi": 23, "gl": 18, "gr": 27, "hr": 21,
    "hu": 28, "ie": 22, "il": 23, "is": 26, "it": 27, "li": 21, "lt": 20, "lu": 20, "lv": 21, "mc": 27, "md": 24,
    "me": 22, "mk": 19, "mt": 31, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24, "rs": 22, "sa": 24, "se": 24,
    "si": 19, "sk": 24, "sm": 27, "tr": 26, "ua": 29, "xk": 20,
}  # fmt: skip
"""Characters of an IBAN by country (IBAN registry)."""

MOD_97 = "mod 97"
"""What the evidence of a whole IBAN says whose check digits and length are right."""

_FEWEST_DIGITS = 8
_WITHOUT_COUNTRY = range(15, 35)


def _iban(candidate: Candidate) -> Assessment | None:
    """Take as many characters as the country has; without that many, it is the beginning of one at most."""
    text = candidate.text
    places = [place for place, character in enumerate(text) if character.isalnum()]
    compact = "".join(text[place] for place in places)
    length = LENGTHS.get(compact[:2])
    if length is None:
        fits = [size for size in _WITHOUT_COUNTRY if size <= len(compact) and checks.mod_97(compact[:size])]
        if not fits:
            return None
        value, cut = compact[: fits[-1]], places[fits[-1] - 1] + 1
        return Assessment(value.upper(), (Evidence("check", "mod 97, unknown country", 0.15),), cut)
    if len(compact) < length:
        return _beginning(text, compact)
    value, cut = compact[:length], places[length - 1] + 1
    if sum(character.isdigit() for character in value) < _FEWEST_DIGITS or text[cut : cut + 1].isalnum():
        return None
    if checks.mod_97(value):
        return Assessment(value.upper(), (Evidence("check", MOD_97, 0.65),), cut)
    return Assessment(value.upper(), (Evidence("country", value[:2].upper(), 0.1),), cut)


def _beginning(text: str, compact: str) -> Assessment | None:
    """Return the part of an IBAN that was said before the caller was interrupted: whole groups with digits.

    A country that stands alone has its two check digits alone behind it; "is 1500" is a sentence.
    """
    kept, size = 0, 0
    said = text.split(" ")
    if len(said[0]) == 2 and len(said[1]) != 2:
        return None
    for word in said:
        if kept and not any(character.isdigit() for character in word) and len(word) != 4:
            break
        kept += len(word) + 1
        size += sum(character.isalnum() for character in word)
    if size < 8 or sum(character.isdigit() for character in compact[:size]) < 4:
        return None
    return Assessment(compact[:size].upper(), (Evidence("form", "beginning", -0.1),), kept - 1)


ROWS = (
    Recognizer(
        name="IBAN",
        type=Type.IBAN,
        pattern=r"\b[a-z]{2}[ -]?\d{2}(?:[ -]?[a-z0-9]){4,34}",
        score=0.3,
        assess=_iban,
        ordinary=0.0,
        lengths=tuple(sorted(set(LENGTHS.values()))),
        spelled=r"[a-z]{2}\d{2}[a-z0-9]{11,30}",
    ),
)
