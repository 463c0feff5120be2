"""Work that is cut into jobs, each of which asks for the next: which of it no job is at any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.web.background.models import JobRow


def jobs_on(task: Task[..., Any], subject: UUID) -> QuerySet[JobRow]:
    """Return the jobs of a task whose only argument is ``subject``."""
    rows: QuerySet[JobRow] = DBTaskResult.objects.all()
    return rows.filter(task_path=task.module_path, args_kwargs={"args": [str(subject)], "kwargs": {}})


def resume(subjects: QuerySet[Any], task: Task[..., Any], lease: timedelta) -> int:
    """Queue the task for each of the subjects, which are rows with UUIDs, that no job is on; return how many.

    A job that was begun longer than ``lease`` ago has lost its worker. One that was given up waits for a person, who
    tries it again or lets it go.
    """
    return sum(_resumed(subject, subjects, task, lease) for subject in subjects)


def _resumed(subject: Model, subjects: QuerySet[Any], task: Task[..., Any], lease: timedelta) -> bool:
    now = timezone.now()
    at_work = Q(status=TaskResultStatus.RUNNING, started_at__range=(now - lease, now + lease))
    waits = Q(status__in=(TaskResultStatus.READY, TaskResultStatus.FAILED))
    with transaction.atomic():
        # One worker's duty at a time; and one question, for a job that ends leaves the next in its place.
        goes_on = subjects.select_for_update().filter(pk=subject.pk).first() is not None
        if not goes_on or jobs_on(task, subject.pk).filter(waits | at_work).exists():
            return False
        task.enqueue(str(subject.pk))
    return True
