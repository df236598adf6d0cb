"""What a registry says of a batch, in a word: the claim that its bundle carries.

    "claim": {"colour": "green", "rules": ["consistent", ...], "on": "2026-11-22"}

The verdict that the registry shows on that legal date. It is not signed, and nobody
who checks a bundle relies on it: they judge the records themselves. It is there so that
an auditor can compare what shoppers were shown with what the records say.

How fresh the witnesses' word was is taken from the claim: it changes by the hour, and
the cosignatures themselves prove it. A registry gains nothing by calling itself stale.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from registry.domain.claims import Claims
from registry.domain.evidence import read_facts
from registry.domain.inspection import ResidueReference
from registry.domain.records import SignedRecord
from registry.domain.verdict import Colour, Verdict, judge
from registry.errors import BadRecord, VerificationError
from registry.signing.trust_list import Freshness
from registry.verify.bundle import Bundle

_SAID = (Freshness.STALE, Freshness.FEW_WITNESSES)


class FalseClaim(VerificationError):
    """A registry shows another verdict than the one its records come to."""

    code = "false_claim"


@dataclass(frozen=True, slots=True)
class VerdictClaim:
    """A verdict as a bundle states it.

    Attributes:
        rules: of every reason, the deciding ones first.
        on: legal date of the verdict.
    """

    colour: Colour
    rules: tuple[str, ...]
    on: date

    def document(self) -> dict[str, object]:
        """Return the bundle's member."""
        return {
            "colour": str(self.colour),
            "rules": list(self.rules),
            "on": self.on.isoformat(),
        }

    @property
    def freshness(self) -> Freshness:
        """What it says of the witnesses; nothing, if that is no reason."""
        return next((f for f in _SAID if f in self.rules), Freshness.UNWITNESSED)


def claim_of(verdict: Verdict, on: date) -> VerdictClaim:
    """Return what a bundle says of `verdict` on a legal date."""
    rules = tuple(reason.rule for reason in verdict.reasons)
    return VerdictClaim(verdict.colour, rules, on)


def read_claim(bundle: Bundle) -> VerdictClaim | None:
    """Return the claim of a bundle, or None if it makes none.

    Raises:
        BadRecord: it is not a claim.
    """
    if bundle.claim is None:
        return None
    if not isinstance(bundle.claim, Mapping):
        raise BadRecord("the bundle's claim is not an object")
    members = Claims(bundle.claim, "claim")
    colour = members.choice("colour", Colour)
    return VerdictClaim(colour, members.texts("rules"), members.day("on"))


def judge_records(
    records: Iterable[SignedRecord],
    reference: ResidueReference,
    on: date,
    freshness: Freshness,
) -> VerdictClaim | None:
    """Return what verified records come to; None without the origin of a batch.

    Args:
        records: of one batch, in log order.
        reference: limits, bans and methods.
        on: legal date.
        freshness: of the witnesses' word.

    Raises:
        BadRecord: a record does not say what its type must.
    """
    facts = read_facts(records, reference)
    return claim_of(judge(facts.evidence(on, freshness)), on) if facts else None


def verify_claim(
    claim: VerdictClaim, records: Iterable[SignedRecord], reference: ResidueReference
) -> None:
    """Check that the records come to what the registry claims of them.

    Args:
        claim: of the bundle.
        records: all of the bundle's, verified, in log order.
        reference: limits, bans and methods.

    Raises:
        FalseClaim: they come to another verdict, or to none.
        BadRecord: a record does not say what its type must.
    """
    found = judge_records(records, reference, claim.on, claim.freshness)
    if found is None:
        raise FalseClaim(f"{claim.colour} is claimed of a batch without an origin")
    if found != claim:
        raise FalseClaim(
            f"{_words(claim)} is claimed for {claim.on}, but the records come to "
            f"{_words(found)}"
        )


def _words(claim: VerdictClaim) -> str:
    return f"{claim.colour} ({', '.join(claim.rules)})"
