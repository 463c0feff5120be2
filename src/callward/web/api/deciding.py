"""Who asks and what for: each act of a program is decided by the rules that decide pages."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest

from callward.web.accounts import services
from callward.web.accounts.access import Capability, may
from callward.web.accounts.models import ServiceAccount
from callward.web.api.errors import ApiError, missing
from callward.web.calls.access import living_purposes
from callward.web.calls.models import Call, CallQuerySet
from callward.web.core.labels import PURPOSES

PURPOSE_HEADER = "Callward-Purpose"


def service_of(request: HttpRequest) -> ServiceAccount:
    """Return the program that asks; the middleware let nobody else in. Raises ``ApiError`` where it did not run."""
    account = getattr(request, "service", None)
    if not isinstance(account, ServiceAccount):
        raise ApiError(HTTPStatus.UNAUTHORIZED, "key_missing", "The request carries no key.")
    return account


def decide(request: HttpRequest, capability: Capability) -> ServiceAccount:
    """Return the program that asks, where its role has a capability.

    Raises ``ApiError`` ``capability_missing``, ``lines_gone``.
    """
    account = service_of(request)
    if not may(account, capability):
        services.record_denial(account, "capability_missing")
        raise ApiError(HTTPStatus.FORBIDDEN, "capability_missing", "The role of this key may not do that.")
    if account.allowed_lines == []:
        services.record_denial(account, "lines_gone")
        detail = "The lines that this key is held to were deleted. An administrator makes a program for other lines."
        raise ApiError(HTTPStatus.FORBIDDEN, "lines_gone", detail)
    return account


def purpose_of(request: HttpRequest) -> str:
    """Return what a program reads for, from the header or the parameter.

    Raises ``ApiError`` ``purpose_missing`` or ``purpose_unknown``.
    """
    purpose = request.headers.get(PURPOSE_HEADER) or request.GET.get("purpose", "")
    if not purpose:
        detail = f"Say what for, in the header {PURPOSE_HEADER} or the parameter purpose."
        raise ApiError(HTTPStatus.BAD_REQUEST, "purpose_missing", detail)
    if purpose not in PURPOSES:
        raise ApiError(HTTPStatus.BAD_REQUEST, "purpose_unknown", "There is no such purpose.")
    return purpose


def calls_of(account: ServiceAccount) -> CallQuerySet:
    """Return the calls of the program's controller, on its lines."""
    calls = Call.objects.for_controller(account.controller)
    lines = account.allowed_lines
    return calls if lines is None else calls.filter(line__in=[line.pk for line in lines])


def call_for(account: ServiceAccount, call_id: UUID, purpose: str) -> Call:
    """Return a call that may be read for a purpose. Raises ``ApiError`` ``not_found`` or ``purpose_over``."""
    calls = calls_of(account).select_related("line__controller", "person").prefetch_related("categories", "items")
    call = calls.filter(pk=call_id).first()
    if call is None:
        raise missing()
    if purpose not in living_purposes(call):
        services.record_denial(account, "purpose_over")
        detail = "The call is not kept for this purpose, or the time of the purpose is over."
        raise ApiError(HTTPStatus.FORBIDDEN, "purpose_over", detail)
    return call
