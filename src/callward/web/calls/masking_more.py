"""Masking what a review found doubtful, in the released copies: sound, words and sheet are written anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO, cast

from django.db import transaction
from django.utils import timezone

from callward.copies import FLAC, JSON
from callward.engine import audio
from callward.engine.transcripts import Transcript, dump_transcript, redact_turns, stretch_of
from callward.sheet import Found, Masked, Place, Sheet, dump_sheet
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls import opening
from callward.web.calls.destroying import destroy_items
from callward.web.calls.lines import rules_of
from callward.web.calls.models import Call, Item
from callward.web.calls.sealing import Placed, SealedShelf
from callward.web.core.objects import object_store
from callward.web.keys import vault

MASK = "[MASKED]"
REVIEW = "REVIEW"  # the type of what a person masked: no recognizer named it
IN_REVIEW = "in-review"  # and its category
_MAY_HOLD_PAYMENT = frozenset({"payment_residual"})
_ORIGINALS = frozenset({ItemKind.RECORDING_ORIGINAL.value, ItemKind.TRANSCRIPT_ORIGINAL.value})


def mask_doubts(call: Call, actor: Party) -> None:
    """Mask every doubtful stretch and every doubtful turn of the released copies. Does nothing the second time.

    Where card data was in doubt the kept originals are destroyed: they hold the same words.
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
        with shelf.writer(ItemKind.SHEET, JSON) as target:
            target.write(dump_sheet(_masked_sheet(sheet, stretches, turns)))
        placed = shelf.place()
    originals = [item for item in call.items.all() if item.kind in _ORIGINALS]
    _exchange(call, placed, actor)
    if _MAY_HOLD_PAYMENT & {doubt.code for doubt in sheet.doubts}:
        destroy_items(call, originals, actor, because="may_hold_payment")


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
    return list(windows)


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


def _exchange(call: Call, placed: list[Placed], actor: Party) -> None:
    """Put the new items in the place of the old ones, then destroy the old ones."""
    kinds = {item.kind.value for item in placed}
    old = [item for item in call.items.all() if item.kind in kinds]
    vault.keep_data_keys(call.controller_id, call.person_id, {item.id: item.key for item in placed})
    with transaction.atomic():
        Item.objects.filter(id__in=[item.id for item in old]).delete()
        now = timezone.now()
        Item.objects.bulk_create(
            Item(
                id=item.id,
                call=call,
                kind=item.kind.value,
                mediatype=item.mediatype,
                object_name=item.object_name,
                size=item.size,
                created_at=now,
            )
            for item in placed
        )
        audit.record(
            "recording.masked_further",
            actor=actor,
            resource=call,
            controller=call.controller_id,
            facts={"items": len(placed)},
        )
    destroy_items(call, old, actor, because="replaced")
