"""Recordings that come alone: a transcriber of the user's choice writes the words.

One setting names it: a command that reads WAV on standard input and writes Whisper JSON with word times on standard
output, an ``http(s)://`` endpoint that takes the same by POST, or ``faster-whisper:MODEL`` (the extra
``callward[asr]``, with weights the user has). Each channel is transcribed by itself, so that who speaks is known.
Sound passes through pipes and memory only, never through a file.
"""

from __future__ import annotations

import io
import shlex
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, BinaryIO
from urllib.parse import urlsplit

import httpx
import numpy as np

from callward.engine import audio, transcripts
from callward.engine.errors import Error

# A transcriber takes the chunks of a mono WAV and gives Whisper JSON.
Transcriber = Callable[[Iterator[bytes]], bytes]

_PATIENCE_S = 3600
_MAX_TRANSCRIPT = 64 << 20
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_STREAMED = 0xFFFFFFFF  # what a WAV header says when its length is not known beforehand


class TranscriberError(Error):
    """The transcriber could not be used: ``transcriber_failed``, ``transcriber_missing``, ``transcriber_setting``."""


def transcriber(setting: str) -> Transcriber | None:
    """Make a transcriber of a setting; None when the setting is empty.

    Raises ``TranscriberError`` (``transcriber_setting``) for a setting that names nothing usable.
    """
    if not setting:
        return None
    if setting.startswith(("http://", "https://")):
        _check_endpoint(setting)
        return lambda wav: _post(setting, wav)
    if setting.startswith("faster-whisper:"):
        return _faster_whisper(setting.partition(":")[2])
    try:
        command = shlex.split(setting)
    except ValueError:
        raise TranscriberError("transcriber_setting", "the transcriber's command has an open quotation mark") from None
    return lambda wav: _run(command, wav)


def transcribe(
    recording: BinaryIO, write: Transcriber, *, language: str | None, agent_channel: int
) -> transcripts.Transcript:
    """Transcribe every channel of a recording and put the turns in order of speaking.

    Raises ``TranscriberError``, ``AudioError`` or ``TranscriptError``.
    """
    info = _info(recording)
    lanes = []
    for channel in range(info.channels):
        text = write(_mono_wav(recording, channel))
        try:
            parsed = transcripts.parse_transcript(text, rate=info.rate, language=language)
        except transcripts.TranscriptError as error:
            if error.code == "transcript_empty":  # nobody spoke on this channel
                continue
            raise
        speaker = _speaker(channel, agent_channel, info.channels)
        lanes += [replace(turn, channel=channel, speaker=speaker) for turn in parsed.turns]
    if not lanes:
        raise TranscriberError("transcriber_failed", "the transcriber heard no words")
    return transcripts.Transcript(tuple(sorted(lanes, key=lambda turn: turn.start or 0)), info.rate, language)


def _speaker(channel: int, agent_channel: int, channels: int) -> transcripts.Speaker:
    if channels == 1:
        return transcripts.Speaker.UNKNOWN
    return transcripts.Speaker.AGENT if channel == agent_channel else transcripts.Speaker.CALLER


def _info(recording: BinaryIO) -> audio.AudioInfo:
    recording.seek(0)
    return audio.open_audio(recording).info


def _mono_wav(recording: BinaryIO, channel: int) -> Iterator[bytes]:
    recording.seek(0)
    reader = audio.open_audio(recording)
    rate = reader.info.rate
    size = reader.info.frames * 2
    riff = min(size + 36, _STREAMED)
    yield b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    yield b"data" + struct.pack("<I", min(size, _STREAMED))
    for block in reader.blocks():
        yield np.ascontiguousarray(block[:, channel], dtype="<i2").tobytes()


def _run(command: list[str], wav: Iterator[bytes]) -> bytes:
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        raise TranscriberError("transcriber_missing", "the transcriber's command cannot be started") from None
    faults: list[Error | OSError] = []
    with process:
        feeder = threading.Thread(target=_feed, args=(process.stdin, wav, faults), daemon=True)
        feeder.start()
        timer = threading.Timer(_PATIENCE_S, process.kill)
        timer.start()
        try:
            text = _capped(_chunks(process.stdout))
        except TranscriberError:
            process.kill()
            feeder.join()  # it has to be done with the pipe before the pipe is closed
            raise
        finally:
            timer.cancel()
        feeder.join(timeout=10)
    if faults:
        raise faults[0]
    if process.returncode:
        raise TranscriberError("transcriber_failed", f"the transcriber ended with status {process.returncode}")
    return text


def _chunks(pipe: IO[bytes] | None) -> Iterator[bytes]:
    while pipe is not None and (chunk := pipe.read(1 << 16)):
        yield chunk


def _feed(pipe: BinaryIO | None, wav: Iterator[bytes], faults: list[Error | OSError]) -> None:
    """Write until the transcriber has had enough (it may stop reading early), and keep what is wrong with the sound."""
    if pipe is None:
        return
    try:
        with pipe:
            for chunk in wav:
                pipe.write(chunk)
    except BrokenPipeError:
        return
    except (Error, OSError) as fault:
        faults.append(fault)


def _post(url: str, wav: Iterator[bytes]) -> bytes:
    headers = {"Content-Type": "audio/wav"}
    try:
        with httpx.stream("POST", url, content=wav, headers=headers, timeout=_PATIENCE_S) as answer:
            answer.raise_for_status()
            return _capped(answer.iter_bytes())
    except httpx.HTTPError:
        raise TranscriberError(
            "transcriber_failed", "the transcriber's endpoint did not answer with a transcript"
        ) from None


def _capped(chunks: Iterator[bytes]) -> bytes:
    text = bytearray()
    for chunk in chunks:
        text += chunk
        if len(text) > _MAX_TRANSCRIPT:
            raise TranscriberError("transcriber_failed", "the transcriber's answer is over 64 MiB")
    return bytes(text)


def _check_endpoint(url: str) -> None:
    """Refuse to send sound in the clear to another machine."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise TranscriberError("transcriber_setting", "sound goes to another machine over https only")


def _faster_whisper(model: str) -> Transcriber:
    try:
        from faster_whisper import WhisperModel  # type: ignore[import-not-found]  # the extra callward[asr]
    except ImportError:
        raise TranscriberError(
            "transcriber_missing", "faster-whisper is not installed: pip install 'callward[asr]'"
        ) from None
    import orjson

    whisper = WhisperModel(model, device="auto")

    def write(wav: Iterator[bytes]) -> bytes:
        segments, info = whisper.transcribe(io.BytesIO(b"".join(wav)), word_timestamps=True)
        return orjson.dumps(
            {
                "language": info.language,
                "segments": [
                    {
                        "start": segment.start,
                        "end": segment.end,
                        "text": segment.text,
                        "words": [
                            {"word": word.word, "start": word.start, "end": word.end, "probability": word.probability}
                            for word in segment.words or ()
                        ],
                    }
                    for segment in segments
                ],
            }
        )

    return write
