"""Dutch: what is said for numbers, letters, signs and streets; what announces something is in ``nl_cues``."""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words
from callward.engine.pii.lexicon.nl_cues import CUES

_UNITS = {
    "een": "1", "twee": "2", "drie": "3", "vier": "4", "vijf": "5", "zes": "6", "zeven": "7", "acht": "8",
    "negen": "9",
}  # fmt: skip
_VARIANTS = {"nul": "0", "één": "1", "ene": "1", "zeuven": "7"}
_TEENS = {
    "tien": "10", "elf": "11", "twaalf": "12", "dertien": "13", "veertien": "14", "vijftien": "15", "zestien": "16",
    "zeventien": "17", "achttien": "18", "negentien": "19",
}  # fmt: skip
_TENS = {
    "twintig": "20", "dertig": "30", "veertig": "40", "vijftig": "50", "zestig": "60", "sestig": "60",
    "zeventig": "70", "seventig": "70", "zeuventig": "70", "tachtig": "80", "negentig": "90",
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
    | {"negentienhonderd" + rest: "19" + digits.zfill(2) for rest, digits in _BELOW_HUNDRED.items()}
    | {"tweeduizend" + rest: str(2000 + int(digits)) for rest, digits in _BELOW_HUNDRED.items()}
    | {
        f"tweeduizend {link}{rest}": str(2000 + int(digits))
        for rest, digits in _BELOW_HUNDRED.items()
        for link in ("", "en ")
        if int(digits) < 40
    }
)
_THOUSANDS = {unit + "duizend": digit + "000" for unit, digit in _UNITS.items() if digit != "1"}
_ROUND_THOUSANDS = {
    f"{thousand} {hundred}": digits[0] + str(value)
    for thousand, digits in _THOUSANDS.items()
    for hundred, value in _HUNDREDS.items()
}
_ROUND = {tens + "honderd": digits + "00" for tens, digits in _TWO_DIGITS.items() if not digits.endswith("0")}
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

_LETTERS = {
    "aa": "a", "bee": "b", "cee": "c", "see": "c", "dee": "d", "ee": "e", "ef": "f", "eff": "f", "gee": "g",
    "haa": "h", "ha": "h", "ie": "i", "jee": "j", "kaa": "k", "ka": "k", "el": "l", "ell": "l", "em": "m", "en": "n",
    "enn": "n", "oo": "o", "pee": "p", "kuu": "q", "ku": "q", "er": "r", "es": "s", "ess": "s", "tee": "t", "uu": "u",
    "vee": "v", "wee": "w", "dubbel v": "w", "dubbele v": "w", "dubbel vee": "w", "dubbele vee": "w", "dubbel u": "w",
    "iks": "x", "ix": "x", "ypsilon": "y", "griekse ij": "y", "griekse y": "y", "i grec": "y", "igrek": "y",
    "lange ij": "ij", "korte ei": "ei", "zet": "z", "zed": "z",
}  # fmt: skip
_ALPHABET = {
    word: letter
    for letter, said in {
        "a": "anton anna arthur adam alfa", "b": "bernard bertus bruno bravo", "c": "cornelis carolina charlie",
        "d": "dirk daniel desire delta", "e": "eduard emiel emile echo", "f": "ferdinand frederik frits foxtrot",
        "g": "gerard gustaaf golf", "h": "hendrik hotel", "i": "izaak isaak isaac isidoor india",
        "j": "johan jozef jacob juliet", "k": "karel kilo", "l": "lodewijk leopold lima", "m": "maria marie mike",
        "n": "nico napoleon november", "o": "otto oscar", "p": "pieter piet paula papa",
        "q": "quotient quebec quirinus", "r": "rudolf robert romeo", "s": "simon sofie sierra",
        "t": "teunis theodoor telefoon tango", "u": "utrecht ursula uniform", "v": "victor viktor",
        "w": "willem waterloo william whiskey", "x": "xantippe xavier xray", "y": "ypsilon yvonne yankee",
        "z": "zaandam zacharias zulu", "ij": "ijmuiden ijsbrand",
    }.items()
    for word in said.split()
}  # fmt: skip
_YEARS_OLD = (
    "jaar", "jr", "maanden", "weken", "jaar oud", "jaar jong", "jaren oud", "jaren jong", "maanden oud", "maand oud",
    "weken oud", "week oud", "dagen oud", "jarige", "lentes",
)  # fmt: skip
_STREET_ENDINGS = (
    "straat", "straatje", "strjitte", "laan", "laantje", "weg", "wegje", "steenweg", "plein", "pleintje", "kade",
    "kaai", "gracht", "singel", "dreef", "hof", "hofje", "steeg", "steegje", "dijk", "dijkje", "pad", "paadje", "park",
    "plantsoen", "wal", "markt", "baan", "boulevard", "allee", "brink", "gaarde", "warande", "weide", "zoom", "oever",
    "werf", "akker", "dwarsstraat", "kerkhof", "burgwal", "burcht", "vaart",
)  # fmt: skip
_STREET_WORDS = (
    "straat", "laan", "weg", "steenweg", "plein", "kade", "kaai", "gracht", "singel", "dreef", "hof", "steeg", "dijk",
    "pad", "park", "plantsoen", "wal", "markt", "boulevard", "allee", "brink", "laan van", "plein van", "aan de",
    "postbus", "esplanade", "promenade", "passage", "hoeve", "residentie", "woonboot",
)  # fmt: skip
_TITLES = (
    "mevrouw", "mevr", "mw", "meneer", "mijnheer", "heer", "dhr", "hr", "juffrouw", "mejuffrouw", "juf", "meester",
    "mr", "drs", "ir", "ing", "dr", "dokter", "doktor", "doctor", "professor", "prof", "pastoor", "dominee", "ds",
    "imam", "rabbijn", "zuster", "broeder", "oom", "tante", "nonkel", "opa", "oma", "pake", "beppe", "bompa", "bomma",
    "familie", "fam", "gebroeders", "jonkheer", "jonkvrouw", "notaris", "advocaat", "rechter", "wethouder",
    "burgemeester", "schepen", "minister", "sergeant", "wachtmeester", "kapitein", "agent", "inspecteur", "madam",
    "madame", "monsieur", "buurman", "buurvrouw", "collega", "neef", "nicht", "chef", "weduwe", "wijlen", "erven",
)  # fmt: skip

