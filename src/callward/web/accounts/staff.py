"""Settings: staff, their roles, and the end of their access."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callward.engine.errors import Error
from callward.web.accounts import actions
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.accounts.factors import kinds_of
from callward.web.accounts.forms import RoleForm, StaffForm
from callward.web.accounts.models import Role, User
from callward.web.accounts.names import name_of
from callward.web.core import labels


@allow(Capability.READ_SETTINGS)
@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    people = User.objects.for_controller(controller_of(request)).order_by("-is_active", "username")
    rows = [(person, name_of(person), kinds_of(person)) for person in people]
    unproven = sum(1 for person, _name, kinds in rows if person.is_active and not kinds)
    return render(
        request,
        "accounts/staff.html",
        {"rows": rows, "unproven": unproven, "may_edit": may(request.user, Capability.CHANGE_STAFF)},
    )


@allow(Capability.CHANGE_STAFF)
def add_member(request: HttpRequest) -> HttpResponse:
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = form.save(commit=False)
        password = actions.add_staff(member, form.cleaned_data["name"], by=staff_of(request))
        return _show_password(request, member, password)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/staff_add.html", {"form": form}, status=status)


@allow(Capability.CHANGE_STAFF)
def member(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One member of staff: the role, and what an administrator can do when a phone is lost or somebody leaves."""
    person = _member(request, user_id)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(person, Role(form.cleaned_data["role"]), by=staff_of(request))
        except Error as error:
            form.add_error("role", labels.label("refusal", error.code))
        else:
            messages.success(request, _("%(who)s has the new role at the next sign-in.") % {"who": person.username})
            return redirect("staff")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "person": person,
        "name": name_of(person),
        "form": form,
        "kinds": kinds_of(person),
        "self": person.pk == staff_of(request).pk,
    }
    return render(request, "accounts/staff_member.html", context, status=status)


@allow(Capability.CHANGE_STAFF)
@require_POST
def end_access(request: HttpRequest, user_id: UUID) -> HttpResponse:
    person = _member(request, user_id)
    try:
        actions.end_access(person, by=staff_of(request))
    except Error as error:
        messages.error(request, labels.label("refusal", error.code))
        return redirect("staff_member", user_id=person.pk)
    messages.success(request, _("%(who)s can no longer sign in; open sessions have ended.") % {"who": person.username})
    return redirect("staff")


@allow(Capability.CHANGE_STAFF)
@require_POST
def give_access_again(request: HttpRequest, user_id: UUID) -> HttpResponse:
    person = _member(request, user_id)
    return _show_password(request, person, actions.give_access_again(person, by=staff_of(request)))


@allow(Capability.CHANGE_STAFF)
@require_POST
def reset_sign_in(request: HttpRequest, user_id: UUID) -> HttpResponse:
    person = _member(request, user_id)
    try:
        password = actions.reset_sign_in(person, by=staff_of(request))
    except Error as error:
        messages.error(request, labels.label("refusal", error.code))
        return redirect("staff_member", user_id=person.pk)
    return _show_password(request, person, password)


def _member(request: HttpRequest, user_id: UUID) -> User:
    return get_object_or_404(User.objects.for_controller(controller_of(request)), pk=user_id)


def _show_password(request: HttpRequest, person: User, password: str) -> HttpResponse:
    # Shown in the answer itself: kept in a session or message it would lie in the database in the clear.
    response = render(request, "accounts/staff_password.html", {"person": person, "password": password})
    response["Cache-Control"] = "no-store"
    return response
