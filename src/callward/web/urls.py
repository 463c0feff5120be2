"""Every address of the console."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from callward.web.core import errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("callward.web.accounts.urls")),
]
urlpatterns += [
    path("", include(f"callward.web.{app}.urls"))
    for app in ("audit", "people", "calls")
    if find_spec(f"callward.web.{app}.urls")
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
