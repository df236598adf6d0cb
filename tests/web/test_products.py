"""Products, through the pages."""

import pytest
from flask.testing import FlaskClient

from registry.domain.products import Product
from registry.store.queries.products import products_of
from tests.support.cast import GTIN, Cast
from tests.support.pages import error_at
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

Values = dict[str, str]


def typed(**changes: str) -> Values:
    """Return what is typed into the form."""
    return {
        "name": "罗平小黄姜",
        "name_en": "Luoping ginger",
        "commodity": "姜",
        "product_class": "vegetable",
        "division": "罗平县",
        "gtin": "6901234567892",
        "brand": "",
    } | changes


def registered(cast: Cast) -> list[Product]:
    """Return Amina's products."""
    return products_of(cast.amina.organisation.did)


def test_an_empty_list_offers_the_first_step(amina_client: FlaskClient) -> None:
    page = amina_client.get("/products").text

    assert "No product yet" in page
    assert 'href="/products/new"' in page


def test_a_product_is_registered_under_its_gtin(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    answer = post(amina_client, "/products/new", typed())

    assert (answer.status_code, answer.location) == (303, "/products")
    (product,) = registered(embedded_cast)
    assert (product.gtin, product.division) == (GTIN, "530324")
    page = said(amina_client.get("/products"))
    assert "Luoping ginger" in page
    assert "valid in this registry only" not in page


def test_without_a_gtin_the_page_says_where_the_number_is_valid(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    post(amina_client, "/products/new", typed(gtin=""))

    assert registered(embedded_cast)[0].is_restricted
    assert "valid in this registry only" in said(amina_client.get("/products"))


REFUSALS = [
    ({"gtin": "6901234567893"}, "gtin", "check digit 2"),
    ({"gtin": "69012"}, "gtin", "GTIN"),
    ({"name": ""}, "name", "This is empty"),
    ({"division": "阿特兰蒂斯"}, "division", "No place is called"),
    ({"division": "999999"}, "division", "Unknown division"),
    ({"product_class": "magic"}, "product_class", "Unknown product class"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    embedded_cast: Cast, changes: Values, field: str, words: str, language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    sign_in(client, embedded_cast, "amina")
    values = typed() | changes

    answer = post(client, "/products/new", values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for name in ("name", "name_en", "commodity", "division", "gtin"):
        assert f'value="{values[name]}"' in answer.text
    assert registered(embedded_cast) == []


def test_a_gtin_that_belongs_to_another_is_refused(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    embedded_cast.registers_product(embedded_cast.dan)

    answer = post(amina_client, "/products/new", typed())

    assert "belongs to another organisation" in error_at(answer.text, "gtin")


def test_a_double_click_registers_one_product(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    values = hidden_inputs(amina_client.get("/products/new").text) | typed(gtin="")

    for _ in range(2):
        amina_client.post("/products/new", data=values)

    assert len(registered(embedded_cast)) == 1


def test_commodities_are_suggested_and_groups_are_not(
    amina_client: FlaskClient,
) -> None:
    page = amina_client.get("/products/new").text

    assert '<option value="姜">' in page
    assert '<option value="豆类蔬菜">' not in page


def test_classes_are_named_in_the_language_of_the_reader(embedded_cast: Cast) -> None:
    for language, word in (("zh", "蔬菜(含人工种植的食用菌)"), ("en", "Fruit")):
        client = client_for(embedded_cast.registry, language)
        sign_in(client, embedded_cast, "amina")
        assert word in client.get("/products/new").text
