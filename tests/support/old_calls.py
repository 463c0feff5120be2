"""Calls as an older version kept them: nothing was found in their words and sound, so everything stands in them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from calls_at_work import HARMLESS, RATE, Said, take, vtt, wav
from django.db import transaction
from django.utils import timezone

from callward.engine import audio, transcripts
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.calls import items, opening
from callward.web.calls.destroying import finish
from callward.web.calls.models import Call
from callward.web.calls.sealing import SealedShelf
from callward.web.core.models import Line
from callward.web.core.objects import object_store

_WORDS = (ItemKind.TRANSCRIPT_ORIGINAL, ItemKind.TRANSCRIPT_REDACTED)
_SOUND = (ItemKind.RECORDING_ORIGINAL, ItemKind.RECORDING_REDACTED)


def keep_as_it_came(line: Line, said: Sequence[Said], *, seconds: float = 6.0, phone: str = "+447700900123") -> Call:
    """Take a harmless call in, and put these words and their sound, unmasked, in the place of its own."""
    call = take(line, HARMLESS, seconds=seconds, phone=phone)
    sound, words = wav(said, seconds), vtt(said)
    put(call, words, sound)
    return Call.objects.get(id=call.id)


def put(call: Call, words: bytes | None, sound: bytes | None) -> None:
    """Replace the words, the sound or both of every copy of a call by these, unmasked."""
    with SealedShelf(call.controller_id, object_store()) as shelf:
        if words is not None:
            transcript = transcripts.parse_transcript(words, rate=RATE)
            for kind in _WORDS:
                with shelf.writer(kind, "application/json") as target:
                    target.write(transcripts.dump_transcript(transcript))
        if sound is not None:
            for kind in _SOUND:
                reader = audio.open_audio(io.BytesIO(sound))
                with shelf.writer(kind, "audio/flac") as target, audio.FlacWriter(target, RATE, 2) as writer:
                    for block in reader.blocks():
                        writer.write(block)
        placed = shelf.place()
    items.keep_keys(call.controller_id, call.person_id, placed)
    replaced = {one.kind.value for one in placed}
    with transaction.atomic():
        old = list(call.items.filter(kind__in=replaced))
        intents = items.exchange(call, placed, old, audit.SYSTEM, because="completed", now=timezone.now())
    finish(intents)


def add_text(call: Call, kind: ItemKind, mediatype: str, data: bytes) -> None:
    """Keep a text with a call as it is."""
    with SealedShelf(call.controller_id, object_store()) as shelf:
        with shelf.writer(kind, mediatype) as target:
            target.write(data)
        placed = shelf.place()
    items.keep_keys(call.controller_id, call.person_id, placed)
    items.keep_rows(call, placed, timezone.now())


def text_of(call: Call, kind: ItemKind) -> str:
    """The words of a copy, a line a turn."""
    transcript = opening.transcript_of(Call.objects.get(id=call.id), kind)
    assert transcript is not None
    return "\n".join(turn.text for turn in transcript.turns)


def loudest(call: Call, kind: ItemKind, start: float, end: float) -> int:
    """The loudest sample of a copy between two seconds."""
    fresh = Call.objects.get(id=call.id)
    item = opening.item_of(fresh, kind)
    assert item is not None
    with opening.open_item(fresh, item) as sealed:
        info = audio.open_audio(sealed)
        whole = np.concatenate(list(info.blocks()))
    return int(abs(whole[int(start * RATE) : int(end * RATE)].astype("int32")).max())
