"""The shares of root keys: who has which, and the officers' word that those of former roots are destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.core.notices import Notice
from callward.web.lifecycle.escrow import EscrowError, made_void
from callward.web.lifecycle.forms import DestroyedForm
from callward.web.lifecycle.shares import SharedRoot, attest, awaited_of, shared_roots

_DONE = 12  # former roots that wait for nobody, the newest


@allow(Capability.READ_LIFECYCLE)
@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """The roots that were shared out: the present one, those that officers may still put together, the last others."""
    roots = shared_roots(controller_of(request))
    done = [root for root in roots if root.former and not root.awaited]
    context = {
        "roots": [root for root in roots if root not in done[_DONE:]],
        "awaited": sum(root.awaited for root in roots),
        "present": any(not root.former for root in roots),
        "attests": may(request.user, Capability.ATTEST_SHARES),
    }
    return render(request, "lifecycle/shares.html", context)


@allow(Capability.ATTEST_SHARES)
@require_http_methods(["GET", "HEAD", "POST"])
def share_destroyed(request: HttpRequest, epoch: int, number: int) -> HttpResponse:
    """Ask for the word, and write down that an officer destroyed a share of a former root."""
    controller = controller_of(request)
    found = [
        (root, share)
        for root in shared_roots(controller)
        for share in root.shares
        if (root.escrow.epoch, share.number) == (epoch, number)
    ]
    if not found or not found[0][0].former or found[0][1].destroyed_at:
        raise Http404
    form = DestroyedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _told_of(attest(controller, epoch, number, staff_of(request))))
        except EscrowError:
            messages.warning(request, _("That was written down before; nothing has changed."))
        return redirect("lifecycle:shares")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    root, share = found[0]
    return render(
        request, "lifecycle/share_destroyed.html", {"root": root, "share": share, "form": form}, status=status
    )


def told_on_today(request: HttpRequest) -> Iterator[Notice]:
    """Say that a turn left the root unshared, and whose word erasures wait for, to those who see Lifecycle."""
    if not may(request.user, Capability.READ_LIFECYCLE):
        return
    controller, address = controller_of(request), reverse("lifecycle:shares")
    if made_void(controller) is not None:
        yield Notice(
            what=_("Share the root key out anew"),
            why=_("A turn of the epoch made a new one, and the officers’ shares are void"),
            status="due",
            word=_("none"),
            address=address,
            verb=_("Look"),
        )
    if missing := sum(root.awaited for root in awaited_of(controller)):
        yield Notice(
            what=_("Let officers destroy their shares of former root keys"),
            why=_("No erasure from their time is final until they have said so"),
            status="due",
            word=ngettext("%(n)d is awaited", "%(n)d are awaited", missing) % {"n": missing},
            address=address,
            verb=_("Look"),
        )


def _told_of(root: SharedRoot) -> str:
    if not root.awaited:
        return _("Written down. The shares that are left put that root key together no more.")
    words = ngettext(
        "Written down. The word of %(n)d more officer is awaited for that root key.",
        "Written down. The word of %(n)d more officers is awaited for that root key.",
        root.awaited,
    )
    return words % {"n": root.awaited}
