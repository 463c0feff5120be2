"""A source opens as one call: sound, words, facts and identity."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import orjson
import pytest

from callward.engine.errors import Error
from callward.engine.transcripts import Speaker, Timing
from callward.engine.vcon import hash_of
from callward.intake import Intake, IntakeError, IntakeOptions, LineDefaults, LoadedCall, Source, discover, load_call

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "vcons"
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Agent>Hello\n"
START = "2026-07-01T10:00:00Z"
VCON = {"uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46", "created_at": START}
TALK = {"type": "transcript", "vendor": "x", "dialog": 0, "encoding": "json", "body": [{"speaker": "a", "text": "hi"}]}


def _one(folder: Path) -> LoadedCall:
    (source,) = discover([folder])
    return load_call(source)


def _digest(call: LoadedCall) -> str:
    digest = hashlib.sha256()
    for chunk in call.identity():
        digest.update(chunk)
    return digest.hexdigest()


def _vcon(path: Path, **members: object) -> None:
    path.write_bytes(orjson.dumps({**VCON, "parties": [{"role": "agent"}, {"role": "customer"}], **members}))


def _dialog(**members: object) -> dict[str, object]:
    return {"type": "recording", "start": START, "parties": [0, 1], "mediatype": "audio/x-wav", **members}


def _code(folder: Path) -> str:
    with pytest.raises(Error) as refused:
        _one(folder)
    return refused.value.code


def test_a_recording_and_its_transcript_open_as_one_call(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"sound")
    (tmp_path / "a.vtt").write_bytes(VTT)
    with _one(tmp_path) as call:
        assert call.recording is not None
        assert call.recording.read() == b"sound"
        assert call.transcript is not None
        (turn,) = call.transcript(8000).turns
        assert (turn.speaker, turn.end) == (Speaker.AGENT, 16000)


def test_a_recording_alone_has_no_words_and_a_transcript_alone_no_sound(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"sound")
    (tmp_path / "b.vtt").write_bytes(VTT)
    recording, transcript = (load_call(source) for source in discover([tmp_path]))
    with recording, transcript:
        assert (recording.transcript, transcript.recording) == (None, None)
        assert transcript.transcript is not None


def test_the_same_input_has_the_same_identity_wherever_it_lies(tmp_path: Path) -> None:
    digests = set()
    for folder, name in (("one", "a"), ("two", "b")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.wav").write_bytes(b"sound")
        (tmp_path / folder / f"{name}.vtt").write_bytes(VTT)
        with _one(tmp_path / folder) as call:
            digests.add(_digest(call))
            assert _digest(call) in digests
            assert call.recording is not None
            assert call.recording.tell() == 0
    assert len(digests) == 1


def test_other_input_has_another_identity(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"sound")
    with _one(tmp_path) as call:
        alone = _digest(call)
    (tmp_path / "a.vtt").write_bytes(VTT)
    with _one(tmp_path) as call:
        assert _digest(call) != alone


def test_a_vcon_opens_the_file_beside_it_when_its_hash_fits(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"sound")
    dialog = _dialog(url="https://example.com/x.wav", content_hash=hash_of(b"sound"), filename="x.wav")
    _vcon(tmp_path / "call.vcon.json", dialog=[dialog], analysis=[TALK])
    with _one(tmp_path) as call:
        assert call.recording is not None
        assert call.recording.read() == b"sound"
    (tmp_path / "x.wav").write_bytes(b"other")
    assert _code(tmp_path) == "vcon_content_hash"


def test_the_language_of_a_vcon_is_a_code_or_nothing(tmp_path: Path) -> None:
    for number, (told, kept) in enumerate([("sv-SE", "sv"), ("Dana Doe 4111", None)]):
        body = {"transcript": "Hello there.", "detected_language": told}
        analysis = {"type": "transcript", "vendor": "x", "encoding": "json", "body": body}
        folder = tmp_path / str(number)
        folder.mkdir()
        _vcon(folder / "call.vcon.json", dialog=[], analysis=[analysis])
        with _one(folder) as call:
            assert call.transcript is not None
            assert call.transcript(8000).language == kept


def test_a_vcon_never_reaches_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(b"secret")
    folder = tmp_path / "calls"
    folder.mkdir()
    _vcon(folder / "call.vcon.json", dialog=[_dialog(url="https://example.com/x", filename="../secret.wav")])
    assert _code(folder) == "recording_elsewhere"


def test_a_recording_that_is_elsewhere_leaves_the_words_and_a_note(tmp_path: Path) -> None:
    dialog = _dialog(url="https://example.com/x", content_hash=hash_of(b"x"))
    _vcon(tmp_path / "call.vcon.json", dialog=[dialog], analysis=[TALK])
    with _one(tmp_path) as call:
        assert call.recording is None
        assert "recording_elsewhere" in call.notes
        assert call.transcript is not None
        assert call.transcript(8000).timing is Timing.NONE


def test_inline_sound_and_a_document_of_another_format_are_read(tmp_path: Path) -> None:
    words = [{"word": "hello", "punctuated_word": "Hello.", "start": 0.1, "end": 0.5}]
    body = {"results": {"channels": [{"alternatives": [{"words": words}]}]}}
    analysis = {"type": "transcript", "vendor": "x", "dialog": 0, "encoding": "json", "body": body}
    dialog = _dialog(body="UklGRg", encoding="base64url", parties=[[1], [0]])
    _vcon(tmp_path / "call.vcon.json", dialog=[dialog], analysis=[analysis], extensions=["CC"])
    with _one(tmp_path) as call:
        assert call.notes == ()
        assert call.facts.agent_channel == 1
        assert call.recording is not None
        assert call.recording.read() == b"RIFF"
        assert call.transcript is not None
        (turn,) = call.transcript(1000).turns
        assert (turn.text, turn.start, turn.end, turn.timing) == ("Hello.", 100, 500, Timing.WORD)


def test_a_vcon_under_another_name_is_known_by_its_content(tmp_path: Path) -> None:
    _vcon(tmp_path / "call.json", dialog=[], analysis=[{**TALK, "dialog": []}])
    with _one(tmp_path) as call:
        assert call.facts.external_id == VCON["uuid"]


def test_vcons_without_one_call_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "call.vcon.json"
    _vcon(path)
    assert _code(tmp_path) == "nothing_in_vcon"
    _vcon(path, critical=["unheard_of"])
    assert _code(tmp_path) == "vcon_critical_extension"


def test_a_file_that_went_away_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (source,) = discover([tmp_path])
    (tmp_path / "a.wav").unlink()
    with pytest.raises(IntakeError) as refused:
        load_call(source)
    assert refused.value.code == "missing"


def test_a_refused_source_stays_refused(tmp_path: Path) -> None:
    (source,) = discover([tmp_path / "gone"])
    with pytest.raises(IntakeError) as refused:
        load_call(source)
    assert refused.value.code == "missing"


def test_a_manifest_is_read_once_for_a_run(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "calls.csv").write_text("file,line\na.wav,one\nb.wav,two\n")
    first, second = discover([tmp_path])
    intake = Intake()
    with intake.load(first) as call:
        assert call.facts.line == "one"
    (tmp_path / "calls.csv").unlink()
    with intake.load(second) as call:
        assert call.facts.line == "two"


def _corpus(folder: str) -> list[Source]:
    if not CORPUS.is_dir():
        pytest.skip("the sample vCons (../shared/corpora/vcons) are missing")
    return list(discover([CORPUS / folder]))


def test_all_26_sample_calls_open_with_sound_words_and_facts() -> None:
    sources = _corpus("calls")
    assert len(sources) == 26
    intake = Intake(IntakeOptions(zone="America/New_York", lines={"": LineDefaults(countries=("US",))}))
    for source in sources:
        with intake.load(source) as call:
            assert call.recording is not None
            assert call.transcript is not None
            transcript = call.transcript(24000)
            assert {turn.speaker for turn in transcript.turns} == {Speaker.AGENT, Speaker.CALLER}
            assert transcript.timing is Timing.NONE
            assert call.facts.zone_assumed
            assert call.facts.caller_phone
            assert call.facts.caller_email_normalised
            assert call.facts.agent


def test_all_120_sample_transcripts_open_with_words() -> None:
    sources = _corpus("transcripts")
    assert len(sources) == 120
    notes: Counter[str] = Counter()
    for source in sources:
        with load_call(source) as call:
            assert call.recording is None
            assert call.transcript is not None
            assert sum(len(turn.words) for turn in call.transcript(8000).turns) > 20
            notes.update(call.notes)
    assert notes["recording_elsewhere"] == 1
    assert notes["old_version"] == 120


def test_the_drafts_examples_open_or_are_refused_with_good_reason() -> None:
    reasons: Counter[str] = Counter()
    for source in _corpus("ietf"):
        try:
            with load_call(source) as call:
                if call.transcript is not None:
                    call.transcript(8000)
                reasons.update(note for note in call.notes if note.startswith("signed"))
                reasons["sound" if call.recording is not None else "words"] += 1
        except Error as error:
            reasons[error.code] += 1
    assert reasons["sound"] >= 8
    assert reasons["words"] >= 3
    assert reasons["signed_untrusted"] == 2
    assert reasons["vcon_encrypted"] == 1
    assert reasons["vcon_form"] == 1
    assert reasons["several_recordings"] == 0
