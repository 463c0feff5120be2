"""Identifiers issued in the United Kingdom, under their native names."""

from __future__ import annotations

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer, alphanumeric, not_repeated

_AREAS = """
    ab al ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy ec eh en ex fk fy gl gu gy
    ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky la ld le ll ln ls lu me mk ml ne ng nn np nr nw ol ox pa pe ph pl
    po pr rg rh rm sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub wa wc wd wf wn wr ws wv yo ze
    b e g l m n s w
"""
_AREA = "(?:" + "|".join(_AREAS.split()) + ")"
_DISTRICT = r"(?:\d[a-hjkmnp-y]|\d{1,2})"
_UNIT = "[abd-hjlnp-uw-z]"  # letters that are issued; a caller or a recogniser says others too
_TWO = "[a-hj-pr-y]{2}"  # letters of a plate since 2001
_THREE = "[a-hj-pr-z]{3}"
_LETTER = "[a-hj-npr-y]"  # of the year, before 2001
_ULSTER = "[a-hj-y]?(?:i[abghjlw]|[a-hj-pr-y]z)"  # letters of a plate of Northern Ireland
_COMMON_THREE = frozenset(
    (
        "and", "the", "for", "but", "not", "you", "she", "her", "him", "his", "has", "had", "was", "are", "our", "out",
        "per", "now", "new", "old", "one", "two", "ten", "six", "yes", "yet", "all", "any", "can", "car", "day", "did",
        "end", "get", "got", "how", "let", "may", "mrs", "off", "pay", "put", "say", "see", "set", "too", "top", "try",
        "use", "van", "way", "who", "why", "een", "het", "och", "med", "som", "att", "den", "det", "ett", "har", "kan",
    )
)  # fmt: skip


def utr(digits: str) -> bool:
    """Unique Taxpayer Reference: the first digit follows from the weighted others modulo 11."""
    rest = sum(w * int(d) for w, d in zip((6, 7, 8, 9, 10, 5, 4, 3, 2), digits[1:], strict=True)) % 11
    return "21987654321"[rest] == digits[0]


def vat(value: str) -> bool:
    """VAT registration: weights 8 to 2 and the last two digits modulo 97, since 2010 with 55 added."""
    digits = "".join(character for character in value if character.isdigit())[:9]
    total = sum(w * int(d) for w, d in zip(range(8, 1, -1), digits[:7], strict=True)) + int(digits[7:9])
    return total % 97 in (0, 97 - 55)


def mpan(digits: str) -> bool:
    """Meter point administration number: the core of 13 digits, weighted with primes modulo 11."""
    primes = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
    return sum(w * int(d) for w, d in zip(primes, digits[-13:-1], strict=True)) % 11 % 10 == int(digits[-1])


def driver_birth(value: str) -> bool:
    """Driver number: digits 6 to 11 hold a decade, a month (of women with 50 added), a day and a year."""
    month, day = int(value[6:8]), int(value[8:10])
    return checks.calendar(2000, month - 50 if month > 50 else month, day)


def _plate(candidate: Candidate) -> Assessment:
    """Three letters that stand alone and are a word of everyday talk are hardly the end of a plate."""
    value = "".join(character for character in candidate.text if character.isalnum())
    word = candidate.text.rpartition(" ")[2]
    return Assessment(value, (Evidence("form", "ends like talk", -0.3),) if word in _COMMON_THREE else ())


def _account(candidate: Candidate) -> Assessment:
    """Take sort code and account number together; pairs with hyphens are a sort code."""
    digits = "".join(character for character in candidate.text if character.isdigit())
    grouped = candidate.text[2:3] == "-" and candidate.text[5:6] == "-"
    return Assessment(digits, (Evidence("form", "sort code in pairs", 0.2),) if grouped else ())


