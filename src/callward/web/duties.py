"""What is done again and again in the background: declared here, run by the worker, each on its own clock.

A duty looks for work that is due and does it; it can be interrupted at any point and called again. A duty that fails
is named in the log and called again after its interval: it never stops the others.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from time import monotonic

from django.db import close_old_connections

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """What is called (``module:function``, without arguments) and how many seconds lie between two calls."""

    place: str
    seconds: float

    @property
    def act(self) -> Callable[[], object]:
        module, _, name = self.place.partition(":")
        act: Callable[[], object] = getattr(import_module(module), name)
        return act


DUTIES = (
    Duty("callward.web.audit.sequencing:sequence_all", 1.0),
    Duty("callward.web.audit.elsewhere:publish_elsewhere", 60.0),
    Duty("callward.web.calls.duties:apply_decisions", 2.0),
    Duty("callward.web.calls.duties:destroy_overdue", 60.0),
    Duty("callward.web.accounts.sessions:sweep_sessions", 3600.0),
    Duty("callward.web.calls.duties:look_after_uploads", 60.0),
)


def run_until(stop: threading.Event, duties: tuple[Duty, ...] = DUTIES) -> None:
    """Run every duty when its time has come, until ``stop`` is set."""
    due = dict.fromkeys(duties, 0.0)
    while not stop.is_set():
        for duty in due:
            if monotonic() >= due[duty] and not stop.is_set():
                _run(duty)
                due[duty] = monotonic() + duty.seconds
        stop.wait(0.25)


def _run(duty: Duty) -> None:
    try:
        duty.act()
    except Exception:  # noqa: BLE001 - the edge of the worker: one failing duty must not end the others
        _log.exception("the duty %s failed; it is tried again in %g s", duty.place, duty.seconds)
    finally:
        close_old_connections()
