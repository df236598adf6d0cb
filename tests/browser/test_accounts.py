"""Signing in, links that work once, and the list of the day, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from registry.commands import accounts, people
from tests.browser.conftest import OpenPage, sign_in_page
from tests.support.cast import Cast
from tests.support.registry import NOW
from tests.support.web import enrol, password_of

PUBLIC = ["/", "/login", "/help", "/help/roles", "/setup", "/join"]
DESK = ["/today", "/account", "/account/password", "/people"]


def fill_account(page: Page) -> None:
    page.fill("#name", "孙飞")
    page.fill("#login", "fei")
    page.fill("#password", "a new set of words")
    page.press("#password", "Enter")


def test_a_link_fills_its_code_and_leaves_it_nowhere(
    page: Page, embedded_cast: Cast
) -> None:
    token = people.invite(
        embedded_cast.registry, embedded_cast.amina, "Fei", "worker", NOW
    )
    page.goto(f"/join#{token}")
    expect(page.locator("#token")).to_have_value(token)
    expect(page.locator("#token")).not_to_be_visible()
    assert page.evaluate("location.hash") == ""
    assert token not in page.evaluate("JSON.stringify(localStorage)")
    fill_account(page)
    page.wait_for_url("**/today")
    expect(page.locator("main")).to_contain_text("罗平小黄姜合作社")


def test_a_code_that_does_not_hold_is_shown_again(page: Page) -> None:
    page.goto("/join#00")
    fill_account(page)
    expect(page.locator("#token")).to_be_visible()
    expect(page.locator("#token-error")).to_be_visible()
    expect(page.locator("#name")).to_have_value("孙飞")


def test_without_scripts_the_code_is_pasted(
    open_page: OpenPage, embedded_cast: Cast
) -> None:
    page = open_page(scripts=False)
    token = accounts.new_setup_link(embedded_cast.registry, NOW)
    page.goto(f"/setup#{token}")
    page.fill("#token", token)
    fill_account(page)
    # The browser carries the fragment along; by now it opens nothing.
    page.wait_for_url(f"**/today#{token}")


def test_the_set_up_link_works_from_the_address_bar(
    page: Page, embedded_cast: Cast
) -> None:
    token = accounts.new_setup_link(embedded_cast.registry, NOW)
    page.goto(f"/setup#{token}")
    fill_account(page)
    page.wait_for_url("**/today")
    page.goto(f"/setup#{token}")
    page.reload()
    fill_account(page)
    expect(page.locator(".faults")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_one_signs_in_and_out_by_hand(
    open_page: OpenPage, embedded_cast: Cast, scripts: bool
) -> None:
    page = open_page("en", scripts=scripts)
    sign_in_page(page, embedded_cast, "amina")
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto("/today")
    expect(page).to_have_url(re.compile(r"/login\?next="))


def test_what_was_typed_survives_the_end_of_the_session(
    page: Page, embedded_cast: Cast
) -> None:
    sign_in_page(page, embedded_cast, "amina")
    page.goto("/people")
    page.fill("#name", "孙飞")
    page.context.clear_cookies(name="session_token")
    page.press("#name", "Enter")
    expect(page).to_have_url(re.compile("expired=1"))
    page.fill("#login", "amina")
    page.fill("#password", password_of("amina"))
    page.press("#password", "Enter")
    page.wait_for_url("**/people")
    expect(page.locator("#name")).to_have_value("孙飞")


def test_an_invitation_can_be_copied(page: Page, embedded_cast: Cast) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in_page(page, embedded_cast, "amina")
    page.goto("/people")
    page.fill("#name", "孙飞")
    page.press("#name", "Enter")
    page.locator("[data-copy]").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"https://trace\.example/join#[0-9a-f]{64}", copied)


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_nothing_overflows_and_every_target_is_large_enough(
    open_page: OpenPage, embedded_cast: Cast, locale: str, width: int
) -> None:
    embedded_cast.tells_the_story()
    enrol(embedded_cast, "amina")
    page = open_page(locale, width)
    for path in PUBLIC:
        page.goto(path)
        look(page, width)
    sign_in_page(page, embedded_cast, "amina")
    for path in DESK:
        page.goto(path)
        look(page, width)


def look(page: Page, width: int) -> None:
    """Check one page: nothing beside the screen, nothing too small for a thumb."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    small = page.evaluate(
        """() => [...document.querySelectorAll('main a, main button, main .input')]
            .filter(e => e.checkVisibility() && !e.closest('.hush, p, td'))
            .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
            .filter(([_, box]) => box.right > 0 && (box.height < 44 || box.width < 44))
            .map(([html]) => html)"""
    )
    assert small == [], page.url
