"""The server of the SFTP drop: keys only, one feed for each user name, no shell, no forwarding."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import asyncssh
from django.db import close_old_connections

from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds.sftp import keys_of, user_of
from callward.web.feeds.models import Feed
from callward.web.feeds.sftp.drop import Drop
from callward.web.feeds.sftp.receiving import Receiver

MOST_CONNECTIONS = 50
_THREADS = 4
_PATIENCE_S = 30
_Result = TypeVar("_Result")


class Aside:
    """Runs what waits for a disk or a database in threads, so that other connections go on."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="sftp")

    async def __call__(self, act: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(_with_database, act))

    def end(self) -> None:
        self._pool.shutdown()


def _with_database(act: Callable[[], _Result]) -> _Result:
    close_old_connections()
    try:
        return act()
    finally:
        close_old_connections()


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
        self.feed: UUID | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        conn.set_extra_info(door=self)
        self._connections.count += 1
        if self._connections.count > MOST_CONNECTIONS:
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.count -= 1

    def begin_auth(self, username: str) -> bool:
        self._user = username
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Tell whether a key is one of the feed's of that user name; asked again once the signature holds."""
        self.feed = await self._aside(lambda: feed_for(username, key.public_data))
        return self.feed is not None


def feed_for(username: str, public_data: bytes) -> UUID | None:
    """Return the feed that a key may put files into under a user name; None where there is none."""
    controller, _dot, slug = username.partition(".")
    found = Feed.objects.filter(kind="sftp", is_on=True, slug=slug, controller__slug=controller)
    feed = found.select_related("controller").first()
    if feed is None or user_of(feed) != username:
        return None
    keys = (asyncssh.import_public_key(row).public_data for row in keys_of(feed))
    return feed.pk if public_data in keys else None


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


async def listen(host: str, port: int, key: asyncssh.SSHKey) -> asyncssh.SSHAcceptor:
    """Begin to listen; a port of 0 takes a free one. Raises OSError."""
    aside, connections = Aside(), _Connections()

    def drop(chan: asyncssh.SSHServerChannel[bytes]) -> Drop:
        door = chan.get_connection().get_extra_info("door")
        assert isinstance(door, Door)
        assert door.feed is not None
        return Drop(chan, Receiver(door.feed), aside)

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


async def _serve(host: str, port: int, home: Path, say: Callable[[int], None]) -> None:
    key = host_key(home / "sftp_host.key")
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with await listen(host, port, key) as acceptor:
        say(acceptor.get_port())
        await ended.wait()
