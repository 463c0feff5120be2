"""What only the question tells: the rest of a short answer to "your name?", "your postcode?", "your date of birth?".

Recognisers mishear names and letters; what they write looks like nothing then. A turn that answers such a question
and holds nothing but the answer is taken whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.frequent import FREQUENT, NO_SECRETS, REPLIES
from callward.engine.pii.model import About, Evidence, Type
from callward.engine.pii.scene import Draft, Scene

_TOKEN = re.compile(r"[^ ,.?!;:\"()|\N{BROKEN BAR}]+")
_ASKED = (Type.PERSON, Type.POSTCODE, Type.DATE_OF_BIRTH)
_LONGEST = 64  # characters of such an answer
_MOST_NAMES = 4
_FULL_NAME = range(2, 4)  # words
_LONGEST_ENDING = 2  # letters behind an apostrophe
_LONGEST_ROW = 9  # letters that a recogniser wrote as one word
_TO_THE_END = 24  # characters between what is asked for and the end of the question
_QUESTION = re.compile(
    r"[?][ \"']*$|^(?:and |och |ja |si |en )?(?:what|who|can|could|may|vad|vem|kan|far|mis|kes|kuidas|care|cine|cum|wat"
    r"|wie|hoe)\b"
)
_EVIDENCE = Evidence("form", "the rest of a short answer", 0.2)
_Token = tuple[int, int, str]


def find_answers(scene: Scene, found: list[Draft]) -> Iterator[Draft]:
    """Yield what a question asked for and nothing else in ``found`` covers, in turns that are the answer alone."""
    covered = bytearray(len(scene.script.data))
    for draft in found:
        for start, end in draft.places:
            covered[start:end] = b"\x01" * (end - start)
    for turn in range(1, len(scene.script.starts)):
        asked = _asked(scene, turn, covered)
        if asked is None:
            continue
        kind, support = asked
        words = _answer(scene, turn, kind)
        if not words and kind is Type.DATE_OF_BIRTH:  # whoever is asked for a name and a birthday begins with the name
            words = _answer(scene, turn, Type.PERSON)
            kind = Type.PERSON
            words = words if len(words) in _FULL_NAME else []
        for start, end in _uncovered(words, covered):
            said = scene.script.said(start, end)
            yield Draft(kind, ((start, end),), "answer", False, said, (_EVIDENCE, support))


def _asked(scene: Scene, turn: int, covered: bytearray) -> tuple[Type, Evidence] | None:
    """Return what the other speaker asks for at the end of the turn before, if it is one thing."""
    script = scene.script
    start, end = script.starts[turn], script.ends[turn]
    question = script.starts[turn - 1], script.ends[turn - 1]
    if not 0 < end - start <= _LONGEST or script.speakers[turn] == script.speakers[turn - 1]:
        return None
    if script.speakers[turn] is About.AGENT or scene.cues.within(start, end):
        return None
    cues = [cue for cue in scene.cues.within(*question) if cue.sure][-1:]
    if not cues or cues[0].kind not in _ASKED:
        return None
    if any(covered[cues[0].end : question[1]]):  # "my name is Ann" asks nobody for a name
        return None
    if question[1] - cues[0].end > _TO_THE_END or not _is_question(script.said(*question), question[1] - cues[0].end):
        return None
    return Type(cues[0].kind), Evidence("question", script.said(cues[0].start, cues[0].end), 0.4)


def _is_question(said: str, behind: int) -> bool:
    return _QUESTION.search(said) is not None or behind <= len(", please.")


@cache
def _talk(code: str) -> frozenset[str]:
    spoken = language(code)
    return (
        FREQUENT.get(spoken.code, frozenset())
        | spoken.fillers
        | spoken.agreement
        | spoken.corrections
        | NO_SECRETS
        | REPLIES
    )


def _answer(scene: Scene, turn: int, kind: Type) -> list[_Token]:
    """Return the words of the turn that are the answer, from the first to the last; none where it is other talk."""
    script = scene.script
    start = script.starts[turn]
    said = script.said(start, script.ends[turn])
    words = [(start + match.start(), start + match.end(), match.group()) for match in _TOKEN.finditer(said)]
    talk = _talk(scene.language.code)
    letters = kind is Type.POSTCODE or _is_spelled(words)
    while words and _is_talk(words[0][2], talk) and not (letters and len(words[0][2]) == 1):
        words.pop(0)
    while words and _is_talk(words[-1][2], talk) and not (letters and len(words[-1][2]) == 1):
        words.pop()
    fits = {Type.PERSON: _is_name, Type.POSTCODE: _is_postcode, Type.DATE_OF_BIRTH: _is_date}[kind]
    return words if words and fits(scene, words, talk) else []


def _is_talk(word: str, talk: frozenset[str]) -> bool:
    """Say whether a word is everyday talk, or one with its ending cut ("that's", "isn't", "m'appelle")."""
    stem, _, ending = word.partition("'")
    return word in talk or (0 < len(ending) <= _LONGEST_ENDING and (stem in talk or stem.removesuffix("n") in talk))


def _is_spelled(words: list[_Token]) -> bool:
    """Say whether most words are letters or pairs of them."""
    sizes = [end - start for start, end, _ in words]
    return len(sizes) > _MOST_NAMES and 2 * sum(size <= 2 for size in sizes) > len(sizes) and max(sizes) <= _LONGEST_ROW


def _is_name(scene: Scene, words: list[_Token], talk: frozenset[str]) -> bool:
    """A few words none of which is everyday talk, or a row of letters however they were put together."""
    plain = [word for _, _, word in words]
    if len(plain) > _MOST_NAMES:
        return _is_spelled(words)
    numbers = scene.language.numbers
    return all(
        not _is_talk(word, talk) and word not in numbers and not word.isdigit() and len(word) > 1 for word in plain
    )


def _is_postcode(scene: Scene, words: list[_Token], _: frozenset[str]) -> bool:
    """Letters and digits in short words, whatever else was heard among them."""
    numbers = scene.language.numbers
    digits = [word for _, _, word in words if any(sign.isdigit() for sign in word) or word in numbers]
    short = [word for _, _, word in words if len(word) <= 2]
    return bool(digits) and 2 * (len(short) + len(set(digits) - set(short))) > len(words)


def _is_date(scene: Scene, words: list[_Token], _: frozenset[str]) -> bool:
    """Numbers, and no more other words than numbers."""
    spoken = scene.language
    known = spoken.of | spoken.joiners | spoken.months.keys() | spoken.hundred | spoken.thousand
    numbers = [
        word
        for _, _, word in words
        if any(sign.isdigit() for sign in word) or word in spoken.numbers or word in spoken.ordinals
    ]
    others = [word for _, _, word in words if word not in known and word not in numbers]
    return len("".join(numbers)) > 1 and len(others) <= len(numbers) / 2


def _uncovered(words: list[_Token], covered: bytearray) -> Iterator[tuple[int, int]]:
    """Yield the stretches of neighbouring words that nothing covers."""
    first = last = -1
    for start, end, _ in words:
        free = not any(covered[start:end])
        if free and first < 0:
            first = start
        if free:
            last = end
        elif first >= 0:
            yield first, last
            first = -1
    if first >= 0:
        yield first, last
