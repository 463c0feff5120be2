"""What one who is signed in may do: put files, give them another name, and nothing else.

There is one folder, ``/``, and it exists nowhere. No method of the library that would touch a disk is left in place.
"""

from __future__ import annotations

import asyncio
import posixpath
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from typing import TypeVar
from uuid import UUID

import asyncssh
from asyncssh import SFTPAttrs, SFTPName

from callward.engine.errors import Error
from callward.web.feeds.sftp.receiving import Receiver, Receiving

_Result = TypeVar("_Result")
# Runs what waits for a disk or a database in a thread of its own.
Aside = Callable[[Callable[[], _Result]], Awaitable[_Result]]

MOST_OPEN = 16
_LONGEST_NAME = 255
_WRITES = asyncssh.FXF_WRITE
_REFUSED_FLAGS = asyncssh.FXF_READ | asyncssh.FXF_APPEND


class Drop(asyncssh.SFTPServer):
    """The folder of one connection."""

    def __init__(
        self, chan: asyncssh.SSHServerChannel[bytes], receiver: Receiver, aside: Aside[object], recorded: Future[None]
    ) -> None:
        super().__init__(chan)
        self._recorded = recorded
        self._begun = 0
        self._receiver = receiver
        self._aside = aside
        self._open: set[Receiving] = set()
        self._put: dict[str, tuple[UUID, int]] = {}  # what this connection has put: its row and its size

    async def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> Receiving:
        """Begin a file. What is there already is never opened again."""
        if not pflags & _WRITES or pflags & _REFUSED_FLAGS:
            raise asyncssh.SFTPPermissionDenied("nothing is given back here; send the file anew")
        return await self._begin(path)

    async def open56(self, path: bytes, desired_access: int, flags: int, attrs: SFTPAttrs) -> Receiving:
        reads = desired_access & (asyncssh.ACE4_READ_DATA | asyncssh.ACE4_APPEND_DATA)
        if not desired_access & asyncssh.ACE4_WRITE_DATA or reads:
            raise asyncssh.SFTPPermissionDenied("nothing is given back here; send the file anew")
        return await self._begin(path)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        file = _receiving(file_obj)
        try:
            file.write(offset, data)
        except Error as error:
            file.refuse(error.code)
            raise asyncssh.SFTPFailure(error.code) from None
        return len(data)

    async def close(self, file_obj: object) -> None:
        """End a file: whole when the sender closes it, dropped when the connection ends instead."""
        assert isinstance(file_obj, Receiving)
        file = file_obj
        self._open.discard(file)
        if not file.was_asked_for():
            file.discard()
            return
        size = file.size
        try:
            row = await self._aside(lambda: self._receiver.keep(file))
        except Error as error:
            raise asyncssh.SFTPFailure(error.code) from None
        assert isinstance(row, UUID)
        self._put[file.name] = (row, size)

    def exit(self) -> None:
        for file in self._open:
            file.discard()
        self._open.clear()

    def stat(self, path: bytes) -> SFTPAttrs:
        """Tell of the folder, and of what this connection has put: clients compare the size."""
        name = _name(path)
        if not name:
            return SFTPAttrs(permissions=stat.S_IFDIR | 0o300, size=0)
        if name not in self._put:
            raise asyncssh.SFTPNoSuchFile("nothing is shown here")
        return SFTPAttrs(permissions=stat.S_IFREG | 0o200, size=self._put[name][1])

    def lstat(self, path: bytes) -> SFTPAttrs:
        return self.stat(path)

    def fstat(self, file_obj: object) -> SFTPAttrs:
        return SFTPAttrs(permissions=stat.S_IFREG | 0o200, size=_receiving(file_obj).size)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give a file that was put here its final name."""
        old, new = _name(oldpath), _file_name(newpath)
        try:
            row = await self._aside(lambda: self._receiver.rename(old, new))
        except Error as error:
            raise asyncssh.SFTPFailure(error.code) from None
        if row is None:
            raise asyncssh.SFTPNoSuchFile("no such file was put here")
        assert isinstance(row, UUID)
        size = self._put.pop(old, (row, 0))[1]
        self._put[new] = (row, size)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self.rename(oldpath, newpath)

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        """List what this connection has put, and nothing of anybody else."""
        if _name(path):
            raise asyncssh.SFTPNoSuchFile("there are no folders here")
        for name, (_row, size) in list(self._put.items()):
            yield SFTPName(name.encode(), attrs=SFTPAttrs(permissions=stat.S_IFREG | 0o200, size=size))

    def realpath(self, path: bytes) -> bytes:
        return b"/" + _name(path).encode()

    def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Take the times and rights that clients set, and keep none."""

    def lsetstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        self.setstat(path, attrs)

    def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        _receiving(file_obj)

    def fsync(self, file_obj: object) -> None:
        """Nothing is durable before the file is closed; closing it says whether it is."""
        _receiving(file_obj)

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        raise asyncssh.SFTPPermissionDenied("nothing is given back here")

    def remove(self, path: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("nothing is removed from here")

    def mkdir(self, path: bytes, attrs: SFTPAttrs) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no folders here")

    def rmdir(self, path: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no folders here")

    def readlink(self, path: bytes) -> bytes:
        raise asyncssh.SFTPPermissionDenied("there are no links here")

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no links here")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("there are no links here")

    def lock(self, file_obj: object, offset: int, length: int, flags: int) -> None:
        raise asyncssh.SFTPOpUnsupported("there are no locks here")

    def unlock(self, file_obj: object, offset: int, length: int) -> None:
        raise asyncssh.SFTPOpUnsupported("there are no locks here")

    def statvfs(self, path: bytes) -> asyncssh.SFTPVFSAttrs:
        raise asyncssh.SFTPOpUnsupported("the disk is nobody's business here")

    def fstatvfs(self, file_obj: object) -> asyncssh.SFTPVFSAttrs:
        raise asyncssh.SFTPOpUnsupported("the disk is nobody's business here")

    def map_path(self, path: bytes) -> bytes:
        raise asyncssh.SFTPPermissionDenied("there is no disk here")

    def reverse_map_path(self, path: bytes) -> bytes:
        raise asyncssh.SFTPPermissionDenied("there is no disk here")

    async def _begin(self, path: bytes) -> Receiving:
        name = _file_name(path)
        if len(self._open) + self._begun >= MOST_OPEN:
            raise asyncssh.SFTPFailure("upload_too_many")
        self._begun += 1  # others are asked for while this one waits
        try:
            await asyncio.wrap_future(self._recorded)
            file = await self._aside(lambda: self._receiver.begin(name))
        except Error as error:
            raise asyncssh.SFTPFailure(error.code) from None
        finally:
            self._begun -= 1
        assert isinstance(file, Receiving)
        self._open.add(file)
        return file


def _receiving(file_obj: object) -> Receiving:
    """Return the file that a request names, other than one that closes it."""
    assert isinstance(file_obj, Receiving)
    file_obj.was_asked_for()
    return file_obj


def _name(path: bytes) -> str:
    """The name in the one folder, empty for the folder itself. Whatever leads elsewhere is refused."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        raise asyncssh.SFTPNoSuchFile("a name is UTF-8") from None
    plain = posixpath.normpath("/" + text).lstrip("/")
    if ".." in text.split("/") or "/" in plain or "\\" in plain:
        raise asyncssh.SFTPPermissionDenied("there is one folder here")
    return "" if plain == "." else plain


def _file_name(path: bytes) -> str:
    name = _name(path)
    if not name or name.startswith(".") or len(name) > _LONGEST_NAME or not name.isprintable():
        raise asyncssh.SFTPPermissionDenied("this is no name of a file")
    return name
