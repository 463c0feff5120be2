"""The ledger page and the page of one entry. Looking at the ledger is itself an act."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from callward.engine import tlog
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.accounts.models import User
from callward.web.audit.drawing import TreeDrawing, draw_path, draw_tree
from callward.web.audit.elsewhere import recent_cosignatures
from callward.web.audit.entries import record
from callward.web.audit.forms import FilterForm
from callward.web.audit.models import Entry, Head, Witness
from callward.web.audit.reading import Filter, Page, Proven, may_prove, proof_file, prove, read_page
from callward.web.audit.sequencing import log_key, published_head
from callward.web.audit.state import state_of
from callward.web.audit.tiles import LedgerTiles
from callward.web.core import labels
from callward.web.core.http import page_or_fragment
from callward.web.core.models import Controller

_MOST = 2**63 - 1
_INDEX = re.compile(r"[0-9]{1,15}")


@allow(Capability.READ_LEDGER)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """State, tree and entries of the controller's log."""
    controller = controller_of(request)
    form = FilterForm(request.GET)
    form.is_valid()
    names = _staff_names(controller)
    wanted = _named(names, form.wanted)
    page = read_page(controller, wanted, before=_index(request, "before"), after=_index(request, "after"))
    _record_reading(request, "ledger.listed", _log(controller), {"filter": wanted.digest, "count": len(page.entries)})
    fixed = Head.objects.filter(controller=controller).first()
    head = fixed if fixed and fixed.checkpoint else None
    context: dict[str, object] = {
        "form": form,
        "wanted": wanted,
        "chips": _chips(wanted, names),
        "rest": _joined(wanted.without("first", "last")),
        "clear": reverse("audit:ledger"),
        "page": page,
        "rows": _rows(names, page),
        "newer": _beside(wanted, "after", page.newer),
        "older": _beside(wanted, "before", page.older),
        "shown": _shown(page),
        "ledger": state_of(controller, fixed),
        "head": head,
        "drawing": _drawing(head, wanted) if head else None,
        "facts": _log_facts(controller, head) if head else (),
        "held": recent_cosignatures(list(Witness.objects.for_controller(controller)), 3),
        "vkey": tlog.format_vkey(log_key(controller).verifier),
    }
    return page_or_fragment(request, "audit/ledger.html", "audit/_entries.html", context)


@allow(Capability.USE_CONSOLE)
@require_safe
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry with all its fields, its place in the tree and its proof."""
    row, head, proven = _entry(request, index)
    _record_reading(request, "ledger.entry_opened", tlog.Reference("entry", row.uuid))
    read = tlog.decode_entry(bytes(row.body))
    context: dict[str, object] = {
        "entry": row,
        "read": read,
        "facts": _entry_facts(request, row, read, proven),
        "text": bytes(row.body).decode(),
        "head": head,
        "proven": proven,
        # Published and yet not proven: the tiles or the row are not what was signed.
        "refuted": head is not None and proven is None and index < head.published_size,
        "may_list": may(request.user, Capability.READ_LEDGER),
    }
    if proven and head:
        stops = draw_path(proven.leaf, proven.index, proven.head.size, proven.proof)
        context |= {
            "stops": stops,
            "ladder_width": stops[-1].x + 64,
            "vkey": tlog.format_vkey(log_key(head.controller).verifier),
            "file": _file_name(proven),
        }
    return render(request, "audit/entry.html", context)


@allow(Capability.USE_CONSOLE)
@require_safe
def entry_proof(request: HttpRequest, index: int) -> HttpResponse:
    """The proof as a file (c2sp.org/tlog-proof)."""
    row, head, proven = _entry(request, index)
    if not proven or not head:
        raise Http404
    _record_reading(request, "ledger.proof_downloaded", tlog.Reference("entry", row.uuid))
    return _download(proof_file(row, head, proven), "text/plain; charset=utf-8", _file_name(proven))


@allow(Capability.USE_CONSOLE)
@require_safe
def entry_text(request: HttpRequest, index: int) -> HttpResponse:
    """The entry's own bytes: what the leaf hashes."""
    row, _head, _proven = _entry(request, index)
    _record_reading(request, "ledger.entry_downloaded", tlog.Reference("entry", row.uuid))
    return _download(bytes(row.body), "application/json", f"entry-{index}.json")


def _entry(request: HttpRequest, index: int) -> tuple[Entry, Head | None, Proven | None]:
    """The entry, for those whom it may concern: agents see what they did themselves."""
    user = staff_of(request)
    row = get_object_or_404(Entry.objects.for_controller(user.controller), index=min(index, _MOST))
    if not may_prove(row, user):
        raise Http404
    head = Head.objects.select_related("controller").filter(controller=user.controller).exclude(checkpoint="").first()
    try:
        return row, head, prove(row, head) if head else None
    except tlog.LogError:
        return row, head, None


def _record_reading(
    request: HttpRequest, action: str, resource: tlog.Reference, facts: Mapping[str, tlog.Fact] | None = None
) -> None:
    with transaction.atomic():
        record(action, actor=staff_of(request), resource=resource, controller=controller_of(request), facts=facts)


