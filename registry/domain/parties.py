"""Organisations, the people who act for them, and who vouches for whom.

Authorities, inspection bodies and certification bodies take part only by an
OrganisationRecord that an authority signs. Others may be registered by the operator and
are then shown as "not vouched for". An authority vouches inside its own division and
nowhere else.
"""

import enum
import re
from dataclasses import dataclass, field

from registry.domain.claims import Claims
from registry.domain.divisions import Divisions
from registry.domain.names import noted, parse_name, parse_optional_name
from registry.domain.records import RecordType, Statement
from registry.domain.uscc import parse_uscc
from registry.errors import NotAllowed, Problems

__all__ = [
    "VOUCHED_KINDS",
    "Actor",
    "Kind",
    "Organisation",
    "RegisterOrganisation",
    "Role",
    "Tier",
    "parse_name",
    "register_organisation",
]

# One spelling each, so that no two DIDs differ in nothing that a reader sees.
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)


class Kind(enum.StrEnum):
    """What an organisation is."""

    COOPERATIVE = "cooperative"
    PROCESSOR = "processor"
    CARRIER = "carrier"
    MARKET = "market"
    INSPECTION_BODY = "inspection_body"
    CERTIFICATION_BODY = "certification_body"
    AUTHORITY = "authority"
    SERVICE_STATION = "service_station"
    OPERATOR = "operator"


class Tier(enum.StrEnum):
    """Level of an inspection body."""

    CITY = "city"
    COUNTY = "county"


# Their word decides a verdict, so nobody may declare themselves one of them.
VOUCHED_KINDS = frozenset(
    {Kind.AUTHORITY, Kind.INSPECTION_BODY, Kind.CERTIFICATION_BODY}
)


class Role(enum.StrEnum):
    """What a person is inside an organisation."""

    MANAGER = "manager"
    WORKER = "worker"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A party as its newest OrganisationRecord describes it.

    Attributes:
        did: `did:web:<identity host>:orgs:<slug>`.
        division: GB/T 2260 code of its seat; for an authority, what it governs.
        uscc: 统一社会信用代码 (GB 32100), empty for an authority without one.
        short_name: two characters for the seal.
        accreditation: number of the inspection or certification body's approval.
        schemes: certification schemes it may grant.
        tier: for inspection bodies.
        vouched_by: DID of the authority that vouches, or empty.
    """

    did: str
    slug: str
    kind: Kind
    name: str
    name_en: str
    short_name: str
    division: str
    uscc: str = ""
    accreditation: str = ""
    schemes: tuple[str, ...] = ()
    tier: str = ""
    vouched_by: str = ""

    def subject(self) -> dict[str, object]:
        """Return the `credentialSubject` of its OrganisationRecord."""
        subject: dict[str, object] = {
            "id": self.did,
            "type": "Organisation",
            "kind": str(self.kind),
            "name": self.name,
            "nameEn": self.name_en,
            "shortName": self.short_name,
            "division": self.division,
        }
        optional: dict[str, object] = {
            "uscc": self.uscc,
            "accreditation": self.accreditation,
            "schemes": list(self.schemes),
            "tier": self.tier,
        }
        return subject | {key: value for key, value in optional.items() if value}

    @classmethod
    def from_claims(
        cls, subject: Claims, issuer: "Organisation | None"
    ) -> "Organisation":
        """Read it back from a record that `issuer` signed (None: genesis)."""
        did = subject.text("id")
        vouches = issuer is not None and issuer.kind is Kind.AUTHORITY
        return cls(
            did=did,
            slug=did.rsplit(":", 1)[-1],
            kind=subject.choice("kind", Kind),
            name=subject.text("name"),
            name_en=subject.text("nameEn"),
            short_name=subject.text("shortName"),
            division=subject.text("division"),
            uscc=subject.optional_text("uscc"),
            accreditation=subject.optional_text("accreditation"),
            schemes=subject.texts("schemes"),
            tier=subject.optional_text("tier"),
            vouched_by=issuer.did if issuer and vouches else "",
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for an organisation.

    Attributes:
        person: pseudonym, the same in every organisation, so that rules can tell that
            inspector and grower are one person without a record naming either.
        memberships: DIDs of every organisation that the person belongs to.
    """

    person: str
    organisation: Organisation
    role: Role
    memberships: frozenset[str] = field(default_factory=frozenset)

    def belongs_to(self, did: str) -> bool:
        """Tell whether the person works for `did`, in whatever role."""
        return did == self.organisation.did or did in self.memberships


