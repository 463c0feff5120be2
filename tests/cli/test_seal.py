"""``callward seal`` and ``callward open``, as a shell sees them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from callward.cli.seal import open_, seal
from callward.engine.envelope import BytesSource, SealedReader, new_key, open_bytes, sealed_size
from callward.keyfile import write_key_file

# The two verbs under a program of their own: what is tested is the verb, whatever else the command line offers.
_PROGRAM = """
import typer
from callward.cli.seal import open_, seal
app = typer.Typer()
app.command("seal")(seal)
app.command("open")(open_)
app()
"""
_TEXT = b"What Dana said. " * 200_000  # four segments


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "k.key"
    write_key_file(path, new_key())
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain"
    path.write_bytes(_TEXT)
    return path


@pytest.fixture
def sealed(tmp_path: Path, plain: Path, key_file: Path) -> Path:
    path = tmp_path / "sealed"
    assert _run("seal", "--key-file", key_file, plain, path).returncode == 0
    return path


@dataclass(frozen=True)
class _Done:
    returncode: int
    stdout: bytes
    stderr: bytes


def _run(*words: str | Path) -> _Done:
    app = typer.Typer()
    app.command("seal")(seal)
    app.command("open")(open_)
    done = CliRunner().invoke(app, [str(word) for word in words])
    return _Done(done.exit_code, done.stdout_bytes, done.stderr_bytes)


def _pipe(*words: str | Path, given: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _PROGRAM, *map(str, words)]
    return subprocess.run(command, input=given, capture_output=True, check=False, env=environment)


def test_what_was_sealed_opens(tmp_path: Path, sealed: Path, key_file: Path) -> None:
    assert sealed.stat().st_size == sealed_size(len(_TEXT))
    assert sealed.stat().st_mode & 0o777 == 0o600
    done = _run("open", "--key-file", key_file, sealed, tmp_path / "again")
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "again").read_bytes() == _TEXT


def test_pipes_work_at_both_ends(key_file: Path) -> None:
    sealed = _pipe("seal", "--key-file", key_file, "--aad", "call 7", "-", "-", given=_TEXT)
    assert open_bytes(key_file.read_bytes(), sealed.stdout, b"call 7") == _TEXT
    opened = _pipe("open", "--key-file", key_file, "--aad", "call 7", "-", "-", given=sealed.stdout)
    assert (opened.returncode, opened.stdout) == (0, _TEXT)


@pytest.mark.parametrize(
    ("span", "part"),
    [("0-16", _TEXT[:16]), ("1048510-1048530", _TEXT[1048510:1048530]), ("3199990-", _TEXT[3199990:]), ("5-5", b"")],
)
def test_a_range_is_from_up_to_not_including(sealed: Path, key_file: Path, span: str, part: bytes) -> None:
    done = _run("open", "--key-file", key_file, "--range", span, sealed, "-")
    assert (done.returncode, done.stdout) == (0, part)


@pytest.mark.parametrize("span", ["7", "-7", "9-8", "0-99999999", "a-b", "1-2-3"])
def test_a_range_that_makes_no_sense_is_not_tried(tmp_path: Path, sealed: Path, key_file: Path, span: str) -> None:
    done = _run("open", "--key-file", key_file, f"--range={span}", sealed, tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_changed_byte_anywhere_leaves_nothing(tmp_path: Path, sealed: Path, key_file: Path) -> None:
    whole, folder = sealed.read_bytes(), set(tmp_path.iterdir())
    for place in (0, 20, 50, len(whole) // 2, len(whole) - 1):
        broken = bytearray(whole)
        broken[place] ^= 1
        sealed.write_bytes(broken)
        to_file = _run("open", "--key-file", key_file, sealed, tmp_path / "out")
        to_pipe = _run("open", "--key-file", key_file, sealed, "-")
        assert (to_file.returncode, to_pipe.returncode, to_pipe.stdout) == (1, 1, b"")
        assert to_file.stderr.count(b"\n") == 1
        assert set(tmp_path.iterdir()) == folder


def test_a_cut_stream_leaves_nothing(tmp_path: Path, sealed: Path, key_file: Path) -> None:
    whole, folder = sealed.read_bytes(), set(tmp_path.iterdir())
    for length in (0, 39, 1 << 20, len(whole) - 1):
        sealed.write_bytes(whole[:length])
        assert _run("open", "--key-file", key_file, sealed, tmp_path / "out").returncode == 1
        assert set(tmp_path.iterdir()) == folder


def test_a_failed_open_leaves_an_older_file_as_it_was(tmp_path: Path, sealed: Path, key_file: Path) -> None:
    (tmp_path / "out").write_text("older")
    done = _run("open", "--key-file", key_file, "--aad", "other", sealed, tmp_path / "out")
    assert done.returncode == 1
    assert b"sealed_tampered" in done.stderr
    assert (tmp_path / "out").read_text() == "older"


def test_the_wrong_key_does_not_open(tmp_path: Path, sealed: Path) -> None:
    write_key_file(tmp_path / "other.key", new_key())
    done = _run("open", "--key-file", tmp_path / "other.key", sealed, "-")
    assert (done.returncode, done.stdout) == (1, b"")


def test_an_open_key_file_is_refused_with_the_way_to_mend_it(tmp_path: Path, sealed: Path, key_file: Path) -> None:
    key_file.chmod(0o644)
    done = _run("open", "--key-file", key_file, sealed, tmp_path / "out")
    assert done.returncode == 2
    assert f"run chmod 600 {key_file}" in done.stderr.decode()
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_read_or_written_is_one_line_and_exit_2(tmp_path: Path, sealed: Path, key_file: Path) -> None:
    for words in (
        ("open", "--key-file", key_file, tmp_path / "absent", "-"),
        ("open", "--key-file", tmp_path / "absent", sealed, "-"),
        ("open", "--key-file", key_file, tmp_path, "-"),
        ("seal", "--key-file", key_file, sealed, tmp_path / "no" / "folder"),
    ):
        done = _run(*words)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_one_clear_line(plain: Path, key_file: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-c", _PROGRAM, "seal", "--key-file", str(key_file), str(plain), "-"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, env=environment)
    assert done.returncode != 0
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_engine_reads_what_the_command_sealed(sealed: Path, key_file: Path) -> None:
    with SealedReader(key_file.read_bytes(), BytesSource(sealed.read_bytes()), b"") as reader:
        reader.seek(-4, 2)
        assert reader.read() == _TEXT[-4:]
