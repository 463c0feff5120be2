"""What is declared of a job beside its function: how often it is tried, whose it is, what giving it up means."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

LONGEST = timedelta(hours=2)  # a start of a job, where nothing else is declared
_ATTRIBUTE = "callward_job"
_Function = TypeVar("_Function", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Retry:
    """How a job that failed is tried again: the wait doubles from ``first`` up to ``longest`` seconds.

    ``times`` counts every start, the first and those whose worker died among them. ``jitter`` spreads each wait by
    that share up and down, so that what failed together does not come back together.
    """

    times: int = 5
    first: float = 10.0
    longest: float = 3600.0
    jitter: float = 0.25

    def wait(self, starts: int, spread: Callable[[float, float], float] = random.uniform) -> timedelta:
        """How long to wait after the job was started ``starts`` times (1 or more) and failed."""
        seconds = min(self.longest, self.first * 2.0 ** min(starts - 1, 32))
        return timedelta(seconds=seconds * spread(1 - self.jitter, 1 + self.jitter))


def _of_the_platform(*ids: Any) -> UUID | None:
    return None


def _nothing(*ids: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of job. ``owner`` and ``give_up`` are called with the job's arguments.

    ``longest`` is its ceiling: a start that takes longer is ended and counts as failed.
    ``owner`` names the controller whose administrators see it when it is given up; None: it belongs to no single one.
    ``give_up`` says what must happen when nobody wants it tried again; it may be called twice.
    """

    retry: Retry = field(default_factory=Retry)
    longest: timedelta = LONGEST
    owner: Callable[..., UUID | None] = _of_the_platform
    give_up: Callable[..., None] = _nothing


def job(
    *,
    retry: Retry | None = None,
    longest: timedelta = LONGEST,
    owner: Callable[..., UUID | None] = _of_the_platform,
    give_up: Callable[..., None] = _nothing,
) -> Callable[[_Function], _Function]:
    """Declare a job; stands below ``@task()``."""

    def declare(function: _Function) -> _Function:
        setattr(function, _ATTRIBUTE, Job(retry or Retry(), longest, owner, give_up))
        return function

    return declare


def job_of(function: Callable[..., object]) -> Job:
    """What was declared of a function; the defaults where nothing was."""
    declared = getattr(function, _ATTRIBUTE, None)
    return declared if isinstance(declared, Job) else Job()
