"""Recordings that come alone: a transcriber of the user's choice writes the words, or the reason is said."""

from __future__ import annotations

import io
import json
import shlex
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from voiced_calls import AGENT, CALLER, CARD, RATE, RULES, as_flac, as_wav, recorded, say, take, told

from callward.engine.audio import AudioError
from callward.engine.transcripts import Speaker, Transcript, TranscriptError
from callward.shelf import ItemKind
from callward.transcriber import TranscriberError, transcribe, transcriber

CALL = told(say(AGENT, 1, "Could you give me the card number please?"), say(CALLER, 5, f"Yes it is {CARD} and thanks"))
SOUND = recorded(CALL.turns, 10)

# A stand-in with true times: it tells the channels apart by where their sound begins.
_STAND_IN = """
import json, sys, wave, io
import numpy as np
with wave.open(io.BytesIO(sys.stdin.buffer.read())) as file:
    assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
    heard = np.frombuffer(file.readframes(file.getnframes()), "<i2")
first = int(np.flatnonzero(heard)[0])
for answer in json.load(open(sys.argv[1])):
    if abs(answer["first"] - first) < 100:
        json.dump(answer["whisper"], sys.stdout)
"""


def _whisper(channel: int) -> dict[str, object]:
    (turn,) = (turn for turn in CALL.turns if turn.channel == channel)
    words = [
        {"word": f" {word.text}", "start": (word.start or 0) / RATE, "end": (word.end or 0) / RATE}
        for word in turn.words
    ]
    return {"segments": [{"start": words[0]["start"], "end": words[-1]["end"], "text": turn.text, "words": words}]}


@pytest.fixture
def command(tmp_path: Path) -> str:
    program, answers = tmp_path / "stand_in.py", tmp_path / "answers.json"
    program.write_text(_STAND_IN)
    told = [{"first": CALL.turns[channel].start, "whisper": _whisper(channel)} for channel in (AGENT, CALLER)]
    answers.write_text(json.dumps(told))
    return shlex.join([sys.executable, str(program), str(answers)])


def _program(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def _transcribed(setting: str) -> Transcript:
    write = transcriber(setting)
    assert write is not None
    return transcribe(io.BytesIO(as_wav(SOUND)), write, language="en", agent_channel=AGENT)


def _check(transcript: Transcript) -> None:
    assert [(turn.speaker, turn.channel, turn.text) for turn in transcript.turns] == [
        (turn.speaker, turn.channel, turn.text) for turn in CALL.turns
    ]
    for made, true in zip(transcript.turns, CALL.turns, strict=True):
        for word, real in zip(made.words, true.words, strict=True):
            assert word.start is not None
            assert real.start is not None
            assert abs(word.start - real.start) <= 1


def test_a_command_writes_the_words_of_each_channel(command: str) -> None:
    _check(_transcribed(command))


def test_what_a_transcriber_wrote_is_redacted_like_any_transcript(command: str) -> None:
    kept = take(_transcribed(command), SOUND)
    assert "4111" not in kept.text(ItemKind.TRANSCRIPT_ORIGINAL)
    assert not kept.sound(ItemKind.RECORDING_REDACTED)[round(6.2 * RATE) : round(7.8 * RATE)].any()


def test_a_channel_on_which_nothing_was_heard_adds_no_turn(tmp_path: Path) -> None:
    program, answers = tmp_path / "stand_in.py", tmp_path / "answers.json"
    program.write_text(_STAND_IN)
    answers.write_text(json.dumps([{"first": CALL.turns[CALLER].start, "whisper": _whisper(CALLER)}]))
    made = _transcribed(shlex.join([sys.executable, str(program), str(answers)]))
    assert [turn.text for turn in made.turns] == [CALL.turns[CALLER].text]


def test_mono_has_no_known_speaker() -> None:
    write = transcriber(_program(f"import sys; sys.stdin.buffer.read(); print({json.dumps(_whisper(CALLER))!r})"))
    assert write is not None
    mono = io.BytesIO(as_wav(SOUND[:, 1:]))
    made = transcribe(mono, write, language="en", agent_channel=AGENT)
    assert {turn.speaker for turn in made.turns} == {Speaker.UNKNOWN}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.stdin.buffer.read(); sys.exit(3)", "transcriber_failed"),
        ("import sys; sys.stdin.buffer.read(); print('no JSON')", "transcript_format_unknown"),
        ("import sys; sys.stdin.buffer.read(); print('{\"segments\": []}')", "transcriber_failed"),
        ("import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes([255] * 999))", "transcript_encoding"),
    ],
    ids=["fails", "prints garbage", "hears nothing", "prints bytes"],
)
def test_a_transcriber_that_does_not_transcribe_is_a_refusal(code: str, reason: str) -> None:
    with pytest.raises((TranscriberError, TranscriptError)) as refused:
        _transcribed(_program(code))
    assert refused.value.code == reason


def test_a_transcriber_may_stop_reading_early() -> None:
    made = _transcribed(_program(f"print({json.dumps(_whisper(CALLER))!r})"))
    assert len(made.turns) == 2


def test_a_command_that_does_not_exist_is_named_as_missing() -> None:
    with pytest.raises(TranscriberError) as refused:
        _transcribed("no-such-transcriber --fast")
    assert refused.value.code == "transcriber_missing"


def test_an_open_quotation_mark_is_refused_when_the_setting_is_read() -> None:
    with pytest.raises(TranscriberError) as refused:
        transcriber("whisper 'large")
    assert refused.value.code == "transcriber_setting"


def test_an_empty_setting_means_none() -> None:
    assert transcriber("") is None


def test_sound_that_breaks_off_on_the_way_is_told_as_such(command: str) -> None:
    write = transcriber(command)
    assert write is not None
    broken = bytearray(as_flac(SOUND))
    broken[len(broken) // 2 :] = bytes(len(broken) - len(broken) // 2)
    with pytest.raises(AudioError):
        transcribe(io.BytesIO(bytes(broken)), write, language="en", agent_channel=AGENT)


class _Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        heard = np.frombuffer(self._body()[44:], "<i2")
        first = int(np.flatnonzero(heard)[0])
        channel = AGENT if abs(first - (CALL.turns[0].start or 0)) < 100 else CALLER
        body = json.dumps(_whisper(channel)).encode()
        failed = self.path == "/broken"
        self.send_response(500 if failed else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Nothing is written."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_endpoint_writes_the_words_of_each_channel(endpoint: str) -> None:
    _check(_transcribed(f"{endpoint}/asr"))


def test_an_endpoint_that_fails_is_a_refusal(endpoint: str) -> None:
    with pytest.raises(TranscriberError) as refused:
        _transcribed(f"{endpoint}/broken")
    assert refused.value.code == "transcriber_failed"


def test_an_endpoint_that_nobody_serves_is_a_refusal() -> None:
    with pytest.raises(TranscriberError) as refused:
        _transcribed("http://127.0.0.1:9/asr")
    assert refused.value.code == "transcriber_failed"


def test_rules_name_no_language_for_a_transcript_that_has_one() -> None:
    assert take(CALL, None, RULES).outcome.language == "en"


def test_sound_is_sent_to_another_machine_over_https_only() -> None:
    with pytest.raises(TranscriberError) as refused:
        transcriber("http://asr.example.com/words")
    assert refused.value.code == "transcriber_setting"
    assert transcriber("https://asr.example.com/words") is not None


def test_an_answer_without_end_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callward.transcriber._MAX_TRANSCRIPT", 1 << 20)
    with pytest.raises(TranscriberError) as refused:
        _transcribed("cat /dev/zero")
    assert refused.value.code == "transcriber_failed"
