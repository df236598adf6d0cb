"""Plots, and the search for places, through the pages."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.data import reference_data
from registry.domain.geometry import parse_geojson
from registry.domain.plots import Plot
from registry.store.annexes import annex_by_digest
from registry.store.queries.products import plots_of
from registry.web.outlines import outline_svg
from registry.web.places import find_places
from tests.support.cast import Cast
from tests.support.pages import error_at
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

RING = (
    '{"type":"Polygon","coordinates":[[[104.3,24.8],[104.301,24.8],[104.301,24.801],'
    "[104.3,24.801],[104.3,24.8]]]}"
)  # 16.8 mu

Values = dict[str, str]


def typed(**changes: str) -> Values:
    """Return what is typed into the form."""
    return {
        "code": "P1",
        "name": "河边地",
        "division": "云南省曲靖市罗平县 530324",
        "area": "10",
        "unit": "亩",
    } | changes


def registered(cast: Cast) -> list[Plot]:
    """Return Amina's plots."""
    return plots_of(cast.amina.organisation.did)


def test_an_empty_list_offers_the_first_step(amina_client: FlaskClient) -> None:
    page = amina_client.get("/plots").text

    assert "No plot yet" in page
    assert 'href="/plots/new"' in page


def test_a_plot_is_registered_in_mu_and_held_in_square_metres(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    answer = post(amina_client, "/plots/new", typed())

    assert (answer.status_code, answer.location) == (303, "/plots")
    (plot,) = registered(embedded_cast)
    assert plot.area.value == Decimal("6666.67")
    page = said(amina_client.get("/plots"))
    assert "10 mu (6,666.67 m²)" in page
    assert "云南省曲靖市罗平县" in page


@pytest.mark.parametrize(
    ("area", "unit", "square_metres"),
    [("1.5", "公顷", "15000"), ("800", "平方米", "800"), ("0.3", "亩", "200")],
)
def test_hectares_and_square_metres_are_taken(
    amina_client: FlaskClient,
    embedded_cast: Cast,
    area: str,
    unit: str,
    square_metres: str,
) -> None:
    post(amina_client, "/plots/new", typed(area=area, unit=unit))

    assert registered(embedded_cast)[0].area.text == square_metres


REFUSALS = [
    ({"code": ""}, "code", "This is empty"),
    ({"name": ""}, "name", "This is empty"),
    ({"division": ""}, "division", "No place is given"),
    ({"division": "阿特兰蒂斯"}, "division", "No place is called"),
    ({"division": "999999"}, "division", "Unknown division"),
    ({"area": "0"}, "area", "is not above zero"),
    ({"area": "ten"}, "area", "is not a plain number"),
    ({"area": "1", "unit": "斤"}, "area", "is not a unit for this"),
    ({"outline": "here"}, "outline", "not a GeoJSON Point or Polygon"),
    ({"latitude": "24.8", "longitude": ""}, "longitude", "This is empty"),
    ({"latitude": "104.3", "longitude": "24.8"}, "latitude", "lies outside China"),
    (
        {"outline": RING, "latitude": "24.8", "longitude": "104.3"},
        "outline",
        "not both",
    ),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    embedded_cast: Cast, changes: Values, field: str, words: str, language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    sign_in(client, embedded_cast, "amina")
    values = typed() | changes

    answer = post(client, "/plots/new", values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for name in ("code", "name", "division", "area"):
        assert f'value="{values[name]}"' in answer.text
    assert registered(embedded_cast) == []


def test_a_code_registered_before_is_refused(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    embedded_cast.registers_plot(embedded_cast.amina)

    answer = post(amina_client, "/plots/new", typed())

    assert "already registered" in error_at(answer.text, "code")


def test_a_place_that_several_have_is_chosen_after_sending(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    answer = post(amina_client, "/plots/new", typed(division="板桥"))

    assert "Several places" in error_at(answer.text, "division")
    assert 'value="板桥"' in answer.text
    choices = re.findall(
        r'name="division_choice"[^>]*value="(\d+)"', answer.text
    ) or re.findall(r'value="(\d+)"[^>]*name="division_choice"', answer.text)
    assert choices[0].startswith("530324")  # of Amina's own county first
    again = typed(division="板桥", division_choice=choices[0])
    post(amina_client, "/plots/new", again)
    assert registered(embedded_cast)[0].division == choices[0]


def test_a_choice_made_for_another_text_does_not_count(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    values = typed(division="板桥", division_choice="110101")

    answer = post(amina_client, "/plots/new", values)

    assert "Several places" in error_at(answer.text, "division")
    assert registered(embedded_cast) == []


def test_an_outline_is_drawn_and_not_in_the_public_page(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    post(amina_client, "/plots/new", typed(outline=RING, area="17"))

    page = amina_client.get("/plots").text
    assert '<polygon class="plot"' in page
    assert "104.3" not in page
    assert "encloses" not in page


def test_an_outline_in_a_file_is_taken(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    values: dict[str, object] = {**hidden_inputs(amina_client.get("/plots/new").text)}
    values |= typed(area="17")
    values["outline_file"] = (BytesIO(b"\xef\xbb\xbf" + RING.encode()), "plot.geojson")

    amina_client.post("/plots/new", data=values)

    (plot,) = registered(embedded_cast)
    annex = annex_by_digest(plot.outline_digest)
    assert annex is not None
    assert annex.content.decode() == parse_geojson(RING).text


def test_a_file_is_kept_as_text_when_something_else_is_refused(
    amina_client: FlaskClient,
) -> None:
    values: dict[str, object] = {**hidden_inputs(amina_client.get("/plots/new").text)}
    values |= typed(area="0")
    values["outline_file"] = (BytesIO(RING.encode()), "plot.geojson")

    page = amina_client.post("/plots/new", data=values).text

    assert "[[[104.3,24.8]" in page


def test_a_point_is_taken_in_the_order_that_phones_show_it(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    post(amina_client, "/plots/new", typed(latitude="24.8846", longitude="104.3087"))

    (plot,) = registered(embedded_cast)
    annex = annex_by_digest(plot.outline_digest)
    assert annex is not None
    assert annex.content == b'{"type":"Point","coordinates":[104.3087,24.8846]}'
    assert '<circle class="plot"' in amina_client.get("/plots").text


def test_an_outline_far_from_the_typed_area_is_pointed_out(
    amina_client: FlaskClient,
) -> None:
    post(amina_client, "/plots/new", typed(outline=RING, area="10"))

    page = said(amina_client.get("/plots"))
    assert "The outline encloses 16.8" in page
    assert "10 mu were typed" in page


def test_places_are_suggested_near_ones_first(
    amina_client: FlaskClient,
) -> None:
    answer = amina_client.get("/divisions", query_string={"q": "板桥"})

    places = answer.get_json()["places"]
    assert re.fullmatch(r"云南省曲靖市罗平县板桥镇 530324\d{3}", places[0])
    assert len(places) > 1


def test_places_are_suggested_to_people_of_the_desk_only(client: FlaskClient) -> None:
    assert client.get("/divisions?q=板桥").status_code == 303


@pytest.mark.parametrize(
    "text", ["罗平县板桥镇", "云南省曲靖市罗平县板桥镇", "罗平 板桥", "曲靖 板桥镇"]
)
def test_a_place_is_found_as_people_say_it(text: str) -> None:
    tree = reference_data().divisions

    names = [tree.full_name(row.code) for row in find_places(text, tree, "53")]

    assert "云南省曲靖市罗平县板桥镇" in names


@given(text=st.text(max_size=60))
@settings(max_examples=20, deadline=None)
def test_any_text_is_searched_without_an_error(text: str) -> None:
    tree = reference_data().divisions

    assert all(row.code in tree for row in find_places(text, tree, "5303"))


def test_a_drawing_keeps_the_proportions_of_the_ground() -> None:
    drawing = str(outline_svg(parse_geojson(RING), "<P1>"))

    points = re.search(r'points="([^"]+)"', drawing)
    assert points
    corners = [tuple(map(float, p.split(","))) for p in points[1].split()]
    width = max(x for x, _ in corners) - min(x for x, _ in corners)
    height = max(y for _, y in corners) - min(y for _, y in corners)
    assert height == pytest.approx(84)
    assert width / height == pytest.approx(0.9078, abs=0.005)  # cos 24.8 degrees
    assert "&lt;P1&gt;" in drawing
