"""The whole story in a real browser, on both databases.

Amina registers a batch and records an input, Ben logs a test, Chloe certifies, Amina
prints labels; a shopper scans one, reads the verdict, and software that was not written
here verifies the records. Then somebody changes one byte in the database.
"""

import copy
import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zxingcpp
from apsig.proof import ProofVerifier
from click.testing import CliRunner
from did_webvh.core.proof import di_jcs_verify
from PIL import Image
from playwright.sync_api import Browser, Page

from registry.cli import main
from registry.clock import legal_date
from registry.signing.did import parse_verification_method
from registry.store.database import database, is_embedded
from registry.store.tables.log import Record
from tests.support.browsing import chromium
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.web import app_for, enrol, password_of, serve

SERVED_FROM = "https://trace.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for the file."""
    with chromium() as running:
        yield running


class People:
    """Everybody at their own browser."""

    def __init__(self, browser: Browser, cast: Cast, address: str) -> None:
        self._browser = browser
        self._cast = cast
        self.address = address
        self._pages: list[Page] = []

    def shopper(self, locale: str = "zh-CN") -> Page:
        """Return a phone that nobody has signed in on."""
        context = self._browser.new_context(
            base_url=self.address,
            locale=locale,
            viewport={"width": 360, "height": 740},
        )
        page = context.new_page()
        self._pages.append(page)
        return page

    def at_work(self, name: str) -> Page:
        """Return a browser in which one of the cast has signed in."""
        enrol(self._cast, name)
        page = self.shopper("en-GB")
        page.goto("/login")
        page.fill("[name=login]", name)
        page.fill("[name=password]", password_of(name))
        send(page)
        return page

    def go_home(self) -> None:
        """Close every browser."""
        for page in self._pages:
            page.context.close()


def send(page: Page, button: str = "main form button.button[type=submit]") -> None:
    """Press the button that sends the form, and require that it was accepted."""
    page.locator(button).last.click()
    page.wait_for_load_state()
    faults = page.locator(".faults")
    assert faults.count() == 0, faults.inner_text()


@pytest.fixture
def people(cast: Cast, browser: Browser) -> Iterator[People]:
    """The cast, each at a browser of their own."""
    with serve(app_for(cast.registry, lambda: cast.now)) as address:
        found = People(browser, cast, address)
        yield found
        found.go_home()


def amina_registers(people: People, cast: Cast) -> Page:
    """Product, plot, batch and the input used on it."""
    page = people.at_work("amina")
    page.goto("/products/new")
    page.fill("[name=name]", "罗平小黄姜")
    page.fill("[name=name_en]", "Luoping small yellow ginger")
    page.fill("[name=commodity]", "姜")
    page.fill("[name=gtin]", GTIN)
    send(page)
    page.goto("/plots/new")
    page.fill("[name=code]", "P1")
    page.fill("[name=name]", "河边地")
    page.fill("[name=area]", "10")
    send(page)
    page.goto("/batches/new")
    page.select_option("[name=gtin]", GTIN)
    page.check("[name=plots][value=P1]")
    page.fill("[name=planted_on]", "2026-03-01")
    page.fill("[name=harvested_on]", "2026-11-01")
    page.fill("[name=quantity]", "4000")
    page.select_option("[name=unit]", "斤")
    page.locator("details").last.evaluate("node => { node.open = true }")
    page.fill("[name=lot]", LOT)
    send(page, "button[name=intent][value=register]")
    page.goto(f"/batches/{GTIN}/{LOT}/operations/new")
    page.fill("[name=substance]", "噻虫嗪")
    page.fill("[name=dose]", "10 g/亩")
    page.fill("[name=applied_on]", "2026-07-01")
    send(page)
    return page


def ben_tests(people: People, cast: Cast) -> None:
    """Find the batch by its number and log a clean result."""
    page = people.at_work("ben")
    page.goto("/inspections/find")
    page.fill("[name=code]", LOT)
    page.locator("main form").first.locator("button.button").first.click()
    page.wait_for_load_state()
    page.goto(f"/inspections/new?batch={PATH}")
    today = legal_date(cast.now)
    page.fill("[name=number]", "LP-2026-0001")
    page.fill("[name=sample_number]", "S-1")
    page.fill("[name=sampled_on]", (today - timedelta(days=3)).isoformat())
    page.fill("[name=tested_on]", today.isoformat())
    page.fill("[name=results-0-analyte]", "噻虫嗪")
    page.check("[name=results-0-not_detected]")
    page.fill("[name=results-0-loq]", "0.01")
    page.select_option("[name=results-0-unit]", "mg/kg")
    page.fill("[name=results-0-method]", "GB 23200.121-2026")
    page.check("[name=verdict][value=pass]")
    page.get_by_role("button", name="Sign and log the report").click()
    page.wait_for_load_state()
    assert page.locator(".faults").count() == 0, page.locator("main").inner_text()


