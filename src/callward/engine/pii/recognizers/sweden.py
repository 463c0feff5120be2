"""Identifiers issued in Sweden, under their native names.

Bankgiro, plusgiro and OCR numbers are payment references of firms: they are ordinary numbers of a call and have
no row. Phone numbers are read by the rows of all countries.
"""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer
from callward.engine.pii.recognizers.shapes import DAY, MONTH

_YEAR = r"\b(?:(?:18|19|20)[ ]?)?\d{2}[ -]?"
_LAST_FOUR = r"[ ]?[-+]?[ ]?\d{2}[ ]?\d{2}"
_COORDINATION_DAY = r"(?:6[1-9]|[78]\d|9[01])"
_STREET = r"[a-z]*(?:gat|vag|grand|torg|stig|back|alle|plan|slinga|krok|esplanad|brink|gard|kaj)[a-z]{0,2}"
_HOUSE = r"\d{1,4}(?: ?[a-h])?(?:,? (?:lgh|lagenhet) ?\d{4})?"
_ORDINAL = r"[a-z]*(?:forsta|andra|tredje|fjarde|femte|sjatte|sjunde|onde|elfte|tolfte)"
_SPOKEN_YEAR = (
    r"(?:(?:(?:nittonhundra|tjugohundra|tvatusen)[a-z]*|noll [a-z]{2,4}|nitton [a-z]+"
    r"|(?:tjugo|tretti|trettio|fyrti|fyrtio|femti|femtio|sexti|sextio|sjutti|sjuttio|atti|attio|nitti|nittio)[a-z]*)|\d{2,4})"
)
_WORDS_OF_THREE = frozenset(
    ("att", "bar", "bra", "den", "dom", "dag", "dar", "ett", "fem", "for", "gar", "han",
     "har", "hon", "hur", "kan", "kap", "kom", "kop", "las", "man", "med", "men", "nar", "nej", "nog", "och", "oss",
     "rad", "rum", "sag", "sen", "ska", "som", "sta", "tar", "tre", "tva", "upp", "var", "vad", "vem")
)  # fmt: skip
_PLATE_LETTERS = "a-hj-pr-uw-z"


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _personnummer(candidate: Candidate) -> Assessment:
    """Sign and century make an ordinary ten-digit number less likely."""
    digits = _digits(candidate.text)
    evidence = []
    if "-" in candidate.text[-6:] or "+" in candidate.text:
        evidence.append(Evidence("form", "sign before the last four", 0.35))
    if len(digits) == 12:
        evidence.append(Evidence("form", "with century", 0.35))
    return Assessment(digits, tuple(evidence))


def _organisation(digits: str) -> bool:
    """Luhn over the ten digits, without the 16 that registers put before them."""
    return checks.luhn(digits[-10:])


def _vat_number(value: str) -> bool:
    """SE, an organisationsnummer or personnummer with its Luhn digit, and 01."""
    return checks.luhn(value[2:12])


def _account(candidate: Candidate) -> Assessment:
    """A clearing number apart from the rest is how a Swedish account is written and nothing else is."""
    head = candidate.text[:6]
    apart = (Evidence("form", "clearing number apart", 0.2),) if "-" in head or "," in head else ()
    return Assessment(_digits(candidate.text), apart)


def _postcode(candidate: Candidate) -> Assessment:
    """Three digits and two is how a postcode is grouped; the sign of the country leaves no doubt."""
    evidence = []
    if candidate.text[0] == "s":
        evidence.append(Evidence("form", "country before it", 0.3))
    elif " " in candidate.text:
        evidence.append(Evidence("form", "three and two", 0.1))
    return Assessment(_digits(candidate.text), tuple(evidence))


def _plate(candidate: Candidate) -> Assessment:
    """Three letters that are a word of every sentence need to be called a plate."""
    value = "".join(character for character in candidate.text if character.isalnum())
    word = (Evidence("form", "an everyday word", -0.2),) if value[:3] in _WORDS_OF_THREE else ()
    return Assessment(value, word)


def _behind_street(candidate: Candidate) -> Assessment:
    """Take the three and two digits at the end; the street and its number before them are an address."""
    begin = len(candidate.text) - len("123 45")
    return Assessment(_digits(candidate.text[begin:]), skip=begin)


def _as_said(candidate: Candidate) -> Assessment:
    return Assessment(candidate.text)


def _birth_year(candidate: Candidate) -> Assessment:
    """Take the year behind the word for being born."""
    begin = candidate.text.rfind(" ") + 1
    return Assessment(candidate.text[begin:], skip=begin)


