"""The verdict on a batch or serial: one colour, and every reason for it in order.

First match decides the colour (DESIGN, section 7): grey, red, yellow, green. Three
facts are kept apart, because a good signature over a failed test is still a failed
test: whether the records are authentic, what the tests and certificates say, and what
the status is now.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.certification import Certificate, Change, Standing
from registry.domain.inspection_report import Report
from registry.errors import Message, msg
from registry.signing.trust_list import Freshness


class Colour(enum.StrEnum):
    """What the shopper sees first; always shown with a shape and a word as well."""

    GREY = "grey"
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


_ORDER = (Colour.GREY, Colour.RED, Colour.YELLOW, Colour.GREEN)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, by which rule and source, and which record caused it."""

    colour: Colour
    rule: str
    message: Message
    source: str = ""
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One colour and its reasons, the deciding ones first."""

    colour: Colour
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class InspectionFact:
    """A standing report (none that was superseded) and our own reading of it.

    `reading` is `inspection.overall` of the judgements; `banned` names banned
    substances found.
    """

    record_id: str
    report: Report
    reading: str
    banned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """A certificate that names the batch or its product, and the newest change."""

    record_id: str
    certificate: Certificate
    change: Change | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a verdict rests on.

    Attributes:
        proofs_failed: messages of the proofs that do not hold, as `verify` found them.
        today: legal date.
        freshness: of the witnesses' word on the log that all this was read from.
    """

    proofs_failed: tuple[Message, ...]
    inspections: Sequence[InspectionFact]
    certificates: Sequence[CertificateFact]
    today: date
    freshness: Freshness


def unknown() -> Verdict:
    """Return the verdict on a code that was never issued here."""
    return Verdict(
        Colour.GREY,
        (
            Reason(
                Colour.GREY,
                "not_issued",
                msg("This code was not issued by this registry."),
            ),
        ),
    )


def judge(evidence: Evidence) -> Verdict:
    """Return the verdict; the same function serves shopper, gate, authority and API."""
    found = [
        *_proofs(evidence),
        *_inspections(evidence),
        *_certificates(evidence),
        *_witnesses(evidence),
    ]
    colours = {reason.colour for reason in found}
    colour = next((c for c in _ORDER if c in colours), Colour.GREEN)
    if colour is Colour.GREEN:
        found.insert(
            0,
            Reason(
                Colour.GREEN,
                "consistent",
                msg("The records are complete and their signatures agree."),
            ),
        )
    return Verdict(
        colour, tuple(sorted(found, key=lambda reason: _ORDER.index(reason.colour)))
    )


def _proofs(evidence: Evidence) -> list[Reason]:
    return [
        Reason(Colour.RED, "proof_failed", message)
        for message in evidence.proofs_failed
    ]


def _inspections(evidence: Evidence) -> list[Reason]:
    reasons = []
    for fact in evidence.inspections:
        report = fact.report
        where = {"number": report.number, "day": report.sampled_on.isoformat()}
        reasons += [
            Reason(
                Colour.RED,
                "banned_substance",
                msg("A banned substance was found: {substance}.", substance=substance),
                record_id=fact.record_id,
            )
            for substance in fact.banned
        ]
        if report.verdict == "fail":
            reasons.append(
                Reason(
                    Colour.RED,
                    "inspection_failed",
                    msg("The sample of {day} failed (report {number}).", **where),
                    record_id=fact.record_id,
                )
            )
        elif fact.reading == "fail":
            reasons.append(
                Reason(
                    Colour.YELLOW,
                    "reading_differs",
                    msg(
                        "The laboratory passed report {number}, but a result is above "
                        "the limit in force.",
                        **where,
                    ),
                    record_id=fact.record_id,
                )
            )
        elif fact.reading == "preliminary":
            reasons.append(
                Reason(
                    Colour.YELLOW,
                    "unconfirmed",
                    msg(
                        "A rapid test of report {number} was positive and no "
                        "quantitative test has confirmed or cleared it.",
                        **where,
                    ),
                    record_id=fact.record_id,
                )
            )
        elif fact.reading == "cannot_judge":
            # No colour of its own (DESIGN, section 7), but never without saying so.
            reasons.append(
                Reason(
                    Colour.GREEN,
                    "inspection_unjudged",
                    msg(
                        "The laboratory passed the sample of {day} (report {number}); "
                        "for some results no limit is known here to compare with.",
                        **where,
                    ),
                    record_id=fact.record_id,
                )
            )
        else:
            reasons.append(
                Reason(
                    Colour.GREEN,
                    "inspection_passed",
                    msg("The sample of {day} passed (report {number}).", **where),
                    record_id=fact.record_id,
                )
            )
    return reasons


_STANDING = {
    Standing.SUSPENDED: msg("Certificate {number} is suspended."),
    Standing.REVOKED: msg("Certificate {number} has been revoked."),
    Standing.EXPIRED: msg("Certificate {number} has expired."),
    Standing.NOT_YET_VALID: msg("Certificate {number} is not valid yet."),
    Standing.VALID: msg("Certificate {number} is valid."),
}


def _certificates(evidence: Evidence) -> list[Reason]:
    standings = [
        (fact, fact.certificate.standing(fact.change, evidence.today))
        for fact in evidence.certificates
    ]
    renewed = {
        fact.certificate.scheme for fact, now in standings if now is Standing.VALID
    }
    reasons = []
    for fact, standing in standings:
        # Neither the certificate before nor the one to come says anything against a
        # batch that has a valid one of the same scheme.
        if (
            standing in {Standing.EXPIRED, Standing.NOT_YET_VALID}
            and fact.certificate.scheme in renewed
        ):
            continue
        reasons.append(
            Reason(
                Colour.GREEN if standing is Standing.VALID else Colour.YELLOW,
                f"certificate_{standing}",
                msg(_STANDING[standing].template, number=fact.certificate.number),
                record_id=fact.record_id,
            )
        )
    return reasons


# Without a fresh quorum, a recall of today could be kept from this one reader. Where
# nobody was asked to watch there is nothing to be late: that is said, and colours
# nothing.
_UNWATCHED = {
    Freshness.STALE: msg(
        "No witness has confirmed for more than 24 hours that this is the newest state."
    ),
    Freshness.FEW_WITNESSES: msg(
        "Too few witnesses have confirmed the newest records. Look again in a few "
        "minutes."
    ),
}


def _witnesses(evidence: Evidence) -> list[Reason]:
    message = _UNWATCHED.get(evidence.freshness)
    if message is None:
        return []
    return [Reason(Colour.YELLOW, str(evidence.freshness), message)]
