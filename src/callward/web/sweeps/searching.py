"""Searching what is kept of a call again: its words, its sound, its labels and its texts, each copy by itself.

A sweep never takes a mask away. It reads a copy as it stands, with every label that redaction left struck out, and
what it finds there is what still stands there. Payment data is looked for in every copy, by the same two grades as at
intake (design section 4): what is located is masked, and where it is only suspected whole turns are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from callward import plan
from callward.engine import pii, transcripts
from callward.engine.audio import AudioError
from callward.engine.envelope import EnvelopeError
from callward.engine.transcripts import Transcript, TranscriptError
from callward.listening import Sound, listen
from callward.plan import PAYMENT, Copy, Doubt, Rules
from callward.sheet import Sheet, SheetError
from callward.shelf import ItemKind
from callward.web.calls import opening
from callward.web.calls.arrivals import without_cards
from callward.web.calls.facts import open_facts
from callward.web.calls.lines import needs_keys, rules_of
from callward.web.calls.models import Call, Item
from callward.web.core.objects import ObjectError
from callward.web.core.rules import ALWAYS_MASKED
from callward.web.keys.vault import KeyGone
from callward.web.people import finding
from callward.web.sweeps import texts, words, written
from callward.web.sweeps.containers import tags_of
from callward.web.sweeps.models import Sweep

LABELS = "labels"  # what names a call outside Callward: id, agent, name of the file
# What is found beside the types of detection; the last is said in a recording, and no word tells where.
TONES, TAGS, UNPLACED = "TONES", "TAGS", "UNPLACED"
_UNREADABLE = (AudioError, EnvelopeError, ObjectError, SheetError, TranscriptError)
_OWN = frozenset(kind.value for kind in ItemKind if kind.value.startswith(("recording.", "transcript.", "sheet")))


@dataclass(frozen=True, slots=True)
class Side:
    """The items that make one copy of a call."""

    words: ItemKind
    sound: ItemKind


ORIGINAL = Side(ItemKind.TRANSCRIPT_ORIGINAL, ItemKind.RECORDING_ORIGINAL)
RELEASED = Side(ItemKind.TRANSCRIPT_REDACTED, ItemKind.RECORDING_REDACTED)


@dataclass(frozen=True, slots=True)
class Searched:
    """One copy, searched; ``copy`` is what must go."""

    side: Side
    transcript: Transcript | None
    talk: pii.Conversation | None
    sound: Sound | None
    copy: Copy
    doubts: tuple[Doubt, ...] = ()
    tags: int = 0  # what the recording's file carries beside sound

    @property
    def changes(self) -> bool:
        return bool(self.copy.findings or self.copy.masks or self.tags)


@dataclass(slots=True)
class Look:
    """What one look at a call found. ``unopened`` names the items that could not be searched, with the reason."""

    rules: Rules
    sides: list[Searched] = field(default_factory=list)
    sheet: Sheet | None = None
    labels: dict[str, str] | None = None  # as they should be, where they should change
    texts: list[texts.Rewritten] = field(default_factory=list)
    searched: Counter[str] = field(default_factory=Counter)
    unopened: dict[str, str] = field(default_factory=dict)
    found: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def doubts(self) -> list[Doubt]:
        return [doubt for side in self.sides for doubt in side.doubts]

    @property
    def changes(self) -> bool:
        return any(side.changes for side in self.sides) or self.labels is not None or bool(self.texts)

    def count(self, kind: str, found: Iterable[str]) -> None:
        counts = Counter(found)
        if counts:
            self.found[kind] = self.found.get(kind, Counter()) + counts


def look_at(call: Call, kind: str, items: Collection[str], opened: ExitStack) -> Look:
    """Search a call. ``items`` are the kinds to be searched, none meaning all; ``opened`` closes what was opened."""
    look = Look(_rules(call))
    wanted = frozenset(items)
    heal = kind == Sweep.Kind.HEAL
    released = PAYMENT | ALWAYS_MASKED if heal else PAYMENT | look.rules.operators.keys()
    for side, types in ((ORIGINAL, PAYMENT), (RELEASED, released)):
        if not wanted or {side.words.value, side.sound.value} & wanted:
            searched = _search(call, side, frozenset(types), look, opened, tones=heal)
            if searched is not None:
                look.sides.append(searched)
    if any(side.changes or side.doubts for side in look.sides):
        look.sheet = _sheet(call, look)
    if heal and not wanted:
        _search_labels(call, look)
    for item in call.items.all():
        if item.kind not in _OWN and (not wanted or item.kind in wanted):
            of_text = released if item.kind.endswith(".redacted") else PAYMENT
            _search_text(call, item, frozenset(of_text), look)
    return look


def _rules(call: Call) -> Rules:
    seed = ""
    if needs_keys(call.line):
        try:
            seed = finding.open_column(call.person, "seed")
        except KeyGone:
            seed = ""  # erased, and only what is held is left: pseudonyms of theirs are nobody's now
    return rules_of(call.line, seed)


def _search(
    call: Call, side: Side, types: frozenset[pii.Type], look: Look, opened: ExitStack, *, tones: bool
) -> Searched | None:
    transcript = _words(call, side.words, look)
    if transcript is None and side is ORIGINAL:
        # The original words may have had their time before the sound: the released ones have the same places.
        transcript = _words(call, RELEASED.words, look, counted=False)
        side_words = None
    else:
        side_words = transcript
    talk = plan.conversation(transcript, look.rules) if transcript else None
    bare = words.bare_talk(talk) if talk else None
    found, doubts = words.find(bare, types, look.rules) if bare else ((), ())
    if not tones and not found and not doubts:
        return None
    sound, tags = _sound(call, side.sound, look, opened)
    look.count(side.sound.value, [TAGS] * tags)
    if side_words is not None:
        look.count(side.words.value, (words.told(one) for one in found))
    copy = Copy(found, (), ())
    if transcript is not None:
        copy = plan.copy_of(found, transcript, sound, look.rules)
    elif sound is not None:
        copy = Copy((), tuple(plan.Mask(stretch, pii.Type.PAYMENT_CARD, None) for stretch in sound.keyed), ())
    if sound is not None:
        copy = plan.with_echoes(copy, sound)
        look.count(side.sound.value, (_heard(mask, copy) for mask in copy.masks))
        look.count(side.sound.value, [UNPLACED] * len(copy.unplaced))
    return Searched(side, side_words, talk, sound, copy, doubts, tags)


def _heard(mask: plan.Mask, copy: Copy) -> str:
    return TONES if mask.finding is None else words.told(copy.findings[mask.finding])


def _words(call: Call, kind: ItemKind, look: Look, *, counted: bool = True) -> Transcript | None:
    item = opening.item_of(call, kind)
    if item is None:
        return None
    try:
        with opening.open_item(call, item) as reader:
            transcript = transcripts.load_transcript(reader.readall())
    except (*_UNREADABLE, KeyGone) as fault:
        look.unopened[kind.value] = _reason(fault)
        return None
    look.searched[kind.value] += counted
    return transcript


def _sound(call: Call, kind: ItemKind, look: Look, opened: ExitStack) -> tuple[Sound | None, int]:
    item = opening.item_of(call, kind)
    if item is None:
        return None, 0
    try:
        reader = cast("BinaryIO", opened.enter_context(opening.open_item(call, item)))
        tags = tags_of(reader)
        sound = listen(reader)
    except (*_UNREADABLE, KeyGone) as fault:
        look.unopened[kind.value] = _reason(fault)
        return None, 0
    look.searched[kind.value] += 1
    return sound, tags


def _sheet(call: Call, look: Look) -> Sheet | None:
    try:
        return opening.sheet_of(call)
    except (*_UNREADABLE, KeyGone) as fault:
        look.unopened[ItemKind.SHEET.value] = _reason(fault)
        return None


def _search_labels(call: Call, look: Look) -> None:
    try:
        told = open_facts(call)
    except (EnvelopeError, KeyGone) as fault:
        look.unopened[LABELS] = _reason(fault)
        return
    if not told:
        return
    look.searched[LABELS] += 1
    clean = {name: without_cards(value) for name, value in told.items()}
    if clean != told:
        look.labels = clean
        look.count(LABELS, (pii.Type.PAYMENT_CARD.value for name in told if told[name] != clean[name]))


def _search_text(call: Call, item: Item, types: frozenset[pii.Type], look: Look) -> None:
    """Search an item that is a text of any kind: a note, a form, a conversation container."""
    wanted = written.Wanted(types, look.rules, call.language)
    try:
        with opening.open_item(call, item) as reader:
            rewritten = texts.rewrite(item, reader.readall(), lambda told: written.search(told, wanted))
    except texts.TextError as fault:
        look.unopened[item.kind] = fault.code
        return
    except (EnvelopeError, ObjectError, KeyGone) as fault:
        look.unopened[item.kind] = _reason(fault)
        return
    look.searched[item.kind] += 1
    if rewritten.found:
        look.texts.append(rewritten)
        look.count(item.kind, rewritten.found.elements())


def _reason(fault: Exception) -> str:
    """Say why an item could not be searched; raises the fault where the store as a whole does not answer."""
    if isinstance(fault, ObjectError) and fault.unanswered:
        raise fault
    if isinstance(fault, KeyGone):
        return "erased"
    return str(getattr(fault, "code", "unreadable"))
