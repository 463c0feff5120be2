"""Searching the words of calls that the filters of the list have selected."""

from __future__ import annotations

from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.calls import keeping
from callward.web.calls.access import may_search
from callward.web.calls.forms import WordsForm
from callward.web.calls.listing import CallFilter
from callward.web.calls.models import Call
from callward.web.calls.words import MOST, read, search, selected
from callward.web.core.models import Controller, Line


@allow(Capability.SEARCH_WORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Ask for words and what for, and show which of the selected calls say them.

    The filters stand in the address; the words, which may name somebody, are only ever in the body.
    """
    controller = controller_of(request)
    narrowed = CallFilter(request.GET, controller, finds_people=may(request.user, Capability.FIND_PEOPLE))
    if not narrowed.is_valid():  # the list says what is wrong, and shows all calls meanwhile; nothing is opened for it
        return redirect(f"{reverse('calls:list')}?{request.GET.urlencode()}")
    ids = selected(narrowed.narrow(Call.objects.for_controller(controller)), narrowed.of_category)
    form = WordsForm(request.POST or None, purposes=_purposes(controller))
    context: dict[str, object] = {
        "form": form,
        "count": len(ids),
        "too_many": len(ids) > MOST,
        "most": MOST,
        "chips": narrowed.chips(),
        "filters": request.GET.urlencode(),
    }
    if not context["too_many"] and request.method == "POST" and form.is_valid():
        context |= _searched(request, controller, narrowed, read(ids), form)
        return render(request, "calls/words.html", context)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "calls/words.html", context, status=status)


def _searched(
    request: HttpRequest, controller: Controller, narrowed: CallFilter, calls: list[Call], form: WordsForm
) -> dict[str, object]:
    """Write down whose calls are opened and what for, then open them."""
    purpose = form.cleaned_data["purpose"]
    readable = [call for call in calls if may_search(request, call, purpose)]
    staff = staff_of(request)
    acts = [audit.Act("call.searched", actor=staff, resource=call, purpose=purpose) for call in readable]
    facts: dict[str, tlog.Fact] = {"filter": narrowed.digest(), "rows": len(readable)}
    acts.append(audit.Act("calls.searched", actor=staff, resource=controller, purpose=purpose, facts=facts))
    with transaction.atomic():
        audit.record_many(acts, controller=controller)
    outcome = search(readable, form.cleaned_data["words"])
    with transaction.atomic():
        for found in outcome.found:
            keeping.keeper().heard(found.call)
    return {
        "outcome": outcome,
        "searched": len(readable),
        "closed": len(calls) - len(readable),
        "purpose": purpose,
    }


def _purposes(controller: Controller) -> list[str]:
    lines = Line.objects.for_controller(controller).values_list("purposes", flat=True)
    return list(dict.fromkeys(purpose for purposes in lines for purpose in purposes))
