"""A vCon with several recordings opens as one call, every recording and its words in their place."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import numpy as np
import orjson
import pytest
from sounds import Sound, encoded, noise, wav_bytes

from callward.engine.audio import open_audio
from callward.engine.errors import Error
from callward.engine.transcripts import Speaker, Timing, Transcript
from callward.engine.vcon import hash_of
from callward.intake import IntakeOptions, LoadedCall, discover, given, load_call

RATE = 8000
UUID = "019f15a6-a752-826f-b9a2-279e0d16bc46"
# Callers are on the left of the first leg and on the right of the second.
FIRST, SECOND = noise(2 * RATE, 2), noise(3 * RATE, 2, seed=2)
LEFT, RIGHT = noise(2 * RATE, seed=3), noise(2 * RATE, seed=4)
PARTIES = [{"role": "customer"}, {"role": "agent"}, {"role": "supervisor"}]


def _recording(sound: Sound, start: str | None, parties: object, **members: object) -> dict[str, object]:
    body = base64.urlsafe_b64encode(wav_bytes(sound)).decode().rstrip("=")
    return {
        "type": "recording",
        "start": start,
        "parties": parties,
        "mediatype": "audio/x-wav",
        **({} if "url" in members else {"body": body, "encoding": "base64url"}),
        **members,
    }


def _said(dialog: object, *pieces: tuple[str, str, float, float]) -> dict[str, object]:
    body = [{"speaker": who, "text": text, "start": start, "end": end} for who, text, start, end in pieces]
    return {"type": "transcript", "vendor": "x", "dialog": dialog, "encoding": "json", "body": body}


def _two_legs() -> list[dict[str, object]]:
    return [
        _recording(SECOND, "2026-07-01T10:00:05Z", [[1], [0]]),
        _recording(FIRST, "2026-07-01T10:00:00Z", [[0], [1]]),
    ]


def _two_sides() -> list[dict[str, object]]:
    return [
        _recording(LEFT, "2026-07-01T10:00:00.250Z", [0]),
        _recording(RIGHT, "2026-07-01T10:00:00.750Z", 1),
    ]


def _in_whole_seconds(dialogs: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**dialog, "start": "2026-07-01T10:00:00Z"} for dialog in dialogs]


def _load(folder: Path, dialogs: list[dict[str, object]], *analyses: object) -> LoadedCall:
    _write(folder, dialogs, *analyses)
    (source,) = discover([folder])
    return load_call(source)


def _write(folder: Path, dialogs: list[dict[str, object]], *analyses: object) -> None:
    vcon = {"uuid": UUID, "created_at": "2026-07-02T00:00:00Z", "extensions": ["CC"], "parties": PARTIES}
    document = orjson.dumps({**vcon, "dialog": dialogs, "analysis": analyses})
    (folder / "call.vcon.json").write_bytes(document)


def _sound(call: LoadedCall) -> Sound:
    assert call.recording is not None
    reader = open_audio(call.recording)
    assert reader.info.rate == RATE
    return np.concatenate(list(reader.blocks()))


def _words(call: LoadedCall) -> Transcript:
    assert call.transcript is not None
    return call.transcript(RATE)


def _placed(call: LoadedCall) -> list[tuple[str, Speaker, int | None, int | None, int | None]]:
    return [(turn.text, turn.speaker, turn.channel, turn.start, turn.end) for turn in _words(call).turns]


def test_legs_follow_each_other_as_they_began_and_the_agent_keeps_a_channel(tmp_path: Path) -> None:
    second = _said([0], ("agent", "Second.", 0.5, 1.0))
    first = _said(1, ("customer", "First.", 1.0, 1.5))
    with _load(tmp_path, _two_legs(), second, first) as call:
        sound = _sound(call)
        assert len(sound) == 8 * RATE  # two seconds, three of silence, three
        assert np.array_equal(sound[: 2 * RATE], FIRST)
        assert not sound[2 * RATE : 5 * RATE].any()
        assert np.array_equal(sound[5 * RATE :], SECOND[:, ::-1])
        assert call.facts.agent_channel == 1
        assert call.facts.external_id == UUID
        assert str(call.facts.started_at) == "2026-07-01 10:00:00+00:00"
        assert call.doubts == ()
        assert _placed(call) == [
            ("First.", Speaker.CALLER, 0, 8000, 12_000),
            ("Second.", Speaker.AGENT, 1, 44_000, 48_000),
        ]


@pytest.mark.parametrize(("later", "silence"), [("10:00:01", 1), ("10:00:02", 1), ("11:00:00", 10), (None, 1)])
def test_the_silence_between_legs_is_bounded(tmp_path: Path, later: str | None, silence: int) -> None:
    dialogs = _two_legs()[::-1]
    dialogs[1]["start"] = later and f"2026-07-01T{later}Z"
    with _load(tmp_path, dialogs) as call:
        assert len(_sound(call)) == (2 + silence + 3) * RATE
        assert call.transcript is None


def test_two_sides_of_a_leg_are_the_channels_of_one_recording(tmp_path: Path) -> None:
    right = _said(1, ("speaker_0", "Right.", 0.5, 1.0))
    left = _said(0, ("speaker_0", "Left.", 0.5, 1.0), ("agent", "Beside.", 1.0, 1.5))
    with _load(tmp_path, _two_sides(), right, left) as call:
        sound = _sound(call)
        assert len(sound) == 2.5 * RATE
        assert np.array_equal(sound[: 2 * RATE, :1], LEFT)
        assert np.array_equal(sound[RATE // 2 :, 1:], RIGHT)
        assert call.facts.agent_channel == 1
        assert _placed(call) == [
            ("Left.", Speaker.CALLER, 0, 4000, 8000),
            ("Beside.", Speaker.AGENT, None, 8000, 12_000),
            ("Right.", Speaker.AGENT, 1, 8000, 12_000),
        ]


def test_words_of_both_sides_count_from_the_start_of_the_leg(tmp_path: Path) -> None:
    both = _said([0, 1], ("customer", "Left.", 0.5, 1.0), ("agent", "Right.", 1.0, 1.5))
    with _load(tmp_path, _two_sides(), both) as call:
        assert _placed(call) == [
            ("Left.", Speaker.CALLER, 0, 4000, 8000),
            ("Right.", Speaker.AGENT, 1, 8000, 12_000),
        ]
        assert call.doubts == ()


def test_words_of_both_sides_have_no_times_where_a_start_is_in_whole_seconds(tmp_path: Path) -> None:
    both = _said([0, 1], ("customer", "Left.", 0.5, 1.0), ("agent", "Right.", 1.0, 1.5))
    for dialogs in (_in_whole_seconds(_two_sides()), [_two_sides()[0], *_in_whole_seconds(_two_sides()[1:])]):
        with _load(tmp_path, dialogs, both) as call:
            assert _placed(call) == [
                ("Left.", Speaker.CALLER, None, None, None),
                ("Right.", Speaker.AGENT, None, None, None),
            ]
            assert call.doubts == ("sides_not_aligned",)


def test_words_of_one_side_keep_their_times_but_for_those_of_somebody_else(tmp_path: Path) -> None:
    left = _said(0, ("customer", "Left.", 0.5, 1.0), ("agent", "Beside.", 1.0, 1.5), ("customer", "More.", 1.5, 2.0))
    with _load(tmp_path, _in_whole_seconds(_two_sides()), left) as call:
        assert _placed(call) == [
            ("Left.", Speaker.CALLER, 0, 4000, 8000),
            ("Beside.", Speaker.AGENT, None, None, None),
            ("More.", Speaker.CALLER, 0, 12_000, 16_000),
        ]
        assert call.doubts == ("sides_not_aligned",)


def test_parties_on_one_channel_are_legs_and_no_sides(tmp_path: Path) -> None:
    dialogs = [_recording(LEFT, "2026-07-01T10:00:00Z", [0, 1]), _recording(RIGHT, "2026-07-01T10:00:00Z", [0, 2])]
    said = _said(1, ("agent", "Right.", 0.5, 1.0))
    with _load(tmp_path, dialogs, said) as call:
        assert _sound(call).shape == (5 * RATE, 1)
        assert _placed(call) == [("Right.", Speaker.AGENT, None, 28_000, 32_000)]
        assert call.doubts == ("recording_without_words",)


def test_a_leg_of_one_channel_beside_one_of_two_is_masked_on_both(tmp_path: Path) -> None:
    dialogs = [_two_legs()[1], _recording(LEFT, "2026-07-01T10:00:02Z", [0, 1])]
    said = [_said(0, ("agent", "First.", 0.5, 1.0)), _said(1, ("agent", "Second.", 0.5, 1.0))]
    with _load(tmp_path, dialogs, *said) as call:
        assert np.array_equal(_sound(call)[3 * RATE :], np.repeat(LEFT, 2, axis=1))
        assert [turn.channel for turn in _words(call).turns] == [1, None]


def test_a_channel_that_no_leg_tells_is_the_lines(tmp_path: Path) -> None:
    dialogs = [{**dialog, "parties": [0, 1]} for dialog in _two_legs()]
    _write(tmp_path, dialogs, _said(0, ("agent", "Second.", 0.5, 1.0)))
    (source,) = discover([tmp_path])
    with load_call(source, IntakeOptions(given({"agent_channel": "0"}))) as call:
        assert np.array_equal(_sound(call)[5 * RATE :], SECOND)
        assert [turn.channel for turn in _words(call).turns] == [0]


def test_words_of_several_legs_at_once_have_no_times(tmp_path: Path) -> None:
    for named in ([0, 1], []):
        with _load(tmp_path, _two_legs(), _said(named, ("agent", "Somewhere.", 0.5, 1.0))) as call:
            (turn,) = _words(call).turns
            assert (turn.text, turn.timing, turn.channel, turn.start) == ("Somewhere.", Timing.NONE, None, None)
            assert call.doubts == ()


def test_words_of_a_leg_of_its_own_go_before_words_of_all(tmp_path: Path) -> None:
    every = _said([], ("agent", "Everything.", 0.5, 1.0))
    with _load(tmp_path, _two_legs(), every, _said(0, ("agent", "Second.", 0.5, 1.0))) as call:
        assert [turn.text for turn in _words(call).turns] == ["Second."]
        assert call.doubts == ("recording_without_words",)


def test_a_transcript_beside_the_vcon_has_no_times_either(tmp_path: Path) -> None:
    (tmp_path / "call.vtt").write_bytes(b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Agent>Hello\n")
    with _load(tmp_path, _two_legs(), _said(0, ("agent", "Second.", 0.5, 1.0))) as call:
        (turn,) = _words(call).turns
        assert (turn.text, turn.timing) == ("Hello", Timing.NONE)


def test_words_begin_early_enough_where_the_delay_of_an_mp3_was_assumed(tmp_path: Path) -> None:
    dialogs = []
    for number in range(2):
        sound = encoded(tmp_path, LEFT, RATE, "leg.mp3", "-write_xing", "0")
        body = base64.urlsafe_b64encode(sound).decode().rstrip("=")
        dialogs.append(_recording(LEFT, f"2026-07-01T10:00:{number * 5:02}Z", [0, 1], body=body))
    for name in ("leg.mp3", "source.wav"):
        (tmp_path / name).unlink()
    with _load(tmp_path, dialogs, _said(1, ("agent", "Here.", 0.1, 0.5), ("agent", "There.", 0.5, 1.0))) as call:
        leg = 5 * RATE
        assert _placed(call) == [
            ("Here.", Speaker.AGENT, None, leg, leg + 4000),
            ("There.", Speaker.AGENT, None, leg + 4000 - 1105, leg + 8000),
        ]


def test_words_behind_the_end_of_their_leg_are_refused(tmp_path: Path) -> None:
    with _load(tmp_path, _two_legs(), _said(1, ("agent", "Late.", 2.0, 4.0))) as call:
        with pytest.raises(Error) as refused:
            _words(call)
        assert refused.value.code == "transcript_beyond_audio"


def test_recordings_beside_the_vcon_belong_to_it_and_all_must_be_there(tmp_path: Path) -> None:
    dialogs = []
    for number, sound in enumerate((LEFT, RIGHT)):
        told = {"url": f"https://example.com/{number}", "content_hash": hash_of(wav_bytes(sound))}
        dialogs.append(_recording(sound, f"2026-07-01T10:00:0{number * 3}Z", [0, 1], filename=f"{number}.wav", **told))
        (tmp_path / f"{number}.wav").write_bytes(wav_bytes(sound))
    _write(tmp_path, dialogs)
    (source,) = discover([tmp_path])
    assert set(source.files) == {tmp_path / name for name in ("call.vcon.json", "0.wav", "1.wav")}
    with load_call(source) as call:
        assert np.array_equal(_sound(call)[3 * RATE :], RIGHT)
    (tmp_path / "1.wav").unlink()
    with pytest.raises(Error) as refused:
        _load(tmp_path, dialogs)
    assert refused.value.code == "recording_elsewhere"


def test_the_same_vcon_is_the_same_input(tmp_path: Path) -> None:
    digests = set()
    for _ in range(2):
        with _load(tmp_path, _two_legs()) as call:
            _sound(call)
            digests.add(hashlib.sha256(b"".join(call.identity())).digest())
    with _load(tmp_path, _two_legs()[::-1]) as call:
        digests.add(hashlib.sha256(b"".join(call.identity())).digest())
    assert len(digests) == 2


def test_what_holds_no_content_leaves_nothing_out(tmp_path: Path) -> None:
    dialogs: list[dict[str, object]] = [*_two_legs(), {"type": "transfer", "start": "2026-07-01T10:00:03Z"}]
    with _load(tmp_path, dialogs) as call:
        assert (call.written, call.doubts) == ((), ())


@pytest.mark.parametrize(
    "other",
    [
        {"type": "text", "parties": 0, "body": "My street is\nOak Lane 4", "encoding": "none"},
        {"type": "text", "mediatype": "text/html", "body": "<p>", "encoding": "none"},
        {"type": "text", "url": "https://example.com/x", "content_hash": hash_of(b"x")},
        {"type": "recording", "mediatype": "video/webm", "body": "AAAA", "encoding": "base64url"},
    ],
)
def test_what_is_left_out_of_a_call_is_said(tmp_path: Path, other: dict[str, object]) -> None:
    for dialogs in (_two_legs(), _two_legs()[:1]):
        with _load(tmp_path, [*dialogs, {"start": "2026-07-01T10:00:01Z", **other}]) as call:
            assert (call.written, call.doubts) == ((), ("dialog_left_out",))


def test_too_many_and_broken_recordings_are_refused(tmp_path: Path) -> None:
    tiny = _recording(noise(80), "2026-07-01T10:00:00Z", [0, 1])
    broken = {**tiny, "body": "AAAA"}
    for dialogs, code in (([tiny] * 101, "vcon_too_large"), ([tiny, broken], "audio_unknown_format")):
        with pytest.raises(Error) as refused:
            _load(tmp_path, dialogs)
        assert refused.value.code == code
