"""The transcript of a rendered call in the formats that recognisers and contact-centre systems write."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from phone import RATE
from render import Rendered, Turn

_ROLES = ("agent", "caller")
_CONFIDENCE_SEED = 20261109


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a transcript, samples at 8 kHz, end exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a transcript."""

    channel: int
    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens)


def said_turns(call: Rendered, *, digits: bool) -> tuple[Said, ...]:
    """The turns that a recogniser hears, in order of their start; keyed tones are no words."""
    turns = [Said(turn.channel, tokens_of(turn, digits=digits)) for turn in call.turns if turn.words]
    return tuple(sorted(turns, key=lambda turn: turn.tokens[0].start))


def tokens_of(turn: Turn, *, digits: bool) -> tuple[Token, ...]:
    """The words of a turn as said, or with numbers and addresses in digits and signs."""
    tokens: list[Token] = []
    for word in turn.words:
        if not digits:
            tokens += [Token(*said) for said in word.said]
            continue
        written = word.written.split()
        cuts = np.linspace(word.start, word.end, len(written) + 1).astype(int)
        tokens += [Token(text, int(cuts[n]), int(cuts[n + 1])) for n, text in enumerate(written)]
    return tuple(tokens)


def own(turns: tuple[Said, ...], language: str, *, timed: bool = True) -> bytes:
    """Callward's own JSON (docs/formats/transcript.md)."""
    return _json(
        {
            "format": "callward-transcript",
            "version": 1,
            "rate": RATE,
            "language": language,
            "turns": [_own_turn(turn, timed=timed) for turn in turns],
        }
    )


def own_without_times(turns: tuple[Said, ...], language: str) -> bytes:
    """Callward's own JSON as a transcriber without times gives it."""
    return own(turns, language, timed=False)


def _own_turn(turn: Said, *, timed: bool) -> dict[str, Any]:
    words: list[list[Any]] = []
    offset = 0
    for token in turn.tokens:
        words.append([offset, len(token.text), token.start if timed else None, token.end if timed else None, None])
        offset += len(token.text) + 1
    return {
        "speaker": _ROLES[turn.channel],
        "channel": turn.channel,
        "timing": "word" if timed else "none",
        "start": turn.tokens[0].start if timed else None,
        "end": turn.tokens[-1].end if timed else None,
        "text": turn.text,
        "words": words,
    }


def whisper(turns: tuple[Said, ...], language: str) -> bytes:
    """Whisper JSON with word times; it knows no speakers."""
    return _json(
        {
            "text": "".join(f" {turn.text}" for turn in turns),
            "segments": _segments(turns, speakers=False),
            "language": language,
        }
    )


def whisper_with_speakers(turns: tuple[Said, ...], language: str) -> bytes:
    """Whisper JSON of two channels transcribed apart and merged, each segment with its speaker."""
    return _json({"segments": _segments(turns, speakers=True), "language": language})


def faster_whisper(turns: tuple[Said, ...], language: str) -> bytes:
    """The segments of faster-whisper as a bare list, merged from two channels."""
    return _json(_segments(turns, speakers=True))


def _segments(turns: tuple[Said, ...], *, speakers: bool) -> list[dict[str, Any]]:
    random = np.random.default_rng(_CONFIDENCE_SEED)
    segments = []
    for number, turn in enumerate(turns):
        segment: dict[str, Any] = {
            "id": number,
            "seek": 0,
            "start": _seconds(turn.tokens[0].start),
            "end": _seconds(turn.tokens[-1].end),
            "text": f" {turn.text}",
            "avg_logprob": round(float(random.uniform(-0.4, -0.1)), 3),
            "no_speech_prob": round(float(random.uniform(0.0, 0.05)), 3),
            "words": [
                {
                    "word": f" {token.text}",
                    "start": _seconds(token.start),
                    "end": _seconds(token.end),
                    "probability": round(float(random.uniform(0.71, 0.999)), 3),
                }
                for token in turn.tokens
            ],
        }
        if speakers:
            segment["speaker"] = ("AGENT", "CUSTOMER")[turn.channel]
        segments.append(segment)
    return segments


