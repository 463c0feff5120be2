"""Files and folders become calls, each once, whatever else lies there."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from callward.engine.audio import AudioError, open_audio
from callward.intake import IntakeError, Source, discover, load_call
from callward.intake.source import RECORDINGS

_NOBODY = 65534
VCON = {"uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46", "created_at": "2026-07-01T10:00:00Z", "parties": []}


def _write(folder: Path, *names: str, data: bytes = b"x") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(data)


def _names(source: Source) -> set[str]:
    files = (source.recording, source.transcript, source.vcon, source.facts, source.manifest)
    return {path.name for path in files if path is not None}


def _codes(sources: list[Source]) -> list[str]:
    return [source.refusal.code for source in sources if source.refusal is not None]


def test_files_of_one_stem_are_one_call(tmp_path: Path) -> None:
    _write(tmp_path, "a.wav", "a.json", "a.call.json", "b.mp3", "c.vtt", "d.vcon.json", "d.ogg", "calls.csv")
    sources = list(discover([tmp_path]))
    assert [_names(source) - {"calls.csv"} for source in sources] == [
        {"a.wav", "a.json", "a.call.json"},
        {"b.mp3"},
        {"c.vtt"},
        {"d.vcon.json", "d.ogg"},
    ]
    assert all(source.manifest == tmp_path / "calls.csv" for source in sources)


def test_json_is_preferred_over_subtitles(tmp_path: Path) -> None:
    _write(tmp_path, "a.srt", "a.vtt", "a.json", "a.wav")
    (source,) = discover([tmp_path])
    assert source.transcript == tmp_path / "a.json"


def test_hidden_and_partial_files_and_strangers_are_passed_over(tmp_path: Path) -> None:
    _write(tmp_path, ".hidden.wav", "a.wav.part", "b.tmp", "README.md", "c.WAV")
    _write(tmp_path / ".hidden", "d.wav")
    assert [_names(source) for source in discover([tmp_path])] == [{"c.WAV"}]


@pytest.mark.parametrize("ending", ["amr", "wma", "aac", "webm", "m4a", "AIFC"])
def test_a_recording_in_a_format_that_is_not_read_is_refused_and_not_passed_over(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"a.{ending}").write_bytes(b"#!AMR\n" + bytes(100))
    (source,) = discover([tmp_path])
    with load_call(source) as call:
        assert call.recording is not None
        with pytest.raises(AudioError) as refused:
            open_audio(call.recording)
    assert refused.value.code == "audio_unknown_format"


def test_the_document_names_every_ending_of_a_recording() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats" / "call-facts.md").read_text("utf-8")
    told = [re.findall(r"`(\.\w+)`", row) for row in page.splitlines() if row.startswith("| recording")]
    assert [ending for row in told for ending in row] == list(RECORDINGS)


def test_folders_are_walked_in_order_and_the_same_file_comes_once(tmp_path: Path) -> None:
    _write(tmp_path / "b", "2.wav")
    _write(tmp_path / "a", "1.wav", "1.vtt")
    paths = [tmp_path, tmp_path / "a", tmp_path / "a" / "1.vtt", tmp_path / "a" / "1.wav"]
    assert [source.path.name for source in discover(paths)] == ["1.wav", "2.wav"]


def test_a_named_file_brings_its_companions_and_nothing_else(tmp_path: Path) -> None:
    _write(tmp_path, "a.wav", "a.vtt", "a.call.json", "b.wav", "calls.csv")
    (source,) = discover([tmp_path / "a.vtt"])
    assert _names(source) == {"a.wav", "a.vtt", "a.call.json", "calls.csv"}


def test_links_do_not_loop(tmp_path: Path) -> None:
    _write(tmp_path / "a", "1.wav")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    assert [source.path.name for source in discover([tmp_path])] == ["1.wav"]


def test_what_cannot_be_read_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    _write(tmp_path, "a.wav", "notes.txt", "b.wav", "b.mp3", "lonely.call.json")
    os.mkfifo(tmp_path / "pipe")
    paths = [tmp_path / "gone", tmp_path / "notes.txt", tmp_path / "pipe", tmp_path]
    sources = list(discover(paths))
    assert _codes(sources) == ["missing", "unknown_kind", "not_a_file", "several_recordings", "facts_without_call"]
    assert [source.path.name for source in sources if source.refusal is None] == ["a.wav"]


@contextmanager
def _as_somebody() -> Iterator[None]:
    """Root reads every folder: be nobody for a moment where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_an_unreadable_folder_is_refused_and_the_rest_goes_on() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        _write(folder / "closed", "a.wav")
        _write(folder / "open", "b.wav")
        (folder / "open").chmod(0o755)
        (folder / "closed").chmod(0)
        with _as_somebody():
            sources = list(discover([folder]))
        (folder / "closed").chmod(0o700)
    assert _codes(sources) == ["unreadable"]
    assert [source.path.name for source in sources if source.refusal is None] == ["b.wav"]


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "closed", "a.wav")
    _write(tmp_path / "open", "b.wav")
    real = os.listdir

    def listdir(path: Path) -> list[str]:
        if path.name == "closed":
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    sources = list(discover([tmp_path]))
    assert _codes(sources) == ["unreadable"]
    assert [source.path.name for source in sources if source.refusal is None] == ["b.wav"]


def test_a_fifo_with_a_calls_name_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.wav")
    (source,) = discover([tmp_path])
    with pytest.raises(IntakeError) as refused:
        load_call(source)
    assert refused.value.code == "not_a_file"


def test_a_recording_that_a_vcon_names_belongs_to_it(tmp_path: Path) -> None:
    dialog = {"type": "recording", "start": "2026-07-01T10:00:00Z", "url": "https://example.com/x", "filename": "x.wav"}
    _write(tmp_path, "x.wav", "x.mp3", "y.wav")
    (tmp_path / "call.vcon.json").write_bytes(orjson.dumps({**VCON, "dialog": [dialog]}))
    sources = [_names(source) for source in discover([tmp_path])]
    assert sources == [{"call.vcon.json", "x.wav"}, {"x.mp3"}, {"y.wav"}]


def test_a_repr_shows_no_file_name(tmp_path: Path) -> None:
    _write(tmp_path, "0700000001.wav")
    (source,) = discover([tmp_path])
    assert "0700000001" not in repr(source)


def test_naming_every_file_of_a_folder_finds_the_calls_of_the_folder(tmp_path: Path) -> None:
    dialog = {"type": "recording", "start": "2026-07-01T10:00:00Z", "url": "https://example.com/x", "filename": "x.wav"}
    _write(tmp_path, "a.wav", "a.vtt", "a.json", "a.call.json", "b.wav", "b.mp3", "x.wav", "calls.csv")
    (tmp_path / "call.vcon.json").write_bytes(orjson.dumps({**VCON, "dialog": [dialog]}))
    whole = [_names(source) for source in discover([tmp_path])]
    named = [_names(source) for source in discover(sorted(tmp_path.iterdir()))]
    assert sorted(named, key=sorted) == sorted(whole, key=sorted)
    assert len(named) == 3
