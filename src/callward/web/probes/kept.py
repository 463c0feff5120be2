"""An answer that is given again for a while, so that asking often costs nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """Calls ``ask`` at most once in so many seconds; who asks meanwhile waits for the same answer."""

    def __init__(self, seconds: float, ask: Callable[[], Answer]) -> None:
        self._seconds, self._ask = seconds, ask
        self._lock = threading.Lock()
        self._held: tuple[float, Answer] | None = None

    def __call__(self) -> Answer:
        with self._lock:
            if self._held is None or monotonic() - self._held[0] > self._seconds:
                self._held = (monotonic(), self._ask())
            return self._held[1]

    def forget(self) -> None:
        """Ask anew the next time."""
        with self._lock:
            self._held = None