def _log(controller: Controller) -> tlog.Reference:
    return tlog.Reference("ledger", str(controller.pk))


def _index(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if _INDEX.fullmatch(value) and value.isascii() else None


def _beside(wanted: Filter, name: str, index: int | None) -> str:
    if index is None:
        return ""
    return f"?{_joined(wanted.without())}{name}={index}"


def _joined(query: str) -> str:
    """A query string that another field may follow."""
    return f"{query}&" if query else ""


def _shown(page: Page) -> str:
    count = len(page.entries)
    return ngettext("%(n)d entry", "%(n)d entries", count) % {"n": count}


def _chips(wanted: Filter, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is filtered, in words, each with the address that takes it away."""
    chips = []
    if wanted.action:
        chips.append((labels.label("action", wanted.action), "action"))
    if wanted.actor:
        chips.append((_("by %(id)s") % {"id": names.get(wanted.actor, wanted.actor[:8])}, "actor"))
    if wanted.resource:
        chips.append((_("about %(id)s") % {"id": wanted.resource[:8]}, "resource"))
    if wanted.since:
        chips.append((_("from %(day)s") % {"day": wanted.since.isoformat()}, "since"))
    if wanted.until:
        chips.append((_("to %(day)s") % {"day": wanted.until.isoformat()}, "until"))
    rows = [(word, f"?{wanted.without(name)}") for word, name in chips]
    if wanted.first is not None or wanted.last is not None:
        word = _("entries %(first)s to %(last)s") % {"first": wanted.first or 0, "last": wanted.last or ""}
        rows.append((word, f"?{wanted.without('first', 'last')}"))
    return rows


def _drawing(head: Head, wanted: Filter) -> TreeDrawing | None:
    """The tree around what is filtered; None where the tiles do not bear out the published root."""
    tree = published_head(head)
    first = min(wanted.first or 0, tree.size - 1)
    last = tree.size - 1 if wanted.last is None else min(wanted.last, tree.size - 1)
    try:
        return draw_tree(tlog.TileHashes(LedgerTiles(head.controller_id), tree), tree.size, first, max(first, last))
    except tlog.LogError:
        return None


def _named(names: Mapping[str, str], wanted: Filter) -> Filter:
    """Take a user name for the account it stands for."""
    account = next((account for account, name in names.items() if name == wanted.actor), None)
    return replace(wanted, actor=account) if account else wanted


def _rows(names: Mapping[str, str], page: Page) -> list[tuple[Entry, str]]:
    """Each entry with the word for who did it."""
    return [(row, names.get(row.actor_id) or labels.label("party", row.actor_kind)) for row in page.entries]


def _staff_names(controller: Controller) -> dict[str, str]:
    """User names, which are pseudonymous staff ids, by account id."""
    people = User.objects.for_controller(controller).values_list("id", "username")
    return {str(account): name for account, name in people}


def _log_facts(controller: Controller, head: Head) -> list[tuple[str, str, str, str]]:
    return [
        (_("Origin"), controller.origin, "", ""),
        (_("Entries"), number_format(head.published_size, force_grouping=True), "", ""),
        (_("Root"), bytes(head.published_root).hex(), "", ""),
    ]


def _entry_facts(
    request: HttpRequest, row: Entry, read: tlog.Entry, proven: Proven | None
) -> list[tuple[str, str, str, str]]:
    names = _staff_names(controller_of(request))
    may_list = may(request.user, Capability.READ_LEDGER)
    by = _listing(Filter(actor=read.actor.id)) if may_list else ""
    about = _listing(Filter(resource=read.resource.id)) if may_list else ""
    at = read.at.isoformat(sep=" ", timespec="milliseconds").replace("+00:00", " UTC")
    who = names.get(read.actor.id) or labels.label("party", read.actor.kind)
    facts = [
        (_("By"), who, f"{read.actor.kind} {read.actor.id}", by),
        (_("About"), labels.label("party", read.resource.kind), read.resource.id, about),
        (_("At"), at, "", ""),
        (_("Outcome"), labels.label("outcome", read.outcome), "", ""),
        (_("Purpose"), labels.label("purpose", read.purpose) if read.purpose else _("none named"), "", ""),
    ]
    if read.decision:
        policies = ", ".join(read.decision.policies)
        facts.append((_("Decision"), read.decision.effect.value, f"{policies} · {read.decision.digest[:16]}", ""))
    if read.facts:
        told = ", ".join(f"{name} {json.dumps(read.facts[name])}" for name in sorted(read.facts))
        facts.append((_("Facts"), told, "", ""))
    if read.detail:
        small = _("A commitment: the detail itself is sealed elsewhere.")
        facts.append((_("Sealed detail"), read.detail.hex(), small, ""))
    small = _("16 random bytes, so that nobody can guess the entry from its hash.")
    facts.append((_("Nonce"), read.nonce.hex(), small, ""))
    if proven:
        facts.append((_("Leaf hash"), proven.leaf.hex(), "", ""))
    return facts


def _listing(wanted: Filter) -> str:
    return f"{reverse('audit:ledger')}?{wanted.without()}"


def _file_name(proven: Proven) -> str:
    return f"entry-{proven.index}.tlog-proof"


def _download(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
