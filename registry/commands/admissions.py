"""Admitting an organisation together with the invitation of its first manager.

Both or neither: an organisation that nobody can act for could do nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from registry.commands.issuing import Receipt
from registry.commands.organisations import admit
from registry.commands.people import invite_first_manager
from registry.domain.parties import Actor, Organisation, RegisterOrganisation
from registry.service import Registry
from registry.store.accounts import managed_organisations
from registry.store.queries.organisations import organisation_by_did
from registry.store.queries.records import record_by_id


@dataclass(frozen=True, slots=True)
class Admission:
    """What came of it.

    Attributes:
        token: opens the invitation of its first manager, once; empty where nobody was
            named, or where somebody manages it already.
    """

    organisation: Organisation
    receipt: Receipt
    token: str


def admit_with_manager(
    registry: Registry,
    actor: Actor,
    given: RegisterOrganisation,
    manager: str,
    *,
    request_id: str,
    now: datetime,
) -> Admission:
    """Take an organisation in and invite whoever is to manage it.

    Args:
        registry: the open registry.
        actor: an officer of an authority, or of the operator.
        given: the party.
        manager: the name of its first manager, or empty.
        request_id: UUID of the caller's. A retry admits nobody twice, but invites
            again: the link of the answer that was lost is lost as well.
        now: the time of the request.

    Raises:
        RegistryError: from the rules of either; nothing was written.
    """
    with registry.ledger.writing():
        receipt = admit(registry, actor, given, request_id=request_id, now=now)
        organisation = _admitted(receipt)
        if not manager.strip() or organisation.did in managed_organisations():
            return Admission(organisation, receipt, "")
        token = invite_first_manager(registry, actor, organisation.did, manager, now)
    return Admission(organisation, receipt, token)


def _admitted(receipt: Receipt) -> Organisation:
    record = record_by_id(receipt.record_id)
    found = organisation_by_did(record.subject.text("id")) if record else None
    if found is None:
        raise LookupError(f"no organisation of record {receipt.record_id}")
    return found
