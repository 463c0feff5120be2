"""What is taken out of which copy: suspected turns, channels, places beyond the sound."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from voiced_calls import AGENT, CALLER, RATE, RULES, as_wav, recorded, say, told

from callward import plan
from callward.engine import audio, pii
from callward.engine.transcripts import Speaker, Transcript
from callward.listening import Sound, listen

WORDS = told(say(AGENT, 1, "one two three four"), say(CALLER, 3, "five six seven eight"), say(AGENT, 5, "nine ten"))


def _heard(transcript: Transcript, *, seconds: float = 8, channels: int = 2) -> Sound:
    return listen(io.BytesIO(as_wav(recorded(transcript.turns, seconds, channels=channels))))


def _found(kind: pii.Type, *spans: tuple[int, int, int]) -> pii.Finding:
    places = tuple(pii.Span(turn, start, end) for turn, start, end in spans)
    return pii.Finding(kind, places, 0.9, "test", spoken=False, about=pii.About.CALLER, value="")


def _masks(transcript: Transcript, kind: pii.Type, **given: int) -> list[audio.Stretch]:
    copy = plan.copy_of((_found(kind, (1, 5, 8)),), transcript, _heard(transcript, **given), replace(RULES, pad_ms=0))
    assert copy.unplaced == ()
    return copy.stretches


SIX = (round(3.4 * RATE), round(3.8 * RATE))


def test_a_suspected_turn_takes_its_neighbours_and_no_more() -> None:
    words = told(*(say(AGENT, at, f"turn {at}") for at in range(6)))
    talk = plan.conversation(words, RULES)
    assert [found.spans for found in plan.suspected(talk, [0, 4])] == [
        (pii.Span(turn, 0, 6),) for turn in (0, 1, 3, 4, 5)
    ]


def test_a_turn_without_text_is_no_finding() -> None:
    talk = pii.Conversation((pii.Turn(pii.About.CALLER, ""), pii.Turn(pii.About.CALLER, "4111")), "en", ("GB",))
    assert [found.spans[0].turn for found in plan.suspected(talk, [1])] == [1]


def test_a_whole_turn_takes_the_place_of_what_lies_in_it() -> None:
    whole = plan.suspected(plan.conversation(WORDS, RULES), [2])
    inside, beside, across = (
        _found(pii.Type.PHONE, (2, 0, 4)),
        _found(pii.Type.EMAIL, (0, 0, 3)),
        _found(pii.Type.IBAN, (0, 4, 7), (1, 0, 4)),
    )
    kept = plan.swallow([inside, beside, across], whole)
    assert kept == (beside, replace(across, spans=(pii.Span(0, 4, 7),)), *whole)


@pytest.mark.parametrize("kind", sorted(pii.Type))
def test_each_type_is_masked_on_the_channels_that_its_class_demands(kind: pii.Type) -> None:
    everywhere = {"PAYMENT_CARD", "CARD_CVV", "CARD_EXPIRY", "PASSWORD", "NATIONAL_ID"}
    channels = None if kind in everywhere else (CALLER,)
    assert _masks(WORDS, kind) == [audio.Stretch(*SIX, channels)]


@pytest.mark.parametrize("channel", [None, 2, 7])
def test_a_channel_that_is_unknown_or_does_not_exist_means_all(channel: int | None) -> None:
    turns = [replace(turn, channel=channel) for turn in WORDS.turns]
    copy = plan.copy_of((_found(pii.Type.EMAIL, (1, 5, 8)),), told(*turns), _heard(WORDS), replace(RULES, pad_ms=0))
    assert copy.stretches == [audio.Stretch(*SIX, None)]


def test_a_speaker_that_is_unknown_means_all_channels() -> None:
    turns = [replace(turn, speaker=Speaker.UNKNOWN) for turn in WORDS.turns]
    assert _masks(told(*turns), pii.Type.EMAIL) == [audio.Stretch(*SIX, None)]


def test_mono_has_one_channel_for_all() -> None:
    assert _masks(WORDS, pii.Type.EMAIL, channels=1) == [audio.Stretch(*SIX, None)]


def test_where_a_delay_was_assumed_a_mask_covers_both_readings_of_its_times() -> None:
    sound = _heard(WORDS)
    late = replace(sound, info=replace(sound.info, assumed_delay=1105))
    found = (_found(pii.Type.EMAIL, (1, 5, 8)),)
    first, last = SIX
    assert plan.copy_of(found, WORDS, late, replace(RULES, pad_ms=0)).stretches == [
        audio.Stretch(first - 1105, last, (CALLER,))
    ]


def test_a_word_beyond_the_sound_has_no_place() -> None:
    sound = _heard(WORDS, seconds=5)
    found = (_found(pii.Type.EMAIL, (2, 0, 4)), _found(pii.Type.EMAIL, (1, 0, 4)))
    copy = plan.copy_of(found, WORDS, sound, RULES)
    assert copy.unplaced == (0,)
    assert {mask.finding for mask in copy.masks} == {1}


def test_a_finding_of_which_one_part_has_no_place_is_unplaced_and_masked_where_it_has_one() -> None:
    sound = _heard(WORDS, seconds=5)
    copy = plan.copy_of((_found(pii.Type.IBAN, (1, 0, 4), (2, 0, 4)),), WORDS, sound, RULES)
    assert copy.unplaced == (0,)
    assert len(copy.masks) == 1


def test_a_mask_is_padded_and_ends_with_the_sound() -> None:
    words = told(say(CALLER, 0, "one two"))
    sound = _heard(words, seconds=0.8)
    copy = plan.copy_of((_found(pii.Type.EMAIL, (0, 0, 3)), _found(pii.Type.PHONE, (0, 4, 7))), words, sound, RULES)
    pad = RATE * 150 // 1000
    assert copy.stretches == [
        audio.Stretch(0, round(0.4 * RATE) + pad, (CALLER,)),
        audio.Stretch(round(0.4 * RATE) - pad, sound.info.frames, (CALLER,)),
    ]
