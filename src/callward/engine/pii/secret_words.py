"""The words in which a secret is told: what is a value, what is talk around it, and where a value ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from callward.engine.pii.labels import ANSWERED
from callward.engine.pii.lexicon.frequent import FREQUENT, LINKS, NO_SECRETS, REPLIES
from callward.engine.pii.scene import Scene

_MOST_WORDS = 14
_MOST_FIRST = 2  # plain words of the first of several answers
_MOST_PLAIN = 3  # words of a phrase
_MOST_ANSWERED = 5  # words of a phrase that is the answer to the question for it
_REACH = 120
_END = ".?!"
_QUOTES = "\"'\x94\x84\xab\xbb"
_WORD = re.compile(r"[^ ]+")


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str  # without marks at its ends
    closes: bool  # a sentence or a clause ends with it
    gone: bool  # what stood here was redacted
    listed: bool  # a comma ends it


def words_said(scene: Scene, low: int, high: int) -> list[Word]:
    said = []
    for match in list(_WORD.finditer(scene.script.said(low, min(high, low + _REACH))))[:_MOST_WORDS]:
        raw = match.group()
        bare = raw.strip(_END + ",;:()|" + ANSWERED[0] + _QUOTES)
        start = low + match.start() + (raw.find(bare) if bare else 0)
        tail = raw[raw.find(bare) + len(bare) :] if bare else raw
        closes = any(mark in _END + ",;" for mark in tail)
        said.append(Word(start, start + len(bare), bare, closes, ANSWERED in raw, "," in tail))
    return said


def talk_aside(scene: Scene) -> frozenset[str]:
    """Return the words that are no secret at the beginning of what is told, nor in the place of it."""
    spoken = scene.language
    known = FREQUENT.get(spoken.code, frozenset())
    return known | spoken.fillers | spoken.agreement | spoken.corrections | LINKS | REPLIES


def clauses(said: list[Word]) -> Iterator[list[Word]]:
    """Yield the words of an answer by clause: "it is in my book. snowdrop seven"."""
    first = 0
    for place, word in enumerate(said, 1):
        if word.closes or place == len(said):
            yield said[first:place]
            first = place


def without_talk(scene: Scene, said: list[Word], aside: frozenset[str]) -> list[Word]:
    """Return the words from the first that is no ordinary talk."""
    place = 0
    while place < len(said) and (said[place].text in aside or not said[place].text) and not is_sign(scene, said[place]):
        place += 1
    return said[place:]


def value_of(scene: Scene, said: list[Word], *, whole: bool = False) -> list[Word]:
    """Return the words that are the value: signs, letters and numbers, and a few plain words before or between them.

    With ``whole``, where the words are a short answer and nothing else, a phrase may hold ordinary words.
    """
    known = FREQUENT.get(scene.language.code, frozenset())
    joiners = scene.language.joiners
    value: list[Word] = []
    plain = 0
    for place, word in enumerate(said):
        sign = is_sign(scene, word)
        around = [*value[-1:], *said[place + 1 : place + 2]]
        between = word.text in joiners and len(around) > 1 and all(is_sign(scene, one) for one in around)
        aside = word.text in scene.language.fillers and word.text not in scene.language.joiners
        ordinary = bool(value) and not between and (aside if whole else word.text in known)
        if not word.text or (not sign and (word.text in NO_SECRETS or ordinary)):
            break
        plain += not sign and not between
        if plain > (_MOST_ANSWERED if whole else _MOST_PLAIN):
            break
        value.append(word)
        if word.closes:
            break
    last = joiners | scene.language.fillers | (known if whole else frozenset())
    if len(value) < len(said):  # what goes on behind a correction was corrected
        last |= scene.language.corrections
    while value and value[-1].text in last:
        value.pop()
    return value


def first_value(scene: Scene, said: list[Word]) -> list[Word]:
    """Return the first of several answers: one or two plain words, or the signs before a comma or an "and"."""
    rest = without_talk(scene, said, talk_aside(scene))
    before = said[: len(said) - len(rest)]
    if not rest or any(word.text in NO_SECRETS or word.gone for word in before):
        return []
    number = is_number(scene, rest[0])
    value: list[Word] = []
    for word in rest:
        if word.text in scene.language.joiners and not is_number(scene, word):
            return value
        if not number and (is_number(scene, word) or word.text in talk_aside(scene)):
            return value
        value.append(word)
        if word.closes:
            return value
        if word.text in NO_SECRETS or (not number and len(value) > _MOST_FIRST):
            return []
    return [] if number else value


def is_number(scene: Scene, word: Word) -> bool:
    """Say whether a word is a number, said or written."""
    return word.text.isdigit() or word.text in scene.language.numbers or word.text in scene.language.repeat


def is_sign(scene: Scene, word: Word) -> bool:
    """Say whether a word is a number, a single letter, the name of a sign, or written with digits or signs."""
    text, spoken = word.text, scene.language
    if any(not character.isalpha() and character not in "'-" for character in text):
        return True
    numbers = text in spoken.numbers or text in spoken.repeat or text in spoken.hundred or text in spoken.plurals
    letter = len(text) == 1 or text in spoken.letters
    return numbers or text in spoken.signs or (letter and text not in FREQUENT.get(spoken.code, frozenset()))


def is_marked(scene: Scene, value: list[Word]) -> bool:
    """Say whether the value is told apart from talk by a digit, a sign, a letter or capitals inside."""
    words_of_talk = scene.language.weak & FREQUENT.get(scene.language.code, frozenset())
    if any(is_sign(scene, word) and word.text not in words_of_talk for word in value):
        return True
    first = scene.original(value[0].start, value[0].end)
    return any(character.isupper() for character in first[1:])
