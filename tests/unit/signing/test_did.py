import pytest

from registry.errors import InvalidInput
from registry.signing.did import (
    DidWeb,
    did_document,
    organisation_did,
    parse_did_web,
    parse_verification_method,
    verification_method,
)
from registry.signing.keys import public_key_of
from tests.support.keys import seed

AMINA = "did:web:trace.example:orgs:amina"
KEY = public_key_of(seed("amina"))
SECOND_KEY = public_key_of(seed("amina's second device"))


def test_an_organisation_is_named_below_the_identity_host() -> None:
    assert organisation_did("trace.example", "amina") == AMINA
    assert parse_did_web(AMINA) == DidWeb("trace.example", ("orgs", "amina"))


def test_the_colon_of_a_port_is_percent_encoded() -> None:
    did = organisation_did("localhost:8000", "amina")
    assert did == "did:web:localhost%3A8000:orgs:amina"
    assert parse_did_web(did) == DidWeb("localhost:8000", ("orgs", "amina"))


def test_a_bare_host_is_a_did() -> None:
    assert parse_did_web("did:web:coop.example") == DidWeb("coop.example")


@pytest.mark.parametrize(
    ("host", "slug"),
    [
        ("Trace.example", "amina"),
        ("trace.example/x", "amina"),
        ("trace.example%3A80", "amina"),
        ("trace.example:orgs", "amina"),
        ("例.example", "amina"),
        ("-trace.example", "amina"),
        ("a." * 127 + "example", "amina"),
        ("", "amina"),
        ("trace.example", ""),
        ("trace.example", ".."),
        ("trace.example", "a:b"),
        ("trace.example", "a/b"),
        ("trace.example", "a#b"),
        ("trace.example", "阿米娜"),
        ("trace.example", "a\n"),
    ],
)
def test_what_could_name_another_place_is_refused(host: str, slug: str) -> None:
    with pytest.raises(InvalidInput, match="is not a did:web"):
        organisation_did(host, slug)


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:z6Mk",
        "x" + AMINA,
        AMINA + ":",
        AMINA + "#z6Mk",
        "did:web:trace.example%3a80",
        "did:web:trace.example::amina",
    ],
)
def test_other_dids_and_did_urls_are_refused(did: str) -> None:
    with pytest.raises(InvalidInput, match="is not a did:web"):
        parse_did_web(did)


def test_a_verification_method_names_its_key_and_is_read_back() -> None:
    method = verification_method(AMINA, KEY)
    assert method == f"{AMINA}#{KEY.multibase}"
    assert parse_verification_method(method) == (AMINA, KEY)
    with pytest.raises(InvalidInput):
        parse_verification_method(AMINA)


def test_a_did_document_lists_the_keys_for_making_statements() -> None:
    document = did_document(AMINA, [KEY, SECOND_KEY], ["did:web:coop.example"])
    methods = [verification_method(AMINA, key) for key in (KEY, SECOND_KEY)]
    assert document["@context"] == [
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
    ]
    assert document["id"] == AMINA
    assert document["alsoKnownAs"] == ["did:web:coop.example"]
    assert document["assertionMethod"] == methods
    assert document["verificationMethod"] == [
        {
            "id": method,
            "type": "Multikey",
            "controller": AMINA,
            "publicKeyMultibase": key.multibase,
        }
        for method, key in zip(methods, (KEY, SECOND_KEY), strict=True)
    ]


def test_an_organisation_without_other_names_claims_none() -> None:
    assert "alsoKnownAs" not in did_document(AMINA, [KEY])