ROWS = (
    Recognizer(
        name="personnummer",
        type=Type.NATIONAL_ID,
        pattern=_YEAR + MONTH + "[ -]?" + DAY + _LAST_FOUR + r"\b",
        score=0.2,
        assess=_personnummer,
        check=checks.personnummer,
        passed=0.3,
        failed=-0.05,
        countries=("SE",),
        lengths=(10, 12),
    ),
    Recognizer(
        name="samordningsnummer",
        type=Type.NATIONAL_ID,
        pattern=_YEAR + MONTH + "[ -]?" + _COORDINATION_DAY + _LAST_FOUR + r"\b",
        score=0.2,
        assess=_personnummer,
        check=checks.personnummer,
        passed=0.3,
        failed=-0.05,
        countries=("SE",),
        lengths=(10, 12),
    ),
    # A digit of the date misheard: no day of any calendar, but somebody asked for the number and got ten digits.
    Recognizer(
        name="personnummer, misheard",
        type=Type.NATIONAL_ID,
        pattern=r"\b(?:18|19|20)?\d{2}[ ]?\d{2}[ ]?\d{2}" + _LAST_FOUR + r"\b",
        score=0.15,
        assess=_personnummer,
        need_context=True,
        countries=("SE",),
        lengths=(10, 12),
    ),
    Recognizer(
        name="organisationsnummer",
        type=Type.TAX_ID,
        pattern=r"\b(?:16)?[1-9]\d[2-9]\d{3}[ ]?-?[ ]?\d{2}[ ]?\d{2}\b",
        score=0.2,
        check=_organisation,
        passed=0.2,
        need_context=True,
        countries=("SE",),
        lengths=(10, 12),
    ),
    Recognizer(
        name="momsregistreringsnummer",
        type=Type.TAX_ID,
        pattern=r"\bse[ -]?\d{6}[ -]?\d{4}[ -]?01\b",
        score=0.5,
        check=_vat_number,
        passed=0.3,
        countries=("SE",),
        abroad=0.0,
        spelled=r"se\d{10}01",
    ),
    Recognizer(
        name="passnummer, nationellt id-kort",
        type=Type.PASSPORT,
        pattern=r"\b(?:[a-z]{2}[ ]?\d{7}|\d{8})\b",
        score=0.3,
        need_context=True,
        countries=("SE",),
        lengths=(8,),
        spelled=r"[a-z]{2}\d{7}",
    ),
    Recognizer(
        name="körkortsnummer",
        type=Type.DRIVING_LICENCE,
        pattern=r"\b(?:\d{6}[ ]?-?[ ]?\d{4}|\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}|\d{3}[ ]?\d{3}[ ]?\d{3})\b",
        score=0.3,
        need_context=True,
        countries=("SE",),
        lengths=(8, 9, 10),
    ),
    Recognizer(
        name="registreringsnummer",
        type=Type.VEHICLE_PLATE,
        pattern=rf"\b[{_PLATE_LETTERS}]{{3}}[ -]?\d{{2}}[0-9a-hj-npr-uw-z]\b",
        score=0.3,
        assess=_plate,
        need_context=True,
        countries=("SE",),
        abroad=-0.1,
        spelled=rf"[{_PLATE_LETTERS}]{{3}}\d{{2}}[0-9a-hj-npr-uw-z]",
    ),
    Recognizer(
        name="clearing- och kontonummer",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b(?:8\d{3}[-, ]?\d|[1-79]\d{3})(?:[-,] ?| )?\d(?:[ .,-]?\d){5,9}\b",
        score=0.3,
        assess=_account,
        need_context=True,
        countries=("SE",),
        lengths=tuple(range(11, 16)),
    ),
    Recognizer(
        name="swishnummer",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b123[ ]?\d{3}[ ]?\d{2}[ ]?\d{2}\b",
        score=0.3,
        need_context=True,
        countries=("SE",),
        lengths=(10,),
    ),
    Recognizer(
        name="postnummer",
        type=Type.POSTCODE,
        pattern=r"\b(?:se?-)?[1-9]\d{2} ?\d{2}\b",
        score=0.25,
        assess=_postcode,
        need_context=True,
        countries=("SE",),
        lengths=(5,),
    ),
    Recognizer(
        name="postnummer behind a street",
        type=Type.POSTCODE,
        pattern=rf"\b(?:{_STREET} {_HOUSE},?|[a-z]{{2,}} {_HOUSE},) [1-9]\d{{2}} \d{{2}}\b",
        score=0.6,
        assess=_behind_street,
        ordinary=0.0,
        countries=("SE",),
    ),
    # "Den tredje i åttonde sextiosju": the month as a number, as many say it.
    Recognizer(
        name="födelsedag i ordningstal",
        signless=True,
        type=Type.DATE_OF_BIRTH,
        pattern=rf"\b(?:den )?{_ORDINAL}(?: i)? {_ORDINAL}(?:,? {_SPOKEN_YEAR})?\b",
        score=0.4,
        assess=_as_said,
        need_context=True,
        context=0.5,
    ),
    # "Åttonde månaden tjugonio", for a card.
    Recognizer(
        name="giltighetstid i ordningstal",
        signless=True,
        type=Type.CARD_EXPIRY,
        pattern=rf"\b{_ORDINAL} manaden,? {_SPOKEN_YEAR}\b",
        score=0.4,
        assess=_as_said,
        need_context=True,
    ),
    # Less than a whole date is worth, so that the year does not stand for the date that begins with it.
    Recognizer(
        name="födelseår",
        signless=True,
        type=Type.DATE_OF_BIRTH,
        pattern=r"\bfodda?(?: ar)? (?:(?:18|19|20)\d{2}|(?:nittonhundra|tjugohundra|tvatusen)[a-z]+)\b",
        score=0.6,
        assess=_birth_year,
        context=0.0,
    ),
)
