"""People of an organisation on both databases: invited, given roles, taken out."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from registry.commands import accounts, people
from registry.commands.accounts import Credentials
from registry.domain.parties import Actor, Role
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound, RegistryError
from registry.store.accounts import account_by_login, members_of
from registry.store.tables import operational
from tests.support.cast import Cast, did
from tests.support.registry import NOW
from tests.support.web import enrol

NEW = Credentials("fei", "Fei", "three quiet words")
GINGER = did("luoping-ginger")


def as_role(actor: Actor, role: Role) -> Actor:
    return Actor(actor.person, actor.organisation, role, actor.memberships)


def invited(cast: Cast, role: Role = Role.WORKER) -> str:
    return people.invite(cast.registry, cast.amina, "Fei", str(role), NOW)


def joined(cast: Cast, role: Role = Role.WORKER) -> str:
    return people.join_newly(cast.registry, invited(cast, role), NEW, NOW)[0]


def roles(organisation: str = GINGER) -> dict[str, Role]:
    return {member.login: member.role for member in members_of(organisation)}


# Inviting


def test_an_invited_person_joins_with_an_account_of_their_own(cast: Cast) -> None:
    account_id, organisation = people.join_newly(cast.registry, invited(cast), NEW, NOW)
    assert organisation == GINGER
    assert roles() == {"fei": Role.WORKER}
    token = accounts.open_for(cast.registry, account_id, NOW)
    found = accounts.person_of(token, NOW)
    assert found is not None
    assert accounts.actor_of(found).role is Role.WORKER


def test_a_person_with_an_account_joins_with_it(cast: Cast) -> None:
    enrol(cast, "dan")
    token = accounts.sign_in(
        cast.registry, "dan", "a long secret, nad", "192.0.2.1", NOW
    )
    dan = accounts.person_of(token, NOW)
    assert dan is not None
    assert people.join_also(dan, invited(cast), NOW) == GINGER
    assert roles() == {"dan": Role.WORKER}


def test_who_belongs_already_keeps_role_and_invitation(cast: Cast) -> None:
    account_id = joined(cast)
    session = accounts.open_for(cast.registry, account_id, NOW)
    fei = accounts.person_of(session, NOW)
    assert fei is not None
    token = invited(cast, Role.MANAGER)
    with pytest.raises(Conflict, match=r"belong to .* already"):
        people.join_also(fei, token, NOW)
    assert roles() == {"fei": Role.WORKER}
    assert len(people.invitations_of(cast.amina, NOW)) == 1


def test_an_invitation_works_once(cast: Cast) -> None:
    token = invited(cast)
    people.join_newly(cast.registry, token, NEW, NOW)
    with pytest.raises(NotAllowed, match="wrong, used, withdrawn or too old"):
        people.join_newly(
            cast.registry, token, Credentials("eve", "Eve", NEW.password), NOW
        )
    assert account_by_login("eve") is None


def test_an_invitation_ends_after_a_week(cast: Cast) -> None:
    token = invited(cast)
    late = NOW + people.INVITATION_LENGTH
    assert people.invitations_of(cast.amina, late) == []
    with pytest.raises(NotAllowed, match="too old"):
        people.join_newly(cast.registry, token, NEW, late)


def test_a_refused_account_leaves_the_invitation_usable(cast: Cast) -> None:
    token = invited(cast)
    with pytest.raises(RegistryError):
        people.join_newly(cast.registry, token, Credentials("fei", "", "short"), NOW)
    assert people.join_newly(cast.registry, token, NEW, NOW)


def test_a_set_up_link_is_no_invitation(cast: Cast) -> None:
    token = accounts.new_setup_link(cast.registry, NOW)
    with pytest.raises(NotAllowed):
        people.join_newly(cast.registry, token, NEW, NOW)


def test_a_withdrawn_invitation_is_refused(cast: Cast) -> None:
    token = invited(cast)
    (offer,) = people.invitations_of(cast.amina, NOW)
    people.withdraw_invitation(cast.amina, offer.link_id, NOW)
    with pytest.raises(NotAllowed, match="withdrawn"):
        people.join_newly(cast.registry, token, NEW, NOW)


def test_another_organisations_invitation_cannot_be_withdrawn(cast: Cast) -> None:
    invited(cast)
    (offer,) = people.invitations_of(cast.amina, NOW)
    with pytest.raises(NotFound, match="gone"):
        people.withdraw_invitation(cast.dan, offer.link_id, NOW)
    assert people.invitations_of(cast.dan, NOW) == []
    assert people.invitations_of(cast.amina, NOW) == [offer]


def test_the_first_to_expire_is_listed_first(cast: Cast) -> None:
    later = NOW + timedelta(hours=1)
    people.invite(cast.registry, cast.amina, "Late", "worker", later)
    people.invite(cast.registry, cast.amina, "Early", "worker", NOW)
    names = [offer.name for offer in people.invitations_of(cast.amina, NOW)]
    assert names == ["Early", "Late"]


@pytest.mark.parametrize("role", ["", "owner", "MANAGER"])
def test_an_unknown_role_is_refused(cast: Cast, role: str) -> None:
    with pytest.raises(InvalidInput, match="Unknown role"):
        people.invite(cast.registry, cast.amina, "Fei", role, NOW)


def test_an_invitation_needs_a_name(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        people.invite(cast.registry, cast.amina, " ", "worker", NOW)


@pytest.mark.parametrize("role", [Role.WORKER, Role.VIEWER])
def test_only_a_manager_deals_with_people(cast: Cast, role: Role) -> None:
    account_id, worker = joined(cast), as_role(cast.amina, role)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: people.people_of(worker),
        lambda: people.invitations_of(worker, NOW),
        lambda: people.invite(cast.registry, worker, "Eve", "manager", NOW),
        lambda: people.change_role(worker, account_id, "manager"),
        lambda: people.remove(worker, account_id),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed, match="Add and remove people"):
            attempt()
    assert roles() == {"fei": Role.WORKER}


# Changing and removing


def test_a_new_role_counts_at_the_next_request(cast: Cast) -> None:
    enrol(cast, "amina")
    account_id = joined(cast)
    token = accounts.open_for(cast.registry, account_id, NOW)
    people.change_role(cast.amina, account_id, "viewer")
    found = accounts.person_of(token, NOW)
    assert found is not None
    assert accounts.actor_of(found).role is Role.VIEWER


def test_who_is_taken_out_is_out_at_the_next_request(cast: Cast) -> None:
    enrol(cast, "amina")
    account_id = joined(cast)
    token = accounts.open_for(cast.registry, account_id, NOW)
    people.remove(cast.amina, account_id)
    assert accounts.person_of(token, NOW) is None
    assert roles() == {"amina": Role.MANAGER}


def test_a_session_for_another_organisation_goes_on(cast: Cast) -> None:
    enrol(cast, "amina")
    account_id = joined(cast)
    accounts.join(account_id, did("luoping-honey"), Role.WORKER)
    token = accounts.open_for(cast.registry, account_id, NOW, did("luoping-honey"))
    people.remove(cast.amina, account_id)
    found = accounts.person_of(token, NOW)
    assert found is not None
    assert set(found.memberships) == {did("luoping-honey")}


def test_the_last_manager_is_not_taken_out(cast: Cast) -> None:
    account_id = enrol(cast, "amina")
    joined(cast)
    with pytest.raises(Conflict, match="Nobody would be left"):
        people.remove(cast.amina, account_id)
    assert roles()["amina"] is Role.MANAGER


def test_the_last_manager_does_not_become_staff(cast: Cast) -> None:
    account_id = enrol(cast, "amina")
    with pytest.raises(Conflict, match="Nobody would be left"):
        people.change_role(cast.amina, account_id, "worker")
    assert roles() == {"amina": Role.MANAGER}


def test_with_two_managers_one_may_leave(cast: Cast) -> None:
    account_id = enrol(cast, "amina")
    joined(cast, Role.MANAGER)
    people.remove(cast.amina, account_id)
    assert roles() == {"fei": Role.MANAGER}


def test_people_of_another_organisation_are_not_there(cast: Cast) -> None:
    account_id = enrol(cast, "amina")
    with pytest.raises(NotFound, match="no such person"):
        people.remove(cast.dan, account_id)
    with pytest.raises(NotFound, match="no such person"):
        people.change_role(cast.dan, account_id, "viewer")
    assert roles() == {"amina": Role.MANAGER}


# The first manager


def test_the_authority_invites_the_first_manager_of_whom_it_admitted(
    cast: Cast,
) -> None:
    token = people.invite_first_manager(cast.registry, cast.grace, GINGER, "Fei", NOW)
    people.join_newly(cast.registry, token, NEW, NOW)
    assert roles() == {"fei": Role.MANAGER}
    assert GINGER not in {party.did for party in people.unmanaged(cast.grace)}


def test_a_managed_organisation_gets_no_first_manager(cast: Cast) -> None:
    joined(cast, Role.MANAGER)
    with pytest.raises(Conflict, match="has a manager"):
        people.invite_first_manager(cast.registry, cast.grace, GINGER, "Eve", NOW)


@pytest.mark.parametrize("officer", ["olive", "root"])
def test_only_who_admitted_an_organisation_invites_its_first_manager(
    cast: Cast, officer: str
) -> None:
    actor = cast.people[officer]
    with pytest.raises(NotAllowed, match="who admitted"):
        people.invite_first_manager(cast.registry, actor, GINGER, "Eve", NOW)


def test_a_cooperative_invites_nobodys_first_manager(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Admit an organisation"):
        people.invite_first_manager(cast.registry, cast.dan, GINGER, "Eve", NOW)


def test_an_unknown_organisation_gets_no_manager(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="who admitted"):
        people.invite_first_manager(
            cast.registry, cast.olive, did("nowhere"), "Eve", NOW
        )


def test_the_operator_invites_the_root_authoritys_first_manager(cast: Cast) -> None:
    unmanaged = {party.slug for party in people.unmanaged(cast.olive)}
    assert "root" in unmanaged
    assert people.invite_first_manager(
        cast.registry, cast.olive, did("root"), "Rui", NOW
    )


def test_no_invitation_is_readable_in_the_database(cast: Cast) -> None:
    token = invited(cast)
    rows = [row.__data__ for row in operational.Setting.select()]
    assert rows
    assert token not in str(rows)


def test_a_removed_manager_does_not_come_back_by_his_own_link(cast: Cast) -> None:
    enrol(cast, "amina")
    rival = joined(cast, Role.MANAGER)
    session = accounts.open_for(cast.registry, rival, NOW)
    fei = accounts.person_of(session, NOW)
    assert fei is not None
    way_back = people.invite(
        cast.registry, accounts.actor_of(fei), "Fei", "manager", NOW
    )
    people.remove(cast.amina, rival)

    with pytest.raises(NotAllowed, match="wrong, used, withdrawn"):
        people.join_also(fei, way_back, NOW)


def test_a_second_first_managers_link_ends_with_the_first(cast: Cast) -> None:
    did = cast.dan.organisation.did
    tokens = [
        people.invite_first_manager(cast.registry, cast.grace, did, name, NOW)
        for name in ("Dan", "Eve")
    ]
    people.join_newly(cast.registry, tokens[0], NEW, NOW)

    with pytest.raises(NotAllowed, match="wrong, used, withdrawn"):
        people.join_newly(
            cast.registry, tokens[1], Credentials("eve", "Eve", NEW.password), NOW
        )
