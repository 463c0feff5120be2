"""Masking what a review found doubtful, in the released copies: sound, words and sheet are written anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO, cast

from django.db import transaction
from django.utils import timezone

from callward.copies import FLAC, JSON
from callward.engine import audio, pii
from callward.engine.errors import Error
from callward.engine.transcripts import Transcript, dump_transcript, redact_turns, stretch_of
from callward.sheet import Found, Masked, Place, Sheet, dump_sheet
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls import items, opening
from callward.web.calls.destroying import finish
from callward.web.calls.lines import rules_of
from callward.web.calls.models import Call, Item
from callward.web.calls.sealing import Placed, SealedShelf
from callward.web.core.objects import object_store

MASK = "[MASKED]"
REVIEW = "REVIEW"  # the type of what a person masked: no recognizer named it
IN_REVIEW = "in-review"  # and its category
_MAY_HOLD_PAYMENT = frozenset({"payment_residual"})
_ORIGINALS = frozenset({ItemKind.RECORDING_ORIGINAL.value, ItemKind.TRANSCRIPT_ORIGINAL.value})


class MaskError(Error):
    """Masking did not do what it should: ``mask_incomplete``."""


def mask_doubts(call: Call, actor: Party) -> None:
    """Mask every doubtful stretch and every doubtful turn of the released copies. Does nothing the second time.

    Where card data was in doubt the kept originals are destroyed: they hold the same words. The new copies are searched
    and held against what was to be written before they take the place of the old ones.

    Raises ``MaskError``, ``AudioError``.
    """
    sheet, transcript = opening.sheet_of(call), opening.transcript_of(call)
    if sheet is None or not sheet.doubts:
        return
    turns = {doubt.turn for doubt in sheet.doubts if doubt.turn is not None}
    stretches = _stretches(sheet, transcript, turns)
    with SealedShelf(call.controller_id, object_store()) as shelf:
        recording = opening.item_of(call, ItemKind.RECORDING_REDACTED)
        if recording is not None and stretches:
            stretches = _mask_sound(call, recording, stretches, shelf)
        if transcript is not None:
            told = _mask_words(transcript, turns)
            with shelf.writer(ItemKind.TRANSCRIPT_REDACTED, JSON) as target:
                target.write(dump_transcript(told))
            if any(finding.type in rules_of(call.line).operators for finding in pii.residual(_talk(told, call))):
                raise MaskError("mask_incomplete", "the second search still finds something after masking")
        with shelf.writer(ItemKind.SHEET, JSON) as target:
            target.write(dump_sheet(_masked_sheet(sheet, stretches, turns)))
        placed = shelf.place()
    old = [item for item in call.items.all() if item.kind in {made.kind.value for made in placed}]
    if _MAY_HOLD_PAYMENT & {doubt.code for doubt in sheet.doubts}:
        old += [item for item in call.items.all() if item.kind in _ORIGINALS]
    _exchange(call, placed, old, actor)


def _stretches(sheet: Sheet, transcript: Transcript | None, turns: Iterable[int]) -> list[audio.Stretch]:
    found = [
        audio.Stretch(doubt.start, doubt.end, doubt.channels)
        for doubt in sheet.doubts
        if doubt.start is not None and doubt.end is not None
    ]
    return [*found, *(_stretch(sheet, transcript, number) for number in turns if transcript is not None)]


def _stretch(sheet: Sheet, transcript: Transcript, number: int) -> audio.Stretch:
    """Say where a turn sounds; without times it may be anywhere between those around it that have some."""
    turn = transcript.turns[number]
    where = stretch_of(turn, 0, len(turn.text)) if turn.text else None
    if where is not None:
        return audio.Stretch(*where)
    before = [turn.end for turn in transcript.turns[:number] if turn.end is not None]
    after = [turn.start for turn in transcript.turns[number + 1 :] if turn.start is not None]
    return audio.Stretch(max(before, default=0), max(min(after, default=sheet.frames), max(before, default=0) + 1))


def _mask_sound(call: Call, item: Item, stretches: list[audio.Stretch], shelf: SealedShelf) -> list[audio.Stretch]:
    """Write the recording anew and give the windows that were filled."""
    rules = rules_of(call.line)
    with opening.open_item(call, item) as sealed:
        reader = audio.open_audio(cast("BinaryIO", sealed))
        info = reader.info
        windows = audio.pad(stretches, rate=info.rate, frames=info.frames, pad_ms=rules.pad_ms)
        masker = audio.Masker(windows, rules.fill, rate=info.rate, channels=info.channels)
        with (
            shelf.writer(ItemKind.RECORDING_REDACTED, FLAC) as target,
            audio.FlacWriter(target, info.rate, info.channels) as writer,
        ):
            for block in reader.blocks():
                writer.write(masker.mask(block))
    with shelf.reader(ItemKind.RECORDING_REDACTED) as written:
        # Raises AudioError where the new copy does not hold what was to be written.
        audio.verify_masked(
            audio.open_audio(written).blocks(),
            windows,
            rules.fill,
            rate=info.rate,
            channels=info.channels,
            frames=info.frames,
        )
    return list(windows)


def _talk(transcript: Transcript, call: Call) -> pii.Conversation:
    turns = tuple(pii.Turn(pii.About(turn.speaker.value), turn.text.replace(MASK, " ")) for turn in transcript.turns)
    return pii.Conversation(turns, call.language, tuple(call.line.countries))


def _mask_words(transcript: Transcript, turns: Iterable[int]) -> Transcript:
    doubted = set(turns)
    return redact_turns(
        transcript,
        [
            (MASK, [(0, len(turn.text), 0, len(MASK))]) if number in doubted and turn.text else (turn.text, [])
            for number, turn in enumerate(transcript.turns)
        ],
    )


def _masked_sheet(sheet: Sheet, stretches: list[audio.Stretch], turns: set[int]) -> Sheet:
    masks = [Masked(stretch.start, stretch.end, stretch.channels, IN_REVIEW, REVIEW, None) for stretch in stretches]
    findings = [
        replace(found, places=tuple(place for place in found.places if place.turn not in turns))
        for found in sheet.findings
    ]
    findings += [
        Found(REVIEW, IN_REVIEW, "unknown", 1.0, "review", spoken=False, places=(Place(turn, 0, len(MASK), 0),))
        for turn in sorted(turns)
    ]
    ordered = tuple(sorted((*sheet.masks, *masks), key=lambda mask: mask.start))
    return replace(sheet, masks=ordered, findings=tuple(findings), doubts=())


def _exchange(call: Call, placed: list[Placed], old: list[Item], actor: Party) -> None:
    """Put the new items in the place of the old ones; what a crash leaves of those is destroyed by the replay."""
    with items.taken_back_unless_kept(call.controller_id, placed) as kept:
        items.keep_keys(call.controller_id, call.person_id, placed)
        with transaction.atomic():
            intents = items.exchange(call, placed, old, actor, because="masked_in_review", now=timezone.now())
            audit.record(
                "recording.masked_further",
                actor=actor,
                resource=call,
                controller=call.controller_id,
                facts={"items": len(placed)},
            )
        kept.pop_all()
    finish(intents)
