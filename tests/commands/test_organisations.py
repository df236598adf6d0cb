"""Admission: what is refused, at which input, and that nothing is written then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.commands.accounts import Credentials
from registry.commands.admissions import Admission, admit_with_manager
from registry.commands.people import join_newly
from registry.domain.parties import Actor, Kind, RegisterOrganisation
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.store.accounts import managed_organisations
from registry.store.queries.organisations import (
    organisation_by_slug,
    organisations_within,
)
from tests.support.cast import Cast, uscc
from tests.support.refusals import refused

PARTY = RegisterOrganisation(
    slug="banqiao-tea",
    kind=str(Kind.COOPERATIVE),
    name="罗平县板桥茶叶合作社",
    name_en="Banqiao Tea",
    short_name="板桥",
    division="530324",
    uscc=uscc(20),
)


def admits(cast: Cast, who: Actor, manager: str = "", **changes: str) -> Admission:
    return admit_with_manager(
        cast.registry,
        who,
        replace(PARTY, **changes),  # type: ignore[arg-type]
        manager,
        request_id=cast.next_request(),
        now=cast.now,
    )


def test_an_authority_vouches_for_whom_it_admits(cast: Cast) -> None:
    admission = admits(cast, cast.grace)

    party = organisation_by_slug("banqiao-tea")
    assert party == admission.organisation
    assert party is not None
    assert party.vouched_by == cast.grace.organisation.did
    assert admission.token == ""


def test_whom_the_operator_admits_is_not_vouched_for(cast: Cast) -> None:
    assert admits(cast, cast.olive).organisation.vouched_by == ""


def test_without_a_slug_the_address_is_random(cast: Cast) -> None:
    slug = admits(cast, cast.grace, slug="").organisation.slug

    assert len(slug) == 16


def test_its_first_manager_joins_by_the_link(cast: Cast) -> None:
    admission = admits(cast, cast.grace, "王芳")
    assert admission.organisation.did not in managed_organisations()

    join_newly(
        cast.registry,
        admission.token,
        Credentials("wangfang", "王芳", "three quiet rivers"),
        cast.now + timedelta(days=1),
    )

    assert admission.organisation.did in managed_organisations()


def test_a_retry_admits_once_and_invites_again(cast: Cast) -> None:
    request_id = cast.next_request()
    tokens = {
        admit_with_manager(
            cast.registry,
            cast.grace,
            PARTY,
            "王芳",
            request_id=request_id,
            now=cast.now,
        ).token
        for _ in range(2)
    }

    named = [p for p in organisations_within("530324") if p.slug == PARTY.slug]
    assert len(named) == 1
    assert len(tokens) == 2


def test_a_manager_without_a_possible_name_leaves_nothing_behind(cast: Cast) -> None:
    with refused(cast, InvalidInput, "name", "invisible character"):
        admits(cast, cast.grace, "王\u200b芳")


def test_only_an_authority_or_the_operator_admits(cast: Cast) -> None:
    for who in (cast.amina, cast.ben, cast.chloe):
        with refused(cast, NotAllowed, "", "may not do this"):
            admits(cast, who)


@pytest.mark.parametrize(
    "kind", [Kind.INSPECTION_BODY, Kind.CERTIFICATION_BODY, Kind.AUTHORITY]
)
def test_the_operator_admits_nobody_whose_word_decides(cast: Cast, kind: Kind) -> None:
    with refused(cast, NotAllowed, "kind", "Only an authority can admit"):
        admits(cast, cast.olive, kind=str(kind), accreditation="CMA-1")


def test_an_authority_admits_nobody_outside_its_division(cast: Cast) -> None:
    with refused(cast, NotAllowed, "division", "曲靖市麒麟区 lies outside"):
        admits(cast, cast.grace, division="530302")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        pytest.param(
            {"uscc": uscc(20)[:-1] + ("1" if uscc(20)[-1] != "1" else "2")},
            "uscc",
            "One character is wrong",
            id="wrong check character",
        ),
        pytest.param({"uscc": ""}, "uscc", "it must have 18", id="no code"),
        pytest.param(
            {"uscc": "9353032OMA6K00020X"},
            "uscc",
            "only digits and capital letters without I, O, S, V, Z",
            id="the letter O",
        ),
        pytest.param(
            {"division": "999999"},
            "division",
            "Unknown division: 999999",
            id="no such place",
        ),
        pytest.param({"name": ""}, "name", "This is empty", id="no name"),
        pytest.param(
            {"short_name": "板桥茶"}, "short_name", "at most 2 fit", id="a long seal"
        ),
        pytest.param({"kind": "club"}, "kind", "Unknown kind", id="no such kind"),
        pytest.param(
            {"kind": "inspection_body"},
            "accreditation",
            "needs its accreditation number",
            id="no accreditation",
        ),
        pytest.param(
            {"slug": "a" * 41}, "slug", "cannot stand in an address", id="a long slug"
        ),
        pytest.param({"tier": "moon"}, "tier", "Unknown tier", id="no such tier"),
    ],
)
def test_a_party_that_cannot_be_is_refused(
    cast: Cast, changes: dict[str, str], field: str, words: str
) -> None:
    with refused(cast, InvalidInput, field, words):
        admits(cast, cast.grace, **changes)


def test_a_code_is_registered_once(cast: Cast) -> None:
    with refused(cast, Conflict, "uscc", "is registered already, as"):
        admits(cast, cast.grace, uscc=uscc(1))


def test_an_address_is_taken_once(cast: Cast) -> None:
    with refused(cast, Conflict, "slug", "luoping-ginger is taken"):
        admits(cast, cast.grace, slug="luoping-ginger")
