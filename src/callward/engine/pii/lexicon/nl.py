"""Dutch: what is said for numbers, and what announces a number that is personal."""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words

_UNITS = {
    "een": "1", "twee": "2", "drie": "3", "vier": "4", "vijf": "5", "zes": "6", "zeven": "7", "acht": "8", "negen": "9",
}  # fmt: skip
_VARIANTS = {"nul": "0", "één": "1", "ene": "1", "zeuven": "7"}
_TEENS = {
    "tien": "10", "elf": "11", "twaalf": "12", "dertien": "13", "veertien": "14", "vijftien": "15", "zestien": "16",
    "zeventien": "17", "achttien": "18", "negentien": "19",
}  # fmt: skip
_TENS = {
    "twintig": "20", "dertig": "30", "veertig": "40", "vijftig": "50", "zestig": "60", "sestig": "60", "zeventig": "70",
    "seventig": "70", "zeuventig": "70", "tachtig": "80", "negentig": "90",
}  # fmt: skip
_TWO_DIGITS = (
    _TEENS
    | _TENS
    | {unit + "en" + ten: digits[0] + digit for ten, digits in _TENS.items() for unit, digit in _UNITS.items()}
)
_BELOW_HUNDRED = _UNITS | _TWO_DIGITS
_HUNDREDS = {unit + "honderd": int(digit) * 100 for unit, digit in _UNITS.items() if digit != "1"} | {"honderd": 100}
_COMPOUNDS = {word: str(value) for word, value in _HUNDREDS.items() if word != "honderd"} | {
    word + link + rest: str(value + int(digits))
    for word, value in _HUNDREDS.items()
    for rest, digits in _BELOW_HUNDRED.items()
    for link in ("", "en")
}
_YEARS = (
    {"negentien" + rest: "19" + digits for rest, digits in _TWO_DIGITS.items()}
    | {"negentienhonderd" + rest: "19" + digits for rest, digits in _TWO_DIGITS.items()}
    | {"tweeduizend" + rest: str(2000 + int(digits)) for rest, digits in _BELOW_HUNDRED.items()}
)
_DAYS = (
    "eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende", "elfde",
    "twaalfde", "dertiende", "veertiende", "vijftiende", "zestiende", "zeventiende", "achttiende", "negentiende",
    "twintigste", "eenentwintigste", "tweeëntwintigste", "drieëntwintigste", "vierentwintigste", "vijfentwintigste",
    "zesentwintigste", "zevenentwintigste", "achtentwintigste", "negenentwintigste", "dertigste", "eenendertigste",
)  # fmt: skip
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip

