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
    "tjugo": "20", "tjuge": "20", "tjugi": "20", "tju": "20", "trettio": "30", "tretti": "30", "trettie": "30",
    "fyrtio": "40", "förtio": "40", "förti": "40", "fyrti": "40", "fyrtie": "40", "femtio": "50", "femti": "50",
    "femtie": "50", "sextio": "60", "sexti": "60", "sextie": "60", "sjuttio": "70", "sjutti": "70", "sjuttie": "70",
    "åttio": "80", "åtti": "80", "åttie": "80", "nittio": "90", "nitti": "90", "nittie": "90",
}  # fmt: skip
_LAST = _UNITS | {"en": "1", "nie": "9"}
_BELOW_HUNDRED = (
    _UNITS
    | _TEENS
    | _TENS
    | {ten + unit: digits[0] + digit for ten, digits in _TENS.items() for unit, digit in _LAST.items()}
)
_HUNDREDS = {unit + "hundra": int(digit) * 100 for unit, digit in _UNITS.items()} | {"hundra": 100}
_COMPOUNDS = {word: str(value) for word, value in _HUNDREDS.items() if word != "hundra"} | {
    word + rest: str(value + int(digits))
    for word, value in _HUNDREDS.items()
    for rest, digits in _BELOW_HUNDRED.items()
}
_YEARS = {"tjugohundra": "2000"} | {
    century + rest: str(first + int(digits))
    for century, first in (("artonhundra", 1800), ("nittonhundra", 1900), ("tjugohundra", 2000), ("tvåtusen", 2000))
    for rest, digits in _BELOW_HUNDRED.items()
    if first > 1900 or int(digits) > 9
}
_THOUSANDS = {rest + "tusen": digits + "000" for rest, digits in _BELOW_HUNDRED.items()}
# Area codes are said in one word: "nollåtta", "nollsjuttio", "nolltrettioett". So are pairs: "dubbelnolla", "nollnoll".
_AFTER_ZERO = {"noll" + rest: "0" + digits for rest, digits in (_BELOW_HUNDRED | {"noll": "0"}).items()}
_DOUBLED = {
    times + word: digit * count
    for times, count in (("dubbel", 2), ("trippel", 3))
    for word, digit in (_UNITS | _VARIANTS).items()
    if word != "en"
}
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


def _numbers(*stems: str) -> tuple[str, ...]:
    """Return the names of numbers as they are said and as they are cut up: "kundnumret", "kund numret", "kundnr"."""
    return tuple(f"{stem}{end}" for stem in stems for end in ("num*", " num*", "nr", " nr"))


