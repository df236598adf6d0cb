"""The shopper's phone against the real server: honest, lying, late or old-fashioned."""

import gzip
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Route,
    expect,
    sync_playwright,
)

from registry.interop.bundles import bundle_of
from registry.service import Registry, open_registry
from registry.store.database import database
from registry.web.standalone import joined_script
from tests.browser.conftest import FLAGS
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.registry import NOW, seeded_entropy
from tests.support.trust import (
    ROOT,
    UNION,
    UNIVERSITY,
    cosign,
    issues_trust_list,
    write_policy,
)
from tests.support.web import app_for, serve

BUNDLE = f"**/bundles{PATH}.json"
Lie = Callable[[str], str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A chromium that finds this machine under a name that is not trusted."""
    rules = "--host-resolver-rules=MAP village.example 127.0.0.1"
    path = shutil.which("chromium")
    if path is None and not os.environ.get("CI"):
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=[*FLAGS, rules]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry whose story is told and whose trust list asks for no witness."""
    embedded_cast.tells_the_story()
    issues_trust_list(embedded_cast.registry)
    return embedded_cast


def watched(told: Cast, *, hours: int) -> Registry:
    """Return the registry, watched by two witnesses who cosigned so long ago."""
    write_policy(told.registry.settings.home, threshold=2)
    issues_trust_list(told.registry)
    for witness in (UNION, UNIVERSITY):
        cosign(told.registry, witness, NOW - timedelta(hours=hours))
    registry = open_registry(told.registry.settings, seeded_entropy("watched"))
    database.connect(reuse_if_open=True)
    return registry


class Phone:
    """A shopper's browser before a served registry."""

    def __init__(self, browser: Browser, address: str, locale: str, width: int) -> None:
        self.context = browser.new_context(
            base_url=address, locale=locale, viewport={"width": width, "height": 800}
        )
        self.context.clock.set_fixed_time(NOW)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda sent: self.asked.append(sent.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        # That header means nothing over plain http, and chromium says so.
        if "Cross-Origin-Opener-Policy" not in said.text:
            self.complaints.append(said.text)

    def scan(self, path: str = PATH) -> tuple[str, str]:
        """Return how the page turned out: state, and the verdict's colour."""
        self.page.goto(path)
        self.page.wait_for_selector("[data-verified]:not([data-verified=checking])")
        state = self.page.get_attribute("[data-verify]", "data-verified")
        verdict = self.page.get_attribute("[data-verdict]", "class") or ""
        return str(state), verdict.replace("verdict", "").strip()

    def hears(self, what: str, lie: Lie) -> None:
        """Let somebody on the way, or the server, change an answer."""

        def answer(route: Route) -> None:
            fetched = route.fetch()
            route.fulfill(response=fetched, body=lie(fetched.text()))

        self.page.route(what, answer)

    @property
    def sentence(self) -> str:
        """What the page says of who checked."""
        return self.page.inner_text("[data-verify-result]")


Scans = Callable[..., Phone]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Scans]:
    """Open a phone: `phone(registry, "zh-CN", 360)`; nothing may complain."""
    stack: list[Phone] = []
    served = []

    def opened(
        registry: Registry,
        locale: str = "en",
        width: int = 360,
        now: datetime = NOW,
        host: str = "127.0.0.1",
    ) -> Phone:
        server = serve(app_for(registry, lambda: now))
        served.append(server)
        address = server.__enter__().replace("127.0.0.1", host)
        stack.append(Phone(browser, address, locale, width))
        return stack[-1]

    yield opened
    for each in stack:
        each.context.close()
    for server in served:
        server.__exit__(None, None, None)
    assert [each.complaints for each in stack if each.complaints] == []


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "Checked on your phone."), ("zh-CN", "手机")],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_an_honest_page_is_checked_on_the_phone(
    phone: Scans, told: Cast, locale: str, words: str, width: int
) -> None:
    shopper = phone(told.registry, locale, width)

    assert shopper.scan() == ("phone", "green")

    assert words in shopper.sentence
    shopper.page.click("[data-verify] summary")
    steps = shopper.page.locator("[data-step]").all_inner_texts()
    assert len(steps) == 6
    assert all(re.search(r"·\s\d+\sms$", step) for step in steps)
    assert shopper.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_whole_page_takes_four_requests_and_few_bytes(
    phone: Scans, told: Cast
) -> None:
    shopper = phone(told.registry)
    shopper.scan()

    assert len(shopper.asked) <= 4
    page = shopper.context.request.get(PATH).body()
    assert len(gzip.compress(page, 6)) <= 14_000
    assert len(gzip.compress(joined_script("page").encode(), 6)) <= 15_000


