"""The clock of a test whose calls have clocks of some weeks: it is soon after the calls, whenever the test runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from django.utils import timezone

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)  # the calls of calls_at_work.py are of 20 November


@pytest.fixture(autouse=True)
def soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    now, seconds = timezone.now, time.time
    away = _NOON - now()
    monkeypatch.setattr(timezone, "now", lambda: now() + away)
    monkeypatch.setattr(time, "time", lambda: seconds() + away.total_seconds())
