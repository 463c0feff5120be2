"""Calls for the tests of the main job: turns with true times, sound under every word, and a shelf in memory."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

import numpy as np
import soundfile
from numpy.typing import NDArray

from callward.engine import pii
from callward.engine.transcripts import Speaker, Timing, Transcript, Turn, Word, load_transcript, without_times
from callward.pipeline import Incoming, Outcome, process
from callward.plan import Rules
from callward.sheet import Sheet, load_sheet
from callward.shelf import ItemKind

RATE = 8000
AGENT, CALLER = 0, 1
CARD = "4111 1111 1111 1111"
Sound = NDArray[np.int16]

RULES = Rules("en", ("GB",), pii.DEFAULT_OPERATORS)


class _Written(io.BytesIO):
    def __init__(self, keep: Callable[[bytes], None]) -> None:
        super().__init__()
        self._keep = keep

    def close(self) -> None:
        if not self.closed:
            self._keep(self.getvalue())
        super().close()


@dataclass
class MemoryShelf:
    """A shelf that keeps what is written; ``damage`` changes what a reader gets of a kind, as a broken writer would."""

    damage: dict[ItemKind, Callable[[bytes], bytes]] = field(default_factory=dict)
    items: dict[ItemKind, bytes] = field(default_factory=dict)
    mediatypes: dict[ItemKind, str] = field(default_factory=dict)

    def writer(self, kind: ItemKind, mediatype: str) -> BinaryIO:
        self.mediatypes[kind] = mediatype
        return cast("BinaryIO", _Written(lambda data: self.items.__setitem__(kind, data)))

    def reader(self, kind: ItemKind) -> BinaryIO:
        return io.BytesIO(self.damage.get(kind, bytes)(self.items[kind]))

    def discard(self, kind: ItemKind) -> None:
        self.items.pop(kind, None)


@dataclass(frozen=True)
class Kept:
    """What the main job made of a call."""

    outcome: Outcome
    shelf: MemoryShelf

    @property
    def kinds(self) -> set[ItemKind]:
        return set(self.shelf.items)

    def sound(self, kind: ItemKind) -> Sound:
        heard, rate = soundfile.read(io.BytesIO(self.shelf.items[kind]), dtype="int16", always_2d=True)
        assert rate == RATE
        return cast("Sound", heard)

    def text(self, kind: ItemKind) -> str:
        return "\n".join(turn.text for turn in load_transcript(self.shelf.items[kind]).turns)

    @property
    def sheet(self) -> Sheet:
        return load_sheet(self.shelf.items[ItemKind.SHEET])


def say(channel: int, at: float, text: str, *, seconds: float = 0.4, timing: Timing = Timing.WORD) -> Turn:
    """One turn, a word every ``seconds`` from second ``at``; channel 0 is the agent's."""
    words, offset = [], 0
    for number, word in enumerate(text.split()):
        offset = text.index(word, offset)
        start = round((at + number * seconds) * RATE)
        words.append(Word(word, offset, start, start + round(seconds * RATE)))
        offset += len(word)
    speaker = Speaker.AGENT if channel == AGENT else Speaker.CALLER
    return Turn(speaker, text, tuple(words), timing, channel, words[0].start, words[-1].end)


def told(*turns: Turn) -> Transcript:
    return Transcript(turns, RATE, "en")


def recorded(turns: Sequence[Turn], seconds: float, *, channels: int = 2) -> Sound:
    """Sound like speech under every word and silence elsewhere."""
    sound = np.zeros((round(seconds * RATE), channels), np.int16)
    for number, turn in enumerate(turns):
        assert turn.start is not None
        assert turn.end is not None
        end = min(turn.end, len(sound))
        voice_over(sound, turn.start, end, 0 if channels == 1 else turn.channel or 0, seed=number)
    return sound


def voice_over(sound: Sound, start: int, end: int, channel: int, *, seed: int) -> None:
    """Put noise that swells and falls four times a second, as syllables do."""
    noise = np.random.default_rng(seed).normal(0, 2500, end - start)
    swell = 0.15 + np.abs(np.sin(np.arange(end - start) * np.pi * 4 / RATE))
    sound[start:end, channel] = np.rint(noise * swell).clip(-32768, 32767).astype(np.int16)


def key(sound: Sound, digits: str, at: float, channel: int) -> tuple[int, int]:
    """Key digits over the sound; gives first and last frame."""
    low, high = (697, 770, 852, 941), (1209, 1336, 1477)
    keys = ("123", "456", "789", "*0#")
    place = first = round(at * RATE)
    time = np.arange(RATE // 10) / RATE
    for digit in digits:
        row = next(index for index, line in enumerate(keys) if digit in line)
        tone = np.sin(2 * np.pi * low[row] * time) + np.sin(2 * np.pi * high[keys[row].index(digit)] * time)
        sound[place : place + len(time), channel] = np.rint(5000 * tone).astype(np.int16)
        place += RATE // 5
    return first, place - RATE // 10


def as_wav(sound: Sound) -> bytes:
    target = io.BytesIO()
    soundfile.write(target, sound, RATE, format="WAV", subtype="PCM_16")
    return target.getvalue()


def as_flac(sound: Sound) -> bytes:
    target = io.BytesIO()
    soundfile.write(target, sound, RATE, format="FLAC", subtype="PCM_16")
    return target.getvalue()


def take(
    transcript: Transcript | None,
    sound: Sound | bytes | None,
    rules: Rules = RULES,
    damage: dict[ItemKind, Callable[[bytes], bytes]] | None = None,
) -> Kept:
    """Run the main job."""
    data = as_wav(sound) if isinstance(sound, np.ndarray) else sound
    recording = None if data is None else io.BytesIO(data)
    shelf = MemoryShelf(damage or {})
    reader = None if transcript is None else lambda rate: transcript
    return Kept(process(Incoming(recording, reader), rules, shelf), shelf)


def untimed(transcript: Transcript) -> Transcript:
    return without_times(transcript)


def unnamed(transcript: Transcript) -> Transcript:
    """The same words with nobody named and no channel known."""
    turns = (replace(turn, speaker=Speaker.UNKNOWN, channel=None) for turn in transcript.turns)
    return replace(transcript, turns=tuple(turns))
