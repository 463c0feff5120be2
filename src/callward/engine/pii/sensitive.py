"""Conditions, beliefs and convictions: the terms of a language's table, with the words that belong to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from callward.engine.pii.codes import KINDS
from callward.engine.pii.convicted import is_nobodys, told_beside, with_length
from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.terms import around
from callward.engine.pii.lexicon.terms.convictions import CONVICTIONS
from callward.engine.pii.lexicon.terms.sentences import SENTENCES
from callward.engine.pii.lexicon.terms.table import LANGUAGES, terms
from callward.engine.pii.model import About, Conversation, Evidence, Type
from callward.engine.pii.patterns import Pattern, compiled
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.text import Script, fold_each
from callward.engine.pii.tongue import settled

CRIMINAL, CHILD = "criminal", "child"
"""Topics that class a call; of the first, what tells of somebody's conviction is covered too."""
_HEALTH, _BODY, _COMPLAINT, _CONVICTION = "HEALTH", "BODY", "COMPLAINT", "CONVICTION"
_COMPOUNDING = frozenset({"sv", "nl", "et"})
"""Languages that write compounds as one word: a long term may end any of them ("lungcancer")."""
_LEAST_COMPOUNDED = 6
_EVERYWHERE = ("covid*", "adhd", "hiv", "ptsd")
_NEAR = 32  # characters between a complaint and the part of the body
_MOST_BETWEEN = 3  # words
_AROUND = 48
_DOSE = 48
_LONGEST_SPELLED = 6  # letters of an abbreviation
_MUCH = 2  # terms that make a call one about health
_GREETING = 2  # turns in which the operator says its own name
_ORGANISED = re.compile(
    r"^[ -](?:research|society|foundation|association|charity|awareness|trust|uk|insurance|verzekering|forbundet"
    r"|foreningen|fonden|fonds|stichting|vereniging|liit|liidu|uhing|fond|fondi|liga|asociatia|fundatia)\b"
)


_ASKED = re.compile(
    r"(?:^|[.,;!?] |\b(?:and|so) )(?:are|do|does|have|has|is|were|did) (?:you|she|he|they|there|your|any)\b[^.!?]*$"
    r"|\b(?:any|suffer from any)(?: known| other)? [^.!?]*$"
    r"|\b(?:har|ar|tar|ater|lider|kanner) (?:du|ni|han|hon|de)\b[^.!?]*$|\bfinns det\b[^.!?]*$"
    r"|\b(?:kas|ega)\b[^.!?]*$"
    r"|\b(?:aveti|ati|sunteti|suferiti|luati|are cineva|esti|ai)\b[^.!?]*$"
    r"|\b(?:heeft|hebt|bent|gebruikt|lijdt|heb|ben) (?:u|je|jij|hij|zij)\b[^.!?]*$"
)
"""The beginning of a question that is answered with yes or no, up to the term."""
_ANSWERS = """
    yes yeah yep yup i ja jo jaa jajamen japp precis jah on olen da sunt am ai jazeker zeker inderdaad klopt correct
    right unfortunately tyvarr kahjuks helaas stamt exakt afraid enam langre anymore meer
"""
_YES = frozenset(_ANSWERS.split())
"""Words of an answer that says yes, or that it was so once."""
_ANSWER = 3  # words in which the answer says yes
_QUESTION = 120  # characters of a question before the term


class _Table(NamedTuple):
    every: Pattern
    kinds: tuple[tuple[str, Pattern], ...]
    before: re.Pattern[str]
    behind: re.Pattern[str]


def _alternatives(phrases: tuple[str, ...], code: str) -> list[str]:
    """Return RE2 for each phrase: ``*`` at either end takes any letters, and compounds end in long terms."""
    found = []
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    bared = fold_each([phrase.strip("*").replace("’", "'") for phrase in ordered])
    for phrase, folded in zip(ordered, bared, strict=True):
        bare = folded.decode("latin-1").strip()
        if not bare:
            continue
        compounded = code in _COMPOUNDING and len(bare) >= _LEAST_COMPOUNDED and bare.isalpha()
        lead = "[a-z]*" if phrase.startswith("*") or compounded else ""
        trail = "[a-z]*" if phrase.endswith("*") else ""
        found.append(lead + "[ -]+".join(map(re.escape, bare.replace("-", " ").split())) + trail)
    return found


