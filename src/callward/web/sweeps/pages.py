"""The list of sweeps, and the report of one: a page for whoever assesses it, and the same as files."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.background import leases
from callward.web.core.http import page_or_fragment
from callward.web.core.labels import JOB_FAULTS, TYPES, label
from callward.web.sweeps import reporting, tasks
from callward.web.sweeps.models import Change, Sweep
from callward.web.sweeps.searching import LABELS, TAGS, TONES, UNPLACED
from callward.web.sweeps.words import SUSPECTED
from callward.web.sweeps.written import WITHHELD

_MOST = 50  # sweeps on the list
_SOON = 3  # seconds between two looks at one that runs
_SESSION_KEY = "sweeps_opened"
_ROWS = 50  # calls on the page; the files have them all


@allow(Capability.READ_SWEEPS)
@require_safe
def sweep_list(request: HttpRequest) -> HttpResponse:
    """The sweeps of the controller, the newest first, and how far each is."""
    controller = controller_of(request)
    sweeps = list(Sweep.objects.for_controller(controller).select_related("line")[:_MOST])
    with transaction.atomic():
        audit.record(
            "sweeps.listed",
            actor=staff_of(request),
            resource=controller,
            controller=controller,
            facts={"rows": len(sweeps)},
        )
    rows = reporting.figures_of(sweeps)
    acts = may(request.user, Capability.RUN_SWEEPS)
    running = sum(one.state == Sweep.State.RUNNING for one in sweeps)
    return render(request, "sweeps/list.html", {"rows": rows, "running": running, "acts": acts})


@allow(Capability.READ_SWEEPS)
@require_safe
def report(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """The report of one sweep, and how far it is until then."""
    sweep = sweep_of(request, sweep_id)
    runs, again = sweep.state == Sweep.State.RUNNING, bool(getattr(request, "htmx", None))
    if again and not runs:
        return HttpResponse(headers={"HX-Refresh": "true"})  # with what may be done now
    _note_opening(request, sweep, again=again)
    told = reporting.figures(sweep)
    given_up = tasks.given_up_because(sweep) if runs else ""
    context = {
        "sweep": sweep,
        "told": told,
        "runs": runs and not given_up,
        "soon": _SOON,
        "given_up": JOB_FAULTS.get(given_up, _("Look at the worker’s log.")) if given_up else "",
        "idle": runs and sweep.workers == Sweep.Workers.QUEUE and not leases.alive(),
        "acts": may(request.user, Capability.RUN_SWEEPS),
        "facts": _facts(sweep, told),
        "by_kind": [
            (kind_of_item(kind), what_of(what), found, healed, found - healed)
            for (kind, what), (found, healed) in told.by_kind.items()
        ],
        "searched": [(kind_of_item(kind), count) for kind, count in sorted(told.tally.items.items())],
        "unopened": [(kind_of_item(kind), _reason(reason), count) for (kind, reason), count in told.unopened.items()],
        "reasons": [(label("reason_short", code), count) for code, count in sorted(told.reasons.items())],
        "proofs": [(one, label("action", one.action), _entry(one.index)) for one in reporting.proofs(sweep)]
        if not runs
        else [],
        "calls": [] if runs else _calls(sweep, looks_up=may(request.user, Capability.LOOK_UP_CALLS)),
        "more": max(0, sum(told.outcomes.values()) - _ROWS),
    }
    return page_or_fragment(request, "sweeps/report.html", "sweeps/_report.html", context)


@allow(Capability.READ_SWEEPS)
@require_safe
def report_csv(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """The calls of the report as a table."""
    sweep = sweep_of(request, sweep_id)
    _record(request, sweep, "sweep.report_taken")
    return _download(reporting.as_csv(sweep), "text/csv; charset=utf-8", f"sweep-{sweep.id.hex[:8]}.csv")


@allow(Capability.READ_SWEEPS)
@require_safe
def report_json(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """The whole report, with its proofs."""
    sweep = sweep_of(request, sweep_id)
    _record(request, sweep, "sweep.report_taken")
    text = json.dumps(reporting.document(sweep), indent=1)
    return _download(text, "application/json", f"sweep-{sweep.id.hex[:8]}.json")


def sweep_of(request: HttpRequest, sweep_id: UUID) -> Sweep:
    """A sweep of the controller of whoever asks; 404 otherwise."""
    sweeps = Sweep.objects.for_controller(controller_of(request)).select_related("controller", "line")
    return get_object_or_404(sweeps, id=sweep_id)


def _note_opening(request: HttpRequest, sweep: Sweep, *, again: bool) -> None:
    """Record that the report is opened, which is one act: the page then asks for itself every few seconds.

    Anybody can ask in the way that the page does, so ``again`` counts only where this session has opened it.
    """
    opened = request.session.get(_SESSION_KEY, [])
    if again and sweep.id.hex in opened:
        return
    _record(request, sweep, "sweep.report_opened")
    if sweep.id.hex not in opened:
        request.session[_SESSION_KEY] = [*opened, sweep.id.hex][-_MOST:]


def _record(request: HttpRequest, sweep: Sweep, action: str) -> None:
    with transaction.atomic():
        audit.record(action, actor=staff_of(request), resource=sweep, controller=sweep.controller_id)


def _facts(sweep: Sweep, told: reporting.Figures) -> list[tuple[str, str, str, str]]:
    """Scope, method and dates, as rows of the report."""
    scope = sweep.line.name if sweep.line else _("every line")
    days = [
        _("from %(day)s") % {"day": date_format(sweep.since, "j F Y")} if sweep.since else "",
        _("to %(day)s") % {"day": date_format(sweep.until, "j F Y")} if sweep.until else "",
    ]
    items = ", ".join(kind_of_item(kind) for kind in sweep.items) or _("every item")
    ended = _moment(sweep.ended_at) if sweep.ended_at else _("not yet")
    calls = ngettext("%(n)d call", "%(n)d calls", sweep.calls) % {"n": sweep.calls}
    detectors = sorted(told.tally.detectors) or [sweep.detector]
    gone = told.tally.outcomes["gone"]
    away = ngettext("%(n)d was gone meanwhile", "%(n)d were gone meanwhile", gone) % {"n": gone} if gone else ""
    counted = [calls, away] if sweep.cut else []
    return [
        (_("Calls"), ", ".join(filter(None, [scope, *days])), "; ".join(filter(None, counted)), ""),
        (_("Items"), items, "", ""),
        (_("Begun"), _moment(sweep.started_at), _("calls that came in later are not in it"), ""),
        (_("Ended"), ended, "", ""),
        (_("Detector"), ", ".join(detectors), _("version, and a digest of its code and weights"), ""),
        (_("Rules"), sweep.rules[:16], _("the first half of a SHA-256 over the rules of every line"), ""),
        (_("Worked on by"), str(sweep.get_workers_display()), "", ""),
    ]


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i:s")


def _calls(sweep: Sweep, *, looks_up: bool) -> list[dict[str, Any]]:
    """The first calls that the sweep tells of."""
    rows = []
    for row in reporting.changes(sweep, _ROWS):
        found = [
            f"{kind_of_item(kind)}: {what_of(what)} {count}"
            for kind, types in row["found"].items()
            for what, count in types.items()
        ]
        missed = [f"{kind_of_item(kind)}: {_reason(reason)}" for kind, reason in row["not_searched"].items()]
        rows.append(
            {
                "short": row["call"][:8],
                "outcome": Change.Outcome(row["outcome"]).label,
                "mark": "ok" if row["outcome"] == Change.Outcome.CHANGED else "due",
                "told": [*found, *missed],
                "entry": row["entry"],
                "entry_address": _entry(row["entry"]),
                "address": reverse("calls:call", args=[row["call"]]) if looks_up else "",
            }
        )
    return rows


def _entry(index: int | None) -> str:
    return "" if index is None else reverse("audit:entry", args=[index])


def kind_of_item(kind: str) -> str:
    """The word for a kind of item of a report."""
    if kind == LABELS:
        return _("Labels of the call")
    return _("the call") if kind == "call" else label("item", kind)


def what_of(name: str) -> str:
    """The words for a type of what was found."""
    others = {
        TONES: _("keyed tones"),
        SUSPECTED: _("turns where a card is suspected"),
        TAGS: _("tags of the file"),
        WITHHELD: _("lines that may still hold personal data"),
        UNPLACED: _("card data that no word places"),
    }
    return others[name] if name in others else label("type", name) if name in TYPES else name


def _reason(code: str) -> str:
    told = {
        "erased": _("reads as erased"),
        "object_missing": _("its object is lost"),
        "call_changed": _("others changed the call each time"),
        "text_coded": _("holds coded bytes"),
        "text_too_large": _("larger than is searched"),
        "text_kind_unknown": _("of a kind that is not searched"),
        "text_unreadable": _("cannot be read as what it says it is"),
    }
    return told.get(code, _("could not be read (%(code)s)") % {"code": code})


def _download(text: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
