"""What a log shows to strangers, laid out as c2sp.org/tlog-tiles: ``/ledger/<slug>`` is the prefix.

Checkpoint and hash tiles say nothing about anybody and are for everyone. Entries are for the controller's own auditors.
"""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from callward.engine import tlog
from callward.web import walls
from callward.web.accounts.access import Capability, allow, staff_of
from callward.web.audit.elsewhere import cosigned_checkpoint
from callward.web.audit.entries import record
from callward.web.audit.models import Head
from callward.web.audit.sequencing import log_key
from callward.web.audit.tiles import LedgerTiles
from callward.web.core.models import Controller

_FOREVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=10"
_MAX_TILE_BYTES = 8_192


@allow(public=True)
@require_safe
def checkpoint(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest published checkpoint with its cosignatures."""
    head = _published(slug)
    walls.narrow(head.controller_id)
    return _plain(cosigned_checkpoint(head))


@allow(public=True)
@require_safe
def key(request: HttpRequest, slug: str) -> HttpResponse:
    """The log's public key as a vkey: a convenience, to be compared with the one that was handed over."""
    with walls.across():
        controller = get_object_or_404(Controller, slug=slug)
    walls.narrow(controller.pk)
    return _plain(f"{tlog.format_vkey(log_key(controller).verifier)}\n")


@allow(public=True)
@require_safe
def tile(request: HttpRequest, slug: str, rest: str) -> HttpResponse:
    """A hash tile of the published tree; one that is no part of it does not exist."""
    head = _published(slug)
    wanted = _part(f"tile/{rest}", head)
    if wanted.level < 0:
        raise Http404  # a bundle of entries is never public, however its address was written
    data = _read(head, wanted, _MAX_TILE_BYTES)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = _FOREVER
    response["Access-Control-Allow-Origin"] = "*"
    return response


@allow(Capability.READ_LEDGER_BUNDLES)
@require_safe
def entry_bundle(request: HttpRequest, slug: str, rest: str) -> HttpResponse:
    """A bundle of entries, for auditors of this controller; reading one is itself on the record."""
    user = staff_of(request)
    head = _published(slug)
    if head.controller_id != user.controller_id:
        raise Http404
    bundle = _part(f"tile/entries/{rest}", head)
    data = _read(head, bundle, tlog.TILE_WIDTH * (2 + tlog.MAX_ENTRY_BYTES))
    with transaction.atomic():
        record(
            "ledger.entries_read",
            actor=user,
            resource=tlog.Reference("ledger", str(head.controller_id)),
            controller=head.controller_id,
            facts={"bundle": bundle.index, "count": bundle.width},
        )
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = "private, no-store"
    return response


def _published(slug: str) -> Head:
    """A log that is published: everybody may see it, the staff of another controller too."""
    heads = Head.objects.select_related("controller").exclude(checkpoint="")
    with walls.across():
        return get_object_or_404(heads, controller__slug=slug)


def _part(path: str, head: Head) -> tlog.Tile:
    """The tile that a path names, if the published tree has it at that width."""
    try:
        wanted = tlog.parse_tile_path(path)
    except tlog.LogError:
        raise Http404 from None
    if wanted.width > tlog.tile_width(wanted.level, wanted.index, head.published_size):
        raise Http404
    return wanted


def _read(head: Head, wanted: tlog.Tile, limit: int) -> bytes:
    try:
        return LedgerTiles(head.controller_id).read(wanted.path, limit)
    except tlog.LogError:
        raise Http404 from None


def _plain(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = _SHORTLY
    response["Access-Control-Allow-Origin"] = "*"
    return response
