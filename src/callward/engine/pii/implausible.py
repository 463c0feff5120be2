"""What a model of names takes for a person and is none: quoted products, abbreviations, peoples, words of the trade."""

from __future__ import annotations

import re
from functools import cache

from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.model import Type
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.spelled_names import ABBREVIATIONS

_OPEN, _CLOSE = frozenset("\"“„«‘'”»"), frozenset("\"”“»’'„«")
_PRODUCT = re.compile(
    r"\b(?:series|model|range|collection|edition|version|product|serien|modellen|kollektionen|sorten|mudel|mudeli"
    r"|seeria|sari|kollektsioon|sort|modelul|seria|gama|colectia|rochia|serie|collectie|uitvoering)"
    r"(?: (?:is|it's|was|called|named|the|heter|kallas|som|ar|on|nimega|nimi|numita|numit|se numeste|cheama|heet"
    r"|genaamd|de|het))*[ :,]*$"
)
"""What a product is called by: "the series is called", right before a name."""
_PEOPLES = {
    "en": "american arabic austrian belgian british bulgarian chinese croatian czech danish dutch english estonian"
    " european finnish french german greek hungarian icelandic indian irish italian japanese latvian lithuanian"
    " norwegian polish portuguese romanian russian scottish serbian slovak slovenian spanish swedish swiss turkish"
    " ukrainian welsh",
    "nl": "amerikaans amerikaanse belgisch belgische brits britse deens deense duits duitse engels engelse ests estse"
    " europees europese fins finse frans franse hongaars hongaarse iers ierse italiaans italiaanse lets letse litouws"
    " litouwse nederlands nederlandse noors noorse oostenrijks oostenrijkse pools poolse portugees portugese roemeens"
    " roemeense russisch russische spaans spaanse turks turkse zweeds zweedse zwitsers zwitserse",
}
"""What belongs to a people or is its language, where such words are written with a capital as names are."""
_BEFORE = 40
_VOWELS = frozenset("aeiouy")
_NAMED = frozenset({Type.PERSON.value, Type.ADDRESS.value, Type.CITY.value, Type.ORGANISATION.value})
_WORD = re.compile(r"[a-z0-9?'-]+")


def plausible(scene: Scene, names: list[Draft]) -> list[Draft]:
    """Return the drafts of the names model without the people who are none, and without what nobody understood."""
    known = FREQUENT.get(scene.language.code, frozenset())
    names = [draft for draft in names if scene.script.said(*draft.places[0]) not in scene.language.unclear]
    return [draft for draft in names if (_may_be if draft.type is Type.PERSON else _says_more)(scene, draft, known)]


def _says_more(scene: Scene, draft: Draft, known: frozenset[str]) -> bool:
    """Say whether a word of the draft is neither everyday talk nor what announces a number."""
    start, end = draft.places[0][0], draft.places[-1][1]
    words = _WORD.finditer(scene.script.said(start, end))
    return any(match.group() not in known and not _announces(scene, start, match) for match in words)


def _may_be(scene: Scene, draft: Draft, known: frozenset[str]) -> bool:
    start, end = draft.places[0][0], draft.places[-1][1]
    said = scene.script.said(start, end)
    bare = said.replace(" ", "").replace(".", "")
    if bare in ABBREVIATIONS and (" " in said or _VOWELS.isdisjoint(bare)):
        return False
    if _is_of_a_people(scene, said, start, end):
        return False
    if _is_quoted(scene, start, end) or _PRODUCT.search(
        scene.script.said(max(scene.script.starts[scene.script.turn(start)], start - _BEFORE), start)
    ):
        return False
    return _says_more(scene, draft, known)


@cache
def _peoples(code: str) -> frozenset[str]:
    return frozenset(_PEOPLES.get(code, "").split())


def _is_of_a_people(scene: Scene, said: str, start: int, end: int) -> bool:
    """Say whether the draft is "Swedish" and nothing else, and nothing says that somebody is called so."""
    if said not in _peoples(scene.language.code):
        return False
    before = scene.script.said(max(scene.script.starts[scene.script.turn(start)], start - _BEFORE), start)
    word = before.rstrip(" .").rpartition(" ")[2]
    return word not in scene.language.titles and scene.cues.support(Type.PERSON.value, start, end, 1.0) is None


def _announces(scene: Scene, start: int, word: re.Match[str]) -> bool:
    """Say whether a word is one that announces numbers, as "registration" does."""
    low, high = start + word.start(), start + word.end()
    cues = scene.cues.within(max(scene.script.starts[scene.script.turn(low)], low - 24), high)
    return any(cue.start <= low and high <= cue.end and cue.kind.rstrip("?") not in _NAMED for cue in cues)


def _is_quoted(scene: Scene, start: int, end: int) -> bool:
    """Say whether the name stands in quotation marks by itself: a model, a dress, a course is called so."""
    turn = scene.script.turn(start)
    if start <= scene.script.starts[turn] or end >= scene.script.ends[turn]:
        return False
    return scene.original(start - 1, start) in _OPEN and scene.original(end, end + 1) in _CLOSE
