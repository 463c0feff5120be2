"""The server of the SFTP drop: keys only, one feed for each user name, no shell, no forwarding."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncssh
from django.db import close_old_connections, connections

from callward.web.core.logs import told
from callward.web.feeds.errors import FeedError
from callward.web.feeds.sftp import signing
from callward.web.feeds.sftp.drop import Drop
from callward.web.feeds.sftp.receiving import Receiver

_log = logging.getLogger(__name__)
MOST_CONNECTIONS = 50
_THREADS = 4
_PATIENCE_S = 30
_Result = TypeVar("_Result")


class Aside:
    """Runs what waits for a disk or a database in threads, so that other connections go on."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="sftp")

    def begin(self, act: Callable[[], None]) -> Future[None]:
        """Run an act without waiting for it."""
        return self._pool.submit(_with_database, act)

    async def __call__(self, act: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(_with_database, act))

    def end(self) -> None:
        """Wait for what was begun, and let go of the databases; nothing is begun any more."""
        all_of_them = threading.Barrier(_THREADS)
        for _ in range(_THREADS):
            self._pool.submit(_let_go, all_of_them)
        self._pool.shutdown()


def _with_database(act: Callable[[], _Result]) -> _Result:
    close_old_connections()
    try:
        return act()
    finally:
        close_old_connections()


def _let_go(all_of_them: threading.Barrier) -> None:
    """Close this thread's connections; no thread ends before each has done it once, or one does not come to it."""
    try:
        connections.close_all()
    finally:
        all_of_them.wait(_PATIENCE_S)


class _Connections:
    """How many there are."""

    def __init__(self) -> None:
        self.count = 0


class Door(asyncssh.SSHServer):
    """One connection: who signs in, by key, as the user of which feed."""

    def __init__(self, aside: Aside, connections: _Connections) -> None:
        self._aside = aside
        self._connections = connections
        self._user = ""
        self._key = b""
        self._conn: asyncssh.SSHServerConnection | None = None
        self._recorded: Future[None] | None = None
        self.feed: UUID | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._conn = conn
        conn.set_extra_info(door=self)
        self._connections.count += 1
        if self._connections.count > MOST_CONNECTIONS:
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.count -= 1
        user = self._user
        if user and self._recorded is None:
            self._aside.begin(lambda: signing.record_refused(user))

    def begin_auth(self, username: str) -> bool:
        self._user = username
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Tell whether a key is one of the feed's of that user name; asked again once the signature holds."""
        self.feed = await self._aside(lambda: signing.feed_for(username, key.public_data))
        self._key = key.public_data
        return self.feed is not None

    def auth_completed(self) -> None:
        """Put the session on the record; what cannot be recorded is ended."""
        feed = self.feed
        assert feed is not None
        self._recorded = self._aside.begin(lambda: signing.record_signed_in(feed))
        self._recorded.add_done_callback(partial(self._end_unless_recorded, asyncio.get_running_loop()))

    def drop(self, chan: asyncssh.SSHServerChannel[bytes]) -> Drop:
        """Give the folder of the session, which opens when the session is on the record."""
        assert self.feed is not None
        assert self._recorded is not None
        return Drop(chan, Receiver(self.feed, self._key), self._aside, self._recorded)

    def _end_unless_recorded(self, loop: asyncio.AbstractEventLoop, recorded: Future[None]) -> None:
        if recorded.exception() is not None and self._conn is not None:
            loop.call_soon_threadsafe(self._conn.abort)


def host_key(path: Path) -> asyncssh.SSHKey:
    """Read the server's own key, made at the first start.

    Raises ``FeedError`` ``host_key_open``, ``host_key_damaged``.
    """
    if not path.exists():
        made = asyncssh.generate_private_key("ssh-ed25519")
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made.export_private_key())
            file.flush()
            os.fsync(file.fileno())
        return made
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise FeedError("host_key_open", "the host key can be read by others: chmod 600")
    try:
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError):
        raise FeedError("host_key_damaged", "the host key cannot be read") from None


async def listen(host: str, port: int, key: asyncssh.SSHKey, aside: Aside) -> asyncssh.SSHAcceptor:
    """Begin to listen; a port of 0 takes a free one. Raises OSError."""
    connections = _Connections()

    def drop(chan: asyncssh.SSHServerChannel[bytes]) -> Drop:
        door = chan.get_connection().get_extra_info("door")
        assert isinstance(door, Door)
        return door.drop(chan)

    return await asyncssh.listen(
        host,
        port,
        server_factory=partial(Door, aside, connections),
        server_host_keys=[key],
        sftp_factory=drop,
        allow_scp=False,
        allow_pty=False,
        agent_forwarding=False,
        x11_forwarding=False,
        password_auth=False,
        kbdint_auth=False,
        gss_host=None,
        login_timeout=_PATIENCE_S,
        keepalive_interval=_PATIENCE_S,
        encoding=None,
    )


def serve(host: str, port: int, home: Path, say: Callable[[int], None]) -> None:
    """Listen until the process is told to end (SIGINT, SIGTERM); ``say`` is told the port."""
    asyncio.run(_serve(host, port, home, say))


def tell_of_fault(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what nobody waited for: asyncio would write down the words of the fault, which may be a caller's."""
    fault = context.get("exception")
    _log.error("what nobody waited for failed: %s", told(fault) if isinstance(fault, BaseException) else "no fault")


async def _serve(host: str, port: int, home: Path, say: Callable[[int], None]) -> None:
    key = host_key(home / "sftp_host.key")
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(tell_of_fault)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    aside = Aside()
    try:
        async with await listen(host, port, key, aside) as acceptor:
            say(acceptor.get_port())
            await ended.wait()
    finally:
        aside.end()