def chloe_certifies(people: People, cast: Cast) -> None:
    """Certify the batch for a year."""
    page = people.at_work("chloe")
    page.goto("/certifications/new")
    page.fill("[name=paths-0-code]", PATH)
    page.fill("[name=standard]", "NY/T 1193")
    page.fill("[name=number]", "GF-53-0001")
    page.fill("[name=valid_from]", legal_date(cast.now).isoformat())
    page.fill("[name=valid_until]", "2027-11-19")
    page.get_by_role("button", name="Sign and issue the certificate").click()
    page.wait_for_load_state()
    assert page.locator(".faults").count() == 0, page.locator("main").inner_text()


def amina_prints(page: Page, people: People) -> bytes:
    """Issue item labels and return the picture of the third."""
    page.goto(f"/batches/{GTIN}/{LOT}/labels")
    page.fill("[name=count]", "12")
    page.fill("[name=net_content]", "2.5")
    page.get_by_role("button", name="Sign and issue").click()
    page.wait_for_load_state()
    assert page.locator(".faults").count() == 0, page.locator("main").inner_text()
    answer = page.request.get(f"{people.address}/batches/{GTIN}/{LOT}/labels/0/3.png")
    assert answer.ok
    return answer.body()


def read_symbol(png: bytes) -> str:
    """Return what a decoder that is not ours reads off a label's picture."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("L"))
    assert len(found) == 1
    return str(found[0].text)


def fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request) as answer:
        body: bytes = answer.read()
    return body


def foreign_verify(secured: bytes) -> None:
    """Let two libraries that were not written here verify a record."""
    record = json.loads(secured)
    _, key = parse_verification_method(record["proof"]["verificationMethod"])
    method = {"type": "Multikey", "publicKeyMultibase": key.multibase}
    di_jcs_verify(copy.deepcopy(record), copy.deepcopy(record["proof"]), method)
    ProofVerifier(key.multibase).verify_proof(copy.deepcopy(record), raise_on_fail=True)


def flip_one_byte() -> None:
    """Change one byte of the signed origin record, as only the operator can."""
    row = Record.select().where(Record.record_type == "OriginRecord").first()
    secured = bytes(row.secured)
    at = secured.index(b"2026-11-01")
    changed = secured[: at + 9] + b"2" + secured[at + 10 :]
    if is_embedded():
        database.execute_sql("DROP TRIGGER record_no_update")
    else:
        database.execute_sql("ALTER TABLE record DISABLE TRIGGER ALL")
    Record.update(secured=changed).where(Record.leaf_index == row.leaf_index).execute()


def verify_command(url: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["verify", url])
    return result.exit_code, result.output


def test_from_the_field_to_the_shelf_and_caught_in_the_act(
    people: People, cast: Cast, tmp_path: Path
) -> None:
    page = amina_registers(people, cast)
    ben_tests(people, cast)
    chloe_certifies(people, cast)
    printed = read_symbol(amina_prints(page, people))

    assert printed.startswith(f"{SERVED_FROM}{PATH}/21/")
    local = people.address + urlsplit(printed).path
    shopper = people.shopper()
    answer = shopper.goto(local)
    assert answer is not None
    assert answer.status == 200
    assert shopper.locator(".verdict.green").count() == 1
    shown = shopper.locator("main").inner_text()
    for fact in ("罗平小黄姜", LOT, "LP-2026-0001", "GF-53-0001", "噻虫嗪"):
        assert fact in shown

    for row in Record.select():
        foreign_verify(bytes(row.secured))
    exit_code, output = verify_command(people.address + PATH)
    assert exit_code == 0, output

    signed = fetch(people.address + PATH)
    flip_one_byte()

    shopper.goto(local)
    assert shopper.locator(".verdict.red").count() == 1
    exit_code, output = verify_command(people.address + PATH)
    assert exit_code == 1, output
    saved = tmp_path / "bundle.json"
    saved.write_bytes(signed.replace(b"2026-11-01", b"2026-11-02", 1))
    assert verify_command(str(saved))[0] == 1
    # The log itself is whole again for the check that follows every test.
    row = Record.select().where(Record.record_type == "OriginRecord").first()
    good = bytes(row.secured).replace(b"2026-11-02", b"2026-11-01", 1)
    Record.update(secured=good).where(Record.leaf_index == row.leaf_index).execute()
