"""The main job: one call in; what may be kept of it, redacted, verified and sealed, out.

Parse, detect, find keyed tones, apply the line's rules, redact words and sound, verify, seal. Committing the result
with its ledger entries is the platform's part. It fails closed in two grades (design section 4): payment data that
is suspected but not located is masked by whole turns, and sound in which it cannot be masked is held for a day and
destroyed; anything else that fails a check is kept sealed, not released, and waits in review with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from callward import copies, plan, verification
from callward.engine import audio, pii, transcripts
from callward.listening import Sound, listen
from callward.plan import Copy, Doubt, Rules
from callward.shelf import ItemKind, Shelf

_TEXT_ONLY_RATE = 8000  # the time base of a transcript that comes without sound


class State(StrEnum):
    """Where a call stands after the main job."""

    RELEASED = "released"
    IN_REVIEW = "in_review"
    WAITS_FOR_TRANSCRIPT = "waits_for_transcript"
    HELD = "held"  # its sound may hold payment data that nobody could locate: a person decides within a day


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call as it came: a seekable recording, a way to read its transcript at a sample rate, or both."""

    recording: BinaryIO | None
    transcript: Callable[[int], transcripts.Transcript] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the main job did, without content: what the platform commits and the ledger records."""

    state: State
    doubts: tuple[Doubt, ...]
    info: audio.AudioInfo | None
    turns: int
    words: int
    timing: transcripts.Timing | None
    language: str | None
    categories: dict[pii.Category, int]  # classes of the call, with the findings of the released copy
    keyed: int  # tones keyed by the caller
    masks: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of all doubts, each once, in order."""
        return tuple(dict.fromkeys(doubt.code for doubt in self.doubts))


def process(call: Incoming, rules: Rules, shelf: Shelf, step: Callable[[str], None] = lambda name: None) -> Outcome:
    """Run the main job on one call; ``step`` is told the name of each step as it begins.

    Raises the engines' ``Error`` when the input is refused; what is on the shelf then must not be kept.
    """
    # 1. Listen: one pass over the sound finds its length, keyed tones and speech.
    step("listen")
    sound = listen(call.recording) if call.recording else None
    if call.transcript is None:
        return _without_words(call, sound, rules, shelf)

    # 2. Read: every format becomes one transcript, held against the length of the sound.
    step("read")
    transcript = call.transcript(sound.info.rate if sound else _TEXT_ONLY_RATE)
    if sound:
        transcripts.check_against(transcript, sound.info.frames)

    # 3. Detect, as a conversation; where a card is suspected but not located, whole turns are taken.
    step("detect")
    talk = plan.conversation(transcript, rules)
    found = pii.detect(talk)
    payment = tuple(finding for finding in found if finding.type in plan.PAYMENT)
    left = verification.payment_left(copies.as_conversation(talk, pii.redact(talk, payment)))
    blanked = plan.suspected(talk, {*pii.payment_suspicions(talk, found), *left})

    # 4. The line's rules: what is taken out of which copy, in words and in sound. No rule keeps payment data.
    step("plan")
    ruled = plan.swallow([f for f in found if f.type in plan.PAYMENT or f.type in rules.operators], blanked)
    payment = plan.swallow(payment, blanked)
    kept = plan.copy_of(payment, transcript, sound, rules)
    released = plan.copy_of(ruled, transcript, sound, rules)

    # 5. Redact and seal the words, and search them again.
    step("words")
    words = copies.write_transcript(ItemKind.TRANSCRIPT_REDACTED, talk, transcript, released, rules, shelf)
    whole = copies.write_transcript(ItemKind.TRANSCRIPT_ORIGINAL, talk, transcript, kept, rules, shelf)
    doubts = [Doubt(plan.SUSPECTED, turn=finding.spans[0].turn) for finding in blanked]
    doubts += verification.check_language(talk)
    doubts += verification.check_text(copies.as_conversation(talk, whole), copies.as_conversation(talk, words), rules)

    # 6. Mask and seal the sound, and listen to it again.
    step("sound")
    hold = False
    if sound and call.recording:
        released = plan.with_echoes(released, sound)
        hold = any(kept.findings[number].type in plan.PAYMENT for number in kept.unplaced)
        doubts += verification.check_places(transcript, released, sound)
        doubts += _write_sound(call, sound, kept, released, rules, shelf, hold=hold)
    if not rules.keep_original:
        shelf.discard(ItemKind.TRANSCRIPT_ORIGINAL)

    copies.write_sheet(shelf, sound, released, words, doubts)
    state = State.HELD if hold and rules.keep_original else State.IN_REVIEW if doubts else State.RELEASED
    return _outcome(state, doubts, sound, transcript, pii.call_classes(talk, released.findings), len(released.masks))


def _write_sound(
    call: Incoming, sound: Sound, kept: Copy, released: Copy, rules: Rules, shelf: Shelf, *, hold: bool
) -> list[Doubt]:
    """Seal the copies of the sound that may be kept, and verify each by decoding it again."""
    wanted: list[tuple[ItemKind, Copy]] = []
    if not released.unplaced:
        wanted.append((ItemKind.RECORDING_REDACTED, released))
    if rules.keep_original:
        wanted.append((ItemKind.RECORDING_ORIGINAL, kept))
    copies.write_recordings(sound, wanted, rules, shelf)
    doubts: list[Doubt] = []
    for kind, copy in wanted:
        if kind is ItemKind.RECORDING_ORIGINAL and not copy.masks:
            continue  # nothing was to be masked, and FLAC is lossless: there is nothing to hold it against
        faults = list(verification.check_sound(shelf, kind, copy, sound, rules))
        if faults and kind is ItemKind.RECORDING_ORIGINAL and not hold:
            shelf.discard(kind)  # it may still hold keyed or spoken card data: no hold keeps that
        doubts += faults
    return doubts


def _without_words(call: Incoming, sound: Sound | None, rules: Rules, shelf: Shelf) -> Outcome:
    """Seal a recording that came alone, without its keyed tones, until somebody gives it a transcript."""
    if sound is None or call.recording is None:
        raise transcripts.TranscriptError("call_empty", "there is neither a recording nor a transcript")
    copy = Copy((), tuple(plan.Mask(stretch, pii.Type.PAYMENT_CARD, None) for stretch in sound.keyed), ())
    copies.write_recordings(sound, [(ItemKind.RECORDING_ORIGINAL, copy)], rules, shelf)
    doubts: list[Doubt] = []
    if copy.masks:
        doubts += verification.check_sound(shelf, ItemKind.RECORDING_ORIGINAL, copy, sound, rules)
    copies.write_sheet(shelf, sound, copy, None, doubts)
    # Tones that may still be in it may be card data: it is held for a day, and is no use to a transcriber.
    state = State.HELD if doubts else State.WAITS_FOR_TRANSCRIPT
    return _outcome(state, doubts, sound, None, {}, len(copy.masks))


def _outcome(
    state: State,
    doubts: Iterable[Doubt],
    sound: Sound | None,
    transcript: transcripts.Transcript | None,
    classes: dict[pii.Category, int],
    masks: int,
) -> Outcome:
    turns = transcript.turns if transcript else ()
    return Outcome(
        state=state,
        doubts=tuple(doubts),
        info=sound.info if sound else None,
        turns=len(turns),
        words=sum(len(turn.words) for turn in turns),
        timing=transcript.timing if transcript else None,
        language=transcript.language if transcript else None,
        categories=classes,
        keyed=sound.keyed_count if sound else 0,
        masks=masks,
    )
