"""The log's read path, its page, and the documents that say who is who."""

import json
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from pyld import jsonld  # type: ignore[import-untyped]
from pyld.documentloader.frozen import (  # type: ignore[import-untyped]
    BUNDLED_CONTEXTS,
    FrozenDocumentLoader,
)

from registry.signing.did import parse_verification_method
from registry.store.queries.records import all_records
from registry.tlog.checkpoint import open_checkpoint
from registry.tlog.merkle import leaf_hash
from registry.tlog.note import NoteVerifier
from registry.tlog.tiles import parse_entry_bundle
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.web import said


@pytest.fixture
def story(embedded_cast: Cast) -> Cast:
    embedded_cast.tells_the_story()
    return embedded_cast


def path_of(width: int) -> str:
    return f"000.p/{width}"


def test_a_stranger_can_read_the_whole_log(story: Cast, client: FlaskClient) -> None:
    verifier = NoteVerifier.parse(client.get("/log/vkey").text.strip())
    note = client.get("/log/checkpoint")
    head = open_checkpoint(note.data, "trace.example/log", verifier)
    entries = client.get(f"/log/tile/entries/{path_of(head.tree_size)}")
    hashes = client.get(f"/log/tile/0/{path_of(head.tree_size)}")

    leaves = parse_entry_bundle(entries.data)
    assert b"".join(map(leaf_hash, leaves)) == hashes.data
    for leaf in leaves:
        record_id = json.loads(leaf)["recordId"]
        assert client.get(f"/records/{record_id}.json").status_code == 200


def test_the_checkpoint_is_text_and_never_kept(client: FlaskClient) -> None:
    answer = client.get("/log/checkpoint")

    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("level", ["0", "entries"])
def test_a_tile_is_bytes_and_may_be_kept_for_ever(
    story: Cast, client: FlaskClient, level: str
) -> None:
    answer = client.get(f"/log/tile/{level}/{path_of(3)}")

    assert answer.mimetype == "application/octet-stream"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "0/000",
        "0/000.p/255",
        "0/001.p/1",
        "1/000.p/1",
        "entries/000",
        "entries/000.p/255",
        "entries/x999/x999/x999/x999/x999/999.p/1",
        "0/x999/x999/x999/x999/x999/999.p/1",
        "0/0",
        "0/000.p/0",
        "0/000.p/256",
        "64/000.p/1",
        "../checkpoint",
        "entries/",
    ],
)
def test_what_the_log_has_not_reached_is_not_found(
    story: Cast, client: FlaskClient, path: str
) -> None:
    assert client.get(f"/log/tile/{path}").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_size_root_and_latest_entries(
    story: Cast, client: FlaskClient, language: str
) -> None:
    head = story.registry.ledger.head()

    page = client.get("/log", query_string={"lang": language})

    assert head.checkpoint.root_hash.hex() in page.text
    assert story.registry.ledger.verifier.vkey in page.text
    assert '<td role="cell" class="num" data-label=' in page.text
    assert "{" not in said(page)


def test_older_entries_are_a_page_on(story: Cast, client: FlaskClient) -> None:
    for number in range(20):
        story.records_operation(story.amina, purpose=f"第{number}次")

    first = client.get("/log").text
    older = first.partition('href="/log?before=')[2].partition('"')[0]
    second = client.get(f"/log?before={older}").text

    assert "Founding of the registry" not in first
    assert "Founding of the registry" in second


def test_an_empty_log_says_what_will_come(client: FlaskClient) -> None:
    assert client.get("/log?before=0").status_code == 200


def test_a_record_number_leads_to_its_record(story: Cast, client: FlaskClient) -> None:
    record = next(iter(all_records()))

    for query in (record.record_id, f"urn:uuid:{record.record_id}"):
        answer = client.get("/log", query_string={"q": query})
        assert answer.headers["Location"] == f"/records/{record.record_id}"


def test_a_lot_leads_to_its_batch(story: Cast, client: FlaskClient) -> None:
    page = client.get("/log", query_string={"q": LOT.lower()}).text

    assert f'href="{PATH}"' in page


@pytest.mark.parametrize("query", ["NOPE", "<i>", "x" * 300, "%"])
def test_a_search_without_result_says_so(client: FlaskClient, query: str) -> None:
    page = client.get("/log", query_string={"q": query})

    assert "Nothing here has this number" in page.text
    assert "<i>" not in page.text


# Who is who.


def test_a_party_s_page_says_who_vouches_and_who_holds_its_keys(
    client: FlaskClient,
) -> None:
    text = said(client.get("/orgs/luoping-ginger"))

    assert "Cooperative or farm" in text
    assert "Who vouches for it Luoping Agriculture" in text
    assert "Kept by the registry on behalf of Luoping Ginger" in text


def test_the_root_says_that_trust_starts_there(client: FlaskClient) -> None:
    assert "root authority" in said(client.get("/orgs/root"))


def test_a_did_document_lists_the_keys_of_the_log(client: FlaskClient) -> None:
    answer = client.get("/orgs/luoping-ginger/did.json")

    assert answer.mimetype == "application/did+json"
    document = json.loads(answer.data)
    did = "did:web:trace.example:orgs:luoping-ginger"
    assert document["id"] == did
    [method] = document["assertionMethod"]
    assert parse_verification_method(method)[0] == did


@pytest.mark.parametrize("path", ["/orgs/nobody", "/orgs/nobody/did.json"])
def test_an_unknown_party_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_resolver_says_what_it_can(client: FlaskClient) -> None:
    document = json.loads(client.get("/.well-known/gs1resolver").data)

    assert document["resolverRoot"] == "https://trace.example"
    assert document["supportedPrimaryKeys"] == ["01"]
    assert client.get(f"/01/{GTIN}").status_code in {200, 404}


# The JSON-LD context.


@pytest.fixture
def context(client: FlaskClient) -> Mapping[str, object]:
    answer = client.get("/contexts/produce-registry/v1")
    assert answer.mimetype == "application/ld+json"
    document = json.loads(answer.data)
    assert isinstance(document, dict)
    return document


def test_the_context_defines_every_term_of_every_record(
    story: Cast, context: Mapping[str, object]
) -> None:
    """A foreign JSON-LD processor finds no member that it would drop."""
    ours = {"https://trace.example/contexts/produce-registry/v1": dict(context)}
    loader = FrozenDocumentLoader({**BUNDLED_CONTEXTS, **ours})

    for record in all_records():
        document = {k: v for k, v in record.document.items() if k != "proof"}
        options = {"documentLoader": loader}
        whole = jsonld.expand(document, options)
        back = jsonld.compact(whole, document["@context"], options)
        assert names(document) == names(back), record.record_type


def names(value: object) -> set[str]:
    """Return the names of all members at any depth."""
    if isinstance(value, list):
        return {name for item in value for name in names(item)}
    if not isinstance(value, dict):
        return set()
    inner = {name for item in value.values() for name in names(item)}
    return {str(key) for key in value} | inner


def test_the_context_takes_no_unknown_term(context: Mapping[str, object]) -> None:
    assert "@vocab" not in json.dumps(context)
