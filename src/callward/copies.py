"""Writing the copies that are kept: the original without payment data, and the redacted one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace

from callward.engine import audio, pii, transcripts
from callward.listening import Sound
from callward.plan import Copy, Doubt, Rules
from callward.sheet import Doubted, Found, Masked, Place, Sheet, dump_sheet
from callward.shelf import ItemKind, Shelf

FLAC = "audio/flac"
JSON = "application/json"


def write_transcript(
    kind: ItemKind,
    talk: pii.Conversation,
    transcript: transcripts.Transcript,
    copy: Copy,
    rules: Rules,
    shelf: Shelf,
) -> pii.Redacted:
    """Redact the words of one copy, carry their times over, and put the transcript on the shelf."""
    redacted = pii.redact(talk, copy.findings, rules.operators, key=rules.pseudonym_key, caller_key=rules.caller_key)
    edits = [
        (text, [(edit.start, edit.end, edit.new_start, edit.new_end) for edit in made])
        for text, made in zip(redacted.texts, redacted.edits, strict=True)
    ]
    told = transcripts.redact_turns(transcript, edits)
    with shelf.writer(kind, JSON) as target:
        target.write(transcripts.dump_transcript(told))
    return redacted


def write_recordings(sound: Sound, copies: Iterable[tuple[ItemKind, Copy]], rules: Rules, shelf: Shelf) -> None:
    """Write the copies of the sound in one pass, each FLAC at the input rate with its stretches masked.

    The original too is written anew: a file holds more than sound that anybody has listened to - comments, tags,
    further chunks - and card data in those would be kept unseen.
    """
    info = sound.info
    with ExitStack() as stack:
        lanes: list[tuple[audio.Masker, audio.FlacWriter]] = []
        for kind, copy in copies:
            target = stack.enter_context(shelf.writer(kind, FLAC))
            writer = stack.enter_context(audio.FlacWriter(target, info.rate, info.channels))
            lanes.append((audio.Masker(copy.stretches, rules.fill, rate=info.rate, channels=info.channels), writer))
        if not lanes:
            return
        for block in sound.blocks():
            for masker, writer in lanes:
                writer.write(masker.mask(block))


def write_sheet(
    shelf: Shelf, sound: Sound | None, released: Copy, words: pii.Redacted | None, doubts: Iterable[Doubt]
) -> None:
    """Say on the sheet what was found and masked where, what is in doubt, and how the sound looks."""
    places: dict[int, list[Place]] = {}
    for number, edits in enumerate(words.edits if words else ()):
        for edit in edits:
            found = places.setdefault(edit.finding, [])
            found.append(Place(number, edit.new_start, edit.new_end, len(found)))
    sheet = Sheet(
        rate=sound.info.rate if sound else 0,
        channels=sound.info.channels if sound else 0,
        frames=sound.info.frames if sound else 0,
        peaks=sound.peaks if sound else (),
        masks=tuple(
            Masked(
                mask.stretch.start,
                mask.stretch.end,
                mask.stretch.channels,
                pii.category(mask.type).value,
                mask.type.value,
                mask.finding,
            )
            for mask in released.masks
        ),
        findings=tuple(
            Found(
                finding.type.value,
                pii.category(finding.type).value,
                finding.about.value,
                round(finding.score, 3),
                finding.rule,
                finding.spoken,
                tuple(places.get(number, ())),
            )
            for number, finding in enumerate(released.findings)
        ),
        doubts=tuple(
            Doubted(
                doubt.code,
                doubt.turn,
                doubt.stretch.start if doubt.stretch else None,
                doubt.stretch.end if doubt.stretch else None,
                doubt.stretch.channels if doubt.stretch else None,
            )
            for doubt in doubts
        ),
        keyed=sound.keyed_count if sound else 0,
    )
    with shelf.writer(ItemKind.SHEET, JSON) as target:
        target.write(dump_sheet(sheet))


def as_conversation(talk: pii.Conversation, redacted: pii.Redacted) -> pii.Conversation:
    """Give the redacted words as a conversation, to be searched again."""
    turns = tuple(replace(turn, text=text) for turn, text in zip(talk.turns, redacted.texts, strict=True))
    return replace(talk, turns=turns)
