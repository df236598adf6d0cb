"""An inspector at a phone: rows judged while typing, the camera, no scripts at all."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from registry.store.queries.certificates import certificates_of
from registry.store.queries.inspections import inspections_of_batch
from registry.web.context import COOKIE
from tests.browser.conftest import OpenPage, sign_in_page
from tests.support.cast import LOT, PATH, Cast

TEA_GTIN, TEA_LOT = "06901234567908", "261101-T"
TEA = f"/01/{TEA_GTIN}/10/{TEA_LOT}"
NEW = f"/inspections/new?batch={TEA}"
METHOD = "GB 23200.121-2026"
READING = ".row [data-reading]"

# Stands for a camera and a browser that reads codes: desktop Chromium has neither.
CAMERA = """
    navigator.mediaDevices.getUserMedia = () => REFUSED
        ? Promise.reject(new DOMException("no", "NotAllowedError"))
        : Promise.resolve(document.createElement("canvas").captureStream());
    HTMLMediaElement.prototype.play = () => Promise.resolve();
    window.BarcodeDetector = class {
        detect() { return Promise.resolve([{rawValue: "CODE"}]); }
    };
"""


@pytest.fixture
def tea(embedded_cast: Cast) -> Cast:
    """The story of the ginger, and tea that nobody has tested."""
    cast = embedded_cast
    cast.tells_the_story()
    cast.registers_product(
        cast.amina,
        TEA_GTIN,
        name="罗平绿茶",
        commodity="茶叶",
        product_class="tea_leaf",
    )
    cast.registers_batch(cast.amina, gtin=TEA_GTIN, lot=TEA_LOT)
    return cast


@pytest.fixture
def ben(tea: Cast, page: Page) -> Page:
    """Ben at his phone."""
    sign_in_page(page, tea, "ben")
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def fill(page: Page, analyte: str = "唑螨酯", value: str = "8.1") -> None:
    """Type a report with one result."""
    page.goto(NEW)
    page.fill("#number", "LP-T")
    page.fill("#sample_number", "S-T")
    page.fill("#sampled_on", "2026-11-02")
    page.fill("#tested_on", "2026-11-04")
    page.fill("#results-0-analyte", analyte)
    page.fill("#results-0-value", value)
    page.fill("#results-0-loq", "0.01")
    page.select_option("#results-0-unit", "mg/kg")
    page.fill("#results-0-method", METHOD)


def test_a_row_says_how_it_reads_while_one_types(ben: Page) -> None:
    fill(ben)
    reading = ben.locator(READING).first
    expect(reading.locator(".status.red")).to_be_visible()
    expect(reading).to_contain_text("GB 2763-2026")
    expect(reading.locator("svg.bar")).to_be_visible()

    ben.fill("#results-0-value", "7.9")
    expect(reading.locator(".status.green")).to_be_visible()
    assert inspections_of_batch(TEA) == []


def test_a_failing_figure_asks_for_a_second_look_before_it_is_signed(ben: Page) -> None:
    fill(ben)
    ben.check("[name=verdict][value=fail]")
    ben.check("#confirm-figures")
    # The same figures leave the box as it is; others ask again.
    ben.fill("#number", "LP-T2")
    ben.wait_for_timeout(900)
    expect(ben.locator("#confirm-figures")).to_be_checked()
    ben.fill("#results-0-value", "81")
    expect(ben.locator("#confirm-figures")).not_to_be_checked()

    ben.check("#confirm-figures")
    ben.click(".sign")
    ben.wait_for_url(re.compile(r"/inspections/[0-9a-f-]{36}$"))
    assert inspections_of_batch(TEA)[0].report.verdict == "fail"


def test_what_was_not_detected_has_no_figure(ben: Page) -> None:
    fill(ben)
    ben.check("#results-0-not_detected")
    expect(ben.locator("#results-0-value")).to_be_disabled()
    expect(ben.locator("#results-0-value")).to_have_value("")
    expect(ben.locator(f"{READING} .status.green").first).to_be_visible()


def test_a_new_row_starts_with_the_unit_and_method_above(ben: Page) -> None:
    fill(ben)
    ben.click("[name=add_row]")
    expect(ben.locator("#results-1-unit")).to_have_value("mg/kg")
    expect(ben.locator("#results-1-method")).to_have_value(METHOD)
    expect(ben.locator("#results-1-analyte")).to_be_focused()


def test_typing_goes_on_without_a_network(ben: Page) -> None:
    ben.route("**/inspections/judge", lambda route: route.abort())
    fill(ben)
    ben.wait_for_timeout(700)

    ben.click("[name=check]")

    expect(ben.locator(f"{READING} .status.red").first).to_be_visible()


def test_a_session_that_ends_meanwhile_leaves_the_page_alone(ben: Page) -> None:
    fill(ben)
    expect(ben.locator(f"{READING} .status.red").first).to_be_visible()
    ben.context.clear_cookies(name=COOKIE)
    with ben.expect_response("**/login?**"):
        ben.fill("#results-0-value", "0.1")
    expect(ben.locator("#results-0-value")).to_have_value("0.1")
    expect(ben.locator(f"{READING} .status.red").first).to_be_visible()


def test_an_answer_that_comes_late_is_not_shown(ben: Page) -> None:
    held: list[Route] = []
    ben.route(
        "**/inspections/judge",
        lambda route: route.continue_() if held else held.append(route),
    )
    fill(ben, value="8.1")
    ben.wait_for_timeout(700)
    ben.fill("#results-0-value", "0.1")
    green = ben.locator(f"{READING} .status.green").first
    expect(green).to_be_visible()

    held[0].continue_()
    ben.wait_for_timeout(500)

    expect(green).to_be_visible()


def test_a_draft_of_one_batch_is_not_offered_at_another(ben: Page) -> None:
    fill(ben)
    ben.goto(f"/inspections/new?batch={PATH}")
    expect(ben.locator("[data-draft-note]")).not_to_be_visible()
    ben.goto(NEW)
    expect(ben.locator("[data-draft-note]")).to_be_visible()


def test_everything_works_without_scripts(tea: Cast, open_page: OpenPage) -> None:
    page = open_page("en-GB", 360, scripts=False)
    sign_in_page(page, tea, "ben")
    fill(page, value="0.1")
    page.click("[name=check]")
    expect(page.locator(f"{READING} .status.green").first).to_be_visible()
    page.click("[name=add_row]")
    page.fill("#results-1-analyte", "氟啶虫酰胺")
    page.check("#results-1-not_detected")
    page.fill("#results-1-loq", "0.01")
    page.select_option("#results-1-unit", "mg/kg")
    page.fill("#results-1-method", METHOD)
    page.check("[name=verdict][value=pass]")
    page.click(".sign")
    expect(page.locator("h1")).to_have_text("Report LP-T")
    assert len(inspections_of_batch(TEA)[0].report.results) == 2


def camera(code: str, *, refused: bool = False) -> str:
    script = CAMERA.replace("REFUSED", "true" if refused else "false")
    return script.replace("CODE", code)


def test_a_label_before_the_camera_leads_to_its_batch(ben: Page) -> None:
    ben.add_init_script(camera(f"HTTPS://TRACE.EXAMPLE{PATH}/21/ABC"))
    ben.goto("/inspections/find")
    ben.click("[data-camera]")
    ben.wait_for_url("**/find?code=*")
    expect(ben.locator("main .card")).to_contain_text(LOT)


def test_a_camera_that_may_not_be_used_says_what_else_there_is(ben: Page) -> None:
    ben.add_init_script(camera("x", refused=True))
    ben.goto("/inspections/find")
    ben.click("[data-camera]")
    note = ben.locator("[data-scan-note]")
    expect(note).to_have_text(note.get_attribute("data-denied") or "?")
    expect(ben.locator("[data-camera]")).to_be_visible()


def test_without_a_reader_of_codes_no_camera_is_offered(ben: Page) -> None:
    ben.goto("/inspections/find")
    expect(ben.locator("[data-camera]")).not_to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_nothing_overflows_and_every_target_is_large_enough(
    tea: Cast, open_page: OpenPage, width: int, locale: str
) -> None:
    report = inspections_of_batch(PATH)[0].record_id
    certificate = certificates_of(tea.chloe.organisation.did)[0].record_id
    pages = {
        "ben": [
            "/inspections",
            "/inspections/find?code=261101",
            NEW,
            f"/inspections/{report}",
            f"/inspections/{report}/correct",
        ],
        "chloe": [
            "/certifications",
            "/certifications/find",
            f"/certifications/new?path={PATH}",
            f"/certifications/{certificate}",
        ],
        "grace": [
            "/organisations",
            "/organisations/batches",
            "/organisations/new",
            "/organisations/luoping-ginger",
        ],
    }
    for who, paths in pages.items():
        page = open_page(locale, width)
        sign_in_page(page, tea, who)
        for path in paths:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert too_small(page) == [], path


def too_small(page: Page) -> list[str]:
    """Return the targets below 44 px that do not stand inside a sentence."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main a, main button, main .input')]
            .filter(e => e.checkVisibility() && !e.closest('.hush, dd, p, td, .faults'))
            .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
            .filter(([_, box]) => box.height < 44 || box.width < 44)
            .map(([html]) => html)"""
    )
    return found