def _any(alternatives: list[str]) -> Pattern:
    return compiled(r"\b(?:" + "|".join(alternatives) + r")\b")


def _phrases(code: str) -> dict[str, tuple[str, ...]]:
    """Return the kinds of terms in the order in which they claim a place."""
    table = terms(code)
    return {
        _HEALTH: (*table.health, *_EVERYWHERE),
        **table.special,
        _CONVICTION: CONVICTIONS[code].told,
        _BODY: table.body,
        _COMPLAINT: table.complaints,
    }


def _charged(code: str) -> str:
    """Return RE2 for what does with an offence behind it: one alternative, for the two multiply."""
    table = CONVICTIONS[code]
    words, offences = ("|".join(_alternatives(phrases, "")) for phrases in (table.charged, table.offences))
    return f"(?:{words}|{SENTENCES[code].served})[ -]+(?:{offences})"


@cache
def _table(code: str) -> _Table | None:
    if code not in LANGUAGES:
        return None
    kinds = {kind: _alternatives(phrases, code if kind == _HEALTH else "") for kind, phrases in _phrases(code).items()}
    kinds[_CONVICTION] = [_charged(code), *SENTENCES[code].told, *kinds[_CONVICTION]]
    return _Table(
        every=_any([one for alternatives in kinds.values() for one in alternatives]),
        kinds=tuple((kind, _any(alternatives)) for kind, alternatives in kinds.items() if alternatives),
        before=re.compile(rf"(?:\b{around.BEFORE[code]}[ -]+)+$"),
        behind=re.compile(around.BEHIND[code]),
    )


@cache
def _offence(code: str) -> re.Pattern[str]:
    """Return a pattern for an offence behind what tells of a conviction, two words between at most."""
    return re.compile(rf" (?:[a-z]+ ){{0,2}}(?:{'|'.join(_alternatives(CONVICTIONS[code].offences, ''))})\b")


@cache
def _doubtful(code: str) -> Pattern:
    """Return a pattern for what tells of a conviction beside what surely does, an offence alone among it."""
    return _any(_alternatives((*CONVICTIONS[code].offences, *SENTENCES[code].doubtful), ""))


@cache
def _topic(code: str, topic: str) -> Pattern | None:
    table = terms(code)
    phrases = table.criminal if topic == CRIMINAL else table.child
    return _any(_alternatives(phrases, "")) if phrases else None


def turns_about(conversation: Conversation, topic: str) -> tuple[int, ...]:
    """Return the turns that speak of ``CRIMINAL`` or ``CHILD`` matters, in the words of the call's language."""
    conversation = settled(conversation)
    pattern = _topic(language(conversation.language).code, topic)
    if pattern is None:
        return ()
    script = Script(conversation)
    return tuple(sorted({script.turn(start) for start, _ in pattern.spans(script.data)}))


def find_sensitive(scene: Scene) -> list[Draft]:
    """Find what is said of health, of religion, politics, unions, descent and sexuality, and of convictions."""
    table = _table(scene.language.code)
    if table is None:
        return []
    data = scene.script.data
    said = [(start, end, _kind(table, data[start:end])) for start, end in table.every.spans(data)]
    said = sorted({*said, *_spelled(scene, table)})
    health = [(start, end) for start, end, kind in said if kind == _HEALTH]
    health += _complaints(scene, said)
    health += _medicines(scene, talk=len(health) >= _MUCH)
    drafts = [_draft(scene, table, start, end, Type.HEALTH_CONDITION, _HEALTH) for start, end in health]
    drafts += [
        _draft(scene, table, start, end, Type.CONVICTION if kind == _CONVICTION else Type.SPECIAL_CATEGORY, kind)
        for start, end, kind in said
        if kind not in (_HEALTH, _BODY, _COMPLAINT)
    ]
    told = [draft for draft in drafts if draft is not None]
    convictions = [draft.places[0] for draft in told if draft.type is Type.CONVICTION]
    beside = told_beside(scene, convictions, _doubtful(scene.language.code)) if convictions else ()
    return [*told, *(_terms(scene, start, end, Type.CONVICTION, _CONVICTION) for start, end in beside)]


