"""What a role may do: one table, read by the code, walked by tests, shown on a page."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from registry.domain.parties import Actor, Kind, Role
from registry.errors import Message, NotAllowed, msg


class Action(enum.StrEnum):
    """Something a person can ask the registry to do."""

    REGISTER_ORGANISATION = "register_organisation"
    MANAGE_PEOPLE = "manage_people"
    REGISTER_PRODUCT = "register_product"
    REGISTER_PLOT = "register_plot"
    REGISTER_BATCH = "register_batch"
    RECORD_OPERATION = "record_operation"
    ISSUE_LABELS = "issue_labels"
    LOG_INSPECTION = "log_inspection"
    CERTIFY = "certify"
    CHANGE_CERTIFICATE = "change_certificate"
    SEE_DIVISION = "see_division"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do one thing."""

    kinds: frozenset[Kind]
    roles: frozenset[Role]
    about: Message


_STAFF = frozenset({Role.MANAGER, Role.WORKER})
_MANAGERS = frozenset({Role.MANAGER})
_GROWERS = frozenset({Kind.COOPERATIVE, Kind.PROCESSOR})

PERMISSIONS: Mapping[Action, Permission] = {
    Action.REGISTER_ORGANISATION: Permission(
        frozenset({Kind.AUTHORITY, Kind.OPERATOR}),
        _STAFF,
        msg("Admit an organisation and enrol its first key"),
    ),
    Action.MANAGE_PEOPLE: Permission(
        frozenset(Kind), _MANAGERS, msg("Add and remove people of the organisation")
    ),
    Action.REGISTER_PRODUCT: Permission(
        _GROWERS, _STAFF, msg("Register a product and its GTIN")
    ),
    Action.REGISTER_PLOT: Permission(_GROWERS, _STAFF, msg("Register a plot")),
    Action.REGISTER_BATCH: Permission(
        _GROWERS, _STAFF, msg("Register a batch and its origin")
    ),
    Action.RECORD_OPERATION: Permission(
        _GROWERS, _STAFF, msg("Record an input used on a batch")
    ),
    Action.ISSUE_LABELS: Permission(_GROWERS, _STAFF, msg("Print labels for a batch")),
    Action.LOG_INSPECTION: Permission(
        frozenset({Kind.INSPECTION_BODY}),
        _STAFF,
        msg("Log an inspection of another's batch"),
    ),
    Action.CERTIFY: Permission(
        frozenset({Kind.CERTIFICATION_BODY}),
        _STAFF,
        msg("Certify another's product or batch"),
    ),
    Action.CHANGE_CERTIFICATE: Permission(
        frozenset({Kind.CERTIFICATION_BODY}),
        _STAFF,
        msg("Suspend, reinstate or revoke one's own certificate"),
    ),
    Action.SEE_DIVISION: Permission(
        frozenset({Kind.AUTHORITY}),
        frozenset(Role),
        msg("See every batch of the division"),
    ),
    Action.OPERATE: Permission(
        frozenset({Kind.OPERATOR}), _MANAGERS, msg("See the health of the registry")
    ),
}


def may(actor: Actor, action: Action) -> bool:
    """Tell whether the table lets `actor` do `action`."""
    permission = PERMISSIONS[action]
    return (
        actor.organisation.kind in permission.kinds and actor.role in permission.roles
    )


def require(actor: Actor, action: Action) -> None:
    """Refuse `action` unless the table allows it.

    Raises:
        NotAllowed: naming what was asked and for whom it is.
    """
    if not may(actor, action):
        raise NotAllowed.at(
            "",
            "{organisation} may not do this: {action}. The page “Who may do what” "
            "shows who can.",
            organisation=actor.organisation.name,
            action=PERMISSIONS[action].about,
        )
