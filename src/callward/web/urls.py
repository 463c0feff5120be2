"""Every address of the console."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from callward.web.core import errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("callward.web.api.urls")),
    path("", include("callward.web.calls.urls")),
    path("", include("callward.web.feeds.urls")),
    path("", include("callward.web.sweeps.urls")),
    path("", include("callward.web.lifecycle.urls")),
    path("", include("callward.web.audit.urls")),
    path("", include("callward.web.background.urls")),
    path("", include("callward.web.accounts.urls")),
    path("", include("callward.web.lifecycle.people_urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