WORDS = Words(
    countries=("NL",),
    numbers=_BELOW_HUNDRED | _VARIANTS | _COMPOUNDS | _ROUND | _THOUSANDS | _ROUND_THOUSANDS | _YEARS,
    weak=("een", "ene", "één"),
    hundred=("honderd",),
    thousand=("duizend",),
    joiners=("en",),
    joiner_needed=True,
    units_first=True,
    repeat={
        "dubbel": 2, "dubbele": 2, "twee keer": 2, "tweemaal": 2, "twee maal": 2, "driedubbel": 3, "driedubbele": 3,
        "driemaal": 3, "drie maal": 3, "drie keer": 3,
    },
    plurals={
        "nullen": "0", "enen": "1", "tweeën": "2", "drieën": "3", "vieren": "4", "vijven": "5", "zessen": "6",
        "zevens": "7", "achten": "8", "negens": "9",
    },
    months={month: number for number, month in enumerate(_MONTHS, 1)}
    | {"febr": 2, "feb": 2, "mrt": 3, "apr": 4, "aug": 8, "sept": 9, "okt": 10, "nov": 11, "dec": 12},
    ordinals={word: day for day, word in enumerate(_DAYS, 1)},
    of=("de", "van"),
    signs={
        "streepje": "-", "koppelteken": "-", "min": "-", "minteken": "-", "liggend": " ", "laag": " ", "slash": "/",
        "schuine": " ", "streep": "/", "punt": ".", "puntje": ".", "dot": ".", "underscore": "_", "spatie": " ",
        "plus": "+", "hekje": "#", "sterretje": "*",
    },
    at=("at", "et"),
    sure_at=("apenstaartje", "apestaartje", "apenstaart", "apestaart", "apen staartje"),
    dot=("punt", "dot", "puntje"),
    fillers=(
        "eh", "uh", "ehm", "uhm", "hm", "nou", "even", "kijken", "dus", "dan", "wacht", "is", "het", "zo", "daarna",
        "euh", "euhm", "effe", "efkes", "momentje", "daarachter", "vervolgens", "gevolgd", "door", "komt",
    ),
    agreement=(
        "ja", "jawel", "jep", "jo", "oke", "oké", "ok", "mhm", "mm", "hmhm", "precies", "juist", "klopt", "goed",
        "genoteerd", "prima",
    ),
    corrections=("nee", "neen", "sorry", "pardon", "bedoel", "fout", "foutje", "verkeerd", "correctie", "excuus"),
    units=(
        "euro", "euro's", "cent", "procent", "minuten", "uur", "uren", "dagen", "weken", "maanden", "jaar", "keer",
        "stuks", "stuk", "dozen", "kilo", "kg", "meter", "liter", "graden", "gb", "minuut", "seconden", "seconde",
        "dag", "week", "maand", "jaren", "kwartier", "nachten", "kuub", "kwh", "kilowattuur", "kilometer", "km",
        "centimeter", "cm", "millimeter", "gram", "watt", "volt", "megabit", "mbit", "mb", "gigabyte", "personen",
        "mensen", "kinderen", "volwassenen", "pakken", "pakketten", "flessen", "punten", "sterren", "maal", "miljoen",
        "ton", "eurocent",
    ),
    others=(
        "mijn vrouw", "mijn man", "mijn zoon", "mijn dochter", "mijn moeder", "mijn vader", "mijn partner",
        "mijn broer", "mijn zus", "mijn buurman", "mijn buurvrouw", "mijn vriend", "mijn vriendin", "mijn collega",
        "mijn opa", "mijn oma", "mijn schoonmoeder", "mijn schoonvader", "mijn neef", "mijn nicht", "mijn kind",
        "mijn kleinzoon", "mijn kleindochter", "mijn huisgenoot", "mijn baas", "haar", "zijn naam",
        "zijn gebruikersnaam", "hun",
    ),
    own=("bel ons", "ons nummer", "ons adres", "onze mail", "mail ons"),
    unclear=("onverstaanbaar", "inaudible"),
    endings=("eindigt op", "eindigend op", "laatste vier", "laatste drie", "laatste cijfers", "laatste 4", "laatste 3"),
    letters=_LETTERS,
    alphabet=_ALPHABET,
    spelled_as=("van", "als in", "zoals", "zoals in", "van de", "van het woord", "gelijk", "gelijk in", "voor"),
    years_old=_YEARS_OLD,
    street_endings=_STREET_ENDINGS,
    street_words=_STREET_WORDS,
    titles=_TITLES,
    cues=CUES,
)  # fmt: skip
