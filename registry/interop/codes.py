"""A code typed by hand or read from a photo, and what it may mean here.

People type what they see: the lot alone, the number under the barcode and the lot, the
bracketed line, or the whole address; in full width, in lower case, with spaces. What
names another host is told apart and never followed.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from registry.domain.gs1 import (
    GTIN_LENGTHS,
    DigitalLink,
    parse_digital_link,
    parse_gtin,
    parse_lot,
)
from registry.errors import InvalidInput

LONGEST = 400  # characters; an offline label's address has about 210

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BARE_URL = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+(?::[0-9]+)?/", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;/、，；·]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a text may name.

    Attributes:
        links: every reading of it that says which product; none for a bare lot.
        lot: the text as a lot alone, or empty where it cannot be one.
        host: another site's host, where the text is an address of it; else empty.
    """

    links: tuple[DigitalLink, ...] = ()
    lot: str = ""
    host: str = ""


def parse_typed(text: str, own_hosts: Collection[str], field: str = "code") -> Typed:
    """Return what `text` may name.

    Args:
        text: as typed or read.
        own_hosts: lower-case hosts, with port where one is named, that lead here.
        field: the input's name.

    Raises:
        InvalidInput: nothing that this registry prints.
    """
    given = " ".join(unicodedata.normalize("NFKC", text).split())
    if not given or len(given) > LONGEST:
        raise InvalidInput.at(
            field,
            "Type the code printed under the QR code: the lot number, or the number "
            "of the barcode and the lot.",
        )
    if _SCHEME.match(given) or _BARE_URL.match(given):
        return _address(given, own_hosts, field)
    if given.startswith(("(", "/")):
        return Typed((parse_digital_link(given.replace(" ", ""), field),))
    return _numbers(given, field)


def _address(given: str, own_hosts: Collection[str], field: str) -> Typed:
    address = given.replace(" ", "")
    if not _SCHEME.match(address):
        address = f"https://{address}"
    try:
        host = urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:  # a bracket that is no IPv6 address
        host = ""
    is_own = host in own_hosts
    try:
        link = parse_digital_link(address, field)
    except InvalidInput:
        if is_own or not host:
            raise
        return Typed(host=host)
    return Typed((link,), host="" if is_own else host)


def _numbers(given: str, field: str) -> Typed:
    """Return the readings of a GTIN, a GTIN and a lot, or a lot."""
    words = [word for word in _SEPARATORS.split(given) if word]
    links = []
    for count in range(1, len(words) + 1):
        # The barcode's digits are printed in groups, so a GTIN may be several words.
        digits, rest = "".join(words[:count]), "".join(words[count:])
        if len(digits) in GTIN_LENGTHS:
            links += _reading(digits, rest)
    try:
        lot = parse_lot("".join(words), field)
    except InvalidInput:
        if not links:
            raise
        lot = ""
    return Typed(tuple(links), lot)


def _reading(digits: str, rest: str) -> list[DigitalLink]:
    try:
        lot = parse_lot(rest) if rest else None
        return [DigitalLink(parse_gtin(digits), lot)]
    except InvalidInput:
        return []
