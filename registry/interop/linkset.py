"""What a GS1 Digital Link leads to, as links: RFC 9264, section 4.2 (JSON).

Link types are those of the GS1 Web Vocabulary. A resolver answers one URI in several
forms; this names them. Nothing here leads to another host.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from registry.domain.gs1 import DigitalLink

LINKSET_TYPE = "application/linkset+json"
VOCABULARY = "https://ref.gs1.org/voc/"

Form = Literal["page", "bundle", "linkset"]

# `linkType` as people write it -> the form that answers it.
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "": "page",
        "gs1:defaultLink": "page",
        "gs1:pip": "page",
        "gs1:certificationInfo": "page",
        "gs1:traceability": "bundle",
        "linkset": "linkset",
        "all": "linkset",  # deprecated by GS1, still sent
    }
)


def form_of(link_type: str) -> Form | None:
    """Return the form that a `linkType` asks for, or None for one not served here.

    A type may be spelled as a CURIE, `gs1:pip`, or in full under either of the two
    addresses that the vocabulary has had.
    """
    for prefix in (VOCABULARY, "https://gs1.org/voc/", "https://www.gs1.org/voc/"):
        if link_type.startswith(prefix):
            link_type = "gs1:" + link_type.removeprefix(prefix)
    return FORMS.get(link_type)


def linkset(
    link: DigitalLink, base_url: str, title: str, certificates: Sequence[str]
) -> dict[str, object]:
    """Return the linkset of a batch or product.

    Args:
        link: the anchor.
        base_url: where this registry is served, without a trailing slash.
        title: what the page is about, in one line.
        certificates: record ids of the certificates that cover it.
    """
    uri = link.uri(base_url)
    page = {
        "href": uri,
        "type": "text/html",
        "hreflang": ["zh-Hans", "en"],
        "title": title,
    }
    links: dict[str, object] = {
        "anchor": uri,
        f"{VOCABULARY}defaultLink": [page],
        f"{VOCABULARY}traceability": [
            {
                "href": f"{uri}?linkType=gs1:traceability",
                "type": "application/json",
                "title": f"{title}: signed records with their proofs",
            }
        ],
    }
    if certificates:
        links[f"{VOCABULARY}certificationInfo"] = [
            {
                "href": f"{base_url}/records/{record_id}",
                "type": "text/html",
                "title": f"{title}: certificate",
            }
            for record_id in certificates
        ]
    return {"linkset": [links]}


def resolver_description(base_url: str, name: str) -> dict[str, object]:
    """Return `/.well-known/gs1resolver`: what this resolver can and cannot do."""
    return {
        "name": name,
        "resolverRoot": base_url,
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [
            {"namespace": VOCABULARY, "prefix": "gs1:", "profile": VOCABULARY}
        ],
        "linkTypeDefaultCanBeLinkset": False,
    }
