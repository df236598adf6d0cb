"""What a phone fetches: trust list, script, bundles, the verifier to keep."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from registry.interop.bundles import Judging
from registry.interop.publish import publish
from registry.interop.trust import FILE, issued_list
from registry.service import open_registry
from registry.signing.trust_list import verify_trust_list
from registry.store.database import database
from registry.verify import parse_bundle
from registry.web.standalone import joined_script, script_version
from tests.support.cast import GTIN, PATH, Cast
from tests.support.registry import NOW, seeded_entropy
from tests.support.trust import (
    ROOT,
    UNION,
    UNIVERSITY,
    cosign,
    issues_trust_list,
    write_policy,
)
from tests.support.web import client_for

BUNDLE = f"/bundles{PATH}.json"


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry whose story is told, with a trust list."""
    embedded_cast.tells_the_story()
    issues_trust_list(embedded_cast.registry)
    return embedded_cast


@pytest.fixture
def phone(told: Cast) -> FlaskClient:
    """A shopper's phone, not signed in."""
    return client_for(told.registry)


def test_the_trust_list_is_the_roots(phone: FlaskClient) -> None:
    answer = phone.get("/trust-list.json")

    found = verify_trust_list(answer.data, ROOT, 0, NOW)
    assert (found.version, found.quorum) == (1, 0)
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/trust-list.json", BUNDLE, "/verifier"])
def test_who_has_the_newest_gets_no_bytes(phone: FlaskClient, path: str) -> None:
    first = phone.get(path)
    again = phone.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""


def test_a_new_list_is_served_at_once(phone: FlaskClient, told: Cast) -> None:
    first = phone.get("/trust-list.json")
    issues_trust_list(told.registry)

    tag = first.headers["ETag"]
    newer = phone.get("/trust-list.json", headers={"If-None-Match": tag})

    assert verify_trust_list(newer.data, ROOT, 2, NOW).version == 2


@pytest.mark.parametrize("path", ["/trust-list.json", "/verifier", "/verifier.html"])
def test_without_a_list_there_is_nothing_to_start_from(
    phone: FlaskClient, told: Cast, path: str
) -> None:
    (told.registry.settings.home / FILE).unlink()

    assert phone.get(path).status_code == 404


def test_a_damaged_list_leaves_the_checking_to_the_server(
    phone: FlaskClient, told: Cast
) -> None:
    file = told.registry.settings.home / FILE
    file.write_bytes(file.read_bytes().replace(b'"quorum":0', b'"quorum":1'))

    page = phone.get(PATH)

    assert page.status_code == 200
    assert "data-verify" not in page.text
    assert phone.get("/trust-list.json").status_code == 404


def test_a_bundle_is_what_is_published(
    phone: FlaskClient, told: Cast, tmp_path: Path
) -> None:
    registry = told.registry
    issued = issued_list(registry.settings.home)
    judging = Judging(registry.reference, told.now)
    publish(registry.ledger, tmp_path / "out", None, registry.policy, issued, judging)

    assert (
        phone.get(BUNDLE).data == (tmp_path / "out" / BUNDLE.lstrip("/")).read_bytes()
    )
    published = (tmp_path / "out" / FILE).read_bytes()
    assert phone.get("/trust-list.json").data == published


def test_a_bundle_names_the_newest_list(phone: FlaskClient, told: Cast) -> None:
    assert parse_bundle(phone.get(BUNDLE).data).trust_version == 1
    issues_trust_list(told.registry)
    assert parse_bundle(phone.get(BUNDLE).data).trust_version == 2


def test_a_bundle_of_a_product_is_served(phone: FlaskClient) -> None:
    bundle = parse_bundle(phone.get(f"/bundles/01/{GTIN}.json").data)
    assert bundle.path == f"/01/{GTIN}"


@pytest.mark.parametrize(
    "path",
    [f"/bundles/01/{GTIN}/10/NOPE.json", "/bundles/01/123/10/A.json"],
)
def test_what_was_not_issued_here_has_no_bundle(phone: FlaskClient, path: str) -> None:
    assert phone.get(path).status_code == 404


def test_a_bundle_stands_under_the_quorum_until_its_batch_goes_on(told: Cast) -> None:
    write_policy(told.registry.settings.home, threshold=2)
    for witness in (UNION, UNIVERSITY):
        cosign(told.registry, witness, NOW - timedelta(hours=1))
    watched = told.registry.ledger.head()
    told.registers_batch(told.amina, lot="261101-002")
    registry = open_registry(told.registry.settings, seeded_entropy("watched"))
    database.connect(reuse_if_open=True)
    phone = client_for(registry)

    assert parse_bundle(phone.get(BUNDLE).data).checkpoint_note.startswith(watched.note)
    assert phone.get("/log/checkpoint").data.startswith(watched.note)

    told.logs_inspection(told.ben, number="LP-2026-0002")
    newest = told.registry.ledger.head()

    assert parse_bundle(phone.get(BUNDLE).data).checkpoint_note == newest.note


def test_the_script_is_kept_for_ever_under_its_own_address(phone: FlaskClient) -> None:
    answer = phone.get(f"/verify/{script_version()}.js")

    assert answer.text == joined_script("page")
    assert "immutable" in answer.headers["Cache-Control"]
    assert phone.get("/verify/0123456789abcdef.js").status_code == 404


def test_the_page_names_the_script_and_its_policy_lets_it_run(
    phone: FlaskClient,
) -> None:
    page = phone.get(PATH)
    policy = page.headers["Content-Security-Policy"]

    assert f'<script src="/verify/{script_version()}.js" defer>' in page.text
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_saved_verifier_runs_its_own_script_and_fetches_nothing(
    phone: FlaskClient,
) -> None:
    answer = phone.get("/verifier")
    policy = answer.headers["Content-Security-Policy"]

    assert "connect-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert re.search(r"script-src 'sha256-[^']+'; ", policy)
    assert ROOT.multibase in answer.text
    saved = phone.get("/verifier.html")
    assert saved.data == answer.data
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_a_shopper_who_does_not_check_is_told_how_well_the_log_is_watched(
    phone: FlaskClient,
) -> None:
    assert "No independent witness watches this log" in phone.get(PATH).text
    assert "No independent witness watches this log" in phone.get("/log").text


def test_the_page_is_asked_for_again_when_the_trust_list_appears(told: Cast) -> None:
    phone = client_for(told.registry)
    home = told.registry.settings.home
    (home / FILE).unlink()
    before = phone.get(PATH)
    issues_trust_list(told.registry)

    after = phone.get(PATH, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    digests = {hashlib.sha256(page.data).digest() for page in (before, after)}
    assert len(digests) == 2
