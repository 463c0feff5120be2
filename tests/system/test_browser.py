"""The console in a real browser: sign in, filter, open a call, play, see masks, decide, verify a proof."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("django", reason="the web extra is not installed")
pytest.importorskip("playwright", reason="Playwright is not installed")

from playwright.sync_api import expect, sync_playwright
from served_centre import ServedCentre

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

RELEASED, IN_REVIEW = "en-health-01", "en-health-03"
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_PATIENCE = 180_000  # milliseconds
expect.set_options(timeout=_PATIENCE)
# Each role may open these; every one is drawn 360 pixels wide.
_PAGES = ("/", "/calls/", "/review/", "/calls/add/", "/ledger/")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedCentre]:
    with ServedCentre(tmp_path_factory.mktemp("centre"), (RELEASED, IN_REVIEW)) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS, timeout=_PATIENCE)
        yield opened
        opened.close()


@contextmanager
def _signed_in(browser: Browser, centre: ServedCentre, name: str, **how: Any) -> Iterator[Page]:
    """A page of one of the cast; a fault or a refusal of the browser's policy fails the test."""
    context = browser.new_context(**how)
    faults: list[str] = []
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None)
    page.goto(centre.url)
    page.locator(".cast button", has_text=name).first.click()
    expect(page.locator("h1")).to_have_text("Today")
    yield page
    assert not faults
    context.close()


@pytest.fixture
def alice(browser: Browser, centre: ServedCentre) -> Iterator[Page]:
    with _signed_in(browser, centre, "Alice") as page:
        yield page


def _open_released(page: Page, centre: ServedCentre) -> None:
    page.goto(f"{centre.url}/calls/?state=released")
    page.locator("table.rows tbody th a").first.click()
    page.evaluate(
        """() => new Promise((done, fail) => {
            const audio = document.querySelector("audio");
            if (audio.readyState >= 1) done();
            audio.addEventListener("loadedmetadata", () => done(), { once: true });
            audio.addEventListener("error", () => fail(new Error(audio.error.message)), { once: true });
        })"""
    )


def test_the_list_is_filtered_without_leaving_the_page_and_the_address_keeps_it(
    alice: Page, centre: ServedCentre
) -> None:
    alice.goto(f"{centre.url}/calls/")
    rows = alice.locator("table.rows tbody tr")
    expect(rows).to_have_count(2)
    alice.select_option("select[name=state]", "released")
    expect(rows).to_have_count(1)
    alice.wait_for_url(re.compile("state=released"))
    expect(alice.locator(".chips li").first).to_contain_text("released")
    alice.locator(".chips a").first.click()
    expect(rows).to_have_count(2)


def test_a_recording_has_its_length_and_its_last_second_can_be_reached(alice: Page, centre: ServedCentre) -> None:
    _open_released(alice, centre)
    drawn = float(alice.get_attribute("[data-waveform]", "data-duration") or 0)
    duration = alice.evaluate("document.querySelector('audio').duration")
    assert drawn > 20
    assert duration == pytest.approx(drawn, abs=0.05)
    reached = alice.evaluate(
        """() => new Promise((done, fail) => {
            const audio = document.querySelector("audio");
            audio.addEventListener("seeked", () => done([audio.currentTime, audio.readyState]), { once: true });
            audio.addEventListener("error", () => fail(audio.error.message), { once: true });
            audio.currentTime = audio.duration - 0.5;
        })"""
    )
    assert reached[0] == pytest.approx(duration - 0.5, abs=0.1)
    assert reached[1] >= 2, "the sound there is decoded"


def test_masks_are_drawn_and_lead_to_their_place_in_the_sound(alice: Page, centre: ServedCentre) -> None:
    _open_released(alice, centre)
    masks = alice.locator("[data-mask]")
    assert masks.count() >= 3
    box = masks.first.locator("rect.edge").bounding_box()
    assert box is not None
    assert box["width"] > 1
    alice.keyboard.press("n")
    start = float(masks.first.get_attribute("data-start") or 0)
    assert alice.evaluate("document.querySelector('audio').currentTime") == pytest.approx(start, abs=0.1)


def test_the_words_follow_the_sound(alice: Page, centre: ServedCentre) -> None:
    _open_released(alice, centre)
    turn = alice.locator("[data-turn]").nth(3)
    turn.locator("[data-seek]").click()
    expect(turn).to_have_attribute("aria-current", "time")
    expect(alice.locator("[data-turn].is-now")).to_have_count(1)


