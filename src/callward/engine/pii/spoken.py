"""Spoken forms that are more than digits: e-mail and IP addresses, and dates of birth in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from ipaddress import AddressValueError, IPv4Address

from callward.engine.pii import checks
from callward.engine.pii.lexicon import Language, language
from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.recognizers.dates import full_year
from callward.engine.pii.recognizers.online import of_network
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Piece

_REACH = 90
_ARTICLE = " the "
_MONTHS = 12
_MOST_WORDS = 14
_MOST_LABELS = 3  # words of a domain between two dots ("tele two")
_TOP_DOMAINS = frozenset(
    {
        "com", "org", "net", "info", "biz", "eu", "uk", "co", "se", "ee", "ro", "nl", "de", "fr", "fi", "no", "dk",
        "be",
        "es", "it", "pl", "lt", "lv", "hu", "at", "ch", "ie", "us", "ca", "nu", "io", "me", "example", "test", "gov",
    }
)  # fmt: skip
_NAME_SIGNS = frozenset("._-+")
_NO_NAMES = frozenset(
    ("look", "looking", "us", "me", "it", "is", "am", "are", "was", "find", "here", "up", "have", "shop", "bought")
)


def find_spoken(scene: Scene) -> list[Draft]:
    """Find spoken e-mail addresses, IP addresses and dates of birth."""
    return [*_emails(scene), *_addresses(scene), *_births(scene), *_numbered_births(scene)]


# ------------------------------------------------------------------------------------------------- e-mail addresses


@cache
def _at(code: str) -> Pattern:
    spoken = language(code)
    return Pattern(" " + words(spoken.at | spoken.sure_at) + " ")


@cache
def _dot(code: str) -> Pattern:
    return Pattern(words(language(code).dot))


def _likely_spans(scene: Scene, pattern: Pattern) -> Iterator[tuple[int, int]]:
    """Yield the matches in the turns that may hold something."""
    script = scene.script
    for turn in scene.likely:
        yield from pattern.spans(script.data, script.starts[turn], script.ends[turn])


def _words(scene: Scene, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the words of ``[start, end)`` with their places."""
    found: list[tuple[int, int, str]] = []
    position = start
    for word in scene.script.said(start, end).split(" "):
        if word:
            found.append((position, position + len(word), word))
        position += len(word) + 1
    return found


def _emails(scene: Scene) -> Iterator[Draft]:
    script, spoken = scene.script, scene.language
    for start, end in _likely_spans(scene, _at(spoken.code)):
        turn = script.turn(start)
        if not _dot(spoken.code).find(script.data, end, min(script.ends[turn], end + _REACH)):
            continue
        domain = _domain(_words(scene, end, min(script.ends[turn], end + _REACH)), spoken)
        local = _local(_tokens(scene, max(script.starts[turn], start - _REACH), start), spoken)
        if domain is None or local is None:
            continue
        first, name = local
        last, host = domain
        support = scene.cues.support(Type.EMAIL.value, first, last, 0.4)
        sure = script.said(start, end).strip() in spoken.sure_at
        evidence = [Evidence("pattern", "spoken e-mail", 0.35), Evidence("form", "top-level domain", 0.1)]
        evidence += [Evidence("form", "sign for at", 0.3)] if sure else []
        evidence += [Evidence("form", "signs in the name", 0.2)] if any(sign in name for sign in "._-") else []
        if name not in _NO_NAMES and (support or sure or len(evidence) > 2):
            evidence += [support] if support else []
            yield Draft(Type.EMAIL, ((first, last),), "spoken e-mail", True, f"{name}@{host}", tuple(evidence))


def _domain(said: list[tuple[int, int, str]], spoken: Language) -> tuple[int, str] | None:
    """Read labels and dots up to the last top-level domain that follows a dot."""
    host, labels = "", 0
    best: tuple[int, str] | None = None
    after_dot = False
    for _, end, raw in said[:_MOST_WORDS]:
        word = raw.rstrip(",.?!;")
        if word in spoken.dot:
            host, after_dot, labels = host + ".", True, 0
            continue
        if best is not None and not after_dot:
            break
        host += spoken.numbers.get(word, word)
        tail = host.rsplit(".", 1)
        if len(tail) == 2 and tail[1] in _TOP_DOMAINS and tail[0]:
            best = end - (len(raw) - len(word)), host
        labels += 1
        if labels > _MOST_LABELS:
            break
        after_dot = False
    return best


