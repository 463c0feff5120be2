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

from callward.web.core import logs, measures

_log = logging.getLogger(__name__)
_SHORTEST = 0.05  # seconds between two calls of one duty
_PATIENCE = 5.0  # seconds for a duty at work to end, once it is asked to


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
    Duty("callward.web.background.leases:look_after_jobs", 5.0),
    Duty("callward.web.core.measures:fold_ended", 600.0),
    Duty("callward.web.calls.duties:look_after_uploads", 60.0),
    Duty("callward.web.calls.sampling:sample_due", 1800.0),
    Duty("callward.web.calls.counting:count_days", 60.0),
    Duty("callward.web.sweeps.tasks:go_on", 60.0),
    Duty("callward.web.feeds.duties:run_feeds", 5.0),
    Duty("callward.web.api.duties:sweep_sendings", 3600.0),
    Duty("callward.web.lifecycle.duties:sweep_erased", 60.0),
    Duty("callward.web.lifecycle.duties:turn_due", 3600.0),
    Duty("callward.web.lifecycle.duties:confirm_roots", 3600.0),
    Duty("callward.web.keys.epochs:let_go_of_ended", 30.0),
    Duty("callward.web.lifecycle.backup.keys_copy:renew_keys_due", 300.0),
    Duty("callward.web.lifecycle.backup.schedule:mend_cut_off", 300.0),
    Duty("callward.web.lifecycle.backup.snapshot:create_due", 600.0),
    Duty("callward.web.lifecycle.backup.drill:drill_due", 3600.0),
    Duty("callward.web.lifecycle.backup.pruning:prune_due", 21600.0),
    Duty("callward.web.lifecycle.duties:purge_due", 600.0),
    Duty("callward.web.lifecycle.tasks:go_on", 60.0),
    Duty("callward.web.lifecycle.duties:tell_of_voicemail", 60.0),
    Duty("callward.web.lifecycle.duties:end_records", 21600.0),
)


def run_until(stop: threading.Event, duties: tuple[Duty, ...] = DUTIES) -> None:
    """Run every duty when its time has come, until ``stop`` is set.

    Each has a thread of its own: one that waits for an answer from elsewhere must not keep the others from destroying
    what may not be held any longer. A thread that hangs at the end is left to the end of the process.
    """
    threads = [
        threading.Thread(target=_repeat, args=(stop, duty), name=duty.place, daemon=True)
        for duty in dict.fromkeys(duties)
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    until = monotonic() + _PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))


def _repeat(stop: threading.Event, duty: Duty) -> None:
    while not stop.is_set():
        _run(duty)
        stop.wait(max(duty.seconds, _SHORTEST))


def _run(duty: Duty) -> None:
    try:
        duty.act()
    except Exception as fault:  # noqa: BLE001 - the edge of the worker: one failing duty must not end the others
        again = "the duty %s failed; it is tried again in %g s: %s"
        _log.error(again, duty.place, duty.seconds, logs.told(fault))
        measures.count(measures.DUTY_FAILURES, duty.place)
    finally:
        close_old_connections()
