"""Every foreign format becomes the same Transcript."""

from __future__ import annotations

import orjson
import pytest

from callward.engine.transcripts import Speaker, Timing, Transcript, Turn, dump_transcript, parse_transcript

RATE = 8000

WHISPER = {
    "language": "sv",
    "segments": [
        {
            "id": 0,
            "start": 0.5,
            "end": 2.0,
            "text": " Mitt nummer är",
            "words": [
                {"word": " Mitt", "start": 0.5, "end": 0.8, "probability": 0.9},
                {"word": " nummer", "start": 0.8, "end": 1.4, "probability": 0.8},
                {"word": " är", "start": 1.5, "end": 2.0, "probability": 0.99},
            ],
        }
    ],
}
LENS = {
    "Version": "1.1.0",
    "LanguageCode": "en-US",
    "Participants": [
        {"ParticipantId": "p1", "ParticipantRole": "AGENT"},
        {"ParticipantId": "p2", "ParticipantRole": "CUSTOMER"},
    ],
    "Transcript": [
        {"ParticipantId": "p1", "Content": "Good morning", "BeginOffsetMillis": 0, "EndOffsetMillis": 1200},
        {"ParticipantId": "p2", "Content": "Hello", "BeginOffsetMillis": 1300, "EndOffsetMillis": 2000},
    ],
}


def _deepgram_word(word: str, start: float, end: float, speaker: int) -> dict[str, object]:
    return {"word": word.lower(), "punctuated_word": word, "start": start, "end": end, "speaker": speaker}


def _read(document: object) -> Transcript:
    return parse_transcript(orjson.dumps(document), rate=RATE)


def _words(turn: Turn) -> list[tuple[str, int | None, int | None]]:
    for word in turn.words:
        assert turn.text[word.offset : word.offset + len(word.text)] == word.text
    return [(word.text, word.start, word.end) for word in turn.words]


def test_whisper_words_with_leading_spaces_keep_their_own_times() -> None:
    transcript = _read(WHISPER)
    (turn,) = transcript.turns
    assert transcript.language == "sv"
    assert turn.text == "Mitt nummer är"
    assert turn.timing is Timing.WORD
    assert _words(turn) == [("Mitt", 4000, 6400), ("nummer", 6400, 11200), ("är", 12000, 16000)]


