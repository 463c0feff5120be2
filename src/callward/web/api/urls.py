"""Addresses of the interface for programs: each is behind a key, but for the description of the interface."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, include, path
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.security import HttpBearer

from callward import __version__
from callward.web.accounts.access import allow, allow_services
from callward.web.accounts.models import ServiceAccount
from callward.web.api.deciding import service_of
from callward.web.api.errors import ApiError
from callward.web.api.throttling import PerProgram
from callward.web.api.v1 import router
from callward.web.core.problems import MEDIATYPE, problem

_RATE = PerProgram("600/m", "ask")


class ServiceKey(HttpBearer):
    """A program's key; the middleware has looked it up, and this is the second wall behind it."""

    def authenticate(self, request: HttpRequest, token: str) -> ServiceAccount:
        return service_of(request)


class _Described(NinjaAPI):
    """The library's interface, whose description says that refusals are problem details."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        described = super().get_openapi_schema(**kwargs)
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= HTTPStatus.BAD_REQUEST and "application/json" in content:
                        answer["content"] = {MEDIATYPE: content["application/json"]}
        return described


def _make() -> NinjaAPI:
    made = _Described(
        title="Callward",
        version=__version__,
        description="Send calls, and ask what became of them. Each answer is decided for the key that asks.",
        urls_namespace="api",
        docs_url=None,
        auth=ServiceKey(),
        throttle=[_RATE],
    )
    made.add_router("", router)
    made.add_exception_handler(ApiError, _refused)
    made.add_exception_handler(ValidationError, _invalid)
    made.add_exception_handler(Throttled, _too_many)
    made.add_exception_handler(HttpError, _http)
    made.add_exception_handler(Http404, _http)
    return made


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    answer = problem(error.status, error.code, error.detail)
    for name, value in error.headers.items():
        answer[name] = value
    return answer


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    # Where, never what: a value may name somebody.
    names = sorted({".".join(str(part) for part in one["loc"][-1:]) for one in error.errors})
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", f"These values are not known: {', '.join(names)}."
    )


def _too_many(request: HttpRequest, error: Any) -> HttpResponse:
    answer = problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", "Ask again a little later.")
    answer["Retry-After"] = str(int(error.wait or 1) + 1)
    return answer


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    status = getattr(error, "status_code", HTTPStatus.NOT_FOUND)
    return problem(status, HTTPStatus(status).name.lower())


def _declared(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the library's, behind a key, whose refusal of a method is a problem too."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = view(request, *args, **kwargs)
        if given.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return given
        refused = problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed")
        refused["Allow"] = given["Allow"]
        return refused

    return allow_services(answer)


@allow(public=True)
def root(request: HttpRequest) -> HttpResponseBase:
    """Lead to the description of the interface."""
    return redirect("api:openapi-json")


def _patterns(made: NinjaAPI) -> Iterator[URLPattern]:
    for found in made.urls[0]:
        assert isinstance(found, URLPattern)
        if found.name == "openapi-json":
            yield path(str(found.pattern), allow(public=True)(_named(found.callback)), name=found.name)
        elif found.name == "api-root":
            yield path("", root, name=found.name)
        else:
            yield URLPattern(found.pattern, _declared(found.callback), found.default_args, found.name)


def _named(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def describe(request: HttpRequest) -> HttpResponseBase:
        return view(request)

    return describe


api = _make()
urlpatterns = [path("api/v1/", include((list(_patterns(api)), "api")))]
