"""AssemblyAI and Google Speech-to-Text become the same Transcript as every other format."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.transcripts import Speaker, Timing, Transcript, TranscriptError, Turn, parse_transcript

RATE = 8000


def _read(document: object, **told: int) -> Transcript:
    return parse_transcript(orjson.dumps(document), rate=RATE, **told)  # type: ignore[arg-type] # one option


def _words(turn: Turn) -> list[tuple[str, int | None, int | None, float | None]]:
    return [(word.text, word.start, word.end, word.confidence) for word in turn.words]


def _assembly_word(text: str, start: int, end: int, **more: object) -> dict[str, object]:
    return {"text": text, "start": start, "end": end, "confidence": 0.9, **more}


def _assembly(**members: object) -> dict[str, object]:
    return {
        "id": "t1",
        "status": "completed",
        "audio_url": "https://example.com/a.wav",
        "language_code": "en_us",
        **members,
    }


def _utterance(speaker: str, channel: str | None, *words: dict[str, object]) -> dict[str, object]:
    text = " ".join(str(word["text"]) for word in words)
    times = {"start": words[0]["start"], "end": words[-1]["end"]}
    named = {} if channel is None else {"channel": channel}
    return {"speaker": speaker, "text": text, "confidence": 0.9, **times, **named, "words": list(words)}


def test_assemblyai_channels_count_from_one_and_times_are_milliseconds() -> None:
    said = [
        _utterance("1", "1", _assembly_word("Good", 250, 500), _assembly_word("morning.", 500, 900)),
        _utterance("2", "2", _assembly_word("Hello.", 1000, 1400)),
    ]
    document = _assembly(audio_channels=2, multichannel=True, utterances=said, text="Good morning. Hello.", words=[])
    first, second = _read(document, agent_channel=0).turns
    assert (first.channel, first.speaker, first.timing, first.start, first.end) == (
        0,
        Speaker.AGENT,
        Timing.WORD,
        2000,
        7200,
    )
    assert _words(first) == [("Good", 2000, 4000, 0.9), ("morning.", 4000, 7200, 0.9)]
    assert (second.channel, second.speaker) == (1, Speaker.CALLER)
    assert _read(document).language == "en"


def test_assemblyai_speakers_inside_a_channel_belong_to_that_channel() -> None:
    said = [_utterance("2A", None, _assembly_word("Hello.", 0, 400))]
    (turn,) = _read(_assembly(multichannel=True, utterances=said)).turns
    assert (turn.channel, turn.speaker) == (1, Speaker.UNKNOWN)


def test_assemblyai_of_one_channel_says_nothing_about_the_recordings_channels() -> None:
    said = [
        _utterance("A", "1", _assembly_word("Hello.", 0, 400)),
        _utterance("B", "1", _assembly_word("Hi.", 500, 700)),
    ]
    transcript = _read(_assembly(audio_channels=1, utterances=said))
    assert [(turn.channel, turn.speaker) for turn in transcript.turns] == [(None, Speaker.UNKNOWN)] * 2


def test_assemblyai_names_of_roles_become_speakers() -> None:
    (turn,) = _read(_assembly(utterances=[_utterance("Agent", None, _assembly_word("Hello.", 0, 400))])).turns
    assert turn.speaker is Speaker.AGENT


def test_assemblyai_words_without_utterances_become_turns_by_pause() -> None:
    words = [_assembly_word("Hello.", 0, 400), _assembly_word("there", 450, 700), _assembly_word("Hi.", 2000, 2200)]
    transcript = _read(_assembly(text="Hello. there Hi.", words=words, utterances=None))
    assert [turn.text for turn in transcript.turns] == ["Hello. there", "Hi."]
    assert transcript.timing is Timing.WORD


def test_an_assemblyai_text_that_says_more_than_its_words_is_masked_whole() -> None:
    (turn,) = _read(_assembly(text="Hello 4111", words=[_assembly_word("Hello", 0, 400)])).turns
    assert (turn.text, turn.timing) == ("Hello 4111", Timing.TURN)


@pytest.mark.parametrize("status", ["queued", "processing", "error"])
def test_an_assemblyai_job_that_is_not_done_is_refused(status: str) -> None:
    with pytest.raises(TranscriptError) as refused:
        _read(_assembly() | {"status": status, "text": None, "words": None})
    assert refused.value.code == "transcript_shape"


def _v1(word: str, start: str, end: str, **more: object) -> dict[str, object]:
    return {"word": word, "startTime": start, "endTime": end, **more}


def _v2(word: str, start: str | None, end: str, **more: object) -> dict[str, object]:
    return {"word": word, "endOffset": end, **({} if start is None else {"startOffset": start}), **more}


def _result(text: str | None, *words: Mapping[str, object], **more: object) -> dict[str, object]:
    best = {"confidence": 0.9, "words": list(words), **({} if text is None else {"transcript": text})}
    return {"alternatives": [best, {"transcript": "another reading"}], **more}


def test_google_v1_words_keep_their_times_and_a_confidence_of_zero_is_none() -> None:
    words = (_v1("hello", "0s", "0.500s", confidence=0.0), _v1("there", "0.500s", "1.300s", confidence=0.8))
    transcript = _read({"results": [_result("hello there", *words, languageCode="sv-se")]})
    (turn,) = transcript.turns
    assert _words(turn) == [("hello", 0, 4000, None), ("there", 4000, 10400, 0.8)]
    assert (transcript.language, turn.timing, turn.channel) == ("sv", Timing.WORD, None)


def test_google_v1_lists_the_whole_once_more_with_speakers_and_it_counts_once() -> None:
    plain = [
        _result("hello", _v1("hello", "0s", "0.5s")),
        _result(" hi there", _v1("hi", "1s", "1.2s"), _v1("there", "1.2s", "1.5s")),
    ]
    tagged = _result(
        None,
        _v1("hello", "0s", "0.5s", speakerTag=1),
        _v1("hi", "1s", "1.2s", speakerTag=2),
        _v1("there", "1.2s", "1.5s", speakerTag=2),
    )
    transcript = _read({"response": {"results": [*plain, tagged]}, "done": True, "name": "1"})
    assert [turn.text for turn in transcript.turns] == ["hello", "hi there"]


def test_a_repetition_that_leaves_words_out_is_not_taken_in_the_place_of_the_whole() -> None:
    plain = [_result("hello", _v1("hello", "0s", "0.5s")), _result("my card", _v1("my", "1s", "2s"))]
    tagged = _result(None, _v1("hello", "0s", "0.5s", speakerTag=1))
    transcript = _read({"results": [*plain, tagged]})
    assert [turn.text for turn in transcript.turns] == ["hello", "my card"]


def test_google_v2_leaves_out_a_start_at_zero_and_names_speakers() -> None:
    words = (
        _v2("hello", None, "0.400s", speakerLabel="1"),
        _v2("hi", "0.600s", "0.900s", speakerLabel="2", confidence=0.7),
    )
    transcript = _read({"results": [_result("hello hi", *words, resultEndOffset="1s", languageCode="en-US")]})
    assert [_words(turn) for turn in transcript.turns] == [[("hello", 0, 3200, None)], [("hi", 4800, 7200, 0.7)]]


def test_google_channels_count_from_one_where_there_are_several() -> None:
    results = [
        _result("hello", _v1("hello", "0s", "1s"), channelTag=1),
        _result("hi", _v1("hi", "1s", "2s"), channelTag=2),
    ]
    turns = _read({"results": results}, agent_channel=0).turns
    assert [(turn.channel, turn.speaker) for turn in turns] == [(0, Speaker.AGENT), (1, Speaker.CALLER)]


def test_google_results_without_words_are_masked_from_the_end_of_the_one_before() -> None:
    results = [_result("hello", resultEndTime="2.5s"), _result("my number", resultEndTime="4s")]
    turns = _read({"results": results}).turns
    assert [(turn.start, turn.end, turn.timing) for turn in turns] == [
        (0, 20000, Timing.TURN),
        (20000, 32000, Timing.TURN),
    ]


def test_google_durations_may_come_as_seconds_and_nanoseconds() -> None:
    word = {"word": "hi", "startTime": {"seconds": "1", "nanos": 300_000_000}, "endTime": {"seconds": 2}}
    (turn,) = _read({"results": [_result("hi", word)]}).turns
    assert _words(turn) == [("hi", 10400, 16000, None)]


def test_a_google_batch_of_one_recording_is_read_under_its_address() -> None:
    inside = {"results": [_result("hi", _v2("hi", "0.1s", "0.2s"))]}
    document = {"results": {"gs://bucket/a.wav": {"transcript": inside, "inlineResult": {"transcript": inside}}}}
    assert [turn.text for turn in _read(document).turns] == ["hi"]


BROKEN = {
    "a duration without its s": _result("hi", _v1("hi", "1.3", "2s")),
    "a duration as a number": _result("hi", _v1("hi", 1.3, "2s")),  # type: ignore[arg-type] # wrong on purpose
    "a duration of nothing": _result("hi", _v1("hi", "s", "2s")),
    "seconds that are no number": _result("hi", {"word": "hi", "startTime": {"seconds": "x"}, "endTime": "1s"}),
    "a word without text": _result("hi", {"startTime": "1s", "endTime": "2s"}),
    "words that are no list": {"alternatives": [{"transcript": "hi", "words": "hi"}]},
    "alternatives that are no list": {"alternatives": {"transcript": "hi"}},
    "a text that is none": {"alternatives": [{"transcript": 5}]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_google_answers_are_refused(name: str) -> None:
    with pytest.raises(TranscriptError) as refused:
        _read({"results": [BROKEN[name]]})
    assert refused.value.code == "transcript_shape"


NUMBERS = st.none() | st.integers(-5, 10_000) | st.sampled_from(["0s", "1.300s", "-1s", "1e9s", "", "A", "1A", "2"])
TEXTS = st.none() | st.sampled_from(["", "one", "two three", "4111"])
ASSEMBLY_WORD = st.fixed_dictionaries(
    {}, optional={"text": TEXTS, "start": NUMBERS, "end": NUMBERS, "speaker": NUMBERS}
)
GOOGLE_WORD = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("startTime", "endTime", "startOffset", "endOffset", "speakerTag", "speakerLabel"), NUMBERS)
    | {"word": TEXTS},
)


@given(
    st.lists(ASSEMBLY_WORD, max_size=4),
    st.lists(st.fixed_dictionaries({"text": TEXTS, "channel": NUMBERS}, optional={"start": NUMBERS}), max_size=3),
    NUMBERS,
)
def test_any_assemblyai_document_is_read_or_refused(words: object, said: object, channels: object) -> None:
    with contextlib.suppress(TranscriptError):
        _read(_assembly(words=words, utterances=said, audio_channels=channels, text="one"))


@given(st.lists(st.tuples(TEXTS, st.lists(GOOGLE_WORD, max_size=4), NUMBERS, NUMBERS), max_size=4))
def test_any_google_document_is_read_or_refused(results: list[tuple[object, object, object, object]]) -> None:
    told = [
        {"alternatives": [{"transcript": text, "words": words}], "channelTag": tag, "resultEndTime": end}
        for text, words, tag, end in results
    ]
    with contextlib.suppress(TranscriptError):
        _read({"results": told})


@given(st.lists(st.tuples(st.integers(0, 3_600_000), st.integers(1, 900)), min_size=1, max_size=20))
def test_the_same_words_of_both_makers_are_the_same_transcript(times: list[tuple[int, int]]) -> None:
    placed = sorted({start - start % 1000: length for start, length in times}.items())
    told = [(f"w{number}", start, start + length) for number, (start, length) in enumerate(placed)]
    text = " ".join(word for word, _start, _end in told)
    assembly = _read(_assembly(text=text, words=[_assembly_word(word, start, end) for word, start, end in told]))
    words = (_v1(word, f"{start / 1000:.3f}s", f"{end / 1000:.3f}s", speakerTag=1) for word, start, end in told)
    google = _read({"results": [_result(text, *words)]})
    spans = [
        [(word.text, word.start, word.end) for turn in one.turns for word in turn.words] for one in (assembly, google)
    ]
    assert spans[0] == spans[1]