def test_the_seconds_that_were_heard_close_the_reading(alice: Page, centre: ServedCentre) -> None:
    _open_released(alice, centre)
    address = alice.url
    alice.locator("[data-toggle]").click()
    # Less than a second counts as not heard, and a busy machine may be late to start.
    alice.evaluate(
        """() => new Promise((done) => {
            const audio = document.querySelector("audio");
            audio.addEventListener("timeupdate", () => audio.currentTime > 1.2 && done());
        })"""
    )
    alice.goto(f"{centre.url}/calls/")
    # The beacon leaves while the page is going: its entry may be written after the next page was drawn.
    closed = alice.locator(".acts li", has_text="Closed the call after listening")
    for _ in range(120):
        alice.goto(address)
        if closed.count():
            break
        alice.wait_for_timeout(500)
    expect(closed).to_have_count(1)


def test_a_proof_is_verified_in_the_browser(alice: Page, centre: ServedCentre) -> None:
    # The call's page shows its newest acts only, and the other tests have opened it often.
    alice.goto(f"{centre.url}/ledger/?action=call.taken_in")
    alice.locator("main tbody a[href*='/ledger/']").last.click()
    alice.locator("[data-verify]").click()
    expect(alice.locator("#verification .verdict")).to_contain_text("stands")


def test_a_decision_is_taken_by_a_key_and_taken_back_by_another(alice: Page, centre: ServedCentre) -> None:
    alice.goto(f"{centre.url}/review/")
    alice.locator("a", has_text="Start with the first").click()
    expect(alice.locator("[data-doubt].is-looped")).to_have_count(1)
    alice.locator("h1").click()
    alice.keyboard.press("2")
    expect(alice.locator("[data-undo]")).to_contain_text("Release it")
    alice.keyboard.press("u")
    expect(alice.locator(".messages")).to_contain_text("taken back")


def test_an_agent_is_offered_neither_the_original_nor_the_review(browser: Browser, centre: ServedCentre) -> None:
    with _signed_in(browser, centre, "Bob") as page:
        _open_released(page, centre)
        expect(page.locator("a", has_text="Open the original")).to_have_count(0)
        expect(page.locator(".rail a", has_text="Review")).to_have_count(0)


def test_without_javascript_everything_is_there(browser: Browser, centre: ServedCentre) -> None:
    with _signed_in(browser, centre, "Alice", java_script_enabled=False) as page:
        page.goto(f"{centre.url}/calls/")
        page.select_option("select[name=state]", "released")
        page.locator(".filters button").click()
        expect(page.locator("table.rows tbody tr")).to_have_count(1)
        page.locator("table.rows tbody th a").first.click()
        expect(page.locator("audio[controls]")).to_be_visible()
        assert page.locator("[data-mask]").count() >= 3
        expect(page.locator("[data-toggle]")).to_be_hidden()
        page.goto(f"{centre.url}/review/")
        page.locator("a", has_text="Start with the first").click()
        page.locator("button", has_text="Keep it sealed").click()
        page.locator("[data-undo] button").click()
        expect(page.locator(".messages")).to_contain_text("taken back")


def test_a_file_is_added_in_the_browser(alice: Page, centre: ServedCentre, tmp_path: Path) -> None:
    file = tmp_path / "words.vtt"
    file.write_text("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v agent>Good morning.\n", "utf-8")
    alice.goto(f"{centre.url}/calls/add/")
    alice.set_input_files("input[type=file]", str(file))
    expect(alice.locator("[data-chosen]")).to_have_text("1 file chosen")
    alice.locator("button.primary").click()
    expect(alice.locator("#batch")).to_contain_text("words.vtt")
    expect(alice.locator("#batch")).to_contain_text("Waiting")


def test_nothing_is_wider_than_a_narrow_screen(browser: Browser, centre: ServedCentre) -> None:
    with _signed_in(browser, centre, "Alice", viewport={"width": 360, "height": 740}) as page:
        page.goto(f"{centre.url}/calls/?state=released")
        call = page.locator("table.rows tbody th a").first.get_attribute("href") or ""
        page.goto(f"{centre.url}/review/")
        review = page.locator("table.rows tbody th a").first.get_attribute("href") or ""
        for path in (*_PAGES, call, review, f"{call}original/"):
            page.goto(centre.url + path)
            widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert widths[0] <= widths[1], path