WORDS = Words(
    countries=("NL",),
    numbers=_BELOW_HUNDRED | _VARIANTS | _COMPOUNDS | _YEARS,
    weak=("een", "ene", "één"),
    hundred=("honderd",),
    thousand=("duizend", "tweeduizend"),
    joiners=("en",),
    joiner_needed=True,
    units_first=True,
    repeat={"dubbel": 2, "dubbele": 2, "driedubbel": 3, "driemaal": 3},
    plurals={
        "nullen": "0", "enen": "1", "tweeën": "2", "drieën": "3", "vieren": "4", "vijven": "5", "zessen": "6",
        "zevens": "7", "achten": "8", "negens": "9",
    },
    months={month: number for number, month in enumerate(_MONTHS, 1)},
    ordinals={word: day for day, word in enumerate(_DAYS, 1)},
    of=("de", "van"),
    signs={
        "streepje": "-", "koppelteken": "-", "min": "-", "slash": "/", "punt": ".", "dot": ".", "underscore": "_",
        "spatie": " ", "plus": "+",
    },
    at=("at", "et"),
    sure_at=("apenstaartje", "apestaartje", "apenstaart"),
    dot=("punt", "dot"),
    fillers=(
        "eh", "uh", "ehm", "uhm", "hm", "nou", "even", "kijken", "dus", "dan", "en", "wacht", "is", "het", "zo",
        "daarna",
    ),
    agreement=("ja", "jawel", "oke", "oké", "ok", "mhm", "mm", "precies", "juist", "klopt"),
    corrections=("nee", "sorry", "pardon", "bedoel", "fout"),
    units=(
        "euro", "euro's", "cent", "procent", "minuten", "uur", "uren", "dagen", "weken", "maanden", "jaar", "keer",
        "stuks", "stuk", "dozen", "kilo", "kg", "meter", "liter", "graden", "gb",
    ),
    others=(
        "mijn vrouw", "mijn man", "mijn zoon", "mijn dochter", "mijn moeder", "mijn vader", "mijn partner",
        "mijn broer",
        "mijn zus", "mijn buurman", "mijn buurvrouw", "haar", "zijn naam", "zijn gebruikersnaam", "hun",
    ),
    own=("bel ons", "ons nummer", "ons adres", "onze mail", "mail ons"),
    unclear=("onverstaanbaar", "inaudible"),
    endings=("eindigt op", "eindigend op", "laatste vier cijfers"),
    cues={
        "PAYMENT_CARD": (
            "kaartnummer*", "creditcard*", "credit card*", "uw kaart", "mijn kaart", "de kaart", "pasnummer*",
            "uw pas", "mijn pas", "betaalpas*", "bankpas*", "met kaart", "eindigt op", "eindigend op",
            "cijfers op de kaart",
        ),
        "PAYMENT_CARD?": ("kaart", "pas", "visa", "mastercard", "betalen", "betaal", "afrekenen"),
        "CARD_CVV": (
            "cvc*", "cvv*", "beveiligingscode*", "achterkant", "drie cijfers", "laatste drie", "controlecode*",
            "veiligheidscode*", "achterop", "achterzijde", "verificatiecode*", "kaartcode*",
        ),
        "CARD_CVV?": ("code",),
        "CARD_EXPIRY": (
            "vervaldatum*", "verloopt", "verloopdatum*", "geldig", "geldigheid*", "vervalt", "loopt af", "afloopdatum*",
            "einddatum*", "exp",
        ),
        "IBAN": ("iban*",),
        "EMAIL": ("mail*", "e-mail*", "email*", "bon"),
        "PHONE": (
            "telefoon*", "mobiel*", "bel mij", "belt u mij", "bel me", "mij bellen", "u bellen", "bereikbaar*",
            "bereiken", "uw nummer", "mijn nummer", "sms*", "whatsapp*",
        ),
        "NATIONAL_ID": ("bsn*", "burgerservicenummer*", "burger service nummer*", "sofinummer*", "sofi-nummer*"),
        "DATE_OF_BIRTH": ("geboren", "geboortedatum*", "geboortedag*", "verjaardag*", "jarig"),
        "IP_ADDRESS": ("ip", "ip-adres*", "ip adres*"),
        "IP_ADDRESS?": ("ingelogd vanaf", "router*"),
        "ORDINARY": (
            "order*", "ordernummer*", "bestelnummer*", "bestelling*", "melding*", "ticket*", "zaaknummer*", "pakket*",
            "zending*", "factuur*", "offerte*", "referentie*", "kenmerk*", "betalingskenmerk*", "boeking*",
            "reservering*", "reparatiebon*", "cadeaubon*", "cadeaukaart*", "kortingscode*", "actiecode*", "artikel*",
            "serienummer*", "model*", "versie*", "meterstand*", "levering*", "afspraak*", "klantnummer*",
            "rekeningnummer*", "rekening", "contract*", "polis*", "postcode*", "bedrag*", "prijs*", "saldo*", "vlucht*",
            "trein*", "lidnummer*", "rijbewijs*", "paspoort*", "verwijzing*", "gebruikersnaam*", "wachtwoord*",
            "kenteken*", "kvk*", "btw*", "kredietsom*", "offertenummer*",
        ),
    },
)  # fmt: skip
