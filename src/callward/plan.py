"""Which words and which stretches of sound are taken out of which copy of a call.

Two copies may be kept. The released copy follows the line's rules. The kept original holds everything but payment
data, which is never kept (PCI DSS 3.3.1, 3.5.1; design section 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from callward.engine import audio, pii, transcripts
from callward.listening import Sound

# Never kept in any copy, whatever a line's rules say.
PAYMENT = frozenset({pii.Type.PAYMENT_CARD, pii.Type.CARD_CVV, pii.Type.CARD_EXPIRY})

SUSPECTED = "payment_suspected"


@dataclass(frozen=True, slots=True)
class Rules:
    """A line's rules as the main job needs them."""

    language: str | None
    countries: tuple[str, ...]
    operators: Mapping[pii.Type, pii.Operator]  # types that are absent stay readable in the released copy
    keep_original: bool = True
    fill: audio.Fill = audio.Fill.SILENCE
    pad_ms: int = 150
    pseudonym_key: bytes | None = None  # of the controller: for what is about anybody but the caller
    caller_key: bytes | None = None  # of the caller: goes when they are erased


@dataclass(frozen=True, slots=True)
class Mask:
    """A stretch of sound that is masked, and why. ``finding`` is an index into the copy's findings."""

    stretch: audio.Stretch
    type: pii.Type
    finding: int | None


@dataclass(frozen=True, slots=True)
class Copy:
    """What is taken out of one copy."""

    findings: tuple[pii.Finding, ...]
    masks: tuple[Mask, ...]
    unplaced: tuple[int, ...]  # findings without a place in the sound

    @property
    def stretches(self) -> list[audio.Stretch]:
        return [mask.stretch for mask in self.masks]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason for review, with the place a person should look at."""

    code: str
    turn: int | None = None
    stretch: audio.Stretch | None = None


def conversation(transcript: transcripts.Transcript, rules: Rules) -> pii.Conversation:
    """Turn a transcript into what detection reads."""
    to_ms = 1000 / transcript.rate
    turns = tuple(
        pii.Turn(
            pii.About(turn.speaker.value),
            turn.text,
            None if turn.start is None else round(turn.start * to_ms),
            None if turn.end is None else round(turn.end * to_ms),
        )
        for turn in transcript.turns
    )
    return pii.Conversation(turns, transcript.language or rules.language, rules.countries)


def suspected(talk: pii.Conversation, turns: Iterable[int]) -> tuple[pii.Finding, ...]:
    """Make each suspected turn and its neighbours findings as a whole (design section 4, first grade)."""
    wide = sorted({near for turn in turns for near in (turn - 1, turn, turn + 1) if 0 <= near < len(talk.turns)})
    return tuple(
        pii.Finding(
            type=pii.Type.PAYMENT_CARD,
            spans=(pii.Span(turn, 0, len(talk.turns[turn].text)),),
            score=0.5,
            rule=SUSPECTED,
            spoken=False,
            about=talk.turns[turn].speaker,
            value="",
        )
        for turn in wide
        if talk.turns[turn].text
    )


def swallow(findings: Sequence[pii.Finding], whole_turns: Sequence[pii.Finding]) -> tuple[pii.Finding, ...]:
    """Put findings that cover whole turns in place of what lies inside those turns."""
    covered = {finding.spans[0].turn for finding in whole_turns}
    kept = []
    for finding in findings:
        spans = tuple(span for span in finding.spans if span.turn not in covered)
        if spans:
            kept.append(finding if spans == finding.spans else replace(finding, spans=spans))
    return (*kept, *whole_turns)


def copy_of(
    findings: tuple[pii.Finding, ...], transcript: transcripts.Transcript, sound: Sound | None, rules: Rules
) -> Copy:
    """Say where each finding sounds, padded as the line's rules say.

    Keyed tones are masked in every copy. Card, security code, password and national id are masked on all channels,
    and so is whatever has no known channel (design section 4a).
    """
    if sound is None:
        return Copy(findings, (), ())
    masks = [Mask(stretch, pii.Type.PAYMENT_CARD, None) for stretch in sound.keyed]
    unplaced = []
    for number, finding in enumerate(findings):
        placed = [_stretch(transcript.turns[span.turn], span, finding.type, sound.info) for span in finding.spans]
        if any(stretch is None for stretch in placed):
            unplaced.append(number)
        windows = audio.pad(
            [stretch for stretch in placed if stretch is not None],
            rate=sound.info.rate,
            frames=sound.info.frames,
            pad_ms=rules.pad_ms,
        )
        masks += [Mask(window, finding.type, number) for window in windows]
    return Copy(findings, tuple(sorted(masks, key=lambda mask: mask.stretch.start)), tuple(unplaced))


def with_echoes(copy: Copy, sound: Sound) -> Copy:
    """Mask on all channels what can be heard on the other channel too (design section 4a)."""
    alone = [mask.stretch for mask in copy.masks if mask.stretch.channels is not None]
    echoes = sound.echoing(alone)
    masks = tuple(
        replace(mask, stretch=replace(mask.stretch, channels=None)) if mask.stretch in echoes else mask
        for mask in copy.masks
    )
    return replace(copy, masks=masks)


def _stretch(turn: transcripts.Turn, span: pii.Span, kind: pii.Type, info: audio.AudioInfo) -> audio.Stretch | None:
    """Give the frames of a span, or None when it has no times or lies outside the recording."""
    where = transcripts.stretch_of(turn, span.start, span.end)
    if where is None:
        return None
    # Where the delay of an MP3 was assumed, whoever wrote the words may have counted it in: both readings are masked.
    start, end = max(0, where[0] - info.assumed_delay), max(where[1], where[0] + 1)
    if start >= info.frames or end <= 0:
        return None
    alone = (
        turn.channel is not None
        and turn.channel < info.channels
        and info.channels > 1
        and turn.speaker is not transcripts.Speaker.UNKNOWN
        and kind not in pii.ALL_CHANNEL_TYPES
    )
    return audio.Stretch(start, end, (turn.channel,) if alone and turn.channel is not None else None)
