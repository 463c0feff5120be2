"""The door to the record for apps that lie below the ledger.

Accounts and core change rows and must put that on the record in the same transaction, but import nothing above them:
the ledger takes its place here when it starts, and without it every act is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from callward.engine import tlog
from callward.web.core.models import Controller

Party = tlog.Reference | Model

NOBODY = tlog.Reference("nobody", "unknown")
"""The actor of what somebody did whom we could not name: a sign-in with an unknown user name."""


class Recorder(Protocol):
    """What the ledger offers; ``callward.web.audit.record`` explains the fields."""

    def __call__(
        self,
        action: str,
        *,
        actor: Party,
        resource: Party,
        controller: Controller | UUID,
        outcome: str = ...,
        facts: Mapping[str, tlog.Fact] | None = ...,
    ) -> object: ...


_recorders: list[Recorder] = []


def keep_record_with(recorder: Recorder) -> None:
    """Called once by the ledger when it starts."""
    _recorders[:] = [recorder]


def record(
    action: str,
    *,
    actor: Party,
    resource: Party,
    controller: Controller | UUID,
    outcome: str = "done",
    facts: Mapping[str, tlog.Fact] | None = None,
) -> None:
    """Record one act in the transaction that is open; refused where no ledger has taken its place."""
    if not _recorders:
        raise ImproperlyConfigured("No ledger is installed: nothing may happen off the record.")
    _recorders[0](action, actor=actor, resource=resource, controller=controller, outcome=outcome, facts=facts)
