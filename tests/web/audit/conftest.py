from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

from callward.engine import tlog
from callward.web import audit
from callward.web.core import objects
from callward.web.core.models import Controller
from callward.web.core.objects import FolderStore
from callward.web.keys import vault


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    """A store of the test's own: the run's home is shared."""
    made = FolderStore(tmp_path / "objects")
    monkeypatch.setattr(objects, "_opened", lambda _: made)
    return made


@pytest.fixture
def ledger(acme: Controller) -> Controller:
    """A controller whose ledger key exists."""
    vault.open_controller(acme.id)
    return acme


@pytest.fixture
def act(ledger: Controller) -> Callable[..., list[str]]:
    """Record ``count`` acts, each transaction of its own, and give their ids."""

    def write(count: int = 1, action: str = "recording.redacted", controller: Controller = ledger) -> list[str]:
        with transaction.atomic():
            return audit.record_many(
                [
                    audit.Act(action, audit.SYSTEM, tlog.Reference("call", str(uuid4())), facts={"findings": at})
                    for at in range(count)
                ],
                controller=controller,
            )

    return write