WORDS = Words(
    countries=("SE",),
    numbers=_BELOW_HUNDRED | _VARIANTS | _COMPOUNDS | _THOUSANDS | _YEARS | _AFTER_ZERO | _DOUBLED,
    weak=("ett", "en"),
    hundred=("hundra",),
    thousand=("tusen",),
    joiners=("och",),
    repeat={"dubbel": 2, "dubbla": 2, "dubbelt": 2, "trippel": 3, "trippelt": 3},
    plurals={
        "nollor": "0", "ettor": "1", "tvåor": "2", "treor": "3", "fyror": "4", "femmor": "5", "sexor": "6",
        "sjuor": "7", "åttor": "8", "nior": "9",
    },
    months={month: number for number, month in enumerate(_MONTHS, 1)},
    ordinals={word: day for day, word in enumerate(_DAYS, 1)},
    of=("den", "i"),
    signs={
        "streck": "-", "bindestreck": "-", "minus": "-", "minustecken": "-", "tankstreck": "-", "plus": "+",
        "plustecken": "+", "snedstreck": "/", "slash": "/", "punkt": ".", "understreck": "_", "understrykning": "_",
        "underscore": "_", "mellanslag": " ", "mellanrum": " ", "kolon": ":",
    },
    at=("at", "ät"),
    sure_at=("ät", "snabel-a", "snabela", "snabel a", "alfa snabel", "alfasnabel", "at-tecken"),
    dot=("punkt", "dot"),
    # Folded, "å" for "och" is the letter a: as a filler it stands between numbers, and letters are still read.
    fillers=(
        "eh", "öh", "ehm", "äh", "öhm", "hm", "hmm", "mm", "eeh", "ööh", "alltså", "asså", "så", "vänta", "sen",
        "sedan", "och", "å", "e", "då", "ska", "vi", "se", "är", "det", "de", "blir", "här", "kommer", "liksom", "ju",
        "nu", "lite", "väl", "ett ögonblick", "sekund",
    ),
    agreement=(
        "ja", "jo", "japp", "jepp", "jaha", "jaa", "jadå", "jajamän", "jajamensan", "aha", "okej", "okey", "ok",
        "oki", "mhm", "just", "precis", "exakt", "visst", "stämmer", "yes", "bra",
    ),
    corrections=(
        "nej", "nä", "nää", "nehej", "förlåt", "ursäkta", "menar", "fel", "rättare", "utan", "oj", "hoppsan", "sagt",
    ),
    # "år" is missing: folded it is "är", which follows every kind of number.
    units=(
        "kronor", "kronors", "krona", "kr", "spänn", "lax", "öre", "euro", "dollar", "procent", "minuter", "minut",
        "sekunder", "timmar", "timmars", "timme", "dagar", "dagars", "dagen", "månaden", "veckan", "timmen",
        "kvartalet", "arbetsdagar", "dygn", "nätter", "veckor", "veckors", "månader", "månaders", "gånger", "stycken",
        "styck", "st", "paket", "kilo", "kg", "gram", "mg", "milligram", "ml", "meter", "cm", "centimeter", "km",
        "kilometer", "mil", "kvm", "kvadratmeter", "kubik", "liter", "grader", "gb", "mb", "gig", "mbit", "megabit",
        "kwh", "kilowattimmar", "watt", "volt", "ampere", "poäng", "personer", "vuxna", "barn", "rum", "biljetter",
        "tabletter", "kollin", "exemplar", "rader", "lådor", "tum",
    ),
    others=(
        "min fru", "min man", "min hustru", "min make", "min maka", "min son", "min dotter", "min mamma", "min pappa",
        "min mor", "min far", "min mormor", "min morfar", "min farmor", "min farfar", "min sambo", "min särbo",
        "min bror", "min syster", "min brorsa", "min moster", "min faster", "min morbror", "min farbror", "min kusin",
        "min svärmor", "min svärfar", "min flickvän", "min pojkvän", "min tjej", "min kille", "min exman",
        "min exfru", "min granne", "min vän", "min kompis", "min väninna", "min kollega", "min chef", "min snickare",
        "min hyresgäst", "min hyresvärd", "min handläggare", "min klient", "min elev", "mitt barn", "mina föräldrar",
        "vår son", "vår dotter", "hennes", "hans", "deras",
    ),
    own=(
        "ring oss", "vårt nummer", "vår adress", "vår mejl", "vår mail", "nå oss", "når oss", "mejla oss",
        "maila oss", "vår kundtjänst", "mitt direktnummer", "skriv till oss",
    ),
    unclear=("ohörbart", "inaudible", "otydligt", "oklart"),
    endings=("slutar på", "slutar med", "sista siffrorna", "fyra sista", "sista fyra", "tre sista", "sista tre"),
    # The names of å, ä and ö come first: folded they are a and o, and the later entry counts.
    letters={
        "å": "å", "ä": "ä", "ö": "ö", "a": "a", "be": "b", "bee": "b", "ce": "c", "cee": "c", "de": "d", "dee": "d",
        "e": "e", "eff": "f", "äff": "f", "ef": "f", "ge": "g", "gee": "g", "hå": "h", "håå": "h", "i": "i",
        "ji": "j", "jii": "j", "kå": "k", "ell": "l", "äll": "l", "el": "l", "em": "m", "emm": "m", "ämm": "m",
        "en": "n", "enn": "n", "änn": "n", "o": "o", "pe": "p", "pee": "p", "ku": "q", "qu": "q", "ärr": "r",
        "err": "r", "ess": "s", "äss": "s", "te": "t", "tee": "t", "u": "u", "ve": "v", "vee": "v", "dubbel-ve": "w",
        "dubbel-v": "w", "dubbelve": "w", "dubbelvee": "w", "dubbla ve": "w", "ex": "x", "äx": "x", "eks": "x",
        "y": "y", "zäta": "z", "säta": "z", "zeta": "z",
    },
    alphabet={
        "åke": "å", "ärlig": "ä", "östen": "ö", "adam": "a", "bertil": "b", "caesar": "c", "cesar": "c", "david": "d",
        "erik": "e", "filip": "f", "gustav": "g", "helge": "h", "ivar": "i", "johan": "j", "kalle": "k",
        "ludvig": "l", "martin": "m", "niklas": "n", "olof": "o", "petter": "p", "quintus": "q", "qvintus": "q",
        "rudolf": "r", "sigurd": "s", "tore": "t", "urban": "u", "viktor": "v", "wilhelm": "w", "xerxes": "x",
        "yngve": "y", "zäta": "z", "alfa": "a", "alpha": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e",
        "foxtrot": "f", "golf": "g", "hotel": "h", "india": "i", "juliett": "j", "kilo": "k", "lima": "l",
        "mike": "m", "november": "n", "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s",
        "tango": "t", "uniform": "u", "victor": "v", "whiskey": "w", "x-ray": "x", "yankee": "y", "zulu": "z",
    },
    spelled_as=("som i", "som", "sånt som i", "för", "precis som i", "likt"),
    years_old=("år", "år gammal", "år gamla", "år ung", "åring", "åringen", "årig", "årige", "åriga"),
    street_endings=(
        "gatan", "gata", "vägen", "gränd", "gränden", "torget", "stigen", "backen", "slingan", "svängen", "kroken",
        "allén", "kajen", "esplanaden", "promenaden", "brinken", "liden", "vreten", "stranden", "gården", "gärdet",
        "tunet", "rundeln", "höjden", "dalen", "boulevarden",
    ),
    street_words=(
        "väg", "gata", "gränd", "allé", "torg", "plats", "stig", "backe", "gård", "kaj", "strand",
        "esplanad",
    ),
    titles=(
        "herr", "hr", "fru", "fröken", "frk", "doktor", "dr", "professor", "docent", "advokat", "jurist", "läkare",
        "läkaren", "överläkare", "tandläkare", "sköterskan", "sjuksköterskan", "barnmorskan", "psykologen", "syster",
        "pastor", "prästen", "kyrkoherde", "imam", "rektor", "rektorn", "direktör", "chefen", "kommissarie",
        "inspektör", "kapten", "handläggare", "handläggaren", "familjen", "fam", "tant", "farbror", "faster",
        "moster", "mormor", "morfar", "farmor", "farfar", "kusin",
    ),
    cues={
        "PAYMENT_CARD": (
            *_numbers("kort"),
            "kortet", "kortets", "betalkort*", "bankkort*", "kreditkort*", "debetkort*", "kontokort*", "visakort*",
            "mastercard-kort*", "amexkort*", "kort börjar", "med kort", "på kort", "mitt kort", "ditt kort",
            "kortuppgift*", "kortinfo*", "siffrorna på kortet", "numret på kortet", "numret på framsidan",
            "siffrorna på framsidan", "långa numret", "slutar på", "slutar med",
        ),
        "PAYMENT_CARD?": ("kort", "visa", "mastercard", "amex", "american express", "betala*"),
        "CARD_CVV": (
            "cvc*", "cvv*", "säkerhetskod*", "kontrollkod*", "tre siffrorna", "tre sista", "sista tre", "baksidan",
            "kortkod*", "kortverifiering*", "verifieringskod*", "tresiffrig*", "kontrollsiff*", "siffrorna bak",
            "tre bak",
        ),
        "CARD_CVV?": ("kod", "koden"),
        "CARD_EXPIRY": (
            "giltigt", "giltig", "giltighetstid*", "giltighetsdat*", "utgång", "utgången", "utgångsdat*",
            "utgångsdag*", "utgångsmånad*", "går ut", "gick ut", "gått ut", "utgår", "löper ut", "gäller till",
            "gäller till och med", "exp", "månad och år", "hur länge gäller", "gäller kortet", "datumet på kortet",
            "slutdatum*",
        ),
        "IBAN": ("iban*",),
        "BANK_ACCOUNT": (
            *_numbers("konto", "bankkonto", "lönekonto", "depå"),
            "clearing*", "kontouppgift*", "utlandskonto*",
        ),
        "BANK_ACCOUNT?": (
            "konto", "kontot", "bankkonto*", "sparkonto*", "lönekonto*", "personkonto*", "bankuppgift*", "utbetal*",
            "sätta in pengarna", "för över", "insättning*", "depå", "depån", "swish*", "swisha",
        ),
        "EMAIL": ("mejl*", "mail*", "e-post*", "epost*", "e-mail*", "email*", "kvittot"),
        "PHONE": (
            *_numbers("mobil", "hem", "jobb", "arbets", "kontakt", "direkt", "rikt", "privat"),
            "telefon*", "mobil", "mobilen", "mobiltelefon*", "mobilt nummer", "ringa mig", "ring mig", "ringer mig",
            "ringa dig", "ringer dig", "ringa upp", "ringer upp", "ring upp", "ring tillbaka", "nå mig", "når mig",
            "nå dig", "når dig", "nås på", "nå henne", "nå honom", "når henne", "når honom", "ring henne",
            "ring honom", "ringa henne", "ringa honom", "numret", "ert nummer", "ditt nummer", "mitt nummer",
            "hennes nummer", "hans nummer", "vilket nummer", "hemtelefon*", "kontakta mig", "kontakta dig", "fax*",
            "whatsapp", "sms", "sms:a", "smsa", "sms:et", "swish*", "swisha",
        ),
        "NATIONAL_ID": (
            *_numbers("person", "pers", "samordnings", "födelse", "fullständiga", "id"),
            "fyra sista", "dina sista fyra", "de sista fyra", "sista fyra i person*", "personbeteckning*",
        ),
        "NATIONAL_ID?": ("legitimation*", "legitimera*", "bankid"),
        "PASSPORT": (
            *_numbers("pass", "legitimations", "id-korts"),
            "passets", "passet", "mitt pass", "ditt pass", "hennes pass", "hans pass", "svenskt pass",
            "provisoriskt pass", "nödpass*", "id-kort*", "idkort*", "identitetskort*", "nationellt id*", "lma-kort*",
            "uppehållstillståndskort*", "uppehållskort*", "sis-kort*",
        ),
        "PASSPORT?": ("pass", "legitimation*", "leg", "legget"),
        "DRIVING_LICENCE": ("körkort*",),
        "VEHICLE_PLATE": (
            *_numbers("registrerings", "reg", "bil", "chassi"),
            "registreringsskylt*", "nummerskylt*", "bilens nummer",
        ),
        "VEHICLE_PLATE?": (
            "bil", "bilen", "bilens", "bilar", "personbil*", "skåpbil*", "lastbil*", "hyrbil*", "husbil*",
            "firmabil*", "tjänstebil*", "elbil*", "släp", "släpet", "släpvagn*", "släpkärra*", "husvagn*",
            "motorcykel*", "mc", "moped*", "epa", "traktor*", "buss", "bussen", "fordon*", "skylt*", "parkera*",
            "parkeringsbot*", "parkeringstillstånd*", "besikt*", "trängselskatt*", "bärgning*", "bärga*", "volvo*",
            "saab*", "volkswagen*", "toyota*", "skoda*", "tesla*", "bmw", "audi", "kia", "ford", "renault", "peugeot",
            "mercedes*",
        ),
        "HEALTH_ID": (
            *_numbers(
                "journal", "patient", "recept", "prov", "labb", "lab", "reserv", "sjukförsäkrings", "färdtjänst",
                "vård",
            ),
            "journal", "journalen", "patient-id*", "patient id", "patientkort*", "remiss*", "recept-id*",
            "receptets nummer", "vårdförsäkring*", "sjukvårdsförsäkring*", "hälsoförsäkring*", "eu-kort*",
            "europeiska sjukförsäkringskort*", "sjukförsäkringskort*", "frikort*", "högkostnadskort*",
            "färdtjänstkort*", "färdtjänsttillstånd*", "handikapptillstånd*", "handikappkort*",
            "parkeringstillstånd för rörelsehindrade", "intygs-id*", "besöks-id*",
        ),
        "TAX_ID": (
            *_numbers("organisations", "org", "momsreg", "moms", "vat", "skatte", "tin", "ftg"),
            "momsregistrering*", "momsreg", "företagets nummer", "firmans nummer", "skatteregistrering*", "eori*",
        ),
        "ACCOUNT_NUMBER": (
            *_numbers(
                "kund", "klient", "avtals", "kontrakts", "kontrakt", "hyresavtals", "abonnemangs", "abonnent",
                "försäkrings", "medlems", "bonus", "anläggnings", "låne", "lånekorts", "anställnings", "anst",
                "personal", "tjänste", "tjänstgörings", "student", "elev", "deltagar", "användar", "hyresgäst",
            ),
            "kund-id*", "kundid*", "kund id", "kundkort*", "avtals-id*", "avtalets nummer", "kontraktets nummer",
            "abonnemangs-id*", "försäkringsbrev*", "medlems-id*", "medlemskort*", "medlemskap", "medlemskapet",
            "bonuskort*", "stamkund*", "stammiskort*", "lojalitetskort*", "eurobonus*", "poängkort*", "resekort*",
            "reskort*", "periodkort*", "sl-kort*", "västtrafikkort*", "busskort*", "laddkort*", "laddbricka*",
            "laddtagg*", "ladd-id*", "tankkort*", "anläggnings-id*", "anläggningsid*", "anläggnings id", "mätpunkt*",
            "mätpunkts-id*", "uttagspunkt*", "lånekort*", "lånets nummer", "bibliotekskort*", "anställnings-id*",
            "student-id*", "köpar-id*", "spelar-id*", "passerkort*", "id-bricka*",
        ),
        "USERNAME": (
            "användarnam*", "användar-id*", "användarid*", "användar id", "inloggningsnam*", "inloggnings-id*",
            "inloggningen är", "för inloggning", "vilken inloggning", "loggar du in", "logga in dig med",
            "min inloggning", "din inloggning", "loggar in som", "logga in som", "kontonamn*", "nickname",
            "användarkonto*", "profilnamn*", "login är", "loginet är",
        ),
        "USERNAME?": (
            "användare", "användaren", "inloggning*", "inlogg*", "login*", "loggar in med", "logga in med", "alias",
        ),
        "PASSWORD": (
            "lösenord*", "lösen", "lösenfras*", "lösenkod*", "pinkod*", "pin-kod*", "pin kod*", "pin", "portkod*",
            "port-kod*", "dörrkod*", "grindkod*", "entrékod*", "trappkod*", "garagekod*", "larmkod*",
            "avlarmningskod*", "engångskod*", "engångslösen*", "sms-kod*", "smskod*", "verifieringskod*",
            "aktiveringskod*", "bekräftelsekod*", "inloggningskod*", "puk*", "puk-kod*", "säkerhetsord*", "kodord*",
            "hemligt ord", "hemliga ord*", "hemlig kod", "hemlig fråga", "hemliga frågan", "säkerhetsfråg*",
            "kontrollfråg*", "telefonlösen*", "telefonkod*", "nyckelskåp*", "nyckelbox*", "nyckelgömma*",
            "koden till", "får kod", "får en kod", "fick en kod", "fått en kod", "kod via sms", "koden via sms",
            "kod i sms", "koden i sms*", "koden från sms*", "kod på sms", "koden vi skicka*", "skickar en kod",
            "skickat en kod", "koden du fick", "kod till", "kod på dörren", "kodlås*", "låskod*", "skåpkod*",
            "wifikod*", "wifi-lösen*", "nätverksnyckel*", "säkerhetsnyckel*", "personlig kod", "personliga koden",
            "flicknamn*", "flicknamnet",
            "porten har kod*", "dörren har kod*", "grinden har kod*", "entrén har kod*", "skåp med kod",
            "skåpet har kod*", "lås med kod", "låda med kod", "kod för att komma in", "koden in",
            "första husdjur*", "favoritlärare*",
            "första skola", "kod med sms", "kod i ett sms", "kod till din mobil",
        ),
        "DATE_OF_BIRTH": (
            "född", "fött", "födda", "föddes", "födelsedat*", "födelsedag*", "födelsetid*", "födelseår*", "fyller år",
            "fyller du år", "fyllde år", "kom till världen",
        ),
        "IP_ADDRESS": ("ip", "ip-adress*", "ip adress*", "ipadress*", "ip-num*", "ip nummer"),
        "IP_ADDRESS?": ("har adress", "inloggning från", "inloggad från", "router*"),
        "AGE": (
            "hur gammal", "hur gamla", "ålder", "åldern", "års ålder", "år gammal", "år gamla", "fyllt", "fyller",
            "är gammal", "vilken ålder",
        ),
        "PERSON": (
            "jag heter", "heter jag", "vad heter", "heter du", "heter hon", "heter han", "hette", "heter",
            "mitt namn", "namnet", "ditt namn", "ert namn", "hennes namn", "hans namn", "för- och efternamn",
            "förnamn*", "efternamn*", "tilltalsnamn*", "var namnet", "vem pratar", "vem talar", "pratar jag med",
            "talar jag med", "du pratar med", "du talar med", "vem är du", "bokstavera*", "stavas", "stavar", "stava",
            "kallas", "vem gäller det", "kontaktperson*", "kontoinnehavare*", "kortinnehavare*", "innehavare*",
            "mottagare*",
        ),
        "ADDRESS": (
            *_numbers("gatu", "lägenhets"),
            "adress", "adressen", "adresser", "gatuadress*", "hemadress*", "leveransadress*", "fakturaadress*",
            "postadress*", "besöksadress*", "bor på", "bor du", "bor ni", "gatunamn*", "vilken gata", "skriven på",
            "folkbokför*", "flyttat till", "flyttar till", "leverera till", "skicka till",
        ),
        "CITY": (
            "postort*", "vilken ort", "vilken stad", "vilken kommun", "bor i", "född i", "uppvuxen i", "kommer från",
            "hemort*", "bostadsort*", "orten", "var i landet",
        ),
        "POSTCODE": ("postnum*", "post nummer", "postnr", "post nr", "postkod*"),
        "POSTCODE?": ("adress", "adressen", "gatuadress*", "hemadress*", "leveransadress*", "postadress*", "postort*"),
        "ORGANISATION": (
            "jobbar på", "jobbar hos", "jobbar du", "arbetar på", "arbetar hos", "anställd på", "anställd hos",
            "anställd av", "arbetsgivare*", "arbetsplats*", "går på", "går i skolan", "vilken skola", "vårdcentral*",
            "listad på", "listad hos", "egen firma", "enskild firma", "firman heter", "företaget heter",
            "bolaget heter", "driver", "studerar på", "studerar vid", "pluggar på", "vilken klubb", "vilken förening",
            "vilken församling", "ringer från", "representerar",
        ),
        "ORDINARY": (
            *_numbers(
                "order", "ärende", "ocr", "faktura", "referens", "boknings", "biljett", "paket", "kolli", "artikel",
                "modell", "sändnings", "felanmälnings", "offert", "transaktions", "retur", "spårnings", "avi",
                "serie", "mätar", "flyg", "tåg", "bg", "pg", "skade", "kvitto", "diarie", "mål", "akt", "kö",
                "produkt", "varu", "händelse",
            ),
            "order*", "beställning*", "ärende*", "biljett*", "felanmälan*", "felanmälning*", "paket*", "kolli*",
            "sändning*", "försändelse*", "spårning*", "avi", "avin", "faktura*", "offert*", "referens*", "bokning*",
            "presentkort*", "kupong*", "värdekod*", "kampanjkod*", "rabattkod*", "artikel*", "modell*", "version*",
            "mätarställning*", "mätare", "mätaren", "avläsning*", "leverans*", "tid den", "avtal", "avtalet",
            "summa*", "belopp*", "pris", "priset", "prisavdrag*", "saldo*", "avgift*", "kostnad*", "kostar",
            "betalat", "rabatt*", "flyg", "flyget", "avgång*", "tåg", "tåget", "bankgiro*", "plusgiro*", "ocr*",
            "skadeärende*", "skadeanmälan*", "retur*", "reklamation*", "transaktion*", "dossier*", "nummerlapp*",
            "plats i kön", "imei*", "sim-kort*", "simkort*", "streckkod*", "telefonkö*", "incident*", "inkasso*",
            "värdebevis*", "check*",
        ),
    },
)  # fmt: skip