def _tokens(scene: Scene, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the words of ``[start, end)``, with a number of several words and a sign of several words as one each."""
    spoken = scene.language
    numbers = {
        group.start: group
        for piece in scene.within(start, end)
        for group in piece.groups
        if group.spoken and group.end <= end
    }
    found: list[tuple[int, int, str]] = []
    said = _words(scene, start, end)
    place = 0
    while place < len(said):
        begin, stop, word = said[place]
        group = numbers.get(begin)
        joined = _with_units(said, place, spoken)
        if group is not None and group.end >= stop:
            stop, word = group.end, group.digits
        elif joined:
            stop, word = said[place + 2][1], joined
        else:
            for size in (3, 2):
                phrase = " ".join(raw for _, _, raw in said[place : place + size])
                if place + size <= len(said) and phrase in spoken.signs:
                    stop, word = said[place + size - 1][1], phrase
                    break
        found.append((begin, stop, word))
        place += 1
        while place < len(said) and said[place][1] <= stop:
            place += 1
    return found


def _with_units(said: list[tuple[int, int, str]], place: int, spoken: Language) -> str:
    """Return the digits of tens that are joined with units ("optzeci și trei"), or nothing."""
    if place + 2 >= len(said) or said[place + 1][2] not in spoken.joiners:
        return ""
    first, last = (spoken.numbers.get(said[place + step][2], "") for step in (0, 2))
    tens, units = (last, first) if spoken.units_first else (first, last)
    whole = len(tens) == 2 and tens[0] > "1" and tens[1] == "0" and len(units) == 1 and units != "0"
    return tens[0] + units if whole else ""


def _local(said: list[tuple[int, int, str]], spoken: Language) -> tuple[int, str] | None:
    """Read the name before the "at": the word beside it, and what signs, letters and numbers tie to it."""
    name, first = "", -1
    place = len(said) - 1
    tied = True
    while place >= 0 and len(said) - place <= _MOST_WORDS:
        start, _, raw = said[place]
        word = raw.strip(",")
        sign = _name_sign(word, spoken)
        if sign:
            name, tied = sign + name, True
        elif (
            tied
            or _stands_alone(said, place, spoken)
            or word.isdigit()
            or word in spoken.numbers
            or word in spoken.repeat
        ):
            name = spoken.numbers.get(word, word) + name
            before = said[place - 1][2] if place else ""
            counted = word.isdigit() or word in spoken.numbers
            only_digits = name.isdigit() and counted and before.isalpha() and before not in _plain_words(spoken)
            tied = bool(_name_sign(before, spoken)) or only_digits
        elif place and said[place - 1][2] in spoken.dot:
            name = word + name
        else:
            break
        first = start
        place -= 1
    return (first, name) if first >= 0 and any(character.isalnum() for character in name) else None


def _stands_alone(said: list[tuple[int, int, str]], place: int, spoken: Language) -> bool:
    """Say whether a word is a letter that is spelled; "e" before a name is a word, before a letter it is a letter."""
    word = said[place][2].strip(",")
    if len(word) != 1:
        return False
    return word not in spoken.fillers or (place + 1 < len(said) and len(said[place + 1][2]) == 1)


def _name_sign(word: str, spoken: Language) -> str:
    """Return the sign that ``word`` says, if names before an "at" are written with it."""
    sign = spoken.signs.get(word, "." if word in spoken.dot else "")
    return sign if sign in _NAME_SIGNS else ""


def _plain_words(spoken: Language) -> frozenset[str]:
    """Return the words that are no names: "my e-mail is twelve at ..." begins with the number."""
    return FREQUENT.get(spoken.code, frozenset()) | spoken.fillers | spoken.agreement | _NO_NAMES | {"mail", "email"}


# ---------------------------------------------------------------------------------------------------- IP addresses


def _addresses(scene: Scene) -> Iterator[Draft]:
    """Yield pieces that four spoken or written dots part into four numbers up to 255."""
    for piece in scene.pieces:
        parts = [""]
        for group in piece.groups[:16]:
            if group.before.sign == ".":
                parts.append("")
            parts[-1] += group.digits
        if len(parts) != 4 or not piece.spoken:
            continue
        try:
            four = IPv4Address(".".join(str(int(part)) for part in parts))
        except (AddressValueError, ValueError):
            continue
        scene.take(piece, len(piece.groups))
        support = scene.cues.support(Type.IP_ADDRESS.value, piece.start, piece.end, 0.3)
        evidence = (Evidence("pattern", "spoken IPv4", 0.7), *of_network(four), *((support,) if support else ()))
        one = _draft(Type.IP_ADDRESS, piece, "spoken IPv4", str(four), evidence)
        if one.score >= scene.threshold:
            yield one


def _draft(kind: Type, piece: Piece, rule: str, value: str, evidence: tuple[Evidence, ...]) -> Draft:
    return Draft(kind, ((piece.start, piece.end),), rule, piece.spoken, value, evidence)


# --------------------------------------------------------------------------------------------------- dates of birth


@cache
def month_names(code: str) -> Pattern:
    """Return the pattern of the names of the months in a language."""
    return Pattern(words(language(code).months))


def _births(scene: Scene) -> Iterator[Draft]:
    """Yield the dates said in words where a birth is spoken of: with a month's name, or in numbers alone."""
    script = scene.script
    for start, end in _likely_spans(scene, month_names(scene.language.code)):
        support = scene.cues.support(Type.DATE_OF_BIRTH.value, start, end, 0.5)
        if support is None:
            continue
        first, last, spoken = around_month(scene, start, end)
        if (first, last) != (start, end):
            evidence = (Evidence("pattern", "date in words", 0.35), support)
            value = script.said(first, last)
            yield Draft(Type.DATE_OF_BIRTH, ((first, last),), "date in words", spoken, value, evidence)
    for place, piece in enumerate(scene.pieces):
        if scene.taken(piece) or Type.DATE_OF_BIRTH.value not in scene.expected(place):
            continue
        born = _birth(piece)
        support = scene.cues.support(Type.DATE_OF_BIRTH.value, piece.start, piece.end, 0.5)
        signed = any(group.before.sign in (".", "/", "-") for group in piece.groups) and not piece.spoken
        if born is not None and support is not None and not signed:
            scene.take(piece, len(piece.groups))
            evidence = (Evidence("pattern", "date in numbers", 0.3), support)
            yield _draft(Type.DATE_OF_BIRTH, piece, "date in numbers", born, evidence)


@cache
def _numbered(code: str) -> Pattern | None:
    """Return the pattern of a day and a month that are both said as ordinals: "de dertigste van de zesde"."""
    spoken = language(code)
    months = [word for word, number in spoken.ordinals.items() if number <= _MONTHS]
    if not months:
        return None
    of = words(spoken.of | spoken.joiners)
    return Pattern(rf"{words(spoken.ordinals)}(?: {of}){{0,3}} {words(months)}")


def _numbered_births(scene: Scene) -> Iterator[Draft]:
    """Yield the days whose month is said as a number, where a birth is spoken of, with the year behind them."""
    script, pattern = scene.script, _numbered(scene.language.code)
    if pattern is None:
        return
    for start, end in pattern.spans(script.data):
        support = scene.cues.support(Type.DATE_OF_BIRTH.value, start, end, 0.5)
        if support is None:
            continue
        last = end
        for _, stop, raw in _words(scene, end, min(script.ends[script.turn(end)], end + _REACH)):
            if _date_word(raw, scene.language) in ("word", "figures"):
                last = stop - (len(raw) - len(raw.rstrip(",.?!")))
            elif raw.strip(",") not in scene.language.of:
                break
        evidence = (Evidence("pattern", "date in ordinals", 0.35), support)
        yield Draft(Type.DATE_OF_BIRTH, ((start, last),), "date in ordinals", True, script.said(start, last), evidence)


def around_month(scene: Scene, start: int, end: int) -> tuple[int, int, bool]:
    """Widen a month's name over the day and the year said beside it."""
    script, spoken = scene.script, scene.language
    turn = script.turn(start)
    first, last, in_words = start, end, False
    passed = 0
    for begin, _, raw in reversed(_words(scene, max(script.starts[turn], start - 40), start)):
        kind = _date_word(raw, spoken)
        if kind == "of":
            passed += 1
            continue
        if not kind or passed > 2:
            break
        first, in_words = begin, in_words or kind == "word"
    if first < start and f" {script.said(max(script.starts[turn], first - len(_ARTICLE)), first)}".endswith(_ARTICLE):
        first -= len(_ARTICLE) - 1  # "the ninth of March", as the written form has it
    for _, stop, raw in _words(scene, end, min(script.ends[turn], end + 70)):
        kind = _date_word(raw, spoken)
        if kind == "of":
            continue
        if not kind:
            break
        last, in_words = stop - (len(raw) - len(raw.rstrip(",.?!"))), in_words or kind == "word"
    return first, last, in_words


def _date_word(raw: str, spoken: Language) -> str:
    """Say what a word beside a month is: "figures", "word", "of", or "" for what is no part of a date."""
    word = raw.strip(",.?!:-")
    if not word or word in spoken.of or word in spoken.joiners:
        return "of"
    if word[0].isdigit() and len(word) <= 5:
        return "figures"
    known = (spoken.numbers, spoken.ordinals, spoken.hundred, spoken.thousand)
    parts = word.split("-")
    return "word" if all(any(part in words for words in known) for part in parts) else ""


def _birth(piece: Piece) -> str | None:
    """Read groups of numbers as a day: ISO, day-month-year or, where that is none, month first; None if it is none."""
    digits = piece.digits
    sizes = [len(group.digits) for group in piece.groups]
    if len(piece.groups) == 3 and max(sizes[:2]) <= 2 and sizes[2] in (2, 4):
        day, month, year = (group.digits for group in piece.groups)
        options = [(year, month, day), (year, day, month)]
    elif len(digits) == 8:
        options = [(digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])]
        options.append((digits[4:], digits[:2], digits[2:4]))
    elif len(digits) == 6:
        options = [(digits[4:], digits[2:4], digits[:2]), (digits[:2], digits[2:4], digits[4:])]
        options.append((digits[4:], digits[:2], digits[2:4]))
    elif len(digits) in (5, 7):
        year = digits[-2:] if len(digits) == 5 else digits[-4:]
        head = digits[: 3 if len(digits) == 5 or len(digits) == 7 else 4]
        options = [(year, head[1:], head[:1]), (year, head[2:], head[:2])]
    else:
        return None
    for year, month, day in options:
        full = full_year(int(year), len(year))
        if 1880 < full < 2100 and checks.calendar(full, int(month), int(day)):
            return f"{full:04}-{int(month):02}-{int(day):02}"
    return None
