"""Estonian: what is said for numbers, and what announces a number that is personal."""

from __future__ import annotations

from callward.engine.pii.lexicon.language import Words

_UNITS = {
    "null": "0", "üks": "1", "kaks": "2", "kolm": "3", "neli": "4", "viis": "5", "kuus": "6", "seitse": "7",
    "kaheksa": "8", "üheksa": "9",
}  # fmt: skip
_VARIANTS = {
    "nulli": "0", "ühe": "1", "ühte": "1", "kahe": "2", "kahte": "2", "kolme": "3", "nelja": "4", "viie": "5",
    "viit": "5", "kuue": "6", "kuut": "6", "seitsme": "7", "seitset": "7", "kaheksat": "8", "üheksat": "9",
}  # fmt: skip
_TEENS = {"kümme": "10"} | {unit + "teist": "1" + digit for unit, digit in _UNITS.items() if digit != "0"}
_TENS = {unit + ending: digit + "0" for unit, digit in _UNITS.items() if digit > "1" for ending in ("kümmend", "kend")}
_JOINED = {
    ten + unit: digits[0] + digit for ten, digits in _TENS.items() for unit, digit in _UNITS.items() if digit != "0"
}
_HUNDREDS = {unit + "sada": digit + "00" for unit, digit in _UNITS.items() if digit > "1"}
_DAYS = (
    "esimene", "teine", "kolmas", "neljas", "viies", "kuues", "seitsmes", "kaheksas", "üheksas", "kümnes",
    "üheteistkümnes", "kaheteistkümnes", "kolmeteistkümnes", "neljateistkümnes", "viieteistkümnes", "kuueteistkümnes",
    "seitsmeteistkümnes", "kaheksateistkümnes", "üheksateistkümnes", "kahekümnes",
)  # fmt: skip
_MONTHS = (
    "jaanuar", "veebruar", "märts", "aprill", "mai", "juuni", "juuli", "august", "september", "oktoober", "november",
    "detsember",
)  # fmt: skip

WORDS = Words(
    countries=("EE",),
    numbers=_UNITS | _VARIANTS | _TEENS | _TENS | _JOINED | _HUNDREDS,
    weak=("ühe", "ühte"),
    hundred=("sada",),
    thousand=("tuhat",),
    joiners=("ja",),
    repeat={"topelt": 2, "kolmekordne": 3},
    plurals={},
    months={month + ending: number for number, month in enumerate(_MONTHS, 1) for ending in ("", "i", "il", "is")},
    ordinals={word: day for day, word in enumerate(_DAYS, 1)} | {"kahekümne": 20, "kolmekümnes": 30, "kolmekümne": 30},
    of=(),
    signs={
        "kriips": "-", "sidekriips": "-", "miinus": "-", "kaldkriips": "/", "punkt": ".", "alakriips": "_",
        "allkriips": "_", "tühik": " ", "pluss": "+",
    },
    at=("at",),
    sure_at=("ät", "ätt", "ätmärk", "ät-märk", "kommertsmärk", "ussike"),
    dot=("punkt", "dot"),
    fillers=(
        "ee", "öö", "noh", "nii", "mm", "hm", "oot", "oota", "oodake", "siis", "ja", "on", "edasi", "järgmine", "kohe",
    ),
    agreement=("jah", "jaa", "okei", "ok", "mhm", "täpselt", "õige", "selge"),
    corrections=("ei", "vabandust", "vabandage", "tähendab", "vale"),
    units=(
        "eurot", "euro", "senti", "krooni", "protsenti", "minutit", "tundi", "päeva", "nädalat", "kuud", "aastat",
        "aastane", "korda", "tükki", "tk", "karpi", "kilo", "kg", "meetrit", "liitrit", "kraadi", "gb",
    ),
    others=(
        "mu naine", "minu naine", "mu mees", "minu mees", "mu poeg", "mu tütar", "minu poeg", "minu tütar", "mu ema",
        "mu isa", "mu vend", "mu õde", "naabri", "poja", "naise nimi", "tema", "tal",
    ),
    own=("helistage meile", "meie number", "meie aadress", "kirjutage meile"),
    unclear=("arusaamatu", "kuuldamatu", "inaudible"),
    endings=("lõpeb numbritega", "lõpuga", "viimased neli"),
    cues={
        "PAYMENT_CARD": (
            "kaardi number*", "kaardinumber*", "kaardinumbr*", "pangakaar*", "krediitkaar*", "deebetkaar*",
            "kaart on", "kaardilt", "kaardiga", "lõpeb numbritega", "lõpuga", "kaardi viimased",
        ),
        "PAYMENT_CARD?": ("kaart", "kaardi", "kaarti", "visa", "mastercard", "maks*"),
        "CARD_CVV": (
            "cvc*", "cvv*", "turvakood*", "kaardi taga", "tagaküljel", "kolm numbrit", "kolmekohaline", "kontrollkood*",
            "tagumisel küljel", "kaardikood*",
        ),
        "CARD_CVV?": ("kood", "koodi"),
        "CARD_EXPIRY": ("kehtib", "kehtiv*", "kehtivusaeg", "aegub", "aegumi*", "kuni", "exp"),
        "IBAN": ("iban*",),
        "EMAIL": ("meil*", "e-post*", "e-kiri", "email*", "e-mail*"),
        "PHONE": (
            "telefon*", "telefoninumber*", "mobiil*", "helista*", "mu number", "minu number", "teie number", "sms*",
            "kontaktnumber*",
        ),
        "NATIONAL_ID": ("isikukood*", "isikukoodi*", "ik"),
        "DATE_OF_BIRTH": ("sündinud", "sünniaeg*", "sünniaja*", "sünnipäev*", "sünnikuupäev*"),
        "IP_ADDRESS": ("ip", "ip-aadress*", "ip aadress*"),
        "IP_ADDRESS?": ("logiti aadressilt", "ruuter*"),
        "ORDINARY": (
            "tellimus*", "pilet*", "juhtum*", "pakk", "paki*", "saadetis*", "arve", "arve number*", "pakkumis*",
            "viitenumber*", "viide", "broneering*", "kinkekaar*", "kupong*", "sooduskood*", "toode", "tootekood*",
            "seerianumber*", "mudel*", "versioon*", "näit*", "tarne*", "kliendinumber*", "kliendikood*", "leping*",
            "lepingu*", "poliis*", "indeks", "sihtnumber*", "postiindeks*", "summa*", "hind", "saldo*", "lend", "rong*",
            "konto", "kontolt", "kontonumber*", "juhiluba*", "juhiloa*", "pass", "passi", "saatekiri*", "kasutajanim*",
            "parool*", "autonumber*", "numbrimärk*", "registrikood*", "kmkr*", "liikmenumber*", "sissemakse*",
        ),
    },
)  # fmt: skip
