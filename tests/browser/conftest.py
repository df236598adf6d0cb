"""Fixtures: chromium, the application on a real server, and pages in it."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.cast import Cast
from tests.support.web import app_for, enrol, password_of, serve

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

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for a file of tests; where CI promises one, it must be there."""
    path = shutil.which("chromium")
    if path is None and not os.environ.get("CI"):
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def address(embedded_cast: Cast) -> Iterator[str]:
    """The application with the cast, served."""
    with serve(app_for(embedded_cast.registry)) as served:
        yield served


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Open a page: `open_page("zh-CN", 360, scripts=False)`, each a browser of its own.

    What the pages complain of on their consoles fails the test.
    """
    contexts = []
    complaints: list[str] = []

    def opened(
        locale: str = "zh-CN", width: int = 360, *, scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            locale=locale,
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A phone that reads Chinese."""
    return open_page()


def sign_in_page(page: Page, cast: Cast, name: str) -> None:
    """Sign in as one of the cast by hand."""
    enrol(cast, name)
    page.goto("/login")
    page.fill("#login", name)
    page.fill("#password", password_of(name))
    page.click("main button[type=submit]:not(.hush)")
    page.wait_for_url("**/today")
