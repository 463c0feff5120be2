"""Identifiers issued in the Netherlands, under their native names.

A betalingskenmerk is a payment reference and nobody's: it has no row. Phone numbers are read by the rows of all
countries, policy and customer numbers without a shape of their own by the announced rows.
"""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer, not_repeated

_DUTCH = ("NL",)
_SIDE_CODES = (
    "XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9", "9-XXX-99", "XX-999-X",
    "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9",
)  # fmt: skip
_PLATE_LETTERS = frozenset("bdfghjklnprstvxz")
"""Letters on the plates of the last decades: consonants that cannot be taken for another sign."""

_UNITS = frozenset(("cm", "gb", "kg", "km", "kw", "mb", "ml", "mm"))
_SHORT_WORDS = frozenset(("al", "de", "eh", "en", "er", "ha", "he", "ja", "je", "me", "na", "te", "we", "ze"))
"""Words of two letters that often follow a number; those with a letter that no postcode has need not stand here."""

_NO_POSTCODE = frozenset(("sa", "sd", "ss"))
_NO_POSTCODE_LETTERS = frozenset("fioquy")


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _solid(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _shape(side_code: str, between: str) -> str:
    """Return the pattern of a side code such as "XX-99-XX", with ``between`` for its dashes."""
    return side_code.replace("-", between).replace("X", "[a-z]").replace("9", r"\d")


def _eleven(digits: str) -> bool:
    """Test a nine or ten digit bank account: weights 10 to 1, sum divisible by eleven."""
    return sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), digits.zfill(10), strict=True)) % 11 == 0


def _btw(value: str) -> bool:
    """Test a btw-id: the number of a firm passes the eleven-test, that of a sole trader ISO 7064 mod 97-10."""
    turned = "".join(str(int(sign, 36)) for sign in value)
    return checks.bsn(value[2:11]) or int(turned) % 97 == 1


def _document(candidate: Candidate) -> Assessment | None:
    """Take a document number with two digits at least: letters alone are words."""
    value = _solid(candidate.text)
    return Assessment(value.upper()) if sum(sign.isdigit() for sign in value) > 1 else None


def _plate(candidate: Candidate) -> Assessment | None:
    """Weigh a plate by its signs: dashes speak for it, and parts with only spaces between may be ordinary words."""
    letters = [sign for sign in candidate.text if sign.isalpha()]
    value = _solid(candidate.text).upper()
    modern = _PLATE_LETTERS.issuperset(letters)
    if " " in candidate.text:
        doubtful = not modern or any(part in _UNITS for part in candidate.text.replace("-", " ").split())
        return None if doubtful else Assessment(value, (Evidence("form", "parts with spaces", -0.1),))
    if candidate.text.count("-") == 2:
        return Assessment(value, (Evidence("form", "dashes of a plate", 0.2 if modern else 0.1),))
    return Assessment(value)


def _postcode(candidate: Candidate) -> Assessment | None:
    """Take four digits and two letters; a unit or a short word behind a number is more likely just that."""
    skip = candidate.text.rfind(", ") + 2 if "," in candidate.text else 0
    value = _solid(candidate.text[skip:].removeprefix("nl-"))
    letters = value[4:]
    if letters in _NO_POSTCODE or _NO_POSTCODE_LETTERS.intersection(letters):
        return None
    plain = letters in _UNITS or (letters in _SHORT_WORDS and " " in candidate.text)
    if skip:
        doubt = (Evidence("form", "a unit", -0.1),) if letters in _UNITS else ()
        return Assessment(value.upper(), doubt, skip=skip)
    return Assessment(value.upper(), (Evidence("form", "a word or a unit", -0.4),) if plain else ())


def _account(candidate: Candidate) -> Assessment | None:
    """Take an old bank account; pairs with dots and three digits at the end are how nothing else is written."""
    digits = _digits(candidate.text)
    dotted = candidate.text.count(".") == 3
    return Assessment(digits, (Evidence("form", "pairs with dots", 0.2),) if dotted else ())


def _mobile(candidate: Candidate) -> Assessment:
    return Assessment("+31" + _digits(candidate.text)[1:])


_IDENTITY = (
    # Ten digits with 06 before them are a mobile number to every Dutch ear, whatever else was spoken of.
    Recognizer(
        name="mobiel nummer",
        type=Type.PHONE,
        pattern=r"\b06[ -]{0,3}[1-9](?:[ .-]?\d){7}\b",
        score=0.7,
        assess=_mobile,
        countries=_DUTCH,
        ordinary=-0.1,
        lengths=(10,),
    ),
    Recognizer(
        name="BSN",
        type=Type.NATIONAL_ID,
        pattern=r"\b\d{2,3}(?:[ .-]?\d{3}){2}\b|\b\d{4}[ .-]\d{2}[ .-]\d{3}\b|\b\d{2}(?:[ .]\d{2}){3}(?:[ .]\d)?\b",
        score=0.15,
        assess=not_repeated,
        check=checks.bsn,
        passed=0.2,
        need_context=True,
        context=0.45,
        countries=_DUTCH,
        lengths=(9, 8),
    ),
    Recognizer(
        name="V-nummer",
        type=Type.NATIONAL_ID,
        pattern=r"\b\d{3}[ .]?\d{3}[ .]?\d{4}\b|\b\d{2}(?:[ .]\d{2}){4}\b",
        score=0.1,
        need_context=True,
        context=0.45,
        countries=_DUTCH,
        lengths=(10,),
    ),
    Recognizer(
        name="paspoort- of identiteitskaartnummer",
        type=Type.PASSPORT,
        pattern=r"\b(?:[a-np-z]{2}[a-np-z0-9]{6}\d|[a-np-z]{2}[ -]\d[a-np-z0-9]{5}\d"
        r"|[a-np-z]{2}[a-np-z0-9][ -][a-np-z0-9]{3}[ -][a-np-z0-9]{2}\d)\b",
        score=0.3,
        assess=_document,
        countries=_DUTCH,
        abroad=-0.1,
        spelled=r"[a-np-z]{2}[a-np-z0-9]{6}\d",
    ),
    Recognizer(
        name="rijbewijsnummer",
        type=Type.DRIVING_LICENCE,
        pattern=r"\b(?:\d{10}|\d{2}(?:[ .-]\d{2}){4}|\d{3}[ .-]\d{3}[ .-]\d{4}|\d{4}[ .-]\d{3}[ .-]\d{3})\b",
        score=0.3,
        need_context=True,
        countries=_DUTCH,
        lengths=(10,),
    ),
)

