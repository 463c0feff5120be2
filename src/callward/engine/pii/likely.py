"""Which turns of a call may hold something: one pass over the text, so that nobody reads the rest.

Ordinary talk is full of number words ("two of the three boxes", "en", "o", "een"). A turn counts where it has a
sign of an address or a number of some length, several numbers in a row, or one and little else. What a row finds
without any digit counts where it stands.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from callward.engine.pii.lexicon import Language, language, months
from callward.engine.pii.numerals import known_words, number_words
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.recognizers import RECOGNIZERS
from callward.engine.pii.stream import MOST_WORDS, NATO
from callward.engine.pii.text import Script

_REACH = 6  # turns after an announcement in which its answer may come
_GAP = "[^a-z0-9\n]+"
_SIGNS = (
    "[@:]",
    r"\d{3}",
    r"\d[^a-z0-9\n]{1,4}\d",
    r"[a-z]\d|\d[a-z]",
    r"[^a-z0-9 \n]\d|\d[^a-z0-9 .,?!\n]",
    r"\b[b-df-hj-np-tv-z]{1,3} \d",
    r"\b[a-z]{1,3}[ -]\d{1,2}[ -][a-z]{1,3}\b",
)
"""What any written number has that is more than a small one in talk ("24 hours", "at 7")."""
_NOTHING = "xxxxxxxxx"  # stands where a language has no such word


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(one for one in alternatives if one) + ")"


@cache
def number(code: str) -> str:
    """Return a pattern for a number that is no ordinary word."""
    spoken = language(code)
    said = number_words(known_words(spoken).keys() - spoken.weak, spoken.weak | spoken.joiners)
    return rf"(?:{said}|\b\d+\b)"


def _numbers(spoken: Language) -> list[str]:
    """Return what makes a turn likely by its number words."""
    strong = number(spoken.code)
    weak = words(spoken.weak or {_NOTHING})
    between = {*spoken.corrections, *spoken.signs, *spoken.joiners, *spoken.homophones, *spoken.fillers}
    filled = f"(?:{_GAP}{_any(words(between | spoken.agreement | NATO.keys()), '[a-z]')})*{_GAP}"
    # Shorter ones ("suta") stand in ordinary words.
    hundreds = sorted(word for word in spoken.hundred | spoken.thousand if len(word) > 3) or [_NOTHING]
    long = rf"\b[a-z]*(?:{'|'.join(hundreds)})[a-z]*\b"
    months_said = words(months())
    dated = _any(strong, words(spoken.ordinals or {_NOTHING}))
    of = f"(?:{_GAP}{words(spoken.of | spoken.joiners | {_NOTHING})})*{_GAP}"
    return [
        strong + filled + _any(strong, weak),
        weak + filled + strong,
        weak + filled + weak + filled + weak,
        long,
        r"(?m:^)[^a-z0-9\n]*" + strong,
        strong + r"[^a-z0-9\n]*(?m:$)",
        r"\b[b-df-hj-np-tv-z] " + strong,
        strong + r" [b-df-hj-np-tv-z]\b",
        strong + "[ -]{0,2}" + words(spoken.years_old or {_NOTHING}),
        months_said + of + dated,
        dated + of + months_said,
    ]


def _others(spoken: Language) -> list[str]:
    """Return what makes a turn likely beside numbers: spoken e-mail addresses, and rows that need no digit."""
    at, dot = words(spoken.at | spoken.sure_at | {_NOTHING}), words(spoken.dot | {_NOTHING})
    rows = [row.pattern for row in RECOGNIZERS if row.signless and not row.need_context]
    return [f" {at} [^\n]*{dot}", *(f"(?:{row})" for row in rows)]


@cache
def _patterns(code: str) -> tuple[Pattern, Pattern]:
    """Return what makes any turn likely, and what makes a short one."""
    spoken = language(code)
    return Pattern("|".join((*_SIGNS, *_numbers(spoken), *_others(spoken)))), Pattern(number(spoken.code))


def likely(script: Script, spoken: Language) -> list[int]:
    """Return the turns that may hold something, in order."""
    data, ends = script.data, script.ends
    anywhere, in_short = _patterns(spoken.code)
    turns: set[int] = set()
    start, behind = 0, len(data)
    while (found := anywhere.find(data, start, behind)) is not None:
        turn = bisect_right(script.starts, found[0]) - 1
        turns.add(turn)
        start = ends[turn] + 1
    for turn, (start, behind) in enumerate(zip(script.starts, ends, strict=True)):
        if turn not in turns and data.count(b" ", start, behind) < MOST_WORDS and in_short.find(data, start, behind):
            turns.add(turn)
    return sorted(turns)
