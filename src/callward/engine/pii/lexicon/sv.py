"""Swedish: what is said for numbers, and what announces a number that is personal."""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words

_UNITS = {"ett": "1", "två": "2", "tre": "3", "fyra": "4", "fem": "5", "sex": "6", "sju": "7", "åtta": "8", "nio": "9"}
_VARIANTS = {
    "noll": "0", "nolla": "0", "nollan": "0", "en": "1", "etta": "1", "ettan": "1", "tvåa": "2", "tvåan": "2",
    "trea": "3", "trean": "3", "fyran": "4", "femma": "5", "femman": "5", "sexa": "6", "sexan": "6", "sjua": "7",
    "sjuan": "7", "åttan": "8", "nie": "9", "nia": "9", "nian": "9",
}  # fmt: skip
_TEENS = {
    "tio": "10", "tie": "10", "elva": "11", "tolv": "12", "tretton": "13", "fjorton": "14", "femton": "15",
    "sexton": "16", "sjutton": "17", "arton": "18", "aderton": "18", "nitton": "19",
}  # fmt: skip
_TENS = {
    "tjugo": "20", "tjuge": "20", "tjugi": "20", "tju": "20", "trettio": "30", "tretti": "30", "fyrtio": "40",
    "förtio": "40", "förti": "40", "fyrti": "40", "femtio": "50", "femti": "50", "sextio": "60", "sexti": "60",
    "sjuttio": "70", "sjutti": "70", "åttio": "80", "åtti": "80", "nittio": "90", "nitti": "90",
}  # fmt: skip
_BELOW_HUNDRED = (
    _UNITS
    | _TEENS
    | _TENS
    | {ten + unit: digits[0] + digit for ten, digits in _TENS.items() for unit, digit in _UNITS.items()}
)
_HUNDREDS = {unit + "hundra": int(digit) * 100 for unit, digit in _UNITS.items()} | {"hundra": 100}
_COMPOUNDS = {word: str(value) for word, value in _HUNDREDS.items() if word != "hundra"} | {
    word + rest: str(value + int(digits))
    for word, value in _HUNDREDS.items()
    for rest, digits in _BELOW_HUNDRED.items()
}
_YEARS = {
    "nittonhundra" + rest: str(1900 + int(digits)) for rest, digits in _BELOW_HUNDRED.items() if int(digits) > 9
} | {"tvåtusen" + rest: str(2000 + int(digits)) for rest, digits in _BELOW_HUNDRED.items()}
_DAYS = (
    "första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde", "elfte",
    "tolfte", "trettonde", "fjortonde", "femtonde", "sextonde", "sjuttonde", "artonde", "nittonde", "tjugonde",
    "tjugoförsta", "tjugoandra", "tjugotredje", "tjugofjärde", "tjugofemte", "tjugosjätte", "tjugosjunde",
    "tjugoåttonde", "tjugonionde", "trettionde", "trettioförsta",
)  # fmt: skip
_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip

