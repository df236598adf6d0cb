"""Products and their GTINs."""

from dataclasses import replace

import pytest

from registry.domain.products import Product, RegisterProduct, register_product
from registry.errors import Conflict, InvalidInput, NotAllowed
from tests.unit.domain.samples import (
    AMINA,
    EVE,
    GINGER,
    GTIN,
    HONEY,
    HOST,
    PRODUCT,
    REFERENCE,
    claims_of,
    refused,
)

GIVEN = RegisterProduct(
    "6901234567892", "罗平小黄姜", PRODUCT.name_en, "姜", "vegetable", "530324"
)


def registered(
    given: RegisterProduct = GIVEN, held_by: str = "", actor: object = AMINA
) -> Product:
    product, statement = register_product(
        actor,  # type: ignore[arg-type]
        given,
        held_by,
        divisions=REFERENCE.divisions,
        product_classes=REFERENCE.product_classes,
        identity_host=HOST,
    )
    assert Product.from_claims(claims_of(statement), GINGER.did) == product
    assert statement.batches == (product.path,)
    return product


def test_a_product_is_registered_to_its_owner() -> None:
    assert registered() == PRODUCT
    assert PRODUCT.path == f"/01/{GTIN}"
    assert not PRODUCT.is_restricted


def test_a_number_of_this_registry_says_so_in_the_record() -> None:
    product = registered(replace(GIVEN, gtin="2000000000008"))
    assert product.is_restricted
    assert product.subject(HOST)["restrictedCirculation"] is True


def test_a_brand_is_kept_clean() -> None:
    assert registered(replace(GIVEN, brand=" 罗平小黄姜 ")).brand == "罗平小黄姜"


def test_what_is_left_out_is_the_name() -> None:
    product = registered(replace(GIVEN, name_en="", commodity=""))
    assert product.name_en == product.commodity == product.name


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"gtin": "6901234567890"}, "gtin", "check digit"),
        ({"name": "姜" * 41}, "name", "at most 40"),
        ({"name": "小\u200b黄姜"}, "name", "invisible"),
        ({"name_en": "a\u202eb"}, "name_en", "invisible"),
        ({"commodity": "姜\u3164"}, "commodity", "invisible"),
        ({"brand": "罗\u2060平"}, "brand", "invisible"),
        ({"product_class": "metal"}, "product_class", "Unknown product class: metal"),
        ({"division": ""}, "division", "Unknown division: (empty)"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, str], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        registered(replace(GIVEN, **change))


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        registered(RegisterProduct("", "", "", "", "", ""))
    assert {problem.field for problem in caught.value.problems} == {
        "gtin",
        "name",
        "product_class",
        "division",
    }


def test_ones_own_gtin_is_not_registered_twice() -> None:
    with refused(Conflict, "gtin", "already registered here"):
        registered(held_by=GINGER.did)


def test_the_gtin_of_another_is_refused() -> None:
    with refused(Conflict, "gtin", "belongs to another organisation"):
        registered(held_by=HONEY.did)


def test_eve_registers_no_product() -> None:
    with refused(NotAllowed, "", "may not do this"):
        registered(actor=EVE)
