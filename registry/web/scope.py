"""What staff scan or type, as what it names here, whatever host a label leads to."""

from registry.commands.certifications import subject_of
from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.errors import InvalidInput
from registry.interop.codes import Typed, parse_typed
from registry.store.queries.batches import batch_paths


def read_code(text: str, field: str = "code") -> Typed:
    """Return what a code may name; an address counts on any host.

    A shopper must be told of a foreign host, but a label from before a move still
    names the batch that an inspector has in hand.

    Raises:
        InvalidInput: nothing that a label says.
    """
    typed = parse_typed(text, (), field)
    if typed.host and not typed.links:
        parse_digital_link(text, field)  # says what is wrong with the address
    return typed


def scope_path(text: str, field: str) -> str:
    """Return the path of the one product or batch that a code means.

    A serial is dropped: what is certified is the batch. A well-formed path is returned
    whether or not anything stands there; the rule that needs it says so.

    Raises:
        InvalidInput: no code, nothing registered under it, or more than one thing.
    """
    typed = read_code(text, field)
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
