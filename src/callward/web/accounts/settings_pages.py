"""Settings: the controller and its lines."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from callward.web.accounts import actions
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.accounts.forms import ControllerForm, LineForm
from callward.web.accounts.models import User
from callward.web.core import line_rules
from callward.web.core.models import Line


@allow(Capability.READ_SETTINGS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be set, each with the number that matters."""
    controller = controller_of(request)
    lines = Line.objects.for_controller(controller).filter(is_active=True).count()
    people = User.objects.for_controller(controller).filter(is_active=True).count()
    places = [
        ("controller_settings", "controller", _("Controller"), f"{controller.name}, {controller.timezone}"),
        ("lines", "line", _("Lines"), ngettext("%(n)d line in use", "%(n)d lines in use", lines) % {"n": lines}),
        ("feeds:feeds", "document", _("Feeds"), _("Where calls come from by themselves")),
        ("staff", "staff", _("Staff"), ngettext("%(n)d may sign in", "%(n)d may sign in", people) % {"n": people}),
        ("services", "key", _("Programs"), _("What other systems may do here, and their keys")),
        ("audit:witnesses", "ledger", _("Witnesses of the ledger"), _("Who keeps copies of checkpoints elsewhere")),
        *_jobs(request),
        ("mfa_index", "key", _("Your sign-in"), _("Passkeys, authenticator app, recovery codes, password")),
    ]
    known = [(url, icon, word, said) for view, icon, word, said in places if (url := _url(view))]
    return render(request, "accounts/settings.html", {"places": known})


def _jobs(request: HttpRequest) -> list[tuple[str, str, str, str]]:
    if not may(request.user, Capability.TEND_JOBS):
        return []
    return [("background:jobs", "lifecycle", _("Background jobs"), _("What failed too often and waits for somebody"))]


@allow(Capability.READ_SETTINGS)
def controller_settings(request: HttpRequest) -> HttpResponse:
    controller = controller_of(request)
    may_edit = may(request.user, Capability.CHANGE_SETTINGS)
    form = ControllerForm(request.POST or None, instance=controller) if may_edit else None
    if form is not None and request.method == "POST" and form.is_valid():
        actions.change_controller(form.save(commit=False), by=staff_of(request))
        messages.success(request, _("The controller's settings are kept."))
        return redirect("controller_settings")
    facts = [
        (_("Ledger origin"), controller.origin, _("Fixed: every checkpoint names it."), ""),
        (_("Controller id"), str(controller.pk), _("Random; it names keys, rows and entries."), ""),
    ]
    return render(request, "accounts/controller.html", {"form": form, "facts": facts}, status=status_of(form))


@allow(Capability.READ_LINES)
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    rows = Line.objects.for_controller(controller_of(request)).order_by("-is_active", "name")
    may_edit = may(request.user, Capability.CHANGE_SETTINGS)
    return render(request, "accounts/lines.html", {"lines": rows, "may_edit": may_edit})


@allow(Capability.CHANGE_SETTINGS)
def add_line(request: HttpRequest) -> HttpResponse:
    controller = controller_of(request)
    form = LineForm(request.POST or None, controller=controller, initial={"timezone": controller.timezone})
    return _line_form(request, form, _("Add a line"))


@allow(Capability.CHANGE_SETTINGS)
def edit_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    line = get_object_or_404(Line.objects.for_controller(controller_of(request)), pk=line_id)
    form = LineForm(request.POST or None, instance=line, controller=controller_of(request))
    return _line_form(request, form, line.name)


def _line_form(request: HttpRequest, form: LineForm, heading: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        line = form.save(commit=False)
        foreseen = line_rules.foresee(request, line)
        if foreseen is not None:
            back = reverse("line_edit", args=[line.pk])
            return line_rules.ask(request, foreseen, heading=heading, back=back)
        actions.save_line(line, by=staff_of(request))
        messages.success(
            request,
            _("%(line)s is kept. What is masked changes for calls to come; how long it keeps, for every call.")
            % {"line": line.name},
        )
        return redirect("lines")
    return render(request, "accounts/line.html", {"form": form, "heading": heading}, status=status_of(form))


def status_of(form: ControllerForm | LineForm | None) -> int:
    """422 for a form that was refused, so that machines and htmx know it too."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK


def _url(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
