"""Hostile transcripts are refused with one code each, or repaired where that is harmless."""

from __future__ import annotations

import contextlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.transcripts import TranscriptError, check_against, parse_transcript

RATE = 8000


def _segment(*words: tuple[str, float, float], **fields: object) -> bytes:
    timed = [{"word": f" {text}", "start": start, "end": end} for text, start, end in words]
    return orjson.dumps({"segments": [{"text": "".join(f" {word[0]}" for word in words), "words": timed, **fields}]})


def _cue(start: str, end: str) -> bytes:
    return f"WEBVTT\n\n{start} --> {end}\nhello\n".encode()


REFUSED = {
    "empty file": (b"", "transcript_empty"),
    "only spaces": (b" \n\t ", "transcript_empty"),
    "not UTF-8": (b'{"segments": "\xff\xfe"}', "transcript_encoding"),
    "0xFF garbage": (b"\xff" * 1000, "transcript_encoding"),
    "UTF-16": ("WEBVTT\n".encode("utf-16"), "transcript_encoding"),
    "nested": (b'{"segments":' + b"[" * 100_000, "transcript_too_deep"),
    "NaN": (b'{"segments":[{"start":NaN}]}', "transcript_number"),
    "Infinity": (b'{"segments":[{"start":-Infinity}]}', "transcript_number"),
    "huge number": (b'{"segments":[{"start":1e999}]}', "transcript_number"),
    "far future": (_segment(("a", 1e9, 2e9)), "transcript_number"),
    "cut JSON": (b'{"segments":[{"start":1', "transcript_json"),
    "lone surrogate": (b'{"segments":"\\ud800"}', "transcript_json"),
    "unknown JSON": (b'{"hello":1}', "transcript_format_unknown"),
    "unknown text": (b"Dear all,\nhello", "transcript_format_unknown"),
    "negative time": (_segment(("a", -1.0, 2.0)), "transcript_negative_time"),
    "negative cue": (_cue("-00:01.000", "00:02.000"), "transcript_negative_time"),
    "end before start": (_segment(("a", 2.0, 1.0)), "transcript_time_order"),
    "cue end before start": (_cue("00:02.000", "00:01.000"), "transcript_time_order"),
    "overlapping words": (_segment(("a", 0.0, 1.0), ("b", 0.5, 1.5)), "transcript_overlap"),
    "cue without times": (b"WEBVTT\n\nhello\nthere\n", "transcript_cue"),
    "cue with broken times": (_cue("00:01", "later"), "transcript_cue"),
    "cue in a cue": (b"WEBVTT\n\n00:01.000 --> 00:02.000\n00:03.000 --> 00:04.000\n", "transcript_cue"),
    "segments not objects": (b'{"segments":[1]}', "transcript_shape"),
    "time as text": (b'{"segments":[{"start":"1","end":2,"text":"a"}]}', "transcript_shape"),
    "text as number": (b'{"segments":[{"start":1,"end":2,"text":5}]}', "transcript_shape"),
    "own format, extra field": (b'{"format":"callward-transcript","more":1}', "transcript_shape"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_fault_is_refused_with_its_own_code(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(TranscriptError) as refused:
        parse_transcript(data, rate=RATE)
    assert refused.value.code == code


def test_a_refusal_holds_no_content() -> None:
    with pytest.raises(TranscriptError) as refused:
        parse_transcript(_segment(("4111111111111111", 2.0, 1.0)), rate=RATE)
    assert "4111" not in str(refused.value)


def test_too_many_words_are_refused() -> None:
    data = b"WEBVTT\n\n00:00.000 --> 59:00.000\n" + b"a " * 1_000_000
    with pytest.raises(TranscriptError) as refused:
        parse_transcript(data, rate=RATE)
    assert refused.value.code == "transcript_too_large"


def test_json_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(TranscriptError) as refused:
        parse_transcript(b'{"segments":[' + b"{}," * 7_000_000 + b"{}]}", rate=RATE)
    assert refused.value.code == "transcript_too_large"


def test_over_64_mib_is_refused() -> None:
    with pytest.raises(TranscriptError) as refused:
        parse_transcript(bytes(64 * 1024 * 1024 + 1), rate=RATE)
    assert refused.value.code == "transcript_too_large"


@pytest.mark.parametrize("rate", [0, -8000, 10**9])
def test_an_impossible_rate_is_refused(rate: int) -> None:
    with pytest.raises(TranscriptError) as refused:
        parse_transcript(_cue("00:01.000", "00:02.000"), rate=rate)
    assert refused.value.code == "transcript_rate"


def test_words_of_one_speaker_may_not_overlap_over_turns() -> None:
    def segment(start: float) -> dict[str, object]:
        words = [{"word": "a", "start": start, "end": start + 1}]
        return {"start": start, "end": start + 1, "text": "a", "speaker": "agent", "words": words}

    with pytest.raises(TranscriptError) as refused:
        parse_transcript(orjson.dumps({"segments": [segment(0.0), segment(0.5)]}), rate=RATE)
    assert refused.value.code == "transcript_overlap"


def test_two_people_may_speak_at_once() -> None:
    def segment(speaker: str, start: float) -> dict[str, object]:
        words = [{"word": "a", "start": start, "end": start + 1}]
        return {"start": start, "end": start + 1, "text": "a", "speaker": speaker, "words": words}

    data = orjson.dumps({"segments": [segment("agent", 0.0), segment("caller", 0.5)]})
    assert len(parse_transcript(data, rate=RATE).turns) == 2


def test_an_overlap_of_50_ms_and_a_start_just_before_zero_are_repaired() -> None:
    (turn,) = parse_transcript(_segment(("a", -0.02, 1.04), ("b", 1.0, 1.5)), rate=RATE).turns
    assert [(word.start, word.end) for word in turn.words] == [(0, 8000), (8000, 12000)]


def test_times_beyond_the_audio_belong_to_another_call() -> None:
    transcript = parse_transcript(_cue("00:01.000", "00:10.000"), rate=RATE)
    check_against(transcript, 10 * RATE - RATE // 2)
    with pytest.raises(TranscriptError) as refused:
        check_against(transcript, 10 * RATE - RATE // 2 - 1)
    assert refused.value.code == "transcript_beyond_audio"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "segments",
                    "words",
                    "start",
                    "end",
                    "text",
                    "word",
                    "results",
                    "channels",
                    "utterances",
                    "alternatives",
                    *["Transcript", "Participants", "Content", "format", "turns", "speaker", "channel", "transcript"],
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_makes_anything_escape_but_a_transcript_error(value: object) -> None:
    try:
        data = orjson.dumps(value)
    except TypeError:
        return
    with contextlib.suppress(TranscriptError):
        parse_transcript(data, rate=RATE)


@given(
    st.sampled_from(["WEBVTT\n\n", "1\n", "{", "[", ""]),
    st.lists(
        st.sampled_from(
            ["00:01.000 --> 00:02.000", "-->", "<v Agent>", "<00:01.500>", "</v>", "&lt;", "hi", "\n", "\n\n", "9", "<"]
        )
        | st.text(max_size=5),
        max_size=20,
    ),
)
def test_no_text_makes_anything_escape_but_a_transcript_error(head: str, parts: list[str]) -> None:
    with contextlib.suppress(TranscriptError):
        parse_transcript((head + "".join(parts)).encode("utf-8", "surrogatepass"), rate=RATE)
