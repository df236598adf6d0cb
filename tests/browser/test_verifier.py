"""The phone's JavaScript in a real browser, held to the same vectors as Python.

Shared vectors, mutated bundles and made-up documents come out alike in both; the
shopper's page and the saved verifier say what they proved and nothing more.
"""

import gzip
import io
import json
import os
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    sync_playwright,
)

from registry.domain.records import RecordType
from registry.errors import BadRecord
from registry.signing.canonical import canonicalize, parse_object
from registry.signing.keys import public_key_of
from registry.signing.trust_list import issue_trust_list
from registry.web.assets import STATIC
from registry.web.standalone import MODULES, joined_script, verifier_page
from tests.support.keys import seed
from tests.vectors import generate_phone
from tests.vectors.bundles import stories
from tests.vectors.label_payload import labels
from tests.vectors.phone_cast import (
    CHLOE,
    CONTEXT,
    LABEL_KEY,
    NOW,
    OTHER_PATH,
    PATH,
    ROOT,
    ROOT_SIGNER,
    about,
    label_header,
    story,
    trust_list,
    write_log,
)
from tests.vectors.phone_checks import Case, outcome

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
SCRIPT_BUDGET = 15_000  # bytes compressed, as served

# Where CI promises a browser, a missing one fails.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed"
)

# What `tests.vectors.phone_checks` does in Python.
CHECKS = """
async ([kind, cases]) => {
  const names = ["refusal", "bundle", "label", "trust", "note", "multibase"];
  const m = Object.assign({}, ...await Promise.all(
    names.map((name) => import(`/verify/${name}.js`))));
  const checks = {
    label_payload: async (c) => m.verifyLabel(m.parseLabel(c.label), {
      labelKeys: await Promise.all(c.labelKeys.map(m.readLabelKey)),
      runs: c.labelRuns,
    }),
    trust_list: async (c) => (await m.verifyTrustList(
      c.list, c.root, c.last_version, Date.parse(c.now))).version,
    batch_index: async (c) => m.verifyIndex(
      c.note, c.path,
      { treeSize: c.tree_size, rootHash: m.decodeBase64(c.root_hash) },
      Object.keys(c.records).map(
        (n) => ({ leafIndex: Number(n), batches: c.records[n] })),
      { origin: c.origin, log: await m.parseVkey(c.log_vkey, m.LOG_KEY) }),
    bundles: async (c) => {
      const now = Date.parse(c.now);
      const trust = await m.verifyTrustList(c.trust_list, c.root, 0, now);
      const proved = await m.verifyBundle(c.bundle, trust, now, () => {});
      return {
        batch: proved.batch,
        treeSize: proved.treeSize,
        leafIndexes: proved.records.map((record) => record.leafIndex),
        freshness: proved.freshness,
        newerTrust: proved.newerTrust,
      };
    },
  };
  const outcomes = [];
  for (const c of cases) {
    try {
      outcomes.push({ result: await checks[kind](c) });
    } catch (error) {
      outcomes.push({ code: error instanceof m.Refusal ? error.code : String(error) });
    }
  }
  return outcomes;
}
"""
CANONICAL = """
async (texts) => {
  const { parseObject, canonicalize } = await import("/verify/canonical.js");
  return texts.map((text) => {
    try {
      return canonicalize(parseObject(text));
    } catch (error) {
      return error.code === undefined ? String(error) : null;
    }
  });
}
"""


class Site(SimpleHTTPRequestHandler):
    """Serves the static folder and pages of the tests, without a line for each."""

    pages: dict[str, tuple[str, bytes]]

    def do_GET(self) -> None:
        page = self.pages.get(self.path)
        if page is None:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", page[0])
        self.send_header("Content-Length", str(len(page[1])))
        self.end_headers()
        self.wfile.write(page[1])
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    Site.pages = {"/empty": ("text/html", b"<!doctype html><title>empty</title>")}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=STATIC))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(browser: Browser, site: str) -> Iterator[Page]:
    """A page on which modules are imported and run."""
    page = browser.new_page()
    page.goto(f"{site}/empty")
    yield page
    page.close()


# --- The same vectors, the same answers


