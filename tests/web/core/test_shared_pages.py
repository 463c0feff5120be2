"""What every page shares: fragments, strict headers, error pages, colours with contrast, labels that are total."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from pathlib import Path

import pytest
from cast import prove
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils import timezone, translation
from django_htmx.middleware import HtmxMiddleware

from callward.engine.pii import Type
from callward.web import core
from callward.web.accounts.models import Role, User
from callward.web.core import errors, labels
from callward.web.core.categories import CATEGORY_OF, Category
from callward.web.core.http import page_or_fragment
from callward.web.core.logs import LineFormatter, PlainRequest
from callward.web.core.models import Controller
from callward.web.core.rules import Operator

_CSS = Path(core.__file__).parent / "static" / "core" / "callward.css"
_TEMPLATES = sorted((Path(core.__file__).parents[1]).rglob("templates/**/*.html"))


def _answer(**headers: str) -> HttpResponse:
    request = RequestFactory().get("/", headers=headers)
    HtmxMiddleware(lambda _: HttpResponse())(request)
    return page_or_fragment(request, "core/error.html", "core/_empty.html", {"why": "Nothing.", "heading": "Page"})


@pytest.mark.django_db
def test_htmx_gets_the_fragment_and_everybody_else_the_page() -> None:
    assert _answer(hx_request="true").content.startswith(b'\n<div class="empty">')
    assert b"<!doctype html>" in _answer().content
    assert b"<!doctype html>" in _answer(hx_request="true", hx_boosted="true").content
    assert _answer()["Vary"] == "HX-Request"


@pytest.mark.django_db
def test_the_policy_for_scripts_and_styles_is_strict(acme: Controller) -> None:
    response = Client().get("/sign-in/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (response["X-Frame-Options"], response["Referrer-Policy"]) == ("DENY", "same-origin")


@pytest.mark.parametrize("path", _TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_has_inline_styles_or_scripts(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)


@pytest.mark.parametrize("path", _TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_table_has_a_name_and_its_heads_a_scope(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [head for head in re.findall(r"<th\b[^>]*>", text) if "scope=" not in head] == []
    for table in re.finditer(r"<table\b[^>]*>", text):
        section = text.rfind("<section", 0, table.start())
        named = section >= 0 and "aria-labelledby=" in text[section : text.index(">", section)]
        assert named or "aria-label=" in table.group() or text.startswith("<caption", table.end()), table.group()
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert all("application/json" in tag for tag in inline)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "page"),
    [
        (400, errors.bad_request),
        (403, errors.forbidden),
        (404, errors.not_found),
    ],
)
def test_an_error_page_says_what_happened_and_what_to_do(status: int, page: object) -> None:
    request = RequestFactory().get("/")
    assert callable(page)
    response = page(request)
    assert response.status_code == status
    assert response.content.count(b"<p") >= 2


def test_a_fault_of_ours_is_told_without_asking_the_database() -> None:
    response = errors.broken(RequestFactory().get("/"))
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert b"kept whole or not at all" in response.content


def test_every_finding_type_has_a_category_and_a_word() -> None:
    assert set(CATEGORY_OF) == set(Type)
    assert set(labels.TYPES) == set(Type)
    assert set(labels.CATEGORIES) == set(Category)
    assert set(labels.OPERATORS) == set(Operator)
    assert set(labels.ROLES) == set(Role)


def test_category_letters_are_distinct() -> None:
    assert len({category.letter for category in Category}) == len(Category)


def test_every_act_of_accounts_has_a_sentence() -> None:
    sources = (Path(core.__file__).parents[1] / "accounts").glob("*.py")
    named = {
        code
        for path in sources
        for code in re.findall(r'"((?:staff|controller|line|access)\.[a-z_]+)"', path.read_text())
    }
    assert named
    assert named <= set(labels.ACTIONS)


def test_an_unknown_code_is_shown_as_it_is_and_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert labels.label("action", "moon.landed") == "moon.landed"
    assert "moon.landed" in caplog.text


def test_marks_carry_shape_and_word_and_escape_what_they_are_given() -> None:
    shown = Template("{% load callward %}{% status 'due' word %}{% pill 'payment' word 3 %}").render(
        Context({"word": "<b>"})
    )
    assert 'class="mark due"' in shown
    assert "<i>P</i>&lt;b&gt; 3" in shown


def test_a_moment_is_said_with_its_exact_time_beside() -> None:
    with translation.override("en"):
        now = timezone.now()
        shown = Template("{% load callward %}{% moment when %}").render(Context({"when": now}))
    assert "just now" in shown
    assert f'datetime="{now.isoformat()}"' in shown


def test_the_log_never_holds_a_path_a_query_or_the_words_of_an_error() -> None:
    request = RequestFactory().get("/calls/0708-123456", {"q": "Dana"})
    request.resolver_match = ResolverMatch(lambda: None, (), {}, "call")
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "Not Found: %s", (request.get_full_path(),), None
    )
    record.request = request
    record.status_code = 404
    try:
        int("Dana's number is 0708-123456")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    PlainRequest().filter(record)
    line = LineFormatter().format(record)
    assert "GET call answered 404" in line
    assert "ValueError in" in line
    assert "Dana" not in line
    assert "0708" not in line


@pytest.mark.django_db
def test_the_rail_shows_the_places_that_a_role_may_use(bob: User, astrid: User) -> None:
    shown = {}
    for person in (bob, astrid):
        client = Client()
        client.force_login(prove(person))
        shown[person.username] = client.get("/my/sign-in/").content.decode()
    assert 'href="/settings/"' in shown["astrid"]
    assert 'href="/settings/"' not in shown["bob"]


def _tokens(place: int) -> dict[str, str]:
    found = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", _CSS.read_text("utf-8"))
    return {name: pair[place] for name, *pair in found}


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "raise"])
def test_words_have_a_contrast_of_four_and_a_half_to_one(mode: int, ground: str) -> None:
    tokens = _tokens(mode)
    words = [
        "ink",
        "soft",
        "faint",
        "accent",
        "ok",
        "due",
        "overdue",
        "blocked",
        "unknown",
        *(c.value for c in Category),
    ]
    poor = {word: _contrast(tokens[word], tokens[ground]) for word in words}
    assert not {word: ratio for word, ratio in poor.items() if ratio < 4.5}
    assert _contrast(tokens["accent-ink"], tokens["accent"]) >= 4.5
    assert all(_contrast(tokens["on-hue"], tokens[category.value]) >= 4.5 for category in Category)
    assert _contrast(tokens["edge"], tokens[ground]) >= 3


def test_every_icon_that_a_template_asks_for_is_in_the_sprite() -> None:
    sprite = (_CSS.parent / "icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    asked = {name for path in _TEMPLATES for name in re.findall(r'{% icon "([a-z-]+)" %}', path.read_text("utf-8"))}
    assert asked <= drawn


def test_a_request_has_no_controller_before_somebody_signed_in() -> None:
    from django.contrib.auth.models import AnonymousUser

    from callward.web.core.middleware import ControllerMiddleware

    seen: list[object] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.controller)  # type: ignore[attr-defined] # the middleware's
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    ControllerMiddleware(view)(request)
    assert seen == [None]
