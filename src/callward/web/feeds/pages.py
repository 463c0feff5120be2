"""Feeds: how each stands and what to do next, and setting them up."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.core.labels import label
from callward.web.core.models import Line
from callward.web.feeds import acts, shown
from callward.web.feeds.errors import FeedError
from callward.web.feeds.forms import FeedForm
from callward.web.feeds.kinds import FeedKind, kinds
from callward.web.feeds.models import Feed


@allow(Capability.READ_FEEDS)
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Each feed with its state, its last arrival and what somebody has to do."""
    rows = []
    for feed in Feed.objects.for_controller(controller_of(request)).select_related("line").order_by("-is_on", "name"):
        refused, waiting = shown.counts_of(feed)
        kind = kinds().get(feed.kind)
        rows.append((feed, kind.label if kind else feed.kind, shown.standing_of(feed, refused, waiting), refused))
    context = {
        "rows": rows,
        "wanting": sum(standing.status in {"due", "overdue", "blocked"} for _feed, _kind, standing, _refused in rows),
        "kinds": list(kinds().values()),
        "may_edit": may(request.user, Capability.CHANGE_SETTINGS),
    }
    return render(request, "feeds/feeds.html", context)


@allow(Capability.READ_FEEDS)
@require_safe
def feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """One feed: how it stands, and which files it refused and why. Reading their names is an act."""
    found = _feed(request, feed_id)
    names = may(request.user, Capability.ADD_CALLS)
    refused, waiting_files = shown.refused_files(found, names=names), shown.waiting_files(found, names=names)
    with transaction.atomic():
        audit.record(
            "feed.opened",
            actor=staff_of(request),
            resource=found,
            controller=found.controller_id,
            facts={"names": len(refused) + len(waiting_files) if names else 0},
        )
    count, waiting = shown.counts_of(found)
    kind = kinds().get(found.kind)
    context = {
        "feed": found,
        "kind": kind,
        "pulls": kind is not None and kind.open is not None,
        "standing": shown.standing_of(found, count, waiting),
        "refused": refused,
        "waiting": waiting_files,
        "names": names,
        "notes": kind.notes(found) if kind else [],
        "staying": _staying(found),
        "may_edit": may(request.user, Capability.CHANGE_SETTINGS),
    }
    return render(request, "feeds/feed.html", context)


def _staying(feed: Feed) -> list[str]:
    """Name the lines whose originals stay although the feed deletes: a feed may bring calls of any line."""
    if feed.originals != Feed.Originals.DELETE:
        return []
    lines = Line.objects.for_controller(feed.controller).filter(is_active=True, originals_may_go=False)
    return list(lines.values_list("name", flat=True))


@allow(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def add_feed(request: HttpRequest, kind_key: str) -> HttpResponse:
    kind = kinds().get(kind_key)
    if kind is None:
        raise Http404
    form = FeedForm(request.POST or None, controller=controller_of(request), kind=kind)
    return _form(request, form, kind, _("Add a feed"))


@allow(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    found = _feed(request, feed_id)
    kind = kinds().get(found.kind)
    if kind is None:
        raise Http404
    form = FeedForm(request.POST or None, instance=found, controller=controller_of(request), kind=kind)
    return _form(request, form, kind, found.name)


@allow(Capability.CHANGE_SETTINGS)
@require_POST
def remove_feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    acts.remove_feed(_feed(request, feed_id), by=staff_of(request))
    messages.success(request, _("The feed is gone. Calls that came from it stay."))
    return redirect("feeds:feeds")


def _form(request: HttpRequest, form: FeedForm, kind: FeedKind, heading: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        made = form.feed()
        try:
            acts.save_feed(made, by=staff_of(request), secret=form.cleaned_data.get("secret", ""))
        except FeedError as error:
            form.add_error("place" if "place" in form.fields else None, label("feed_fault", error.code))
        else:
            messages.success(request, _("%(feed)s is kept.") % {"feed": made.name})
            return redirect("feeds:feed", feed_id=made.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "kind": kind, "heading": heading, "feed": form.instance if form.instance.slug else None}
    return render(request, "feeds/feed_form.html", context, status=status)


def _feed(request: HttpRequest, feed_id: UUID) -> Feed:
    return get_object_or_404(Feed.objects.for_controller(controller_of(request)).select_related("line"), pk=feed_id)
