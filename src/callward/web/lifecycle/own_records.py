"""What Callward keeps about its own work, and for how long.

Rows of files that were sent, intents that are concluded and what is sealed beside entries end by themselves. The
entries and hashes of the ledger stay: without them nothing that they prove could be shown. What was sealed beside an
entry may end, after twelve months at the least; the entry keeps its commitment. Sessions end with their time, jobs
that are done after a day, and what a call leaves in the call log has a clock of its own.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from callward.web import audit
from callward.web.audit.models import Entry, Intent
from callward.web.calls.models import Upload
from callward.web.core.models import Controller
from callward.web.core.objects import object_store
from callward.web.lifecycle.models import LogRules

ENDED = "records.ended"
BATCH = 1000
_AT_WORK = (Upload.Status.LANDED, Upload.Status.WAITING)


def rules_of(controller: Controller) -> LogRules:
    """Return how long a controller's own records are kept; the defaults where nobody has said otherwise."""
    return LogRules.objects.filter(controller=controller).first() or LogRules(controller=controller)


def end_due() -> int:
    """End what has had its time, of every controller; return how many rows. May be cut off anywhere."""
    return sum(end(controller) for controller in Controller.objects.order_by("id"))


def end(controller: Controller) -> int:
    """End what has had its time of one controller; return how many rows."""
    rules = rules_of(controller)
    before = timezone.now() - timedelta(days=rules.log_days)
    uploads, intents, details = _uploads(controller, before), _intents(controller, before), _details(rules)
    if uploads or intents or details:
        with transaction.atomic():
            facts = {"uploads": uploads, "intents": intents, "details": details}
            audit.record(ENDED, actor=audit.SYSTEM, resource=controller, controller=controller, facts=facts)
    return uploads + intents + details


def _uploads(controller: Controller, before: object) -> int:
    """Remove the rows of files that were taken in or refused; what of them lies in the store still goes first."""
    over = Upload.objects.filter(controller=controller, sent_at__lt=before).exclude(status__in=_AT_WORK)
    store, ended = object_store(), 0
    while rows := list(over.values_list("id", "object_name")[:BATCH]):
        for _, name in rows:
            if name:
                store.delete(name)
        ended += len(rows)
        Upload.objects.filter(id__in=[row for row, _ in rows]).delete()
    return ended


def _intents(controller: Controller, before: object) -> int:
    over = Intent.objects.filter(controller=controller, concluded_at__lt=before)
    ended = 0
    while rows := list(over.values_list("pk", flat=True)[:BATCH]):
        ended += len(rows)
        Intent.objects.filter(pk__in=rows).delete()
    return ended


def _details(rules: LogRules) -> int:
    """Empty the sealed details of old entries, in their order: what was looked at is not looked at again."""
    before = timezone.now() - timedelta(days=rules.detail_days)
    ended = 0
    while True:
        following = Entry.objects.filter(controller=rules.controller, id__gt=rules.details_ended).order_by("id")
        ids = [row for row, at in following.values_list("id", "at")[:BATCH] if at < before]
        if not ids:
            return ended
        with transaction.atomic():
            ended += Entry.objects.filter(id__in=ids).exclude(detail=b"").update(detail=b"")
            rules.details_ended = ids[-1]
            rules.save()