@pytest.mark.parametrize("kind", generate_phone.KINDS)
def test_each_vector_comes_out_as_it_says(lab: Page, kind: str) -> None:
    files = sorted((generate_phone.HERE / kind).glob("*.json"))
    cases = [json.loads(path.read_text("utf-8")) for path in files]
    assert len(cases) > 10
    expected = [
        {key: case[key] for key in ("code", "result") if key in case} for case in cases
    ]
    outcomes = lab.evaluate(CHECKS, [kind, cases])
    names = [path.stem for path in files]
    found = dict(zip(names, outcomes, strict=True))
    assert found == dict(zip(names, expected, strict=True))


def mutated(generator: random.Random) -> str:
    """Return the genuine bundle with one thing changed that nobody signed."""
    document = json.loads(canonicalize(stories.GENUINE))
    record = generator.choice(document["records"])
    other = generator.choice([r for r in document["records"] if r is not record])
    # The name in a witness's line is not signed: under another, it is nobody's line.
    signed, dash, cosigned = document["checkpoint"].partition("\u2014 witness")
    cosigned = dash + cosigned
    changes: list[Callable[[], object]] = [
        lambda: record.update(
            record=_one_character_changed(record["record"], generator)
        ),
        lambda: record.update(record=other["record"]),
        lambda: record.update(leafIndex=generator.randrange(30) + 13),
        lambda: record.update(path=other["path"]),
        lambda: record.update(batches=[OTHER_PATH]),
        lambda: record["path"].append(record["path"][0]),
        lambda: record["path"].pop(generator.randrange(len(record["path"]))),
        lambda: document["records"].remove(record),
        lambda: document["records"].append(record),
        lambda: document.update(batch=OTHER_PATH),
        lambda: document.update(
            batchIndex=_one_character_changed(document["batchIndex"], generator)
        ),
        lambda: document.update(
            checkpoint=_one_character_changed(signed, generator) + cosigned
        ),
        lambda: document.pop(generator.choice(["checkpoint", "batchIndex", "format"])),
    ]
    generator.choice(changes)()
    return json.dumps(document, ensure_ascii=False)


def _one_character_changed(text: str, generator: random.Random) -> str:
    position = generator.randrange(len(text))
    new = generator.choice([c for c in '0Az"} ,\n' if c != text[position]])
    return text[:position] + new + text[position + 1 :]


def test_200_mutated_bundles_are_refused_alike(lab: Page) -> None:
    generator = random.Random("mutated bundles")
    genuine = stories.vectors()["genuine"]
    assert isinstance(genuine, dict)
    cases = [genuine | {"bundle": mutated(generator)} for _ in range(200)]
    in_python = [outcome("bundles", case) for case in cases]
    in_browser = lab.evaluate(CHECKS, ["bundles", cases])
    assert in_browser == in_python
    assert {case.get("code") for case in in_python} == {
        "bad_batch_index",
        "bad_checkpoint",
        "bad_record",
        "incomplete_bundle",
        "not_in_log",
        "untrusted_key",
    }


def in_python(text: str) -> str | None:
    try:
        return canonicalize(parse_object(text.encode())).decode()
    except BadRecord:
        return None


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=6)
)
DOCUMENTS = st.dictionaries(
    st.text(st.characters(codec=None), max_size=6),
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    ),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(DOCUMENTS.map(json.dumps), min_size=1, max_size=12))
def test_documents_are_canonicalised_as_in_python(lab: Page, texts: list[str]) -> None:
    assert lab.evaluate(CANONICAL, texts) == list(map(in_python, texts))


ODD_TEXTS = [
    '{"a":1,"a":1}',
    '{"a":{"b":1,"b":2}}',
    '{"\\u0061":1,"a":2}',
    '{"__proto__":{"x":1},"a":1}',
    '{"__proto__":1,"__proto__":2}',
    '{"constructor":1,"toString":"x"}',
    '{"a":-0}',
    '{"a":1.0}',
    '{"a":1e3}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":NaN}',
    '{"a":-Infinity}',
    '{"a":9007199254740991}',
    '{"a":9007199254740992}',
    '{"a":-9007199254740993}',
    '{"a":"\\ud83c\\udf48"}',
    '{"a":"\\ud83c"}',
    '{"a":"\\udf48\\ud83c"}',
    '{"a":"\t"}',
    '{"a":"\\x41"}',
    '{"a":"\\u00 1"}',
    '{"a":"\\/\\b\\u007f\\u2028"}',
    "{'a':1}",
    '{"a":1,}',
    '{"a":[1,]}',
    '{"a" 1}',
    '{"a":1}x',
    '{"a":1} \n\t\r',
    '\ufeff{"a":1}',
    '\u00a0{"a":1}',
    '{"a":tru}',
    '{"a":"b',
    "{",
    "",
    "[]",
    '"a"',
    "null",
    '{"\\ue000":1,"\\ud83c\\udf48":2,"a":3,"10":4,"9":5}',
    '{"a":' * 32 + "1" + "}" * 32,
    '{"a":' * 33 + "1" + "}" * 33,
    '{"a":' + "[" * 31 + "]" * 31 + "}",
    '{"a":' + "[" * 32 + "]" * 32 + "}",
]


