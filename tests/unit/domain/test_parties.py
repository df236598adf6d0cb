"""Organisations and who may admit them."""

from dataclasses import replace

import pytest

from registry.domain.parties import (
    Actor,
    Kind,
    Organisation,
    RegisterOrganisation,
    Role,
    register_organisation,
)
from registry.domain.uscc import uscc_check_character
from registry.errors import InvalidInput, NotAllowed
from tests.unit.domain.samples import (
    AMINA,
    GINGER,
    HONEY,
    HOST,
    REFERENCE,
    claims_of,
    party,
    person,
    refused,
)

ROOT = person("root", party("root", Kind.AUTHORITY, division="53", vouched_by=""))
GRACE = person("grace", party("luoping-agriculture", Kind.AUTHORITY))
OLIVE = person("olive", party("operator", Kind.OPERATOR, division="53"))
BODY = "93530324MA6K00001"
USCC = BODY + uscc_check_character(BODY)
DID = f"did:web:{HOST}:orgs:new"
GIVEN = RegisterOrganisation(
    "new", "cooperative", "九龙蔬菜合作社", "Jiulong", "九龙", "530324", USCC
)
LABORATORY = replace(
    GIVEN, kind="inspection_body", accreditation="CMA-1", tier="county"
)


def admitted(actor: Actor, given: RegisterOrganisation) -> Organisation:
    organisation, statement = register_organisation(
        actor, given, DID, REFERENCE.divisions
    )
    read = Organisation.from_claims(claims_of(statement), actor.organisation)
    assert replace(read, slug=given.slug) == organisation
    assert statement.issuer == actor.organisation.did
    assert statement.person == actor.person
    return organisation


def test_an_authority_vouches_for_whom_it_admits() -> None:
    assert admitted(GRACE, GIVEN).vouched_by == GRACE.organisation.did


def test_the_operator_admits_and_does_not_vouch() -> None:
    assert admitted(OLIVE, GIVEN).vouched_by == ""


def test_a_laboratory_is_admitted_with_accreditation_and_tier() -> None:
    laboratory = admitted(GRACE, LABORATORY)
    assert (laboratory.accreditation, laboratory.tier) == ("CMA-1", "county")


def test_a_certification_body_is_admitted_with_its_schemes() -> None:
    given = replace(
        GIVEN,
        kind="certification_body",
        accreditation="CNAS-1",
        schemes=("green_food", "organic"),
    )
    assert admitted(GRACE, given).schemes == ("green_food", "organic")


def test_an_authority_needs_no_credit_code() -> None:
    assert admitted(GRACE, replace(GIVEN, kind="authority", uscc="")).uscc == ""


def test_the_root_of_a_genesis_record_is_vouched_for_by_nobody() -> None:
    root = Organisation.from_claims(
        claims_of(register_organisation(GRACE, GIVEN, DID, REFERENCE.divisions)[1]),
        None,
    )
    assert root.vouched_by == ""


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "九龙\u202e合作社"}, "name", "invisible"),
        ({"name_en": " "}, "name_en", "empty"),
        ({"short_name": "九龙山"}, "short_name", "at most 2"),
        ({"kind": "bank"}, "kind", "Unknown kind of organisation: bank"),
        ({"uscc": ""}, "uscc", "has 0 characters"),
        ({"uscc": USCC[:-1] + "Z"}, "uscc", "Character 18"),
        ({"division": "999999"}, "division", "Unknown division: 999999"),
        ({"kind": "inspection_body"}, "accreditation", "needs its accreditation"),
        ({"kind": "certification_body"}, "accreditation", "needs its accreditation"),
        ({"accreditation": "C\u200bMA"}, "accreditation", "invisible"),
        ({"tier": "village"}, "tier", "Unknown tier: village"),
        ({"schemes": ("green food",)}, "schemes", "Unknown scheme: green food"),
        ({"slug": ""}, "slug", "(empty) cannot stand in an address"),
        ({"slug": "Root"}, "slug", "cannot stand in an address"),
        ({"slug": "roоt"}, "slug", "cannot stand in an address"),  # Cyrillic o
        ({"slug": "a/b"}, "slug", "cannot stand in an address"),
        ({"slug": "-a"}, "slug", "cannot stand in an address"),
        ({"slug": "a" * 41}, "slug", "cannot stand in an address"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, object], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        admitted(GRACE, replace(GIVEN, **change))  # type: ignore[arg-type]


def test_every_wrong_field_is_named_at_once() -> None:
    given = RegisterOrganisation("", "", "", "", "", "")
    with pytest.raises(InvalidInput) as caught:
        admitted(GRACE, given)
    assert {problem.field for problem in caught.value.problems} == {
        "slug",
        "kind",
        "name",
        "name_en",
        "short_name",
        "uscc",
        "division",
    }


@pytest.mark.parametrize("kind", ["inspection_body", "certification_body", "authority"])
def test_the_operator_cannot_lend_the_voice_of_an_authority(kind: str) -> None:
    with refused(NotAllowed, "kind", "Only an authority can admit"):
        admitted(OLIVE, replace(LABORATORY, kind=kind))


@pytest.mark.parametrize("division", ["530302", "5303", "53", "11"])
def test_an_authority_admits_nobody_outside_its_division(division: str) -> None:
    with refused(NotAllowed, "division", "lies outside the division of"):
        admitted(GRACE, replace(GIVEN, division=division))


def test_an_authority_admits_a_township_below_it() -> None:
    division = REFERENCE.divisions.children("530324")[0].code
    assert admitted(GRACE, replace(GIVEN, division=division)).division == division


def test_the_root_authority_appoints_an_operator() -> None:
    assert admitted(ROOT, replace(GIVEN, kind="operator")).kind is Kind.OPERATOR


@pytest.mark.parametrize("actor", [GRACE, OLIVE], ids=["authority", "operator"])
def test_nobody_else_appoints_an_operator(actor: Actor) -> None:
    with refused(NotAllowed, "kind", "Only the root authority"):
        admitted(actor, replace(GIVEN, kind="operator"))


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.AUTHORITY, Kind.OPERATOR}))
def test_no_other_kind_admits_anybody(kind: Kind) -> None:
    with refused(NotAllowed, "", "can admit nobody"):
        admitted(person("eve", party("nobody", kind)), GIVEN)


def test_a_person_belongs_to_every_organisation_of_theirs() -> None:
    both = person("amina", GINGER, HONEY)
    assert both.belongs_to(GINGER.did)
    assert both.belongs_to(HONEY.did)
    assert not AMINA.belongs_to(HONEY.did)
    assert Actor("urn:uuid:a", GINGER, Role.WORKER).belongs_to(GINGER.did)
