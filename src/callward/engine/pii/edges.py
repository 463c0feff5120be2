"""The edges of what was found: letters and digits said in one breath with it, and the turns that only repeat it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from callward.engine.pii.codes import KINDS
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.numerals import Gap
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.spelling import Run, Sign
from callward.engine.pii.stream import NATO

_CODES = frozenset(
    {
        Type.IBAN, Type.NATIONAL_ID, Type.PASSPORT, Type.DRIVING_LICENCE, Type.VEHICLE_PLATE, Type.ACCOUNT_NUMBER,
        Type.HEALTH_ID, Type.TAX_ID, Type.POSTCODE, Type.BANK_ACCOUNT,
    }
)  # fmt: skip
_REPEATED = _CODES | {Type.PAYMENT_CARD, Type.CARD_CVV, Type.CARD_EXPIRY, Type.PHONE, Type.PASSWORD}
_WORD = re.compile(r"[^ ,.?!]+")
_IN_TURN = (0, -2, 2)  # turns: the speaker's own, the one before, the one behind
_REPEATED_WITHIN = 2  # turns
_LEAST_WORDS = 2  # of a turn that repeats a part of what was said
_MOST_SIGNS = 8  # at one edge
_LONGEST = 400  # bytes of a turn that is looked at for a repetition


def widened(scene: Scene, found: list[Draft]) -> list[Draft]:
    """Return the drafts, codes widened over the letters and digits that are spelled right before and behind them."""
    if not any(draft.type in _CODES for draft in found):
        return found
    runs = scene.runs(KINDS)
    starts = [run.start for run in runs]
    taken = sorted(place for draft in found for place in draft.places)
    return [_wider(scene, draft, runs, starts, taken) if draft.type in _CODES else draft for draft in found]


def _wider(
    scene: Scene, draft: Draft, runs: Sequence[Run], starts: Sequence[int], taken: Sequence[tuple[int, int]]
) -> Draft:
    places = []
    for start, end in draft.places:
        at = bisect_left(starts, start + 1) - 1
        run = runs[at] if at >= 0 else None
        if run is None or run.end < end or not any(sign.start == start for sign in run.signs):
            places.append((start, end))
            continue
        before = [sign for sign in run.signs if sign.end <= start][::-1]
        behind = [sign for sign in run.signs if sign.start >= end]
        inside = [sign for sign in run.signs if start <= sign.start < end]
        low = _edge(scene, before, [inside[0], *before], start, taken)
        high = _edge(scene, behind, behind, end, taken)
        places.append((low, high))
    return draft if tuple(places) == draft.places else draft._replace(places=tuple(places))


def _edge(
    scene: Scene, signs: Sequence[Sign], gaps: Sequence[Sign], edge: int, taken: Sequence[tuple[int, int]]
) -> int:
    """Return how far signs reach, nearest first, that nothing parts and no other finding holds.

    ``gaps`` are the signs whose gap stands between each and the one before it. A word of talk counts at the end of
    its turn only: "nine" is "new" in some language.
    """
    script = scene.script
    for sign, gap in zip(signs[:_MOST_SIGNS], gaps, strict=False):
        if gap.gap != Gap.PLAIN or not (sign.spoken or sign.text.isdigit()) or _is_taken(sign, taken):
            break
        turn = script.turn(sign.start)
        at_end = sign.start == script.starts[turn] or sign.end == script.ends[turn]
        if sign.weak and not (at_end and sign.text.isdigit()):
            break
        edge = sign.start if sign.start < edge else sign.end
    return edge


def _is_taken(sign: Sign, taken: Sequence[tuple[int, int]]) -> bool:
    at = bisect_left(taken, (sign.end, 0)) - 1
    return at >= 0 and sign.start < taken[at][1]


def find_repeated_turns(scene: Scene, found: list[Draft]) -> Iterator[Draft]:
    """Yield what the other speaker repeats at once, word for word: all of a place, or nothing but a part of it."""
    script = scene.script
    talk = scene.language.agreement | scene.language.fillers
    for draft in found:
        if draft.type not in _REPEATED:
            continue
        for start, end in draft.places:
            turn, said = script.turn(start), script.said(start, end)
            for later in range(turn + 1, min(turn + 1 + _REPEATED_WITHIN, len(script.starts))):
                low, high = script.starts[later], script.ends[later]
                if script.speakers[later] == script.speakers[turn] or not 0 < high - low <= _LONGEST:
                    continue
                place = _repeated(script.said(low, high), said, talk)
                if place is not None:
                    evidence = (Evidence("echo", draft.rule, draft.score),)
                    where = ((low + place[0], low + place[1]),)
                    yield Draft(draft.type, where, draft.rule, draft.spoken, draft.value, evidence)
                    break


def _repeated(turn: str, said: str, talk: frozenset[str]) -> tuple[int, int] | None:
    """Return where ``turn`` repeats ``said``, or the words that are all of it where they are a part of ``said``."""
    at = f" {turn} ".find(f" {said} ")
    if at >= 0 and " " in said:
        return at, at + len(said)
    bare = turn.rstrip(" .,?!")
    words = bare.split(" ")
    while words and words[0].strip(",.") in talk:
        words.pop(0)
    part = " ".join(words)
    if len(words) < _LEAST_WORDS or f" {part} " not in f" {said} ":
        return None
    return len(bare) - len(part), len(bare)


def find_rest_of_answers(scene: Scene, found: list[Draft]) -> Iterator[Draft]:
    """Yield what nothing covers in turns of letters and digits alone, where a part of what was asked for was found."""
    turns: dict[int, list[Draft]] = {}
    for draft in found:
        for start, _ in draft.places:
            turns.setdefault(scene.script.turn(start), []).append(draft)
    for turn, drafts in turns.items():
        if all(draft.type in _REPEATED for draft in drafts):
            for step in _IN_TURN:
                if step == 0 or turn + step not in turns:
                    yield from _rest(scene, drafts, turn, turn + step)


def _rest(scene: Scene, drafts: list[Draft], turn: int, other: int) -> Iterator[Draft]:
    script, cues, draft = scene.script, scene.cues, drafts[0]
    if not 0 <= other < len(script.starts) or script.speakers[other] != script.speakers[turn]:
        return
    low, high = script.starts[other], script.ends[other]
    if draft.type not in {cue.kind for cue in cues.asked(min(turn, other)) if cue.sure} or high - low > _LONGEST:
        return
    between = (turn + other) // 2
    if other != turn and cues.within(script.starts[between], script.ends[between]):
        return
    bare = script.said(low, high).strip(" .,?!")
    low += script.said(low, high).find(bare)
    if (
        not bare
        or not all(_is_said(scene, word) for word in bare.replace(",", " ").split())
        or _is_nothing(scene, bare)
    ):
        return
    inside = sorted({place for one in drafts for place in one.places if script.turn(place[0]) == other})
    starts = [low, *(end for _, end in inside)]
    ends = [*(start for start, _ in inside), low + len(bare)]
    for start, end in zip(starts, ends, strict=True):
        words = [
            (start + one.start(), start + one.end(), one.group()) for one in _WORD.finditer(script.said(start, end))
        ]
        while words and words[0][2] in scene.language.fillers:
            words.pop(0)
        while words and words[-1][2] in scene.language.fillers:
            words.pop()
        if words:
            evidence = (Evidence("form", "the rest of an answer", draft.score),)
            place = (words[0][0], words[-1][1])
            yield Draft(draft.type, (place,), draft.rule, draft.spoken, draft.value, evidence)


def _is_said(scene: Scene, word: str) -> bool:
    """Say whether a word is a letter, a digit or a number, or what may stand among such."""
    spoken = scene.language
    if word.isdigit() or (len(word) == 1 and word.isalnum()):
        return True
    known = (spoken.numbers, spoken.repeat, spoken.hundred, spoken.thousand, spoken.plurals, spoken.letters)
    return any(
        word in words for words in (*known, spoken.alphabet, NATO, spoken.joiners, spoken.fillers, spoken.spelled_as)
    )


def _is_nothing(scene: Scene, said: str) -> bool:
    """Say whether words that are said of other things too are all of it."""
    spoken = scene.language
    return all(word in spoken.weak or word in spoken.joiners or word in spoken.fillers for word in said.split())
