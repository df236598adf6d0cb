"""Parties and their keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.domain.parties import Kind, Organisation
from registry.store.tables import projected


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the log has it.

    Attributes:
        public_key: multibase Multikey, `z6Mk...`.
        custody: `operator` (custodial) or `organisation` (self-held).
        leaf_index: the key signs records at greater indexes only.
        compromised_from: tree size from which its signatures do not count, or None.
    """

    verification_method: str
    organisation: str
    public_key: str
    custody: str
    status: str
    leaf_index: int
    compromised_from: int | None


def _organisation(row: projected.Organisation) -> Organisation:
    return Organisation(
        did=row.did,
        slug=row.slug,
        kind=Kind(row.kind),
        name=row.name,
        name_en=row.name_en,
        short_name=row.short_name,
        division=row.division,
        uscc=row.uscc,
        accreditation=row.accreditation,
        schemes=tuple(row.schemes.split()),
        tier=row.tier,
        vouched_by=row.vouched_by,
    )


def organisation_by_did(did: str) -> Organisation | None:
    """Return the party, or None."""
    row = projected.Organisation.get_or_none(projected.Organisation.did == did)
    return _organisation(row) if row else None


def organisation_by_slug(slug: str) -> Organisation | None:
    """Return the party, or None."""
    row = projected.Organisation.get_or_none(projected.Organisation.slug == slug)
    return _organisation(row) if row else None


def organisation_by_uscc(uscc: str) -> Organisation | None:
    """Return the party with this 统一社会信用代码, or None."""
    row = projected.Organisation.get_or_none(projected.Organisation.uscc == uscc)
    return _organisation(row) if row else None


def organisations(dids: Iterable[str] | None = None) -> dict[str, Organisation]:
    """Return parties by DID: those named, or all."""
    rows = projected.Organisation.select().order_by(projected.Organisation.leaf_index)
    if dids is not None:
        rows = rows.where(projected.Organisation.did.in_(list(dids)))
    return {row.did: _organisation(row) for row in rows}


def organisations_within(division: str) -> list[Organisation]:
    """Return the parties seated in a division or below it."""
    rows = (
        projected.Organisation.select()
        .where(projected.Organisation.division.startswith(division))
        .order_by(projected.Organisation.division, projected.Organisation.name)
    )
    return [_organisation(row) for row in rows]


def _key(row: projected.OrganisationKey) -> Key:
    return Key(
        row.verification_method,
        row.organisation,
        row.public_key,
        row.custody,
        row.status,
        row.leaf_index,
        row.compromised_from,
    )


def key_by_method(verification_method: str) -> Key | None:
    """Return the key, or None."""
    row = projected.OrganisationKey.get_or_none(
        projected.OrganisationKey.verification_method == verification_method
    )
    return _key(row) if row else None


def keys_of(did: str) -> list[Key]:
    """Return every key of an organisation, oldest first."""
    rows = (
        projected.OrganisationKey.select()
        .where(projected.OrganisationKey.organisation == did)
        .order_by(projected.OrganisationKey.leaf_index)
    )
    return [_key(row) for row in rows]
