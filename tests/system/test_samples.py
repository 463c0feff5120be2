"""The demonstration's calls are what their README says: true times, true tones, invented people."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import subprocess
import sys
from ctypes import util
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import soxr
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from callward.engine.transcripts import Speaker, Timing, Transcript, Turn, parse_transcript

SAMPLES: Final = Path(__file__).resolve().parents[2] / "samples"
CALLS: Final = SAMPLES / "calls"
RATE: Final = 8000
COPY, ORIGINAL, BROKEN = "nl-retail-05", "nl-retail-01", "en-health-06"

# Published test values and ranges kept free for fiction; see samples/README.md.
RESERVED: Final = {
    "PAYMENT_CARD": {"4111111111111111", "4242424242424242", "5555555555554444"},
    "IBAN": {"SE4550000000058398257466", "EE382200221020145685", "RO49AAAA1B31007593840000", "NL91ABNA0417164300"},
    "NATIONAL_ID": {
        "19900101-2385",
        "38001085718",
        "60001019906",
        "1800101400016",
        "RX000000",
        "111222333",
        "QQ123456C",
    },
    "HEALTH_ID": {"9434765919"},
    "POSTCODE": {"1234AB"},
}
RESERVED_PHONE: Final = re.compile(
    r"(\+46|0)701740(60[5-9]|6[1-9]\d)|(\+44|0)7700900\d{3}|(\+372)?51234567|(\+40|0)712034567|(\+31|0)612345678"
)
RESERVED_MAIL: Final = re.compile(r"[a-z.]+@example\.(com|org|ee|nl|ro)")
LANGUAGES: Final = {"sv-bank": "sv", "et-telecom": "et", "ro-public": "ro", "nl-retail": "nl", "en-health": "en"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One call of the demonstration, decoded to 8 kHz."""

    stem: str
    language: str
    pcm: npt.NDArray[np.int16]
    transcript: Transcript | None
    values: list[dict[str, Any]]

    def loudness(self, channel: int, start: int, end: int) -> float:
        """RMS of the stretch; a mono recording has the caller alone."""
        heard = self.pcm[max(start, 0) : end, min(channel, self.pcm.shape[1] - 1)].astype(np.float64)
        return float(np.sqrt(np.mean(heard**2))) if heard.size else 0.0


def _unsigned(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_bytes())
    if "payload" in document:
        document = json.loads(_decoded(document["payload"]))
    return document


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _load(entry: dict[str, Any]) -> Sample:
    stem = entry["stem"]
    transcript: bytes | None = None
    if (CALLS / f"{stem}.vcon.json").exists():
        vcon = _unsigned(CALLS / f"{stem}.vcon.json")
        sound = _decoded(vcon["dialog"][0]["body"])
        transcript = json.dumps(vcon["analysis"][0]["body"]).encode()
    else:
        (recording,) = (CALLS / f"{stem}{end}" for end in (".wav", ".flac", ".mp3", ".ogg") if _has(stem, end))
        sound = recording.read_bytes()
        for end in (".json", ".vtt", ".srt"):
            if _has(stem, end):
                transcript = (CALLS / f"{stem}{end}").read_bytes()
    pcm, rate = soundfile.read(io.BytesIO(sound), dtype="int16", always_2d=True)
    assert rate == RATE
    parsed = (
        None
        if transcript is None
        else parse_transcript(transcript, rate=RATE, agent_channel=0 if pcm.shape[1] == 2 else None)
    )
    language = LANGUAGES[stem.rsplit("-", 1)[0]]
    return Sample(stem, language, pcm, parsed, entry["values"])


def _has(stem: str, end: str) -> bool:
    return (CALLS / f"{stem}{end}").exists()


def _truth() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


def _channel_of(sample: Sample, turn: Turn) -> int:
    """The channel that a turn is heard on: by its speaker, or the louder one where the format names none."""
    if turn.channel is not None:
        return turn.channel
    if turn.speaker is Speaker.UNKNOWN and sample.pcm.shape[1] == 2:
        assert turn.start is not None
        assert turn.end is not None
        return int(np.argmax([sample.loudness(channel, turn.start, turn.end) for channel in (0, 1)]))
    return 0 if turn.speaker is Speaker.AGENT else sample.pcm.shape[1] - 1


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return [_load(entry) for entry in _truth()]


def test_there_are_24_calls_a_copy_and_a_broken_recording() -> None:
    written = {path.stem for path in (SAMPLES / "dialogues").glob("*.txt")}
    assert len(written) == 24
    assert {entry["stem"] for entry in _truth()} == written
    assert {path.name.split(".")[0] for path in CALLS.iterdir()} == {*written, COPY, BROKEN, "calls"}


