"""Ports of loopback for servers that are told theirs before they start."""

from __future__ import annotations

import atexit
import socket
from contextlib import ExitStack

_held = ExitStack()
atexit.register(_held.close)


def free_port() -> int:
    """Return a port that nobody listens on, and that nobody else is given while this process lives.

    The port stays bound here without listening: Linux lets a server that sets SO_REUSEADDR, as servers do, listen on it
    all the same, but gives it neither to those who ask for any port nor to those who connect.
    """
    held = _held.enter_context(socket.socket())
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port: int = held.getsockname()[1]
    return port
