"""A cooperative's day in a real browser, with and without scripts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry.domain.batch import Batch
from registry.store.batch_drafts import batch_drafts_of
from registry.store.queries.batches import batch_by_path
from registry.store.queries.products import plots_of
from registry.web.batch_entry import LAST
from tests.browser.conftest import OpenPage, sign_in_page
from tests.support.cast import GTIN, LOT, Cast

SHOW = f"/batches/{GTIN}/{LOT}"
PATHS = [
    "/batches",
    "/batches/new",
    SHOW,
    f"{SHOW}/correct",
    f"{SHOW}/operations/new",
    f"{SHOW}/labels",
    f"{SHOW}/labels/0",
    "/plots",
    "/plots/new",
    "/products",
    "/products/new",
]


def press(page: Page, name: str) -> None:
    """Press the button of this name and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def registers_product(page: Page) -> None:
    page.goto("/products/new")
    page.fill("#name", "罗平小黄姜")
    page.fill("#commodity", "姜")
    page.fill("#gtin", "6901234567892")
    press(page, "Sign and register")
    expect(page).to_have_url(re.compile("/products$"))


def registers_batch(page: Page) -> None:
    page.goto("/batches/new")
    page.select_option("#gtin", GTIN)
    page.get_by_label("P1 河边地").check()
    page.fill("#planted_on", "2026-03-01")
    page.fill("#harvested_on", "2026-11-01")
    page.fill("#quantity", "4000")
    page.select_option("#unit", "斤")
    press(page, "Sign and register")


def the_batch(cast: Cast) -> Batch:
    found = batch_by_path(f"/01/{GTIN}/10/261101-001")
    assert found is not None
    assert found.owner == cast.amina.organisation.did
    return found


def test_a_batch_is_registered_from_nothing_on_a_phone_without_scripts(
    open_page: OpenPage, embedded_cast: Cast
) -> None:
    page = open_page("en", 360, scripts=False)
    sign_in_page(page, embedded_cast, "amina")
    registers_product(page)

    page.goto("/plots/new")
    page.fill("#code", "P1")
    page.fill("#name", "河边地")
    page.fill("#division", "板桥")
    page.fill("#area", "10")
    press(page, "Sign and register")
    page.get_by_label("云南省曲靖市罗平县板桥镇").check()
    press(page, "Sign and register")
    expect(page).to_have_url(re.compile("/plots$"))

    registers_batch(page)

    expect(page.get_by_role("status")).to_contain_text("is registered, signed")
    assert the_batch(embedded_cast).quantity.text == "2000"
    (plot,) = plots_of(embedded_cast.amina.organisation.did)
    assert plot.division.startswith("530324")
    assert the_batch(embedded_cast).division == plot.division


def test_places_are_suggested_while_one_types(
    open_page: OpenPage, embedded_cast: Cast
) -> None:
    page = open_page("en", 1280)
    sign_in_page(page, embedded_cast, "amina")
    page.goto("/plots/new")

    page.fill("#division", "板桥")

    first = page.locator("#places option").first
    expect(first).to_have_attribute("value", re.compile("罗平县板桥镇 530324"))
    page.fill("#division", first.get_attribute("value") or "")
    page.fill("#code", "P1")
    page.fill("#name", "河边地")
    page.fill("#area", "10")
    press(page, "Sign and register")
    expect(page).to_have_url(re.compile("/plots$"))


def test_the_enter_key_saves_a_draft_and_signs_nothing(
    open_page: OpenPage, embedded_cast: Cast
) -> None:
    embedded_cast.registers_product(embedded_cast.amina)
    embedded_cast.registers_plot(embedded_cast.amina)
    page = open_page("en")
    sign_in_page(page, embedded_cast, "amina")
    page.goto("/batches/new")
    page.select_option("#gtin", GTIN)
    page.fill("#quantity", "4000")

    with page.expect_navigation():
        page.press("#quantity", "Enter")

    expect(page.get_by_role("status")).to_contain_text("Saved as a draft")
    assert len(batch_drafts_of(embedded_cast.amina.organisation.did)) == 1


def test_the_last_batch_is_copied_with_one_click(
    page: Page, embedded_cast: Cast
) -> None:
    embedded_cast.tells_the_story()
    sign_in_page(page, embedded_cast, "amina")
    page.goto("/batches")

    page.locator(f'a[href="/batches/new?copy={LAST}"]').click()

    expect(page.locator("#gtin")).to_have_value(GTIN)
    expect(page.locator("#planted_on")).to_have_value("2026-03-01")
    expect(page.locator("#quantity")).to_have_value("")


def test_labels_are_issued_and_downloaded(
    open_page: OpenPage, embedded_cast: Cast, tmp_path: Path
) -> None:
    embedded_cast.tells_the_story()
    page = open_page("en", 1280)
    sign_in_page(page, embedded_cast, "amina")
    page.goto(f"{SHOW}/labels")
    page.select_option("#stock", "a4-24")
    page.fill("#net_content", "5")
    page.select_option("#unit", "斤")
    page.fill("#count", "30")
    press(page, "Show the label")
    expect(page.locator("main img")).to_be_visible()
    press(page, "Sign and issue")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download PDF").click()

    download.value.save_as(tmp_path / "labels.pdf")
    assert download.value.suggested_filename == f"{LOT}-2.pdf"
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_overflows_in_either_language(
    open_page: OpenPage, embedded_cast: Cast, width: int
) -> None:
    embedded_cast.tells_the_story()
    page = open_page("zh-CN", width)
    sign_in_page(page, embedded_cast, "amina")

    for path in PATHS:
        for language in ("zh", "en"):
            page.goto(f"{path}?lang={language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_every_control_on_a_phone_is_large_enough(
    page: Page, embedded_cast: Cast
) -> None:
    embedded_cast.tells_the_story()
    sign_in_page(page, embedded_cast, "amina")

    for path in PATHS:
        page.goto(path)
        heights = page.evaluate(
            """() => [...document.querySelectorAll(
                'main button:not(.hush), main select, main a.button, main .choice, ' +
                'main input:not([type=hidden]):not([type=checkbox])')]
                .filter(e => e.offsetParent)
                .map(e => [e.outerHTML, e.getBoundingClientRect().height])"""
        )
        assert [one for one in heights if one[1] < 44] == [], path


def test_a_page_has_one_clear_next_action(page: Page, embedded_cast: Cast) -> None:
    embedded_cast.tells_the_story()
    sign_in_page(page, embedded_cast, "amina")

    for path in PATHS:
        page.goto(path)
        assert page.locator("main .button.primary, main .button.sign").count() == 1, (
            path
        )
