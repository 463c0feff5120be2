"""Verification in a real browser: the script finds the same as the engine, and notices every forgery."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, sync_playwright
from pytest_django.live_server_helper import LiveServer

from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Controller

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_quiet_loop")]

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def _quiet_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    # Playwright's synchronous side runs a loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def entry(ledger: Controller, act: Callable[..., list[str]]) -> Entry:
    act(300)
    audit.sequence(ledger)
    return Entry.objects.get(index=177)


@pytest.fixture
def page(live_server: LiveServer, entry: Entry, proven_cast: dict[Role, User]) -> Iterator[Page]:
    if _CHROMIUM is None:
        pytest.skip("chromium is missing")
    client = Client()
    client.force_login(proven_cast[Role.AUDITOR])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    address = live_server.url.replace("127.0.0.1", "localhost")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
        opened = context.new_page()
        opened.goto(reverse("audit:entry", args=[entry.index]))
        yield opened
        browser.close()


def _verdict(page: Page) -> str:
    page.get_by_role("button", name="Verify in your browser").click()
    page.wait_for_function("() => !document.querySelector('[data-verify]').disabled")
    return str(page.locator("#verification .verdict").inner_text())


def _forge(page: Page, change: Callable[[str], str]) -> None:
    def answer(route: Route) -> None:
        real = route.fetch()
        route.fulfill(response=real, body=change(real.text()))

    page.route("**/proof", answer)


def test_an_entry_is_verified_in_the_browser_step_by_step(page: Page) -> None:
    assert "It holds" in _verdict(page)
    steps = page.locator("#verification li")
    # The leaf, nine hashes of a tree of 300, the root and the signature.
    assert steps.count() == 1 + 9 + 1 + 1
    assert page.locator(".ladder .node.shown").count() == 10


_FORGERIES: dict[str, Callable[[str], str]] = {
    "the entry": lambda text: text.replace("extra ey", "extra eZ", 1),
    "the index": lambda text: text.replace("index 177", "index 176", 1),
    "a hash": lambda text: _swap_lines(text, 3, 4),
    "one hash too few": lambda text: "\n".join(text.split("\n")[:3] + text.split("\n")[4:]),
    "the size": lambda text: text.replace("\n300\n", "\n301\n", 1),
    "the origin": lambda text: text.replace("acme.example", "evil.example"),
    "the signature": lambda text: text[:-10] + ("A" if text[-10] != "A" else "B") + text[-9:],
    "no signature": lambda text: text[: text.index("— ")],
    "nothing at all": lambda text: "",
}


def _swap_lines(text: str, one: int, other: int) -> str:
    lines = text.split("\n")
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def test_a_forged_proof_is_refused_whatever_was_changed(page: Page) -> None:
    for name, change in _FORGERIES.items():
        _forge(page, change)
        assert "It does not hold" in _verdict(page), name
        page.unroute("**/proof")
    assert "It holds" in _verdict(page)


def test_a_true_proof_of_another_entry_is_refused(page: Page, entry: Entry) -> None:
    assert entry.index is not None
    other = page.request.get(reverse("audit:entry_proof", args=[entry.index + 1])).text()
    _forge(page, lambda text: other)
    assert "It does not hold" in _verdict(page)
    assert "another entry" in page.locator("#verification li").last.inner_text()


def test_a_browser_without_ed25519_says_that_the_signature_was_not_checked(page: Page) -> None:
    page.evaluate(
        """() => {
          const real = crypto.subtle.importKey.bind(crypto.subtle);
          crypto.subtle.importKey = (format, key, kind, ...rest) =>
            kind.name === "Ed25519" ? Promise.reject(new DOMException("no", "NotSupportedError"))
                                    : real(format, key, kind, ...rest);
        }"""
    )
    assert "was not checked" in _verdict(page)
    assert page.locator("#verification .verdict .mark.due").count() == 1


def test_without_javascript_the_command_is_there(page: Page, entry: Entry) -> None:
    assert "callward verify proof entry-177.tlog-proof" in page.locator("#command").inner_text()
