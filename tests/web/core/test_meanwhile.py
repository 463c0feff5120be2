"""What is said again and again while work goes on outlives a database that is away, and ends with the work."""

from __future__ import annotations

import threading

from django.db import InterfaceError, OperationalError

from callward.web.core.meanwhile import meanwhile


def test_it_is_said_again_after_a_database_that_was_away_and_no_more_once_the_work_is_over() -> None:
    said: list[int] = []
    again = threading.Event()

    def act() -> None:
        said.append(len(said))
        if len(said) == 1:
            raise OperationalError("the server is away")
        if len(said) == 2:
            raise InterfaceError("the connection is closed")
        again.set()

    with meanwhile(act, 0.001, "test"):
        assert again.wait(120)
    told = len(said)
    assert not any(thread.name == "test" for thread in threading.enumerate())
    assert len(said) == told
