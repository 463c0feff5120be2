"""What others tell a feed by themselves: one address a feed, open to whoever can sign."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from callward.web import walls
from callward.web.accounts.access import allow
from callward.web.feeds import secrets
from callward.web.feeds.kinds import twilio
from callward.web.feeds.models import Feed
from callward.web.keys import vault

_MOST = 64 * 1024


@csrf_exempt
@allow(public=True)
@require_POST
def recording_ready(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Twilio's recording status callback: answered with 200 once what it tells is written down, also the second time.

    A feed that is not there, is off, or did not sign is answered alike, so that nobody learns which feeds there are.
    """
    feed = (
        Feed.objects.select_related("controller", "line").filter(pk=feed_id, kind=twilio.KIND.key, is_on=True).first()
    )
    if feed is None or len(request.body) > _MOST:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    walls.narrow(feed.controller_id)
    form = {name: request.POST.getlist(name) for name in request.POST}
    origin = str(feed.options.get("address") or "").rstrip("/")
    address = f"{origin}{request.get_full_path()}" if origin else request.build_absolute_uri()
    try:
        signed = twilio.is_signed(
            secrets.secret_of(feed),
            address,
            form,
            request.headers.get("X-Twilio-Signature", ""),
            request.headers.get("X-Twilio-Webhooks-Signature-Settings", ""),
        )
        if not signed:
            return HttpResponse(status=HTTPStatus.FORBIDDEN)
        twilio.told(feed, form)
    except vault.KeyUnavailable:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)  # it is told again later
    return HttpResponse(status=HTTPStatus.OK)
