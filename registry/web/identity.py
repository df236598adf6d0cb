"""Who is who for programs and people: organisations, DID documents, context, resolver.

All of it mirrors the log. A DID document lists the keys that may sign now; whether an
older signature counts is decided by the log alone.
"""

from importlib.resources import files

from flask import Blueprint, Response, json, render_template

from registry.domain.parties import Organisation
from registry.domain.records import CONTEXT_PATH
from registry.errors import NotFound
from registry.interop.linkset import resolver_description
from registry.signing.did import did_document
from registry.signing.keys import PublicKey
from registry.store.queries.organisations import (
    keys_of,
    organisation_by_did,
    organisation_by_slug,
)
from registry.web import words
from registry.web.context import registry
from registry.web.records import public
from registry.web.scan_story import place
from registry.web.signers import custody_text, name_of

pages = Blueprint("identity", __name__)

AN_HOUR = "public, max-age=3600"
ACTIVE = "active"


@pages.get("/orgs/<slug>")
def organisation(slug: str) -> str:
    """Show who an organisation is, who vouches for it, and its keys."""
    party = _party(slug)
    voucher = organisation_by_did(party.vouched_by) if party.vouched_by else None
    return render_template(
        "log/organisation.html",
        party=party,
        voucher=voucher,
        keys=keys_of(party.did),
        words=words,
        place=place,
        name_of=name_of,
        custody_text=custody_text,
    )


@pages.get("/orgs/<slug>/did.json")
def document(slug: str) -> Response:
    """Give the DID document (did:web), for software that knows no log."""
    did = _party(slug).did
    keys = [
        PublicKey.parse(key.public_key) for key in keys_of(did) if key.status == ACTIVE
    ]
    body = json.dumps(did_document(did, keys), ensure_ascii=False)
    return public(body.encode(), "application/did+json", "no-cache")


@pages.get(CONTEXT_PATH)
def context() -> Response:
    """Give the JSON-LD context that every record names."""
    body = (files("registry.data") / "context.json").read_bytes()
    return public(body, "application/ld+json", AN_HOUR)


@pages.get("/.well-known/gs1resolver")
def resolver() -> Response:
    """Say what this resolver does (GS1 Conformant Resolver 1.0)."""
    description = resolver_description(
        registry().settings.base_url, "源证 · Produce Registry"
    )
    body = json.dumps(description, ensure_ascii=False)
    return public(body.encode(), "application/json", AN_HOUR)


def _party(slug: str) -> Organisation:
    party = organisation_by_slug(slug)
    if party is None:
        raise NotFound.at(
            "slug",
            "No organisation {slug} takes part in this registry.",
            slug=slug[:60],
        )
    return party
