"""Settings > Ledger: who holds checkpoints elsewhere."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callward.engine import tlog
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.audit.elsewhere import has_mail, is_fresh, recent_cosignatures, send
from callward.web.audit.entries import record
from callward.web.audit.forms import FORMS
from callward.web.audit.models import Head, Witness
from callward.web.audit.sequencing import log_key
from callward.web.audit.state import ledger_state
from callward.web.core import labels


@allow(Capability.READ_SETTINGS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who holds checkpoints, what they hold, and what a new one needs to know of this log."""
    controller = controller_of(request)
    size = Head.objects.filter(controller=controller).values_list("published_size", flat=True).first() or 0
    rows = [(one, is_fresh(one, size)) for one in Witness.objects.for_controller(controller).standing()]
    context = {
        "rows": rows,
        "ledger": ledger_state(controller),
        "kinds": Witness.Kind,
        "has_mail": has_mail(),
        "may_edit": may(request.user, Capability.CHANGE_SETTINGS),
        "origin": controller.origin,
        "vkey": tlog.format_vkey(log_key(controller).verifier),
        "received": recent_cosignatures([one for one, _fresh in rows]),
    }
    return render(request, "audit/witnesses.html", context)


@allow(Capability.CHANGE_SETTINGS)
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Name a witness, a mailbox or a time-stamping service."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        witness = form.save(commit=False)
        witness.controller, witness.kind = controller_of(request), kind
        if _name(request, witness):
            messages.success(request, _("%(name)s is named. Send it a checkpoint to try it.") % {"name": witness.name})
            return redirect("audit:witnesses")
        form.add_error("address", _("This address is named already."))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "audit/witness_add.html", {"form": form, "kind": Witness.Kind(kind)}, status=status)


@allow(Capability.CHANGE_SETTINGS)
@require_POST
def try_out(request: HttpRequest, witness_id: UUID) -> HttpResponse:
    """Send the published checkpoint to one witness now, and say what came of it."""
    witness = _witness(request, witness_id)
    sent = send(witness, actor=staff_of(request))
    if sent.fault:
        why = labels.label("witness_fault", sent.fault)
        messages.error(
            request, _("%(name)s does not hold the checkpoint. %(why)s") % {"name": witness.name, "why": why}
        )
    else:
        messages.success(
            request,
            _("%(name)s holds the checkpoint of %(size)d entries.") % {"name": witness.name, "size": sent.size},
        )
    return redirect("audit:witnesses")


@allow(Capability.CHANGE_SETTINGS)
@require_POST
def end(request: HttpRequest, witness_id: UUID) -> HttpResponse:
    """Send no more checkpoints to a witness; what it gave before is kept as evidence."""
    witness = _witness(request, witness_id)
    with transaction.atomic():
        witness.ended_at = timezone.now()
        witness.save(update_fields=["ended_at"])
        record("witness.ended", actor=staff_of(request), resource=witness, controller=witness.controller_id)
    messages.success(request, _("%(name)s gets no more checkpoints.") % {"name": witness.name})
    return redirect("audit:witnesses")


def _name(request: HttpRequest, witness: Witness) -> bool:
    try:
        with transaction.atomic():
            witness.save(force_insert=True)
            record(
                "witness.named",
                actor=staff_of(request),
                resource=witness,
                controller=witness.controller_id,
                facts={"kind": Witness.Kind(witness.kind).value},
            )
    except IntegrityError:
        return False
    return True


def _witness(request: HttpRequest, witness_id: UUID) -> Witness:
    standing = Witness.objects.for_controller(controller_of(request)).standing().select_related("controller")
    return get_object_or_404(standing, pk=witness_id)
