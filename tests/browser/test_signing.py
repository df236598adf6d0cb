"""A key that a device holds: made, enrolled and used in a real browser."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from playwright.sync_api import Page, Route, expect

from registry.signing.canonical import parse_object
from registry.signing.credential import prepare
from registry.signing.keys import encode_multibase
from registry.store.queries.batches import batch_by_path
from registry.store.queries.certificates import certificates_of
from registry.store.queries.inspections import inspections_of_batch
from registry.store.queries.organisations import keys_of
from registry.store.queries.records import newest
from tests.browser.conftest import OpenPage, sign_in_page
from tests.support.cast import GTIN, PATH, Cast
from tests.support.keys import seed
from tests.support.own_keys import ends_key, enrols_own

OWN = f"/01/{GTIN}/10/OWN-1"
HERE = "[data-device-key]:visible"
NOW = "[data-sign-now]"
REFUSED = "[data-refused]"
HARVESTED = "harvestedOn&#34;:&#34;"


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """The story."""
    embedded_cast.tells_the_story()
    return embedded_cast


def at_device(page: Page, cast: Cast, name: str) -> Page:
    """Sign in, and make a key on this device through the page."""
    sign_in_page(page, cast, name)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/keys")
    page.click("[data-make]")
    expect(page.locator(".note.green")).to_be_visible()
    return page


def own_method(cast: Cast, name: str) -> str:
    """Return the newest key of a person's organisation, which is its own."""
    key = keys_of(cast.people[name].organisation.did)[-1]
    assert key.custody == "organisation"
    return key.verification_method


def types_batch(page: Page) -> None:
    """Type a batch and press the button of the device."""
    page.goto("/batches/new?copy=last")
    page.fill("#quantity", "100")
    page.click("details.more summary")
    page.fill("#lot", "OWN-1")
    page.click(HERE)


def types_report(page: Page) -> None:
    page.goto(f"/inspections/new?batch={PATH}")
    page.fill("#number", "LP-OWN")
    page.fill("#sample_number", "S-OWN")
    page.fill("#sampled_on", "2026-11-02")
    page.fill("#tested_on", "2026-11-04")
    page.fill("#results-0-analyte", "噻虫嗪")
    page.check("#results-0-not_detected")
    page.fill("#results-0-loq", "0.01")
    page.select_option("#results-0-unit", "mg/kg")
    page.fill("#results-0-method", "GB 23200.121-2026")
    page.check("input[name=verdict][value=pass]")
    page.click(HERE)


def types_certificate(page: Page) -> None:
    page.goto(f"/certifications/new?path={PATH}")
    page.select_option("#scheme", "green_food")
    page.fill("#standard", "NY/T 1193")
    page.fill("#number", "GF-OWN")
    page.fill("#valid_from", "2026-11-05")
    page.fill("#valid_until", "2029-11-04")
    page.click(HERE)


def signs(page: Page) -> None:
    """Read what is shown and sign it."""
    page.click(NOW)
    expect(page.locator(".note.green")).to_be_visible()


def test_a_key_is_made_on_a_phone_and_cannot_leave_it(told: Cast, page: Page) -> None:
    at_device(page, told, "amina")

    extractable = page.evaluate(
        """async (method) => {
            const {keyOf} = await import("/static/sign/device_keys.js");
            return (await keyOf(method)).extractable;
        }""",
        own_method(told, "amina"),
    )

    assert extractable is False
    expect(page.locator("main")).to_contain_text("由罗平小黄姜合作社自己保管")


def test_multibase_is_spelled_as_the_registry_spells_it(page: Page) -> None:
    given = [bytes(64), b"\0\0\x01", b"\xff" * 64, seed("multibase"), b"\0"]
    page.goto("/")

    texts = page.evaluate(
        """async (given) => {
            const {encodeMultibase} = await import("/static/sign/device_keys.js");
            return given.map((bytes) => encodeMultibase(Uint8Array.from(bytes)));
        }""",
        [list(data) for data in given],
    )

    assert texts == [encode_multibase(data) for data in given]


def test_a_batch_is_signed_on_the_phone(told: Cast, page: Page) -> None:
    at_device(page, told, "amina")
    types_batch(page)

    expect(page.locator("[data-facts]")).to_contain_text("OWN-1")
    expect(page.locator("[data-facts]")).to_contain_text("100 kg")
    assert batch_by_path(OWN) is None
    signs(page)

    assert batch_by_path(OWN) is not None
    assert newest(1)[0].verification_method == own_method(told, "amina")


def test_a_report_is_signed_on_the_phone(told: Cast, page: Page) -> None:
    at_device(page, told, "ben")
    types_report(page)
    expect(page.locator("[data-facts]")).to_contain_text("噻虫嗪")
    signs(page)

    assert len(inspections_of_batch(PATH)) == 2
    assert newest(1)[0].verification_method == own_method(told, "ben")


