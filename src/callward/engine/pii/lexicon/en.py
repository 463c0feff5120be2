"""English: what is said for numbers, letters and signs; what announces something is in ``en_cues``."""

from __future__ import annotations

from callward.engine.pii.lexicon.en_cues import CUES
from callward.engine.pii.lexicon.language import Words

_UNITS = {
    "zero": "0", "nought": "0", "naught": "0", "nil": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "fife": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "20", "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
    "eighty": "80", "ninety": "90",
}  # fmt: skip
_COMPOUNDS = {
    ten + unit: digits[0] + digit
    for ten, digits in _TENS.items()
    for unit, digit in _UNITS.items()
    if digit != "0"
}  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty first", "twenty second", "twenty third", "twenty fourth", "twenty fifth", "twenty sixth",
    "twenty seventh", "twenty eighth", "twenty ninth", "thirtieth", "thirty first",
)  # fmt: skip
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

_LETTERS = {
    "ay": "a", "eh": "a", "bee": "b", "be": "b", "see": "c", "sea": "c", "cee": "c", "dee": "d", "ee": "e", "eff": "f",
    "ef": "f", "gee": "g", "jee": "g", "aitch": "h", "haitch": "h", "eye": "i", "jay": "j", "kay": "k", "ell": "l",
    "el": "l", "em": "m", "en": "n", "oh": "o", "pee": "p", "pea": "p", "cue": "q", "queue": "q",
    "kew": "q", "ar": "r", "are": "r", "ess": "s", "tee": "t", "tea": "t", "you": "u",
    "vee": "v", "double u": "w", "double you": "w", "double yew": "w", "doubleyou": "w", "ex": "x", "eks": "x",
    "why": "y", "wye": "y", "zed": "z", "zee": "z", "zet": "z",
}  # fmt: skip
_ALPHABET = {
    "alfa": "a", "alpha": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliett": "j", "juliet": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n",
    "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "xray": "x", "x ray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip

WORDS = Words(
    countries=("GB", "US"),
    numbers=_UNITS | _TEENS | _TENS | _COMPOUNDS,
    weak=("oh", "one", "nil"),
    homophones={"o": "0", "to": "2", "too": "2", "for": "4", "free": "3", "ate": "8", "won": "1", "wun": "1"},
    hundred=("hundred",),
    thousand=("thousand",),
    joiners=("and",),
    repeat={"double": 2, "triple": 3, "treble": 3},
    plurals={
        "zeros": "0", "zeroes": "0", "ohs": "0", "noughts": "0", "ones": "1", "twos": "2", "threes": "3", "fours": "4",
        "fives": "5", "sixes": "6", "sevens": "7", "eights": "8", "nines": "9",
    },
    months={month: number for number, month in enumerate(_MONTHS, 1)}
    | {month[:3]: number for number, month in enumerate(_MONTHS, 1)}
    | {"sept": 9},
    ordinals={word: day for day, word in enumerate(_ORDINALS, 1)},
    of=("of", "the"),
    signs={
        "dash": "-", "hyphen": "-", "minus": "-", "slash": "/", "stroke": "/", "dot": ".", "point": ".",
        "underscore": "_", "space": " ", "plus": "+",
    },
    at=("at", "at sign", "at symbol"),
    dot=("dot", "point", "period"),
    fillers=(
        "uh", "uhm", "um", "umm", "er", "erm", "eh", "hmm", "mm", "hm", "so", "right", "well", "then", "and", "now",
        "it's", "its", "is", "that's", "hang", "on", "hold", "wait", "sec", "second", "let", "me", "see", "next",
        "followed", "by", "after", "again", "just", "like",
    ),
    agreement=("yes", "yep", "yeah", "yup", "ok", "okay", "mhm", "mm-hm", "mm-hmm", "uh-huh", "got", "it", "sure"),
    corrections=("no", "sorry", "actually", "rather", "correction", "mean", "scratch", "oops", "nope"),
    units=(
        "pounds", "pound", "quid", "pence", "euro", "euros", "dollars", "dollar", "bucks", "cents", "percent", "per",
        "o'clock", "oclock", "am", "pm", "minutes", "minute", "hours", "hour", "days", "weeks", "months", "years",
        "times", "boxes", "items", "units", "kilos", "kg", "miles", "litres", "degrees", "stars", "gb", "mb",
    ),
    others=(
        "my wife", "my husband", "my son", "my daughter", "my mother", "my mum", "my mom", "my father", "my dad",
        "my partner", "my brother", "my sister", "my neighbour", "my friend", "my colleague", "her", "his", "their",
    ),
    own=("call us", "our number", "our address", "our email", "reach us", "my direct", "email us", "write to us"),
    unclear=("inaudible", "unintelligible", "unclear", "crosstalk", "noise", "unk"),
    endings=(
        "ending in", "ending", "ends in", "ends with", "last four", "last 4", "last three", "last 3", "last two",
        "last five", "last six", "last digits", "final four", "final three", "final digits", "card ending", "card ends",
    ),
    letters=_LETTERS,
    alphabet=_ALPHABET,
    spelled_as=("for", "as in", "as in the", "like", "like in", "as for", "is for", "in"),
    years_old=(
        "years old", "year old", "years of age", "years young", "months old", "month old", "weeks old", "week old",
        "days old", "yrs old",
    ),
    street_words=(
        "street", "road", "lane", "avenue", "ave", "close", "drive", "crescent", "terrace", "way", "court", "gardens",
        "grove", "place", "square", "parade", "hill", "row", "mews", "walk", "rise", "green", "park", "view", "gate",
        "yard", "wharf", "quay", "embankment", "boulevard", "parkway", "circle", "trail", "alley", "esplanade",
        "promenade", "bank", "end", "vale", "mount", "meadow", "meadows", "croft", "heights", "house", "cottage",
        "flat", "apartment", "unit", "suite", "block", "lodge", "farm", "villas", "buildings", "mansions", "broadway",
        "common", "fold", "garth", "gait", "brae", "wynd", "drove", "passage", "path", "estate", "bungalow", "orchard",
        "field", "fields", "chase", "dene", "dale", "ridge", "spinney", "paddock", "drift", "hollow", "highway",
        "turnpike",
    ),
    titles=(
        "mr", "mister", "mrs", "missus", "ms", "miss", "mx", "master", "dr", "doctor", "prof", "professor", "sir",
        "dame", "lord", "lady", "madam", "reverend", "rev", "father", "sister", "brother", "pastor", "imam", "rabbi",
        "captain", "sergeant", "colonel", "major", "nurse", "judge", "officer", "constable", "councillor", "uncle",
        "auntie", "aunt", "nan", "nana", "grandma", "grandad", "cousin",
    ),
    cues=CUES,
)  # fmt: skip
