"""Romanian: what is said for numbers, and what announces a number that is personal."""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words

_UNITS = {
    "zero": "0", "zerou": "0", "unu": "1", "una": "1", "un": "1", "o": "1", "doi": "2", "două": "2", "trei": "3",
    "patru": "4", "cinci": "5", "șase": "6", "șapte": "7", "șepte": "7", "opt": "8", "nouă": "9",
}  # fmt: skip
_TEENS = {
    "zece": "10", "unsprezece": "11", "doisprezece": "12", "douăsprezece": "12", "treisprezece": "13",
    "paisprezece": "14", "cincisprezece": "15", "șaisprezece": "16", "șaptesprezece": "17", "optsprezece": "18",
    "nouăsprezece": "19", "unșpe": "11", "doișpe": "12", "douășpe": "12", "treișpe": "13", "paișpe": "14",
    "cinșpe": "15", "cincișpe": "15", "șaișpe": "16", "șapteșpe": "17", "șaptișpe": "17", "optișpe": "18",
    "optâșpe": "18", "optșpe": "18", "nouășpe": "19",
}  # fmt: skip
_TENS = {
    "douăzeci": "20", "treizeci": "30", "patruzeci": "40", "cincizeci": "50", "șaizeci": "60", "șaptezeci": "70",
    "optzeci": "80", "nouăzeci": "90", "douăș": "20", "treiș": "30", "treij": "30", "douăj": "20", "patruj": "40",
    "cinciș": "50", "șaij": "60",
}  # fmt: skip
_DAYS = (
    "întâi", "doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă", "zece",
)  # fmt: skip
_MONTHS = (
    "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie",
    "noiembrie", "decembrie",
)  # fmt: skip

WORDS = Words(
    countries=("RO",),
    numbers=_UNITS | _TEENS | _TENS,
    weak=("un", "o", "una"),
    hundred=("sută", "sute", "sutã"),
    thousand=("mie", "mii"),
    joiners=("și",),
    joiner_needed=True,
    repeat={"dublu": 2, "dublă": 2, "triplu": 3},
    plurals={},
    months={month: number for number, month in enumerate(_MONTHS, 1)},
    ordinals={word: day for day, word in enumerate(_DAYS, 1)},
    of=("de", "pe"),
    signs={
        "liniuță": "-", "cratimă": "-", "minus": "-", "bară": "/", "slash": "/", "punct": ".", "dot": ".",
        "underscore": "_", "spațiu": " ", "plus": "+",
    },
    at=("at", "et"),
    sure_at=("arond", "a rond", "a-rond", "coadă de maimuță"),
    dot=("punct", "dot"),
    fillers=(
        "ăă", "îî", "ă", "eh", "mm", "hm", "deci", "păi", "stați", "așa", "și", "apoi", "după", "este", "e", "iar",
        "un", "moment", "să", "văd",
    ),
    agreement=("da", "bine", "ok", "okay", "mhm", "perfect", "corect", "exact"),
    corrections=("nu", "scuze", "pardon", "greșit", "adică"),
    units=(
        "lei", "leu", "ron", "bani", "euro", "dolari", "procente", "minute", "ore", "zile", "săptămâni", "luni", "ani",
        "bucăți", "cutii", "kilograme", "kg", "metri", "litri", "grade", "gb",
    ),
    others=(
        "soția mea", "soțul meu", "fiul meu", "fiica mea", "mama mea", "tatăl meu", "fratele meu", "sora mea",
        "vărul meu", "vecinul meu", "nevastă-mea", "lui", "ei", "băiatului",
    ),
    own=("sunați-ne", "numărul nostru", "adresa noastră", "scrieți-ne"),
    unclear=("neinteligibil", "inaudibil", "inaudible"),
    endings=("se termină în", "se termină cu", "ultimele patru cifre"),
    cues={
        "PAYMENT_CARD": (
            "numărul cardului", "număr de card", "numărul de card", "numărul de pe card", "cardul", "cardului",
            "cu cardul", "pe card", "se termină în", "se termină cu", "ultimele patru cifre",
        ),
        "PAYMENT_CARD?": ("card", "visa", "mastercard", "plăt*", "plat*"),
        "CARD_CVV": (
            "cvv*", "cvc*", "cod de securitate", "codul de securitate", "spatele cardului", "pe spate",
            "ultimele trei cifre", "trei cifre", "verso*", "cod de verificare", "codul de verificare",
            "cod de siguranță", "codul de siguranță",
        ),
        "CARD_CVV?": ("cod", "codul"),
        "CARD_EXPIRY": ("expir*", "valabil*", "data expirării", "exp"),
        "IBAN": ("iban*",),
        "EMAIL": ("mail*", "email*", "e-mail*", "adresa de mail"),
        "PHONE": (
            "telefon*", "mobil*", "sunați-mă", "sunați*", "numărul dumneavoastră", "numărul meu", "număr de contact",
            "whatsapp*",
        ),
        "NATIONAL_ID": ("cnp*", "cod numeric personal", "codul numeric*", "cod personal"),
        "DATE_OF_BIRTH": ("născut*", "data nașterii", "zi de naștere", "ziua de naștere"),
        "IP_ADDRESS": ("ip", "adresa ip", "ip-ul"),
        "IP_ADDRESS?": ("s-a intrat de pe", "router*"),
        "ORDINARY": (
            "comand*", "numărul comenzii", "tichet*", "bilet*", "dosar*", "colet*", "awb*", "factur*", "ofert*",
            "referinț*", "rezervare*", "voucher*", "cupon*", "card cadou", "cod promo*", "produs*", "serie*", "model*",
            "versiun*", "contor*", "index*", "livrare*", "programare*", "cod de client", "codul de client",
            "cod client",
            "client*", "contract*", "poliț*", "cod poștal", "codul poștal", "sum*", "preț*", "sold*", "zbor*", "tren*",
            "contul", "cont", "permis*", "pașaport*", "buletin*", "utilizator*", "parol*", "înmatriculare",
            "cerere*", "cui*", "cif*", "avans*", "rata", "chitanț*",
        ),
    },
)  # fmt: skip
