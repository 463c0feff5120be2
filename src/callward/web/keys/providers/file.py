"""Roots in files of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from callward.engine.envelope import EnvelopeError, new_key, unwrap_key, wrap_key
from callward.keyfile import KeyFileError, check_key_file, read_key_file, write_key_file
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers.protocol import RootState


class FileProvider:
    """Roots in files: ``$CALLWARD_HOME/roots/<controller, 32 hexadecimal digits>/<epoch>.key``, mode 0600."""

    name = "file"

    def __init__(self, home: Path) -> None:
        self._roots = home / "roots"

    @property
    def place(self) -> str:
        return ""  # a home may be moved with its roots

    def path(self, controller: UUID, number: int) -> Path:
        return self._roots / controller.hex / f"{number}.key"

    def paths(self) -> Iterator[Path]:
        """Every root file there is."""
        return self._roots.glob("*/*.key")

    def create_root(self, controller: UUID, number: int) -> None:
        path = self.path(controller, number)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_key_file(path, new_key())
        except KeyFileError as refused:
            # Left by a start that was cut off before it wrote the epoch's row, or made this moment by another one.
            if refused.code != "key_file_exists":
                raise KeyUnavailable(refused.code, refused.detail) from None
        except OSError:
            raise KeyUnavailable("key_file_unwritable", f"{path.parent} cannot be made") from None
        self._root(controller, number)

    def wrap(self, controller: UUID, number: int, key: bytes) -> bytes:
        return wrap_key(self._root(controller, number), key)

    def unwrap(self, controller: UUID, number: int, wrapped: bytes) -> bytes:
        try:
            return unwrap_key(self._root(controller, number), wrapped)
        except EnvelopeError:
            path = self.path(controller, number)
            raise KeyUnavailable(
                "root_wrong", f"{path} is not the root of this epoch: put the right one back"
            ) from None

    def root_state(self, controller: UUID, number: int) -> RootState:
        """Also refuses a file that others can read."""
        try:
            check_key_file(self.path(controller, number))
        except KeyFileError as refused:
            if refused.code == "key_file_missing":
                return RootState.GONE
            raise KeyUnavailable(refused.code, refused.detail) from None
        return RootState.USABLE

    def destroy_root(self, controller: UUID, number: int) -> None:
        """Overwrite the file, then remove it, each durable. A flash disk may keep the old cells: the docs say so."""
        path = self.path(controller, number)
        try:
            with path.open("r+b") as stream:
                stream.write(bytes(path.stat().st_size))
                stream.flush()
                os.fsync(stream.fileno())
            path.unlink()
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except FileNotFoundError:
            return
        except OSError:
            raise KeyUnavailable("root_not_destroyed", f"{path} cannot be destroyed") from None

    def put_back_root(self, controller: UUID, number: int, key: bytes) -> None:
        """Write a root that was lost; one that is there is left alone. Raises ``KeyUnavailable``."""
        path = self.path(controller, number)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_key_file(path, key)
        except KeyFileError as refused:
            raise KeyUnavailable(refused.code, refused.detail) from None
        except OSError:
            raise KeyUnavailable("key_file_unwritable", f"{path.parent} cannot be made") from None

    def _root(self, controller: UUID, number: int) -> bytes:
        try:
            return read_key_file(self.path(controller, number))
        except KeyFileError as refused:
            raise KeyUnavailable(refused.code, refused.detail) from None
