"""Playing a recording: ranges, who may hear, and silence once the key is gone."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import cast

import numpy as np
import pytest
import soundfile
from calls_at_work import CARD, HARMLESS, IN_DOUBT, RATE, Said, take, wav
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from callward.shelf import ItemKind
from callward.web.audit.models import Entry
from callward.web.calls import opening
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.keys import vault

pytestmark = pytest.mark.django_db

Cast = dict[str, Client]


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, CARD)


def _address(call: Call, name: str = "recording") -> str:
    return reverse(f"calls:{name}", args=[call.id])


def _whole(call: Call) -> bytes:
    data = opening.read_item(call, ItemKind.RECORDING_REDACTED)
    assert data is not None
    return data


def _body(client: Client, call: Call, wanted: str = "") -> tuple[int, bytes, str]:
    response = client.get(_address(call), headers={"Range": wanted} if wanted else {})
    body = b""
    if response.streaming:
        body = b"".join(cast("Iterable[bytes]", cast("StreamingHttpResponse", response).streaming_content))
    return response.status_code, body, response.get("Content-Range", "")


def test_the_whole_recording_is_flac_of_the_length_and_rate_that_came_in(cast: Cast, call: Call) -> None:
    response = cast["agent"].get(_address(call))
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined] # it streams
    assert response["Content-Type"] == "audio/flac"
    assert response["Accept-Ranges"] == "bytes"
    assert int(response["Content-Length"]) == len(data)
    assert "no-store" in response["Cache-Control"]
    sound, rate = soundfile.read(io.BytesIO(data), dtype="int16")
    assert (rate, len(sound)) == (RATE, 6 * RATE)


def test_what_was_masked_is_silent_on_both_channels_and_the_rest_is_as_it_came(cast: Cast, call: Call) -> None:
    _, data, _ = _body(cast["agent"], call)
    sound, _ = soundfile.read(io.BytesIO(data), dtype="int16")
    came, _ = soundfile.read(io.BytesIO(wav(CARD)), dtype="int16")
    assert not sound[int(1.8 * RATE) : int(3.8 * RATE)].any()
    assert np.array_equal(sound[: int(1.6 * RATE)], came[: int(1.6 * RATE)])
    assert np.array_equal(sound[int(4.1 * RATE) :], came[int(4.1 * RATE) :])


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, None),
        ("bytes=100-199", 100, 200),
        ("bytes=-1", -1, None),
        ("bytes=-500", -500, None),
        ("bytes=10-99999999", 10, None),
    ],
)
def test_a_range_gives_exactly_its_bytes(cast: Cast, call: Call, wanted: str, start: int, stop: int | None) -> None:
    whole = _whole(call)
    status, body, told = _body(cast["agent"], call, wanted)
    first, end = range(len(whole))[start], len(whole) if stop is None else stop
    assert status == HTTPStatus.PARTIAL_CONTENT
    assert body == whole[start:stop]
    assert told == f"bytes {first}-{end - 1}/{len(whole)}"


def test_the_last_byte_alone_can_be_asked_for(cast: Cast, call: Call) -> None:
    whole = _whole(call)
    last = len(whole) - 1
    assert _body(cast["agent"], call, f"bytes={last}-{last}")[:2] == (HTTPStatus.PARTIAL_CONTENT, whole[-1:])


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0"])
def test_a_range_outside_the_recording_is_told_its_size(cast: Cast, call: Call, wanted: str) -> None:
    status, body, told = _body(cast["agent"], call, wanted)
    assert (status, body) == (HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b"")
    assert told == f"bytes */{len(_whole(call))}"


@pytest.mark.parametrize(
    "wanted", ["bytes=5-2", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,4-5", "bytes=\u0661-\u0662", "x" * 999]
)
def test_a_range_that_is_not_understood_gets_the_whole(cast: Cast, call: Call, wanted: str) -> None:
    status, body, told = _body(cast["agent"], call, wanted.encode().decode("latin-1"))
    assert (status, told) == (HTTPStatus.OK, "")
    assert body == _whole(call)


def test_head_tells_the_length_and_opens_nothing(cast: Cast, call: Call) -> None:
    response = cast["agent"].head(_address(call))
    assert int(response["Content-Length"]) == len(_whole(call))
    assert not b"".join(response.streaming_content)  # type: ignore[attr-defined] # it streams


def test_at_most_a_few_segments_of_a_long_recording_are_in_memory(care_line: Line) -> None:
    loud = np.random.default_rng(1).integers(-3000, 3000, (RATE * 240, 2), dtype=np.int16)
    target = io.BytesIO()
    soundfile.write(target, loud, RATE, format="WAV", subtype="PCM_16")
    call = take(care_line, HARMLESS, sound=target.getvalue())
    item = opening.item_of(call, ItemKind.RECORDING_REDACTED)
    assert item is not None
    assert item.size > 4 * 1024**2
    tracemalloc.start()
    try:
        for piece in opening.stream(call, item, 0, item.size):
            assert len(piece) <= 1024**2
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1024**2


def test_once_the_key_is_gone_there_is_nothing_to_hear(cast: Cast, call: Call) -> None:
    item = opening.item_of(call, ItemKind.RECORDING_REDACTED)
    assert item is not None
    vault.delete_data_key(call.controller_id, item.id)
    assert _body(cast["agent"], call)[:2] == (HTTPStatus.GONE, b"")


def test_a_stream_falls_silent_within_seconds_of_an_erasure(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    item = opening.item_of(call, ItemKind.RECORDING_REDACTED)
    assert item is not None
    monkeypatch.setattr(opening, "_ANEW_S", -1.0)
    pieces = opening.stream(call, item, 0, item.size)
    vault.delete_data_key(call.controller_id, item.id)
    with pytest.raises(vault.KeyGone):
        next(pieces)


def test_another_controller_finds_no_such_recording(stranger: Client, call: Call) -> None:
    assert stranger.get(_address(call)).status_code == HTTPStatus.NOT_FOUND


def test_what_is_in_review_is_heard_by_reviewers_alone(cast: Cast, care_line: Line) -> None:
    call = take(care_line, IN_DOUBT)
    assert call.state == Call.State.IN_REVIEW
    heard = {role: client.get(_address(call)).status_code for role, client in cast.items()}
    assert heard == {
        "supervisor": HTTPStatus.OK,
        "dpo": HTTPStatus.OK,
        "agent": HTTPStatus.FORBIDDEN,
        "auditor": HTTPStatus.FORBIDDEN,
        "security": HTTPStatus.FORBIDDEN,
        "administrator": HTTPStatus.FORBIDDEN,
    }


@pytest.mark.parametrize("wanted", ["dana_svensson", "a b", "x" * 999, "legal_duty"])
@pytest.mark.parametrize("text", [CARD, IN_DOUBT], ids=["released", "in review"])
def test_what_is_no_purpose_of_the_call_is_refused_and_stands_in_no_ledger(
    cast: Cast, care_line: Line, text: Sequence[Said], wanted: str
) -> None:
    call = take(care_line, text)
    assert cast["supervisor"].get(_address(call), {"for": wanted}).status_code == HTTPStatus.FORBIDDEN
    assert _sent(call) == []
    assert not [entry for entry in Entry.objects.all() if wanted.encode() in bytes(entry.body)]


def test_before_its_release_a_recording_is_sent_for_no_purpose(cast: Cast, care_line: Line) -> None:
    call = take(care_line, IN_DOUBT)
    assert cast["supervisor"].get(_address(call), {"for": "quality"}).status_code == HTTPStatus.OK
    [entry] = Entry.objects.filter(action="recording.sent", resource_id=str(call.id))
    assert json.loads(bytes(entry.body))["purpose"] is None


def test_the_original_is_sent_to_nobody_who_has_not_opened_it(cast: Cast, call: Call) -> None:
    answers = {role: client.get(_address(call, "original")).status_code for role, client in cast.items()}
    assert set(answers.values()) == {HTTPStatus.FORBIDDEN}


def test_a_call_of_words_alone_has_no_recording(cast: Cast, call: Call) -> None:
    Item.objects.filter(call=call, kind=ItemKind.RECORDING_REDACTED).delete()
    assert cast["agent"].get(_address(call)).status_code == HTTPStatus.NOT_FOUND


def _sent(call: Call) -> list[str]:
    entries = Entry.objects.filter(action="recording.sent", resource_id=str(call.id))
    return [entry.actor_kind for entry in entries]


def test_sound_that_goes_out_is_on_the_record_whoever_asks_and_however(cast: Cast, call: Call) -> None:
    _body(cast["agent"], call, "bytes=100-199")
    assert _sent(call) == ["staff"]


def test_the_ranges_of_one_listening_are_one_entry(cast: Cast, call: Call) -> None:
    for wanted in ("", "bytes=0-", "bytes=10-20"):
        _body(cast["agent"], call, wanted)
    assert len(_sent(call)) == 1
    _body(cast["supervisor"], call)
    assert len(_sent(call)) == 2


def test_a_question_about_the_recording_sends_nothing_and_records_nothing(cast: Cast, call: Call) -> None:
    assert cast["agent"].head(_address(call)).status_code == HTTPStatus.OK
    assert _sent(call) == []
