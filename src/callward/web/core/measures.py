"""What is counted and timed, for Prometheus: by codes and names of ours, never by anything about a person.

Every process writes its own file under the home (one folder a machine), and whoever is asked adds them up. What a
process that has ended counted is folded into one file, so that no sum ever goes back.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, mmap_dict, multiprocess, values

_log = logging.getLogger(__name__)
# These of the library have no types.
_Figures: Any = mmap_dict.MmapedDict
_Collector: Any = multiprocess.MultiProcessCollector
_per_process: Any = values.MultiProcessValue
_ROOM = 512 * 1024  # bytes of a process's file, taken at once: a file that grows on a full disk ends its process
_KINDS = ("counter", "histogram")
_ENDED = 0  # stands for the processes that have ended
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class _Process:
    """Says which process counts; makes room for its files before the first figure is written."""

    def __init__(self) -> None:
        self._prepared = -1

    def __call__(self) -> int:
        pid = os.getpid()
        if self._prepared == -1:
            self._prepared = 0
            return -1  # asked once while modules load: nothing is written yet
        if self._prepared != pid:
            folder().mkdir(parents=True, exist_ok=True)
            for kind in _KINDS:
                _make_room(folder() / f"{kind}_{pid}.db")
            self._prepared = pid
        return pid


def folder() -> Path:
    """Where this machine's figures lie."""
    return Path(settings.MEASURES)


def _make_room(file: Path) -> None:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(handle).st_size < _ROOM:
            os.posix_fallocate(handle, 0, _ROOM)
    except OSError:
        file.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


values.ValueClass = _per_process(process_identifier=_Process())
_ours = CollectorRegistry()

REQUESTS = Counter("callward_requests", "Requests answered.", ["view", "method", "status"], registry=_ours)
REQUEST_SECONDS = Histogram(
    "callward_request_seconds", "Seconds to an answer.", ["view"], buckets=_SECONDS, registry=_ours
)
ACTS = Counter("callward_acts", "Acts written to the ledger.", ["action", "outcome"], registry=_ours)
TAKEN_IN = Counter("callward_calls_taken_in", "Calls taken in, by the state they came to.", ["state"], registry=_ours)
REFUSED = Counter("callward_calls_refused", "Inputs refused, by reason.", ["reason"], registry=_ours)
PIPELINE_SECONDS = Histogram(
    "callward_pipeline_seconds", "Seconds of each step of the main job.", ["step"], buckets=_SECONDS, registry=_ours
)
TASKS = Counter("callward_tasks", "Starts of background jobs, by how they ended.", ["task", "outcome"], registry=_ours)
TASK_SECONDS = Histogram(
    "callward_task_seconds", "Seconds of a background job.", ["task"], buckets=_SECONDS, registry=_ours
)
DUTY_FAILURES = Counter("callward_duty_failures", "Periodic duties that failed.", ["duty"], registry=_ours)


def count(counter: Counter, *labels: str, by: float = 1.0) -> None:
    """Count something. A disk that is full costs the figure, never the act."""
    with _unhindered():
        counter.labels(*labels).inc(by)


def observe(histogram: Histogram, seconds: float, *labels: str) -> None:
    """Add one duration; see ``count``."""
    with _unhindered():
        histogram.labels(*labels).observe(seconds)


@contextmanager
def _unhindered() -> Iterator[None]:
    try:
        yield
    except OSError:
        # A full disk is told by the act that it stops; here it would be told once for every figure.
        _log.debug("a figure was not written: there is no room for it")


def collected() -> CollectorRegistry:
    """A registry with the figures of every process of this machine, those that ended among them."""
    registry = CollectorRegistry()
    folder().mkdir(parents=True, exist_ok=True)
    _Collector(registry, path=str(folder()))
    return registry


@contextmanager
def standing(*, alone: bool = False) -> Iterator[None]:
    """While this holds nobody folds; ``alone``: and nobody reads."""
    folder().mkdir(parents=True, exist_ok=True)
    handle = os.open(folder() / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def fold_ended() -> int:
    """The duty: add what ended processes counted to one file, and remove theirs. Returns how many files."""
    folded = 0
    with standing(alone=True):
        for kind in _KINDS:
            ended = [file for file in folder().glob(f"{kind}_*.db") if _has_ended(file)]
            if ended:
                _make_room(folder() / f"{kind}_{_ENDED}.db")
                _fold(ended, folder() / f"{kind}_{_ENDED}.db")
            folded += len(ended)
    return folded


def _fold(files: list[Path], target: Path) -> None:
    total = _Figures(str(target))
    try:
        for file in files:
            for key, value, _, _ in _Figures.read_all_values_from_file(str(file)):
                total.write_value(key, total.read_value(key)[0] + value, 0.0)
            file.unlink()
    finally:
        total.close()


def _has_ended(file: Path) -> bool:
    with suppress(ValueError, PermissionError):
        pid = int(file.stem.rpartition("_")[2])
        if pid == _ENDED:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
    return False
