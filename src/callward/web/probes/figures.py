"""The figures that rows give when they are asked for, beside those that processes count."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db.models import Min
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from callward.engine.errors import Error
from callward.web.audit.models import Entry, Head
from callward.web.background import leases
from callward.web.calls.models import Review
from callward.web.core import measures
from callward.web.core.models import Controller
from callward.web.core.objects import object_store
from callward.web.keys.models import Epoch
from callward.web.lifecycle import retention
from callward.web.lifecycle.backup.keys_copy import configured
from callward.web.lifecycle.backup.manifest import snapshots
from callward.web.lifecycle.backup.store import made_at
from callward.web.probes.kept import Kept


def text() -> bytes:
    """Every figure in Prometheus' text format."""
    with measures.standing():
        counted = generate_latest(measures.collected())
    asked = CollectorRegistry()
    asked.register(_Rows())
    return counted + generate_latest(asked)


class _Rows(Collector):
    """Gauges read from the rows; the same whichever process is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, told, ask in _GAUGES:
            value = ask()
            if value is not None:
                yield GaugeMetricFamily(f"callward_{name}", told, value=value)


def _age(when: datetime | None) -> float | None:
    return None if when is None else max(0.0, (timezone.now() - when).total_seconds())


def _jobs(status: TaskResultStatus) -> int:
    return int(DBTaskResult.objects.filter(status=status).count())


def _oldest_job() -> float:
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    return _age(waiting.aggregate(oldest=Min("enqueued_at"))["oldest"]) or 0.0


def _overdue() -> int:
    return sum(retention.due(one, retention.today_of(one)).count() for one in Controller.objects.all())


def _checkpoint_age() -> float | None:
    return _age(Head.objects.exclude(published_at=None).aggregate(oldest=Min("published_at"))["oldest"])


def _oldest_pending() -> float:
    return _age(Entry.objects.filter(index=None).aggregate(oldest=Min("at"))["oldest"]) or 0.0


def _epoch_age() -> float | None:
    present = Epoch.objects.filter(state=Epoch.State.CURRENT)
    return _age(present.aggregate(oldest=Min("created_at"))["oldest"])


def _newest_backup() -> datetime | None:
    try:
        destination = configured()
        newest = max(snapshots(destination), default="") if destination else ""
    except (Error, OSError):
        return None
    return made_at(newest) if newest else None


# Looking for it may mean a network.
_backup = Kept(60.0, _newest_backup)


def _free() -> float | None:
    root = getattr(object_store(), "root", None)
    return None if root is None else float(shutil.disk_usage(root).free)


_GAUGES: tuple[tuple[str, str, Callable[[], float | None]], ...] = (
    ("review_queue", "Calls that wait for a decision.", lambda: Review.objects.filter(decision="").count()),
    ("items_overdue", "Items past their last day that no hold keeps.", _overdue),
    ("jobs_waiting", "Background jobs in the queue.", lambda: _jobs(TaskResultStatus.READY)),
    ("jobs_running", "Background jobs at work.", lambda: _jobs(TaskResultStatus.RUNNING)),
    ("jobs_given_up", "Background jobs that were given up and wait for somebody.",
     lambda: _jobs(TaskResultStatus.FAILED)),
    ("job_age_seconds", "How long the oldest job in the queue has been there.", _oldest_job),
    ("workers", "Worker processes whose lease stands.", leases.alive),
    ("ledger_pending", "Entries that have no place in the tree yet.",
     lambda: Entry.objects.filter(index=None).count()),
    ("ledger_pending_seconds", "How long the oldest of them has waited.", _oldest_pending),
    ("checkpoint_age_seconds", "Age of the oldest newest checkpoint of a ledger.", _checkpoint_age),
    ("epoch_age_seconds", "Age of the oldest present epoch.", _epoch_age),
    ("backup_age_seconds", "Age of the newest backup; missing where none is configured or can be read.",
     lambda: _age(_backup())),
    ("store_free_bytes", "Free space where sealed objects lie; missing where they lie elsewhere.", _free),
)  # fmt: skip