def test_the_samples_stay_under_six_megabytes() -> None:
    files = [path for path in SAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= 6_000_000


def test_calls_last_20_to_90_seconds_as_long_as_the_truth_says(samples: list[Sample]) -> None:
    frames = {entry["stem"]: entry["frames"] for entry in _truth()}
    for sample in samples:
        assert 20 * RATE <= len(sample.pcm) <= 90 * RATE, sample.stem
        assert abs(len(sample.pcm) - frames[sample.stem]) <= RATE * 0.006, sample.stem


def test_only_the_voicemail_has_one_channel(samples: list[Sample]) -> None:
    assert [sample.stem for sample in samples if sample.pcm.shape[1] == 1] == ["et-telecom-05"]


def test_every_word_lies_inside_its_recording(samples: list[Sample]) -> None:
    for sample in samples:
        for turn in sample.transcript.turns if sample.transcript else ():
            for word in turn.words:
                if turn.timing is not Timing.NONE:
                    assert word.start is not None
                    assert word.end is not None
                    assert 0 <= word.start < word.end <= len(sample.pcm), sample.stem


def test_transcripts_have_the_timing_their_format_can_give(samples: list[Sample]) -> None:
    weakest = {sample.stem: sample.transcript.timing for sample in samples if sample.transcript}
    assert [stem for stem, timing in weakest.items() if timing is Timing.NONE] == ["ro-public-05"]
    turn_only = {"et-telecom-03", "nl-retail-04", "ro-public-04", "sv-bank-04", "sv-bank-05"}
    assert {stem for stem, timing in weakest.items() if timing is Timing.TURN} == turn_only
    assert [sample.stem for sample in samples if sample.transcript is None] == ["en-health-05"]


def test_sound_is_at_the_words_and_nowhere_else(samples: list[Sample]) -> None:
    timed = [s for s in samples if s.transcript and s.transcript.timing is Timing.WORD]
    assert len(timed) >= 17
    for sample in timed:
        assert sample.transcript is not None
        outside = np.ones(sample.pcm.shape, dtype=bool)
        for turn in sample.transcript.turns:
            channel = _channel_of(sample, turn)
            for word in turn.words:
                assert word.start is not None
                assert word.end is not None
                assert sample.loudness(channel, word.start, word.end) > 250, (sample.stem, word.start)
                outside[max(0, word.start - RATE // 50) : word.end + RATE // 50, channel] = False
        for value in sample.values:
            for part in value["parts"] if value["keyed"] else ():
                outside[part["start"] - RATE // 50 : part["end"] + RATE // 50, part["channel"]] = False
        heard = sample.pcm.astype(np.float64) ** 2
        assert heard[outside].sum() < 0.004 * heard.sum(), sample.stem


def test_the_places_in_the_truth_are_where_the_value_is_heard(samples: list[Sample]) -> None:
    for sample in samples:
        for value in sample.values:
            for part in value["parts"]:
                own = sample.loudness(part["channel"], part["start"], part["end"])
                assert own > 250, (sample.stem, value["type"])


def test_the_truth_and_the_transcripts_say_the_same(samples: list[Sample]) -> None:
    forms = set()
    for sample in samples:
        if sample.transcript is None:
            continue
        for value in sample.values:
            for part in value["parts"] if not value["keyed"] else ():
                text = " ".join(sample.transcript.turns[part["turn"]].text.split())
                form = next((form for form in ("written", "said") if part[form] in text), None)
                assert form is not None, (sample.stem, value["type"])
                forms.add((form, part["written"] == part["said"]))
    assert {("written", False), ("said", False)} <= forms


def test_a_card_is_spoken_in_every_language_and_keyed_in_three_calls(samples: list[Sample]) -> None:
    cards = [(s, value) for s in samples for value in s.values if value["type"] == "PAYMENT_CARD"]
    assert {sample.language for sample, value in cards if not value["keyed"]} == set(LANGUAGES.values())
    assert sorted(s.stem for s, value in cards if value["keyed"]) == ["en-health-02", "ro-public-03", "sv-bank-02"]


def test_the_agent_is_silent_while_the_caller_keys(samples: list[Sample]) -> None:
    for sample in samples:
        for value in sample.values:
            for part in value["parts"] if value["keyed"] else ():
                assert sample.loudness(0, part["start"], part["end"]) < 60, sample.stem


@pytest.mark.skipif(shutil.which("multimon-ng") is None, reason="multimon-ng is not installed")
@pytest.mark.parametrize("stem", ["sv-bank-02", "en-health-02", "ro-public-03"])
def test_multimon_hears_every_key_and_no_other(stem: str, samples: list[Sample]) -> None:
    sample = next(sample for sample in samples if sample.stem == stem)
    for value in sample.values:
        if not value["keyed"]:
            continue
        (part,) = value["parts"]
        keyed = sample.pcm[part["start"] - RATE // 10 : part["end"] + RATE // 10, part["channel"]]
        wide = soxr.resample(keyed.astype(np.float32), RATE, 22050).astype("<i2").tobytes()
        command = ["multimon-ng", "-q", "-a", "DTMF", "-t", "raw", "-"]
        heard = subprocess.run(command, input=wide, capture_output=True, check=True, timeout=300).stdout.decode()
        assert "".join(re.findall(r"DTMF: (\S)", heard)) == value["value"] + "#"


def test_every_value_comes_from_a_reserved_range() -> None:
    for entry in _truth():
        for value in entry["values"]:
            kind, text = value["type"], value["value"]
            if kind in RESERVED:
                assert text in RESERVED[kind], (entry["stem"], kind)
            elif kind == "PHONE":
                assert RESERVED_PHONE.fullmatch(text), entry["stem"]
            elif kind == "EMAIL":
                assert RESERVED_MAIL.fullmatch(text), entry["stem"]


def test_no_long_number_or_address_stands_outside_the_marked_values(samples: list[Sample]) -> None:
    """What nobody marked would be missed by the byte search: nothing personal may slip into a dialogue unmarked."""
    for sample in samples:
        if sample.transcript is None:
            continue
        text = "\n".join(turn.text for turn in sample.transcript.turns)
        for value in sample.values:
            for part in sorted((p for p in value["parts"] if "said" in p), key=lambda p: -len(p["said"])):
                text = text.replace(part["said"], "").replace(part["written"], "")
        assert not re.search(r"\d{3,}|@", text), sample.stem


def test_call_facts_name_the_lines_and_reserved_numbers_only() -> None:
    lines = {line["slug"]: line for line in json.loads((SAMPLES / "centre.json").read_bytes())["lines"]}
    with (CALLS / "calls.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, str]] = list(csv.DictReader(file))
    named = {row["file"].split(".")[0] for row in rows}
    documents = {path.name.split(".")[0]: json.loads(path.read_bytes()) for path in CALLS.glob("*.call.json")}
    assert not named & set(documents)
    assert named | set(documents) == {entry["stem"] for entry in _truth()} | {COPY, BROKEN}
    found: list[dict[str, Any]] = [*rows, *documents.values()]
    for facts in found:
        assert facts["language"] == lines[facts["line"]]["language"]
        number = facts.get("caller_phone") or facts.get("caller", {}).get("phone")
        assert not number or RESERVED_PHONE.fullmatch(number)
        if "started_at" in facts:
            assert datetime.fromisoformat(facts["started_at"]).tzinfo is not None
    identities = [facts["id"] for facts in found if "id" in facts]
    assert len(set(identities)) == len(identities) - 1, "only the copy has another call's identity"


def test_the_copy_has_the_same_bytes() -> None:
    for path in CALLS.glob(f"{ORIGINAL}.*"):
        assert path.read_bytes() == (CALLS / path.name.replace(ORIGINAL, COPY)).read_bytes()


def test_the_broken_recording_promises_more_than_it_holds() -> None:
    data = (CALLS / f"{BROKEN}.wav").read_bytes()
    place = data.index(b"data")
    assert int.from_bytes(data[place + 4 : place + 8], "little") > len(data) - place - 8
    assert int.from_bytes(data[4:8], "little") > len(data) - 8


def test_the_signed_vcon_is_signed_by_the_recorder() -> None:
    document = json.loads((CALLS / "en-health-04.vcon.json").read_bytes())
    (signature,) = document["signatures"]
    certificate = x509.load_pem_x509_certificate((SAMPLES / "recorder.pem").read_bytes())
    protected = json.loads(_decoded(signature["protected"]))
    assert x509.load_der_x509_certificate(base64.b64decode(protected["x5c"][0])) == certificate
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    signed = f"{signature['protected']}.{document['payload']}".encode()
    key.verify(_decoded(signature["signature"]), signed, padding.PKCS1v15(), hashes.SHA256())


def test_the_vcon_repeats_the_keyed_digits_in_its_history() -> None:
    history = _unsigned(CALLS / "ro-public-03.vcon.json")["dialog"][0]["party_history"]
    keyed = [v["value"] for e in _truth() if e["stem"] == "ro-public-03" for v in e["values"] if v["keyed"]]
    assert "".join(event["button"] for event in history) == "".join(f"{digits}#" for digits in keyed)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.skipif(util.find_library("espeak-ng") is None, reason="eSpeak NG's library is not installed")
def test_the_script_makes_the_same_recordings_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "make.py"), "--into", str(tmp_path)], check=True, timeout=800)
    made = {path.name for path in (tmp_path / "calls").iterdir()}
    assert made == {path.name for path in CALLS.iterdir()}
    for path in CALLS.iterdir():
        # MP3 and Opus depend on the encoder's version, the signature on a key that is thrown away.
        if path.suffix in {".wav", ".flac", ".csv"} or path.name.endswith(".call.json"):
            assert (tmp_path / "calls" / path.name).read_bytes() == path.read_bytes(), path.name
    assert (tmp_path / "truth.jsonl").read_bytes() == (SAMPLES / "truth.jsonl").read_bytes()
