"""Saying again and again, beside the work, that it still goes on: what is no longer said was cut off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connections


@contextmanager
def meanwhile(act: Callable[[], object], seconds: float, name: str) -> Iterator[None]:
    """Do ``act`` every so many seconds, in a thread of its own, for as long as the block lasts.

    It ends by itself with the process. A database that does not answer is asked again the next time.
    """
    ended = threading.Event()

    def repeat() -> None:
        try:
            while not ended.wait(seconds):
                with suppress(Error):
                    act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
