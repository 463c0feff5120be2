"""Key files: 32 bytes in a file that nobody but its owner can read.

Both the command line and the platform's file provider read keys only through here.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from callward.engine.envelope import KEY_SIZE
from callward.engine.errors import Error

_MODE = 0o600
_OTHERS = 0o077
_TEXT_LIMIT = 128  # 64 hexadecimal digits or 44 characters of base64, and a line end


class KeyFileError(Error):
    """A key file was refused; see ``code``. The detail names the file and how to mend it, never what it holds.

    ``key_file_missing``, ``key_file_unreadable``, ``key_file_not_regular``, ``key_file_open_permissions``,
    ``key_file_owner``, ``key_file_content``, ``key_file_exists``, ``key_file_unwritable``
    """


def read_key_file(path: Path) -> bytes:
    """Return the key in a file: 32 raw bytes, or one line of 64 hexadecimal digits or of base64.

    The file must be a regular one, belong to this account or to root, and be closed to group and others; it may be
    reached through symbolic links, as mounted secrets are. What is checked is the file that was opened, so it cannot
    be exchanged in between. Raises KeyFileError.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyFileError("key_file_missing", f"{path} does not exist") from None
    except OSError:
        raise KeyFileError("key_file_unreadable", f"{path} cannot be opened") from None
    try:
        _check(path, os.fstat(descriptor))
        found = os.read(descriptor, _TEXT_LIMIT + 1)
    except OSError:
        raise KeyFileError("key_file_unreadable", f"{path} cannot be read") from None
    finally:
        os.close(descriptor)
    return _parse(path, found)


def check_key_file(path: Path) -> None:
    """Check owner and permissions of a key file without reading it. Raises KeyFileError."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise KeyFileError("key_file_missing", f"{path} does not exist") from None
    except OSError:
        raise KeyFileError("key_file_unreadable", f"{path} cannot be reached") from None
    _check(path, status)


def write_key_file(path: Path, key: bytes) -> None:
    """Write a new key file of 32 raw bytes, readable by its owner alone; file and folder are fsynced.

    The file appears whole or not at all, and an existing one is never touched. Raises KeyFileError
    ``key_file_content``, ``key_file_exists``, ``key_file_unwritable``.
    """
    if len(key) != KEY_SIZE:
        raise KeyFileError("key_file_content", f"a key has {KEY_SIZE} bytes")
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_synced(fresh, key)
        # A link, unlike a rename, refuses to replace a key that somebody else wrote meanwhile.
        path.hardlink_to(fresh)
        fresh.unlink()
        _sync_folder(path.parent)
    except FileExistsError:
        raise KeyFileError("key_file_exists", f"{path} exists already and was left as it is") from None
    except OSError:
        raise KeyFileError("key_file_unwritable", f"{path} cannot be written") from None
    finally:
        fresh.unlink(missing_ok=True)


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError("key_file_not_regular", f"{path} is not a regular file")
    if status.st_uid not in {os.geteuid(), 0}:
        raise KeyFileError("key_file_owner", f"{path} belongs to another account: chown it to the one that runs this")
    if stat.S_IMODE(status.st_mode) & _OTHERS:
        raise KeyFileError("key_file_open_permissions", f"others can read {path}: run chmod 600 {path}")


def _parse(path: Path, found: bytes) -> bytes:
    if len(found) == KEY_SIZE:
        return found
    text = found.strip()
    try:
        key = (
            bytes.fromhex(text.decode("ascii")) if len(text) == 2 * KEY_SIZE else base64.b64decode(text, validate=True)
        )
    except (ValueError, binascii.Error):
        key = b""
    if len(found) > _TEXT_LIMIT or len(key) != KEY_SIZE:
        raise KeyFileError("key_file_content", f"{path} holds neither 32 bytes nor their hexadecimal or base64 text")
    return key


def _write_synced(path: Path, key: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        os.fchmod(descriptor, _MODE)
        file.write(key)
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