@dataclass(frozen=True, slots=True)
class RegisterOrganisation:
    """Input: take a party into the registry."""

    slug: str
    kind: str
    name: str
    name_en: str
    short_name: str
    division: str
    uscc: str = ""
    accreditation: str = ""
    schemes: tuple[str, ...] = ()
    tier: str = ""


def register_organisation(
    actor: Actor, given: RegisterOrganisation, identity_did: str, divisions: Divisions
) -> tuple[Organisation, Statement]:
    """Decide whether `actor` may take a party in, and say so.

    Args:
        actor: an officer of an authority, or the operator.
        given: the party.
        identity_did: the DID that the party will have.
        divisions: the tree of administrative divisions.

    Raises:
        InvalidInput: every wrong field at once.
        NotAllowed: the kind needs an authority's word, or the division is another's.
    """
    problems = Problems()
    name = noted(problems, parse_name, given.name, "name", 80)
    name_en = noted(problems, parse_name, given.name_en, "name_en", 80)
    short_name = noted(problems, parse_name, given.short_name, "short_name", 2)
    uscc = ""
    if given.uscc or given.kind != Kind.AUTHORITY:
        uscc = noted(problems, parse_uscc, given.uscc)
    accreditation = noted(
        problems, parse_optional_name, given.accreditation, "accreditation"
    )
    noted(problems, divisions.full_name, given.division)
    _check_form(given, problems)
    problems.raise_if_any()
    kind = Kind(given.kind)
    _require_vouching(actor, kind, given.division, divisions)
    vouches = actor.organisation.kind is Kind.AUTHORITY
    organisation = Organisation(
        did=identity_did,
        slug=given.slug,
        kind=kind,
        name=name,
        name_en=name_en,
        short_name=short_name,
        division=given.division,
        uscc=uscc,
        accreditation=accreditation,
        schemes=given.schemes,
        tier=given.tier,
        vouched_by=actor.organisation.did if vouches else "",
    )
    return organisation, Statement(
        RecordType.ORGANISATION,
        actor.organisation.did,
        organisation.subject(),
        person=actor.person,
    )


def _check_form(given: RegisterOrganisation, problems: Problems) -> None:
    """Note values outside their lists."""
    if not _SLUG.fullmatch(given.slug):
        problems.add(
            "slug",
            "{given} cannot stand in an address. Use 1 to 40 of a-z, 0-9 and hyphen.",
            given=given.slug or "(empty)",
        )
    if given.kind not in set(Kind):
        problems.add("kind", "Unknown kind of organisation: {given}.", given=given.kind)
    if given.tier not in {"", *Tier}:
        problems.add("tier", "Unknown tier: {given}. Choose one.", given=given.tier)
    for scheme in given.schemes:
        if not _SCHEME.fullmatch(scheme):
            problems.add("schemes", "Unknown scheme: {given}.", given=scheme)
    if given.kind in {Kind.INSPECTION_BODY, Kind.CERTIFICATION_BODY} and not (
        given.accreditation.strip()
    ):
        problems.add(
            "accreditation",
            "An inspection or certification body needs its accreditation number.",
        )


def _require_vouching(
    actor: Actor, kind: Kind, division: str, divisions: Divisions
) -> None:
    """Refuse a voice that `actor` cannot lend."""
    own = actor.organisation
    if own.kind not in {Kind.AUTHORITY, Kind.OPERATOR}:
        raise NotAllowed.at(
            "",
            "{organisation} can admit nobody. Only an authority or the operator of "
            "the registry can.",
            organisation=own.name,
        )
    # An operator admits without a division; a county must not make one for itself.
    # Only the root authority is vouched for by nobody.
    if kind is Kind.OPERATOR and (own.kind is Kind.OPERATOR or own.vouched_by):
        raise NotAllowed.at(
            "kind",
            "Only the root authority can appoint an operator of the registry.",
        )
    if own.kind is Kind.OPERATOR:
        if kind in VOUCHED_KINDS:
            raise NotAllowed.at(
                "kind",
                "Only an authority can admit an inspection body, a certification body "
                "or another authority. Ask the authority of the division.",
            )
        return
    if not divisions.contains(own.division, division):
        raise NotAllowed.at(
            "division",
            "{division} lies outside the division of {authority}. Its own authority "
            "must admit this organisation.",
            division=divisions.full_name(division),
            authority=own.name,
        )
