"""Towns beside their postcode, employers behind "works at", firms by their legal form.

What the names model may not know by its letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from callward.engine.pii.addresses import UNITS
from callward.engine.pii.lexicon.frequent import FREQUENT, LINKS
from callward.engine.pii.model import About, Evidence, Type
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.text import fold

_TOWN_FIRST = frozenset({"en", "ro"})
"""Languages in which the town is said before its postcode."""
_WORD = re.compile(r"[a-z?]+(?:['-][a-z?]+)*")
_CAPITALISED = re.compile(
    r"^[ :]*((?:[A-ZÀ-Þ][\w&'’.-]*|(?:of|and|och|en|ja|și|de|van|för|the)(?= [A-ZÀ-Þ]))(?: |$)?)+"
)
_FORMS = {
    "en": "Ltd|Limited|plc|PLC|LLP|LLC|Inc|School|College|Academy|Nursery|University|Church|Hospital|Surgery|Hospice",
    "sv": "AB|HB|KB|IF|skola|förskola|vårdcentral|församling",
    "et": "OÜ|AS|MTÜ|TÜ|kool|gümnaasiu|lasteai|lasteaed|ülikoo|spordiklub|korteriühist|kogudus|perearstikesku",
    "ro": "SRL|S.R.L.|SA|S.A.|PFA",
    "nl": "B.V.|BV|N.V.|NV|VOF|V.O.F.|College|Lyceum|Basisschool",
}
_FORMS_FIRST = {
    "sv": "AB|bostadsrättsföreningen|brf|BRF",
    "et": "OÜ|AS|MTÜ|korteriühistu",
    "ro": "SC|PFA|Asociația|Asociației|Fundația|Fundației|Liceul|Grădinița|Spitalul",
    "nl": "basisschool|kinderdagverblijf|huisartsenpraktijk|tennisclub|voetbalclub|stichting|Stichting",
}
"""What firms, schools and clinics are, as it is written behind their name, and before one."""
_STARTS = "since after before because while under over local primary secondary which our"
_OPENING = frozenset(_STARTS.split())
"""Words that have a capital only where a sentence begins."""
_ABBREVIATED = 7  # letters of a legal form at most
_LONGEST_WORD = 63  # signs of a firm's name behind its capital
_LEAST = 3  # letters of a town
_REACH = 32
_TURNS = 2  # before a postcode in which its street was said
_LONG = 60
_FIRM = (Evidence("pattern", "words in capitals", 0.3), Evidence("form", "legal form", 0.4))
_BESIDE = (Evidence("pattern", "word beside a postcode", 0.3), Evidence("context", "postcode", 0.3))


def find_beside_names(scene: Scene, found: list[Draft]) -> Iterator[Draft]:
    """Yield towns and employers that nothing in ``found`` covers."""
    covered = bytearray(len(scene.script.data))
    for draft in found:
        for start, end in draft.places:
            covered[start:end] = b"\x01" * (end - start)
    streets = {scene.script.turn(start) for draft in found if draft.type is Type.ADDRESS for start, _ in draft.places}
    for draft in found:
        if draft.type is Type.POSTCODE:
            yield from _town(scene, draft, covered, streets)
    yield from _employers(scene, covered)
    yield from _firms(scene)


def _town(scene: Scene, draft: Draft, covered: bytearray, streets: set[int]) -> Iterator[Draft]:
    """Yield the word beside a postcode: with a capital, else where an address is being given."""
    script = scene.script
    (start, _), (_, end) = draft.places[0], draft.places[-1]
    turn = script.turn(start)
    if scene.language.code in _TOWN_FIRST:
        low = max(script.starts[turn], start - _REACH)
        words = list(_WORD.finditer(script.said(low, start)))
        chosen, base = words[-1:], low
        apart = script.said(base + words[-1].end(), start).strip(" ,") if words else ""
    else:
        words = list(_WORD.finditer(script.said(end, min(script.ends[turn], end + _REACH))))
        chosen, base = words[:1], end
        apart = script.said(end, end + words[0].start()).strip(" ,") if words else ""
    known = (
        FREQUENT.get(scene.language.code, frozenset())
        | scene.language.fillers
        | scene.language.agreement
        | UNITS
        | LINKS
    )
    for word in chosen:
        first, last = base + word.start(), base + word.end()
        if apart or len(word.group()) < _LEAST or word.group() in known or any(covered[first:last]):
            continue
        if scene.cues.within(max(script.starts[turn], first - _REACH), last) and _is_cue(scene, first, last):
            continue
        asked = any(scene.cues.support(kind.value, first, last, 1.0) for kind in (Type.CITY, Type.ADDRESS))
        given = asked or not streets.isdisjoint(range(turn - _TURNS, turn + 1))
        if scene.original(first, first + 1).isupper() if scene.capitals else given:
            yield Draft(Type.CITY, ((first, last),), "beside a postcode", False, word.group(), _BESIDE)


def _is_cue(scene: Scene, start: int, end: int) -> bool:
    cues = scene.cues.within(max(scene.script.starts[scene.script.turn(start)], start - _REACH), end)
    return any(cue.start < end and start < cue.end for cue in cues)


def _employers(scene: Scene, covered: bytearray) -> Iterator[Draft]:
    """Yield the words in capitals behind what announces an employer, a school, a clinic."""
    if not scene.capitals:
        return
    kind = Type.ORGANISATION.value
    script = scene.script
    for turn in scene.cues.announcing(frozenset({kind})):
        for cue in scene.cues.within(script.starts[turn], script.ends[turn]):
            if cue.kind != kind or not cue.sure:
                continue
            high = min(script.ends[turn], cue.end + _LONG)
            said = _CAPITALISED.match(scene.original(cue.end, high)) if high > cue.end else None
            if said is None or high - cue.end != len(scene.original(cue.end, high)):
                continue
            text = said.group().rstrip(" .,")
            first = cue.end + len(text) - len(text.lstrip(" :"))
            last = cue.end + len(text)
            if last - first >= _LEAST and not any(covered[first:last]):
                evidence = (Evidence("pattern", "words in capitals", 0.3), Evidence("context", cue.kind, 0.3))
                yield Draft(
                    Type.ORGANISATION, ((first, last),), "behind an employer's cue", False, text.strip(), evidence
                )


@cache
def _firm(code: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return what firms, schools and clinics are, and a pattern for words in capitals beside it."""
    forms = _FORMS[code].split("|")
    first = _FORMS_FIRST[code].split("|") if code in _FORMS_FIRST else []
    word = rf"[A-ZÀ-Þ][\w&'’-]{{0,{_LONGEST_WORD}}}+"  # bounded: one may begin behind every hyphen of a long run
    name = rf"{word}(?: (?:(?:and|och|ja|și|en|van|de|der|&) )?{word}){{0,4}}"
    inflected = (form[0].islower() or len(form) > _ABBREVIATED for form in forms)
    behind = "|".join(
        re.escape(form) + (r"\w*" if long else r"(?:-\w+)?") for form, long in zip(forms, inflected, strict=True)
    )
    before = "|".join(map(re.escape, first)) or "(?!)"
    pattern = re.compile(rf"\b{name},? (?:{behind})(?!\w)|\b(?:{before})(?:-\w+)? {name}")
    return (*forms, *first), pattern


def _firms(scene: Scene) -> Iterator[Draft]:
    """Yield the firms, schools and clinics that a caller names with what they are: "Dunmore Haulage Ltd"."""
    code, script = scene.language.code, scene.script
    if not scene.capitals or code not in _FORMS:
        return
    known, pattern = _firm(code)
    for number, turn in enumerate(scene.conversation.turns):
        if turn.speaker is About.AGENT or not any(form in turn.text for form in known):
            continue
        for match in pattern.finditer(turn.text):
            first, last = match.span()
            said = match.group()
            while " " in said and fold(said.split(" ", 1)[0]).decode("latin-1") in FREQUENT[code] | _OPENING:
                first += said.index(" ") + 1
                said = said[said.index(" ") + 1 :]
            if " " in said:
                start, end = script.offsets(number, [first, last])
                yield Draft(Type.ORGANISATION, ((start, end),), "legal form", False, said, _FIRM)
