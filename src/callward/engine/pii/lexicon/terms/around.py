"""What belongs to a condition though it is no term: how bad, which kind, which side, how far on.

Two patterns a language, over folded text: what stands right before a term, what stands right behind it.
"""

from __future__ import annotations

from typing import Final

_KIND = r"(?:[0-9]|i{1,3}|iv)\b"

BEFORE: Final = {
    "en": rf"(?:(?:type|stage|grade) (?:{_KIND}|one|two|three|four)|(?:\d{{1,2}}|[a-z]+) (?:weeks|months)|chronic|acute"
    r"|severe|severely|mild|slight|serious|bad|terminal|early|advanced|metastatic|recurrent|recurring|high|low|left"
    r"|right|upper|lower|double|heavily|partially|registered|post[ -]?natal|insulin[ -]dependent)",
    "sv": rf"(?:typ[ -]?(?:{_KIND}|ett|tva)-?|kronisk[at]?|akut|svar[at]?|allvarlig[at]?|mild|latt|lindrig|kraftig[at]?"
    r"|hogt|lagt|vanster|hoger|ovre|nedre|grav[at]?|spridd|obotlig|aterkommande|begynnande|misstankt)",
    "et": rf"(?:(?:{_KIND}|esimest|teist|esimese|teise)(?:\.| )?tuupi|krooniline|kroonilise|age|ageda|raske"
    rf"|raskekujuline"
    r"|kerge|korge|madal|vasaku?|parema?|ulemise|alumise|raskekujulise|sugav|puudev|korduv|algav|kaugelearenenud)",
    "ro": r"(?:mare|mica|foarte|putin|grav|grava|usoara|cronica|acuta)",
    "nl": rf"(?:type[ -]?(?:{_KIND}|een|twee)|chronische?|acute|ernstige?|zware|lichte|milde|hoge|lage|linker|rechter"
    r"|terminale|uitgezaaide|vergevorderde|terugkerende|beginnende|flinke|erge|(?:\d{1,2}|[a-z]+) (?:weken|maanden))",
}
"""Words that may stand before a term, any number of them."""

BEHIND: Final = {
    "en": rf"(?:,? (?:type|stage|grade) (?:{_KIND}|one|two|three|four)\b| in (?:my|his|her|their|the|both) (?:left "
    rf"|right"
    r" |lower |upper )?[a-z]+\b)",
    "sv": rf"(?:,? typ (?:{_KIND}|ett|tva)\b| i (?:vecka|manad) (?:\d{{1,2}}|[a-z]+)\b"
    r"| i [a-z]+ (?:manaden|veckan|trimestern)\b| av (?:forsta|andra|tredje) graden)",
    "et": rf"(?:,? (?:{_KIND}\.?|teist|esimest) tuupi\b)",
    "ro": rf"(?:,?(?: zaharat)?(?: de)? tip(?:ul)? (?:{_KIND}|unu|doi)\b| (?:cronic|acut|sever|grav|usor|avansat|stang"
    r"|drept)(?:a|ul)?\b| in (?:luna|saptamana)(?: a)? (?:\d{1,2}|[a-z]+)(?:-a|a)?\b| in (?:stadiu|faza) [a-z0-9]+\b)",
    "nl": rf"(?:,? type[ -](?:{_KIND}|een|twee)\b)",
}
"""What may stand behind a term, once."""

DOSE: Final = (
    r"\b(?:mg|milligram[a-z]*|mikrogram[a-z]*|microgram[a-z]*|tablet[a-z]*|tabletid|pill[a-z]*|pil|pillen|pilul[a-z]*"
    r"|comprimat[a-z]*|pastil[a-z]*|capsul[a-z]*|kapsl[a-z]*|kapsel[a-z]*|dos|doser|dosis|dosage|doz[a-z]*|doos[a-z]*"
    r"|prescri[a-z]*|recept[a-z]*|retsept[a-z]*|retet[a-z]*|medic[a-z]*|ravim[a-z]*|rohi[a-z]*|rohtu[a-z]*"
    r"|lakemedel[a-z]*|injection[a-z]*|insprutning[a-z]*|sust[a-z]*|injecti[a-z]*|spuit[a-z]*)\b"
)
"""What a medicine is counted in or given by, in every covered language."""

MEDICINE: Final = (
    r"\b[a-z]{3,}(?:pril|sartan[a-z]?|statin[ae]?|olol|prazol[ea]?|cillin[ea]?|mycin[ea]?|dipin[ea]?|zepam|zolam"
    r"|profen|codon[ea]?|triptan|oxetin[ea]?|alopram|gliptin[ea]?|gliflozin[ea]?|formin[ea]?|cain[ea]?|coxib"
    r"|parin[ea]?|xaban"
    r"|semid[ea]?|tiazid[ea]?|thiazid[ea]?|lizumab|tuzumab|ximab|mumab|tinib|lukast|oxacin[ea]?|cyclin[ea]?|ciclin[ea]?"
    r"|dronat[ea]?|gabalin[ea]?|setron|azepin[ea]?|peridol|traline?|tralina|zapin[ea]?|tiapin[ea]?|methason[ea]?"
    r"|nisolon[ea]?|terol|thyroxin[ea]?|tiroxin[ea]?|turoksiin|tsilliin|mutsiin|statiin|prasool|satiin|formiin)"
    r"(?:i|it|iga|ul|ului|et|en|s)?\b"
)
"""Endings of the names of medicines (the stems of WHO's non-proprietary names) that ordinary words seldom have."""