def test_odd_texts_are_read_as_in_python(lab: Page) -> None:
    found = dict(zip(ODD_TEXTS, lab.evaluate(CANONICAL, ODD_TEXTS), strict=True))
    assert found == {text: in_python(text) for text in ODD_TEXTS}


# --- The shopper's page

WORDS = {
    "phone": "checked on your phone",
    "server": "checked by the server, not by your phone",
    "checking": "checking",
    "failed": "does not agree",
    "stale": "seen too long ago",
    "few_witnesses": "too few witnesses",
    "unreachable": "the proof could not be fetched",
    "first_use": "first visit",
    **{
        f"step_{name}": name
        for name in ("trust_list", "checkpoint", "inclusion", "signatures", "complete")
    },
    "step_facts": "facts",
}
QUANTITY = '<dd data-fact="credentialSubject.quantity.value" data-value="2000">2 t</dd>'
LOT = '<dd data-fact="credentialSubject.lot" data-value="261101-001" data-exact>'


def shopper_page(facts: str, batch: str = PATH, root: str = ROOT.multibase) -> bytes:
    """Return a page as the registry serves it, with `facts` of the origin record."""
    numbers = (f"00000000-0000-4000-8000-{n:012}" for n in range(13))
    shown = "".join(f'<p data-record="{n}"></p>' for n in numbers)
    origin = "00000000-0000-4000-8000-000000000008"
    messages = json.dumps(WORDS).replace('"', "&quot;")
    return f"""<!doctype html><html lang="en"><title>batch</title>
<div class="verdict green" data-verdict>fine</div>
<template data-verdict-failed><div class="verdict red" data-verdict>red</div></template>
<template data-verdict-stale><div class="verdict yellow" data-verdict>yellow</div>
</template>
<dl data-record="{origin}">{facts}</dl>{shown}
<section data-verify data-batch="{batch}" data-bundle="/bundle" data-trust="/trust"
 data-root="{root}" data-messages="{messages}">
<p data-verify-result>checked by the server</p><ol data-verify-steps></ol></section>
<script src="/page.js"></script>""".encode()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A phone's browser, with the genuine bundle and trust list on the site."""
    bundle = stories.bundle(write_log(story()))
    Site.pages |= {
        "/page.js": ("text/javascript", joined_script("page").encode()),
        "/bundle": ("application/json", canonicalize(bundle)),
        "/trust": ("application/json", stories.TRUST.encode()),
        PATH: ("text/html", shopper_page(f"{QUANTITY}{LOT}261101-001</dd>")),
    }
    context = browser.new_context(base_url=site)
    context.clock.set_fixed_time(NOW)
    yield context
    context.close()


def seen_on(context: BrowserContext, path: str = PATH) -> tuple[str, str, str]:
    """Return how a page turned out: state, verdict's classes, sentence."""
    page = context.new_page()
    page.goto(path)
    page.wait_for_selector("[data-verified]:not([data-verified=checking])")
    state = page.get_attribute("[data-verify]", "data-verified")
    verdict = page.get_attribute("[data-verdict]", "class")
    sentence = page.inner_text("[data-verify-result]")
    return str(state), str(verdict), sentence


def test_a_page_that_agrees_is_checked_on_the_phone(visit: BrowserContext) -> None:
    state, verdict, sentence = seen_on(visit)
    assert (state, verdict) == ("phone", "verdict green")
    assert sentence == "checked on your phone first visit"
    page = visit.pages[0]
    steps = page.eval_on_selector_all("[data-step]", "all => all.map(s => s.innerText)")
    names = [re.sub(r"\s·\s\d+\sms$", "", step) for step in steps]
    assert names == [
        "trust_list",
        "checkpoint",
        "inclusion",
        "signatures",
        "complete",
        "facts",
    ]
    assert seen_on(visit)[2] == "checked on your phone"


