"""The queue: a table in the data database, so that a job exists exactly when the act that asks for it does.

Rows of jobs lie in the clear, so an argument is an id and nothing else: what is not is refused here.
"""

from __future__ import annotations

import re
from typing import Any

from django_tasks_db.backend import DatabaseBackend

from callward.engine.errors import Error

_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


class QueueError(Error):
    """A job was refused: ``argument_not_an_id``."""


class Queue(DatabaseBackend):
    """The library's database queue, for jobs whose arguments are random ids, true, false or nothing."""

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Enqueue a job. Raises ``QueueError``; the act that asked for it must not be committed then."""
        if not all(map(is_id, [*args, *kwargs.values()])):
            raise QueueError("argument_not_an_id", "jobs take random ids: what an id leads to is read by the job")
        return super().enqueue(task, args, kwargs)


def is_id(argument: object) -> bool:
    """Whether an argument says nothing about anybody by itself."""
    if argument is None or isinstance(argument, bool):
        return True
    return isinstance(argument, str) and _ID.fullmatch(argument) is not None
