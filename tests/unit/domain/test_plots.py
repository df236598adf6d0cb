"""Plots."""

from dataclasses import replace

import pytest

from registry.domain.plots import (
    Plot,
    RegisterPlot,
    common_division,
    parse_plot_code,
    register_plot,
)
from registry.errors import Conflict, InvalidInput, NotAllowed
from tests.unit.domain.samples import (
    AMINA,
    EVE,
    GINGER,
    PLOT,
    REFERENCE,
    claims_of,
    kg,
    refused,
    square_metres,
)

GIVEN = RegisterPlot("p1", "河边地", "530324", PLOT.area)


def registered(
    given: RegisterPlot = GIVEN, *, taken: bool = False, outline_digest: str = ""
) -> Plot:
    plot, statement = register_plot(
        AMINA,
        given,
        taken=taken,
        outline_digest=outline_digest,
        divisions=REFERENCE.divisions,
    )
    assert Plot.from_claims(claims_of(statement), GINGER.did) == plot
    assert statement.batches == ()
    return plot


def test_a_plot_is_registered_with_its_code_in_upper_case() -> None:
    assert registered() == PLOT


def test_the_record_holds_the_digest_of_the_outline_and_not_the_outline() -> None:
    plot = registered(replace(GIVEN, outline="{...}"), outline_digest="ab" * 32)
    assert plot.outline_digest == "ab" * 32
    assert "{...}" not in repr(plot.subject())


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"code": ""}, "code", "empty"),
        ({"code": "P" * 21}, "code", "at most 20"),
        ({"code": "Ｐ1"}, "code", "Retype it plainly, such as P1"),
        ({"code": "P  1"}, "code", "doubled spaces"),
        ({"name": "河\u200b边"}, "name", "invisible"),
        ({"division": "000000"}, "division", "Unknown division"),
        ({"area": square_metres("0")}, "area", "An area of 0 MTK cannot be"),
        ({"area": square_metres("-1")}, "area", "An area of -1 MTK cannot be"),
        ({"area": kg("5")}, "area", "An area of 5 KGM cannot be"),
        ({"area": square_metres("100000000.01")}, "area", "at most 100000000"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, object], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        registered(replace(GIVEN, **change))  # type: ignore[arg-type]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        registered(RegisterPlot("", "", "", square_metres("0")))
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["code", "name", "division", "area"]


def test_a_code_in_use_is_refused() -> None:
    with refused(Conflict, "code", "Plot P1 is already registered"):
        registered(taken=True)


def test_eve_registers_no_plot() -> None:
    with refused(NotAllowed, "", "may not do this"):
        register_plot(
            EVE, GIVEN, taken=False, outline_digest="", divisions=REFERENCE.divisions
        )


def test_a_chinese_code_is_kept() -> None:
    assert parse_plot_code("东坡-1号") == "东坡-1号"


@pytest.mark.parametrize(
    ("divisions", "origin"),
    [
        (["530324101"], "530324101"),
        (["530324101", "530324102"], "530324"),
        (["530324101", "530324"], "530324"),
        (["530324101", "530302001"], "5303"),
        (["530324", "5301"], "53"),
        (["530324", "520201"], ""),
        ([], ""),
    ],
)
def test_the_place_of_origin_holds_every_plot(
    divisions: list[str], origin: str
) -> None:
    plots = [replace(PLOT, division=division) for division in divisions]
    assert common_division(plots) == origin
    assert common_division(reversed(plots)) == origin