@pytest.mark.parametrize(
    "facts",
    [
        QUANTITY.replace('"2000"', '"9000"'),
        QUANTITY.replace("quantity.value", "quantity.amount"),
        QUANTITY.replace("quantity.value", "quantity"),
        LOT + "261101-009</dd>",
        "",
    ],
)
def test_a_fact_that_was_not_signed_turns_the_page_red(
    visit: BrowserContext, facts: str
) -> None:
    Site.pages[PATH] = ("text/html", shopper_page(facts))
    state, verdict, sentence = seen_on(visit)
    assert (state, verdict) == ("failed", "verdict red")
    assert sentence == "does not agree (fact_differs)"


def test_a_spoiled_bundle_turns_the_page_red(visit: BrowserContext) -> None:
    spoiled = canonicalize(stories.GENUINE).replace(b"2000", b"9000")
    Site.pages["/bundle"] = ("application/json", spoiled)
    assert seen_on(visit)[:2] == ("failed", "verdict red")


def test_a_bundle_of_another_batch_turns_the_page_red(visit: BrowserContext) -> None:
    facts = QUANTITY
    Site.pages[OTHER_PATH] = ("text/html", shopper_page(facts))
    assert seen_on(visit, OTHER_PATH)[2] == "does not agree (other_batch)"
    Site.pages[PATH] = ("text/html", shopper_page(facts, batch=OTHER_PATH))
    assert seen_on(visit)[2] == "does not agree (other_batch)"


def test_an_old_cosignature_turns_green_to_yellow(visit: BrowserContext) -> None:
    visit.clock.set_fixed_time(NOW + timedelta(hours=30))
    assert seen_on(visit) == ("stale", "verdict yellow", "seen too long ago")


def test_an_older_trust_list_than_last_time_turns_the_page_red(
    visit: BrowserContext,
) -> None:
    newer = issue_trust_list(trust_list(version=8), CONTEXT, ROOT_SIGNER)
    genuine = Site.pages["/trust"]
    Site.pages["/trust"] = ("application/json", newer)
    assert seen_on(visit)[0] == "phone"
    Site.pages["/trust"] = genuine
    assert seen_on(visit)[2] == "does not agree (rollback)"


def test_another_root_than_on_the_first_visit_turns_the_page_red(
    visit: BrowserContext,
) -> None:
    assert seen_on(visit)[0] == "phone"
    other = public_key_of(seed("eve")).multibase
    Site.pages[PATH] = ("text/html", shopper_page(QUANTITY, root=other))
    assert seen_on(visit)[2] == "does not agree (untrusted_key)"


def test_without_ed25519_the_page_says_that_the_server_checked(
    visit: BrowserContext,
) -> None:
    visit.add_init_script("delete Object.getPrototypeOf(crypto).subtle")
    assert seen_on(visit) == ("server", "verdict green", WORDS["server"])


def test_a_proof_that_cannot_be_fetched_changes_nothing(visit: BrowserContext) -> None:
    del Site.pages["/bundle"]
    assert seen_on(visit) == ("server", "verdict green", WORDS["unreachable"])


def test_a_fault_of_the_browser_does_not_look_like_a_forgery(
    visit: BrowserContext,
) -> None:
    visit.add_init_script(
        "SubtleCrypto.prototype.digest = () => Promise.reject(new TypeError('broken'))"
    )
    assert seen_on(visit) == ("server", "verdict green", WORDS["unreachable"])


