"""People of an organisation: its manager invites them, gives roles, takes them away.

An invitation is a link that works once. Whoever opens it makes an account of their own,
or takes the role with the account they have: nobody is drawn into an organisation
without saying yes, and no manager ever knows another's password.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.commands.accounts import Credentials, Person, create_account, join
from registry.domain.parties import Actor, Kind, Organisation, Role, parse_name
from registry.domain.roles import Action, require
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.service import Registry
from registry.store.accounts import (
    Member,
    account_by_person,
    drop_membership,
    managed_organisations,
    members_of,
    memberships_of,
)
from registry.store.database import database, writing
from registry.store.one_use import (
    OneUseLink,
    drop_link,
    keep_link,
    links,
    spend_link,
)
from registry.store.queries.organisations import organisation_by_did, organisations
from registry.store.sessions import end_sessions_for

INVITATION_LENGTH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A role that is offered.

    Attributes:
        link_id: tells invitations apart; does not open them.
        name: whom the manager means.
    """

    link_id: str
    organisation: Organisation
    name: str
    role: Role
    expires_at: datetime


def people_of(actor: Actor) -> list[Member]:
    """Return the people of the actor's organisation by login.

    Raises:
        NotAllowed: the actor is no manager.
    """
    require(actor, Action.MANAGE_PEOPLE)
    return members_of(actor.organisation.did)


def invitations_of(actor: Actor, now: datetime) -> list[Invitation]:
    """Return what the actor's organisation offers, the first to expire first.

    Raises:
        NotAllowed: the actor is no manager.
    """
    require(actor, Action.MANAGE_PEOPLE)
    own = actor.organisation
    return [
        _invitation(link, own)
        for link in links("invitation", now)
        if link.grants["organisation"] == own.did
    ]


def invite(
    registry: Registry, actor: Actor, name: str, role: str, now: datetime
) -> str:
    """Offer a role in the actor's organisation; return the token for the link.

    Raises:
        NotAllowed: the actor is no manager.
        InvalidInput: no name, or no such role.
    """
    require(actor, Action.MANAGE_PEOPLE)
    offer = {"name": name, "role": _parse_role(role), "inviter": actor.person}
    return _keep(registry, actor.organisation, offer, now)


def invite_first_manager(
    registry: Registry, actor: Actor, organisation: str, name: str, now: datetime
) -> str:
    """Offer the management of an organisation that nobody manages yet.

    Whoever admitted it does so: the authority that vouches for it, or the operator for
    one that nobody vouches for.

    Args:
        registry: gives the token's randomness.
        actor: an officer of the authority, or of the operator.
        organisation: DID.
        name: whom they mean.
        now: the link works for a week.

    Raises:
        NotAllowed: it was admitted by somebody else.
        Conflict: it has a manager, who invites the others.
    """
    require(actor, Action.REGISTER_ORGANISATION)
    managed = organisation_by_did(organisation)
    if managed is None or not _admitted_by(managed, actor.organisation):
        raise NotAllowed.at(
            "",
            "Only those who admitted an organisation can invite its first manager.",
        )
    if has_manager(managed.did):
        raise Conflict.at(
            "",
            "{organisation} has a manager. Ask them to invite further people.",
            organisation=managed.name,
        )
    # Nobody of the organisation vouches for this link, so it ends with its first use.
    return _keep(registry, managed, {"name": name, "role": Role.MANAGER}, now)


def unmanaged(actor: Actor) -> list[Organisation]:
    """Return what the actor's organisation admitted and nobody manages yet.

    Raises:
        NotAllowed: the actor admits nobody.
    """
    require(actor, Action.REGISTER_ORGANISATION)
    managed = managed_organisations()
    return [
        party
        for party in organisations().values()
        if _admitted_by(party, actor.organisation) and party.did not in managed
    ]


def _admitted_by(party: Organisation, admitter: Organisation) -> bool:
    if admitter.kind is Kind.OPERATOR:
        return not party.vouched_by
    return party.vouched_by == admitter.did


def has_manager(organisation: str) -> bool:
    """Tell whether anybody manages an organisation."""
    return organisation in managed_organisations()


def _keep(
    registry: Registry,
    organisation: Organisation,
    offer: Mapping[str, str],
    now: datetime,
) -> str:
    grants = {
        "organisation": organisation.did,
        "name": parse_name(offer["name"], "name", 40),
        "role": str(offer["role"]),
        "inviter": offer.get("inviter", ""),
    }
    token = registry.entropy(32).hex()
    keep_link("invitation", token, grants, now + INVITATION_LENGTH)
    return token


