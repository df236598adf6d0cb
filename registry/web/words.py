"""The colour and the word of each state that a page of the desk shows.

Colours are those of a verdict (DESIGN, section 7). A page writes
`ui.status(words.reading[j.reading].colour, words.reading[j.reading].word|say)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from registry.domain.batch import State
from registry.domain.certification import Change, Scheme, Standing
from registry.domain.parties import Kind, Tier
from registry.errors import Message, msg


@dataclass(frozen=True, slots=True)
class Word:
    """How a state is shown."""

    colour: str
    word: Message


def _words(**states: tuple[str, Message]) -> Mapping[str, Word]:
    return MappingProxyType({key: Word(*shown) for key, shown in states.items()})


# `domain.inspection.Reading`: what the limits say of one result.
reading = _words(
    **{
        "pass": ("green", msg("Within the limit")),
        "fail": ("red", msg("Not acceptable")),
        "preliminary_positive": ("yellow", msg("To be confirmed")),
        "cannot_judge": ("grey", msg("Cannot be judged")),
    }
)

# The laboratory's own verdict on a report.
verdict = _words(
    **{"pass": ("green", msg("Passed")), "fail": ("red", msg("Failed"))},
)

state = _words(
    **{
        State.DRAFT: ("grey", msg("Draft")),
        State.REGISTERED: ("grey", msg("Registered, not tested")),
        State.TESTED: ("green", msg("Tested, passed")),
        State.FAILED: ("red", msg("Test failed")),
        State.CERTIFIED: ("green", msg("Certified")),
        State.SUSPENDED: ("yellow", msg("Certificate suspended or revoked")),
        State.EXPIRED: ("yellow", msg("Certificate expired")),
    }
)

standing = _words(
    **{
        Standing.VALID: ("green", msg("Certificate valid")),
        Standing.NOT_YET_VALID: ("grey", msg("Not valid yet")),
        Standing.SUSPENDED: ("yellow", msg("Suspended")),
        Standing.REVOKED: ("yellow", msg("Revoked")),
        Standing.EXPIRED: ("yellow", msg("Expired")),
    }
)

change: Mapping[str, Message] = MappingProxyType(
    {
        Change.SUSPEND: msg("Suspend"),
        Change.REINSTATE: msg("Reinstate"),
        Change.REVOKE: msg("Revoke for good"),
    }
)

scheme: Mapping[str, Message] = MappingProxyType(
    {
        Scheme.GREEN_FOOD: msg("Green food"),
        Scheme.ORGANIC: msg("Organic product"),
        Scheme.GEOGRAPHICAL_INDICATION: msg("Geographical indication"),
        Scheme.REGIONAL_BRAND: msg("Regional brand"),
    }
)

kind: Mapping[str, Message] = MappingProxyType(
    {
        Kind.COOPERATIVE: msg("Cooperative or farm"),
        Kind.PROCESSOR: msg("Processor"),
        Kind.CARRIER: msg("Carrier"),
        Kind.MARKET: msg("Market or retailer"),
        Kind.INSPECTION_BODY: msg("Inspection body"),
        Kind.CERTIFICATION_BODY: msg("Certification body"),
        Kind.AUTHORITY: msg("Authority"),
        Kind.SERVICE_STATION: msg("Service station"),
        Kind.OPERATOR: msg("Operator of the registry"),
    }
)

tier: Mapping[str, Message] = MappingProxyType(
    {Tier.CITY: msg("City level"), Tier.COUNTY: msg("County level")}
)
