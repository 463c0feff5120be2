"""The second, stricter pass: is what was masked really gone, in text and in sound (design section 4a)."""

from __future__ import annotations

from collections.abc import Iterator

from callward.engine import audio, pii, transcripts
from callward.listening import Sound
from callward.plan import PAYMENT, Copy, Doubt, Rules
from callward.shelf import ItemKind, Shelf

# Speech shorter than this may be a breath, a laugh, a "mm": it needs no words.
SPEECH_WITHOUT_WORDS_MS = 700
# A word is over silence when no speech lies within this distance of it: recognisers place words this exactly.
WORD_SLACK_MS = 400


def payment_left(kept: pii.Conversation) -> Iterator[int]:
    """Give the turns where a stricter search finds payment data that was not located: it is suspected there."""
    for finding in pii.residual(kept):
        if finding.type in PAYMENT:
            yield from (span.turn for span in finding.spans)


def check_language(talk: pii.Conversation) -> Iterator[Doubt]:
    """Find turns in a language that detection has no tables for: its names and words may still stand there."""
    for turn in pii.uncovered(talk)[:1]:
        yield Doubt("language_not_covered", turn=turn)


def check_text(kept: pii.Conversation, released: pii.Conversation, rules: Rules) -> Iterator[Doubt]:
    """Search both redacted texts again, with lower thresholds."""
    for finding in pii.residual(released):
        if finding.type in rules.operators:
            yield Doubt("text_residual", turn=finding.spans[0].turn)
    for turn in dict.fromkeys(payment_left(kept)):
        yield Doubt("payment_residual", turn=turn)


def check_places(transcript: transcripts.Transcript, copy: Copy, sound: Sound) -> Iterator[Doubt]:
    """Hold the words against the sound: findings without a place, speech without words, words over silence."""
    for number in copy.unplaced:
        yield Doubt("not_located", turn=copy.findings[number].spans[0].turn)
    if transcript.timing is transcripts.Timing.NONE:
        return  # nothing can be held against anything; what was found is already in doubt as not located
    rate = sound.info.rate
    words = [
        audio.Stretch(word.start, max(word.end, word.start + 1), None if turn.channel is None else (turn.channel,))
        for turn in transcript.turns
        for word in turn.words
        if word.start is not None and word.end is not None
    ]
    for channel in range(sound.info.channels):
        # A keyed tone is loud and has no words; it is masked, and was never speech.
        covers = audio.merge([*words, *sound.keyed], channel, gap=rate * WORD_SLACK_MS // 1000)
        speech = audio.merge(sound.speech, channel)
        for left in audio.uncovered(speech, covers, longer_than=rate * SPEECH_WITHOUT_WORDS_MS // 1000):
            yield Doubt("speech_without_words", stretch=audio.Stretch(left.start, left.end, (channel,)))
    yield from _words_over_silence(transcript, sound)


def _words_over_silence(transcript: transcripts.Transcript, sound: Sound) -> Iterator[Doubt]:
    slack = sound.info.rate * WORD_SLACK_MS // 1000
    speech = [audio.merge(sound.speech, channel) for channel in range(sound.info.channels)]
    for number, turn in enumerate(transcript.turns):
        if turn.timing is not transcripts.Timing.WORD or turn.start is None or turn.end is None:
            continue
        known = turn.channel is not None and turn.channel < sound.info.channels
        lanes = (turn.channel,) if known and turn.channel is not None else tuple(range(sound.info.channels))
        heard = (part for lane in lanes for part in speech[lane])
        if not any(part.start - slack < turn.end and turn.start < part.end + slack for part in heard):
            yield Doubt("words_over_silence", turn=number, stretch=audio.Stretch(turn.start, turn.end, lanes))


def check_sound(shelf: Shelf, kind: ItemKind, copy: Copy, sound: Sound, rules: Rules) -> Iterator[Doubt]:
    """Decode what was sealed: masked stretches hold exactly what was written, and no keyed tone is left."""
    info = sound.info
    with shelf.reader(kind) as sealed:
        scanner = audio.DtmfScanner(info.rate, info.channels, audio.DtmfProfile.MASKING)
        try:
            audio.verify_masked(
                audio.heard_by(audio.open_audio(sealed).blocks(), scanner.feed),
                copy.stretches,
                rules.fill,
                rate=info.rate,
                channels=info.channels,
                frames=info.frames,
            )
        except audio.AudioError as error:
            yield Doubt(error.code)
        if scanner.finish():
            yield Doubt("dtmf_left")
