"""Backups and drills, as the pages say them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from callward.web.accounts.access import Capability, may
from callward.web.core.notices import Notice
from callward.web.lifecycle.backup.schedule import Report, Standing, reports

_STATUS = {
    Standing.OFF: "unknown",
    Standing.WAITING: "due",
    Standing.WELL: "ok",
    Standing.FAILED: "due",
    Standing.OVERDUE: "overdue",
}
_ASKS = frozenset({Standing.FAILED, Standing.OVERDUE})


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of run on the Lifecycle page: what is kept of it, and a status with its word."""

    report: Report
    status: str
    word: str


def rows() -> list[Row]:
    """Return the rows of the Lifecycle page: backups, then drills."""
    return [Row(report, _STATUS[report.standing], _word(report.standing)) for report in reports()]


def told_on_today(request: HttpRequest) -> Iterator[Notice]:
    """Say that nothing is backed up, or that a backup or drill failed or did not come, to those who see Lifecycle."""
    if not may(request.user, Capability.READ_LIFECYCLE):
        return
    for row in rows():
        backup = row.report.kind == "backup"
        if row.report.standing in _ASKS:
            what = _("See to the backups") if backup else _("See to the restore drill")
        elif backup and row.report.standing is Standing.OFF:
            what = _("Name a place for backups (CALLWARD_BACKUP)")
        else:
            continue
        why = _("Without a backup a lost disk is a lost archive")
        yield Notice(
            what=what,
            why=why if backup else _("A backup that nobody has restored may not be one"),
            status="due" if row.report.standing is Standing.OFF else row.status,
            word=_("none") if row.report.standing is Standing.OFF else row.word,
            address=f"{reverse('lifecycle:home')}#backups",
            verb=_("Look"),
        )


def _word(standing: Standing) -> str:
    return {
        Standing.OFF: _("off"),
        Standing.WAITING: _("none yet"),
        Standing.WELL: _("well"),
        Standing.FAILED: _("failed"),
        Standing.OVERDUE: _("overdue"),
    }[standing]
