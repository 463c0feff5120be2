"""One-minute calls that are all different: runs of turns of the demonstration's dialogues, cut from its recordings."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from callward.engine.audio import AudioError, open_audio
from callward.engine.transcripts import Timing, Transcript, Turn, dump_transcript
from callward.intake import Intake, IntakeOptions, discover, given

RATE = 8000
SECONDS = 60


@dataclass(frozen=True, slots=True)
class _Dialogue:
    line: str
    sound: NDArray[np.int16]  # (frames, 2) at RATE
    turns: tuple[Turn, ...]

    def pieces(self, first: int) -> Iterator[tuple[int, int, Turn]]:
        """Each turn from ``first`` on with its sound: from its start to the next turn's, keyed tones included."""
        for number, turn in enumerate(self.turns[first:], first):
            assert turn.start is not None
            assert turn.end is not None
            after = self.turns[number + 1].start if number + 1 < len(self.turns) else len(self.sound)
            yield turn.start, max(turn.end, after or 0), turn


def write_calls(samples: Path, folder: Path, count: int) -> None:
    """Write so many calls: two-channel A-law WAV, word-timed transcript, call file; the same ones each time."""
    chance = random.Random(26)
    dialogues = list(_dialogues(samples))
    lines = sorted({dialogue.line for dialogue in dialogues})
    for number in range(count):
        line = lines[number % len(lines)]
        sound, turns = _minute([dialogue for dialogue in dialogues if dialogue.line == line], chance)
        stem = folder / f"call-{number:04}"
        soundfile.write(stem.with_suffix(".wav"), sound, RATE, subtype="ALAW")
        told = Transcript(turns, RATE)
        stem.with_suffix(".json").write_bytes(dump_transcript(told))
        facts = {
            "line": line,
            "started_at": f"2026-11-10T{8 + number // 60:02}:{number % 60:02}:00+00:00",
            "caller": {"phone": f"+447700900{number % 1000:03}"},  # numbers kept for fiction
        }
        stem.with_suffix(".call.json").write_text(json.dumps(facts), "utf-8")


def _dialogues(samples: Path) -> Iterator[_Dialogue]:
    """The sample calls of two channels whose transcript times each word and says who speaks."""
    intake = Intake(IntakeOptions(given({"agent_channel": "0"}), None, "UTC"))
    for source in discover([samples]):
        if source.refusal or source.recording is None or source.transcript is None:
            continue
        with intake.load(source) as call:
            if call.recording is None or call.transcript is None or call.facts.line is None:
                continue
            try:
                reader = open_audio(call.recording)
                sound = np.concatenate(list(reader.blocks()))
            except AudioError:  # one recording is cut off on purpose
                continue
            turns = call.transcript(RATE).turns
            timed = all(turn.timing is Timing.WORD and turn.channel is not None for turn in turns)
            if reader.info.channels == 2 and timed:
                yield _Dialogue(call.facts.line, _at_rate(sound, reader.info.rate), turns)


def _at_rate(sound: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    return sound if rate == RATE else soxr.resample(sound, rate, RATE)


def _minute(dialogues: list[_Dialogue], chance: random.Random) -> tuple[NDArray[np.int16], tuple[Turn, ...]]:
    frames = RATE * SECONDS
    sound = np.zeros((frames, 2), np.int16)
    turns: list[Turn] = []
    at = chance.randrange(RATE // 20, RATE)
    while True:
        dialogue = chance.choice(dialogues)
        for start, end, turn in dialogue.pieces(chance.randrange(len(dialogue.turns))):
            if at + end - start > frames:
                return sound, tuple(turns)
            sound[at : at + end - start] = dialogue.sound[start:end]
            turns.append(_moved(turn, at - start))
            at += end - start


def _moved(turn: Turn, by: int) -> Turn:
    assert turn.start is not None
    assert turn.end is not None
    words = tuple(
        replace(word, start=word.start + by, end=word.end + by)
        for word in turn.words
        if word.start is not None and word.end is not None
    )
    return replace(turn, words=words, start=turn.start + by, end=turn.end + by)
