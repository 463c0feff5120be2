"""Identifiers issued in Romania, under their native names."""

from __future__ import annotations

import re

from callward.engine.pii import checks
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer
from callward.engine.pii.recognizers.shapes import DAY, MONTH

_COUNTIES = (
    "ab|ag|ar|bc|bh|bn|br|bt|bv|bz|cj|cl|cs|ct|cv|db|dj|gj|gl|gr|hd|hr|if|il|is|mh|mm|ms|nt|ot|ph|sb|sj|sm|sv|tl|tm"
    "|tr|vl|vn|vs"
)
_COUNTY_NAMES = (
    "alba|arad|arges|bacau|bihor|bistrita|braila|brasov|botosani|bucuresti|buzau|calarasi|caras|cluj|constanta|covasna"
    "|dambovita|dolj|galati|giurgiu|gorj|harghita|hunedoara|ialomita|iasi|ilfov|maramures|mehedinti|mures|neamt|olt"
    "|prahova|salaj|satu mare|sibiu|suceava|teleorman|timis|tulcea|valcea|vaslui|vrancea"
)
_SERIES = """
    ar as ax az bh bn br bt bv bz ci cj ct dd dp dr dt dx dz gg gl gr gz hd hr if iz kl ks kt kv kx kz mh mm ms mx mz
    nt nz ot ph px rd rk rr rt rx rz sb sm sv sx sz tc tm tr tz vn vs vx xb xc xh xm xr xt xv xz zc zl zs zv
"""
_IN_USE = frozenset(_SERIES.split())
_WORDS = "ani asa bei buc cam dar din eur iar joi kwh lei lor mai mea mei mii min nou ora ore ori ron sau sec"
_TALK = frozenset(_WORDS.split())
"""Three letters that follow a number in ordinary talk; on a plate they are rare."""

_BANKS = (
    "bacx|bldr|bpos|brde|brel|brma|btrl|bucu|cece|citi|crco|daro|dafb|dpfa|egna|fnnb|ingb|libr|mind|nbor|otpv|pirb|porl"
    "|revo|rncb|rzbr|trez|ugbi|wbro"
)
_SECTOR = "(?:0[1-9]|[1-8][0-9]|9[0-2])"
_STREET = (
    r"(?:str|strada|bd|bdul|b-dul|bulevardul|aleea|calea|sos|soseaua|intrarea|splaiul|piata|drumul|fundatura|bl|bloc"
    r"|blocul|sc|scara|ap|apartament|apartamentul|sat|satul|com|comuna|jud|judetul|orasul|municipiul|localitatea)"
)

_BESIDE_A_STREET = rf"\b{_STREET}\b[ .][^\n?!]{{0,60}}?[ ,]{_SECTOR}\d{{4}}\b"
_TRADE_REGISTER = r"\b[jfc][ ]?\d{1,2}[ ]?[/-][ ]?\d{1,7}[ ]?[/-][ ]?(?:\d{2}\.\d{2}\.)?(?:19|20)\d{2}\b"


def cui(digits: str) -> bool:
    """Romanian cod unic de înregistrare: weights over nine digits, ten times the sum modulo 11."""
    total = sum(int(w) * int(d) for w, d in zip("753217532", digits[:-1].zfill(9), strict=True))
    return 10 * total % 11 % 10 == int(digits[-1])


def _cui(candidate: Candidate) -> Assessment:
    return Assessment("".join(character for character in candidate.text if character.isdigit()))


def _identity_card(candidate: Candidate) -> Assessment:
    """Take series and number without the word between them; a series in use speaks for it."""
    number = re.sub("[^0-9]", "", candidate.text)
    series = candidate.text[:2]
    evidence = (Evidence("form", "a series in use", 0.1),) if series in _IN_USE else ()
    return Assessment((series + number).upper(), evidence)


def _licence(candidate: Candidate) -> Assessment:
    value = re.sub("[ -]", "", candidate.text).upper()
    evidence = (Evidence("form", "a letter at the end", 0.25),) if value[-1].isalpha() else ()
    return Assessment(value, evidence)


def _plate(candidate: Candidate) -> Assessment:
    value = re.sub("[ -]", "", candidate.text)
    evidence = (Evidence("form", "an ordinary word", -0.35),) if value[-3:] in _TALK else ()
    return Assessment(value.upper(), evidence)


def _last_six(candidate: Candidate) -> Assessment:
    """Take the six digits of a candidate that holds the place where they stand too."""
    place = [match.start() for match in re.finditer(r"(?<!\d)\d{6}(?!\d)", candidate.text)][-1]
    return Assessment(candidate.text[place : place + 6], length=place + 6, skip=place)


