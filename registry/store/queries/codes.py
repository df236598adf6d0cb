"""What a scanned or typed code leads to."""

import re
import unicodedata
from datetime import date

from registry.domain.batch import Batch
from registry.domain.gs1 import (
    GTIN_LENGTHS,
    DigitalLink,
    parse_digital_link,
    parse_gtin,
)
from registry.errors import InvalidInput
from registry.store.queries.batches import (
    batch_by_path,
    batch_paths,
    batches_matching,
)

_LINK = re.compile(r"[(/]|https?://", re.IGNORECASE)


def batches_named(text: str, today: date) -> list[Batch]:
    """Return the batches that a code may mean, the likeliest first.

    Args:
        text: a Digital Link on any host, `(01)...(10)...`, a GTIN, a lot, or a part of
            a lot or product name; full-width characters and lower case are fine.
        today: legal date.

    Raises:
        InvalidInput: it looks like a link or element string and is none.
    """
    paths = _paths(_cleaned(text), today)
    found = (batch_by_path(path) for path in paths)
    return [batch for batch in found if batch]


def scope_path(text: str, field: str) -> str:
    """Return the path of the one product or batch that a code means.

    A serial is dropped: what is certified is the batch. A path is returned whether or
    not anything stands there; the rule that needs it says so.

    Raises:
        InvalidInput: no code at all, or a lot that several products have or none.
    """
    given = _cleaned(text)
    if _LINK.match(given):
        link = parse_digital_link(given, field)
        return DigitalLink(link.gtin, link.lot).path
    if _is_gtin(given):
        return DigitalLink(parse_gtin(given, field)).path
    paths = batch_paths(given.upper())
    if len(paths) > 1:
        raise InvalidInput.at(
            field,
            "{count} batches have the number {lot}. Scan the label, or type GTIN and "
            "lot: (01)...(10)...",
            count=len(paths),
            lot=given,
        )
    if not paths:
        raise InvalidInput.at(
            field,
            "{given} is not registered here. Check the number or scan the label.",
            given=given[:60] or "(empty)",
        )
    return paths[0]


def _cleaned(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _is_gtin(text: str) -> bool:
    return text.isdecimal() and len(text) in GTIN_LENGTHS


def _paths(given: str, today: date) -> list[str]:
    if _LINK.match(given):
        link = parse_digital_link(given)
        if link.lot:
            return [DigitalLink(link.gtin, link.lot).path]
        given = link.gtin
    exact = batch_paths(given.upper())
    if exact or not given:
        return exact
    if _is_gtin(given):
        given = given.zfill(14)
    return [row.path for row in batches_matching(given, today)]
