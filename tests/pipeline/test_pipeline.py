"""The main job: what is kept of a call, what is masked in it, and when a person must look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from voiced_calls import (
    AGENT,
    CALLER,
    CARD,
    RATE,
    RULES,
    Kept,
    as_wav,
    key,
    recorded,
    say,
    take,
    told,
    unnamed,
    untimed,
    voice_over,
)

from callward import listening
from callward.engine import audio, pii
from callward.engine.transcripts import Timing, Transcript, TranscriptError
from callward.pipeline import State
from callward.shelf import ItemKind

RECORDINGS = (ItemKind.RECORDING_ORIGINAL, ItemKind.RECORDING_REDACTED)
ORIGINAL, REDACTED = RECORDINGS
WORDS_ORIGINAL, WORDS_REDACTED = ItemKind.TRANSCRIPT_ORIGINAL, ItemKind.TRANSCRIPT_REDACTED

_OF_A_RECORDING = {*RECORDINGS, WORDS_ORIGINAL, WORDS_REDACTED, ItemKind.SHEET}

PLAIN = told(
    say(AGENT, 1, "Good morning, how can I help you today?"),
    say(CALLER, 5, "The lamp on the box keeps blinking since yesterday."),
)
CARD_CALL = told(
    say(AGENT, 1, "Could you give me the card number please?"),
    say(CALLER, 5, f"Yes it is {CARD} and thanks"),
    say(AGENT, 9, "Thank you very much."),
)
MAIL_CALL = told(
    say(AGENT, 1, "Which address may I write to?"),
    say(CALLER, 4, "It is dana@example.com as always"),
)
MAIL_FRAMES = (round(4.8 * RATE), round(5.2 * RATE))  # the third word of the caller
CARD_FRAMES = (round(6.2 * RATE), round(7.8 * RATE))  # the words 4 to 7 of the caller


def _silent(kept: Kept, kind: ItemKind, frames: tuple[int, int], channel: int) -> bool:
    return not kept.sound(kind)[frames[0] : frames[1], channel].any()


def test_a_call_without_personal_data_is_released_and_kept_sample_for_sample() -> None:
    sound = recorded(PLAIN.turns, 10)
    kept = take(PLAIN, sound)
    assert (kept.outcome.state, kept.outcome.reasons, kept.outcome.masks) == (State.RELEASED, (), 0)
    assert kept.kinds == _OF_A_RECORDING
    assert np.array_equal(kept.sound(ORIGINAL), sound)
    assert kept.shelf.mediatypes[ORIGINAL] == "audio/flac"
    assert np.array_equal(kept.sound(REDACTED), sound)
    assert kept.text(WORDS_REDACTED) == kept.text(WORDS_ORIGINAL) == "\n".join(turn.text for turn in PLAIN.turns)


def test_a_call_in_a_language_without_tables_waits_for_a_person() -> None:
    foreign = told(
        say(AGENT, 1, "Good morning, how can I help you today?"),
        say(CALLER, 5, "здравствуйте я хочу узнать про мой счет"),
    )
    kept = take(foreign, recorded(foreign.turns, 10))
    assert kept.outcome.state is State.IN_REVIEW
    assert kept.outcome.reasons == ("language_not_covered",)
    assert [doubt.turn for doubt in kept.outcome.doubts] == [1]


def test_an_address_is_masked_on_its_speakers_channel_of_the_released_copy_alone() -> None:
    sound = recorded(MAIL_CALL.turns, 10)
    voice_over(sound, 4 * RATE, 6 * RATE, AGENT, seed=99)
    words = told(*MAIL_CALL.turns, say(AGENT, 4, "yes yes yes yes yes"))
    kept = take(words, sound)
    assert kept.outcome.state is State.RELEASED
    assert _silent(kept, REDACTED, MAIL_FRAMES, CALLER)
    assert np.array_equal(kept.sound(REDACTED)[:, AGENT], sound[:, AGENT])
    assert np.array_equal(kept.sound(ORIGINAL), sound)
    assert "dana@example.com" in kept.text(WORDS_ORIGINAL)
    assert "dana" not in kept.text(WORDS_REDACTED)
    assert kept.outcome.categories == {pii.Category.CONTACT: 1}


def test_a_card_is_in_no_copy_and_on_no_channel() -> None:
    sound = recorded(CARD_CALL.turns, 12)
    voice_over(sound, 5 * RATE, 8 * RATE, AGENT, seed=99)
    kept = take(told(*CARD_CALL.turns, say(AGENT, 5, "so it is then yes I am here")), sound)
    assert kept.kinds == _OF_A_RECORDING
    for kind in RECORDINGS:
        assert _silent(kept, kind, CARD_FRAMES, CALLER)
        assert _silent(kept, kind, CARD_FRAMES, AGENT)
        assert len(kept.sound(kind)) == len(sound)
    for kind in (WORDS_ORIGINAL, WORDS_REDACTED):
        assert "4111" not in kept.text(kind)
        assert "[PAYMENT_CARD ****1111]" in kept.text(kind)
    assert not any(b"4111 1111" in data for data in kept.shelf.items.values())


@pytest.mark.parametrize("kind", sorted({pii.Type.PAYMENT_CARD, pii.Type.CARD_EXPIRY}))
def test_no_rule_of_a_line_keeps_payment_data(kind: pii.Type) -> None:
    lenient = replace(RULES, operators={k: v for k, v in pii.DEFAULT_OPERATORS.items() if k != kind})
    words = told(
        say(AGENT, 1, "Could you give me the card number please?"),
        say(CALLER, 5, f"Yes it is {CARD} and expires 11/29"),
    )
    kept = take(words, recorded(words.turns, 12), lenient)
    for copy in (WORDS_ORIGINAL, WORDS_REDACTED):
        assert "4111" not in kept.text(copy)
        assert "11/29" not in kept.text(copy)
    assert _silent(kept, REDACTED, CARD_FRAMES, CALLER)


def test_what_a_line_keeps_stays_readable_in_the_released_copy() -> None:
    lenient = replace(RULES, operators={k: v for k, v in pii.DEFAULT_OPERATORS.items() if k is not pii.Type.EMAIL})
    kept = take(MAIL_CALL, recorded(MAIL_CALL.turns, 10), lenient)
    assert "dana@example.com" in kept.text(WORDS_REDACTED)
    assert (kept.outcome.state, kept.outcome.masks) == (State.RELEASED, 0)


def test_keyed_tones_are_in_neither_copy() -> None:
    sound = recorded(PLAIN.turns, 16)
    frames = key(sound, "4111111111111111", 10.5, CALLER)
    kept = take(PLAIN, sound)
    assert kept.outcome.keyed == 16
    assert kept.outcome.state is State.RELEASED
    for kind in RECORDINGS:
        scanner = audio.DtmfScanner(RATE, 2, audio.DtmfProfile.MASKING)
        scanner.feed(kept.sound(kind))
        assert scanner.finish() == []
        assert _silent(kept, kind, frames, CALLER)
    assert kept.shelf.mediatypes[ORIGINAL] == "audio/flac"


def test_a_card_begun_and_never_finished_takes_its_turn_and_the_neighbours() -> None:
    words = told(
        say(AGENT, 1, "What is the card number please?"),
        say(CALLER, 4, "It begins with 4111 1111 but then it is worn away"),
        say(AGENT, 9, "I see."),
        say(CALLER, 11, "Never mind then."),
    )
    sound = recorded(words.turns, 14)
    kept = take(words, sound)
    assert kept.outcome.state is State.IN_REVIEW
    assert "payment_suspected" in kept.outcome.reasons
    for copy in (WORDS_ORIGINAL, WORDS_REDACTED):
        assert kept.text(copy).split("\n") == ["[PAYMENT_CARD]", "[PAYMENT_CARD]", "[PAYMENT_CARD]", "Never mind then."]
    for copy in RECORDINGS:
        assert _silent(kept, copy, (1 * RATE, 3 * RATE), AGENT)
        assert _silent(kept, copy, (4 * RATE, 8 * RATE), CALLER)
        assert np.array_equal(kept.sound(copy)[11 * RATE :], sound[11 * RATE :])


def test_a_card_that_only_the_stricter_search_suspects_is_not_kept_either() -> None:
    words = told(
        say(AGENT, 1, "De kaart graag, welk kaartnummer heeft u?"),
        say(CALLER, 5, "Het kaartnummer is 5555 5555 5555 en dan 1112, nee, sorry, 1111."),
        say(AGENT, 11, "Geen probleem. En de laatste vier?"),
        say(CALLER, 15, "4444"),
    )
    words = replace(words, language="nl")
    kept = take(words, recorded(words.turns, 18), replace(RULES, language="nl", countries=("NL",)))
    for copy in (WORDS_ORIGINAL, WORDS_REDACTED):
        assert not any(digits in kept.text(copy) for digits in ("5555", "1112"))
    assert "payment_residual" not in kept.outcome.reasons


def test_without_times_a_card_holds_the_sound_for_a_person() -> None:
    kept = take(untimed(CARD_CALL), recorded(CARD_CALL.turns, 12))
    assert kept.outcome.state is State.HELD
    assert REDACTED not in kept.kinds
    assert ORIGINAL in kept.kinds
    assert "4111" not in kept.text(WORDS_ORIGINAL)
    assert "not_located" in kept.outcome.reasons


def test_without_times_and_without_keeping_originals_no_sound_is_kept_at_all() -> None:
    kept = take(untimed(CARD_CALL), recorded(CARD_CALL.turns, 12), replace(RULES, keep_original=False))
    assert kept.outcome.state is State.IN_REVIEW
    assert kept.kinds == {WORDS_REDACTED, ItemKind.SHEET}


def test_without_times_other_findings_keep_the_sound_sealed_and_in_review() -> None:
    sound = recorded(MAIL_CALL.turns, 10)
    kept = take(untimed(MAIL_CALL), sound)
    assert kept.outcome.state is State.IN_REVIEW
    assert REDACTED not in kept.kinds
    assert np.array_equal(kept.sound(ORIGINAL), sound)


def test_without_times_and_without_findings_a_call_is_released() -> None:
    kept = take(untimed(PLAIN), recorded(PLAIN.turns, 10))
    assert kept.outcome.state is State.RELEASED
    assert kept.kinds == _OF_A_RECORDING


def test_where_only_the_turn_is_timed_the_whole_turn_is_masked() -> None:
    words = told(*(replace(turn, timing=Timing.TURN) for turn in MAIL_CALL.turns))
    kept = take(words, recorded(words.turns, 10))
    assert _silent(kept, REDACTED, (4 * RATE, 6 * RATE), CALLER)


def test_a_line_that_keeps_no_originals_keeps_none() -> None:
    kept = take(CARD_CALL, recorded(CARD_CALL.turns, 12), replace(RULES, keep_original=False))
    assert kept.kinds == {REDACTED, WORDS_REDACTED, ItemKind.SHEET}


def test_a_recording_alone_waits_without_its_keyed_tones() -> None:
    sound = recorded(PLAIN.turns, 16)
    key(sound, "4111111111111111", 10.5, CALLER)
    kept = take(None, sound)
    assert kept.outcome.state is State.WAITS_FOR_TRANSCRIPT
    assert kept.kinds == {ORIGINAL, ItemKind.SHEET}
    scanner = audio.DtmfScanner(RATE, 2, audio.DtmfProfile.MASKING)
    scanner.feed(kept.sound(ORIGINAL))
    assert scanner.finish() == []


def test_a_recording_alone_without_tones_is_kept_sample_for_sample() -> None:
    sound = recorded(PLAIN.turns, 10)
    assert np.array_equal(take(None, sound).sound(ORIGINAL), sound)


@pytest.mark.parametrize("words", [PLAIN, None])
def test_what_a_file_says_beside_its_sound_is_kept_in_no_copy(words: Transcript | None) -> None:
    sound = recorded(PLAIN.turns, 10)
    comment = b"paid with 4111 1111 1111 1111 "
    inner = b"INFOICMT" + len(comment).to_bytes(4, "little") + comment
    wav = as_wav(sound) + b"LIST" + len(inner).to_bytes(4, "little") + inner
    wav = wav[:4] + (len(wav) - 8).to_bytes(4, "little") + wav[8:]
    kept = take(words, wav)
    assert np.array_equal(kept.sound(ORIGINAL), sound)
    assert not [kind for kind, data in kept.shelf.items.items() if b"4111 1111" in data]


def test_a_recording_alone_whose_tones_are_left_is_held_for_a_day() -> None:
    sound = recorded(PLAIN.turns, 16)
    key(sound, "4111111111111111", 10.5, CALLER)
    kept = take(None, sound, damage={ORIGINAL: lambda data: as_wav(sound)})
    assert kept.outcome.state is State.HELD
    assert "dtmf_left" in kept.outcome.reasons


def test_a_transcript_alone_is_redacted() -> None:
    kept = take(CARD_CALL, None)
    assert kept.outcome.state is State.RELEASED
    assert kept.kinds == {WORDS_ORIGINAL, WORDS_REDACTED, ItemKind.SHEET}
    assert not any(b"4111 1111" in data for data in kept.shelf.items.values())


def test_neither_recording_nor_transcript_is_refused() -> None:
    with pytest.raises(TranscriptError) as refused:
        take(None, None)
    assert refused.value.code == "call_empty"


def test_the_words_of_another_call_are_refused() -> None:
    with pytest.raises(TranscriptError) as refused:
        take(PLAIN, recorded(PLAIN.turns, 6))
    assert refused.value.code == "transcript_beyond_audio"


def test_in_mono_without_speakers_everything_is_masked_on_the_one_channel() -> None:
    words = unnamed(MAIL_CALL)
    kept = take(words, recorded(words.turns, 10, channels=1))
    assert _silent(kept, REDACTED, MAIL_FRAMES, 0)
    assert all(mask.channels is None for mask in kept.sheet.masks)


def test_without_speakers_no_mask_is_left_to_one_channel() -> None:
    sound = recorded(MAIL_CALL.turns, 10)
    voice_over(sound, 4 * RATE, 6 * RATE, AGENT, seed=99)
    kept = take(unnamed(MAIL_CALL), sound)
    for channel in (AGENT, CALLER):
        assert _silent(kept, REDACTED, MAIL_FRAMES, channel)


def test_what_echoes_on_the_other_channel_is_masked_there_too() -> None:
    sound = recorded(MAIL_CALL.turns, 10)
    late = 80  # 10 ms
    sound[late:, AGENT] += (sound[:-late, CALLER] // 10).astype(np.int16)
    kept = take(MAIL_CALL, sound)
    for channel in (AGENT, CALLER):
        assert _silent(kept, REDACTED, MAIL_FRAMES, channel)


def test_a_long_recording_gives_what_a_short_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = recorded(CARD_CALL.turns, 12)
    key(sound, "12", 10.8, CALLER)
    short = take(CARD_CALL, sound)
    monkeypatch.setattr(listening, "_KEPT_BYTES", 0)
    long = take(CARD_CALL, sound)
    assert long.outcome == short.outcome
    assert long.shelf.items == short.shelf.items


def test_speech_that_nobody_wrote_down_goes_to_review_with_its_place() -> None:
    sound = recorded(PLAIN.turns, 16)
    voice_over(sound, 12 * RATE, 14 * RATE, AGENT, seed=99)
    kept = take(PLAIN, sound)
    assert (kept.outcome.state, kept.outcome.reasons) == (State.IN_REVIEW, ("speech_without_words",))
    (doubt,) = kept.sheet.doubts
    assert doubt.channels == (AGENT,)
    assert doubt.start is not None
    assert abs(doubt.start - 12 * RATE) < RATE / 2


def test_words_that_nobody_speaks_go_to_review() -> None:
    words = told(*PLAIN.turns, say(CALLER, 12, "nobody says this at all"))
    kept = take(words, recorded(PLAIN.turns, 16))
    assert kept.outcome.reasons == ("words_over_silence",)
    (doubt,) = kept.sheet.doubts
    assert doubt.turn == 2


@pytest.mark.parametrize("kind", RECORDINGS)
def test_a_mask_that_was_not_written_is_noticed(kind: ItemKind) -> None:
    sound = recorded(CARD_CALL.turns, 12)
    kept = take(CARD_CALL, sound, damage={kind: lambda data: as_wav(sound)})
    assert kept.outcome.state is State.IN_REVIEW
    assert any(code.startswith("audio_") for code in kept.outcome.reasons)
    assert (kind is ORIGINAL) == (ORIGINAL not in kept.kinds), "an original that may hold a card is not kept"


def test_a_keyed_tone_that_is_left_is_noticed() -> None:
    sound = recorded(MAIL_CALL.turns, 10)
    quiet = take(MAIL_CALL, sound)

    def keyed_again(data: bytes) -> bytes:
        heard = quiet.sound(REDACTED).copy()
        key(heard, "55", 8, AGENT)
        return as_wav(heard)

    kept = take(MAIL_CALL, sound, damage={REDACTED: keyed_again})
    assert kept.outcome.reasons == ("dtmf_left",)


def test_a_shorter_copy_is_noticed() -> None:
    sound = recorded(CARD_CALL.turns, 12)
    kept = take(CARD_CALL, sound, damage={REDACTED: lambda data: as_wav(sound[:-1])})
    assert kept.outcome.state is State.IN_REVIEW


def test_digits_that_no_rule_knows_go_to_review() -> None:
    words = told(
        say(AGENT, 1, "And what does it say on the label?"),
        say(CALLER, 5, "It says 88 31 904 56 17 on the label"),
    )
    kept = take(words, recorded(words.turns, 10))
    assert kept.outcome.reasons == ("text_residual",)
    assert [doubt.turn for doubt in kept.sheet.doubts] == [1]


def test_the_sheet_holds_no_value() -> None:
    kept = take(CARD_CALL, recorded(CARD_CALL.turns, 12))
    (found,) = kept.sheet.findings
    assert (found.type, found.about) == ("PAYMENT_CARD", "caller")
    text = kept.text(WORDS_REDACTED).split("\n")
    for place in found.places:
        assert text[place.turn][place.start : place.end].startswith("[PAYMENT_CARD")
    assert "1111" not in kept.shelf.items[ItemKind.SHEET].decode()