def withdraw_invitation(actor: Actor, link_id: str, now: datetime) -> None:
    """Take an offer back.

    Raises:
        NotAllowed: the actor is no manager.
        NotFound: there is no such offer of theirs; it may have been taken.
    """
    if link_id not in {offer.link_id for offer in invitations_of(actor, now)}:
        raise NotFound.at(
            "", "This invitation is gone: it was used, withdrawn or is too old."
        )
    drop_link("invitation", link_id)


def join_newly(
    registry: Registry, token: str, given: Credentials, now: datetime
) -> tuple[str, str]:
    """Take an invitation with a new account; return its id and the organisation.

    Raises:
        NotAllowed: the invitation is wrong, used, withdrawn or too old.
        RegistryError: see `create_account`; the invitation is then not used up.
    """
    with database.atomic():
        offer = _offer(spend_link("invitation", token.strip(), now))
        account_id = create_account(
            registry, given.login, given.name, given.password, now
        )
        join(account_id, offer.organisation.did, offer.role)
    return account_id, offer.organisation.did


def join_also(person: Person, token: str, now: datetime) -> str:
    """Take an invitation with the account one has; return the organisation's DID.

    Raises:
        NotAllowed: see `join_newly`.
        Conflict: the person belongs to the organisation already.
    """
    with database.atomic():
        offer = _offer(spend_link("invitation", token.strip(), now))
        if offer.organisation.did in person.memberships:
            raise Conflict.at(
                "",
                "You belong to {organisation} already. Its manager can change your "
                "role.",
                organisation=offer.organisation.name,
            )
        join(person.account_id, offer.organisation.did, offer.role)
    return offer.organisation.did


def change_role(actor: Actor, account_id: str, role: str) -> None:
    """Give a person of the actor's organisation another role, at once.

    Raises:
        NotAllowed: the actor is no manager.
        InvalidInput: no such role.
        NotFound: no such person here.
        Conflict: nobody would be left to manage the organisation.
    """
    wanted = _parse_role(role)
    with writing():
        _member(actor, account_id)
        if wanted is not Role.MANAGER:
            _require_another_manager(actor, account_id)
        join(account_id, actor.organisation.did, wanted)


def remove(actor: Actor, account_id: str) -> None:
    """Take a person out of the actor's organisation; their sessions for it end.

    Raises:
        NotAllowed: the actor is no manager.
        NotFound: no such person here.
        Conflict: nobody would be left to manage the organisation.
    """
    own = actor.organisation.did
    with writing():
        _member(actor, account_id)
        _require_another_manager(actor, account_id)
        drop_membership(account_id, own)
        end_sessions_for(account_id, own)


def _member(actor: Actor, account_id: str) -> Member:
    for member in people_of(actor):
        if member.account_id == account_id:
            return member
    raise NotFound.at("", "There is no such person in your organisation.")


def _require_another_manager(actor: Actor, account_id: str) -> None:
    # Inside `writing()`: of two managers who remove each other at the same moment, the
    # second must see what the first did.
    managers = {
        member.account_id for member in people_of(actor) if member.role is Role.MANAGER
    }
    if managers <= {account_id}:
        raise Conflict.at(
            "",
            "Nobody would be left to manage the organisation. Make somebody else a "
            "manager first.",
        )


def _parse_role(text: str) -> Role:
    if text not in set(Role):
        raise InvalidInput.at(
            "role", "Unknown role: {given}. Choose one.", given=text or "(empty)"
        )
    return Role(text)


def _offer(link: OneUseLink | None) -> Invitation:
    organisation = organisation_by_did(link.grants["organisation"]) if link else None
    if link is None or organisation is None or not _still_stands(link):
        raise NotAllowed.at(
            "token",
            "This invitation is wrong, used, withdrawn or too old. Ask the manager of "
            "the organisation for a new one.",
        )
    return _invitation(link, organisation)


def _still_stands(link: OneUseLink) -> bool:
    """Tell whether whoever made an offer could make it still.

    A manager who was removed must not come back by a link of his own, nor an officer by
    a second link to an organisation that has its first manager by now.
    """
    organisation, inviter = link.grants["organisation"], link.grants["inviter"]
    if not inviter:
        return not has_manager(organisation)
    account = account_by_person(inviter)
    if account is None:  # never deleted, so this inviter never had one to lose
        return True
    return memberships_of(account.account_id).get(organisation) is Role.MANAGER


def _invitation(link: OneUseLink, organisation: Organisation) -> Invitation:
    return Invitation(
        link.link_id,
        organisation,
        link.grants["name"],
        Role(link.grants["role"]),
        link.expires_at,
    )