def test_whisper_segments_without_words_are_interpolated_and_marked() -> None:
    (turn,) = _read([{"start": 0.0, "end": 1.0, "text": "abcd efgh"}]).turns
    assert turn.timing is Timing.TURN
    assert _words(turn) == [("abcd", 0, 8000 * 4 // 9), ("efgh", 8000 * 5 // 9, 8000)]


def test_a_segment_that_says_more_than_its_words_is_masked_whole() -> None:
    segment = {"start": 0, "end": 1, "text": "one two", "words": [{"word": " one", "start": 0, "end": 0.5}]}
    (turn,) = _read({"segments": [segment]}).turns
    assert (turn.text, turn.timing, turn.start, turn.end) == ("one two", Timing.TURN, 0, RATE)


def test_a_word_without_length_makes_its_turn_untrusted() -> None:
    words = [{"word": "one", "start": 0, "end": 0.5}, {"word": "two", "start": 0.5, "end": 0.5}]
    (turn,) = _read({"segments": [{"start": 0, "end": 1, "words": words}]}).turns
    assert (turn.text, turn.timing) == ("one two", Timing.TURN)


def test_contact_lens_roles_become_speakers() -> None:
    transcript = _read(LENS)
    assert [(turn.speaker, turn.text, turn.start, turn.end, turn.timing) for turn in transcript.turns] == [
        (Speaker.AGENT, "Good morning", 0, 9600, Timing.TURN),
        (Speaker.CALLER, "Hello", 10400, 16000, Timing.TURN),
    ]
    assert transcript.language == "en"


def test_deepgram_words_become_turns_by_speaker_and_pause() -> None:
    words = [
        _deepgram_word("Hello.", 0.1, 0.5, 0),
        _deepgram_word("Hi.", 0.6, 0.9, 1),
        _deepgram_word("My", 1.0, 1.2, 1),
        _deepgram_word("card", 3.0, 3.4, 1),
    ]
    channel = {"alternatives": [{"transcript": "Hello. Hi. My card", "words": words}], "detected_language": "en"}
    transcript = _read({"results": {"channels": [channel]}})
    assert [turn.text for turn in transcript.turns] == ["Hello.", "Hi. My", "card"]
    assert {turn.speaker for turn in transcript.turns} == {Speaker.UNKNOWN}
    assert {turn.channel for turn in transcript.turns} == {None}
    assert transcript.timing is Timing.WORD
    assert transcript.language == "en"


def test_a_deepgram_transcript_that_says_more_than_its_words_is_one_turn_masked_whole() -> None:
    words = [_deepgram_word("Hello.", 0.1, 0.5, 0), _deepgram_word("bye", 2.0, 2.5, 1)]
    channel = {"alternatives": [{"transcript": "Hello. 4111 bye", "words": words}]}
    (turn,) = _read({"results": {"channels": [channel]}}).turns
    assert (turn.text, turn.timing, turn.start, turn.end) == ("Hello. 4111 bye", Timing.TURN, 800, 20000)


def test_deepgram_channels_name_agent_and_caller_when_the_agents_channel_is_known() -> None:
    def channel(text: str, start: float) -> dict[str, object]:
        return {"alternatives": [{"words": [_deepgram_word(text, start, start + 0.4, 0)]}]}

    document = orjson.dumps({"results": {"channels": [channel("Hello.", 1.0), channel("Welcome.", 0.0)]}})
    transcript = parse_transcript(document, rate=RATE, agent_channel=1)
    assert [(turn.text, turn.speaker, turn.channel) for turn in transcript.turns] == [
        ("Welcome.", Speaker.AGENT, 1),
        ("Hello.", Speaker.CALLER, 0),
    ]


def test_deepgram_utterances_are_preferred_over_the_channels() -> None:
    said = {
        "transcript": "Hello there.",
        "start": 0.0,
        "end": 0.9,
        "channel": 1,
        "speaker": 0,
        "words": [_deepgram_word("Hello", 0.0, 0.4, 0), _deepgram_word("there.", 0.4, 0.9, 0)],
    }
    (turn,) = _read({"results": {"channels": [], "utterances": [said]}}).turns
    assert (turn.text, turn.channel, turn.timing) == ("Hello there.", 1, Timing.WORD)


def test_webvtt_voices_become_speakers_and_inline_times_words() -> None:
    text = (
        "WEBVTT - call\nLanguage: nl\n\nNOTE nothing\n\n1\n00:01.000 --> 00:03.000 align:start\n"
        "<v Agent>Goede <00:00:02.000>dag</v>\n\n00:00:03.000 --> 00:00:05.000\n<v.loud Customer>Hallo &amp; dag\n"
    )
    transcript = parse_transcript(text.encode(), rate=RATE)
    first, second = transcript.turns
    assert transcript.language == "nl"
    assert (first.speaker, first.timing) == (Speaker.AGENT, Timing.WORD)
    assert _words(first) == [("Goede", 8000, 16000), ("dag", 16000, 24000)]
    assert (second.speaker, second.text, second.timing) == (Speaker.CALLER, "Hallo & dag", Timing.TURN)


def test_a_cue_with_two_voices_becomes_two_turns() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Agent>Yes?</v>\n<v Caller>Hello</v>\n"
    turns = parse_transcript(text.encode(), rate=RATE).turns
    assert [(turn.speaker, turn.text, turn.start, turn.end) for turn in turns] == [
        (Speaker.AGENT, "Yes?", 0, 16000),
        (Speaker.CALLER, "Hello", 0, 16000),
    ]


def test_a_name_in_a_voice_tag_is_not_kept() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Dana Example>Hello</v>\n"
    assert b"Dana" not in dump_transcript(parse_transcript(text.encode(), rate=RATE))


def test_what_is_said_in_angle_brackets_stays_in_the_text() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:02.000\nwrite to <dana@example.com> and <i>wait</i>, 3 < 4 > 2\n"
    (turn,) = parse_transcript(text.encode(), rate=RATE).turns
    assert turn.text == "write to <dana@example.com> and wait, 3 < 4 > 2"


def test_a_cue_right_under_the_signature_is_not_lost() -> None:
    (turn,) = parse_transcript(b"WEBVTT\n00:00.000 --> 00:02.000\nHello\n", rate=RATE).turns
    assert turn.text == "Hello"


def test_srt_with_role_prefixes_numbers_and_comma_times() -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,500\r\nAgent: Your number?\r\n\r\n"
        "2\r\n00:00:02,500 --> 00:00:04,000\r\n4111 1111\r\n1111 1111\r\n\r\n"
    )
    turns = parse_transcript(text.encode(), rate=RATE).turns
    assert [(turn.speaker, turn.text, turn.start, turn.timing) for turn in turns] == [
        (Speaker.AGENT, "Your number?", 8000, Timing.TURN),
        (Speaker.UNKNOWN, "4111 1111 1111 1111", 20000, Timing.TURN),
    ]


def test_srt_digits_on_the_last_line_of_a_cue_are_not_taken_for_a_number() -> None:
    text = "00:00:01,000 --> 00:00:02,000\n4111\n\n00:00:02,000 --> 00:00:03,000\n1111\n"
    assert [turn.text for turn in parse_transcript(text.encode(), rate=RATE).turns] == ["4111", "1111"]


def test_a_byte_order_mark_is_passed_over() -> None:
    transcript = parse_transcript(b"\xef\xbb\xbfWEBVTT\n\n00:00.000 --> 00:01.000\nhi\n", rate=RATE)
    assert [turn.text for turn in transcript.turns] == ["hi"]


def test_turns_come_out_in_order_of_speaking() -> None:
    segments = [{"start": 5, "end": 6, "text": "late"}, {"start": 1, "end": 2, "text": "early"}]
    assert [turn.text for turn in _read({"segments": segments}).turns] == ["early", "late"]


@pytest.mark.parametrize(
    ("label", "speaker"),
    [
        ("ADVISOR", Speaker.AGENT),
        ("agent_1", Speaker.AGENT),
        ("Employee", Speaker.AGENT),
        ("client", Speaker.CALLER),
        ("Caller", Speaker.CALLER),
        ("system", Speaker.OTHER),
        ("speaker_0", Speaker.UNKNOWN),
        ("SPEAKER_01", Speaker.UNKNOWN),
    ],
)
def test_labels_name_the_speaker(label: str, speaker: Speaker) -> None:
    (turn,) = _read({"segments": [{"start": 0, "end": 1, "text": "hi", "speaker": label}]}).turns
    assert turn.speaker is speaker
