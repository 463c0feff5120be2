"""Names spelled letter by letter, and the words that they spell."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from callward.engine.pii.codes import KINDS
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.numerals import Gap
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.spelling import Run, Sign

_LEAST = 3  # letters of a name that somebody asked for, or that is also said
_LEAST_ALONE = 5  # letters of one that nothing else points to
_SEARCHED = 400  # bytes of a long turn beside the spelling
_TURNS = 2  # how far from the spelling its word is said
_ALIKE = 0.8
_BESIDE = 24  # characters between a name and its spelling
_TIED = (Type.PERSON, Type.CITY, Type.ADDRESS, Type.ORGANISATION)
_CODES = frozenset(Type(kind) for kind in KINDS)
_RULE = "spelled name"
ABBREVIATIONS = frozenset(
    (
        "abn", "adsl", "anwb", "aol", "asap", "atm", "bbc", "bic", "bmw", "bsn", "bt", "btw", "cd", "ceo", "cnp",
        "cpu", "cvc", "cvv", "dhcp", "dhl", "diy", "dns", "dvd", "dvla", "dwp", "ee", "esim", "eta", "eu", "eur",
        "faq", "gbp", "gps", "hdmi", "hmrc", "hp", "hr", "html", "http", "https", "iban", "ibm", "imei", "ing", "it",
        "itv", "kfc", "kpn", "kvk", "lcd", "led", "lte", "mms", "mot", "nfc", "nhs", "pc", "pdf", "pin", "puk", "ram",
        "ron", "sek", "sim", "sms", "ssd", "ssn", "tv", "uk", "ups", "url", "us", "usa", "usb", "usd", "vat", "vdsl",
        "vpn", "vw", "wifi", "wlan", "www"
    )
)  # fmt: skip
"""What is said letter by letter and is nobody's name."""


def find_spelled_names(scene: Scene, found: list[Draft]) -> list[Draft]:
    """Find names that are spelled out; ``found`` are the drafts so far, which say what a spelled word is."""
    drafts: list[Draft] = []
    for run in scene.runs(KINDS):
        signs = _letters(run)
        if len("".join(sign.text for sign in signs)) >= _LEAST:
            drafts += _name(scene, run, signs, found)
    return drafts


def _letters(run: Run) -> list[Sign]:
    """Return the longest row of single letters of the run, without ordinary words at its beginning."""
    best: list[Sign] = []
    row: list[Sign] = []
    for sign in run.signs:
        spelled = sign.letters and sign.spoken
        if not spelled or (sign.gap == Gap.LISTED and len(sign.text) > 1):
            row = []
        if spelled and (row or not sign.weak or sign.start == run.start):
            row.append(sign)
        if len(row) > len(best):
            best = list(row)
    return best


def _name(scene: Scene, run: Run, signs: list[Sign], found: list[Draft]) -> Iterator[Draft]:
    spelled = "".join(sign.text for sign in signs)
    code = any(spelled in draft.value.lower() and not draft.value.isalpha() for draft in found if draft.type in _CODES)
    if code or spelled[signs[0].weak :] in ABBREVIATIONS:
        return
    for last in range(len(signs), _LEAST - 2, -1):
        if last < len(signs) and signs[last].gap == Gap.PLAIN:
            continue
        part = signs[:last]
        word = _said(scene, run.turn, part)
        if word is not None:
            asked = scene.cues.support(Type.PERSON.value, part[0].start, part[-1].end, 0.4)
            kind = Type.PERSON if asked else _kind(found, word)
            evidence = (Evidence("pattern", _RULE, 0.4), Evidence("echo", "the word itself", 0.4))
            yield _draft(kind, part, evidence)
            if kind is Type.PERSON:
                yield Draft(kind, (word,), _RULE, False, scene.original(*word), evidence)
            return
    support = scene.cues.support(Type.PERSON.value, signs[0].start, signs[-1].end, 0.4)
    beside = any(
        draft.type is Type.PERSON and (0 <= signs[0].start - end <= _BESIDE or 0 <= start - signs[-1].end <= _BESIDE)
        for draft in found
        for start, end in draft.places
    )
    alone = (
        sum(len(sign.text) for sign in signs) >= _LEAST_ALONE and sum(sign.weak for sign in signs) <= len(signs) // 2
    )
    if support is not None or beside or alone:
        reason = support or Evidence("context", "beside a name", 0.4 if beside else 0.15)
        yield _draft(Type.PERSON, signs, (Evidence("pattern", _RULE, 0.4), reason))


def _said(scene: Scene, here: int, signs: list[Sign]) -> tuple[int, int] | None:
    """Return the place of the word that is spelled, in the same turn or beside it, the nearest first."""
    script = scene.script
    spelled = "".join(sign.text for sign in signs)
    if len(spelled) < _LEAST:
        return None
    turns = range(max(0, here - _TURNS), min(len(script.starts), here + _TURNS + 1))
    for turn in sorted(turns, key=lambda turn: abs(turn - here)):
        position = max(script.starts[turn], (script.ends[turn] if turn < here else signs[0].start) - _SEARCHED)
        until = min(script.ends[turn], (script.starts[turn] if turn > here else signs[-1].end) + _SEARCHED)
        for raw in script.said(position, max(position, until)).split(" "):
            word = raw.strip(".,?!;:()'\"")
            start = position + raw.find(word) if word else position
            position += len(raw) + 1
            if len(word) >= _LEAST and not signs[0].start <= start < signs[-1].end and _alike(word, spelled):
                return start, start + len(word)
    return None


def _alike(word: str, spelled: str) -> bool:
    if word == spelled or (word.startswith(spelled) and len(word) - len(spelled) <= _LEAST):
        return True
    if word[0] != spelled[0] or abs(len(word) - len(spelled)) > 1 or min(len(word), len(spelled)) <= _LEAST + 1:
        return False
    return SequenceMatcher(None, word, spelled, autojunk=False).ratio() >= _ALIKE


def _kind(found: list[Draft], word: tuple[int, int]) -> Type:
    """Return what the word is that was spelled: a town or a street if it was found to be one, else a name."""
    for draft in found:
        if draft.type in _TIED and any(start < word[1] and word[0] < end for start, end in draft.places):
            return draft.type
    return Type.PERSON


def _draft(kind: Type, signs: list[Sign], evidence: tuple[Evidence, ...]) -> Draft:
    spelled = "".join(sign.text for sign in signs)
    return Draft(kind, ((signs[0].start, signs[-1].end),), _RULE, True, spelled.capitalize(), evidence)
