"""One page, or the part of it that changed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def page_or_fragment(
    request: HttpRequest,
    page: str,
    fragment: str,
    context: Mapping[str, object],
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Render ``fragment`` when htmx asks for a part, else ``page``, which includes that very fragment.

    A boosted or history request wants the whole page. The answer varies on ``HX-Request``.
    """
    htmx = getattr(request, "htmx", None)
    part = htmx is not None and bool(htmx) and not (htmx.boosted or htmx.history_restore_request)
    response = render(request, fragment if part else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
