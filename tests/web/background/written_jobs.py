"""Jobs that write down when they begin and end, so that a test sees how often; and their queue, filled and read.

``python written_jobs.py prepare N`` makes the databases and asks for N jobs and one that hangs the first time.
``python written_jobs.py prepare-deaf`` asks for one that hears no signal the first time.
``python written_jobs.py lapse`` ends the lease of whoever is at a job, as time does.
``python written_jobs.py check`` tells what is left of the queue.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import uuid4


def _write(line: str) -> None:
    with Path(os.environ["JOBS_WRITTEN"]).open("a", encoding="ascii") as file:
        file.write(line + "\n")


def _begun(name: str) -> int:
    file = Path(os.environ["JOBS_WRITTEN"])
    return file.read_text("ascii").count(f"begin {name} ") if file.exists() else 0


if __name__ == "__main__":
    from callward.web import prepare, start

    start()
    # As the worker imports it: what runs as a program goes by another name.
    written_jobs = import_module("written_jobs")

    if sys.argv[1] == "prepare-deaf":
        prepare()
        written_jobs.hang_deaf_once.enqueue(str(uuid4()))
    elif sys.argv[1] == "prepare":
        prepare()
        written_jobs.hang_once.enqueue(str(uuid4()))
        for _ in range(int(sys.argv[2])):
            written_jobs.write_down.enqueue(str(uuid4()))
    elif sys.argv[1] == "lapse":
        from django.utils import timezone
        from django_tasks_db.models import DBTaskResult

        from callward.web.background.models import WorkerProcess

        # Another may still be at work: a job writes its end before its row does.
        (row,) = DBTaskResult.objects.filter(status="RUNNING", task_path__endswith="hang_once")
        lapsed = timezone.now() - timedelta(hours=2)
        assert WorkerProcess.objects.filter(id=row.worker_ids[-1]).update(seen_at=lapsed) == 1
    else:
        from django_tasks_db.models import DBTaskResult

        from callward.web.background.models import WorkerProcess

        rows = DBTaskResult.objects.values_list("status", flat=True)
        states = {state: list(rows).count(state) for state in set(rows)}
        sys.stdout.write(json.dumps({"states": states, "workers": WorkerProcess.objects.count()}))
else:
    from django_tasks import task

    from callward.web.background import Retry, job

    @task()
    def write_down(name: str) -> None:
        _write(f"begin {name} {os.getpid()}")
        time.sleep(0.02)
        _write(f"end {name} {os.getpid()}")

    @task()
    @job(retry=Retry(times=3))
    def hang_once(name: str) -> None:
        before = _begun(name)
        _write(f"begin {name} {os.getpid()} hangs")
        if not before:
            time.sleep(3600)
        _write(f"end {name} {os.getpid()}")

    @task()
    @job(retry=Retry(times=3, first=0.1), longest=timedelta(seconds=5))
    def hang_deaf_once(name: str) -> None:
        before = _begun(name)
        _write(f"begin {name} {os.getpid()}")
        if not before:
            # As a library that never gives the interpreter its turn: the alarm is not heard.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
            time.sleep(3600)
        _write(f"end {name} {os.getpid()}")
