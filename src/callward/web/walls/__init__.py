"""Row security, the second wall: for which controller this thread works, told to PostgreSQL with every statement.

The first wall is the code, which asks for the rows of one controller. Here the server is told whose rows those are, in
the setting ``callward.controller``: a controller's id, ``platform`` for what is done across controllers, or nothing,
and then there are no rows. SQLite has no such wall, and everything here does nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

SETTING = "callward.controller"
PLATFORM = "platform"
AS_PLATFORM = f"-c {SETTING}={PLATFORM}"
"""What a session that acts for the platform begins with, as PostgreSQL's programs take it."""

_process = ""
_wall: ContextVar[str | None] = ContextVar("wall", default=None)


def current() -> str:
    """Whose rows this thread sees: a controller's id, ``platform``, or nothing."""
    wall = _wall.get()
    return _process if wall is None else wall


def work_as_platform() -> None:
    """Let every thread of this process see all rows unless it narrows: the worker, verbs, migrations.

    A web process never asks for this; there a thread that nobody narrowed sees nothing.
    """
    global _process  # noqa: PLW0603 - what a process is for is said once, at its start
    _process = PLATFORM


@contextmanager
def narrowed(controller: UUID) -> Iterator[None]:
    """See the rows of one controller within the block."""
    yield from _within(str(controller))


@contextmanager
def across() -> Iterator[None]:
    """See the rows of all controllers within the block: for what has to be one of its kind on the whole platform."""
    yield from _within(PLATFORM)


@contextmanager
def within(wall: str) -> Iterator[None]:
    """See within the block what ``current`` told of somewhere else."""
    yield from _within(wall)


def narrow(controller: UUID) -> None:
    """See the rows of one controller until the block that stands around ends."""
    _wall.set(str(controller))


def _within(wall: str) -> Iterator[None]:
    before = _wall.set(wall)
    try:
        yield
    finally:
        _wall.reset(before)
