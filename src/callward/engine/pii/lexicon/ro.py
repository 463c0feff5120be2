"""Romanian: what is said for numbers and letters, and what announces something personal."""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words

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


_LOCKED = (
    "interfon",
    "interfonul",
    "ușă",
    "ușa",
    "poartă",
    "poarta",
    "intrare",
    "bloc",
    "scară",
    "barieră",
    "lift",
    "garaj",
    "alarmă",
    "alarma",
    "seif",
    "cutie",
    "cutia",
    "cutia de chei",
    "cutia cu chei",
    "cheie",
    "chei",
    "cheia",
    "lacăt",
    "dulap",
    "vestiar",
    "parcare",
    "yală",
    "tastatură",
    "telefon",
    "tabletă",
    "aplicație",
    "wifi",
    "wi-fi",
    "casa de bani",
    "magazie",
    "curte",
    "hol",
)


def _codes_of(*places: str) -> tuple[str, ...]:
    """Return what is said for the code that opens something: "codul de la poartă", "cod interfon"."""
    heads, ties = ("cod", "codul"), ("de la ", "la ", "de ", "")
    return tuple(f"{head} {tie}{place}" for head in heads for tie in ties for place in places)


def _numbers_of(*nouns: str) -> tuple[str, ...]:
    """Return what is said for the number or code of something: "codul de client", "numărul meu de client"."""
    heads = ("cod", "codul", "codul meu", "codul dumneavoastră", "număr", "numărul", "numărul meu", "nr", "id", "id-ul")
    more = (*heads, "numărul dumneavoastră", "codului", "numărului", "seria")
    return tuple(f"{head} {tie}{noun}" for head in more for tie in ("de ", "") for noun in nouns)


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
    endings=("se termină în", "se termină cu", "ultimele patru cifre", "ultimele cifre"),
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
    cues={
        "PAYMENT_CARD": (
            "numărul cardului", "număr de card", "numărul de card", "numărul de pe card", "cifrele de pe card",
            "cardul", "cardului", "cardul de credit", "cardul de debit", "card de credit", "card de debit",
            "cardul bancar", "card bancar", "cu cardul", "pe card", "se termină în", "se termină cu",
            "ultimele patru cifre",
        ),
        "PAYMENT_CARD?": ("card", "visa", "mastercard", "maestro", "amex", "plăt*"),
        "CARD_CVV": (
            "cvv*", "cvc*", "cod de securitate", "codul de securitate", "spatele cardului", "pe spate", "pe verso",
            "ultimele trei cifre", "cele trei cifre", "trei cifre", "verso*", "cod de verificare",
            "codul de verificare", "cod de siguranță", "codul de siguranță", "codul din spate", "cifrele din spate",
        ),
        "CARD_CVV?": ("cod", "codul"),
        "CARD_EXPIRY": (
            "expir*", "valabil*", "valabilitate*", "data expirării", "exp", "luna și anul", "anul și luna",
            "până când e bun", "dată de expirare", "data de expirare",
        ),
        "IBAN": ("iban*",),
        "BANK_ACCOUNT": (
            "contul", "cont", "contului", "numărul de cont", "număr de cont", "numărul contului", "contul bancar",
            "cont bancar", "contul curent", "cont curent", "contul vechi", "contul de economii", "contul de salariu",
            "contul din bancă", "contul se termină în", "contul se termină cu", "contul care se termină în",
            "contul meu se termină în", "contul terminat în", "contul meu de la voi se termină în",
            "ultimele cifre ale contului", "ultimele patru cifre ale contului", "cont de salariu",
        ),
        "EMAIL": (
            "mail*", "email*", "e-mail*", "meil*", "imeil*", "adresa de mail", "adresa de email", "adresa de e-mail",
            "adresă de mail", "adresă de email", "adresă de e-mail", "adresa electronică", "adresă electronică",
            "poșta electronică",
        ),
        "PHONE": (
            "telefon*", "mobil", "mobilul*", "sunați-mă", "sunați*", "sună-mă", "mă sunați", "mă puteți suna",
            "mă găsiți la", "mă găsiți pe", "numărul dumneavoastră", "numărul meu", "numărul ei", "numărul lui",
            "număr de contact", "numărul de contact", "număr de mobil", "numărul de mobil", "număr fix", "whatsapp*",
            "pe fix", "trimiteți sms", "sms la", "revin la numărul", "vă sun la", "vă sun pe", "de pe numărul",
        ),
        "NATIONAL_ID": (
            "cnp*", "c n p", "cod numeric personal", "codul numeric*", "codul numeric personal", "cod numeric",
            "cod personal", "codul personal", "ce ne pe", "cenepe*", "cnpeul",
        ),
        "PASSPORT": (
            "pașaport*", "buletin", "buletinul*", "buletinului", "carte de identitate", "cartea de identitate",
            "cărții de identitate", "cărți de identitate", "act de identitate", "actul de identitate",
            "actului de identitate", "document de identitate", "documentul de identitate", "serie și număr",
            "seria și numărul", "serie buletin", "seria buletinului", "seria de buletin", "numărul de buletin",
            "permis de ședere", "permisul de ședere", "titlu de călătorie", "carte de rezidență", "cartea de rezidență",
            "certificat de înregistrare ue",
        ),
        "PASSPORT?": ("seria", "serie", "act", "actul", "actele"),
        "DRIVING_LICENCE": (
            "permis", "permisul", "permisului", "permis de conducere", "permisul de conducere",
            "permisului de conducere", "permis auto", "permisul auto", "carnet de conducere", "carnetul de conducere",
            "carnet de șofer", "carnetul de șofer", "permisul de șofer",
        ),
        "VEHICLE_PLATE": (
            "înmatricul*", "număr de înmatriculare", "numărul de înmatriculare", "numărul mașinii", "număr de mașină",
            "numărul de mașină", "numărul de la mașină", "numărul auto", "număr auto", "numărul autoturismului",
            "mașina", "mașină", "mașinii", "autoturism*", "plăcuț*", "talon*", "remorc*", "motociclet*",
            "autoutilitar*", "duba", "dubă", "dubiț*", "scuter*", "camion*", "tractor*", "serie de șasiu",
            "seria de șasiu", "seria șasiului", "serie șasiu", "număr de identificare al vehiculului", "număr de șasiu",
            "vin-ul",
        ),
        "TAX_ID": (
            "cui", "cui-ul*", "cif", "cif-ul*", "cod fiscal", "codul fiscal", "codului fiscal",
            "cod unic de înregistrare", "codul unic de înregistrare", "cod unic", "codul unic", "cod de înregistrare",
            "codul de înregistrare", "cod de identificare fiscală", "codul de identificare fiscală", "cod tva",
            "codul de tva", "cod de tva", "registrul comerțului", "reg com", "reg. com", "onrc",
            "număr de înregistrare la registrul comerțului", "număr de ordine în registrul comerțului",
            "plătitor de tva", "plătitoare de tva",
        ),
        "TAX_ID?": ("firm*", "societat*", "pfa", "tva", "srl"),
        "HEALTH_ID": (
            *_numbers_of("pacientului", "asiguratului", "fișei", "rețetei"),
            *_numbers_of("pacient", "asigurat", "fișă", "fișa medicală", "rețetă", "foaie de observație"),
            "cid", "cid-ul", "card de sănătate", "cardul de sănătate", "cardului de sănătate",
            "card național de sănătate", "cardul național", "card european", "cardul european", "ceass",
            "asigurare de sănătate", "asigurarea de sănătate", "polița de sănătate", "poliță de sănătate",
            "polița medicală", "asigurarea medicală", "bilet de trimitere", "biletul de trimitere",
            "biletului de trimitere", "trimitere", "rețet*", "foaie de observație", "foaia de observație",
            "fișa de observație", "fișă de observație", "fișa de tratament", "fișa de consultație",
            "registrul de consultații", "fișa medicală", "fișă medicală", "fișa pacientului", "fișei", "numărul fișei",
            "dosar medical", "dosarul medical", "dosarului medical", "certificat de handicap",
            "certificatul de handicap", "legitimație de handicap", "card-legitimație", "legitimația de handicap",
            "buletin de analize", "buletinul de analize", "adeverința medicală", "scrisoare medicală",
            "scrisoarea medicală", "certificatul medical", "certificat medical", "bilet de externare",
            "biletul de externare", "bilet de ieșire din spital",
        ),
        "ACCOUNT_NUMBER": (
            *_numbers_of("client", "abonat", "abonament", "consumator", "membru", "angajat", "loc de consum"),
            *_numbers_of("contract", "poliță", "beneficiar", "cont client", "partener", "utilizator de servicii"),
            *_numbers_of("clientului", "abonatului", "membrului", "contractului", "poliței", "angajatului"),
            "contul de client", "cont de client", "cont client", "contul clientului",
            *_numbers_of("locului de consum", "contului de client", "punctului de consum"),
            "clc", "nlc", "cod nlc", "cod clc", "cod pod", "codul pod", "pod-ul", "punct de măsurare",
            "punctul de măsurare", "punct de consum", "cod eic", "codul eic", "cod încasare", "codul de încasare",
            "contract", "contractul", "contractului", "numărul contractului", "numărul poliței", "poliță", "polița",
            "poliței", "card de fidelitate", "cardul de fidelitate", "card de loialitate", "cardul de loialitate",
            "cardul de client", "card de client", "cardul de membru", "card de membru", "cardul de transport",
            "card de transport", "cardul de călătorie", "cardul de puncte", "cardul de reducere", "card de reducere",
            "cardul de reduceri", "cardul de bonus", "legitimația de bibliotecă", "permisul de bibliotecă",
            "abonamentul de transport", "miles", "frequent flyer", "legitimați*", "marca angajatului", "marca mea",
            "poliță rca", "polița rca", "polița casco", "poliță casco", "număr de marcă", "numărul de marcă",
            "număr matricol", "numărul matricol", "matricol*", "ecuson*", "card de combustibil",
            "cardul de combustibil", "card de alimentare",
        ),
        "USERNAME": (
            "utilizator", "utilizatorul*", "utilizatorului", "nume de utilizator", "numele de utilizator",
            "contul de utilizator", "cont de utilizator", "user", "user-ul", "userul*", "username*", "login*",
            "mă loghez cu", "mă loghez ca", "intru cu", "mă conectez cu", "autentific*", "nick", "nick-ul", "nickname*",
            "contul de joc", "contul de instagram", "contul de facebook", "contul de tiktok", "contul de skype",
            "id-ul de skype", "id de conectare", "id-ul de conectare",
        ),
        "PASSWORD": (
            *_codes_of(*_LOCKED), "codul interfonului", "codul porții", "codul ușii", "codul alarmei", "codul seifului",
            "parol*", "parola de wifi", "parola wifi", "parola de la wifi", "parola de wi-fi", "parola wi-fi",
            "parola de la wi-fi", "parola de la router", "parola de la mail", "parola de la cont", "parola contului",
            "parola telefonică", "parola de siguranță", "parola de securitate", "parola de telefon", "parola de acces",
            "parola veche", "parola nouă", "pin", "pin-ul*", "pinul*", "cod pin", "codul pin", "cod de acces",
            "codul de acces", "cod interfon", "cod de interfon", "cod de la interfon", "cod la interfon",
            "cod de la poartă", "cod de la ușă", "cod la intrare", "cod la poartă", "cod la bloc", "cod de intrare",
            "codul de intrare", "cod de la alarmă", "cod de la seif", "codul interfonului", "codul de interfon",
            "codul de la interfon", "codul de la ușă", "codul de la intrare", "codul de la poartă", "codul porții",
            "codul ușii", "codul de la bloc", "codul de la scară", "codul de la barieră", "codul de la lift",
            "codul de la garaj", "cod de alarmă", "codul alarmei", "codul de alarmă", "codul de la alarmă",
            "codul de la seif", "codul seifului", "codul de la cutie", "cifrul", "cifrul de la*", "cuvânt de siguranță",
            "cuvântul de siguranță", "cuvânt secret", "cuvântul secret", "cuvânt-cheie", "cuvântul cheie",
            "cuvântul-cheie", "răspunsul secret", "răspunsul de securitate", "cod secret", "codul secret",
            "cod de deblocare", "codul de deblocare", "codul telefonului", "codul din sms", "codul din mesaj",
            "codul primit", "codul primit prin sms", "cod de autentificare", "codul de autentificare",
            "codul de confirmare", "cod de confirmare", "codul unic primit", "token*", "codul de activare", "puk*",
        ),
        "DATE_OF_BIRTH": (
            "născut", "născută", "născuți", "născute", "nascut*", "data nașterii", "dată de naștere", "data de naștere",
            "zi de naștere", "ziua de naștere", "ziua nașterii", "anul nașterii", "an de naștere", "anul de naștere",
            "m-am născut", "aniversar*", "când v-ați născut",
        ),
        "AGE": (
            "câți ani", "ce vârstă", "vârst*", "împlinit", "împlinește", "împlinesc", "în vârstă de", "anișori",
            "vârsta de",
        ),
        "PERSON": (
            "numele dumneavoastră", "numele", "nume și prenume", "numele și prenumele", "numele complet", "prenume",
            "prenumele", "mă numesc", "ma cheamă", "mă cheamă", "cum vă numiți", "cum vă cheamă", "cum te cheamă",
            "cu cine vorbesc", "cu cine am plăcerea", "pe numele", "pe ce nume", "îl cheamă", "o cheamă", "se numește",
            "se cheamă", "titular*", "din partea", "numele meu", "mă prezint", "îi zice", "îi spune", "îmi spune",
            "cu cine am vorbit", "numele de familie", "împuternicit*", "pe litere",
        ),
        "ADDRESS": (
            "adresa", "adresă", "adresei", "adrese", "locuiesc", "locuiți", "locuiește", "locuim", "stau pe",
            "stați pe", "unde stați", "domicili*", "reședinț*", "strada", "străzii", "livrăm", "livrați", "unde livrăm",
            "unde trimitem", "unde trimit", "unde vă trimit", "corespondenț*", "sediul*", "punct de lucru",
            "punctul de lucru", "unde locuiți", "strada și numărul", "m-am mutat",
        ),
        "CITY": (
            "localitat*", "oraș", "orașul*", "orașului", "comuna", "comună", "comunei", "satul", "sat", "satului",
            "județ*", "din ce oraș", "în ce oraș", "municipiul", "locul nașterii", "suntem în", "stau în", "sunt din",
            "locuiesc în", "locuim în", "stăm în",
        ),
        "POSTCODE": ("cod poștal", "codul poștal", "codului poștal", "poștal", "zip"),
        "ORGANISATION": (
            "lucrez la", "lucrați la", "lucrează la", "unde lucrați", "locul de muncă", "loc de muncă", "angajator*",
            "angajat la", "angajată la", "elev la", "elevă la", "student la", "studentă la", "profesor la",
            "profesoară la", "patron la", "patroana", "administrator la", "asociat la", "firma mea", "firma noastră",
            "ce firmă", "ce școală", "reprezint", "membru la", "membră la", "joacă la", "internat la", "internată la",
        ),
        "IP_ADDRESS": ("ip", "adresa ip", "adresă ip", "adresa de ip", "ip-ul"),
        "IP_ADDRESS?": ("s-a intrat de pe", "router*", "conectat de pe"),
        "ORDINARY": (
            "comand*", "numărul comenzii", "numărul de comandă", "comenzii", "tichet*", "bilet", "bilete", "biletul",
            "biletului", "dosar*", "colet*", "awb*", "factur*", "ofert*", "referinț*", "rezervare*", "rezervăr*",
            "voucher*", "cupon*", "card cadou", "cardul cadou", "card de cadou", "cod promo*", "codul promo*",
            "cod de reducere", "codul de reducere", "produs*", "cod produs", "codul produsului", "articol*",
            "serie produs", "seria produsului", "număr de serie", "numărul de serie", "model*", "versiun*", "contor*",
            "index*", "livrare*", "livrarea", "programare*", "programăr*", "sum*", "preț*", "sold*", "zbor*", "tren*",
            "autocar*", "cursa", "peron*", "ghișeu*", "cerere*", "cererii", "avans*", "rata", "rate", "chitanț*", "bon",
            "bonul*", "bon fiscal", "sesizare*", "sesizăr*", "reclamați*", "incident*", "număr de înregistrare",
            "numărul de înregistrare", "cod de bare", "codul de bare", "cod de eroare", "codul de eroare", "eroare*",
            "cod de plată", "codul de plată", "referința plății", "imei*", "sim", "sim-ul*", "garanți*", "lot",
            "lotul*", "număr de caz", "caz", "cazul", "cazului", "tranzacți*", "proces verbal", "proces-verbal",
            "procesul verbal", "deviz*", "proforma", "aviz*", "citire*", "consum", "consumul", "tensiun*",
            "temperatur*", "kilometraj*", "la ora", "la orele", "după ora", "până la ora", "înainte de ora",
            "de la ora", "canal*", "pagina", "articolul",
        ),
    },
)  # fmt: skip
