"""The page behind the label in a real browser: small phone, no scripts, one request."""

import pytest
from playwright.sync_api import expect

from registry.commands.labels import serials
from registry.domain.gs1 import parse_digital_link
from registry.store.queries.labels import label_runs
from tests.browser.conftest import OpenPage
from tests.support.cast import GTIN, LOT, PATH, Cast

PRODUCT = f"/01/{GTIN}"


@pytest.fixture
def label(embedded_cast: Cast) -> str:
    """The address on one label of a batch with everything."""
    embedded_cast.tells_the_story()
    run = label_runs(PATH)[0].run
    labels = serials(embedded_cast.registry, parse_digital_link(PATH), run)
    return next(iter(labels)).path


@pytest.mark.parametrize(
    ("locale", "word"), [("zh-CN", "可放心核对"), ("en", "All clear")]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_verdict_is_seen_first_and_nothing_overflows(
    open_page: OpenPage, label: str, locale: str, word: str, width: int
) -> None:
    page = open_page(locale, width)

    page.goto(label)

    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text(word)
    box = verdict.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 700
    for more in page.locator("details.more > summary").all():
        more.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_needs_no_script_and_no_other_request(
    open_page: OpenPage, label: str
) -> None:
    page = open_page("en", scripts=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))

    page.goto(label)
    page.locator("details.more summary").first.click()

    expect(page.locator(".checks li").first).to_be_visible()
    assert [kind for kind in asked if kind not in {"document", "image"}] == []


def test_a_kept_page_keeps_its_style(open_page: OpenPage, label: str) -> None:
    """A 304 brings a policy along; it must still allow the style of the kept page."""
    page = open_page("en")
    style = "getComputedStyle(document.querySelector('.verdict')).display"
    page.goto(label)
    first = page.evaluate(style)
    page.goto("/check")

    page.goto(label)

    assert first == page.evaluate(style) == "grid"


def test_a_seal_opens_to_the_signer_and_leads_to_the_proof(
    open_page: OpenPage, label: str
) -> None:
    page = open_page("en", scripts=False)
    page.goto(label)

    page.locator(".seal summary").first.click()
    page.locator(".seal a").first.click()

    expect(page.locator("h1")).to_have_text("Origin of a batch")
    expect(page.locator("main")).to_contain_text("Luoping Ginger")


def test_the_language_is_changed_in_place(open_page: OpenPage, label: str) -> None:
    page = open_page("zh-CN", scripts=False)
    page.goto(label)

    page.get_by_text("English").click()

    expect(page.locator(".verdict")).to_contain_text("All clear")
    assert label in page.url


def test_a_code_typed_by_hand_leads_to_the_page(
    open_page: OpenPage, label: str
) -> None:
    page = open_page("en", scripts=False)
    page.goto(PRODUCT)
    page.fill("#lot", LOT)

    page.get_by_role("button", name="Check this lot").click()

    expect(page.locator("h1")).to_contain_text("Luoping small yellow ginger")
    assert page.url.endswith(PATH)


@pytest.mark.parametrize(
    "path", [PATH, PRODUCT, f"{PRODUCT}/10/NOPE", "/check?code=NOPE", "/log"]
)
def test_every_target_on_a_phone_is_large_enough(
    open_page: OpenPage, label: str, path: str
) -> None:
    page = open_page("zh-CN")
    page.goto(path)

    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, .input')]
            .filter(e => e.checkVisibility() && !e.closest('.skip, .hush, dd, p, td'))
            .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([_, box]) => box.right > 0 && (box.height < 44 || box.width < 44))
            .map(([html]) => html)"""
    )
    assert small == []
