"""Key files: what is read, what is refused, and what is written."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from callward.engine.envelope import new_key
from callward.keyfile import KeyFileError, check_key_file, read_key_file, write_key_file


def _file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "k.key"
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    "write",
    [
        bytes,
        lambda key: key.hex().encode(),
        lambda key: key.hex().upper().encode() + b"\n",
        base64.b64encode,
        lambda key: base64.b64encode(key) + b"\r\n",
    ],
    ids=["raw", "hex", "HEX", "base64", "base64 line"],
)
def test_a_key_is_read_raw_or_as_text(tmp_path: Path, write: object) -> None:
    key = new_key()
    assert callable(write)
    assert read_key_file(_file(tmp_path, write(key))) == key


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(31),
        bytes(33),
        b"zz" * 32,
        b"0" * 63,
        b"A" * 43,
        base64.b64encode(bytes(33)),
        bytes(100_000),
        b"\xff" * 64,
    ],
    ids=len,
)
def test_other_content_is_refused_without_repeating_it(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyFileError) as refused:
        read_key_file(_file(tmp_path, content))
    assert refused.value.code == "key_file_content"
    assert refused.value.detail.count(str(tmp_path)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601, 0o620])
def test_a_file_open_to_others_is_refused_with_the_way_to_mend_it(tmp_path: Path, mode: int) -> None:
    path = _file(tmp_path, new_key(), mode)
    for check in (read_key_file, check_key_file):
        with pytest.raises(KeyFileError, match=f"run chmod 600 {path}") as refused:
            check(path)
        assert refused.value.code == "key_file_open_permissions"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_account_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, new_key())
    os.chown(path, 12_345, -1)
    with pytest.raises(KeyFileError) as refused:
        read_key_file(path)
    assert refused.value.code == "key_file_owner"


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path, code in (
        (tmp_path / "absent", "key_file_missing"),
        (tmp_path / "pipe", "key_file_not_regular"),
        (tmp_path, "key_file_not_regular"),
        (_file(tmp_path, new_key()) / "below", "key_file_unreadable"),
    ):
        with pytest.raises(KeyFileError) as refused:
            read_key_file(path)
        assert refused.value.code == code


def test_a_mounted_secret_is_reached_through_links(tmp_path: Path) -> None:
    (tmp_path / "mount").mkdir()
    path = _file(tmp_path / "mount", key := new_key())
    (tmp_path / "link").symlink_to(tmp_path / "mount")
    (tmp_path / "k").symlink_to(tmp_path / "link" / path.name)
    assert read_key_file(tmp_path / "k") == key
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="key_file_open_permissions"):
        read_key_file(tmp_path / "k")


def test_a_written_key_reads_back_and_is_the_owners_alone(tmp_path: Path) -> None:
    path, key = tmp_path / "k.key", new_key()
    old = os.umask(0)
    try:
        write_key_file(path, key)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path) == key
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = _file(tmp_path, key := new_key())
    with pytest.raises(KeyFileError, match="key_file_exists"):
        write_key_file(path, new_key())
    assert read_key_file(path) == key
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="key_file_unwritable"):
        write_key_file(tmp_path / "no" / "folder.key", new_key())
    with pytest.raises(KeyFileError, match="key_file_content"):
        write_key_file(tmp_path / "k.key", bytes(31))
    assert list(tmp_path.iterdir()) == []
