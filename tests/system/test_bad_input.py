"""Every broken input gets its reason, harms no other call, and leaks nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from bad_calls import CALLS, REASONS, SECRET, wav, whisper, write_bad_calls
from platform_home import Ended, Home

pytest.importorskip("django", reason="the web extra is not installed")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with Home(tmp_path_factory.mktemp("bad")) as opened:
        yield opened


@pytest.fixture(scope="module")
def run(home: Home) -> Ended:
    write_bad_calls(home.folder / "calls")
    return home.run("ingest", home.folder / "calls", "--json", "--jobs", "1")


@pytest.mark.parametrize("name", REASONS)
def test_a_broken_call_is_refused_with_its_reason(name: str, run: Ended) -> None:
    refused = {told["name"]: told["reason"] for told in run.told["refused"]}
    assert refused[name] == REASONS[name]


def test_no_other_call_is_harmed(run: Ended) -> None:
    assert run.code == 1
    assert (run.told["found"], run.told["taken_in"]) == (len(REASONS) + 1, 1)
    assert len(run.told["refused"]) == len(REASONS)


def test_refusals_leak_no_content(home: Home, run: Ended) -> None:
    assert run.err == ""
    for word in SECRET.split():
        assert word not in run.out
        for path in home.path.rglob("*"):
            assert not path.is_file() or word.encode() not in path.read_bytes(), path.name


def test_a_refused_call_leaves_no_person_and_no_object(home: Home, run: Ended) -> None:
    with (
        closing(sqlite3.connect(home.path / "data.sqlite3")) as data,
        closing(sqlite3.connect(home.path / "keys.sqlite3")) as keys,
    ):
        objects = data.execute("select count(*) from calls_item").fetchone()[0]
        persons = data.execute("select count(*) from people_person").fetchone()[0]
        assert keys.execute("select count(*) from keys_personkey").fetchone()[0] == persons
        refusals = data.execute("select count(*) from audit_entry where action = 'call.refused'").fetchone()[0]
    assert len([path for path in (home.path / "objects").glob("??/*/*") if path.is_file()]) == objects
    assert not list((home.path / "objects" / ".spool").iterdir())
    assert refusals >= len(REASONS)


def test_the_summary_for_people_says_what_is_wrong_in_one_line_each(home: Home) -> None:
    folder = home.folder / "told"
    folder.mkdir()
    (folder / "empty.wav").write_bytes(b"")
    ended = home.run("ingest", folder, "--line", "health-en")
    assert ended.code == 1
    assert "empty.wav: the file is empty (audio_empty)" in ended.out


def test_an_mp3_that_is_named_wav_is_taken_in(home: Home) -> None:
    folder = home.folder / "misnamed"
    folder.mkdir()
    shutil.copy(CALLS / "en-health-03.mp3", folder / "misnamed.wav")
    shutil.copy(CALLS / "en-health-03.json", folder / "misnamed.json")
    ended = home.run("ingest", folder, "--line", "health-en", "--json")
    assert (ended.told["taken_in"], ended.told["refused"]) == (1, [])


def test_a_path_that_does_not_exist_is_refused(home: Home) -> None:
    ended = home.run("ingest", home.folder / "nowhere", "--line", "health-en", "--json")
    assert ended.code == 1
    assert [told["reason"] for told in ended.told["refused"]] == ["missing"]


def test_a_root_key_that_others_can_read_stops_the_start(home: Home) -> None:
    (root,) = (home.path / "roots").glob("*/*.key")
    root.chmod(0o644)
    try:
        ended = home.run("ingest", home.folder / "nowhere")
    finally:
        root.chmod(0o600)
    assert ended.code == 2
    assert f"chmod 600 {root}" in " ".join(ended.err.split())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another account")
def test_a_root_key_of_another_account_stops_the_start(home: Home) -> None:
    (root,) = (home.path / "roots").glob("*/*.key")
    os.chown(root, 12345, -1)
    try:
        ended = home.run("ingest", home.folder / "nowhere")
    finally:
        os.chown(root, os.geteuid(), -1)
    assert ended.code == 2
    assert "belongs to another account" in " ".join(ended.err.split())


def test_each_damage_to_a_sealed_item_is_found_by_the_doctor(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        calls = tmp_path / "calls"
        calls.mkdir()
        # More than two segments of a MiB, so that there is one in the middle.
        (calls / "long.wav").write_bytes(wav(220))
        (calls / "long.json").write_text(whisper((0.0, 1.0, "hello")), encoding="utf-8")
        assert home.run("ingest", calls, "--line", "health-en").code in {0, 1}
        assert home.well()
        sealed = max((home.path / "objects").glob("??/*/*"), key=lambda path: path.stat().st_size)
        whole = sealed.read_bytes()
        segment = 1 << 20
        assert len(whole) > 2 * segment
        middle, cut = 3 * segment // 2, len(whole) - 100
        damages = {
            "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "cut": whole[:cut],
            "missing segment": whole[:segment] + whole[2 * segment :],
            "swapped": whole[segment : 2 * segment] + whole[:segment] + whole[2 * segment :],
            "lengthened": whole + b"\0",
        }
        for name, damaged in damages.items():
            sealed.write_bytes(damaged)
            ended = home.run("doctor", "--json")
            assert ended.code == 1, name
            assert [check["name"] for check in ended.told["checks"] if not check["well"]] == ["seals"], name
        sealed.write_bytes(whole)
        assert home.well()
        sealed.unlink()
        ended = home.run("doctor", "--json")
        assert [check["name"] for check in ended.told["checks"] if not check["well"]] == ["objects"]


def test_a_run_names_no_file_in_the_ledger(home: Home, run: Ended) -> None:
    digests = {hashlib.sha256(name.encode()).hexdigest() for name in REASONS}
    with closing(sqlite3.connect(home.path / "data.sqlite3")) as data:
        for (body,) in data.execute("select body from audit_entry"):
            text = bytes(body).decode()
            assert not any(name in text for name in REASONS)
            assert not any(digest in text for digest in digests)