def deepgram(turns: tuple[Said, ...], language: str) -> bytes:
    """Deepgram JSON of a multichannel request, with utterances."""
    random = np.random.default_rng(_CONFIDENCE_SEED)
    utterances = []
    channels: list[list[dict[str, Any]]] = [[], []]
    for turn in turns:
        words = [
            {
                "word": token.text.strip(".,?!;:").lower(),
                "start": _seconds(token.start),
                "end": _seconds(token.end),
                "confidence": round(float(random.uniform(0.8, 0.999)), 4),
                "punctuated_word": token.text,
            }
            for token in turn.tokens
        ]
        channels[turn.channel] += words
        utterances.append(
            {
                "start": words[0]["start"],
                "end": words[-1]["end"],
                "confidence": 0.97,
                "channel": turn.channel,
                "transcript": turn.text,
                "words": words,
            }
        )
    alternatives = [
        {"transcript": " ".join(str(word["punctuated_word"]) for word in words), "confidence": 0.97, "words": words}
        for words in channels
    ]
    return _json(
        {
            "metadata": {"channels": 2},
            "results": {
                "channels": [{"alternatives": [best], "detected_language": language} for best in alternatives],
                "utterances": utterances,
            },
        }
    )


def contact_lens(turns: tuple[Said, ...], language: str) -> bytes:
    """Amazon Contact Lens for post-call analysis: turns timed in milliseconds."""
    locale = {"et": "et-EE", "nl": "nl-NL"}[language]
    return _json(
        {
            "Version": "1.1.0",
            "Channel": "VOICE",
            "JobStatus": "COMPLETED",
            "LanguageCode": locale,
            "ContentMetadata": {"Output": "Raw"},
            "Participants": [
                {"ParticipantId": "AGENT", "ParticipantRole": "AGENT"},
                {"ParticipantId": "CUSTOMER", "ParticipantRole": "CUSTOMER"},
            ],
            "Transcript": [
                {
                    "Id": f"turn-{number:03}",
                    "ParticipantId": ("AGENT", "CUSTOMER")[turn.channel],
                    "Content": turn.text,
                    "BeginOffsetMillis": turn.tokens[0].start * 1000 // RATE,
                    "EndOffsetMillis": turn.tokens[-1].end * 1000 // RATE + 1,
                }
                for number, turn in enumerate(turns)
            ],
        }
    )


def webvtt(turns: tuple[Said, ...], language: str) -> bytes:
    """WebVTT with voices; the cue is timed, its words are not."""
    cues = [
        f"{_clock(turn.tokens[0].start, '.')} --> {_clock(turn.tokens[-1].end, '.')}\n"
        f"<v {_ROLES[turn.channel].title()}>{turn.text}"
        for turn in turns
    ]
    return ("\n\n".join([f"WEBVTT\nLanguage: {language}", *cues]) + "\n").encode()


def webvtt_with_word_times(turns: tuple[Said, ...], language: str) -> bytes:
    """WebVTT with voices and a time before each word."""
    cues = []
    for turn in turns:
        first, *rest = turn.tokens
        inline = "".join(f" <{_clock(token.start, '.')}>{token.text}" for token in rest)
        times = f"{_clock(first.start, '.')} --> {_clock(turn.tokens[-1].end, '.')}"
        cues.append(f"{times}\n<v {_ROLES[turn.channel].title()}>{first.text}{inline}")
    return ("\n\n".join([f"WEBVTT\nLanguage: {language}", *cues]) + "\n").encode()


def subrip(turns: tuple[Said, ...], language: str) -> bytes:
    """SubRip with the speaker in front of the text."""
    cues = [
        f"{number}\n{_clock(turn.tokens[0].start, ',')} --> {_clock(turn.tokens[-1].end, ',')}\n"
        f"{_ROLES[turn.channel].title()}: {turn.text}\n"
        for number, turn in enumerate(turns, 1)
    ]
    return "\n".join(cues).encode()


WRITERS: dict[str, tuple[str, Callable[[tuple[Said, ...], str], bytes]]] = {
    "own": (".json", own),
    "own-without-times": (".json", own_without_times),
    "whisper": (".json", whisper),
    "whisper-speakers": (".json", whisper_with_speakers),
    "faster-whisper": (".json", faster_whisper),
    "deepgram": (".json", deepgram),
    "contact-lens": (".json", contact_lens),
    "vtt": (".vtt", webvtt),
    "vtt-words": (".vtt", webvtt_with_word_times),
    "srt": (".srt", subrip),
}


def _seconds(samples: int) -> float:
    return round(samples / RATE, 3)


def _clock(samples: int, point: str) -> str:
    milliseconds = samples * 1000 // RATE
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
