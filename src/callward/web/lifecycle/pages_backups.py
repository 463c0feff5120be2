"""Backups and drills as the pages say them."""

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
    """Say that a scheduled backup or drill failed or did not come, to those who see the Lifecycle page."""
    if not may(request.user, Capability.READ_LIFECYCLE):
        return
    for row in rows():
        if row.report.standing in _ASKS:
            backup = row.report.kind == "backup"
            yield Notice(
                what=_("See to the backups") if backup else _("See to the restore drill"),
                why=_("Without a backup a lost disk is a lost archive")
                if backup
                else _("A backup that nobody has restored may not be one"),
                status=row.status,
                word=row.word,
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
