"""What an authority sees of its division, and whom it and the operator admit."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from registry.domain.inspection import AnalyteResult
from registry.domain.parties import Organisation, RegisterOrganisation, Role
from registry.store.queries.organisations import (
    organisation_by_slug,
    organisation_by_uscc,
    organisations,
)
from registry.web.context import COOKIE
from tests.support.cast import LOT, Cast, uscc
from tests.support.refusals import error_at
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

NEW = "/organisations/new"
BANNED = AnalyteResult(
    "毒死蜱", Decimal("0.05"), Decimal("0.01"), "mg/kg", "GB 23200.121-2026"
)

Values = dict[str, str]


def typed(**changes: str) -> Values:
    """Return an organisation as typed."""
    return {
        "kind": "cooperative",
        "name": "罗平县板桥茶叶合作社",
        "uscc": uscc(20),
        "division": "罗平县",
        "slug": "banqiao-tea",
    } | changes


def admitted(code: str = uscc(20)) -> Organisation | None:
    return organisation_by_uscc(code)


@pytest.fixture
def grace_client(embedded_cast: Cast) -> FlaskClient:
    """Grace of the county authority, signed in."""
    client = client_for(embedded_cast.registry)
    sign_in(client, embedded_cast, "grace")
    return client


@pytest.fixture
def olive_client(embedded_cast: Cast) -> FlaskClient:
    """Olive, who runs the registry, signed in."""
    client = client_for(embedded_cast.registry)
    sign_in(client, embedded_cast, "olive")
    return client


def grows(cast: Cast) -> None:
    """Let Amina have a batch."""
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)


# Seeing


def test_failed_tests_stand_first(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    grows(embedded_cast)
    calm = said(grace_client.get("/organisations"))
    assert "No batch of your division stands with a failed test." in calm

    embedded_cast.logs_inspection(
        embedded_cast.ben, number="LP-F", verdict="fail", results=(BANNED,)
    )

    for path in ("/organisations", "/organisations/batches"):
        page = said(grace_client.get(path))
        tabs = page.index("Organisations Batches")
        assert page.index("One batch failed its test") < tabs
        assert f"{LOT} Luoping Ginger · report LP-F of Luoping Inspection" in page


def test_an_authority_sees_its_own_division_and_no_other(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    grows(embedded_cast)
    embedded_cast.logs_inspection(embedded_cast.ben, verdict="fail", results=(BANNED,))
    neighbour = replace(GINGER, slug="qilin", division="530302", uscc=uscc(22))
    embedded_cast.admits(embedded_cast.people["root"], neighbour)
    office = replace(
        neighbour,
        slug="qilin-office",
        kind="authority",
        name="麒麟区农业农村局",
        uscc="",
    )
    embedded_cast.admits(embedded_cast.people["root"], office)
    embedded_cast.joins("hugo", "qilin-office")
    hugo = client_for(embedded_cast.registry)
    sign_in(hugo, embedded_cast, "hugo")

    assert "qilin" not in grace_client.get("/organisations").text
    refused = grace_client.get("/organisations/qilin")
    assert refused.status_code == 404
    assert "no such organisation in your division" in said(refused)
    for path in ("/organisations", "/organisations/batches"):
        page = hugo.get(path).text
        assert LOT not in page
        assert "luoping-ginger" not in page
    assert 'href="/organisations/qilin"' in hugo.get("/organisations").text


GINGER = RegisterOrganisation(
    "ginger", "cooperative", "麒麟生姜合作社", "Qilin Ginger", "麒麟", "530302"
)


def test_the_operator_sees_parties_but_no_batches(
    embedded_cast: Cast, olive_client: FlaskClient
) -> None:
    grows(embedded_cast)

    page = olive_client.get("/organisations").text

    for party in organisations().values():
        assert f'href="/organisations/{party.slug}"' in page
    assert "failed test" not in page
    assert olive_client.get("/organisations/batches").status_code == 403


def test_the_parties_are_searched_by_name_and_code(grace_client: FlaskClient) -> None:
    def shown(text: str) -> str:
        return said(grace_client.get("/organisations", query_string={"q": text}))

    assert "Luoping Ginger" in shown("小黄姜")
    assert "Luoping Ginger" in shown("GINGER")
    assert "Luoping Ginger" in shown(uscc(1))
    assert "Luoping Ginger" not in shown("九龙")
    assert "No organisation matches" in shown("大蒜")


def test_a_party_is_shown_with_its_batches(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    grows(embedded_cast)

    page = said(grace_client.get("/organisations/luoping-ginger"))

    assert uscc(1) in page
    assert "Vouched for by Luoping Agriculture" in page
    assert f"{LOT} 2026-11-01 2,000 kg" in page


def test_a_cooperative_sees_none_of_this(
    embedded_cast: Cast, amina_client: FlaskClient
) -> None:
    for path in (
        "/organisations",
        "/organisations/batches",
        NEW,
        "/organisations/luoping-ginger",
    ):
        answer = amina_client.get(path)
        assert answer.status_code == 403, path
        assert "罗平小黄姜合作社 may not do this" in said(answer)


def test_a_viewer_looks_but_admits_nobody(embedded_cast: Cast) -> None:
    officer = embedded_cast.joins("vera", "luoping-agriculture")
    embedded_cast.people["vera"] = replace(officer, role=Role.VIEWER)
    vera = client_for(embedded_cast.registry)
    sign_in(vera, embedded_cast, "vera")

    assert "Admit an organisation" not in said(vera.get("/organisations"))
    assert vera.get(NEW).status_code == 403


# Admitting


def test_an_organisation_is_admitted_with_a_link_for_its_manager(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    answer = post(grace_client, NEW, typed(manager="王芳"))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    link = re.search(r"https://trace\.example(/[^<#]+)#([0-9a-f]{64})", answer.text)
    assert link
    party = organisation_by_slug("banqiao-tea")
    assert party is not None
    assert (party.short_name, party.name_en) == ("板桥", party.name)

    stranger = client_for(embedded_cast.registry)
    joined = post(
        stranger,
        link[1],
        {
            "token": link[2],
            "name": "王芳",
            "login": "wangfang",
            "password": "three quiet rivers",
        },
    )
    assert joined.status_code == 303, said(joined)
    assert "Nobody manages it here" not in said(
        grace_client.get("/organisations/banqiao-tea")
    )


def test_without_a_manager_no_link_is_shown(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    answer = post(grace_client, NEW, typed())

    assert "The link for" not in said(answer)
    page = grace_client.get("/organisations/banqiao-tea")
    assert "Nobody manages it here" in said(page)
    assert 'href="/organisations/banqiao-tea/first-manager"' in page.text


def test_an_inspection_body_comes_with_its_accreditation(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    values = typed(
        kind="certification_body", accreditation="CNAS-C99", schemes="organic"
    )

    post(grace_client, NEW, values)

    page = said(grace_client.get("/organisations/banqiao-tea"))
    assert "CNAS-C99" in page
    assert "Organic product" in page


def test_whom_the_operator_admits_is_not_vouched_for(
    embedded_cast: Cast, olive_client: FlaskClient
) -> None:
    form = olive_client.get(NEW).text
    assert 'value="inspection_body"' not in form

    post(olive_client, NEW, typed())

    assert "Not vouched for" in said(olive_client.get("/organisations/banqiao-tea"))


def test_a_place_with_several_meanings_is_asked_about(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    asked = post(grace_client, NEW, typed(division="板桥"))
    assert "Several places are called so" in error_at(asked.text, "division")
    assert admitted() is None

    choice = re.search(r'name="division_choice"[^>]*value="(530324\d+)"', asked.text)
    assert choice
    post(grace_client, NEW, typed(division="板桥", division_choice=choice[1]))

    party = admitted()
    assert party is not None
    assert party.division == choice[1]


WRONG = uscc(20)[:-1] + ("1" if uscc(20)[-1] != "1" else "2")

REFUSALS = [
    pytest.param(
        {"uscc": WRONG}, "uscc", "One character is wrong", id="wrong check character"
    ),
    pytest.param({"uscc": ""}, "uscc", "it must have 18", id="no code"),
    pytest.param(
        {"uscc": uscc(1)}, "uscc", "is registered already, as", id="a code twice"
    ),
    pytest.param({"name": ""}, "name", "This is empty", id="no name"),
    pytest.param(
        {"division": "某某镇"}, "division", "No place is called", id="nowhere"
    ),
    pytest.param({"division": ""}, "division", "No place is given", id="no place"),
    pytest.param(
        {"division": "530302"},
        "division",
        "lies outside the division of 罗平县农业农村局",
        id="another's division",
    ),
    pytest.param(
        {"kind": "inspection_body"},
        "accreditation",
        "needs its accreditation number",
        id="no accreditation",
    ),
    pytest.param({"kind": "club"}, "kind", "Unknown kind", id="no such kind"),
    pytest.param({"short_name": "三个字"}, "short_name", "at most 2", id="a long seal"),
    pytest.param({"slug": "luoping-ginger"}, "slug", "is taken", id="an address twice"),
    pytest.param(
        {"manager": "王" * 41}, "manager", "at most 40 fit", id="a manager's long name"
    ),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    embedded_cast: Cast, changes: Values, field: str, words: str, language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    sign_in(client, embedded_cast, "grace")
    size = embedded_cast.registry.ledger.head().tree_size
    values = typed() | changes

    answer = post(client, NEW, values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for name in ("name", "uscc", "division", "slug"):
        if values[name]:
            assert f'value="{values[name]}"' in answer.text
    assert embedded_cast.registry.ledger.head().tree_size == size


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_operator_admits_no_inspection_body(
    embedded_cast: Cast, language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    sign_in(client, embedded_cast, "olive")

    answer = post(client, NEW, typed(kind="inspection_body", accreditation="CMA-1"))

    wrong = error_at(answer.text, "kind")
    if language == "en":
        assert "Only an authority can admit an inspection body" in wrong
    assert 'value="CMA-1"' in answer.text
    assert admitted() is None


def test_a_session_that_ends_keeps_the_form(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    values = hidden_inputs(grace_client.get(NEW).text) | typed()
    grace_client.delete_cookie(COOKIE)
    assert grace_client.post(NEW, data=values).status_code == 303

    sign_in(grace_client, embedded_cast, "grace")

    assert f'value="{uscc(20)}"' in grace_client.get(NEW).text
    assert admitted() is None


def test_a_form_sent_twice_admits_one_party(
    embedded_cast: Cast, grace_client: FlaskClient
) -> None:
    values = hidden_inputs(grace_client.get(NEW).text) | typed(manager="王芳")
    size = embedded_cast.registry.ledger.head().tree_size

    answers = [grace_client.post(NEW, data=values) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert embedded_cast.registry.ledger.head().tree_size == size + 2
