"""Estonian: what is said for numbers, letters and places, and what announces personal data.

Nouns have fourteen cases, number words too: a stem with a star stands for all of them, and the cases that numbers
are read in (nominative, genitive, partitive) are made here.
"""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words

_UNITS = {
    "null": "0", "üks": "1", "kaks": "2", "kolm": "3", "neli": "4", "viis": "5", "kuus": "6", "seitse": "7",
    "kaheksa": "8", "üheksa": "9",
}  # fmt: skip
_GENITIVE = {
    "ühe": "1", "kahe": "2", "kolme": "3", "nelja": "4", "viie": "5", "kuue": "6", "seitsme": "7", "kaheksa": "8",
    "üheksa": "9",
}  # fmt: skip
_COUNTED = {
    "nulli": "0", "ühte": "1", "kahte": "2", "kolme": "3", "nelja": "4", "viit": "5", "kuut": "6", "seitset": "7",
    "kaheksat": "8", "üheksat": "9",
}  # fmt: skip
"""The partitive, which is counted: "kolm nulli", "neli ühte"."""

_TEENS = {"kümme": "10", "kümne": "10"} | {
    unit + ending: "1" + digit
    for units in (_UNITS, _GENITIVE)
    for unit, digit in units.items()
    for ending in ("teist", "teistkümmend", "teistkümne")
    if digit != "0"
}
_TENS = {unit + ending: digit + "0" for unit, digit in _UNITS.items() if digit > "1" for ending in ("kümmend", "kend")}
_TENS_GENITIVE = {unit + "kümne": digit + "0" for unit, digit in _GENITIVE.items() if digit > "1"}
_JOINED = {
    ten + unit: digits[0] + digit
    for tens, units in ((_TENS, _UNITS), (_TENS_GENITIVE, _GENITIVE))
    for ten, digits in tens.items()
    for unit, digit in units.items()
    if digit != "0"
}
_HUNDREDS = {unit + "sada": digit + "00" for unit, digit in _UNITS.items() if digit > "1"} | {
    unit + "saja": digit + "00" for unit, digit in _GENITIVE.items() if digit > "1"
}
_DOUBLE = {"topelt" + unit: digit * 2 for unit, digit in _UNITS.items()} | {
    "null" + unit: "0" + digit for unit, digit in _UNITS.items()
}
_DAYS = (
    "esime", "tei", "kolma", "nelja", "viie", "kuue", "seitsme", "kaheksa", "üheksa", "kümne", "üheteistkümne",
    "kaheteistkümne", "kolmeteistkümne", "neljateistkümne", "viieteistkümne", "kuueteistkümne", "seitsmeteistkümne",
    "kaheksateistkümne", "üheksateistkümne", "kahekümne",
)  # fmt: skip
_FIRST_TWO = ("ne", "se", "sel", "sest", "st")  # esimene, esimese, esimesel
_OTHERS = ("s", "nda", "ndal", "ndast", "ndat")  # kolmas, kolmanda, kolmandal
_ORDINALS = {stem + ending: day for day, stem in enumerate(_DAYS, 1) for ending in (_FIRST_TWO if day < 3 else _OTHERS)}
_MONTHS = (
    "jaanuar", "veebruar", "märts", "aprill", "mai", "juuni", "juuli", "august", "september", "oktoober", "november",
    "detsember",
)  # fmt: skip
_STEMS = (
    "jaanuari", "veebruari", "märtsi", "aprilli", "mai", "juuni", "juuli", "augusti", "septembri", "oktoobri",
    "novembri", "detsembri",
)  # fmt: skip
_MONTH_FORMS = {month: number for number, month in enumerate(_MONTHS, 1)} | {
    stem + ending: number for number, stem in enumerate(_STEMS, 1) for ending in ("", "l", "s", "st", "t")
}
_LETTERS = {
    "aa": "a", "bee": "b", "tsee": "c", "dee": "d", "ee": "e", "eff": "f", "gee": "g", "haa": "h", "ii": "i",
    "jott": "j", "kaa": "k", "ell": "l", "emm": "m", "enn": "n", "oo": "o", "pee": "p", "err": "r", "ess": "s",
    "zett": "z", "tsett": "z", "tee": "t", "uu": "u", "vee": "v", "kaksisvee": "w", "topeltvee": "w", "iks": "x",
    "igrek": "y", "ypsilon": "y", "üpsilon": "y",
}  # fmt: skip
"""The names of the letters, save those that are everyday words: "kuu" (a month, six), "šaa" ("saa": can)."""

