"""Parties and their keys."""

from registry.domain.claims import Claims
from registry.domain.keys import KeyChange
from registry.domain.parties import Organisation
from registry.domain.records import SignedRecord
from registry.store.queries.organisations import organisation_by_did
from registry.store.tables import projected


def genesis(record: SignedRecord) -> None:
    """Entry 0: the root authority, vouched for by nobody, and its first key."""
    root = Organisation.from_claims(record.subject.claims("rootAuthority"), None)
    _save(root, record.leaf_index)
    _enrol(record.subject.claims("rootKey"), root.did, record.leaf_index)


def organisation(record: SignedRecord) -> None:
    """A party, as its newest record describes it."""
    issuer = organisation_by_did(record.issuer)
    _save(Organisation.from_claims(record.subject, issuer), record.leaf_index)


def key(record: SignedRecord) -> None:
    """A key that may sign from this leaf index on, or that may no longer."""
    subject = record.subject
    change = KeyChange(subject.text("action"))
    if change is KeyChange.ENROL:
        _enrol(subject.claims("key"), subject.text("id"), record.leaf_index)
        return
    ended: dict[str, object] = {"status": "retired", "ended_index": record.leaf_index}
    if change is KeyChange.REVOKE:
        named = "compromisedFromIndex" in subject
        ended |= {
            "status": "revoked",
            "compromised_from": subject.integer("compromisedFromIndex")
            if named
            else record.leaf_index + 1,
        }
    row = projected.OrganisationKey
    row.update(ended).where(
        (row.verification_method == subject.claims("key").text("id"))
        & (row.organisation == subject.text("id"))
    ).execute()


def _save(party: Organisation, leaf_index: int) -> None:
    values = {
        "did": party.did,
        "slug": party.slug,
        "kind": str(party.kind),
        "name": party.name,
        "name_en": party.name_en,
        "short_name": party.short_name,
        "division": party.division,
        "uscc": party.uscc,
        "accreditation": party.accreditation,
        "schemes": " ".join(party.schemes),
        "tier": party.tier,
        "vouched_by": party.vouched_by,
        "leaf_index": leaf_index,
    }
    projected.Organisation.insert(values).on_conflict(
        conflict_target=(projected.Organisation.did,), update=values
    ).execute()


def _enrol(claim: Claims, organisation_did: str, leaf_index: int) -> None:
    projected.OrganisationKey.create(
        verification_method=claim.text("id"),
        organisation=organisation_did,
        public_key=claim.text("publicKeyMultibase"),
        custody=claim.text("custody"),
        status="active",
        compromised_from=None,
        ended_index=None,
        leaf_index=leaf_index,
    )
