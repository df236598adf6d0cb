"""Every action by every kind of organisation and every role, through pages and rules.

The table below was written by hand from the responsibilities in the law and the design,
not from the code: a slip in the code's table must not pass because the test reads it.
"""

import pytest
from flask.testing import FlaskClient

from registry.domain.parties import (
    Actor,
    Kind,
    Organisation,
    RegisterOrganisation,
    Role,
)
from registry.domain.roles import PERMISSIONS, Action, may, require
from registry.errors import NotAllowed
from registry.store.accounts import keep_membership
from tests.support.cast import Cast, uscc
from tests.support.web import client_for, enrol, said, sign_in

M, W, V = Role.MANAGER, Role.WORKER, Role.VIEWER
GROWS = {Kind.COOPERATIVE, Kind.PROCESSOR}

# Action -> kinds of organisation, roles.
TABLE: dict[Action, tuple[set[Kind], set[Role]]] = {
    Action.REGISTER_ORGANISATION: ({Kind.AUTHORITY, Kind.OPERATOR}, {M, W}),
    Action.MANAGE_PEOPLE: (set(Kind), {M}),
    Action.REGISTER_PRODUCT: (GROWS, {M, W}),
    Action.REGISTER_PLOT: (GROWS, {M, W}),
    Action.REGISTER_BATCH: (GROWS, {M, W}),
    Action.RECORD_OPERATION: (GROWS, {M, W}),
    Action.ISSUE_LABELS: (GROWS, {M, W}),
    Action.LOG_INSPECTION: ({Kind.INSPECTION_BODY}, {M, W}),
    Action.CERTIFY: ({Kind.CERTIFICATION_BODY}, {M, W}),
    Action.CHANGE_CERTIFICATE: ({Kind.CERTIFICATION_BODY}, {M, W}),
    Action.SEE_DIVISION: ({Kind.AUTHORITY}, {M, W, V}),
    Action.OPERATE: ({Kind.OPERATOR}, {M}),
}

# A page that serves the action and needs nothing registered before.
PAGES = {
    Action.REGISTER_ORGANISATION: "/organisations/new",
    Action.MANAGE_PEOPLE: "/people",
    Action.REGISTER_PRODUCT: "/products/new",
    Action.REGISTER_PLOT: "/plots/new",
    Action.REGISTER_BATCH: "/batches/new",
    Action.LOG_INSPECTION: "/inspections/find",
    Action.CERTIFY: "/certifications/find",
    Action.SEE_DIVISION: "/organisations/batches",
}

SLUGS = {
    Kind.COOPERATIVE: "luoping-ginger",
    Kind.INSPECTION_BODY: "luoping-inspection",
    Kind.CERTIFICATION_BODY: "yunnan-green",
    Kind.AUTHORITY: "luoping-agriculture",
    Kind.OPERATOR: "operator",
}


def actor(kind: Kind, role: Role) -> Actor:
    party = Organisation("did:web:x:orgs:a", "a", kind, "甲", "A", "甲", "53")
    return Actor("urn:uuid:1", party, role)


def test_the_table_knows_every_action() -> None:
    assert set(TABLE) == set(Action) == set(PERMISSIONS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("action", list(Action))
def test_a_rule_lets_in_whom_the_table_names(
    action: Action, kind: Kind, role: Role
) -> None:
    kinds, roles = TABLE[action]
    who = actor(kind, role)
    if kind in kinds and role in roles:
        require(who, action)
        assert may(who, action)
    else:
        assert not may(who, action)
        with pytest.raises(NotAllowed, match="Who may do what"):
            require(who, action)


@pytest.fixture
def everybody(embedded_cast: Cast) -> Cast:
    """The cast, and one person of each kind of organisation, named by it."""
    for number, kind in enumerate(Kind, start=50):
        slug = SLUGS.get(kind)
        if slug is None:
            slug = f"a-{kind}".replace("_", "-")
            given = RegisterOrganisation(
                slug, str(kind), "罗平", "Luoping", "罗平", "530324", uscc(number)
            )
            embedded_cast.admits(embedded_cast.grace, given)
        embedded_cast.joins(str(kind), slug)
    return embedded_cast


@pytest.mark.parametrize("role", list(Role))
def test_a_page_lets_in_whom_the_table_names(everybody: Cast, role: Role) -> None:
    for kind in Kind:
        client = client_for(everybody.registry)
        sign_in(client, everybody, str(kind))
        own = everybody.people[str(kind)].organisation.did
        keep_membership(enrol(everybody, str(kind)), own, role)
        for action, path in PAGES.items():
            kinds, roles = TABLE[action]
            expected = 200 if kind in kinds and role in roles else 403
            answer = client.get(path)
            assert answer.status_code == expected, f"{kind} {role} {path}"


@pytest.mark.parametrize("path", sorted({*PAGES.values(), "/today", "/account"}))
def test_a_page_of_the_desk_asks_strangers_to_sign_in(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")


def test_a_refusal_says_what_was_asked_and_where_to_read_on(
    ben_client: FlaskClient,
) -> None:
    answer = ben_client.get("/batches/new")
    assert "罗平县农产品质检站 may not do this" in said(answer)
    assert "Register a batch and its origin" in said(answer)