_ALPHABET = {
    "aadu": "a", "anton": "a", "berta": "b", "bruno": "b", "cesar": "c", "tseesar": "c", "daavid": "d", "eeva": "e",
    "elmar": "e", "friida": "f", "feliks": "f", "gustav": "g", "heinrich": "h", "hugo": "h", "ida": "i", "ivan": "i",
    "juhan": "j", "karl": "k", "kalev": "k", "leena": "l", "ludvig": "l", "mihkel": "m", "maria": "m", "nikolai": "n",
    "narva": "n", "olga": "o", "otto": "o", "paul": "p", "peeter": "p", "rudolf": "r", "robert": "r", "rakvere": "r",
    "siim": "s", "sofia": "s", "tartu": "t", "toomas": "t", "uno": "u", "uugu": "u", "villem": "v", "viktor": "v",
    "viljandi": "v", "william": "w", "xenia": "x", "ypsilon": "y", "zenit": "z", "tallinn": "t", "pärnu": "p",
    "õie": "o", "ärni": "a", "ööbik": "o", "ülo": "u",
}  # fmt: skip
_STREETS = {
    "tänav": ("", "a", "al", "ale", "alt", "as", "ast", "at"), "tee": ("l", "le", "lt"),
    "maantee": ("", "l", "le", "lt"), "puiestee": ("", "l", "le", "lt"), "väljak": ("", "u", "ul", "ule", "ult"),
    "allee": ("", "l", "le"), "põik": ("",), "põigu": ("", "l", "le"), "käik": ("",), "käigu": ("", "l", "s"),
    "plats": ("", "i", "il", "ile"), "rada": ("",), "raja": ("", "l"), "ring": ("", "i", "il"), "kallas": ("",),
    "kalda": ("", "l"), "kaldatee": ("", "l"), "tänavapõik": ("",), "turg": ("",), "kvartal": ("", "i", "is"),
}  # fmt: skip

