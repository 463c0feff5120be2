from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from call_fixtures import care_line, store
from calls_at_work import CARD, take

from callward.web.accounts.models import ApiKey, ServiceAccount, User
from callward.web.api.models import Sending
from callward.web.audit.models import Cosignature, Witness
from callward.web.core.models import Controller, Line
from callward.web.feeds.models import Delivery, Feed
from callward.web.keys import vault
from callward.web.lifecycle.models import KeepingRule
from callward.web.sweeps.models import Batch, Change, Sweep

__all__ = ["care_line", "store"]
_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def rival_line(rival: Controller, care_line: Line) -> Line:
    """The same line at another controller."""
    vault.open_controller(rival.id)
    care_line.pk, care_line.controller, care_line._state.adding = uuid4(), rival, True
    care_line.save(force_insert=True)
    return Line.objects.get(pk=care_line.pk)


@pytest.fixture
def both(acme: Controller, rival_line: Line, proven_mallory: User, alice: User) -> tuple[Controller, Controller]:
    """Acme and Rival, each with a call, its keys, and something in every table below one of theirs."""
    from cast import prove

    prove(alice)
    for line in (Line.objects.get(controller=acme), rival_line):
        take(line, CARD)
        _below(line)
    return acme, rival_line.controller


def _below(line: Line) -> None:
    account = ServiceAccount.objects.create(controller=line.controller, name="pbx")
    account.lines.add(line)
    ApiKey.objects.create(account=account, digest=uuid4().bytes * 2, hint="abcd", expires_at=_NOON)
    Sending.objects.create(account=account, key=uuid4().bytes * 2, content=bytes(32), batch=uuid4(), at=_NOON)
    witness = Witness.objects.create(controller=line.controller, kind="mailbox", name="w", address="w@acme.example")
    Cosignature.objects.create(witness=witness, size=1, at=_NOON)
    feed = Feed.objects.create(controller=line.controller, name="f", slug="f", kind="folder", place="/srv/calls")
    Delivery.objects.create(feed=feed, mark=bytes(32), at=_NOON)
    KeepingRule.objects.create(line=line, maximum=30)
    sweep = Sweep.objects.create(
        controller=line.controller, kind="detect", workers="local", detector="d", rules="r", started_at=_NOON
    )
    Batch.objects.create(sweep=sweep, number=0, calls=[])
    Change.objects.create(sweep=sweep, call=uuid4(), outcome="found", at=_NOON)
