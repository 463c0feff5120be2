"""Whom a finding is about: who said it, whose data was asked for, and whether somebody else was spoken of."""

from __future__ import annotations

import re
from functools import cache

from callward.engine.pii.lexicon import language
from callward.engine.pii.model import About, Type
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.scene import Draft, Scene

_OF_THE_CALLER = frozenset(
    {
        Type.PAYMENT_CARD,
        Type.CARD_CVV,
        Type.CARD_EXPIRY,
        Type.NATIONAL_ID,
        Type.HEALTH_ID,
        Type.IBAN,
        Type.DATE_OF_BIRTH,
    }
)
"""What an agent says aloud of the caller only: nobody reads out an own card at work."""

_NEAR = 60
_GREETING = 2  # turns in which the agent says who speaks
_NAME = re.compile(r"[^\W\d_]{2,}")
_FAR = 200


@cache
def _patterns(code: str) -> tuple[Pattern, Pattern, Pattern]:
    """Return what names another person in the same turn, what does in a question, and what names the agent's side."""
    spoken = language(code)
    named = [phrase for phrase in spoken.others if " " in phrase]
    return Pattern(words(named)), Pattern(words(spoken.others)), Pattern(words(spoken.own))


def introduced(scene: Scene, drafts: list[Draft]) -> dict[str, About]:
    """Return the words of names of which the call says whose they are.

    Who greets as the operator's side in its first turns is the agent; who answers the question for a name, or says
    one of themselves, is the caller; a name behind "my wife" is another person's.
    """
    known: dict[str, About] = {}
    for draft in drafts:
        if draft.type is not Type.PERSON:
            continue
        start = draft.places[0][0]
        turn = scene.script.turn(start)
        speaker = scene.script.speakers[turn]
        if _of_other(scene, turn, start):
            whom = About.OTHER
        elif speaker is About.AGENT and turn < _GREETING:
            whom = About.AGENT
        elif speaker is About.CALLER and scene.cues.support(Type.PERSON.value, start, draft.places[0][1], 1.0):
            whom = About.CALLER
        else:
            continue
        for word in _NAME.findall(draft.value.lower()):
            known.setdefault(word, whom)
    return known


def _of_other(scene: Scene, turn: int, start: int) -> bool:
    others, _, _ = _patterns(scene.language.code)
    low = max(scene.script.starts[turn], start - _NEAR)
    return others.find(scene.script.data, low, start) is not None or _asked_of_other(scene, turn, start)


def whose(scene: Scene, draft: Draft, said_by_caller: frozenset[str], names: dict[str, About]) -> About:
    """Say whom the draft is about; unknown where the speaker is, or where an agent's number might be anyone's.

    ``said_by_caller`` are the values of the call that the caller said too, ``names`` the words of names that were
    ``introduced``. A name that nobody introduced may be anybody's.
    """
    script = scene.script
    if draft.type is Type.PERSON:
        told = [names[word] for word in _NAME.findall(draft.value.lower()) if word in names]
        return told[0] if told else About.UNKNOWN
    start = draft.places[0][0]
    turn = script.turn(start)
    speaker = script.speakers[turn]
    _, _, own = _patterns(scene.language.code)
    if _of_other(scene, turn, start):
        return About.OTHER
    if speaker is About.AGENT:
        if draft.value in said_by_caller or draft.type in _OF_THE_CALLER:
            return About.CALLER
        return About.AGENT if own.find(script.data, max(script.starts[turn], start - _FAR), start) else About.UNKNOWN
    return speaker


def _asked_of_other(scene: Scene, turn: int, start: int) -> bool:
    """Say whether the question before, by another speaker, was for a third person's data."""
    script = scene.script
    asked = scene.cues.asked(turn) if not scene.cues.before(start) else []
    if not asked:
        return False
    asker = script.turn(asked[-1].start)
    if script.speakers[asker] == script.speakers[turn]:
        return False
    _, others, _ = _patterns(scene.language.code)
    return (
        others.find(script.data, max(script.starts[asker], script.ends[asker] - _FAR), script.ends[asker]) is not None
    )
