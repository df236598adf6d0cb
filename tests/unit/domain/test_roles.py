"""Who may do what: every action, kind and role."""

from itertools import product

import pytest

from registry.domain.parties import Actor, Kind, Role
from registry.domain.roles import PERMISSIONS, Action, may, require
from registry.errors import NotAllowed
from tests.unit.domain.samples import party, refused

# The table again, by hand: M manager, W worker, V viewer; all other triples are no.
ALLOWED: dict[Action, dict[Kind, str]] = {
    Action.REGISTER_ORGANISATION: {Kind.AUTHORITY: "MW", Kind.OPERATOR: "MW"},
    Action.MANAGE_PEOPLE: dict.fromkeys(Kind, "M"),
    Action.REGISTER_PRODUCT: {Kind.COOPERATIVE: "MW", Kind.PROCESSOR: "MW"},
    Action.REGISTER_PLOT: {Kind.COOPERATIVE: "MW", Kind.PROCESSOR: "MW"},
    Action.REGISTER_BATCH: {Kind.COOPERATIVE: "MW", Kind.PROCESSOR: "MW"},
    Action.RECORD_OPERATION: {Kind.COOPERATIVE: "MW", Kind.PROCESSOR: "MW"},
    Action.ISSUE_LABELS: {Kind.COOPERATIVE: "MW", Kind.PROCESSOR: "MW"},
    Action.LOG_INSPECTION: {Kind.INSPECTION_BODY: "MW"},
    Action.CERTIFY: {Kind.CERTIFICATION_BODY: "MW"},
    Action.CHANGE_CERTIFICATE: {Kind.CERTIFICATION_BODY: "MW"},
    Action.SEE_DIVISION: {Kind.AUTHORITY: "MWV"},
    Action.OPERATE: {Kind.OPERATOR: "M"},
}
LETTER = {Role.MANAGER: "M", Role.WORKER: "W", Role.VIEWER: "V"}


@pytest.mark.parametrize("action", Action)
def test_the_table_is_what_was_agreed(action: Action) -> None:
    for kind, role in product(Kind, Role):
        actor = Actor("urn:uuid:a", party("somebody", kind), role)
        allowed = LETTER[role] in ALLOWED[action].get(kind, "")
        assert may(actor, action) is allowed, (kind, role)
        if allowed:
            require(actor, action)
        else:
            with refused(NotAllowed, "", str(PERMISSIONS[action].about)):
                require(actor, action)


def test_every_action_is_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Action) == set(ALLOWED)


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.SEE_DIVISION}))
def test_a_viewer_changes_nothing(action: Action) -> None:
    assert Role.VIEWER not in PERMISSIONS[action].roles


def test_nobody_both_inspects_and_grows_or_certifies() -> None:
    inspects = PERMISSIONS[Action.LOG_INSPECTION].kinds
    assert not inspects & PERMISSIONS[Action.REGISTER_BATCH].kinds
    assert not inspects & PERMISSIONS[Action.CERTIFY].kinds