def _spelled(scene: Scene, table: _Table) -> Iterator[tuple[int, int, str]]:
    """Yield abbreviations that are said letter by letter: "a d h d", "s g p"."""
    for run in scene.runs(KINDS):
        signs = run.signs[1:] if run.signs[0].weak else run.signs
        for spelled in (run.signs, signs):
            word = "".join(sign.text for sign in spelled)
            if (
                len(spelled) > 1
                and word.isalpha()
                and len(word) <= _LONGEST_SPELLED
                and table.every.whole(word.encode())
            ):
                yield spelled[0].start, spelled[-1].end, _kind(table, word.encode())
                break


def _kind(table: _Table, said: bytes) -> str:
    return next((kind for kind, pattern in table.kinds if pattern.whole(said)), _BODY)


def _complaints(scene: Scene, said: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """Yield what joins a part of the body and a complaint or condition, in either order, a few words apart at most."""
    for place, (start, end, kind) in enumerate(said):
        for later_start, later_end, later in said[place + 1 : place + 3]:
            between = scene.script.said(end, later_start)
            words = between.split()
            far = later_start - end > _NEAR or any(mark in between for mark in "\n.,?!")
            if far or len(words) > _MOST_BETWEEN or not scene.language.joiners.isdisjoint(words):
                break
            if _BODY in (kind, later) and {kind, later} & {_COMPLAINT, _HEALTH}:
                yield start, later_end
                break


def _medicines(scene: Scene, *, talk: bool) -> Iterator[tuple[int, int]]:
    """Yield words that end as medicines do, where a dose or a prescription is named, or all the talk is of health."""
    script = scene.script
    for start, end in compiled(around.MEDICINE).spans(script.data):
        turn = script.turn(start)
        low, high = max(script.starts[turn], start - _DOSE), min(script.ends[turn], end + _DOSE)
        dose = compiled(around.DOSE)
        if talk or dose.find(script.data, low, start) or dose.find(script.data, end, high):
            yield start, end


def _draft(scene: Scene, table: _Table, start: int, end: int, kind: Type, value: str) -> Draft | None:
    script = scene.script
    turn = script.turn(start)
    health = kind is Type.HEALTH_CONDITION
    if turn < _GREETING and script.speakers[turn] is About.AGENT and health:
        return None
    behind = script.said(end, min(script.ends[turn], end + _AROUND))
    if _ORGANISED.match(behind) or _is_only_asked(scene, turn, start):
        return None
    before = script.said(max(script.starts[turn], start - _AROUND), start)
    if kind is Type.CONVICTION and is_nobodys(scene.language.code, before, script.said(start, end), behind):
        return None
    if kind is not Type.SPECIAL_CATEGORY:
        more = (table.behind if health else _offence(scene.language.code)).match(behind)
        end += more.end() if more else 0
    if kind is Type.CONVICTION:
        start = with_length(scene, before, start, end)
    if health:
        more = table.before.search(before)
        start = start - len(before) + more.start() if more else start
    return _terms(scene, start, end, kind, value)


def _terms(scene: Scene, start: int, end: int, kind: Type, value: str) -> Draft:
    value = scene.script.said(start, end) if kind is not Type.SPECIAL_CATEGORY else value
    return Draft(kind, ((start, end),), "terms", False, value, (Evidence("term", kind.value.lower(), 0.85),))


def _is_only_asked(scene: Scene, turn: int, start: int) -> bool:
    """Say whether the agent asks for a condition that nobody has: what is answered with anything but yes."""
    script = scene.script
    if script.speakers[turn] is not About.AGENT:
        return False
    low = max(script.starts[turn], start - _QUESTION)
    if not _ASKED.search(script.said(low, start)) or turn + 1 >= len(script.starts):
        return False
    answer = script.said(script.starts[turn + 1], script.ends[turn + 1]).replace(",", " ").replace(".", " ").split()
    return _YES.isdisjoint(answer[:_ANSWER])
