"""Romanian: what is said for numbers and letters, and what announces something personal."""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words
from callward.engine.pii.lexicon.ro_cues import CUES

_UNITS = {
    "zero": "0", "zerou": "0", "zeroul": "0", "nul": "0", "unu": "1", "unul": "1", "una": "1", "un": "1", "o": "1",
    "doi": "2", "două": "2", "trei": "3", "patru": "4", "cinci": "5", "șase": "6", "șapte": "7", "șepte": "7",
    "opt": "8", "nouă": "9",
}  # fmt: skip
_TEENS = {
    "zece": "10", "unsprezece": "11", "doisprezece": "12", "douăsprezece": "12", "treisprezece": "13",
    "paisprezece": "14", "patrusprezece": "14", "cincisprezece": "15", "șaisprezece": "16", "șasesprezece": "16",
    "șaptesprezece": "17", "optsprezece": "18", "nouăsprezece": "19",
    "unșpe": "11", "doișpe": "12", "douășpe": "12", "treișpe": "13", "paișpe": "14", "patrușpe": "14",
    "cinșpe": "15", "cincișpe": "15", "șaișpe": "16", "șapteșpe": "17", "șaptișpe": "17", "șeptișpe": "17",
    "optișpe": "18", "optâșpe": "18", "optșpe": "18", "nouășpe": "19",
    "unșpce": "11", "doișpce": "12", "treișpce": "13", "paișpce": "14", "cinșpce": "15", "șaișpce": "16",
    "unsprece": "11", "doisprece": "12", "douăsprece": "12", "treisprece": "13", "paisprece": "14",
    "cincisprece": "15", "șaisprece": "16", "șaptesprece": "17", "optsprece": "18", "nouăsprece": "19",
}  # fmt: skip
_TENS = {
    "douăzeci": "20", "treizeci": "30", "patruzeci": "40", "cincizeci": "50", "cinzeci": "50", "șaizeci": "60",
    "șasezeci": "60", "șaptezeci": "70", "șeptezeci": "70", "optzeci": "80", "nouăzeci": "90",
} | {f"{unit} zeci": f"{digit}0" for unit, digit in _UNITS.items() if digit > "1"}  # fmt: skip
_CLIPPED_TENS = {
    "douăș": "20", "douăj": "20", "treiș": "30", "treij": "30", "patruș": "40", "patruj": "40", "cinciș": "50",
    "cincij": "50", "șaiș": "60", "șaij": "60", "șapteș": "70", "șaptej": "70", "optâș": "80", "optâj": "80",
    "nouăș": "90", "nouăj": "90",
}  # fmt: skip
_CLIPPED = {
    tens + tie + unit: ten[0] + digit
    for tens, ten in _CLIPPED_TENS.items()
    for unit, digit in _UNITS.items()
    for tie in ("'", "")
    if digit != "0" and unit not in ("un", "o", "unul")
}
"""What fast speech makes of "treizeci și doi": "treij'doi"."""

_PLURALS = {"zerouri": "0", "zerourile": "0"} | {f"de {unit}": digit for unit, digit in _UNITS.items()}
"""Said after a count: "două zerouri", "trei de unu"."""

_DAYS = (
    "întâi", "doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă", "zece",
)  # fmt: skip
_MONTHS = (
    "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie",
    "noiembrie", "decembrie",
)  # fmt: skip
_LETTERS = {
    "a": "a", "be": "b", "bî": "b", "ce": "c", "cî": "c", "de": "d", "dî": "d", "e": "e", "ef": "f", "ge": "g",
    "ghe": "g", "gî": "g", "haș": "h", "ha": "h", "hî": "h", "i": "i", "je": "j", "jî": "j", "ka": "k", "ca": "k",
    "kapa": "k", "ke": "k", "fe": "f", "he": "h", "le": "l", "me": "m", "ne": "n", "re": "r", "se": "s",
    "el": "l", "ele": "l", "em": "m", "eme": "m", "en": "n", "ene": "n", "o": "o", "pe": "p", "pî": "p",
    "chiu": "q", "kiu": "q", "er": "r", "ere": "r", "rî": "r", "es": "s", "ese": "s", "te": "t", "u": "u", "ve": "v",
    "dublu ve": "w", "dublu v": "w", "dublu vî": "w", "ics": "x", "icși": "x", "ix": "x", "ixi": "x", "iks": "x",
    "igrec": "y", "i grec": "y", "zet": "z", "ze": "z", "șe": "s", "țe": "t",
}  # fmt: skip
_ALPHABET = {
    "ana": "a", "barbu": "b", "constantin": "c", "dumitru": "d", "elena": "e", "florea": "f", "gheorghe": "g",
    "haralambie": "h", "ion": "i", "jiu": "j", "kilogram": "k", "lazăr": "l", "maria": "m", "nicolae": "n",
    "olga": "o", "petre": "p", "radu": "r", "sandu": "s", "tudor": "t", "udrea": "u", "vasile": "v", "xenia": "x",
    "zamfir": "z",
}  # fmt: skip


