"""People: finding one, what is kept of them, erasing them, and the certificate of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from callward.certificate import Shares
from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.audit.models import Entry
from callward.web.audit.sequencing import log_key
from callward.web.calls.models import Call, Item
from callward.web.calls.page import entry_rows
from callward.web.core.models import Controller
from callward.web.keys.epochs import current_epoch
from callward.web.keys.providers import FileProvider, days_of_destruction
from callward.web.keys.turning import roots_going
from callward.web.keys.vault import KeyGone
from callward.web.lifecycle import erasing, holds
from callward.web.lifecycle.certificates import TAKEN, CertificateError, Progress, certificate_of, progress_of
from callward.web.lifecycle.escrow import escrow_of
from callward.web.lifecycle.models import Hold
from callward.web.lifecycle.people_forms import EraseForm, FindForm
from callward.web.lifecycle.retention import today_of, why_person
from callward.web.lifecycle.turns import due_at, final_by
from callward.web.people.finding import known_by, open_column
from callward.web.people.models import Person

_CALLS = 10  # on the page of a person, the newest
_ENTRIES = 20
_ERASED = 20  # on the page of people: nobody finds these by what they were called


@dataclass(frozen=True, slots=True)
class Named:
    """What names a person, opened; empty where it was never known."""

    name: str
    phone: str
    email: str
    number: str


@allow(Capability.FIND_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find a person by an identifier, which is posted; below it those who were erased."""
    controller = controller_of(request)
    form = FindForm(request.POST or None, controller=controller)
    found: list[Person] | None = None
    if request.method == "POST" and form.is_valid():
        found = _search(controller, form.readings())
        _record(request, "people.searched", controller, {"found": len(found)})
        if len(found) == 1:
            return redirect("people:person", person_id=found[0].id)
    rows = list(Person.objects.for_controller(controller).exclude(erased_at=None).order_by("-erased_at")[:_ERASED])
    if found is None and not form.errors:
        _record(request, "people.listed", controller, {"rows": len(rows)})
    context = {"form": form, "found": found, "erased": rows, "most": _ERASED}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "lifecycle/person_find.html", context, status=status)


@allow(Capability.FIND_PEOPLE)
@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What is kept of a person; of an erased one, how far the erasure has got and its certificate."""
    row = _person(request, person_id)
    if row.erased_at is not None:
        return _erased(request, row)
    names = _names(request, row)
    _record(request, "person.opened" if names else "person.looked_up", row)
    calls = Call.objects.filter(person=row)
    context = {
        "person": row,
        "names": names,
        "calls": list(calls.select_related("line")[:_CALLS]),
        "total": calls.count(),
        "holds": Hold.objects.standing().filter(person=row).count(),
        "epoch": current_epoch(row.controller_id).number,
        "due": due_at(row.controller_id),
        "erases": may(request.user, Capability.ERASE_PEOPLE),
        "why": why_person(row),
        "tells": may(request.user, Capability.TELL_EVENTS),
        "entries": _entries(request, row),
    }
    return render(request, "lifecycle/person.html", context)


def _erased(request: HttpRequest, row: Person) -> HttpResponse:
    _record(request, "person.looked_up", row)
    progress = progress_of(row)
    context = {
        "person": row,
        "progress": progress,
        "limits": _limits(progress) if progress else [],
        "awaits": list(_awaits(row, progress)) if progress else [],
        "calls_left": Call.objects.filter(person=row).count(),
        "vkey": tlog.format_vkey(log_key(row.controller).verifier),
        "file": _file_name(row),
        "entries": _entries(request, row),
    }
    return render(request, "lifecycle/person_erased.html", context)


@allow(Capability.ERASE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Say exactly what an erasure will do and what it will not reach, ask for the word, and erase."""
    row = _person(request, person_id)
    if row.erased_at is not None:
        return redirect("people:person", person_id=row.id)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erasure = erasing.erase(row, staff_of(request), because=form.cleaned_data["ground"])
        messages.success(request, _told_of(erasure.held))
        return redirect("people:person", person_id=row.id)
    names = _names(request, row)
    _record(request, "person.opened", row)
    items = Item.objects.filter(call__person=row)
    kept = items.filter(holds.kept_through_erasure(today_of(row.controller)))
    epoch = current_epoch(row.controller_id)
    context = {
        "person": row,
        "known_by": [name for name in astuple(names) if name] if names else [],
        "form": form,
        "calls": Call.objects.filter(person=row).count(),
        "going": items.count() - kept.count(),
        "kept": kept.count(),
        "holds": [(hold, holds.sentence(hold)) for hold in Hold.objects.standing().filter(person=row)],
        "due": final_by(row.controller_id),
        "suppressed": erasing.SUPPRESSED.days,
        "in_file": epoch.provider == FileProvider.name,
        "escrow": escrow_of(row.controller),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "lifecycle/person_erase.html", context, status=status)


