"""What a certificate is to cover, typed or scanned, as the path that names it."""

from registry.commands.certifications import subject_of
from registry.domain.gs1 import DigitalLink
from registry.errors import InvalidInput
from registry.interop.codes import parse_typed
from registry.store.queries.batches import batch_paths


def scope_path(text: str, field: str) -> str:
    """Return the path of the one product or batch that a code means.

    A serial is dropped: what is certified is the batch. A well-formed path is returned
    whether or not anything stands there; the rule that needs it says so.

    Raises:
        InvalidInput: no code, nothing registered under it, or more than one thing.
    """
    typed = parse_typed(text, (), field)
    named = [DigitalLink(link.gtin, link.lot).path for link in typed.links]
    known = [path for path in named if subject_of(path)] + batch_paths(typed.lot)
    found = list(dict.fromkeys(known)) or named
    if len(found) > 1:
        raise InvalidInput.at(
            field,
            "{given} may mean {count} things. Scan the label, or type GTIN and lot: "
            "(01)...(10)...",
            given=text.strip()[:60],
            count=len(found),
        )
    if not found:
        raise InvalidInput.at(
            field,
            "{given} is not registered here. Check the number or scan the label.",
            given=text.strip()[:60],
        )
    return found[0]
