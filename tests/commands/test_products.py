"""Products and plots: what is refused, at which input."""

from decimal import Decimal

import pytest

from registry.commands.products import add_plot
from registry.domain.geometry import parse_geojson
from registry.domain.plots import RegisterPlot
from registry.domain.quantity import Quantity
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.store.annexes import annex_by_digest
from registry.store.queries.products import plots_of, product_by_gtin, products_of
from registry.store.queries.records import record_by_id
from tests.support.cast import GTIN, Cast
from tests.support.refusals import refused

RING = parse_geojson(
    '{"type":"Polygon","coordinates":[[[104.3,24.8],[104.31,24.8],[104.31,24.81],'
    "[104.3,24.8]]]}"
)


def plot(**changes: object) -> RegisterPlot:
    given: dict[str, object] = {
        "code": "P1",
        "name": "河边地",
        "division": "530324",
        "area": Quantity(Decimal(6667), "MTK"),
    } | changes
    return RegisterPlot(**given)  # type: ignore[arg-type]


def registers(cast: Cast, given: RegisterPlot) -> str:
    return add_plot(
        cast.registry,
        cast.amina,
        given,
        request_id=cast.next_request(),
        now=cast.now,
    ).record_id


def test_a_product_keeps_what_was_typed(cast: Cast) -> None:
    cast.registers_product(cast.amina, brand="珠源益品")

    product = product_by_gtin(GTIN)
    assert product is not None
    assert (product.name, product.commodity, product.brand) == (
        "罗平小黄姜",
        "姜",
        "珠源益品",
    )


def test_without_a_gtin_each_product_gets_its_own_restricted_number(
    cast: Cast,
) -> None:
    cast.registers_product(cast.amina, gtin="")
    cast.registers_product(cast.amina, gtin="", name="罗平老姜")

    products = products_of(cast.amina.organisation.did)
    assert len({product.gtin for product in products}) == 2
    assert all(product.is_restricted for product in products)


def test_a_gtin_is_read_with_spaces_and_in_its_short_form(cast: Cast) -> None:
    cast.registers_product(cast.amina, gtin="6901234 567892")

    assert product_by_gtin(GTIN) is not None


def test_a_wrong_check_digit_is_refused_with_the_right_one(cast: Cast) -> None:
    with refused(cast, InvalidInput, "gtin", "check digit 2"):
        cast.registers_product(cast.amina, gtin="6901234567893")


@pytest.mark.parametrize("gtin", ["69012345678", "69012345678921X", "1"])
def test_what_is_no_gtin_is_refused(cast: Cast, gtin: str) -> None:
    with refused(cast, InvalidInput, "gtin", "GTIN"):
        cast.registers_product(cast.amina, gtin=gtin)


def test_a_gtin_that_belongs_to_another_is_refused(cast: Cast) -> None:
    cast.registers_product(cast.dan)

    with refused(cast, Conflict, "gtin", "belongs to another organisation"):
        cast.registers_product(cast.amina)


def test_a_gtin_registered_before_is_refused(cast: Cast) -> None:
    cast.registers_product(cast.amina)

    with refused(cast, Conflict, "gtin", "already registered here"):
        cast.registers_product(cast.amina)


def test_an_unknown_division_is_refused(cast: Cast) -> None:
    with refused(cast, InvalidInput, "division", "Unknown division: 999999"):
        cast.registers_product(cast.amina, division="999999")


def test_an_unknown_product_class_is_refused(cast: Cast) -> None:
    with refused(cast, InvalidInput, "product_class", "Unknown product class"):
        cast.registers_product(cast.amina, product_class="magic")


@pytest.mark.parametrize("name", ["", "  ", "长" * 41, "姜\u202e汁"])
def test_a_name_that_cannot_be_shown_is_refused(cast: Cast, name: str) -> None:
    with refused(cast, InvalidInput, "name", ""):
        cast.registers_product(cast.amina, name=name)


@pytest.mark.parametrize("who", ["ben", "chloe", "grace"])
def test_only_growers_register_products(cast: Cast, who: str) -> None:
    with refused(cast, NotAllowed, "", "may not do this"):
        cast.registers_product(cast.people[who])


def test_a_plot_keeps_what_was_typed(cast: Cast) -> None:
    registers(cast, plot(code="p1"))

    (found,) = plots_of(cast.amina.organisation.did)
    assert (found.code, found.name, found.area) == (
        "P1",
        "河边地",
        Quantity(Decimal(6667), "MTK"),
    )


def test_an_outline_is_an_annex_and_the_record_has_only_its_digest(
    cast: Cast,
) -> None:
    record_id = registers(cast, plot(outline=RING.text))

    (found,) = plots_of(cast.amina.organisation.did)
    annex = annex_by_digest(found.outline_digest)
    assert annex is not None
    assert (annex.content.decode(), annex.audience) == (RING.text, "parties")
    record = record_by_id(record_id)
    assert record is not None
    assert b"104.3" not in record.secured


def test_a_plot_code_registered_before_is_refused_in_any_case(cast: Cast) -> None:
    registers(cast, plot())

    with refused(cast, Conflict, "code", "already registered"):
        registers(cast, plot(code="p1"))


def test_two_cooperatives_may_call_a_plot_the_same(cast: Cast) -> None:
    cast.registers_plot(cast.amina)
    cast.registers_plot(cast.dan)

    assert [p.code for p in plots_of(cast.dan.organisation.did)] == ["P1"]


def test_a_plot_in_an_unknown_division_is_refused(cast: Cast) -> None:
    with refused(cast, InvalidInput, "division", "Unknown division"):
        registers(cast, plot(division="123456789"))


def test_a_plot_without_area_is_refused(cast: Cast) -> None:
    with refused(cast, InvalidInput, "area", ""):
        registers(cast, plot(area=Quantity(Decimal(0), "MTK")))


def test_a_plot_larger_than_any_field_is_refused(cast: Cast) -> None:
    with refused(cast, InvalidInput, "area", ""):
        registers(cast, plot(area=Quantity(Decimal(100_000_001), "MTK")))


def test_code_and_name_missing_are_said_at_once(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as caught:
        registers(cast, plot(code="", name=""))

    assert {problem.field for problem in caught.value.problems} == {"code", "name"}
