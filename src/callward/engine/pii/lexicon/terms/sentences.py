"""What tells of a court's sentence by its length, its place or who passed it, and what tells of it only beside another.

``told`` are patterns over folded text. Those that begin with a unit of time stand behind a number: "eighteen months
suspended". ``served`` is one that tells it with an offence behind it: "did six months for" theft. ``doubtful`` are
phrases that jobs, alcohol shops and schools have too ("on probation", "on licence", "straf"): they tell of a sentence
where the turn, or one beside it, tells of one anyhow. So do the offences by themselves: "what was he convicted of?" -
"burglary".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sentences:
    """The patterns and phrases of one language; a trailing ``*`` of a phrase takes any ending."""

    told: tuple[str, ...]
    served: str
    doubtful: tuple[str, ...]


_EN_LOCKED = "in prison|in jail|behind bars|in custody|in a young offenders'? institution|imprisonment|in youth custody"
_EN_COURT = "(?:the |a )?(?:magistrates?'?|magistrates'? court|crown court|county court|court|courts|judge)"
_SV_LOCKED = "i fangelse|fangelse|pa kaken|pa anstalt|i fangelset|bakom galler|i finkan"
_SV_COURT = "(?:tingsratten|tingsratt|hovratten|domstol|domstolen|ratten)"
_ET_LOCKED = "vangistust|vangis|vangi|vanglas|reaalset vangistust|aresti|trellide taga|kinnises majas"
_RO_LOCKED = "(?:de |la |in )?(?:inchisoare|puscarie|detentie|penitenciar|parnaie)|dupa gratii"
_RO_COURT = "(?:judecatorie|judecatoria|judecator|judecatorul|judecatori|tribunal|tribunalul|instanta|curte)"
_NL_LOCKED = "cel|celstraf|gevangenisstraf|gevangenis|in de gevangenis|in de bak|in de bajes|in de cel|jeugddetentie"
_NL_COURT = "(?:de )?(?:rechter|rechtbank|kantonrechter|politierechter|kinderrechter|gerechtshof)"

SENTENCES: Final = {
    "en": Sentences(
        told=(
            (
                rf"(?:years|year|months|month|weeks|week)[ -](?:{_EN_LOCKED}|suspended"
                rf"|on tag|on a tag)"
            ),
            "hours[ -](?:of )?(?:unpaid work|community service|community payback)",
            r"(?:came|come|coming|got|getting|let|gets|just|straight) out of (?:prison|jail|custody|the nick)",
            r"in and out of (?:prison|jail|young offenders)",
            (
                r"(?:(?:came|come|coming|got|getting|let|just) )?(?:(?:out of|in|at|from|to) )?hmp(?: "
                r"(?:and )?yoi)? [a-z]+"
            ),
            "(?:released|let out|freed) from (?:prison|jail|custody)",
            rf"(?:fined|tagged|sentenced|convicted|banned) (?:by|at|in) {_EN_COURT}",
            (
                r"convicted (?:sex |drug |violent )?(?:criminal|felon|offender|thief|burglar|arsonist"
                r"|fraudster|killer|murderer|rapist|robber|dealer|paedophile|pedophile|abuser|stalker"
                r"|terrorist|conman)"
            ),
            "(?:community|curfew|supervision|rehabilitation|reparation) order",
            "(?:sentenced|been sentenced|was sentenced|got sentenced) to [a-z0-9]+(?: (?:years|months|weeks|hours))?",
            "(?:banned|disqualified) from driving", "(?:registered )?sex offenders?", "cautioned by the police",
            "(?:wearing|wears|wear) a tag", "locked (?:him|her|me|them|us) up",
            "(?:serving|served) (?:a |his |her |my |their )?(?:prison )?sentence",
        ),
        served=(
            r"(?:did|does|doing|got|getting|served|serving|given|facing) [a-z0-9]+(?: [a-z]+)? (?:weeks"
            r"|months|years) for"
        ),
        doubtful=(
            "on probation", "probation", "on licence", "on license", "offence*", "offense*", "conviction*",
            "convicted", "sentence", "sentenced", "sentences", "curfew*", "on a tag", "on tag", "put a tag on him",
            "put a tag on her", "put a tag on me", "tagged", "on bail", "released",
            "possession with intent to supply", "intent to supply", "community service", "unpaid work", "behind bars",
            "arrested", "reoffend*",
        ),
    ),
    "sv": Sentences(
        told=(
            (
                rf"(?:ars|ar|manaders|manader|manad|veckors|veckor|dagars)[ -](?:{_SV_LOCKED}|villkorligt"
                rf"|villkorlig dom)"
            ),
            r"(?:timmars|timmar) (?:samhallstjanst|ungdomstjanst)",
            r"muck(?:ade|at|ar|a) (?:fran|ur) (?:fangelse|fangelset|kaken|anstalten|finkan)",
            (
                r"(?:kom|komma|kommit|kommer|slapptes|slappts|sluppit|slapp|frigavs|frigiven|nyss) (?:ut "
                r"|fri |loss )?(?:fran|ur) (?:fangelse|fangelset|kaken|anstalten|haktet"
                r"|finkan)"
            ),
            rf"(?:boter|bot|bottes|botfalld|botfalldes|falld|falldes|domd|domdes) (?:av|i|fran) {_SV_COURT}",
            "avtjana(?:r|de|t)? (?:ett |sitt |mitt |hans |hennes |ett langt )?(?:straff|fangelsestraff|strafftid)",
            "(?:sitter|satt|suttit) (?:bakom galler|i finkan|av straffet|av sitt straff)", "livstids? ?fangelse",
            "(?:fick|fatt|far) fangelse",
            "sitter (?:i|pa) [a-z]*anstalten", "straffad sedan tidigare", "(?:star|stod) under overvakning",
            "sluten ungdomsvard", "ungdomstjanst", "ungdomsfangelse[a-z]*", "strafforelaggande[a-z]*",
            r"intensivovervakning med [a-z]+",
            "domd (?:mordare|valdtaktsman|pedofil|brottsling|bedragare|rattfyllerist)",
        ),
        served=r"(?:fick|fatt|satt|suttit|avtjanat|avtjanar) [a-z0-9]+ (?:veckor|manad|manader|ar) for",
        doubtful=(
            "övervakare", "frivård*", "kriminalvård*", "dömd", "dömdes", "domen", "dom", "straff", "straffet",
            "strafftid*", "böter", "brott", "brottet", "häktad", "häktet", "permission", "villkorligt", "villkorlig",
            "anstalten", "fängelse*", "frigiven", "frigavs",
        ),
    ),
    "et": Sentences(
        told=(
            (
                rf"(?:aastat|aasta|aastase|kuud|kuu|paeva|nadalat)[ -](?:tingimisi|{_ET_LOCKED}"
                rf"|jalavoru[a-z]*|soosid[a-z]*)"
            ),
            "tundi (?:uldkasulikku tood|uhiskondlikult kasulikku tood)",
            (
                r"(?:vabane|vabast|paase|paasi|tuli|tulnud|tulin|tuleb|sai|sain|saanud)[a-z]*(?: just| alles"
                r"| nuud)? (?:vanglast|vangist|kinnipidamisasutusest|kinnisest majast|kinnisest"
                r"|trellide tagant|arestimajast)(?: valja)?"
            ),
            r"(?:kan[dn][a-z]*|kannab|kannan|kandmas) (?:oma )?karistust?(?: (?:vanglas|vangis))?",
            r"karistust? (?:kandmas|kandma|kandnud|kanda|ara kandnud)", r"kinni(?:ne|se|ses|sest|sesse) maja[a-z]*",
            "trellide tag[a-z]+", r"(?:istu[a-z]*) (?:kinni|vangis|vanglas|trellide taga)",
            r"vangis (?:istunud|istumas|istus)",
            r"(?:kohus|kohtunik) (?:trahvis|maaras trahvi|karistas|moistis suudi)",
            r"koht[a-z]+ (?:trahvi|trahv|maaratud trahv)", r"(?:trahviti|trahvi) kohtus",
            "rahalis[a-z]+ karistus[a-z]*", "kriminaal[a-z]+ (?:minevik|taust)[a-z]*",
            r"(?:sai|saanud|sain|saab) (?:[a-z]+ ){0,3}tingimisi", "elektroonilisel? valve[a-z]*(?: all)?",
            r"kohtulikult karistat[a-z]+",
        ),
        served=r"(?:sai|sain|saanud|istus|istunud|istub) [a-z0-9]+(?: [a-z]+)? (?:kuud|aastat|aasta)",
        doubtful=(
            "tingimisi", "karistus*", "karistatud", "kuritegu*", "kuriteo*", "süütegu*", "süüdi", "katseaeg*",
            "katseaja*", "vang", "vangi", "kohtuotsus*", "kriminaal*", "vahistat*",
        ),
    ),
    "ro": Sentences(
        told=(
            rf"(?:ani|an|luni|luna|zile) (?:cu (?:suspendare|executare)|{_RO_LOCKED}|in arest)",
            r"ore (?:de )?munca in folosul comunitatii",
            (
                r"(?:iesit|iesea|iese|scapat|eliberat[a]?|scos|venit) (?:din|de la) (?:inchisoare|puscarie"
                r"|penitenciar|parnaie|arest)"
            ),
            (
                r"(?:facut|face|fac|executat|executa|ispasit|stat) (?:la |in )?(?:inchisoare|puscarie"
                r"|parnaie|o pedeapsa)"
            ),
            r"(?:sta|stat|e|este|bagat[a]?|ajuns[a]?) (?:la |in )?(?:parnaie|zdup|mititica|dupa gratii)",
            rf"(?:amendat[ai]?|condamnat[ai]?|pedepsit[ai]?|amenda) (?:de (?:catre )?|de la |la |in ){_RO_COURT}",
            (
                r"condamnat[ai]? la (?:[a-z0-9]+ ){1,3}(?:ani|luni|zile)(?: (?:cu (?:suspendare|executare)"
                r"|de inchisoare))?"
            ),
            (
                r"(?:n-are|nu are|nu am|n-am|nu mai am) cazierul? curat|cazier(?:ul)? (?:nu e curat|patat"
                r"|incarcat|murdar)"
            ),
            r"bratar[a-z]+ (?:electronic[a-z]*|de monitorizare|la picior|la glezna)", r"sub probatiune|la probatiune",
            r"(?:criminal|hot|violator|infractor|talhar|pedofil)(?:a|i)? condamnat[ai]?", "puscarias[a-z]*",
            "fost puscarias", r"eliberata? inainte de termen", "amenda penala",
        ),
        served=r"(?:primit|luat|facut|stat|executat) [a-z0-9]+(?: si [a-z]+)? (?:ani|luni) (?:de [a-z]+ )?pentru",
        doubtful=(
            "suspendare", "executare", "pedeaps*", "condamnat*", "condamnăr*", "probațiune*", "cazier", "cazierul",
            "infracțiun*", "arestat*", "închis", "închisă", "eliberat", "eliberată", "termen", "judecat", "judecată",
        ),
    ),
    "nl": Sentences(
        told=(
            (
                rf"(?:jaar|jaren|maanden|maand|weken|week|dagen) (?:{_NL_LOCKED}|voorwaardelijk"
                rf"|onvoorwaardelijk|vastgezeten|vast gezeten|gebromd|tbs)"
            ),
            r"(?:uur|uren) (?:taakstraf|werkstraf|leerstraf|dienstverlening)",
            (
                r"(?:vrij|net|los|komt|kwam|gekomen|ontslagen)(?: (?:net|pas))? uit (?:de )?(?:gevangenis"
                r"|bajes|bak|cel|nor|lik|detentie|gevang)"
            ),
            (
                r"(?:in|uit) de (?:nor|lik|bak|petoet) (?:gezeten|zit|zat|zitten|beland)|(?:zit|zat) in de "
                r"(?:nor|lik|petoet)"
            ),
            r"uit de nor", "achter (?:de )?tralies", r"vrijgelaten uit [a-z]+",
            rf"(?:boete|geldboete|straf|taakstraf) (?:van|door|bij) {_NL_COURT}",
            (
                rf"(?:veroordeeld|gestraft|beboet) (?:door|bij) {_NL_COURT}|door {_NL_COURT} (?:veroordeeld"
                rf"|gestraft|beboet)"
            ),
            (
                r"veroordeelde (?:crimineel|moordenaar|verkrachter|dief|oplichter|inbreker|pedofiel|dealer"
                r"|brandstichter|stalker)"
            ),
            r"(?:elektronisch|electronisch) toezicht", "leerstraf", "bajesklant[a-z]*",
            r"tbs(?:-kliniek|'er| kliniek)", r"(?:zat|zit|zitten|zaten) vast voor [a-z]+",
            r"(?:heeft|heb|had|hebben) (?:ooit |eerder )?vastgezeten voor [a-z]+",
        ),
        served=r"(?:kreeg|kregen|gekregen|zat|zit|deed|gezeten) (?:[a-z0-9]+ (?:weken|maand|maanden|jaar) )?voor",
        doubtful=(
            "proeftijd*", "voorwaardelijk*", "straf", "straffen", "boete", "boetes", "delict*", "misdrijf",
            "misdrijven", "veroordeeld*", "veroordeling*", "vrijgelaten", "reclassering*", "vastgezeten", "gezeten",
            "maanden gezeten", "jaar gezeten",
        ),
    ),
}  # fmt: skip
"""By ISO 639-1 code."""
