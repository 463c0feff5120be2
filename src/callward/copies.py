"""Writing the copies that are kept: the original without payment data, and the redacted one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace

from callward.engine import audio, pii, transcripts
from callward.listening import Sound
from callward.plan import Copy, Rules
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
    redacted = pii.redact(talk, copy.findings, rules.operators, key=rules.pseudonym_key)
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


def as_conversation(talk: pii.Conversation, redacted: pii.Redacted) -> pii.Conversation:
    """Give the redacted words as a conversation, to be searched again."""
    turns = tuple(replace(turn, text=text) for turn, text in zip(talk.turns, redacted.texts, strict=True))
    return replace(talk, turns=turns)