@allow(Capability.FIND_PEOPLE)
@require_safe
def certificate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The certificate of an erasure as a file; while the ledger has not published it yet, a word to wait."""
    row = _person(request, person_id)
    if row.erased_at is None:
        raise Http404
    try:
        note = certificate_of(row)
    except CertificateError as refused:
        if refused.code == "person_not_erased":
            raise Http404 from None
        messages.info(request, _("The ledger is being published. Take the certificate again in a minute."))
        return redirect("people:person", person_id=row.id)
    _record(request, TAKEN, row)
    response = HttpResponse(note, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(row)}"'
    return response


def _told_of(held: int) -> str:
    if not held:
        return _("Erased. Nothing that was sealed for this person opens from now on.")
    words = ngettext(
        "Erased. Of what was sealed for this person only %(n)d item opens, which must be kept.",
        "Erased. Of what was sealed for this person only %(n)d items open, which must be kept.",
        held,
    )
    return words % {"n": held}


def _person(request: HttpRequest, person_id: UUID) -> Person:
    people = Person.objects.for_controller(controller_of(request)).select_related("controller")
    return get_object_or_404(people, id=person_id)


def _search(controller: Controller, readings: Iterable[tuple[str, str]]) -> list[Person]:
    """Each person that one of the readings leads to, once."""
    known = (known_by(controller.id, kind, value) for kind, value in readings)
    return list({found.id: found for found in known if found is not None}.values())


def _names(request: HttpRequest, row: Person) -> Named | None:
    """What names a person, for the roles that may read it; None for others, and where the key has just gone."""
    if not may(request.user, Capability.READ_PEOPLE):
        return None
    try:
        return Named(*(open_column(row, column) for column in Named.__slots__))
    except KeyGone:
        return None


def _record(
    request: HttpRequest, action: str, resource: Person | Controller, facts: Mapping[str, tlog.Fact] | None = None
) -> None:
    with transaction.atomic():
        audit.record(action, actor=staff_of(request), resource=resource, controller=controller_of(request), facts=facts)


def _entries(request: HttpRequest, row: Person) -> list[tuple[Entry, str, str]]:
    entries = list(audit.entries_for(row.controller, row)[:_ENTRIES])
    return entry_rows(entries, staff_of(request))


def _file_name(row: Person) -> str:
    return f"erasure-{row.id}.certificate"


def _awaits(row: Person, progress: Progress) -> Iterator[str]:
    """Say what an erasure that is not final waits for, and whether somebody can bring that forward."""
    if progress.final_by:
        yield _awaits_root(row, progress)
    if missing := sum(one.awaited for one in progress.escrow):
        words = ngettext(
            "When %(n)d more officer has destroyed their share of an old root key and said so; no day is set for it.",
            "When %(n)d more officers have destroyed their shares of old root keys and said so; no day is set for it.",
            missing,
        )
        yield words % {"n": missing}


def _awaits_root(row: Person, progress: Progress) -> str:
    present = current_epoch(row.controller_id)
    if present.number > progress.epoch:
        return _("When the key provider has destroyed the old roots. Until then they open nothing.")
    told = {"n": progress.epoch}
    if days_of_destruction(present.provider) or roots_going(row.controller_id).exists():
        words = _(
            "When epoch %(n)d of the keys has ended and the key provider has destroyed its root, some days later."
        )
        return words % told
    return _("When epoch %(n)d of the keys ends. “callward keys turn” ends it at once.") % told


def _limits(progress: Progress) -> list[str]:
    """What an erasure does not reach, as its certificate says it."""
    told = []
    if progress.held_items:
        words = ngettext(
            "%(n)d item stays under a hold or a duty in law, until that ends.",
            "%(n)d items stay under a hold or a duty in law, until that ends.",
            progress.held_items,
        )
        told.append(words % {"n": progress.held_items})
    if progress.roots_in_files:
        told.append(_("The root key lay in a file, and nobody can prove that a file is wiped from a disk."))
    told += [_about_shares(one) for one in progress.escrow]
    if progress.suppressed_until:
        day = date_format(timezone.localtime(progress.suppressed_until), "j F Y")
        told.append(_("Keyed digests of the removed files stay until %(day)s. They name nobody.") % {"day": day})
    return told


def _about_shares(one: Shares) -> str:
    told = {"k": one.threshold, "n": one.shares, "epoch": one.epoch, "done": one.destroyed, "needed": one.needed}
    if one.awaited:
        words = _(
            "Any %(k)d of %(n)d shares bring the root of epoch %(epoch)d back until %(needed)d are destroyed; the"
            " officers have said so of %(done)d."
        )
    else:
        words = _(
            "Of %(n)d shares of the root of epoch %(epoch)d the officers say that %(done)d are destroyed. Nobody can"
            " prove it."
        )
    return words % told
