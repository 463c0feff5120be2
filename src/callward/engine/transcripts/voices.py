"""Words that producers list without turns: grouped into turns by voice and by pause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from callward.engine.transcripts.assembling import SpokenWord, Utterance, joined

_PAUSE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class VoicedWord:
    """A word and whose it is: the producer's name for the voice, and the 0-based channel."""

    word: SpokenWord
    voice: str | None = None
    channel: int | None = None


def by_pause(spoken: Iterable[VoicedWord]) -> Iterator[Utterance]:
    """One utterance for each run of words of one voice without a pause over 1.0 s."""
    run: list[VoicedWord] = []
    for word in spoken:
        if run and (_other_voice(run[-1], word) or _pause(run[-1].word, word.word) > _PAUSE_SECONDS):
            yield _utterance(run)
            run = []
        run.append(word)
    if run:
        yield _utterance(run)


def spells(words: Iterable[SpokenWord], text: str) -> bool:
    """Whether the words hold all letters and digits of a text, in order, and no others."""
    return _letters("".join(word.text for word in words)) == _letters(text)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _utterance(run: list[VoicedWord]) -> Utterance:
    words = tuple(spoken.word for spoken in run)
    return Utterance(joined(words), words[0].start, words[-1].end, run[0].voice, run[0].channel, words)


def _other_voice(before: VoicedWord, after: VoicedWord) -> bool:
    return (before.voice, before.channel) != (after.voice, after.channel)


def _pause(before: SpokenWord, after: SpokenWord) -> float:
    return 0.0 if before.end is None or after.start is None else after.start - before.end