WORDS = Words(
    countries=("EE",),
    numbers=_UNITS | _GENITIVE | _TEENS | _TENS | _TENS_GENITIVE | _JOINED | _HUNDREDS | _DOUBLE,
    weak=("ühe", "ühte", "kümne"),
    hundred=("sada", "saja"),
    thousand=("tuhat", "tuhande"),
    joiners=("ja",),
    repeat={"topelt": 2, "kahekordne": 2, "kolmekordne": 3},
    plurals=_COUNTED,
    months=_MONTH_FORMS,
    ordinals=_ORDINALS | {"kolmekümnes": 30, "kolmekümnendal": 30, "kolmekümnenda": 30, "kolmekümne": 30},
    of=(),
    signs={
        "kriips": "-", "sidekriips": "-", "miinus": "-", "kaldkriips": "/", "punkt": ".", "alakriips": "_",
        "allkriips": "_", "tühik": " ", "pluss": "+", "kaldjoon": "/",
    },
    at=("at",),
    sure_at=("ät", "ätt", "ätmärk", "ät-märk", "ät märk", "kommertsmärk", "ussike", "ussmärk"),
    dot=("punkt", "dot"),
    fillers=(
        "ee", "öö", "eee", "öm", "ömm", "ehm", "em", "noh", "nii", "nonii", "mm", "hm", "hmm", "oot", "oota", "oodake",
        "siis", "ja", "on", "edasi", "järgmine", "kohe", "ütleme", "vist", "vat", "hetk", "siis veel", "veel", "lõpus",
        "lõpp", "alguses",
    ),
    agreement=(
        "jah", "jaa", "jaja", "okei", "ok", "okey", "mhm", "mhmh", "ahah", "täpselt", "õige", "selge", "just",
        "kirjas", "olemas", "muidugi", "kuulen", "olgu",
    ),
    corrections=(
        "ei", "vabandust", "vabandage", "tähendab", "vale", "valesti", "oi", "ups", "õigemini", "parandan", "sorry",
        "mitte",
    ),
    units=(
        "eurot", "euro", "eurone", "eurose", "euri", "eurit", "senti", "sendi", "krooni", "dollarit", "protsenti",
        "protsendi", "minutit", "minuti", "minutiga", "tundi", "tunni", "tunniga", "sekundit", "päeva", "päevaga",
        "päevane", "tööpäeva", "tööpäevaga", "nädalat", "nädala", "nädalaga", "kuud", "kuuga", "aastat", "aasta",
        "aastaga", "aastane", "korda", "korra", "tükki", "tk", "karpi", "pakki", "kasti", "paari", "kilo", "kg",
        "grammi", "milligrammi", "mg", "ml", "tabletti", "meetrit", "meetri", "sentimeetrit", "cm", "mm", "km",
        "kilomeetrit", "ruutmeetrit", "ruutu", "m2", "liitrit", "liitri", "kraadi", "gb", "giga", "gigabaiti",
        "megabitti", "mbit", "kwh", "kilovatti", "kilovatt-tundi", "kuupmeetrit", "kuupi", "vatti", "voltti", "amprit",
        "tolli", "tollise", "tolline", "inimest", "inimese", "inimesele", "täiskasvanut", "võtit", "seadet", "arvet",
        "tellimust", "aastaks", "kuuks", "päevaks", "minutiks", "tunniks", "nädalaks",
    ),
    others=(
        "mu naine", "minu naine", "mu mees", "minu mees", "mu poeg", "mu tütar", "minu poeg", "minu tütar", "mu ema",
        "minu ema", "mu isa", "minu isa", "mu vend", "minu vend", "mu õde", "minu õde", "mu abikaasa", "minu abikaasa",
        "mu laps", "minu laps", "mu vanaema", "minu vanaema", "mu vanaisa", "minu vanaisa", "mu elukaaslane",
        "minu elukaaslane", "mu naise", "minu naise", "mu mehe", "minu mehe", "tema isikukood", "tema nimi",
        "tema number", "tema telefon", "naabri", "poja", "tütre", "lapse", "naise nimi", "mehe nimi", "ema nimi",
        "isa nimi", "abikaasa nimi", "kontaktisiku", "tema", "tal",
    ),
    own=(
        "helistage meile", "meie number", "meie telefon", "meie aadress", "kirjutage meile", "meie konto",
        "meie registrikood", "kandke meile",
    ),
    unclear=("arusaamatu", "kuuldamatu", "inaudible"),
    endings=("lõpeb numbritega", "lõpuga", "lõppeb numbritega", "viimased", "viimaseid", "viimane neli",
             "viimast numbrit", "lõpunumbrid"),
    letters=_LETTERS,
    alphabet=_ALPHABET,
    spelled_as=("nagu", "nagu nimes", "nagu sõnas", "nagu linn", "tähendab nagu", "kui"),
    years_old=(
        "aastane", "aastase", "aastast", "aastased", "aastaseks", "aastasele", "aastasel", "aastasena", "aastaselt",
        "aastasega", "aastat vana", "aastat vanad", "aasta vana", "a vana", "kuune", "kuuse", "kuud vana", "nädalane",
        "nädalat vana",
    ),
    street_words=(
        *(stem + ending for stem, endings in _STREETS.items() for ending in endings), "tee", "tn", "mnt", "pst", "pst.",
        "tn.", "mnt.",
    ),
    titles=(
        "härra", "härrat", "härral", "härrale", "härraga", "hr", "hra", "proua", "prouat", "proual", "prouale",
        "prouaga", "pr", "preili", "preilit", "preilile", "preiliga", "prl", "doktor", "doktori", "doktorit",
        "doktoril", "doktorile", "doktoriga", "doktorilt", "dr", "professor", "professori", "prof", "perearst",
        "tohter", "isand", "emand", "pereõde", "õpetaja", "notar", "advokaat", "direktor", "juhataja", "kohtunik",
        "kapten", "pastor", "perekond",
    ),
    cues={
        "PAYMENT_CARD": (
            "kaardi number*", "kaardinumber*", "kaardinumbr*", "kaardi numbr*", "kaart number*", "pangakaar*",
            "krediitkaar*", "deebetkaar*", "maksekaar*", "viipekaar*", "kaart on", "kaardilt", "kaardiga",
            "lõpeb numbritega", "lõpuga", "kaardi viimased", "kaardi lõpp", "kaardi esimesed", "kuusteist numbrit",
        ),
        "PAYMENT_CARD?": ("kaart", "kaardi", "kaarti", "visa", "mastercard", "maks*"),
        "CARD_CVV": (
            "cvc*", "cvv*", "turvakood*", "turvanumb*", "kaardi taga", "tagaküljel", "kolm numbrit", "kolmekohali*",
            "kolm viimast", "kontrollkood*", "tagumisel küljel", "kaardikood*", "allkirja kõrval", "allkirjariba*",
        ),
        "CARD_CVV?": ("kood", "koodi"),
        "CARD_EXPIRY": (
            "kehtib", "kehtiv*", "kehtivusaeg", "kehtivusaja*", "kehtivusaega", "kehtivuse*", "aegub", "aegumi*",
            "kuni mis ajani", "mis kuupäevani", "kehtib kuni", "exp",
        ),
        "IBAN": (
            "iban*", "konto", "kontot", "kontole", "kontolt", "kontonumber*", "kontonumbr*", "konto number*",
            "konto numbr*", "arvelduskonto*", "arveldusarve*", "pangakonto*",
        ),
        "BANK_ACCOUNT": (
            "konto", "kontot", "kontole", "kontolt", "kontoga", "kontol", "kontonumber*", "kontonumbr*",
            "konto number*", "konto numbr*", "arvelduskonto*", "arveldusarve*", "pangakonto*", "hoiukonto*",
            "laenukonto*", "konto viimased",
        ),
        "EMAIL": (
            "meiliaadress*", "meili aadress*", "meilile", "meili", "meilid", "meiliga", "mu meil", "minu meil",
            "teie meil", "meiliks", "e-post*", "epost*", "e-kir*", "ekir*", "email*", "e-mail*", "e-meil*", "emeil*",
            "gmail*", "elektronpost*",
        ),
        "PHONE": (
            "telefon*", "telefoninumber*", "mobiil*", "helista*", "mu number", "minu number", "teie number",
            "kontaktnumber*", "kontakttelefon*", "lauatelefon*", "mis number*", "numbril", "numbrile", "kättesaadav*",
            "tagasi helista*", "whatsapp*", "viber*", "faks*", "tema number", "telo",
        ),
        "PHONE?": ("ja number", "number palun", "palun number", "nimi ja number", "sms*"),
        "NATIONAL_ID": ("isikukood*", "isikukoo*", "isiku kood*", "id-kood*", "ik"),
        "PASSPORT": (
            "pass", "passi", "passis", "passist", "passil", "passi number*", "passi numbr*", "passinumber*",
            "passinumbr*", "id-kaart", "id-kaardi*", "id-kaarti", "id-kaardil*", "id kaart", "id kaardi*",
            "isikutunnistus*", "elamisluba", "elamisloa*", "elamisluba*", "dokumendi number*", "dokumendi numbr*",
            "dokumendinumber*", "dokumendinumbr*", "digi-id", "digi-id*", "reisidokument*", "reisidokumendi*",
            "isikut tõendav*", "id-kaardi number*",
        ),
        "PASSPORT?": ("dokument", "dokumendi", "dokumendil", "dokumenti"),
        "DRIVING_LICENCE": (
            "juhiluba", "juhiloa*", "juhilub*", "juhiload", "juhiloal", "juhtimisõigus*", "lubade number*",
            "lubade numbr*", "juhilubade number*",
        ),
        "VEHICLE_PLATE": (
            "autonumber*", "autonumbr*", "auto number*", "auto numbr*", "numbrimär*", "registreerimisnumber*",
            "registreerimisnumbr*", "registreerimismär*", "registrimär*", "reg number*", "reg numbr*", "reg nr*",
            "regnumber*", "regnumbr*", "auto reg*", "sõiduki number*", "sõiduki numbr*", "sõiduki reg*",
            "masina number*", "haagise number*", "mootorratta number*", "rendiauto number*", "numbrimärgiga",
            "vin-kood*", "vin kood*", "tehasetähis*", "mis autoga",
        ),
        "VEHICLE_PLATE?": ("auto", "autol", "autoga", "sõiduk*", "kaubik*", "mootorratas", "haagis*", "parki*"),
        "HEALTH_ID": (
            "saatekir*", "saatekirja number*", "saatekirja numbr*", "retsepti number*", "retsepti numbr*",
            "retseptinumber*", "retseptinumbr*", "digiretsept*", "haigusloo number*", "haigusloo numbr*", "haiguslugu",
            "haigusloo", "ravikaardi number*", "ravikaar*", "patsiendi number*", "patsiendi numbr*",
            "patsiendinumber*", "patsiendinumbr*", "patsiendi kood*", "patsiendikood*", "patsiendi id",
            "haigekassa kaar*", "haigekassa number*", "ravikindlustus*", "ravikindlustuskaar*", "tervisekindlustus*",
            "tervisekaar*", "tervisekassa number*", "puudega isiku kaar*", "puude kaar*", "puudekaar*",
            "liikumispuudega isiku*", "invakaar*", "parkimiskaar*", "haiguslehe number*", "haiguslehe numbr*",
            "töövõimetuslehe number*", "epikriisi number*", "doonorikaar*", "doonori number*",
        ),
        "DATE_OF_BIRTH": (
            "sündinud", "sündisin", "sünd", "sündis", "sünniaeg*", "sünniaja*", "sünnipäev*", "sünnikuupäev*",
            "sünniaasta*", "sünni kuupäev*", "sündi",
        ),
        "AGE": ("kui vana*", "vanus", "vanuse*", "vanust", "mitmeaasta*", "mitu aastat vana*", "saab täis", "sai täis"),
        "IP_ADDRESS": ("ip", "ip-aadress*", "ip aadress*", "logiti aadressilt", "logitud aadressilt", "ip-lt"),
        "IP_ADDRESS?": ("ruuter*",),
        "USERNAME": (
            "kasutajanim*", "kasutaja nim*", "kasutajatunnus*", "kasutaja tunnus*", "kasutajaks", "login", "loginiks",
            "login on", "sisselogimisnim*", "profiilinim*", "mängijanim*", "konto nimi", "kontonimi", "skype*",
            "instagram*",
        ),
        "PASSWORD": (
            "parool*", "salasõna*", "salasõnaks", "märksõna*", "turvasõna*", "turvaküsimus*", "turvaküsimuse vastus*",
            "salaküsimus*", "kontrollküsimus*", "pin", "pin-kood*", "pin kood*", "pin1", "pin2", "pin üks", "pin kaks",
            "puk", "puk-kood*", "uksekood*", "ukse kood*", "fonoluku kood*", "fonolukk*", "fonoluku*", "luku kood*",
            "lukukood*", "väravakood*", "värava kood*", "trepikoja kood*", "valvekood*", "valve kood*",
            "signalisatsiooni kood*", "signalisatsioonikood*", "võtmekapi kood*", "võtmekap*", "seifi kood*",
            "kapi kood*", "kapikood*", "riietuskap*", "postkasti kood*", "garaaži kood*", "garaažikood*", "häirekood*",
            "alarmi kood*", "wifi kood*", "wi-fi kood*", "seifikood*", "kinnituskood*", "sms-kood*", "sms kood*",
            "ühekordne kood*", "ühekordse kood*", "aktiveerimiskood*", "isiklik kood*", "wifi parool*", "ekraanilukk",
            "ekraaniluku kood*",
            "koodi sms*", "kood sms*", "koodi sõnumiga", "kood sõnumiga", "koodi telefonile", "kood telefonile",
            "ema neiupõlvenimi*", "ema neiupõlvenime*", "esimene lemmikloom*", "esimese lemmiklooma*",
            "lemmiklooma nimi", "esimene kool", "esimese kooli",
        ),
        "ACCOUNT_NUMBER": (
            "kliendinumber*", "kliendinumbr*", "kliendi number*", "kliendi numbr*", "kliendikood*", "kliendi kood*",
            "kliendikaar*", "kliendi id", "kliendi-id", "püsikliendi*", "püsiklient*", "lojaalsuskaar*", "boonuskaar*",
            "partnerkaar*", "säästukaar*", "kütusekaar*", "sõidukaar*", "ühiskaar*", "bussikaar*",
            "rohelise kaardi number*", "lepingunumber*", "lepingunumbr*", "lepingu number*", "lepingu numbr*",
            "lepingu nr*", "leping number*", "leping nr*", "poliis*", "poliisi number*", "poliisinumber*",
            "kindlustuspoliis*", "liikluspoliis*", "kaskopoliis*", "reisipoliis*", "kodupoliis*", "kindlustuslepingu*",
            "abonendi*", "liitumispunkt*", "mõõtepunkt*", "mõõtepunkti*", "mõõtmispunkt*", "eic*", "eic-kood*",
            "tarbimiskoha*", "tarbimiskoht*", "liikmenumber*", "liikmenumbr*", "liikme number*", "liikme numbr*",
            "liikmekood*", "liikmekaar*", "lugejapilet*", "lugejakaar*", "lugejanumb*", "õpilaspilet*",
            "üliõpilaspilet*", "pensionitunnistus*", "töötaja number*", "töötaja numbr*", "töötajanumb*",
            "töötaja kood*", "töötõend*", "töötõendi*", "tabelinumb*", "tabeli number*", "personalinumb*",
            "lennukliendi*", "miilikonto*", "kontokood*", "laenulepingu number*", "laenu number*", "hooldustasu kood*",
        ),
        "TAX_ID": (
            "registrikood*", "registri kood*", "reg kood*", "reg-kood*", "regkood*", "äriregistri kood*",
            "äriregistrikood*", "kmkr*", "käibemaks*", "käibemaksukohus*", "käibemaksunumb*", "km number*",
            "km-number*", "vat", "maksukohustuslase*", "ettevõtte kood*", "firma kood*", "maksunumb*", "maksukood*",
        ),
        "PERSON": (
            "mu nimi", "minu nimi", "nimi on", "nimi", "nimele", "nimeks", "teie nimi", "mis teie nimi",
            "kuidas teie nimi", "kuidas on teie nimi", "eesnim*", "perekonnanim*", "perenim*", "neiupõlvenim*",
            "täisnim*", "kellega ma räägin", "kellega räägin", "kellega mul", "kes helistab", "kes räägib",
            "kelle nimel*", "kelle peale", "kontaktisik*", "kaardi omanik*", "kaardiomanik*", "konto omanik*",
            "saaja nim*", "tähthaaval",
        ),
        "ADDRESS": (
            "aadress*", "kus te elate", "kus sa elad", "elan", "elab", "elame", "elavad", "elukoht*", "elukoha*",
            "kuhu saata", "kuhu saadame", "kuhu saadan", "kuhu tuua", "kuhu toome", "kuhu toimetada", "tarneaadress*",
            "koduaadress*", "postiaadress*", "sissekirjutus*", "sisse kirjutatud", "tänav", "tänava nimi",
            "maja number*", "majanumb*", "korteri number*", "kolisin", "kolime", "kolin", "asub aadressil",
        ),
        "CITY": (
            "mis linn*", "linn", "linna", "linnas", "vald", "valla", "vallas", "mis vallas", "külas", "mis küla*",
            "kust te helistate", "kust helistate", "kust pärit", "kust te pärit", "sünnikoh*", "sünnilinn*", "maakon*",
            "asula*", "alevik*",
        ),
        "POSTCODE": (
            "sihtnumber*", "sihtnumbr*", "siht number*", "postiindeks*", "posti indeks*", "indeks*", "postikood*",
            "posti kood*",
        ),
        "ORGANISATION": (
            "kus te töötate", "kus töötate", "töötan", "töötab", "tööandja*", "töökoh*", "firma*", "ettevõt*",
            "asutus*", "mis kool*", "mis koolis", "koolis", "lasteaias", "lasteaed", "ülikool*", "õpin", "õpib",
            "perearstikeskus*", "osaühing*", "aktsiaselts*", "käib trennis", "klubi*",
        ),
        "ORDINARY": (
            "tellimus*", "tellimuse number*", "tellimisnumb*", "pilet*", "pileti number*", "juhtum*",
            "juhtumi number*", "pakk", "paki*", "saadetis*", "jälgimiskood*", "jälgimisnumb*", "jälituskood*", "arve",
            "arve number*", "arve numbr*", "arve nr*", "arvele number*", "pakkumis*", "viitenumber*", "viitenumbr*",
            "viide", "broneering*", "broneeringu*", "kinkekaar*", "kinkekaardi number*", "kupong*", "sooduskood*",
            "kampaaniakood*", "kampaania*", "toode", "toote*", "tootekood*", "artik*", "kauba*", "laokood*",
            "triipkood*", "ribakood*", "seerianumber*", "seerianumbr*", "imei*", "sim-kaardi number*",
            "sim kaardi number*", "kiibi number*", "kiibinumb*", "mudel*", "versioon*", "näit*", "lõppnäit*",
            "algnäit*", "veenäit*", "elektrinäit*", "gaasinäit*", "arvestinäit*", "kapp number*", "toa number*",
            "tuba", "kabinet*", "väljumisvärav*", "peatus*", "temperatuur*", "hinnapakkumi*", "limiit*",
            "arvesti näit*", "tarne*", "summa*", "hind", "hinnaga", "saldo*", "lend", "lennu*", "rong*",
            "rongi number*", "buss number*", "liin*", "sissemakse*", "makse*", "maksekorraldus*", "ülekan*",
            "kviitung*", "tšekk", "tšeki*", "kahjutoimik*", "kahju number*", "kahjujuhtum*", "kahjuavaldus*",
            "avaldus*", "avalduse number*", "taotlus*", "kaebus*", "pretensioon*", "päring*", "pöördumi*", "töökäs*",
            "töö number*", "rikke number*", "rikketeate*", "rikketeade", "tõrke*", "intsiden*", "tagastus*",
            "tagastuse number*", "eelnõu*", "eelnõu number*", "lepingu eelnõu*", "toimiku*", "menetlus*", "kohtuasja*",
            "trahvi number*", "järjekorranumb*", "järjekorra number*", "laua number*", "kogus*", "mõõt*", "suurus*",
            "kell", "kella", "kellaaeg", "hääleta*",
        ),
    },
)  # fmt: skip