def test_the_facts_on_the_page_are_tied_to_what_was_signed(
    phone: Scans, told: Cast
) -> None:
    shopper = phone(told.registry)
    shopper.scan()

    exact = shopper.page.eval_on_selector_all(
        "[data-fact][data-exact]", "all => all.map((each) => each.dataset.fact)"
    )
    members = {fact.removeprefix("credentialSubject.") for fact in exact}
    assert members >= {
        "productName",
        "lot",
        "gtin",
        "harvestedOn",
        "quantity.value",
        "results.0.analyte",
        "certificateNumber",
        "validFrom",
        "validUntil",
    }


def test_a_slow_phone_checks_a_batch_quickly(phone: Scans, told: Cast) -> None:
    shopper = phone(told.registry)
    session = shopper.context.new_cdp_session(shopper.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    took = []
    for _ in range(4):
        assert shopper.scan()[0] == "phone"
        steps = shopper.page.locator("[data-step]").all_text_contents()
        # The first step waits for the network; the rest is the phone's own work.
        took.append(sum(int(re.findall(r"([0-9]+)\sms$", s)[0]) for s in steps[1:]))
    count = len(bundle_of(told.registry.ledger, PATH).records)
    print(f"{count} records, CPU / 6: {min(took)} to {max(took)} ms")
    # The number to reach is 150 ms; a busy machine must not fail the build.
    assert min(took) < 1500


@pytest.mark.parametrize(
    "lie",
    [
        lambda page: page.replace(">2026-11-01<", ">2026-11-19<"),
        lambda page: page.replace(
            'data-value="2026-11-01" data-exact>2026-11-01<',
            'data-value="2026-11-19" data-exact>2026-11-19<',
        ),
        lambda page: page.replace(">GF-53-2026-0001<", ">GF-53-2026-0009<"),
        lambda page: page.replace('>2,000 <span class="unit">kg', ">9,000 <span>kg"),
    ],
    ids=["harvest", "harvest and its value", "certificate", "quantity"],
)
def test_a_page_that_lies_about_a_fact_turns_red(
    phone: Scans, told: Cast, lie: Lie
) -> None:
    shopper = phone(told.registry)
    shopper.hears(f"**{PATH}", lie)

    assert shopper.scan() == ("failed", "red")
    assert "(fact_differs)" in shopper.sentence
    expect(shopper.page.locator(".verdict")).to_contain_text("Do not rely on this")


def test_a_page_that_leaves_out_a_test_turns_red(phone: Scans, told: Cast) -> None:
    shopper = phone(told.registry)
    article = re.compile(r'<article class="card" id="r-.*?</article>', re.DOTALL)
    shopper.hears(f"**{PATH}", lambda page: article.sub("", page, count=1))

    assert shopper.scan() == ("failed", "red")
    assert "(record_hidden)" in shopper.sentence


def test_a_failed_test_in_a_green_dress_turns_red(phone: Scans, told: Cast) -> None:
    told.logs_inspection(told.ben, number="LP-2026-0002", verdict="fail")
    shopper = phone(told.registry)
    shopper.hears(
        f"**{PATH}",
        lambda page: page.replace('class="verdict red"', 'class="verdict green"', 1),
    )

    assert shopper.scan() == ("failed", "red")
    assert "(verdict_differs)" in shopper.sentence


def _without_a_record(text: str) -> str:
    bundle = json.loads(text)
    bundle["records"] = [
        entry
        for entry in bundle["records"]
        if "InspectionRecord" not in entry["record"]
    ]
    return json.dumps(bundle)


def _with_another_signature(text: str) -> str:
    bundle = json.loads(text)
    for entry in bundle["records"]:
        if "OriginRecord" in entry["record"]:
            entry["record"] = re.sub(
                r'("proofValue":"z)..', r"\g<1>55", entry["record"]
            )
    return json.dumps(bundle)


def _with_another_root(text: str) -> str:
    bundle = json.loads(text)
    origin, size, root, rest = bundle["checkpoint"].split("\n", 3)
    bundle["checkpoint"] = "\n".join((origin, size, root[::-1], rest))
    return json.dumps(bundle)


@pytest.mark.parametrize(
    "lie",
    [_without_a_record, _with_another_signature, _with_another_root],
    ids=["record withheld", "signature forged", "checkpoint forged"],
)
def test_a_bundle_that_was_tampered_with_turns_the_page_red(
    phone: Scans, told: Cast, lie: Lie
) -> None:
    shopper = phone(told.registry)
    shopper.hears(BUNDLE, lie)

    assert shopper.scan() == ("failed", "red")


def test_a_trust_list_of_another_root_turns_the_page_red(
    phone: Scans, told: Cast
) -> None:
    shopper = phone(told.registry)
    other = UNION.verifier.public_key.hex()
    shopper.hears(
        "**/trust-list.json", lambda text: text.replace(ROOT.multibase, other)
    )

    assert shopper.scan() == ("failed", "red")


def test_a_fresh_quorum_is_counted_on_the_page(phone: Scans, told: Cast) -> None:
    shopper = phone(watched(told, hours=3))

    assert shopper.scan() == ("phone", "green")
    expect(shopper.page.locator("[data-verify]")).to_contain_text(
        "2 of 2 witnesses have confirmed this state"
    )


def test_a_server_that_hides_how_old_its_checkpoint_is_is_found_out(
    phone: Scans, told: Cast
) -> None:
    """The server's clock is a day behind; the phone's is not."""
    registry = watched(told, hours=25)
    shopper = phone(registry, now=NOW - timedelta(hours=24))

    assert shopper.scan() == ("stale", "yellow")
    assert "more than 24 hours ago" in shopper.sentence


def test_an_honest_server_says_itself_that_its_checkpoint_is_old(
    phone: Scans, told: Cast
) -> None:
    shopper = phone(watched(told, hours=25))

    assert shopper.scan() == ("stale", "yellow")


def test_one_witness_of_two_is_too_few(phone: Scans, told: Cast) -> None:
    registry = watched(told, hours=1)
    told.registers_batch(told.amina, lot="261101-002")
    cosign(registry, UNION, NOW)
    shopper = phone(registry)

    other = PATH.replace(LOT, "261101-002")
    assert shopper.scan(other) == ("stale", "yellow")
    assert shopper.scan(PATH) == ("phone", "green")


def test_a_product_page_is_checked_as_well(phone: Scans, told: Cast) -> None:
    shopper = phone(told.registry)

    assert shopper.scan(f"/01/{GTIN}")[0] == "phone"


def test_without_cryptography_the_page_says_that_the_server_checked(
    phone: Scans, told: Cast
) -> None:
    """Plain http that is not of this machine has no `crypto.subtle`."""
    shopper = phone(told.registry, host="village.example")

    assert shopper.scan() == ("server", "green")
    assert shopper.sentence == "Checked by the server: this browser cannot check."
    assert shopper.page.locator("[data-step]").count() == 0


def test_without_scripts_the_page_says_that_the_server_checked(
    browser: Browser, told: Cast
) -> None:
    with serve(app_for(told.registry)) as address:
        context = browser.new_context(
            base_url=address, locale="en", java_script_enabled=False
        )
        page = context.new_page()
        page.goto(PATH)
        expect(page.locator("[data-verify-result]")).to_have_text(
            "Checked by the server."
        )
        assert page.get_attribute("[data-verify]", "data-verified") is None
        context.close()