WORDS = Words(
    countries=("RO",),
    numbers=_UNITS | _TEENS | _TENS | _CLIPPED_TENS | _CLIPPED,
    weak=("un", "o", "una", "unul", "nul"),
    hundred=("sută", "sute", "suta"),
    thousand=("mie", "mii", "mia"),
    joiners=("și",),
    joiner_needed=True,
    repeat={"dublu": 2, "dublă": 2, "triplu": 3, "triplă": 3},
    plurals=_PLURALS,
    months={month: number for number, month in enumerate(_MONTHS, 1)},
    ordinals={word: day for day, word in enumerate(_DAYS, 1)},
    of=("de", "pe"),
    signs={
        "liniuță": "-", "liniuța": "-", "cratimă": "-", "minus": "-", "bară": "/", "slash": "/",
        "punct": ".", "dot": ".", "underscore": "_", "underscor": "_", "liniuță jos": "_", "bară jos": "_",
        "liniuță de jos": "_", "liniuță de subliniere": "_", "spațiu": " ", "pauză": " ", "plus": "+",
    },
    at=("at", "et"),
    sure_at=("arond", "a rond", "a-rond", "aron", "a ron", "arong", "aront", "rond", "coadă de maimuță"),
    dot=("punct", "dot"),
    fillers=(
        "ăă", "ăăă", "îî", "îîî", "ă", "îm", "ăm", "eh", "mm", "hm", "hmm", "deci", "păi", "stați", "stai", "așa", "și",
        "apoi", "după", "urmează", "vine", "este", "e", "iar", "un", "moment", "să", "văd", "zic", "gen", "parcă", "pe",
    ),
    agreement=(
        "da", "bine", "ok", "okay", "okei", "mhm", "îhî", "aha", "mda", "perfect", "corect", "exact", "sigur", "notat",
        "ascult", "continuați", "gata", "mulțumesc",
    ),
    corrections=("nu", "scuze", "pardon", "greșit", "adică", "ba", "încurcat", "m-am", "corectez", "iertați-mă"),
    units=(
        "lei", "leu", "ron", "bani", "euro", "dolari", "lire", "forinți", "procente", "minute", "ore", "secunde",
        "zile", "săptămâni", "luni", "ani", "nopți", "bucăți", "cutii", "pachete", "perechi", "persoane", "rate",
        "kilograme", "kilogram", "kg", "grame", "metri", "kilometri", "km", "centimetri", "cm", "milimetri", "mm",
        "litri", "grade", "gb", "giga", "mega", "mb", "kw", "kwh", "kilowați", "mc", "volți", "amperi", "wați", "bari",
    ),
    others=(
        "soția mea", "soțul meu", "soția", "soțul", "fiul meu", "fiica mea", "băiatul meu", "fata mea", "mama mea",
        "tatăl meu", "mama", "tata", "fratele meu", "sora mea", "vărul meu", "verișoara mea", "vecinul meu",
        "vecina mea", "bunicul meu", "bunica mea", "nepotul meu", "nepoata mea", "cumnatul meu", "cumnata mea",
        "socrul meu", "soacra mea", "ginerele meu", "nora mea", "unchiul meu", "mătușa mea", "prietenul meu",
        "prietena mea", "colegul meu", "colega mea", "chiriașul meu", "nașul meu", "finul meu", "nevastă-mea",
        "bărbatu-meu", "soră-mea", "frate-meu", "maică-mea", "taică-meu", "fiică-mea", "fiu-meu", "lui", "ei",
        "băiatului", "fetei", "mamei", "tatălui", "soției", "soțului",
    ),
    own=(
        "sunați-ne", "ne puteți suna", "numărul nostru", "adresa noastră", "scrieți-ne", "ne găsiți la",
        "mailul nostru",
    ),
    unclear=("neinteligibil", "inaudibil", "inaudible", "neclar"),
    endings=("se termină în", "se termină cu", "ultimele patru", "ultimele trei", "ultimele cifre",
             "ultimele 4", "ultimele 3"),
    letters=_LETTERS,
    alphabet=_ALPHABET,
    spelled_as=("de la", "ca în", "ca la", "ca", "precum", "vine de la", "de la cuvântul", "cum e în"),
    years_old=(
        "ani", "de ani", "ani împliniți", "de ani împliniți", "anișori", "de anișori", "ani și jumătate", "ani jumate",
        "ani jumătate", "luni", "de luni",
    ),
    street_words=(
        "strada", "stradă", "străzii", "str", "bulevardul", "bulevard", "bulevardului", "bdul", "b-dul", "bd", "blvd",
        "bld", "aleea", "alee", "aleii", "calea", "șoseaua", "șosea", "șos", "intrarea", "intr", "piața", "piață",
        "pieței", "p-ța", "splaiul", "spl", "fundătura", "fundacul", "fdt", "ulița", "drumul", "prelungirea", "prel",
        "cartierul", "cart", "pasajul", "trecătoarea", "stradela", "colonia", "cvartalul", "esplanada", "bloc",
        "blocul", "bl", "scara", "sc", "etaj", "etajul", "apartament", "apartamentul", "ap", "apt", "mansardă",
    ),
    titles=(
        "domnul", "domnule", "domnului", "domn", "domnu", "dl", "dlui", "doamna", "doamnă", "doamnei", "doamne", "dna",
        "domnișoara", "domnișoară", "domnișoarei", "dra", "doctor", "doctorul", "doctore", "doctorului", "doctorița",
        "doctoriței", "dr", "medic", "medicul", "medicului", "profesor", "profesorul", "profesorului", "profesoara",
        "prof", "inginer", "inginerul", "inginerului", "ing", "arhitect", "arhitectul", "avocat", "avocatul", "avocata",
        "avocatului", "av", "notar", "notarul", "părintele", "părinte", "părintelui", "preotul", "preot", "pr",
        "familia", "familiei", "tanti", "nea", "nenea", "moș", "tușa", "nana", "maica", "coana", "conu", "asistenta",
        "asistent", "asistentul", "colonel", "colonelul", "maior", "căpitan", "sergent", "agentul", "inspector",
        "inspectorul", "directorul", "director", "judecătorul", "jupân", "magistrul", "bácsi", "néni",
    ),
    cues=CUES,
)  # fmt: skip