def test_a_slow_phone_checks_a_batch_quickly(lab: Page) -> None:
    others = [said for _ in range(200) for said in about(OTHER_PATH)]
    bundle = stories.bundle(write_log([*story(), *others]))
    genuine = stories.vectors()["genuine"]
    assert isinstance(genuine, dict)
    case: Case = genuine | {"bundle": canonicalize(bundle).decode()}
    session = lab.context.new_cdp_session(lab)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    timed = (
        f"async (given) => {{ const run = {CHECKS}; const began = performance.now();"
    )
    timed += (
        "const found = await run(given); return [performance.now() - began, found] }"
    )
    took, outcomes = zip(
        *(lab.evaluate(timed, ["bundles", [case]]) for _ in range(5)), strict=True
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()
    assert all(found[0]["result"]["treeSize"] == 1018 for found in outcomes)
    print(f"13 records, CPU / 6: {min(took):.0f} to {max(took):.0f} ms")
    # The number to reach is 150 ms; a busy machine must not fail the build.
    assert min(took) < 1500


# --- One script, one file


def test_the_scripts_fit_the_budget() -> None:
    page, saved = map(joined_script, ("page", "standalone"))
    lines = set(page.splitlines())
    both = page + "\n".join(line for line in saved.splitlines() if line not in lines)
    for script in (page, saved, both):
        assert len(gzip.compress(script.encode(), 9)) <= SCRIPT_BUDGET


def test_modules_share_a_scope_without_sharing_a_name() -> None:
    declared = re.compile(
        r"^(?:export )?(?:async )?(?:function|class|const|let|var) (\w+)", re.MULTILINE
    )
    names = [
        name
        for path in MODULES.glob("*.js")
        for name in declared.findall(path.read_text("utf-8"))
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("entry", ["page", "standalone"])
def test_a_joined_script_is_no_module_and_of_2017(entry: str) -> None:
    script = joined_script(entry)
    assert not re.search(r"\bimport\b|\bexport\b", script)
    later = (
        r"\?\.|\?\?|\{ \.\.\.|catch \{|\*\*|\b\d+n\b|for await|\.at\(|\.flat"
        r"|matchAll|replaceAll|fromEntries|#\w+\s*[=(;]"
    )
    assert not re.search(later, script)


def test_a_trust_list_that_would_end_its_script_is_not_put_in() -> None:
    with pytest.raises(ValueError, match="no <"):
        verifier_page(b'{"x":"</script>"}', ROOT)


LIST = trust_list(frozenset({label_header(labels.RUN, LABEL_KEY, labels.PRINTED).run}))


@pytest.fixture
def saved(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The verifier, saved, opened from disk in flight mode; nothing may complain."""
    file = tmp_path / "verifier.html"
    file.write_bytes(verifier_page(issue_trust_list(LIST, CONTEXT, ROOT_SIGNER), ROOT))
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, locale="zh-CN", offline=True
    )
    context.clock.set_fixed_time(NOW)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function("document.getElementById('trust').textContent.length > 5")
    yield page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints == []
    context.close()


def given_text(page: Page, text: str) -> str:
    """Paste `text`, ask for a check, and return colour and word of the outcome."""
    page.evaluate("document.getElementById('result').removeAttribute('data-outcome')")
    page.fill("#text", text)
    page.click("#check")
    return outcome_on(page)


def outcome_on(page: Page) -> str:
    page.wait_for_selector("#result[data-outcome]")
    return str(page.get_attribute("#result", "data-outcome"))


def as_file(name: str, data: bytes, mime: str = "application/json") -> FilePayload:
    return {"name": name, "mimeType": mime, "buffer": data}


def test_a_saved_page_checks_a_bundle_in_flight_mode(saved: Page) -> None:
    assert given_text(saved, json.dumps(stories.GENUINE, indent=1)) == "ink agree"
    assert "罗平小黄姜" in saved.inner_text("#result")
    saved.click("#result summary >> nth=1")
    assert "2000" in saved.inner_text("#result details[open]")


def test_a_saved_page_says_how_old_its_trust_list_is(saved: Page) -> None:
    assert saved.inner_text("#trust") == (
        "信任清单第 7 版，2 天前签发，有效至 2027-02-20。"
    )
    saved.click("#language")
    assert saved.inner_text("#trust") == (
        "Trust list version 7, issued 2 days ago, valid until 2027-02-20."
    )


def test_a_saved_page_speaks_both_languages(saved: Page) -> None:
    words = json.loads(saved.inner_text("#words") or saved.text_content("#words") or "")
    assert words["zh"].keys() == words["en"].keys()
    given_text(saved, labels.label())
    assert "标签签名有效" in saved.inner_text("#result")
    saved.click("#language")
    assert "The label's signature holds" in saved.inner_text("#result")
    assert saved.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_saved_page_tells_labels_apart(saved: Page) -> None:
    cases = labels.vectors()
    expected = {
        "genuine": "ink run_confirmed",
        "run_not_on_the_list": "yellow run_not_confirmed",
        "refused_unknown_key": "grey unknown_key",
        "refused_no_payload": "grey malformed",
        "refused_version_2": "grey unsupported_version",
        "refused_revoked_key": "red disagree",
        "refused_day_after_window": "red disagree",
        "refused_other_serial": "red disagree",
    }
    found = {}
    for name in expected:
        case = cases[name]
        assert isinstance(case, dict)
        found[name] = given_text(saved, case["label"])
    assert found == expected


def test_bad_news_under_good_signatures_never_looks_content(saved: Page) -> None:
    said = story()
    failed = (*said[10][:2], dict(said[10][2]) | {"verdict": "fail"}, said[10][3])
    revoked = (CHLOE, RecordType.CERTIFICATION_STATUS, {"change": "revoke"}, (PATH,))
    for log, colour, words in (
        ([*said[:10], failed], "red do_not_eat", "检测结果不合格"),
        ([*said, revoked], "yellow attention", "认证被暂停或撤销"),
    ):
        given = json.dumps(stories.bundle(write_log(log)))
        assert given_text(saved, given) == colour
        assert words in saved.inner_text("#result")


def test_a_stale_or_spoiled_bundle_is_told(saved: Page) -> None:
    cases = stories.vectors()
    for name, expected in (
        ("cosigned_25_hours_ago", "yellow attention"),
        ("made_by_a_newer_list", "yellow attention"),
        ("refused_record_withheld", "red disagree"),
        ("refused_not_json", "red disagree"),
    ):
        case = cases[name]
        assert isinstance(case, dict)
        assert given_text(saved, case["bundle"]) == expected, name


def test_a_newer_trust_list_comes_by_file_and_an_older_never(saved: Page) -> None:
    newer, older = (
        issue_trust_list(trust_list(version=version), CONTEXT, ROOT_SIGNER)
        for version in (9, 8)
    )
    saved.set_input_files("#file", as_file("trust.json", newer))
    assert outcome_on(saved) == "ink trust_loaded"
    assert "第 9 版" in saved.inner_text("#trust")
    assert given_text(saved, older.decode()) == "grey rollback"
    assert "第 9 版" in saved.inner_text("#trust")


def test_an_expired_trust_list_checks_nothing(saved: Page) -> None:
    saved.context.clock.set_fixed_time(LIST.expires)
    saved.reload()
    assert outcome_on(saved) == "grey expired"
    assert given_text(saved, labels.label()) == "grey no_trust_list"


def test_a_photo_needs_a_browser_that_reads_codes(saved: Page) -> None:
    photo = as_file("label.png", b"", "image/png")
    saved.set_input_files("#file", photo)
    assert outcome_on(saved) == "grey no_camera"


def test_a_photo_is_read_where_the_browser_reads_codes(saved: Page) -> None:
    saved.evaluate(
        """(text) => { window.BarcodeDetector = class {
            async detect() { return [{ rawValue: text }]; } }; }""",
        labels.label(),
    )
    photo = io.BytesIO()
    Image.new("L", (8, 8)).save(photo, "PNG")
    saved.set_input_files("#file", as_file("a.png", b"no picture", "image/png"))
    assert outcome_on(saved) == "grey no_code"
    saved.set_input_files("#file", as_file("b.png", photo.getvalue(), "image/png"))
    saved.wait_for_selector('#result[data-outcome="ink run_confirmed"]')


def test_a_file_can_be_dropped(saved: Page) -> None:
    saved.evaluate(
        """(text) => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([text], "bundle.json"));
            document.getElementById("drop").dispatchEvent(
                new DragEvent("drop", { dataTransfer: dropped }));
        }""",
        json.dumps(stories.GENUINE),
    )
    assert outcome_on(saved) == "ink agree"


def test_a_saved_page_reaches_no_network(saved: Page) -> None:
    policy = saved.get_attribute("meta[http-equiv]", "content") or ""
    assert "connect-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"(?:src|href)=.(?!data:)", saved.content())


def test_signed_text_is_never_markup(saved: Page) -> None:
    said = story()
    product = dict(said[7][2]) | {"name": "<img src=x onerror=alert(1)>"}
    said[7] = (said[7][0], said[7][1], product, said[7][3])
    given_text(saved, json.dumps(stories.bundle(write_log(said))))
    assert saved.query_selector("#result img") is None
    assert "<img src=x" in saved.inner_text("#result")