WORDS = Words(
    countries=("SE",),
    numbers=_BELOW_HUNDRED | _VARIANTS | _COMPOUNDS | _YEARS,
    weak=("ett", "en"),
    hundred=("hundra",),
    thousand=("tusen",),
    joiners=("och",),
    repeat={"dubbel": 2, "dubbla": 2, "trippel": 3},
    plurals={
        "nollor": "0", "ettor": "1", "tvåor": "2", "treor": "3", "fyror": "4", "femmor": "5", "sexor": "6",
        "sjuor": "7", "åttor": "8", "nior": "9",
    },
    months={month: number for number, month in enumerate(_MONTHS, 1)},
    ordinals={word: day for day, word in enumerate(_DAYS, 1)},
    of=("den", "i"),
    signs={
        "streck": "-", "bindestreck": "-", "minus": "-", "plus": "+", "snedstreck": "/", "slash": "/", "punkt": ".",
        "understreck": "_", "underscore": "_", "mellanslag": " ",
    },
    at=("at", "ät"),
    sure_at=("snabel-a", "snabela", "snabel a", "alfa snabel"),
    dot=("punkt", "dot"),
    fillers=(
        "eh", "öh", "ehm", "äh", "öhm", "hm", "mm", "alltså", "så", "vänta", "sen", "sedan", "och", "då", "ska", "vi",
        "se", "är", "det", "blir", "här", "kommer",
    ),
    agreement=("ja", "jo", "japp", "jaha", "okej", "ok", "mhm", "just", "precis"),
    corrections=("nej", "nä", "förlåt", "ursäkta", "menar", "fel", "rättare"),
    # "år" is missing: folded it is "är", which follows every kind of number.
    units=(
        "kronor", "krona", "kr", "spänn", "öre", "euro", "procent", "minuter", "timmar", "timme", "dagar", "veckor",
        "månader", "gånger", "stycken", "st", "paket", "kilo", "kg", "meter", "liter", "grader", "gb",
    ),
    others=(
        "min fru", "min man", "min son", "min dotter", "min mamma", "min pappa", "min sambo", "min bror", "min syster",
        "min granne", "min vän", "min snickare", "hennes", "hans", "deras",
    ),
    own=("ring oss", "vårt nummer", "vår adress", "vår mejl", "nå oss", "mejla oss"),
    unclear=("ohörbart", "inaudible", "otydligt"),
    endings=("slutar på", "slutar med", "fyra sista siffrorna"),
    cues={
        "PAYMENT_CARD": (
            "kortnummer*", "kortnumret", "kortet", "kortets", "betalkort*", "bankkort*", "kreditkort*", "kontokort*",
            "kort börjar", "med kort", "på kort", "mitt kort", "siffrorna på kortet", "slutar på", "slutar med",
        ),
        "PAYMENT_CARD?": ("kort", "visa", "mastercard", "betala*"),
        "CARD_CVV": (
            "cvc*", "cvv*", "säkerhetskod*", "kontrollkod*", "tre siffrorna", "tre sista", "sista tre", "baksidan",
            "kortkod*", "kortverifiering*", "verifieringskod*",
        ),
        "CARD_CVV?": ("kod", "koden"),
        "CARD_EXPIRY": (
            "giltigt", "giltig", "giltighetstid*", "utgång", "utgången", "utgångsdatum*", "utgångsdag*",
            "utgångsmånad*", "går ut", "utgår", "löper ut", "gäller till", "gäller till och med", "exp",
        ),
        "IBAN": ("iban*",),
        "EMAIL": ("mejl*", "mail*", "e-post*", "epost*", "kvittot"),
        "PHONE": (
            "telefon*", "mobil*", "ringa mig", "ring mig", "ringa dig", "nå mig", "når mig", "nå dig", "når dig",
            "numret", "ert nummer", "ditt nummer", "mitt nummer", "sms*", "swish*",
        ),
        "NATIONAL_ID": (
            "personnummer", "personnumret", "personnumr*", "samordningsnummer", "samordningsnumret", "födelsenummer",
            "fyra sista", "sista fyra", "fullständiga nummer", "id-nummer",
        ),
        "DATE_OF_BIRTH": ("född", "fött", "födda", "födelsedatum*", "födelsedag*", "fyller år", "födelsetid"),
        "IP_ADDRESS": ("ip", "ip-adress*", "ip adress*", "ip-nummer"),
        "IP_ADDRESS?": ("har adress", "inloggning från", "router*"),
        "ORDINARY": (
            "order*", "ordernummer*", "ärende*", "ärendenummer*", "biljett*", "felanmälan", "paket*", "kolli*",
            "faktura*", "offert*", "referens*", "bokning*", "presentkort*", "kupong*", "kampanjkod*", "artikel*",
            "serienummer*", "modell*", "version*", "mätar*", "leverans*", "tid den", "kundnummer*", "kundnumret",
            "avtal*", "försäkringsnummer*", "kontonummer*", "konto", "kontot", "clearing*", "postnummer*", "postnumret",
            "summa*", "belopp*", "pris*", "saldo*", "flyg*", "tåg*", "medlemsnummer*", "körkort*", "pass", "passet",
            "passnummer*", "journal*", "remiss*", "användarnamn*", "lösenord*", "regnummer*", "registreringsnummer*",
            "organisationsnummer*", "momsregistrering*", "bankgiro*", "plusgiro*", "ocr*", "inloggning*",
        ),
    },
)  # fmt: skip
