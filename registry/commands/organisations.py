"""Genesis, admission of organisations, and their first keys."""

from dataclasses import dataclass, replace
from datetime import datetime

from registry.commands.issuing import Receipt, issue
from registry.domain.keys import Custody, key_claim
from registry.domain.parties import (
    Actor,
    Kind,
    Organisation,
    RegisterOrganisation,
    Role,
    register_organisation,
)
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import Conflict, InvalidInput
from registry.service import Registry, log_keys
from registry.signing.did import organisation_did, verification_method
from registry.signing.keys import Ed25519Signer, public_key_of
from registry.signing.signatory import SingleKey
from registry.store.queries.organisations import (
    organisation_by_did,
    organisation_by_uscc,
)
from registry.store.queries.records import newest

OPERATOR_SLUG = "operator"
ROOT_SLUG = "root"


@dataclass(frozen=True, slots=True)
class Founding:
    """Input: who stands at the root of trust and who runs the service."""

    authority_name: str
    authority_name_en: str
    authority_short: str
    division: str
    operator_name: str
    operator_name_en: str
    operator_short: str
    operator_uscc: str


def found(
    registry: Registry, given: Founding, *, request_id: str, now: datetime
) -> Receipt:
    """Write entry 0, the GenesisRecord, and take in the operator.

    The root authority's key stays in custody until it is moved to its own device; the
    record says so.

    Raises:
        Conflict: the log has begun.
    """
    host = registry.identity_host
    root = Organisation(
        organisation_did(host, ROOT_SLUG),
        ROOT_SLUG,
        Kind.AUTHORITY,
        given.authority_name,
        given.authority_name_en,
        given.authority_short,
        given.division,
    )
    seed = registry.entropy(32)
    public_key = public_key_of(seed)
    method = verification_method(root.did, public_key)
    subject = {
        "id": root.did,
        "type": "Genesis",
        "identityHost": host,
        "logOrigin": registry.settings.origin,
        "logKey": log_keys(registry.settings)[1].vkey,
        "rootAuthority": root.subject(),
        "rootKey": key_claim(method, public_key, Custody.OPERATOR),
    }
    operator = RegisterOrganisation(
        OPERATOR_SLUG,
        Kind.OPERATOR,
        given.operator_name,
        given.operator_name_en,
        given.operator_short,
        given.division,
        given.operator_uscc,
    )

    def decide() -> list[Statement]:
        if newest(1):
            raise Conflict.at("", "This registry was founded before.")
        registry.custody.keep(root.did, method, seed, registry.entropy(12))
        return [
            Statement(RecordType.GENESIS, root.did, subject),
            *_admission(registry, Actor("", root, Role.MANAGER), operator),
        ]

    # The root's key is in no record yet, so custody would not find it.
    founding = replace(registry, signatory=SingleKey(Ed25519Signer(method, seed)))
    return issue(founding, root.did, given, decide, request_id=request_id, now=now)[0]


def admit(
    registry: Registry,
    actor: Actor,
    given: RegisterOrganisation,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Take an organisation in and enrol its first, custodial key."""
    slug = given.slug or registry.entropy(8).hex()

    def decide() -> list[Statement]:
        require(actor, Action.REGISTER_ORGANISATION)
        return _admission(registry, actor, replace(given, slug=slug))

    return issue(
        registry,
        actor.organisation.did,
        given,
        decide,
        request_id=request_id,
        now=now,
    )[0]


def _admission(
    registry: Registry, actor: Actor, given: RegisterOrganisation
) -> list[Statement]:
    """Return who is taken in, and with which key; the seed goes into custody."""
    try:
        did = organisation_did(registry.identity_host, given.slug)
    except InvalidInput:
        did = ""  # the rule below refuses the slug, by its own name
    organisation, statement = register_organisation(
        actor, given, did, registry.reference.divisions
    )
    _require_new(organisation)
    seed = registry.entropy(32)
    public_key = public_key_of(seed)
    method = verification_method(did, public_key)
    registry.custody.keep(did, method, seed, registry.entropy(12))
    subject = {
        "id": did,
        "type": "OrganisationKey",
        "action": "enrol",
        "key": key_claim(method, public_key, Custody.OPERATOR),
    }
    key = Statement(
        RecordType.KEY, actor.organisation.did, subject, person=actor.person
    )
    return [statement, key]


def _require_new(organisation: Organisation) -> None:
    if organisation_by_did(organisation.did):
        raise Conflict.at(
            "slug",
            "{slug} is taken. Choose another short name for the address.",
            slug=organisation.slug,
        )
    held = organisation_by_uscc(organisation.uscc) if organisation.uscc else None
    if held:
        raise Conflict.at(
            "uscc",
            "{uscc} is registered already, as {name}.",
            uscc=organisation.uscc,
            name=held.name,
        )