ROWS = (
    Recognizer(
        name="CNP",
        type=Type.NATIONAL_ID,
        pattern=r"\b[1-9][ .-]?\d{2}[ .-]?" + MONTH + "[ .-]?" + DAY + r"[ .-]?\d(?:[ .-]?\d){5}\b",
        score=0.5,
        check=checks.cnp,
        passed=0.3,
        failed=-0.1,
        countries=("RO",),
        lengths=(13,),
    ),
    Recognizer(
        name="carte de identitate",
        type=Type.PASSPORT,
        pattern=r"\b[a-z]{2}[ ,.-]{0,2}(?:numarul|numar|nr|no)?[ .:]{0,2}\d{3}[ ]?\d{3}\d?\b",
        score=0.3,
        assess=_identity_card,
        need_context=True,
        countries=("RO",),
        spelled=r"[a-z]{2}\d{6,7}",
    ),
    Recognizer(
        name="pașaport",
        type=Type.PASSPORT,
        pattern=r"\b\d{2,3}[ ]?\d{3}[ ]?\d{3}\b",
        score=0.2,
        need_context=True,
        countries=("RO",),
        lengths=(8, 9),
    ),
    Recognizer(
        name="permis de conducere",
        type=Type.DRIVING_LICENCE,
        pattern=r"\b[a-z]{1,2}[ -]?\d{2}(?:[ -]?\d{2}){3}[ -]?[a-z]?\b",
        score=0.3,
        assess=_licence,
        countries=("RO",),
        spelled=rf"(?:[a-z]|{_COUNTIES})\d{{8}}[a-z]?",
    ),
    Recognizer(
        name="CUI",
        type=Type.TAX_ID,
        pattern=r"\b(?:ro[ ]?)?[1-9]\d{0,2}(?:[ .]\d{3}){1,3}\b|\b(?:ro[ ]?)?[1-9]\d{4,9}\b",
        score=0.15,
        assess=_cui,
        check=lambda digits: len(digits) <= 10 and cui(digits),
        passed=0.2,
        need_context=True,
        countries=("RO",),
        lengths=tuple(range(5, 11)),
        spelled=r"ro[1-9]\d{4,9}",
    ),
    Recognizer(
        name="registrul comerțului",
        type=Type.TAX_ID,
        pattern=_TRADE_REGISTER + r"|\b[jfc](?:19|20)\d{11}\b",
        score=0.7,
        ordinary=-0.1,
        countries=("RO",),
        spelled=r"[jfc]\d{3,9}(?:19|20)\d{2}|[jfc](?:19|20)\d{11}",
    ),
    Recognizer(
        name="IBAN, greșit citit",
        type=Type.IBAN,
        pattern=rf"\bro[ ]?\d{{2}}[ ]?(?:{_BANKS})(?:[ ]?[a-z0-9]){{15,17}}\b",
        score=0.55,
        ordinary=-0.1,
        spelled=rf"ro\d{{2}}(?:{_BANKS})[a-z0-9]{{15,17}}",
    ),
    Recognizer(
        name="cont vechi",
        type=Type.BANK_ACCOUNT,
        pattern=r"\b\d{3,4}(?:[.-]\d{1,12}){2,6}\b",
        score=0.2,
        need_context=True,
        countries=("RO",),
    ),
    Recognizer(
        name="mobil fără zero",
        type=Type.PHONE,
        pattern=r"\b7\d{2}[ .-]?\d{3}[ .-]?\d{3}\b",
        score=0.2,
        need_context=True,
        countries=("RO",),
        lengths=(9,),
    ),
    Recognizer(
        name="cod poștal",
        type=Type.POSTCODE,
        pattern=rf"\b{_SECTOR}[ ]?\d{{2}}[ ]?\d{{2}}\b",
        score=0.2,
        need_context=True,
        countries=("RO",),
        lengths=(6,),
    ),
    Recognizer(
        name="cod poștal lângă stradă",
        type=Type.POSTCODE,
        pattern=_BESIDE_A_STREET + "|" + rf"\b\d{{1,4}}[a-z]?, {_SECTOR}\d{{4}},? [a-z]{{3,}}",
        score=0.55,
        assess=_last_six,
        countries=("RO",),
    ),
    Recognizer(
        name="număr de înmatriculare",
        type=Type.VEHICLE_PLATE,
        pattern=rf"\b(?:b[ -]?\d{{2,3}}|(?:{_COUNTIES})[ -]?\d{{2}})[ -]?[a-z]{{3}}\b",
        score=0.55,
        assess=_plate,
        countries=("RO",),
        spelled=rf"(?:b\d{{2,3}}|(?:{_COUNTIES})\d{{2}})[a-z]{{3}}",
    ),
    Recognizer(
        name="număr provizoriu",
        type=Type.VEHICLE_PLATE,
        pattern=rf"\b(?:b|{_COUNTIES})[ -]?\d{{3,6}}\b|\b(?:{_COUNTY_NAMES})[ -]\d{{2,3}}[ -][a-z]{{3}}\b",
        score=0.2,
        assess=_plate,
        need_context=True,
        countries=("RO",),
        spelled=rf"(?:b|{_COUNTIES})\d{{3,6}}",
    ),
    Recognizer(
        name="CID",
        type=Type.HEALTH_ID,
        pattern=r"\b\d(?:[ ]?\d){19}\b",
        score=0.4,
        need_context=True,
        countries=("RO",),
        lengths=(20,),
    ),
    Recognizer(
        name="POD",
        type=Type.ACCOUNT_NUMBER,
        pattern=r"\bro[ ]?\d{3}[ ]?e[ ]?\d{3}[ ]?\d{3}[ ]?\d{3,4}\b",
        score=0.6,
        ordinary=-0.1,
        countries=("RO",),
        spelled=r"ro\d{3}e\d{9,10}",
    ),
)