_FIRMS = (
    # Four letters of a bank and ten digits are an IBAN although a digit was misheard.
    Recognizer(
        name="Nederlandse IBAN",
        type=Type.IBAN,
        pattern=r"\bnl[ -]?\d{2}[ -]?[a-z]{4}(?:[ .-]?\d){10}\b",
        score=0.7,
        countries=_DUTCH,
        abroad=0.0,
        ordinary=-0.1,
        spelled=r"nl\d{2}[a-z]{4}\d{10}",
    ),
    Recognizer(
        name="KvK-nummer",
        type=Type.TAX_ID,
        pattern=r"\b(?:\d{8}|\d{12}|\d{2}(?:[ .]\d{2}){3}|\d{2}[ .]\d{3}[ .]\d{3}|\d{4}[ .]\d{4})\b",
        score=0.25,
        need_context=True,
        countries=_DUTCH,
        lengths=(8, 12),
    ),
    Recognizer(
        name="RSIN",
        type=Type.TAX_ID,
        pattern=r"\b(?:\d{3}[ .]?\d{3}[ .]?\d{3}|\d{4}[ .]\d{2}[ .]\d{3})\b",
        score=0.2,
        check=checks.bsn,
        passed=0.1,
        need_context=True,
        countries=_DUTCH,
        lengths=(9,),
    ),
    Recognizer(
        name="btw-identificatienummer",
        type=Type.TAX_ID,
        pattern=r"\bnl[ .-]?\d{3}[ .]?\d[ .]?\d{2}[ .]?\d{3}[ .-]?b[ .-]?\d{2}\b",
        score=0.6,
        ordinary=-0.1,
        check=_btw,
        passed=0.2,
        countries=_DUTCH,
        abroad=0.0,
        spelled=r"nl\d{9}b\d{2}",
    ),
    Recognizer(
        name="bankrekeningnummer",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b(?:\d{2}\.?\d{2}\.?\d{2}\.?\d{3,4}|\d{2} \d{2} \d{2} \d{3})\b",
        score=0.2,
        assess=_account,
        check=_eleven,
        passed=0.15,
        countries=_DUTCH,
        lengths=(9,),
        need_context=True,
    ),
)

_PLACES = (
    Recognizer(
        name="Nederlandse postcode",
        type=Type.POSTCODE,
        pattern=r"\b(?:nl-)?[1-9]\d{3} ?[a-z]{2}\b",
        score=0.7,
        ordinary=-0.1,
        assess=_postcode,
        countries=_DUTCH,
        abroad=-0.5,
        spelled=r"[1-9]\d{3}[a-z]{2}",
    ),
    Recognizer(
        name="postcode achter huisnummer",
        type=Type.POSTCODE,
        pattern=r"\b\d{1,4} ?[a-z]{0,3}, [1-9]\d{3} ?[a-z]{2}\b",
        score=0.7,
        ordinary=-0.1,
        assess=_postcode,
        countries=_DUTCH,
        abroad=-0.5,
    ),
    Recognizer(
        name="kenteken",
        type=Type.VEHICLE_PLATE,
        pattern=rf"\b(?:{'|'.join(_shape(code, '[ -]?') for code in _SIDE_CODES)})\b",
        score=0.3,
        assess=_plate,
        countries=_DUTCH,
        spelled="|".join(_shape(code, "") for code in _SIDE_CODES),
    ),
)

_CUSTOMERS = (
    Recognizer(
        name="zorgverzekeringsnummer",
        type=Type.HEALTH_ID,
        pattern=r"\b(?:\d{7,10}|\d{3}[ .-]\d{3}[ .-]\d{1,4}|\d{2}(?:[ .]\d{2}){3,4})\b",
        score=0.25,
        need_context=True,
        countries=_DUTCH,
        lengths=(7, 8, 9, 10),
    ),
    Recognizer(
        name="OV-chipkaartnummer",
        type=Type.ACCOUNT_NUMBER,
        pattern=r"\b3528(?:[ -]?\d{4}){3}\b",
        score=0.4,
        need_context=True,
        context=0.6,
        countries=_DUTCH,
        lengths=(16,),
    ),
)

ROWS = (*_IDENTITY, *_FIRMS, *_PLACES, *_CUSTOMERS)