def test_a_certificate_is_signed_on_the_phone(told: Cast, page: Page) -> None:
    at_device(page, told, "chloe")
    types_certificate(page)
    expect(page.locator("[data-facts]")).to_contain_text("GF-OWN")
    signs(page)

    assert len(certificates_of(told.chloe.organisation.did)) == 2
    assert newest(1)[0].verification_method == own_method(told, "chloe")


def between(page: Page, change: Callable[[str], str]) -> None:
    """Change what comes back from a form, as whoever sits between could."""

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        fetched = route.fetch(max_redirects=0)
        route.fulfill(response=fetched, body=change(fetched.text()))

    page.route("**/batches/new*", answer)


def altered(page: Page, old: str, new: str) -> None:
    """Replace every match of a pattern, of which there is one at least."""

    def change(text: str) -> str:
        assert re.search(old, text)
        return re.sub(old, new, text)

    between(page, change)


def test_a_document_changed_on_the_way_is_refused_in_red(
    told: Cast, page: Page
) -> None:
    at_device(page, told, "amina")
    altered(page, HARVESTED + "2026-11-20", HARVESTED + "2026-10-01")

    types_batch(page)

    expect(page.locator(REFUSED)).to_be_visible()
    expect(page.locator(f"{REFUSED} .verdict.red")).to_be_visible()
    expect(page.locator(NOW)).to_be_hidden()
    assert batch_by_path(OWN) is None


def test_a_document_and_hash_changed_together_are_seen_and_never_logged(
    told: Cast, page: Page
) -> None:
    at_device(page, told, "amina")
    method = own_method(told, "amina")

    def change(text: str) -> str:
        text = text.replace(HARVESTED + "2026-11-20", HARVESTED + "2026-10-01")
        found = re.search(r'data-created="([^"]+)" data-hash="(\w+)">([^<]+)<', text)
        assert found
        document = parse_object(unescape(found[3]).encode())
        forged = prepare(document, method, datetime.fromisoformat(found[1]))
        return text.replace(found[2], forged.hash_data.hex())

    between(page, change)
    types_batch(page)
    expect(page.locator("[data-facts]")).to_contain_text("2026-10-01")
    page.unroute("**/batches/new*")
    page.click(NOW)

    expect(page.locator(".faults")).to_be_visible()
    expect(page.locator("#lot")).to_have_value("OWN-1")
    assert batch_by_path(OWN) is None


def test_a_document_for_another_organisation_is_refused_in_red(
    told: Cast, page: Page
) -> None:
    at_device(page, told, "amina")
    altered(page, r"orgs:luoping-ginger&#34;,&#34;type", "orgs:x&#34;,&#34;type")

    types_batch(page)

    expect(page.locator(REFUSED)).to_be_visible()
    expect(page.locator(NOW)).to_be_hidden()


def test_the_hash_is_the_browsers_own(told: Cast, page: Page) -> None:
    at_device(page, told, "amina")
    altered(page, 'data-hash="[0-9a-f]+"', f'data-hash="{"00" * 64}"')

    types_batch(page)

    expect(page.locator(REFUSED)).to_be_visible()
    expect(page.locator(NOW)).to_be_hidden()


def test_the_key_of_a_lost_phone_signs_nothing_any_more(told: Cast, page: Page) -> None:
    at_device(page, told, "amina")
    types_batch(page)
    ends_key(told, told.amina, own_method(told, "amina"), "revoke")

    page.click(NOW)

    expect(page.locator(".faults")).to_be_visible()
    expect(page.locator("#lot")).to_have_value("OWN-1")
    expect(page.locator(HERE)).to_have_count(0)
    assert batch_by_path(OWN) is None


def test_a_phone_without_the_key_is_offered_none(told: Cast, page: Page) -> None:
    enrols_own(told, told.amina)
    sign_in_page(page, told, "amina")
    page.goto("/batches/new")

    expect(page.locator("[data-device-key]")).to_have_count(1)
    expect(page.locator("[data-device-key]")).to_be_hidden()


def test_a_browser_without_ed25519_offers_the_terminal(told: Cast, page: Page) -> None:
    page.add_init_script(
        "crypto.subtle.importKey = () => Promise.reject(new Error('no'))"
    )
    sign_in_page(page, told, "amina")
    page.goto("/keys")

    expect(page.locator("[data-no-ed25519]")).to_be_visible()
    expect(page.locator("[data-make]")).to_be_hidden()


def test_a_browser_that_cannot_keep_the_key_offers_the_terminal(
    told: Cast, page: Page
) -> None:
    page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('no'); }"
    )
    sign_in_page(page, told, "amina")
    page.goto("/keys")
    page.click("[data-make]")

    expect(page.locator("[data-no-ed25519]")).to_be_visible()
    assert len(keys_of(told.amina.organisation.did)) == 1


def test_the_pages_of_keys_work_without_scripts(
    told: Cast, open_page: OpenPage
) -> None:
    page = open_page("en", 360, scripts=False)
    sign_in_page(page, told, "amina")
    page.goto("/keys")

    expect(page.locator("main")).to_contain_text("registry sign key")
    expect(page.locator("[data-make]")).to_be_hidden()
