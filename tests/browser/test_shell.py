"""The style guide in a real browser: both languages, both themes, phone and desk."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.shell import shell_app

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PATHS = ["/guide/shopper", "/guide/desk", "/form"]

# Where CI promises a browser, a missing one fails.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed"
)


class Quiet(WSGIRequestHandler):
    """Answers without a line on the terminal for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = make_server(
        "127.0.0.1", 0, shell_app(), threaded=True, request_handler=Quiet
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site, viewport={"width": 360, "height": 800}, locale="zh-CN"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_overflows_or_breaks_the_policy(
    browser: Browser, site: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PATHS:
        for language in ("zh", "en"):
            page.goto(f"{path}?lang={language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert complaints == []


@pytest.mark.parametrize("path", PATHS)
def test_every_target_on_a_phone_is_large_enough(page: Page, path: str) -> None:
    page.goto(path)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, .input')]
            .filter(e => e.checkVisibility() && !e.closest('.skip, .hush, dd, p'))
            .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
            .filter(([_, box]) => box.right > 0 && (box.height < 44 || box.width < 44))
            .map(([html]) => html)"""
    )
    assert small == []


def test_the_theme_follows_the_device(page: Page) -> None:
    page.goto("/guide/shopper")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    assert (light, page.evaluate(colour)) == ("rgb(251, 250, 246)", "rgb(18, 22, 15)")


def test_a_seal_opens_to_who_signed_without_scripts(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/guide/shopper")
    proof = page.locator(".seal a").first
    expect(proof).not_to_be_visible()
    page.locator(".seal summary").first.click()
    expect(proof).to_be_visible()
    context.close()


def test_enter_sends_the_form_and_removes_no_row(page: Page) -> None:
    page.goto("/form")
    page.fill("#lot", "BAD")
    page.fill("#results-0-substance", "铅")
    page.press("#lot", "Enter")
    expect(page.locator(".faults")).to_be_visible()
    expect(page.locator("#results-0-substance")).to_have_value("铅")


def test_rows_come_and_go_and_are_numbered(page: Page) -> None:
    page.goto("/form")
    add = page.locator("[name=add_row]")
    add.click()
    expect(page.locator("#results-1-substance")).to_be_focused()
    add.click()
    add.click()
    expect(page.locator("[data-row]")).to_have_count(3)
    page.locator("[data-row] [name=remove_row]").first.click()
    expect(page.locator("[data-row] [data-number]")).to_have_text(["1", "2"])


def test_a_draft_survives_the_page_with_its_rows(page: Page) -> None:
    page.goto("/form")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#lot", "L-draft")
    page.locator("[name=add_row]").click()
    page.fill("#results-1-substance", "镉")
    page.reload()
    expect(page.locator("#lot")).to_have_value("L1")
    page.locator("[data-restore]").click()
    expect(page.locator("#lot")).to_have_value("L-draft")
    expect(page.locator("#results-1-substance")).to_have_value("镉")


def test_a_draft_can_be_discarded(page: Page) -> None:
    page.goto("/form")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#lot", "L-draft")
    page.reload()
    page.locator("[data-discard]").click()
    page.reload()
    expect(page.locator("[data-draft-note]")).not_to_be_visible()


def test_an_accepted_form_leaves_no_draft(page: Page) -> None:
    page.goto("/form")
    for name, value in (
        ("#lot", "L2"),
        ("#quantity", "12"),
        ("#harvested", "2026-11-22"),
        ("#results-0-substance", "铅"),
        ("#results-0-value", "0.1"),
    ):
        page.fill(name, value)
    page.click(".sign")
    expect(page.locator(".note[role=status]").first).to_be_visible()
    page.wait_for_load_state()  # the script is deferred
    assert page.evaluate("localStorage.length") == 0


def test_leaving_a_changed_form_asks_first(page: Page) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto("/form")
    page.click("#lot")
    page.keyboard.type("x")
    page.goto("/guide/desk")
    assert asked == ["beforeunload"]


def test_a_digest_can_be_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/guide/desk")
    page.locator("[data-copy]").click()
    expect(page.locator("[data-word]")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "9f2b7c41aa53de0e"
