"""Passwords, codes and user names: any word, number or spelling that is said to be one, or answers a question for one.

They have no shape. What makes one is the place: behind "the password is", or at the beginning of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from callward.engine.pii.cues import ORDINARY, Cue
from callward.engine.pii.lexicon.frequent import FREQUENT, LINKS
from callward.engine.pii.model import About, Evidence, Type
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.secret_words import (
    Word,
    clauses,
    first_value,
    is_marked,
    talk_aside,
    value_of,
    without_talk,
    words_said,
)

_KINDS = {Type.PASSWORD.value: Type.PASSWORD, Type.USERNAME.value: Type.USERNAME}
_ANNOUNCED = frozenset(_KINDS)
_ANSWERED_WITHIN = 2  # turns
_OF = frozenset(
    ("of", "for", "on", "the", "your", "a", "al", "ai", "de", "pe", "la", "till", "pa", "din", "ditt", "van", "voor",
     "uw", "jouw", "je", "het", "teie")
)  # fmt: skip
"""What stands between a secret and what has it: "the password of the policy"."""
_IS = frozenset({"is", "it's", "its", "that's", "ar", "on", "este", "e"})
_PAUSE = 2  # spaces of a turn that says nothing
_LONG_ANSWER = 8  # words: a longer answer is talk, and only what is told apart by digits and signs counts
_QUESTION_NEAR = 24  # characters
_QUESTION = re.compile(
    r"\b(?:what|what's|whats|which|vad|vilket|vilken|mis|milline|kas|care|ce|cum|wat|welk|welke|hoe) [^.,?!]*$"
)


def find_passwords(scene: Scene) -> list[Draft]:
    """Find passwords, PINs, door codes and user names."""
    found: list[Draft] = []
    told: set[int] = set()  # where the announcements begin that have their value in their own turn
    for turn in scene.cues.announcing(_ANNOUNCED):
        cues = [cue for cue in scene.cues.within(scene.script.starts[turn], scene.script.ends[turn]) if cue.sure]
        for place, cue in enumerate(cues):
            if cue.kind in _KINDS:
                high = cues[place + 1].start if place + 1 < len(cues) else scene.script.ends[turn]
                values = list(_behind(scene, cue, high))
                found += values
                told.update(cue.start for _ in values[:1])
        asked = [cue for cue in scene.cues.asked(turn) if cue.sure and cue.kind != ORDINARY]
        high = cues[0].start if cues else scene.script.ends[turn]
        if not asked or not _may_answer(scene, asked[-1], turn) or asked[-1].start in told:
            continue
        if asked[-1].kind not in _KINDS:
            found += _first_of_several(scene, turn, high, asked, told)
        elif not cues or cues[0].kind in _KINDS:
            found += _answer(scene, turn, high, asked)
    return found


def _may_answer(scene: Scene, asked: Cue, turn: int) -> bool:
    """Say whether a turn is near enough to a question of the other speaker to answer it."""
    script = scene.script
    asker = script.turn(asked.start)
    return _turns_between(scene, asker, turn) < _ANSWERED_WITHIN and script.speakers[asker] is not script.speakers[turn]


def _first_of_several(scene: Scene, turn: int, high: int, asked: list[Cue], told: set[int]) -> Iterator[Draft]:
    """Yield the secret that was asked for before something else: "the password and a number?" - "marmalade, 07700"."""
    script = scene.script
    asker = script.turn(asked[-1].start)
    secret = next((cue for cue in asked if cue.kind in _KINDS and script.turn(cue.start) == asker), None)
    if secret is None or secret.start in told or script.speakers[turn] is About.AGENT:
        return
    if not _is_joined(scene, secret, asked):
        return
    said = words_said(scene, script.starts[turn], high)
    if any(cue.kind == secret.kind for cue in scene.cues.within(script.starts[turn], script.ends[turn])):
        return
    value = first_value(scene, said)
    if value:
        detail = script.said(secret.start, secret.end)
        yield _draft(scene, _KINDS[secret.kind], value, Evidence("question", detail, 0.45))


def _is_joined(scene: Scene, secret: Cue, asked: list[Cue]) -> bool:
    """Say whether what is named next is joined to the secret ("your password and phone number"), or has it."""
    behind = next((cue.start for cue in asked if cue.start >= secret.end), secret.end)
    between = scene.script.said(secret.end, behind)
    words = between.replace(",", " ,").split()
    if behind > secret.end and set(words) <= _OF:
        return True
    return len(between) <= _QUESTION_NEAR and not (scene.language.joiners | {","}).isdisjoint(words)


def _behind(scene: Scene, cue: Cue, high: int) -> Iterator[Draft]:
    """Yield the value that stands behind its announcement in the same turn."""
    said = words_said(scene, cue.end, high)
    place = 0
    ended = False
    while not ended and place < len(said) and (said[place].text in LINKS or not said[place].text):
        ended = said[place].closes and (bool(said[place].text) or said[place].gone)
        place += 1
    linked = place > 0 or scene.script.said(cue.end, cue.end + 1) == ":" or _is_asked(scene, cue)
    value = [] if ended else value_of(scene, said[place:])
    detail = scene.script.said(cue.start, cue.end)
    values = [value] if _is_announced(scene, cue, said[: place + 1], value, linked=linked) else []
    for one in (*values, *_corrected(scene, said, values)):
        yield _draft(scene, _KINDS[cue.kind], one, Evidence("context", detail, 0.5))


def _is_asked(scene: Scene, cue: Cue) -> bool:
    """Say whether the other speaker asked for what the cue announces, so that it needs no "is"."""
    turn = scene.script.turn(cue.start)
    if scene.script.speakers[turn] is About.AGENT:
        return False
    asked = [one for one in scene.cues.asked(turn) if one.kind == cue.kind and one.sure]
    return bool(asked) and _may_answer(scene, asked[-1], turn)


def _is_announced(scene: Scene, cue: Cue, before: list[Word], value: list[Word], *, linked: bool) -> bool:
    """Say whether the words behind an announcement are what it announces."""
    if not value or is_marked(scene, value):
        return bool(value)
    known = FREQUENT.get(scene.language.code, frozenset())
    return linked and not any(word.gone for word in before) and value[0].text not in known and not _asks(scene, cue)


def _asks(scene: Scene, cue: Cue) -> bool:
    """Say whether the cue stands in a question: what follows is where the secret belongs to ("on the account")."""
    turn = scene.script.turn(cue.start)
    before = scene.script.said(max(scene.script.starts[turn], cue.start - _QUESTION_NEAR), cue.start)
    return _QUESTION.search(before) is not None


def _answer(scene: Scene, turn: int, high: int, asked: list[Cue]) -> Iterator[Draft]:
    """Yield the value with which a turn answers the question for it."""
    script = scene.script
    known = FREQUENT.get(scene.language.code, frozenset())
    said = words_said(scene, script.starts[turn], high)
    aside = known | scene.language.fillers | scene.language.agreement | LINKS
    given = [
        value_of(scene, without_talk(scene, clause, aside), whole=len(clause) <= _LONG_ANSWER)
        for clause in clauses(said)
    ]
    values = list(filter(None, given))
    # Who asks for a password does not tell it in passing.
    first_said = sum(1 for _ in takewhile(lambda word: word.text not in scene.language.corrections, said))
    plain = first_said <= _LONG_ANSWER and script.speakers[turn] is not About.AGENT
    gone = sum(word.gone for word in said)
    if gone < _wanted(asked) > 1:
        taken = [value for value in values if plain or is_marked(scene, value)]
    else:
        first = next((value for value in values if is_marked(scene, value)), values[0] if values else [])
        is_told = plain and (not gone or _is_taken_back(scene, said, first))
        taken = [first] if first and (is_marked(scene, first) or is_told) else []
        taken += _listed(scene, said, taken) if plain else []
    if script.speakers[turn] is not About.AGENT:
        taken += _corrected(scene, said, taken)
    detail = script.said(asked[-1].start, asked[-1].end)
    for value in taken:
        if is_marked(scene, value) or value[0].text not in scene.language.corrections:
            yield _draft(scene, _KINDS[asked[-1].kind], value, Evidence("question", detail, 0.45))


def _wanted(asked: list[Cue]) -> int:
    """Count what was asked for in one question."""
    return min(len({cue.kind for cue in asked}), len({cue.start for cue in asked}))


def _listed(scene: Scene, said: list[Word], taken: list[list[Word]]) -> Iterator[list[Word]]:
    """Yield the one word behind a comma that goes on with what was told: "jsmith77, kingfisher"."""
    ends = {value[-1].start for value in taken}
    for place, (before, word) in enumerate(pairwise(said), 2):
        told = before.listed and (before.gone or before.start in ends) and not word.gone
        value = value_of(scene, without_talk(scene, [word], talk_aside(scene))) if told else []
        if value and (word.closes or place == len(said)):
            yield value


def _corrected(scene: Scene, said: list[Word], taken: list[list[Word]]) -> list[list[Word]]:
    """Return what stands behind words that take back what was told: "hunter2, no sorry, it's bluebird".

    Told is what is ``taken`` and what was redacted.
    """
    corrections, aside = scene.language.corrections, talk_aside(scene)
    found: list[list[Word]] = []
    low = min([value[0].start for value in taken] + [word.start for word in said if word.gone], default=None)
    for place, word in enumerate(said):
        within = any(value[0].start <= word.start < value[-1].end for value in (*taken, *found))
        if low is None or word.start < low or within or word.text not in corrections:
            continue
        behind = list(takewhile(lambda one: not one.gone, said[place + 1 :]))
        values = (
            value_of(scene, without_talk(scene, _linked(clause), aside), whole=True) for clause in clauses(behind)
        )
        value = next(filter(None, values), [])
        if value and not any(one[0].start < value[-1].end and value[0].start < one[-1].end for one in (*taken, *found)):
            found.append(value)
    return found


def _linked(clause: list[Word]) -> list[Word]:
    """Return what stands behind the last "it is" of a clause, and all of it where there is none."""
    place = max((place for place, word in enumerate(clause[:-1]) if word.text in _IS), default=-1)
    return clause[place + 1 :]


def _is_taken_back(scene: Scene, said: list[Word], value: list[Word]) -> bool:
    """Say whether a word between the value and what was redacted behind it takes the value back."""
    behind = [word for word in said if value and word.start >= value[-1].end]
    redacted = next((place for place, word in enumerate(behind) if word.gone), 0)
    return any(word.text in scene.language.corrections for word in behind[:redacted])


def _turns_between(scene: Scene, asker: int, turn: int) -> int:
    """Count the turns between two, without those in which somebody only plays for time ("hang on", "no hurry")."""
    script = scene.script
    between = range(asker + 1, turn)
    return sum(script.data.count(b" ", script.starts[one], script.ends[one]) > _PAUSE for one in between)


def _draft(scene: Scene, kind: Type, value: list[Word], evidence: Evidence) -> Draft:
    start, end = value[0].start, value[-1].end
    numbers, signs = scene.language.numbers, scene.language.signs
    spoken = any(word.text in numbers or word.text in signs for word in value)
    said = [numbers.get(word.text) or signs.get(word.text, "").strip() or word.text for word in value]
    rule = "announced " + kind.value.lower()
    pattern = Evidence("pattern", rule, 0.35)
    written = "".join(said) if spoken else scene.original(start, end)
    return Draft(kind, ((start, end),), rule, spoken, written, (pattern, evidence))
