"""Inputs used on a batch, through the page."""

import pytest
from flask.testing import FlaskClient

from registry.store.queries.batches import operations_on
from registry.web.context import COOKIE
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.pages import error_at
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

NEW = f"/batches/{GTIN}/{LOT}/operations/new"
SHOW = f"/batches/{GTIN}/{LOT}"

Values = dict[str, str]


def typed(**changes: str) -> Values:
    """Return what is typed into the form."""
    return {
        "kind": "plant_protection",
        "substance": "阿维菌素",
        "formulation": "1.8% EC",
        "dose": "30 mL/亩",
        "applied_on": "2026-10-29",
        "purpose": "蓟马",
    } | changes


@pytest.fixture
def beans(embedded_cast: Cast) -> Cast:
    """Amina has a batch of cowpeas, harvested on 1 November."""
    embedded_cast.registers_product(embedded_cast.amina, commodity="豇豆", name="豇豆")
    embedded_cast.registers_plot(embedded_cast.amina)
    embedded_cast.registers_batch(embedded_cast.amina)
    return embedded_cast


def test_a_use_is_recorded_and_shown_with_the_batch(
    amina_client: FlaskClient, beans: Cast
) -> None:
    answer = post(amina_client, NEW, typed(applied_on="2026-10-01"))

    assert (answer.status_code, answer.location) == (303, SHOW)
    (use,) = operations_on(PATH)
    assert (use.substance, use.dose) == ("阿维菌素", "30 mL/亩")
    page = said(amina_client.get(SHOW))
    assert "recorded, signed and in the log" in page
    assert "阿维菌素 1.8% EC" in page
    assert "Check the label of the pack" not in page


def test_a_use_too_close_to_harvest_is_recorded_with_a_warning(
    amina_client: FlaskClient, beans: Cast
) -> None:
    post(amina_client, NEW, typed())

    assert len(operations_on(PATH)) == 1
    page = said(amina_client.get(SHOW))
    warning = (
        "阿维菌素 was used 3 days before the harvest; the pre-harvest interval is 5"
    )
    assert warning in page
    # It stays there after the message has gone.
    assert warning in said(amina_client.get(SHOW))


REFUSALS = [
    ({"substance": "六六六"}, "substance", "农业部公告第199号"),
    ({"substance": "克百威"}, "substance", "banned on this crop"),
    ({"substance": ""}, "substance", "This is empty"),
    ({"kind": "magic"}, "kind", "Unknown kind of operation"),
    ({"applied_on": ""}, "applied_on", "This date is missing"),
    ({"applied_on": "2026-13-01"}, "applied_on", "is not a day of the calendar"),
    ({"applied_on": "2026-11-21"}, "applied_on", "is in the future"),
    ({"applied_on": "2026-11-02"}, "applied_on", "after the harvest"),
    ({"dose": "3\u200b mL"}, "dose", "invisible character"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    beans: Cast, changes: Values, field: str, words: str, language: str
) -> None:
    client = client_for(beans.registry, language)
    sign_in(client, beans, "amina")
    values = typed() | changes

    answer = post(client, NEW, values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for name in ("substance", "formulation", "dose", "applied_on", "purpose"):
        assert f'value="{values[name]}"' in answer.text
    assert operations_on(PATH) == []


def test_a_double_click_records_one_use(amina_client: FlaskClient, beans: Cast) -> None:
    values = hidden_inputs(amina_client.get(NEW).text) | typed()

    answers = [amina_client.post(NEW, data=values) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(operations_on(PATH)) == 1


def test_what_was_typed_survives_a_session_that_ended(
    amina_client: FlaskClient, beans: Cast
) -> None:
    values = hidden_inputs(amina_client.get(NEW).text) | typed(dose="my dose")
    amina_client.delete_cookie(COOKIE)
    amina_client.post(NEW, data=values)

    sign_in(amina_client, beans, "amina", NEW)

    assert 'value="my dose"' in amina_client.get(NEW).text
    assert operations_on(PATH) == []


def test_known_substances_are_suggested_and_contaminants_are_not(
    amina_client: FlaskClient, beans: Cast
) -> None:
    page = amina_client.get(NEW).text

    assert '<option value="噻虫嗪">' in page
    assert '<option value="铅">' not in page
