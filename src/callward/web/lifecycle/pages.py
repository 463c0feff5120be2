"""How long what is kept: the overview, and the periods and rules of a line."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.core import line_rules
from callward.web.core.models import Line
from callward.web.lifecycle import foreseeing, own_records, pages_backups, recounting, retention, rule_changes, tasks
from callward.web.lifecycle.disputes import disputes_of
from callward.web.lifecycle.escrow import made_void
from callward.web.lifecycle.forms import PresetForm, RuleForm
from callward.web.lifecycle.models import Hold, KeepingRule
from callward.web.lifecycle.presets import offered, use
from callward.web.lifecycle.rules import ITEMS, LineRules, Period, Subject


@allow(Capability.READ_LIFECYCLE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is past its time, what goes soon, which holds stand, and how long each line keeps."""
    controller = controller_of(request)
    today = retention.today_of(controller)
    standing = Hold.objects.for_controller(controller).standing()
    over, overdue = retention.over(controller, today).count(), retention.due(controller, today).count()
    soon = retention.count_soon(controller, today)
    lines = []
    for row in Line.objects.for_controller(controller).order_by("-is_active", "name"):
        periods = retention.periods_of(row)
        disputes = disputes_of(retention.rules_of(row))
        *items, voicemail, log = [longest for _subject, _each, longest in periods]
        lines.append((row, max(item.reach for item in items), voicemail.reach, log.days, len(disputes)))
    context = {
        "overdue": overdue,
        "kept_by_holds": over - overdue,
        "soon": min(soon, retention.COUNTED),
        "more_soon": soon > retention.COUNTED,
        "holds": standing.count(),
        "review_due": standing.filter(review_on__lt=today).count(),
        "next_review": standing.order_by("review_on").first(),
        "lines": lines,
        "counting": [(row, tasks.fault_of(row)) for row in recounting.running(controller)],
        "records": own_records.rules_of(controller),
        "may_edit": may(request.user, Capability.CHANGE_SETTINGS),
        "reads_texts": may(request.user, Capability.READ_ANONYMOUS),
        "backups": pages_backups.rows(),
        "void_shares": made_void(controller),
    }
    return render(request, "lifecycle/home.html", context)


@allow(Capability.READ_LIFECYCLE)
@require_safe
def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """The periods of a line for each item and purpose, what disagreed, and its own rules."""
    found = get_object_or_404(Line.objects.for_controller(controller_of(request)), id=line_id)
    return _line_page(request, found, RuleForm(line=found))


@allow(Capability.CHANGE_SETTINGS)
@require_POST
def set_rule(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Set a rule; one for the same subject, purpose and category is replaced."""
    found = get_object_or_404(Line.objects.for_controller(controller_of(request)), id=line_id)
    form = RuleForm(request.POST, line=found)
    if not form.is_valid():
        return _line_page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    rule = KeepingRule(line=found, **form.cleaned_data)
    if (asked := _ask(request, found, rule_changes.with_rule(found, rule))) is not None:
        return asked
    with recounting.changing(found, staff_of(request)):
        same = {"subject": rule.subject, "purpose": rule.purpose, "category": rule.category}
        KeepingRule.objects.filter(line=found, **same).delete()
        rule.save(force_insert=True)
        _record("line.keeping_rule_set", request, rule)
    messages.success(request, _("The rule is kept. It applies to calls to come and to what is kept already."))
    return redirect("lifecycle:line", line_id=found.id)


@allow(Capability.CHANGE_SETTINGS)
@require_POST
def use_preset(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Give a line what is usual in a sector."""
    found = get_object_or_404(Line.objects.for_controller(controller_of(request)), id=line_id)
    form = PresetForm(request.POST, line=found)
    if not form.is_valid():
        return _line_page(request, found, RuleForm(line=found), HTTPStatus.UNPROCESSABLE_ENTITY, presets=form)
    chosen = next(one for one in offered(found) if one.key == form.cleaned_data["preset"])
    if (asked := _ask(request, found, rule_changes.with_preset(found, chosen))) is not None:
        return asked
    use(found, chosen, staff_of(request))
    messages.success(request, _("The line keeps as is usual there, calls to come and what is kept already."))
    return redirect("lifecycle:line", line_id=found.id)


@allow(Capability.CHANGE_SETTINGS)
@require_POST
def remove_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    rules = KeepingRule.objects.filter(line__controller=controller_of(request)).select_related("line")
    rule = get_object_or_404(rules, id=rule_id)
    if (asked := _ask(request, rule.line, rule_changes.without_rule(rule.line, rule))) is not None:
        return asked
    with recounting.changing(rule.line, staff_of(request)):
        _record("line.keeping_rule_removed", request, rule)
        rule.delete()
    messages.success(request, _("The rule is gone, for calls to come and for what is kept already."))
    return redirect("lifecycle:line", line_id=rule.line_id)


@allow(Capability.CHANGE_SETTINGS)
@require_POST
def count_anew(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Let the rules of a line reach what is kept once more, where the worker had given that up."""
    found = get_object_or_404(Line.objects.for_controller(controller_of(request)), id=line_id)
    recounting.begin(found, staff_of(request))
    return redirect("lifecycle:line", line_id=found.id)


def _ask(request: HttpRequest, found: Line, wanted: LineRules) -> HttpResponse | None:
    """Show what a change would do to what is kept, unless its author has seen it or nothing moves."""
    foreseen = foreseeing.foresee(found, wanted, line_rules.seen_in(request))
    if foreseen is None:
        return None
    heading = _("How long “%(name)s” keeps") % {"name": found.name}
    return line_rules.ask(request, foreseen, heading=heading, back=reverse("lifecycle:line", args=[found.id]))


def _alike(rows: list[tuple[Subject, list[Period], Period]]) -> list[tuple[list[str], list[Period], Period]]:
    """Put what is kept equally long into one row; "" stands for all that a call is made of."""
    found: list[tuple[list[str], list[Period], Period]] = []
    for subject, periods, longest in rows:
        last = found[-1] if found else None
        if last and subject in ITEMS and (last[1], last[2]) == (periods, longest):
            last[0].append(subject.value)
        else:
            found.append(([subject.value], periods, longest))
    return [([""] if len(names) == len(ITEMS) else names, periods, longest) for names, periods, longest in found]


def _record(action: str, request: HttpRequest, rule: KeepingRule) -> None:
    audit.record(
        action,
        actor=staff_of(request),
        resource=rule.line,
        controller=rule.line.controller_id,
        facts={
            "subject": rule.subject or "all",
            "for_purpose": rule.purpose or "all",
            "minimum": rule.minimum or 0,
            "maximum": rule.maximum or 0,
            "found": rule.category or "all",
            "event": rule.event,
            "cap": rule.cap or 0,
            "then": rule.then,
        },
    )


def _line_page(
    request: HttpRequest,
    found: Line,
    form: RuleForm,
    status: int = HTTPStatus.OK,
    *,
    presets: PresetForm | None = None,
) -> HttpResponse:
    may_edit = may(request.user, Capability.CHANGE_SETTINGS)
    context = {
        "line": found,
        "purposes": retention.rules_of(found).grounds,
        "rows": _alike(retention.periods_of(found)),
        "disputes": disputes_of(retention.rules_of(found)),
        "rules": KeepingRule.objects.filter(line=found),
        "form": form if may_edit else None,
        "presets": (presets or PresetForm(line=found)) if may_edit else None,
        "may_edit": may_edit,
        "recount": recounting.last_of(found),
    }
    return render(request, "lifecycle/line.html", context, status=status)
