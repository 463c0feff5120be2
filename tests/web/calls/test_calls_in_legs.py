"""A vCon of several recordings is taken in as one call: masked where its legs lie, once, with nothing passed over."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest
from calls_at_work import CARD, HARMLESS, RATE, Said, vtt, wav

from callward.engine.audio import open_audio
from callward.intake import IntakeOptions, discover, given
from callward.shelf import ItemKind
from callward.web.calls import opening
from callward.web.calls.ingesting import Ingest, Report, Result
from callward.web.calls.models import Call
from callward.web.core.models import Line

pytestmark = pytest.mark.django_db

UUID = "019f15a6-a752-826f-b9a2-279e0d16bc46"
CHAT = [
    {"type": "text", "start": "2026-07-01T10:00:01Z", "parties": party, "encoding": "none", "body": body}
    for party, body in (
        (0, "What is the security code on the back?"),
        (1, "473"),
        (0, "And your password?"),
        (1, "bluebird"),
    )
]
FILM = {"type": "recording", "start": "2026-07-01T10:00:00Z", "mediatype": "video/webm", "body": "AAAA"}


def _leg(number: int, said: Sequence[Said]) -> dict[str, object]:
    """Six seconds, the second leg two seconds behind the first."""
    body = base64.urlsafe_b64encode(wav(said)).decode().rstrip("=")
    start = f"2026-07-01T10:00:{number * 8:02}Z"
    return {"type": "recording", "start": start, "parties": [[0], [1]], "encoding": "base64url", "body": body}


def _transcript(number: int, said: Sequence[Said]) -> dict[str, object]:
    body = [{"speaker": one.who, "text": one.text, "start": one.start, "end": one.end} for one in said]
    return {"type": "transcript", "vendor": "x", "dialog": number, "encoding": "json", "body": body}


def _take(line: Line, folder: Path, *others: object, words: Sequence[object], legs: int = 2) -> Report:
    return _taken(line, folder, [*[_leg(0, HARMLESS), _leg(1, CARD)][:legs], *others], words)


def _taken(line: Line, folder: Path, dialogs: Sequence[object], words: Sequence[object]) -> Report:
    vcon = {
        "uuid": UUID,
        "created_at": "2026-07-02T00:00:00Z",
        "extensions": ["CC"],
        "parties": [{"role": "agent"}, {"role": "customer", "tel": "+447700900123"}],
        "dialog": dialogs,
        "analysis": words,
    }
    (folder / "call.vcon.json").write_bytes(orjson.dumps(vcon))
    [source] = discover([folder])
    return Ingest(line.controller, IntakeOptions(given({"line": line.slug}))).take(source)


def _sound(recording: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    return np.concatenate(list(open_audio(io.BytesIO(recording)).blocks()))


def _both() -> list[object]:
    return [_transcript(0, HARMLESS), _transcript(1, CARD)]


def test_a_card_in_the_second_leg_is_masked_where_that_leg_lies(care_line: Line, tmp_path: Path) -> None:
    report = _take(care_line, tmp_path, words=_both())
    assert (report.result, report.state, report.reasons) == (Result.TAKEN_IN, Call.State.RELEASED, ())
    call = Call.objects.get()
    assert (call.frames, call.channels, call.turns) == (14 * RATE, 2, 5)
    heard = opening.read_item(call, ItemKind.RECORDING_REDACTED)
    assert heard is not None
    sound, first, second = _sound(heard), _sound(wav(HARMLESS)), _sound(wav(CARD))
    start, end = round((8 + 1.8 - 0.15) * RATE), round((8 + 3.8 + 0.15) * RATE)
    assert not sound[start:end].any()
    # The fades outside the mask take 5 ms.
    assert np.array_equal(sound[: 6 * RATE], first)
    assert np.array_equal(sound[8 * RATE : start - 40], second[: start - 40 - 8 * RATE])
    assert np.array_equal(sound[end + 40 :], second[end + 40 - 8 * RATE :])
    again = _take(care_line, tmp_path, words=_both())
    assert (again.result, again.call) == (Result.DUPLICATE, call.id)
    assert Call.objects.count() == 1


def test_messages_beside_recordings_are_in_no_copy_and_a_person_is_told(care_line: Line, tmp_path: Path) -> None:
    for legs in (_both()[:1], _both()):
        report = _take(care_line, tmp_path, *CHAT, words=legs, legs=len(legs))
        assert (report.result, report.state) == (Result.TAKEN_IN, Call.State.IN_REVIEW)
        assert report.reasons == ("dialog_left_out",)
        assert report.call is not None
        call = Call.objects.get(id=report.call)
        kinds = {ItemKind(kind) for kind in call.items.values_list("kind", flat=True)}
        assert not kinds & {ItemKind.NOTE_ORIGINAL, ItemKind.NOTE_REDACTED}
        sound = {ItemKind.RECORDING_ORIGINAL, ItemKind.RECORDING_REDACTED}
        for kind in kinds - sound:
            copy = opening.read_item(call, kind)
            assert copy is not None
            assert b"the security code on the back" not in copy
            assert b"bluebird" not in copy


def test_what_lacks_words_or_was_left_out_waits_for_a_person(care_line: Line, tmp_path: Path) -> None:
    report = _take(care_line, tmp_path, FILM, words=_both()[:1])
    assert report.state == Call.State.IN_REVIEW
    assert report.reasons == ("speech_without_words", "recording_without_words", "dialog_left_out")


def _later(line: Line, folder: Path, said: Sequence[Said]) -> Report:
    """Words that come when the call waits for them, under its id."""
    (folder / "call.vcon.json").unlink()
    (folder / "words.vtt").write_bytes(vtt(said))
    (folder / "words.call.json").write_bytes(orjson.dumps({"id": UUID, "line": line.slug}))
    [source] = discover([folder])
    return Ingest(line.controller, IntakeOptions()).take(source)


def test_what_was_left_out_is_remembered_while_a_call_waits_for_its_words(care_line: Line, tmp_path: Path) -> None:
    waiting = _take(care_line, tmp_path, FILM, words=())
    assert waiting.state == Call.State.WAITS_FOR_TRANSCRIPT
    assert waiting.reasons == ("dialog_left_out", "several_recordings")
    completed = _later(care_line, tmp_path, HARMLESS)
    assert (completed.call, completed.state) == (waiting.call, Call.State.IN_REVIEW)
    assert {"words_by_id", "dialog_left_out"} <= set(completed.reasons)


def test_words_that_come_later_have_no_times_on_recordings_that_were_joined(care_line: Line, tmp_path: Path) -> None:
    assert _take(care_line, tmp_path, words=()).reasons == ("several_recordings",)
    # As where the telephone system laid the two recordings together without the silence between them.
    second = [replace(one, start=one.start + 6, end=one.end + 6) for one in CARD]
    completed = _later(care_line, tmp_path, [*HARMLESS, *second])
    # Nobody knows where the card lies: no copy for listeners is made, and the other is held for a day.
    assert completed.state == Call.State.HELD
    assert {"words_by_id", "several_recordings", "not_located"} <= set(completed.reasons)
    assert opening.item_of(Call.objects.get(), ItemKind.RECORDING_REDACTED) is None


def test_a_card_on_one_of_two_sides_that_may_lie_otherwise_is_not_released(care_line: Line, tmp_path: Path) -> None:
    both = _sound(wav(CARD))
    # The caller's stream begins half a second later, within the same second.
    streams = both[:, 0], both[RATE // 2 :, 1]
    sides = [{**_leg(0, CARD), "parties": party, "body": _one_channel(sound)} for party, sound in enumerate(streams)]
    report = _taken(care_line, tmp_path, sides, [{**_transcript(0, CARD), "dialog": [0, 1]}])
    assert (report.result, report.state) == (Result.TAKEN_IN, Call.State.HELD)
    assert {"not_located", "sides_not_aligned"} <= set(report.reasons)
    assert opening.item_of(Call.objects.get(), ItemKind.RECORDING_REDACTED) is None


def _one_channel(sound: np.ndarray[tuple[int], np.dtype[np.int16]]) -> str:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.astype("<i2").tobytes())
    return base64.urlsafe_b64encode(target.getvalue()).decode().rstrip("=")
