"""Our own format and its dual; stretches, edits and rates."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.transcripts import (
    Edit,
    Speaker,
    Timing,
    Transcript,
    TranscriptError,
    Turn,
    Word,
    at_rate,
    dump_transcript,
    load_transcript,
    parse_transcript,
    redact_turns,
    stretch_of,
    without_times,
)


@st.composite
def turns(draw: st.DrawFn, timing: Timing | None = None) -> Turn:
    timing = timing or draw(st.sampled_from(Timing))
    texts = draw(st.lists(st.text("abäå1é😀.", min_size=1, max_size=6), min_size=1, max_size=8))
    gaps = draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts)))
    text, words, time = "", [], draw(st.integers(0, 1000))
    first = time
    for piece, gap in zip(texts, gaps, strict=True):
        text += " " * gap
        length = draw(st.integers(1, 500))
        start, end = (None, None) if timing is Timing.NONE else (time, time + length)
        confidence = draw(st.none() | st.floats(0, 1))
        words.append(Word(piece, len(text), start, end, confidence))
        text += piece
        time += length
    none = timing is Timing.NONE
    return Turn(
        draw(st.sampled_from(Speaker)),
        text,
        tuple(words),
        timing,
        draw(st.none() | st.integers(0, 7)),
        None if none else first,
        None if none else time,
    )


TRANSCRIPTS = st.builds(
    Transcript,
    st.lists(turns(), max_size=4).map(tuple),
    st.integers(1, 48000),
    st.sampled_from([None, "sv", "en"]),
)


@given(TRANSCRIPTS)
def test_what_is_written_reads_back_equal_and_writes_the_same_bytes(transcript: Transcript) -> None:
    data = dump_transcript(transcript)
    assert load_transcript(data) == transcript
    assert parse_transcript(data, rate=transcript.rate) == transcript
    assert dump_transcript(load_transcript(data)) == data


def test_the_bytes_are_those_of_the_documentation() -> None:
    word = Word("Hi", 0, 80, 400, 0.5)
    transcript = Transcript((Turn(Speaker.AGENT, "Hi", (word,), Timing.WORD, 0, 80, 400),), 8000, "en")
    assert dump_transcript(transcript) == (
        b'{"format":"callward-transcript","language":"en","rate":8000,"turns":[{"channel":0,"end":400,'
        b'"speaker":"agent","start":80,"text":"Hi","timing":"word","words":[[0,2,80,400,0.5]]}],"version":1}'
    )


def _document(**changes: object) -> bytes:
    turn = {"speaker": "agent", "channel": None, "timing": "word", "start": 0, "end": 9, "text": "a b"}
    words = [[0, 1, 0, 4, None], [2, 1, 4, 9, None]]
    document = {"format": "callward-transcript", "version": 1, "rate": 8000, "language": None}
    return orjson.dumps({**document, "turns": [{**turn, "words": words, **changes}]})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"words": [[2, 1, 0, 4, None], [0, 1, 4, 9, None]]}, "transcript_words"),
        ({"words": [[0, 9, 0, 4, None]]}, "transcript_words"),
        ({"words": [[0, 1, 4, 3, None]]}, "transcript_time_order"),
        ({"words": [[0, 1, 4, 4, None]]}, "transcript_time_order"),
        ({"words": [[0, 1, 5, 6, None], [2, 1, 4, 9, None]]}, "transcript_time_order"),
        ({"words": [[0, 1, -1, 6, None]]}, "transcript_negative_time"),
        ({"words": [[0, 1, None, None, None]]}, "transcript_shape"),
        ({"words": [[0, 1, 0, 4, 2]]}, "transcript_shape"),
        ({"words": [[0, 1, 0.5, 4, None]]}, "transcript_shape"),
        ({"speaker": "dana"}, "transcript_shape"),
        ({"note": ""}, "transcript_shape"),
        ({"timing": "none"}, "transcript_shape"),
    ],
)
def test_our_format_is_read_strictly(changes: dict[str, object], code: str) -> None:
    load_transcript(_document())
    with pytest.raises(TranscriptError) as refused:
        load_transcript(_document(**changes))
    assert refused.value.code == code


@pytest.mark.parametrize("language", ["Dana Doe", "4111111111111111", "EN", "en-GB", "", 7])
def test_a_language_is_a_code_and_never_a_place_for_words(language: object) -> None:
    document = orjson.loads(_document())
    assert load_transcript(orjson.dumps({**document, "language": "sv"})).language == "sv"
    with pytest.raises(TranscriptError) as refused:
        load_transcript(orjson.dumps({**document, "language": language}))
    assert refused.value.code == "transcript_shape"


@given(turns(Timing.WORD), st.data())
def test_a_stretch_covers_exactly_the_words_touched(turn: Turn, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(turn.text)))
    end = data.draw(st.integers(start, len(turn.text)))
    touched = [w for w in turn.words if any(w.offset <= n < w.offset + len(w.text) for n in range(start, end))]
    stretch = stretch_of(turn, start, end)
    if start == end:
        assert stretch is None
    elif touched:
        assert stretch == (touched[0].start, touched[-1].end)
    else:
        assert stretch == (turn.start, turn.end)


def test_a_stretch_is_the_whole_cue_where_only_the_cue_is_timed() -> None:
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\nmy card is 4111\n"
    (turn,) = parse_transcript(data, rate=1000).turns
    assert stretch_of(turn, 11, 15) == (1000, 2000)


def test_there_is_no_stretch_without_times() -> None:
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n"
    (turn,) = without_times(parse_transcript(data, rate=1000)).turns
    assert (turn.timing, turn.start, stretch_of(turn, 0, 5)) == (Timing.NONE, None, None)


def test_text_that_no_word_covers_takes_the_whole_turn() -> None:
    turn = Turn(Speaker.AGENT, "one 4111 two", (Word("one", 0, 10, 20), Word("two", 9, 80, 90)), Timing.WORD, 0, 0, 99)
    assert stretch_of(turn, 0, 3) == (10, 20)
    assert stretch_of(turn, 0, 8) == (0, 99)


@given(turns(), st.data())
def test_edits_keep_every_untouched_word_and_its_times(turn: Turn, data: st.DataObject) -> None:
    points = sorted(data.draw(st.lists(st.integers(0, len(turn.text)), max_size=6, unique=True)))
    edits: list[Edit] = []
    text, position = "", 0
    for start, end in zip(points[::2], points[1::2], strict=False):
        text += turn.text[position:start]
        mask = data.draw(st.sampled_from(["[EMAIL]", "", "[PAYMENT_CARD]", "J. D."]))
        edits.append((start, end, len(text), len(text) + len(mask)))
        text, position = text + mask, end
    text += turn.text[position:]
    (edited,) = redact_turns(Transcript((turn,), 8000), [(text, edits)]).turns
    assert edited.text == text
    assert (edited.start, edited.end, edited.speaker) == (turn.start, turn.end, turn.speaker)
    position = 0
    for word in edited.words:
        assert word.offset >= position
        assert word.text == text[word.offset : word.offset + len(word.text)]
        position = word.offset + len(word.text)
    uncovered = list(text)
    for word in edited.words:
        uncovered[word.offset : word.offset + len(word.text)] = " " * len(word.text)
    assert not "".join(uncovered).strip()
    untouched = [w for w in turn.words if all(w.offset >= e or w.offset + len(w.text) <= s for s, e, _, _ in edits)]
    kept = [(word.text, word.start, word.end) for word in edited.words]
    assert all((word.text, word.start, word.end) in kept for word in untouched)
    times = [(word.start, word.end) for word in edited.words if word.start is not None and word.end is not None]
    assert [start for start, _ in times] == sorted(start for start, _ in times)


def test_a_masked_replacement_is_one_word_over_all_that_it_replaced() -> None:
    words = (Word("card", 0, 0, 10), Word("4111", 5, 10, 20), Word("1111", 10, 20, 30), Word("bye", 15, 40, 50))
    turn = Turn(Speaker.CALLER, "card 4111 1111 bye", words, Timing.WORD, 1, 0, 50)
    (edited,) = redact_turns(Transcript((turn,), 8000), [("card [CARD] bye", [(5, 14, 5, 11)])]).turns
    assert [(word.text, word.offset, word.start, word.end) for word in edited.words] == [
        ("card", 0, 0, 10),
        ("[CARD]", 5, 10, 30),
        ("bye", 12, 40, 50),
    ]


@pytest.mark.parametrize(
    ("text", "edits"),
    [("other", []), ("xb", [(0, 1, 0, 1), (0, 1, 0, 1)]), ("xb", [(0, 9, 0, 1)]), ("xc", [(0, 1, 0, 1)])],
)
def test_edits_that_do_not_make_the_new_text_are_refused(text: str, edits: list[Edit]) -> None:
    turn = Turn(Speaker.CALLER, "ab", (Word("ab", 0, None, None),), Timing.NONE)
    with pytest.raises(TranscriptError) as refused:
        redact_turns(Transcript((turn,), 8000), [(text, edits)])
    assert refused.value.code == "transcript_edits"


@given(TRANSCRIPTS, st.integers(1, 48000))
def test_another_rate_never_makes_a_stretch_shorter(transcript: Transcript, rate: int) -> None:
    scaled = at_rate(transcript, rate)
    for before, after in zip(transcript.turns, scaled.turns, strict=True):
        if before.start is None or before.end is None or after.start is None or after.end is None:
            continue
        assert after.start * transcript.rate <= before.start * rate
        assert after.end * transcript.rate >= before.end * rate
