"""Certificates: what a certification body says of a product or batch, and until when.

A certificate names its holder, its scope (products by GTIN, batches by Digital Link)
and its validity. Suspending, reinstating and revoking are records of their own, so the
history stays readable.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from registry.domain.batch import Batch, check_goods
from registry.domain.claims import Claims, quantity_claim
from registry.domain.names import noted, parse_name, parse_number
from registry.domain.parties import Actor
from registry.domain.products import Product
from registry.domain.quantity import Quantity
from registry.domain.records import MAX_BATCHES, RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import Conflict, Message, NotAllowed, Problems, msg


class Scheme(enum.StrEnum):
    """What is certified."""

    GREEN_FOOD = "green_food"
    ORGANIC = "organic"
    GEOGRAPHICAL_INDICATION = "geographical_indication"
    REGIONAL_BRAND = "regional_brand"


class Standing(enum.StrEnum):
    """A certificate on a day."""

    VALID = "valid"
    NOT_YET_VALID = "not_yet_valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Change(enum.StrEnum):
    """What a CertificationStatusRecord does."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as issued.

    Attributes:
        number: the certification body's own number, unique with its issuer.
        holder: DID of the organisation certified.
        paths: canonical Digital Link paths in scope, all of products or all of batches.
        valid_from, valid_until: legal dates, both inclusive.
        yearly_quantity: the most that may be sold under it in a year, or None.
    """

    number: str
    issuer: str
    holder: str
    scheme: Scheme
    standard: str
    paths: tuple[str, ...]
    valid_from: date
    valid_until: date
    yearly_quantity: Quantity | None = None

    def subject(self) -> dict[str, object]:
        """Return the `credentialSubject` of its CertificationRecord."""
        subject: dict[str, object] = {
            "id": self.holder,
            "type": "Certificate",
            "certificateNumber": self.number,
            "scheme": str(self.scheme),
            "standard": self.standard,
            "scope": list(self.paths),
            "validFrom": self.valid_from.isoformat(),
            "validUntil": self.valid_until.isoformat(),
        }
        if self.yearly_quantity:
            subject["yearlyQuantity"] = quantity_claim(self.yearly_quantity)
        return subject

    @classmethod
    def from_claims(cls, subject: Claims, issuer: str) -> "Certificate":
        """Read it back from a record of `issuer`."""
        return cls(
            number=subject.text("certificateNumber"),
            issuer=issuer,
            holder=subject.text("id"),
            scheme=subject.choice("scheme", Scheme),
            standard=subject.text("standard"),
            paths=subject.texts("scope"),
            valid_from=subject.day("validFrom"),
            valid_until=subject.day("validUntil"),
            yearly_quantity=subject.quantity("yearlyQuantity")
            if "yearlyQuantity" in subject
            else None,
        )

    def standing(self, change: Change | None, day: date) -> Standing:
        """Tell how it stands on `day`, given the newest change to it."""
        if change is Change.REVOKE:
            return Standing.REVOKED
        if day > self.valid_until:
            return Standing.EXPIRED
        if change is Change.SUSPEND:
            return Standing.SUSPENDED
        if day < self.valid_from:
            return Standing.NOT_YET_VALID
        return Standing.VALID


@dataclass(frozen=True, slots=True)
class Certify:
    """Input: certify products or batches of one holder."""

    number: str
    scheme: str
    standard: str
    paths: tuple[str, ...]
    valid_from: date
    valid_until: date
    yearly_quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class CertifyContext:
    """What the registry holds about the scope.

    Attributes:
        found: each named path with the product or batch it leads to, None if unknown.
        number_is_taken: whether this body has issued the number before.
        inspectors: pseudonyms of the persons who inspected the batches in scope.
    """

    found: Sequence[tuple[str, Product | Batch | None]]
    number_is_taken: bool
    inspectors: frozenset[str] = frozenset()


def certify(
    actor: Actor, given: Certify, context: CertifyContext
) -> tuple[Certificate, Statement]:
    """Decide whether `actor` may certify this scope, and say so.

    Raises:
        InvalidInput: every wrong field at once.
        NotAllowed: the certifier belongs to the holder, or inspected the batch, or the
            body is not admitted for the scheme.
        Conflict: the number is taken.
    """
    require(actor, Action.CERTIFY)
    problems = Problems()
    number = noted(problems, parse_number, given.number, "number")
    standard = noted(problems, parse_name, given.standard, "standard")
    if given.valid_until < given.valid_from:
        problems.add(
            "valid_until",
            "Valid until {until}, before it begins on {begin}. Check both dates.",
            until=given.valid_until.isoformat(),
            begin=given.valid_from.isoformat(),
        )
    if given.scheme not in set(Scheme):
        problems.add("scheme", "Unknown scheme: {given}.", given=given.scheme)
    if given.yearly_quantity:
        check_goods(given.yearly_quantity, "yearly_quantity", problems)
    _check_scope(context.found, problems)
    holder = _one_holder(context.found, problems)
    problems.raise_if_any()
    _require_independence(actor, given, holder, context)
    if context.number_is_taken:
        raise Conflict.at(
            "number",
            "You have already issued certificate {number}. Use the next number.",
            number=number,
        )
    certificate = Certificate(
        number,
        actor.organisation.did,
        holder,
        Scheme(given.scheme),
        standard,
        given.paths,
        given.valid_from,
        given.valid_until,
        given.yearly_quantity,
    )
    return certificate, Statement(
        RecordType.CERTIFICATION,
        actor.organisation.did,
        certificate.subject(),
        certificate.paths,
        actor.person,
    )


def _check_scope(
    found: Sequence[tuple[str, Product | Batch | None]], problems: Problems
) -> None:
    """Note a scope that is too large, unknown, repeated, mixed or oddly written."""
    if not found or len(found) > MAX_BATCHES:
        problems.add(
            "paths",
            "A certificate covers 1 to {most} products or batches; this names {given}.",
            most=MAX_BATCHES,
            given=len(found),
        )
    for path, subject in found:
        if subject is None:
            problems.add(
                "paths",
                "{path} is not registered here. Check the number or scan the label.",
                path=path,
            )
        elif path != _canonical(subject):
            # Who inspected a batch, and what covers it, is looked up by this text.
            problems.add(
                "paths",
                "{path} is not how the registry writes this. Give {canonical}.",
                path=path,
                canonical=_canonical(subject),
            )
    if len({path for path, _ in found}) < len(found):
        problems.add("paths", "A product or batch is named twice. Name each once.")
    if len({type(subject) for _, subject in found if subject}) > 1:
        problems.add(
            "paths",
            "A certificate covers either products or batches. Issue two of them.",
        )


def _canonical(subject: Product | Batch) -> str:
    return subject.path if isinstance(subject, Product) else subject.link.path


def _one_holder(
    found: Sequence[tuple[str, Product | Batch | None]], problems: Problems
) -> str:
    """Return the one owner of everything in scope, noting if there are more."""
    owners = sorted({subject.owner for _, subject in found if subject})
    if len(owners) > 1:
        problems.add(
            "paths",
            "These belong to different owners. A certificate has one holder: certify "
            "another's product separately.",
        )
    return owners[0] if owners else ""


def _require_independence(
    actor: Actor, given: Certify, holder: str, context: CertifyContext
) -> None:
    """Refuse a certifier who grows, or tested, what is certified."""
    if actor.belongs_to(holder):
        raise NotAllowed.at(
            "paths",
            "You belong to the organisation that owns this. Another certifier must "
            "decide.",
        )
    if actor.person in context.inspectors:
        raise NotAllowed.at(
            "paths",
            "You inspected this batch yourself. Another certifier must decide.",
        )
    if given.scheme not in actor.organisation.schemes:
        raise NotAllowed.at(
            "scheme",
            "{organisation} is not accredited for {scheme}. Choose a scheme it is "
            "accredited for.",
            organisation=actor.organisation.name,
            scheme=given.scheme,
        )


# What may follow the newest change, and how the certificate stands meanwhile.
_CHANGES: Mapping[Change | None, tuple[frozenset[Change], Message]] = MappingProxyType(
    {
        None: (frozenset({Change.SUSPEND, Change.REVOKE}), msg("valid")),
        Change.REINSTATE: (frozenset({Change.SUSPEND, Change.REVOKE}), msg("valid")),
        Change.SUSPEND: (
            frozenset({Change.REINSTATE, Change.REVOKE}),
            msg("suspended"),
        ),
        Change.REVOKE: (frozenset(), msg("revoked")),
    }
)


@dataclass(frozen=True, slots=True)
class ChangeCertificate:
    """Input: suspend, reinstate or revoke."""

    number: str
    change: str
    reason: str


def change_certificate(
    actor: Actor,
    given: ChangeCertificate,
    certificate: Certificate | None,
    newest: Change | None,
) -> tuple[Change, Statement]:
    """Decide whether the certificate may change so, and say so.

    Raises:
        InvalidInput: no reason, or an unknown change.
        NotAllowed: not this body's certificate.
        Conflict: the change makes no sense from where it stands.
    """
    require(actor, Action.CHANGE_CERTIFICATE)
    problems = Problems()
    if given.change not in set(Change):
        problems.add("change", "Unknown change: {given}.", given=given.change)
    reason = noted(problems, parse_name, given.reason, "reason", 200)
    problems.raise_if_any()
    if certificate is None or certificate.issuer != actor.organisation.did:
        raise NotAllowed.at(
            "number",
            "{organisation} has issued no certificate {number}. Only its issuer can "
            "change it.",
            organisation=actor.organisation.name,
            number=given.number,
        )
    change = Change(given.change)
    allowed, standing = _CHANGES[newest]
    if change not in allowed:
        raise Conflict.at(
            "change",
            "Certificate {number} is already {standing}; this change does not apply.",
            number=certificate.number,
            standing=standing,
        )
    subject = {
        "id": certificate.holder,
        "type": "CertificateStatus",
        "certificateNumber": certificate.number,
        "change": str(change),
        "reason": reason,
    }
    return change, Statement(
        RecordType.CERTIFICATION_STATUS,
        actor.organisation.did,
        subject,
        certificate.paths,
        actor.person,
    )
