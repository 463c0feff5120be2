"""A written dialogue to two channels of telephone sound, with every word and key in its true place."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import phone
from dialogue import Dialogue, Line, Mark, Piece
from voice import Synthesiser, Voice

Samples = npt.NDArray[np.float64]

_LEAD_IN = 0.5
_TAIL = 0.8
_MAX_OVERLAP = 0.45


@dataclass(frozen=True, slots=True)
class Word:
    """A written token and what was said for it; each ``said`` word has its samples at 8 kHz, end exclusive."""

    said: tuple[tuple[str, int, int], ...]
    written: str
    mark: Mark | None

    @property
    def start(self) -> int:
        return self.said[0][1]

    @property
    def end(self) -> int:
        return self.said[-1][2]


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said in one turn; without words it is keyed tones."""

    channel: int
    words: tuple[Word, ...]
    keys: str = ""
    tones: tuple[tuple[int, int], ...] = ()

    @property
    def start(self) -> int:
        return self.words[0].start if self.words else self.tones[0][0]

    @property
    def end(self) -> int:
        return self.words[-1].end if self.words else self.tones[-1][1]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The whole call: PCM of shape (frames, 2) that lies on G.711 steps, and its turns."""

    pcm: npt.NDArray[np.int16]
    turns: tuple[Turn, ...]
    law: str


def render(dialogue: Dialogue, synthesiser: Synthesiser) -> Rendered:
    """Speak and mix a call. The seed is the call's own name, so one call can change without the others."""
    random = np.random.default_rng(zlib.crc32(dialogue.stem.encode()))
    facts = dialogue.facts
    voices = (_voice(facts["agent_voice"]), _voice(facts["caller_voice"]))
    at = int(_LEAD_IN * phone.RATE)
    ends = [0, 0]
    placed: list[tuple[int, int, Samples]] = []
    turns: list[Turn] = []
    for line in dialogue.lines:
        gap = line.gap if line.gap is not None else float(random.uniform(0.25, 0.7))
        begin = max(at + int(max(gap, -_MAX_OVERLAP) * phone.RATE), ends[line.channel] + phone.RATE // 10)
        if line.keys:
            begin += int(0.6 * phone.RATE)
            sound, tones = phone.keyed(line.keys, random)
            turns.append(Turn(line.channel, (), line.keys, tuple((begin + a, begin + b) for a, b in tones)))
        else:
            sound, words = _speak(line, voices[line.channel], synthesiser)
            turns.append(Turn(line.channel, tuple(_moved(word, begin) for word in words)))
        placed.append((line.channel, begin, sound))
        ends[line.channel] = at = begin + sound.size
    mixed = np.zeros((max(ends) + int(_TAIL * phone.RATE), 2))
    for channel, begin, sound in placed:
        mixed[begin : begin + sound.size, channel] += sound
    if "echo" in facts:
        # The caller's voice comes back on the agent's channel through a loudspeaking set.
        delay = int(0.04 * phone.RATE)
        mixed[delay:, 0] += mixed[:-delay, 1] * 10 ** (float(facts["echo"]) / 20)
    for channel in (0, 1):
        mixed[:, channel] += phone.line_noise(len(mixed), random)
    law = "ulaw" if "ulaw" in facts["audio"] else "alaw"
    return Rendered(phone.through_g711(mixed, law), tuple(turns), law)


def _voice(text: str) -> Voice:
    name, speed, pitch = text.split()
    return Voice(name, int(speed), int(pitch))


def _moved(word: Word, by: int) -> Word:
    return Word(tuple((text, start + by, end + by) for text, start, end in word.said), word.written, word.mark)


def _speak(line: Line, voice: Voice, synthesiser: Synthesiser) -> tuple[Samples, list[Word]]:
    """One turn: stretches of speech with the written silences between them."""
    sounds: list[Samples] = []
    words: list[Word] = []
    at = 0
    for pause, stretch in _stretches(line):
        if pause:
            silence = np.zeros(int(pause * phone.RATE))
            sounds.append(silence)
            at += silence.size
        said = tuple(word for piece in stretch for word in piece.said)
        spoken = synthesiser.speak(said, voice)
        narrow = phone.band(spoken.samples, spoken.rate)
        ratio = phone.RATE / spoken.rate
        places = iter(spoken.words)
        for piece in stretch:
            inside = [(text, *next(places)) for text in piece.said]
            timed = tuple(
                (text, at + int(start * ratio), at + min(narrow.size, int(end * ratio))) for text, start, end in inside
            )
            words.append(Word(timed, piece.written, piece.mark))
        sounds.append(narrow)
        at += narrow.size
    return np.concatenate(sounds), words


def _stretches(line: Line) -> list[tuple[float, list[Piece]]]:
    stretches: list[tuple[float, list[Piece]]] = [(0.0, [])]
    for piece in line.pieces:
        if piece.pause:
            stretches.append((piece.pause, []))
        else:
            stretches[-1][1].append(piece)
    return [stretch for stretch in stretches if stretch[1]]