_PERSONS = (
    Recognizer(
        name="NINO",
        type=Type.NATIONAL_ID,
        pattern=r"\b[a-ceghj-pq-tw-z][a-ceghj-npq-tw-z][ ]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d]\b",
        score=0.85,
        ordinary=-0.1,
        countries=("GB",),
        abroad=0.0,
        lengths=(9,),
        spelled=r"[a-ceghj-pq-tw-z][a-ceghj-npq-tw-z]\d{6}[a-d]",
    ),
    Recognizer(
        name="NHS number",
        type=Type.HEALTH_ID,
        pattern=r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b",
        score=0.1,
        assess=not_repeated,
        check=checks.nhs_number,
        passed=0.25,
        need_context=True,
        context=0.45,
        countries=("GB",),
        lengths=(10,),
    ),
    Recognizer(
        name="driver number",
        type=Type.DRIVING_LICENCE,
        pattern=r"\b[a-z9]{5}[ -]?\d{6}[ -]?[a-z9]{2}[ ]?[a-z0-9]{3}(?:[ -]?\d{2})?\b",
        score=0.55,
        check=driver_birth,
        passed=0.3,
        failed=-0.1,
        ordinary=-0.1,
        countries=("GB",),
        abroad=0.0,
        spelled=r"[a-z9]{5}\d{6}[a-z9]{2}[a-z0-9]{3}(?:\d{2})?",
    ),
    Recognizer(
        name="British passport",
        type=Type.PASSPORT,
        pattern=r"\b(?:\d{3}[ ]?\d{3}[ ]?\d{3}|[a-z]\d{8})\b",
        score=0.3,
        need_context=True,
        context=0.5,
        countries=("GB", "US"),
        lengths=(9,),
        spelled=r"[a-z]\d{8}",
    ),
    Recognizer(
        name="biometric residence permit",
        type=Type.PASSPORT,
        pattern=r"\b[a-z]{2}[ ]?[x\d][ ]?\d{3}[ ]?\d{3}\b",
        score=0.3,
        need_context=True,
        context=0.5,
        countries=("GB",),
        spelled=r"[a-z]{2}[x\d]\d{6}",
    ),
)
_PLACES = (
    Recognizer(
        name="postcode",
        type=Type.POSTCODE,
        pattern=rf"\b(?:gir ?0aa|{_AREA}{_DISTRICT}[ -]?\d{_UNIT}{{2}})\b",
        score=0.7,
        countries=("GB",),
        abroad=-0.3,
        spelled=rf"{_AREA}{_DISTRICT}\d[a-z]{{2}}",
    ),
    Recognizer(
        name="postcode in pieces",
        type=Type.POSTCODE,
        pattern=rf"\b{_AREA} ?{_DISTRICT} ?\d ?[a-z] ?[a-z]\b",
        score=0.3,
        need_context=True,
        countries=("GB",),
    ),
    Recognizer(
        name="postcode district",
        type=Type.POSTCODE,
        pattern=rf"\b{_AREA} ?\d{{1,2}}[a-z]?\b",
        score=0.1,
        need_context=True,
        countries=("GB",),
        spelled=rf"{_AREA}\d{{1,2}}",
    ),
    Recognizer(
        name="number plate",
        type=Type.VEHICLE_PLATE,
        pattern=rf"\b{_TWO} ?\d{{2}}[ -]?{_THREE}\b",
        score=0.55,
        assess=_plate,
        countries=("GB",),
        spelled=rf"{_TWO}\d{{2}}{_THREE}",
    ),
    Recognizer(
        name="older number plate",
        type=Type.VEHICLE_PLATE,
        pattern=rf"\b(?:{_LETTER}\d{{1,3}}[ -]?{_THREE}|{_THREE}[ -]?\d{{1,3}}{_LETTER}|{_ULSTER} ?\d{{1,4}})\b",
        score=0.3,
        assess=_plate,
        need_context=True,
        context=0.45,
        countries=("GB", "IE"),
        spelled=rf"(?:{_LETTER}\d{{1,3}}{_THREE}|{_THREE}\d{{1,3}}{_LETTER}|[a-z]{{2,3}}\d{{1,4}}|\d{{1,4}}[a-z]{{1,3}})",
    ),
)
_MONEY = (
    Recognizer(
        name="sort code and account number",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b\d{2}[- ]?\d{2}[- ]?\d{2}[ ,/]{1,3}\d{4}[ ]?\d{4}\b|\b\d{14}\b",
        score=0.35,
        assess=_account,
        countries=("GB",),
        lengths=(14,),
    ),
    Recognizer(
        name="sort code",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b\d{2}[- ]?\d{2}[- ]?\d{2}\b",
        score=0.3,
        need_context=True,
        countries=("GB",),
        lengths=(6,),
    ),
    Recognizer(
        name="bank account number",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b\d{4}[ ]?\d{4}\b",
        score=0.3,
        need_context=True,
        context=0.45,
        countries=("GB",),
        lengths=(8,),
    ),
    Recognizer(
        name="UTR",
        type=Type.TAX_ID,
        pattern=r"\b\d{5}[ ]?\d{5}k?\b",
        score=0.2,
        assess=not_repeated,
        check=utr,
        passed=0.2,
        need_context=True,
        countries=("GB",),
        lengths=(10,),
    ),
    Recognizer(
        name="VAT registration",
        type=Type.TAX_ID,
        pattern=r"\b(?:gb|xi)[ ]?\d{3}[ ]?\d{4}[ ]?\d{2}(?:[ ]?\d{3})?\b",
        score=0.4,
        check=vat,
        passed=0.25,
        countries=("GB",),
        spelled=r"(?:gb|xi)\d{9}(?:\d{3})?",
    ),
    Recognizer(
        name="VAT number without country",
        type=Type.TAX_ID,
        pattern=r"\b\d{3}[ ]?\d{4}[ ]?\d{2}(?:[ ]?\d{3})?\b",
        score=0.2,
        check=vat,
        passed=0.2,
        need_context=True,
        countries=("GB",),
        lengths=(9, 12),
    ),
    Recognizer(
        name="company number",
        type=Type.TAX_ID,
        pattern=r"\b(?:\d{8}|(?:sc|ni|oc|so|nc|r0|fc|ic)[ ]?\d{6})\b",
        score=0.25,
        assess=alphanumeric,
        need_context=True,
        countries=("GB",),
        lengths=(8,),
        spelled=r"(?:sc|ni|oc|so|nc|fc|ic)\d{6}",
    ),
    Recognizer(
        name="MPAN",
        type=Type.ACCOUNT_NUMBER,
        pattern=r"\b(?:\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?)?\d{2}[ ]?\d{4}[ ]?\d{4}[ ]?\d{3}\b",
        score=0.2,
        check=mpan,
        passed=0.2,
        need_context=True,
        context=0.5,
        countries=("GB",),
        lengths=(13, 21),
    ),
)

ROWS: tuple[Recognizer, ...] = (*_PERSONS, *_PLACES, *_MONEY)
