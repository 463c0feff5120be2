"""Which language a call is in, and which of its turns are in another one.

The transcript says, else the line; the text is only asked where neither does, and whether it agrees. Letters of
another script tell at once; languages in Latin letters are told apart by their most frequent words. A few words tell
nothing: then the speaker goes on in the language that they spoke last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from callward.engine.pii.lexicon import COVERED, all_countries
from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.model import About, Conversation
from callward.engine.pii.text import fold_each

_OTHER_SCRIPT = "und"
_BEYOND_LATIN = "[\u0370-\u1dff\u2c00-\u2dff\u3040-\ud7ff\ufb1d-\ufdff\ufe70-\ufeff\U00010300-\U000e0000]"
_SCRIPTS = ((0x370, 0x3FF, "el"), (0x400, 0x52F, "ru"), (0x590, 0x5FF, "he"), (0x600, 0x77F, "ar"),
            (0x900, 0x97F, "hi"), (0x3040, 0x30FF, "ja"), (0x4E00, 0x9FFF, "zh"), (0xAC00, 0xD7AF, "ko"))  # fmt: skip
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_FEWEST_WORDS = 4  # of a turn that can tell its language
_FEWEST_KNOWN = 3  # different frequent words of a language that is not the call's
_SHARE = 0.3  # of the words that must be frequent ones
_LOOKED_AT = 24  # turns of a long call that are looked at first
_LEAST_LETTERS = 16
_MOST_LETTERS = 400  # of a turn that are looked at
_LONG_STRETCH = 6  # words in an uncovered language that send a call to review
_NEARLY_ALL = 0.8
_GOES_ON = 6  # turns in which a speaker goes on in the language that they spoke last

_CODES = tuple(FREQUENT)
_FREQUENT = {code: frozenset(word.encode("latin-1") for word in words) for code, words in FREQUENT.items()}
_NONE = frozenset[bytes]()
_SPLIT = bytes.maketrans(b",.?", b"   ")


def _short(code: str | None) -> str | None:
    return code.lower().replace("_", "-").split("-")[0] if code else None


@cache
def _beyond_latin() -> re.Pattern[str]:
    """Compile what most runs never need when the first text needs it."""
    return re.compile(_BEYOND_LATIN)


def _script(text: str) -> str | None:
    """Return the language that another script than Latin stands for, where most of the letters are of it."""
    found = _beyond_latin().findall(text)
    if not found or 2 * len(found) < sum(character.isalpha() for character in text):
        return None
    code = ord(found[len(found) // 2])
    told = next((told for low, high, told in _SCRIPTS if low <= code <= high), _OTHER_SCRIPT)
    return "uk" if told == "ru" and _UKRAINIAN.search(text) else told


def heard(text: str, expected: str | None = None) -> str | None:
    """Return the ISO 639-1 code of the language of ``text``, "und" for a script of no language known here.

    None where the text is too short to tell. ``expected`` stands where no other language is clearly heard.
    """
    return next(_heard([text], expected))


def _heard(texts: Sequence[str], expected: str | None) -> Iterator[str | None]:
    """Yield for each text what ``heard`` says; they are folded at once."""
    whole = "".join(texts)
    latin = whole.isascii() or _beyond_latin().search(whole) is None
    for text, folded in zip(texts, fold_each(texts), strict=True):
        yield (None if latin else _script(text)) or _told(folded.translate(_SPLIT).split(), expected)


def _told(said: list[bytes], expected: str | None) -> str | None:
    """Return the language that the most frequent words tell, as ``heard`` does."""
    if len(said) < _FEWEST_WORDS:
        return None
    different = {word for word in said if len(word) > 1}  # single letters spell
    own = len(different & _FREQUENT.get(expected or "", _NONE))
    if expected and own >= _SHARE * len(different):
        return expected
    counts = {code: len(different & _FREQUENT[code]) for code in _CODES}
    best = max(counts, key=lambda code: (counts[code], code == expected))
    rivals = sorted(counts.values())[-2]
    if counts[best] < max(_FEWEST_KNOWN, _SHARE * len(different)) or counts[best] == rivals:
        return None
    return best if best == expected or counts[best] >= 2 * own + 1 else None


def settled(conversation: Conversation) -> Conversation:
    """Return the conversation with a language: the one given, else the one heard in most of the text.

    A covered language that was given and is contradicted by nearly every turn that tells gives way as well.
    """
    given = _short(conversation.language)
    return _settled(conversation, given, list(_sampled(conversation, given)))


def _settled(conversation: Conversation, given: str | None, sampled: list[str | None]) -> Conversation:
    told = Counter(code for code in sampled if code)
    if not told:
        return conversation
    most, count = told.most_common(1)[0]
    if given is None:
        # Whose identifiers to expect is no better known than before.
        return replace(conversation, language=most, countries=conversation.countries or all_countries())
    if most in COVERED and most != given and count >= max(2, _NEARLY_ALL * told.total()):
        return replace(conversation, language=most)
    return conversation


def _sampled(conversation: Conversation, expected: str | None) -> Iterator[str | None]:
    """Hear the turns that are long enough; of a long call, some of them, evenly spread."""
    long = [turn.text for turn in conversation.turns if len(turn.text) >= _LEAST_LETTERS]
    step = max(1, len(long) // _LOOKED_AT)
    return _heard([text[:_MOST_LETTERS] for text in long[::step]], expected)


def spoken_in(conversation: Conversation) -> tuple[Conversation, dict[int, str]]:
    """Return the conversation with its language settled, and the turns in another language with that language."""
    given = _short(conversation.language)
    sampled = list(_sampled(conversation, given))
    whole = _settled(conversation, given, sampled)
    expected = _short(whole.language) or "en"
    if all(code in (None, expected) for code in sampled):
        return whole, {}
    found: dict[int, str] = {}
    last: dict[About, tuple[int, str]] = {}
    for number, turn in enumerate(whole.turns):
        told = heard(turn.text[:_MOST_LETTERS], expected)
        before, spoken = last.get(turn.speaker, (-_GOES_ON, expected))
        if told is not None:
            last[turn.speaker] = number, told
        elif spoken != expected and number - before <= _GOES_ON and len(turn.text.split()) > 1:
            told = spoken
        if told is not None and told != expected:
            found[number] = told
    return whole, found


def uncovered(conversation: Conversation) -> tuple[int, ...]:
    """Return the turns in languages of which no table is at hand, if they are more than a few words."""
    whole, away = spoken_in(conversation)
    expected = _short(whole.language) or "en"
    turns = [number for number in range(len(whole.turns)) if away.get(number, expected) not in COVERED]
    return tuple(turns) if _said(whole, turns) >= _LONG_STRETCH else ()


def _said(conversation: Conversation, turns: Iterable[int]) -> int:
    return sum(len(conversation.turns[turn].text.split()) for turn in turns)
