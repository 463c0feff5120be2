"""Words again: a name, a town, an employer that was found once is found wherever else it is said, whole or in part.

A word that is also an ordinary one must not cover the call: where the text is written with capitals a repetition has
one too, and where it is not, words that are said again and again are none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.scene import Draft, Scene

_IN_PARTS = frozenset({Type.PERSON})
_WHOLE = frozenset({Type.CITY, Type.ADDRESS, Type.ORGANISATION, Type.USERNAME, Type.PASSWORD})
_SURE = 0.55
_LEAST = 3  # letters with a capital
_LEAST_LOWER = 4  # letters without one
_LEAST_PHRASE = 4
_MOST_WORDS = 160  # looked for in one call
_MOST_TIMES = 12  # that a word without capitals is said again
_ENDINGS = {
    "et": "i a e u o it le lt ga s st l ks ni na ta t d da de te ile ilt iga is ist il iks ini ina ita ale alt aga as"
    " ast al aks ele elt ega es est el eks ule ult uga us ust ul uks ole olt oga os ost ol oks lle lla sse ssa",
    "ro": "ul ului ei lui a ii i e ule o uta ica",
    "sv": "s",
    "nl": "s 's tje je",
    "en": "s 's",
}
_PARTICLES_SAID = (
    "van von der den des del della de di da dos la le el al bin ibn af av ten ter het mac st mr mrs ms dr prof proua hr"
    " pr harra domnul doamna dl dna mevrouw meneer herr fru doktor"
)
_PARTICLES = frozenset(_PARTICLES_SAID.split())
_NAME = re.compile(r"[a-z?]+(?:['-][a-z?]+)*")
_WORDLIKE = re.compile(rb"[a-z0-9?]")


def find_repeats(scene: Scene, found: list[Draft]) -> list[Draft]:
    """Return drafts for the words, not yet covered, that repeat a name, a place or a word of ``found``."""
    sought = _sought(scene, found)
    if not sought:
        return []
    covered = sorted(place for draft in found for place in draft.places)
    hits: list[tuple[int, int, str]] = []
    for said in list(sought)[:_MOST_WORDS]:
        again = list(_again(scene, said, covered, inflected=sought[said].type in (Type.PERSON, Type.CITY)))
        if scene.capitals:
            again = [place for place in again if _has_capital(scene, place[0])]
        elif _is_common(said, again):
            continue
        hits += [(start, end, said) for start, end in again]
    return list(_joined(scene, sorted(hits), sought))


def _sought(scene: Scene, found: list[Draft]) -> dict[str, Draft]:
    """Return what to look for: whole phrases and the parts of names, each with what it repeats."""
    known = FREQUENT.get(scene.language.code, frozenset()) | FREQUENT["en"] | _PARTICLES | scene.language.titles
    least = _LEAST if scene.capitals else _LEAST_LOWER
    sought: dict[str, Draft] = {}
    for draft in found:
        if draft.score < _SURE or draft.type not in _IN_PARTS | _WHOLE:
            continue
        for start, end in draft.places:
            said = scene.script.said(start, end).strip(" .,'\"")
            if draft.type in _IN_PARTS:
                words = [*_NAME.findall(said), *_NAME.findall(draft.value.lower())]
                for word in words:
                    if len(word) >= least and word not in known and "?" not in word:
                        sought.setdefault(word, draft)
            elif len(said) >= _LEAST_PHRASE and said not in known:
                sought.setdefault(said, draft)
    return sought


def _again(scene: Scene, said: str, covered: list[tuple[int, int]], *, inflected: bool) -> Iterator[tuple[int, int]]:
    """Yield the places of a word, with an ending of its language, that no finding covers."""
    data = scene.script.data
    word = said.encode("latin-1", "replace")
    endings = [ending.encode() for ending in _ENDINGS.get(scene.language.code, "").split()] if inflected else []
    start = data.find(word)
    while start >= 0:
        end = start + len(word)
        if not _WORDLIKE.match(data, start - 1) or start == 0:
            tail = data[end : end + 8]
            letters = re.match(rb"[a-z'0-9?]*", tail)
            rest = letters.group().rstrip(b"'") if letters else b""
            if (not rest or rest in endings or rest == b"'s") and not _holds(covered, start):
                yield start, end + len(rest)
        start = data.find(word, end)


def _holds(places: list[tuple[int, int]], offset: int) -> bool:
    at = bisect_right(places, offset, key=lambda place: place[0]) - 1
    return at >= 0 and offset < places[at][1]


def _has_capital(scene: Scene, start: int) -> bool:
    return scene.original(start, start + 1).isupper()


def _is_common(said: str, again: list[tuple[int, int]]) -> bool:
    """Say whether a word without capitals is too short, or said too often, to be rather a name than a word."""
    return len(said) < _LEAST_LOWER or len(again) > _MOST_TIMES


def _joined(scene: Scene, hits: list[tuple[int, int, str]], sought: dict[str, Draft]) -> Iterator[Draft]:
    """Yield a draft for each repetition; given name and surname beside each other are one."""
    place = 0
    while place < len(hits):
        start, end, said = hits[place]
        source = sought[said]
        place += 1
        while (
            place < len(hits)
            and source.type in _IN_PARTS
            and hits[place][0] >= end
            and scene.script.said(end, hits[place][0]) in (" ", "-")
        ):
            end = hits[place][1]
            place += 1
        evidence = (Evidence("echo", source.rule, round(max(0.5, source.score - 0.1), 2)),)
        yield Draft(source.type, ((start, end),), source.rule, source.spoken, source.value, evidence)
