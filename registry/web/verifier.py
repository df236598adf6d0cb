"""What a phone needs to check by itself: trust list, script, bundles, saved verifier.

* `/trust-list.json`: the newest list; asked for again each time.
* `/bundles/01/{gtin}/10/{lot}.json`: what `registry publish` writes, byte for byte.
* `/verify/{version}.js`: the shopper's page's script, kept for ever: the address
  changes with the bytes.
* `/verifier`: one file with all of it, to be saved; `/verifier.html` as a download.
"""

from flask import Blueprint, Response, request

from registry.domain.gs1 import parse_digital_link
from registry.errors import InvalidInput, NotFound, RegistryError
from registry.interop.bundles import Judging, bundle_of
from registry.interop.trust import IssuedList, issued_list, trust_version
from registry.store.queries.entries import is_named
from registry.web.compression import compressed
from registry.web.context import now, registry
from registry.web.records import FOR_EVER, public
from registry.web.standalone import (
    joined_script,
    script_version,
    verifier_page,
    verifier_policy,
)

pages = Blueprint("verifier", __name__)

FILE_NAME = "yuanzheng-verifier.html"
SCRIPT_TYPE = "text/javascript"


@pages.get("/trust-list.json")
def trust_list() -> Response:
    """Give the newest trust list."""
    return _tagged(public(_issued().data, "application/json", "no-cache"))


@pages.get("/bundles/01/<gtin>.json")
@pages.get("/bundles/01/<gtin>/10/<lot>.json")
def bundle(gtin: str, lot: str = "") -> Response:
    """Give the bundle of a batch, or of a product."""
    path = f"/01/{gtin}/10/{lot}" if lot else f"/01/{gtin}"
    if not _is_here(path):
        raise NotFound.at("code", "This code was not issued here.")
    version = trust_version(registry().settings.home)
    judging = Judging(registry().reference, now())
    found = bundle_of(registry().ledger, path, registry().policy, version, judging)
    return _tagged(public(found.encode(), "application/json", "no-cache"))


@pages.get("/verify/<version>.js")
def script(version: str) -> Response:
    """Give the script of the shopper's page."""
    if version != script_version():
        raise NotFound.at("", "There is a newer version of this page. Load it again.")
    body = joined_script("page").encode()
    return compressed(public(body, SCRIPT_TYPE, FOR_EVER))


@pages.get("/verifier")
def verifier() -> Response:
    """Show the saved verifier; saved from here, it needs nothing of ours any more."""
    return _saved("inline")


@pages.get("/verifier.html")
def verifier_file() -> Response:
    """Give the same as a file to keep."""
    return _saved(f'attachment; filename="{FILE_NAME}"')


def _saved(disposition: str) -> Response:
    issued = _issued()
    page = verifier_page(issued.data, issued.root)
    answer = public(page, "text/html", "no-cache")
    # The page's own policy, and what a policy in a page cannot say (CSP 3, 3.3).
    answer.headers["Content-Security-Policy"] = (
        f"{verifier_policy()}; frame-ancestors 'none'"
    )
    answer.headers["Content-Disposition"] = disposition
    return _tagged(answer)


def _issued() -> IssuedList:
    issued = issued_list(registry().settings.home)
    if issued is None:
        raise _no_list()
    return issued


def _no_list() -> RegistryError:
    return NotFound.at(
        "",
        "This registry has no trust list yet. Its operator makes one with: registry "
        "trust issue",
    )


def _is_here(path: str) -> bool:
    try:
        return parse_digital_link(path).path == path and is_named(path)
    except InvalidInput:
        return False


def _tagged(answer: Response) -> Response:
    """Return the answer, or "not modified" if the reader has these very bytes."""
    answer.add_etag(weak=True)
    compressed(answer).make_conditional(request)
    return answer
