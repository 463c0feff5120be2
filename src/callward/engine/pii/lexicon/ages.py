"""How each language says that somebody is so many years old, without any unit: "she's 91", "mijn moeder van tachtig".

Everything is written as it is folded: lower case, no marks. ``is_said`` stands right before the number, ``goes_on`` are
words behind it with which nothing is counted ("she's 91 now", but "she's 91 miles away"), ``joins`` stands between the
ages of several. ``somebody`` are nouns for people, ``things`` what has years that tell of nobody, ``it`` stands for a
thing. ``half`` is what makes a number a count of something ("two and a half hours"), ``leads`` are further words that
lead from one's age to another's ("six, and the other one is nine"). Neighbours, tenants, men and ladies are often told
by their door ("the tenant of 14"), so they stand in ``is_said`` as somebody's or as anybody at most ("our neighbour",
"a man"), and those words are ``by_door``: what they are is an age only where it is a grown person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Ages:
    """The words of one language, as alternatives of a pattern."""

    somebody: str
    is_said: str
    goes_on: str
    joins: str
    things: str
    it: str
    half: str
    leads: str
    by_door: str


_EN_FAMILY = (
    "mum|mom|mam|dad|daddy|mummy|mother|father|nan|nana|gran|granny|grandma|grandad|grandpa|grandmother|grandfather"
    "|husband|wife|son|daughter|brother|sister|partner|aunt|auntie|uncle|niece|nephew|cousin|baby|babies|boys?|girls?"
    "|lads?|kids?|child|children|twins?|triplets|grandson|granddaughter|grandchild|grandchildren|grandkids|stepson"
    "|stepdaughter|girlfriend|boyfriend|fiancee?|youngest|oldest|eldest|toddler|in-law"
)
_EN_BY_DOOR = "tenant|neighbour|lady|gentleman|man|woman"
_EN_SOMEBODY = rf"{_EN_FAMILY}|{_EN_BY_DOOR}"
_EN_NEARLY = (
    r"(?: (?:only|just|now|nearly|almost|already|about|turning|both|around|over|well over|well past|past|under|pushing"
    r"|nearing|approaching|getting on for|knocking on|not yet|not quite|still|barely"
    r"|just over|at least|only just|coming up to|coming up for|rising))*"
)
_EN_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter"
)

_SV_FAMILY = (
    "mamma|pappa|mor|far|morsan|farsan|mormor|farmor|morfar|farfar|svarmor|svarfar|maken|make|fru|frun"
    "|hustru|hustrun|sambo|sambon|son|sonen|soner|sonerna|dotter|dottern|dottrar|dottrarna|bror|brodern|brorsan|syster"
    "|systern|barn|barnet|barnen|barnbarn|barnbarnet|barnbarnen|en kille|en tjej|pojke|pojken"
    "|pojkarna|flicka|flickan|flickorna|bebis|bebisen|tvillingar|tvillingarna|kusin|kusinen|moster|faster|morbror"
    "|farbror|aldsta|aldste|yngsta|yngste|minsta|lillan|lillebror|storebror|lillasyster|storasyster"
)
_SV_BY_DOOR = "man|mannen|kvinna|gubbe|gumma|tant|dam|pensionar|person|granne|grannen"
_SV_SOMEBODY = rf"{_SV_FAMILY}|{_SV_BY_DOOR}|kille|killen|killarna|tjej|tjejen|tjejerna"
_SV_NEARLY = (
    r"(?: (?:bara|nu|snart|redan|precis|nastan|just|val|typ|bada|runt|omkring|kring|ungefar|cirka|ca|drygt|dryga|over"
    r"|narmare|uppat|kanske|sjalv|ocksa|strax|nasta vecka|i ar|i morgon|imorgon|i dag|idag|en bit over|passerat))*"
)

_ET_FAMILY = (
    "ema|isa|emme|issi|vanaema|vanaisa|amm|ai|abikaasa|elukaaslane|poeg|pojad|tutar|tutred|laps|lapsed|poiss"
    "|poisid|tudruk|tudrukud|vend|ode|tadi|onu|kaksikud|beebi|titt|lapselaps|lapselapsed|nooruk"
    "|vanaproua|vanaharra|vanem|noorem|koige noorem|koige vanem"
)
_ET_BY_DOOR = "mees|naine|naabrimees|naabrinaine|naaber"
_ET_SOMEBODY = rf"{_ET_FAMILY}|{_ET_BY_DOOR}"
_ET_NEARLY = r"(?: (?:juba|alles|nuud|ainult|just|kohe|varsti|peaaegu|umbes|ise|ka|vist|ule|ligi|kuskil))*"

_RO_FAMILY = (
    "mama|tata|mamica|taticul|tatal|maica-mea|taica-meu|sotia|sotul|nevasta|nevasta-mea|sora|sora-mea|fratele|frate-meu"
    "|fiul|fiica|fata|fetele|fetita|fetitele|baiatul|baiatu|baietii|baietelul|copilul|copiii|copii|gemenii|gemenele"
    "|bunica|bunicul|matusa|unchiul|nepotul|nepotii|nepoata|nepotica|nepotelul|bebelusul|partenera|partenerul|soacra"
    "|socrul|verisoara|verisorul|cel mic|cea mica|cel mare|cea mare|baiat|copil|tanar|tanara"
)
_RO_BY_DOOR = "vecina|vecinul|femeie|barbat|doamna|domn|domnul|pensionar|pensionara|persoana"
_RO_SOMEBODY = rf"{_RO_FAMILY}|{_RO_BY_DOOR}"
RO_CHILDREN: Final = (
    "fiul|fiica|fata|fetele|fetita|fetitele|baiatul|baiatu|baietii|baietelul|copilul|copiii|gemenii|gemenele|nepotul"
    "|nepotii|nepoata|nepotica|nepotelul|bebelusul"
)
"""Who is said to have so many where years are meant, though nothing says years."""
RO_WHOSE: Final = "(?: (?:mea|meu|mei|mele|noastra|nostru|nostri|lui|ei|sa|sau))?"
_RO_NEARLY = r"(?: (?:doar|deja|acum|aproape|vreo|fix|cam|peste|spre|aproape de|in jur de|si eu|si el|si ea))*"

_NL_FAMILY = (
    "de kleine|het kleintje|moeder|vader|mama|papa|ma|pa|oma|opa|echtgenoot|echtgenote|partner"
    "|vriend|vriendin|zoon|zonen|zoons"
    "|zoontje|dochter|dochters|dochtertje|kind|kinderen|kindje|kinders|kleinzoon|kleindochter|kleinkind|kleinkinderen"
    "|broer|broertje|zus|zusje|zuster|tante|oom|neef|neefje|nicht|nichtje|baby|jongen|jongens|jongetje|meisje|meisjes"
    "|meid|tweeling|oudste|jongste|middelste|schoonmoeder|schoonvader"
)
_NL_BY_DOOR = "man|vrouw|buurman|buurvrouw|dame|heer|meneer|mevrouw"
_NL_SOMEBODY = rf"{_NL_FAMILY}|{_NL_BY_DOOR}"
_NL_NEARLY = (
    r"(?: (?:al|nu|pas|bijna|net|toen|inmiddels|ook|rond de|tegen de|over de|boven de|ruim|ongeveer"
    r"|zo'n|zelf|een jaar of"
    r"|dik|volgende week|volgende maand|dit jaar|volgend jaar|morgen|vandaag|binnenkort|minstens|zeker|vast|rond))*"
)

AGES: Final = {
    "en": Ages(
        somebody=_EN_SOMEBODY,
        is_said=rf"(?:(?:i'm|im|i am|i was|he's|hes|she's|shes|(?:he|she|who|{_EN_SOMEBODY})(?:'s| is| was)"
        rf"|(?:{_EN_SOMEBODY}) (?:are|were)|(?:i|he|she|they|{_EN_SOMEBODY})(?:'ll| will| must| might| could) be"
        rf"|(?:he|she|{_EN_SOMEBODY}) (?:looks|looked)(?: like)?|you're|you are){_EN_NEARLY}"
        rf"|(?:i|i've|ive|i'd|he|she|he's|she's|who|has|had|have|just|{_EN_SOMEBODY})(?: just)? turn(?:ed|ing|s)?"
        rf"|aged|(?:{_EN_FAMILY}) of|an?(?: [a-z]+)? (?:{_EN_BY_DOOR}) of|(?:{_EN_SOMEBODY}),)",
        goes_on="now|next|this|today|tomorrow|and|but|so|or|he|she|his|her|i|we|you|with|when|because|who|too|that|my"
        rf"|already|soon|then|if|at the|has|had|have|as|still|lives|in (?:{_EN_MONTHS}|a (?:few|couple))",
        joins="and|or",
        things="contract|agreement|plan|policy|laptop|computer|tablet|phone|mobile|handset|router|box|hub|boiler|meter"
        "|machine|fridge|freezer|oven|cooker|dishwasher|dryer|tv|telly|car|van|bike|vehicle|house|flat|building|roof"
        "|account|card|device|system|model|warranty|guarantee|debt|invoice|bill|product|sofa|mattress|engine|battery"
        "|printer|dog|cat",
        it="it|that|this",
        half="(?:a )?(?:half|quarter)",
        leads="the|other|others|one|second|third|my|his|her|our|your|is|are|was|what|how|about|then"
        "|ok|okay|right|yes|yeah"
        "|for|both|also|uh|um|er|so|well|just|only|now|nearly|turned|younger|older|middle|he|she|i'm|he's|she's",
        by_door=_EN_BY_DOOR,
    ),
    "sv": Ages(
        somebody=_SV_SOMEBODY,
        is_said=rf"(?:(?:jag|han|hon|hen|du|ni|(?:{_SV_FAMILY})(?: [a-z]+){{0,3}} som"
        rf"|{_SV_SOMEBODY}) (?:ar|var|blir|blev|har blivit|fyller|fyllde|maste vara){_SV_NEARLY}"
        rf"|(?:har{_SV_NEARLY} fyllt|fyller|fyllde|fyllt){_SV_NEARLY}|(?:{_SV_FAMILY}) pa"
        rf"|(?:en|min|mina|var)(?: [a-z]+)? (?:{_SV_BY_DOOR}) pa|(?:{_SV_SOMEBODY}|min man),"
        rf"|(?:en|min|nagon)(?: [a-z]+)? (?:{_SV_BY_DOOR}|kille|tjej|karl) (?:runt|omkring|kring|i))",
        goes_on="nu|och|men|sa|eller|han|hon|jag|nar|snart|redan|som|har|bor|ocksa|fast|nasta|i fjol|i ar|i dag|idag"
        "|i morgon|i (?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)",
        joins="och|eller",
        things="avtal[a-z]*|kontrakt[a-z]*|abonnemang[a-z]*|dator[a-z]*|laptop[a-z]*|telefon[a-z]*|mobil[a-z]*"
        "|router[a-z]*|panna[a-z]*|bil|bilen|hus|huset|villa[a-z]*|lagenhet[a-z]*|matare[a-z]*|maskin[a-z]*"
        "|kyl[a-z]*|frys[a-z]*|spis[a-z]*|tv|tvn|tv:n|garanti[a-z]*|forsakring[a-z]*|skuld[a-z]*|lan|lanet|kort|kortet"
        "|konto|kontot|cykel[a-z]*|modell[a-z]*|batteri[a-z]*|hund[a-z]*|katt[a-z]*|bindning[a-z]*",
        it="den|det",
        half="(?:en |ett )?(?:halv|halvt|kvart|fjardedel)",
        leads="den|det|andra|andre|tredje|en|min|mitt|mina|hans|hennes|var|ar|blir|hur|om|da|ok|okej"
        "|ja|jo|for|bada|ocksa"
        "|eh|sa|bara|nu|snart|mellersta|fyllt|han|hon|jag",
        by_door=_SV_BY_DOOR,
    ),
    "et": Ages(
        somebody=_ET_SOMEBODY,
        is_said=rf"(?:(?:(?:ma|mina) )?ole?n{_ET_NEARLY}|(?:te |teie )?olete{_ET_NEARLY}|(?:ta|tema"
        rf"|kes|{_ET_SOMEBODY}) (?:on|oli|saab|sai){_ET_NEARLY}"
        rf"|olin{_ET_NEARLY}|(?:saa[nb]|sain|sai|saanud|saavad){_ET_NEARLY}"
        rf"|(?:{_ET_SOMEBODY}),)",
        goes_on="tais|natuke|vaga|ikka|pole|ei|elab|ja|aga|nuud|kui|ta|ma|siis|sel|jargmi[a-z]+|juba|et|kes|ning|voi|varsti|homme|tana",
        joins="ja|ning|voi",
        things="leping[a-z]*|garantii[a-z]*|arvuti[a-z]*|sulearvuti[a-z]*|telefon[a-z]*|ruuter[a-z]*|katel|katla[a-z]*"
        "|boiler[a-z]*|auto[a-z]*|maja[a-z]*|korter[a-z]*|masin[a-z]*|kulmik[a-z]*|ahi|pliit|televiisor[a-z]*|teler"
        "|konto|kaart|volg|laen[a-z]*|mudel|aku|koer|kass|kindlustus[a-z]*|tahtaeg|periood|pakett",
        it="see",
        half="(?:pool|veerand|kolmveerand)",
        leads="see|teine|teised|teise|kolmas|uks|mu|minu|meie|tema|ta|on|oli|saab|aga|siis|okei|jah"
        "|ma|olen|molemad|ee|nii"
        "|alles|juba|nuud|keskmine|kui|vana",
        by_door=_ET_BY_DOOR,
    ),
    "ro": Ages(
        somebody=_RO_SOMEBODY,
        is_said=rf"(?:(?:eu|el|ea|{_RO_SOMEBODY}){RO_WHOSE} (?:am|are|au|avea|aveau){_RO_NEARLY}"
        rf"|implines(?:c|te)|(?:am|a) implinit|varsta de|(?:{_RO_SOMEBODY}){RO_WHOSE} de"
        rf"|(?:{_RO_SOMEBODY}){RO_WHOSE},)",
        goes_on="si|dar|acum|cand|el|ea|eu|iar|deja|ca|nu|care|sau|anul|saptamana|maine"
        "|in (?:ianuarie|februarie|martie|aprilie|mai|iunie|iulie|august|septembrie|octombrie|noiembrie|decembrie)",
        joins="si|sau",
        things="contract[a-z]*|abonament[a-z]*|laptop[a-z]*|calculator[a-z]*|telefon[a-z]*|router[a-z]*|central[a-z]*"
        "|boiler[a-z]*|masina|masinii|casa|apartament[a-z]*|frigider[a-z]*|cuptor[a-z]*|televizor[a-z]*|garanti[a-z]*"
        "|credit[a-z]*|datori[a-z]*|cont|contul|card|cardul|polita|model[a-z]*|bateri[a-z]*|cainele|pisica",
        it="asta|acesta|aceasta",
        half="(?:o |un )?(?:jumatate|sfert|juma)",
        leads="celalalt|cealalta|ceilalti|al|a|doilea|doua|treilea|treia|meu|mea|mei|mele|lui|ei|are"
        "|au|dar|atunci|ok|bine|da"
        "|pentru|amandoi|cam|abia|deja|acum|mijlociu|mijlocie|el|ea|eu|am|iar",
        by_door=_RO_BY_DOOR,
    ),
    "nl": Ages(
        somebody=_NL_SOMEBODY,
        is_said=rf"(?:ik (?:ben|was|word|werd){_NL_NEARLY}|(?:u bent|bent u|je bent|ben je){_NL_NEARLY}"
        rf"|(?:hij|ze|zij|{_NL_SOMEBODY}) (?:is|was|wordt|werd){_NL_NEARLY}"
        rf"|(?:{_NL_SOMEBODY}) (?:zijn|waren|worden){_NL_NEARLY}|(?:{_NL_FAMILY}) van"
        rf"|(?:mijn|m'n|onze|ons|een|'n)(?: [a-z]+)? (?:{_NL_BY_DOOR}) van|(?:{_NL_SOMEBODY}),"
        rf"|(?:{_NL_SOMEBODY}|gast|kerel|vent)(?: van)? een jaar of"
        rf"|(?:{_NL_SOMEBODY})(?: [a-z]+){{0,4}} die (?:is|wordt){_NL_NEARLY})",
        goes_on="nu|en|maar|toen|hij|ze|zij|ik|geworden|dus|als|al|met|of|heeft|woont|volgende"
        "|vandaag|morgen|want|drukt"
        "|in (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)",
        joins="en|of",
        things="contract[a-z]*|abonnement[a-z]*|laptop|computer|telefoon|mobiel|router|modem|ketel|auto|huis|woning"
        "|meter|machine|wasmachine|koelkast|vriezer|oven|tv|televisie|garantie|polis|lening|schuld|rekening|kaart|pas"
        "|fiets|model|accu|batterij|hond|kat|poes",
        it="het|dat|dit",
        half="(?:een )?(?:half|halve|kwart|driekwart)",
        leads="de|het|ander|andere|anderen|tweede|derde|een|mijn|m'n|onze|zijn|haar|is|wordt|hoe|dan"
        "|oke|ok|ja|voor|allebei"
        "|ook|eh|dus|maar|pas|net|nu|bijna|geworden|hij|ze|zij|ik|ben",
        by_door=_NL_BY_DOOR,
    ),
}  # fmt: skip
"""By ISO 639-1 code."""
