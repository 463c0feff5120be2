"""How each language tells an age by its tens, or roughly: "in her late seventies", "eind vijftig", "fifty-odd".

Everything is written as it is folded: lower case, no marks. ``told`` are ages wherever they stand; each has a group
that is the age. ``alone`` are those of which something else could be counted ("in de tachtig euro"): nothing may be.
Where a language joins what is counted to a number of tens with a word of its own, ``counted`` begins with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Decades:
    """The patterns of one language, each with a group ``age``."""

    told: tuple[str, ...]
    alone: tuple[str, ...]
    counted: str = ""


_EN_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|[2-9]0"
_EN_DECADES = "teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|[2-9]0'?s"
_EN_IS = (
    "(?:i'm|i am|he's|she's|he is|she is|he was|she was|they're|they are"
    "|(?:he|she|they) (?:must|might|could|has to|would) be"
    "|(?:mum|mam|mom|dad|mother|father|nan|gran|grandad|husband|wife|neighbour|man|woman|lady|bloke|guy|chap|fella)"
    "(?:'s| is| was))"
)
_SV_TENS = "tjugo|trettio|fyrtio|femtio|sextio|sjuttio|attio|nittio|[2-9]0"
_SV_IS = "(?:jag|han|hon|hen|som|mamma|pappa|mormor|farmor|morfar|farfar|grannen|mannen|kvinnan) (?:ar|var|blir)"
_ET_TENS = "(?:kahe|kolme|nelja|viie|kuue|seitsme|kaheksa|uheksa)kumne"
_ET_ONES = "kahe|kolme|nelja|viie|kuue|seitsme|kaheksa|uheksa|kumne|[a-z]{3,7}teist(?:kumne)?"
_ET_CHILDREN = "tutar|tutre|poeg|poja|laps|poiss|poisi|tudruk|lapselaps|pojad|tutred|lapsed|kaksikud|vend|ode|beebi"
_RO_TENS = "douazeci|treizeci|patruzeci|cincizeci|saizeci|saptezeci|optzeci|nouazeci|[2-9]0"
_RO_ONES = "(?: si (?:un|unu|doi|trei|patru|cinci|sase|sapte|opt|noua))?"
_RO_PEOPLE = (
    "om|barbat|femeie|tip|tipa|baiat|fata|domn|doamna|tanar|tanara|vecin|vecina|vecinul|unul|una"
    "|individ|cetatean|cineva"
    "|mos|batran|batrana"
)
_NL_TENS = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig|[2-9]0"
_NL_PEOPLE = "jongen|jongeman|man|vrouw|meisje|meid|heer|meneer|mevrouw|dame|kerel|vent|gast|oudere|buurman|buurvrouw"
_NL_IS = "(?:ben|bent|is|was|zijn|waren|wordt|word)(?: (?:zelf|ook|al|nu|net|ruim|pas|inmiddels|allebei|beiden))*"

DECADES: Final = {
    "en": Decades(
        told=(
            (
                r"in(?:to)? (?:my|his|her|their|your) (?P<age>(?:(?:very )?(?:early|mid|late|middle)[ -]?"
                rf"(?:to[ -](?:mid|late)[ -])?)?(?:{_EN_DECADES}))\b"
            ),
            r"\b(?P<age>(?:sexa|septua|octo|nona)genarians?|centenarians?)\b",
            (
                r"\b(?:baby|babies|newborn|son|daughter|grandson|granddaughter|little one|twins)(?: of|'s| is| are)"
                r"(?: only| just)? (?P<age>(?:[0-9]{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
                r"|twelve) (?:weeks|months|days))\b"
            ),
        ),
        alone=(rf"\b{_EN_IS}(?: [a-z]+)? (?P<age>(?:{_EN_TENS})[ -]?(?:odd|something|ish|plus|or so|and a bit))\b",),
    ),
    "sv": Decades(
        told=(
            rf"\b(?P<age>(?:tidiga |sena |ovre |nedre |mitten av )?(?:{_SV_TENS})[ -]?ars?[ -]?aldern)\b",
            (
                r"\b(?:bebis|bebisen|pojke|pojken|flicka|flickan|son|sonen|dotter|dottern|barn|barnet|lillan|tvillingarna)"
                r" (?:ar|pa)(?: bara| nu)? (?P<age>(?:[0-9]{1,2}|en|tva|tre|fyra|fem|sex|sju|atta|nio|tio|elva|tolv)"
                r" (?:dagar|veckor|manader))\b"
            ),
            r"\bi (?P<age>(?:tidiga |sena |ovre |nedre )?tonaren)\b",
            rf"\b(?P<age>(?:{_SV_TENS})[ -]?talist(?:en|er|erna)?)\b",
        ),
        alone=(
            (
                rf"\b{_SV_IS}(?: [a-z]+)? (?P<age>(?:{_SV_TENS})"
                r"(?: (?:plus|pluss|nanting|och nanting|och lite till)|[ -]nagot))\b"
            ),
        ),
    ),
    "et": Decades(
        told=(
            rf"\b(?P<age>{_ET_TENS}(?:ndates|ndais|ne|sed|sele|selt|seks)(?: eluaastates| aastates)?)\b",
            rf"\b(?:{_ET_CHILDREN})(?:,? [a-z]+)?(?:,| on| sai| saab)? (?P<age>(?:{_ET_ONES})(?:ne|sed|seks))\b",
        ),
        alone=(
            (
                r"\b(?:on|olen|oled|oli|olin|sai|saab|saan|olete)(?: [a-z]+){0,2} (?:ule|alla|ligi|pea|lahedal|peaaegu)"
                rf" (?P<age>{_ET_TENS}(?: (?:aasta|aastat|eluaasta)(?: vana)?)?)\b"
            ),
        ),
    ),
    "ro": Decades(
        told=(
            r"\b(?P<age>(?:sexa|septua|octo|nona)genar(?:a|i|e|ul|ei|ii)?)\b",
            rf"\b(?:cam la|pe la|la vreo|spre|catre) (?P<age>(?:{_RO_TENS}){_RO_ONES}(?: si ceva)? de ani)\b",
            (
                rf"\b(?:am|ai|are|aveti|avea|aveau|au) (?:peste|aproape|aproape de|cam|vreo|spre|sub"
                rf"|trecuti de|in jur de) "
                rf"(?P<age>(?:{_RO_TENS}){_RO_ONES}(?: si ceva)? de ani)\b"
            ),
        ),
        alone=(
            (
                rf"\b(?:{_RO_PEOPLE})(?: [a-z]+)? (?:cam )?(?:la|pe la|spre|trecuta? de) (?:vreo )?"
                rf"(?P<age>(?:{_RO_TENS}){_RO_ONES})\b"
            ),
            rf"\b(?:este|e|sunt|era) (?:deja )?trecuta? (?:bine )?de (?P<age>(?:{_RO_TENS})(?: de ani)?)\b",
        ),
        counted=r" (?:de [a-z]|la suta|[0-9])",
    ),
    "nl": Decades(
        told=(
            rf"\b(?P<age>(?:{_NL_TENS})[ -]?(?:plusser|plussers|plus-er|jarigen))\b",
            r"\b(?P<age>(?:twin|der|veer|vijf|zes|zeven|tach|negen)tigers?)(?: |[.,;!?]|$)",
        ),
        alone=(
            (
                r"\b(?:begin|midden|eind|einde|achterin|achter in|voorin|voor in|ver in|diep in"
                r"|dik in|halverwege)(?: de)? "
                rf"(?P<age>{_NL_TENS})\b"
            ),
            rf"\b{_NL_IS} (?:in|over|boven|tegen|rond|voorbij|ver over|dik over) de (?P<age>{_NL_TENS})\b",
            rf"\b(?:{_NL_PEOPLE}) (?:van )?(?:in|over|boven|tegen|rond|voorbij) de (?P<age>{_NL_TENS})\b",
            rf"\b{_NL_IS} (?P<age>(?:{_NL_TENS}) plus)\b",
        ),
    ),
}  # fmt: skip
"""By ISO 639-1 code."""
