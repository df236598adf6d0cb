"""An inspector's pages: find a batch, type a report, look at it, correct it."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.domain.parties import Role
from registry.store.accounts import account_by_login, keep_membership
from registry.store.queries.inspections import (
    InspectionRow,
    inspections_by,
    inspections_of_batch,
)
from registry.web.context import COOKIE
from registry.web.inspections import PAGE_ROWS
from tests.support.cast import LOT, PATH, Cast, organisations, uscc
from tests.support.refusals import error_at
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

TEA_GTIN, TEA_LOT = "06901234567908", "261101-T"
TEA = f"/01/{TEA_GTIN}/10/{TEA_LOT}"
NEW = "/inspections/new"
METHOD = "GB 23200.121-2026"

Values = dict[str, str]


def row(position: int = 0, **changes: str) -> Values:
    """Return one row of results as typed: 噻虫嗪, not detected."""
    given = {
        "analyte": "噻虫嗪",
        "value": "",
        "not_detected": "y",
        "unit": "mg/kg",
        "loq": "0.01",
        "method": METHOD,
    } | changes
    return {f"results-{position}-{k}": v for k, v in given.items() if v}


def found_row(position: int = 0, **changes: str) -> Values:
    """Return a row with a figure."""
    return row(position, **({"not_detected": "", "value": "0.05"} | changes))


def typed(*rows: Values, **changes: str) -> Values:
    """Return a report as typed; one row unless others are given."""
    given = {
        "number": "LP-1",
        "sample_number": "S-1",
        "sampled_on": "2026-11-02",
        "tested_on": "2026-11-04",
        "verdict": "pass",
    } | changes
    for one in rows or (row(),):
        given |= one
    return given


def sends(client: FlaskClient, values: Values, batch: str = PATH) -> TestResponse:
    return post(client, NEW, values, query={"batch": batch})


def reports(cast: Cast, batch: str = PATH) -> list[InspectionRow]:
    return inspections_of_batch(batch)


@pytest.fixture
def ready(embedded_cast: Cast) -> Cast:
    """Amina has a batch, with one use on it, that nobody has tested."""
    cast = embedded_cast
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)
    cast.records_operation(cast.amina)
    return cast


@pytest.fixture
def tea(ready: Cast) -> Cast:
    """Amina has tea as well: GB 2763-2026 has limits for it."""
    ready.registers_product(
        ready.amina,
        TEA_GTIN,
        name="罗平绿茶",
        commodity="茶叶",
        product_class="tea_leaf",
    )
    ready.registers_batch(ready.amina, gtin=TEA_GTIN, lot=TEA_LOT)
    return ready


# Typing


def test_a_report_is_typed_checked_signed_and_shown(
    ready: Cast, ben_client: FlaskClient
) -> None:
    checked = sends(ben_client, typed(check="1"))
    assert "Cannot be judged" in said(checked)
    assert 'value="LP-1"' in checked.text
    assert reports(ready) == []

    logged = sends(ben_client, typed())
    [found] = reports(ready)
    assert logged.status_code == 303
    assert logged.location == f"/inspections/{found.record_id}"
    assert found.report.number == "LP-1"

    page = said(ben_client.get(logged.location))
    assert "Report LP-1 is signed and logged." in page
    assert "噻虫嗪 Not detected" in page


def test_a_result_is_shown_with_its_limit_edition_and_reading(
    tea: Cast, ben_client: FlaskClient
) -> None:
    rows = [
        found_row(analyte="唑螨酯", value="7.99"),
        row(1, analyte="氟啶虫酰胺"),
    ]
    page = said(sends(ben_client, typed(*rows, check="1"), TEA))

    assert "Limit 8 mg/kg GB 2763-2026" in page
    assert "Limit 15 mg/kg GB 2763-2026" in page
    assert page.count("Within the limit") == 2


def test_what_was_used_but_not_tested_is_named(
    ready: Cast, ben_client: FlaskClient
) -> None:
    other = sends(ben_client, typed(row(analyte="吡虫啉"), check="1"))
    same = sends(ben_client, typed(row(analyte="噻虫嗪"), check="1"))

    assert "not in the report: 噻虫嗪." in said(other)
    assert "not in the report" not in said(same)


def test_an_analyte_that_no_limit_knows_is_kept_and_marked(
    ready: Cast, ben_client: FlaskClient
) -> None:
    answer = sends(ben_client, typed(found_row(analyte="某新农药")))

    page = said(ben_client.get(answer.location))
    assert "No limit for 某新农药 in 姜 is known" in page
    assert [r.analyte for r in reports(ready)[0].report.results] == ["某新农药"]


def test_figures_keep_the_digits_and_unit_of_the_report(
    ready: Cast, ben_client: FlaskClient
) -> None:
    sends(ben_client, typed(found_row(value="50.00", loq="10.0", unit="ug/kg")))

    [result] = reports(ready)[0].report.results
    assert (str(result.value), str(result.loq), result.unit) == (
        "50.00",
        "10.0",
        "ug/kg",
    )


def test_rows_that_nobody_filled_are_left_out(
    ready: Cast, ben_client: FlaskClient
) -> None:
    blank = {"results-0-unit": "mg/kg", "results-0-method": METHOD}
    sends(ben_client, typed(blank, row(1), {"results-2-analyte": " "}))

    assert [r.analyte for r in reports(ready)[0].report.results] == ["噻虫嗪"]


def test_rows_come_and_go_without_scripts(ready: Cast, ben_client: FlaskClient) -> None:
    added = sends(ben_client, typed(row(), add_row="results"))
    assert 'name="results-1-analyte"' in added.text

    removed = sends(
        ben_client, typed(row(), row(1, analyte="甲"), remove_row="results-0")
    )
    assert 'value="甲"' in removed.text
    assert 'value="噻虫嗪"' not in removed.text.partition("<datalist")[0]
    assert reports(ready) == []


REFUSALS = [
    pytest.param(
        {"tested_on": "2026-11-01"},
        "tested_on",
        "before the sample was taken on 2026-11-02",
        id="tested before sampling",
    ),
    pytest.param(
        {"tested_on": "2026-11-21"}, "tested_on", "in the future", id="tested later"
    ),
    pytest.param(
        {"sampled_on": "2026-11-21"}, "sampled_on", "in the future", id="sampled later"
    ),
    pytest.param(
        {"sampled_on": "2.11.26"}, "sampled_on", "is not a date", id="no date"
    ),
    pytest.param(
        {"sampled_on": "2026-02-01"},
        "sampled_on",
        "was planted on",
        id="before planting",
    ),
    pytest.param({"number": ""}, "number", "This is empty", id="no number"),
    pytest.param(
        {"sample_number": ""}, "sample_number", "This is empty", id="no sample number"
    ),
    pytest.param({"verdict": ""}, "verdict", "Choose the verdict", id="no verdict"),
    pytest.param(row(unit=""), "results-0-unit", "Choose the unit", id="no unit"),
    pytest.param(
        row(unit="ppm"), "results-0-unit", "ppm is not a unit", id="another unit"
    ),
    pytest.param(row(loq="0"), "results-0-loq", "above zero", id="an LOQ of zero"),
    pytest.param(
        row(loq="<0.01"), "results-0-loq", "typed without a sign", id="no LOQ"
    ),
    pytest.param(
        found_row(value="0.001"),
        "results-0-value",
        "lies below the LOQ of 0.01",
        id="below the LOQ",
    ),
    pytest.param(
        found_row(value="-1"), "results-0-value", "is below zero", id="below zero"
    ),
    pytest.param(
        found_row(value="1e-3"), "results-0-value", "plain number", id="an exponent"
    ),
    pytest.param(
        row(value="0.05"),
        "results-0-value",
        "Both 0.05 and “not detected”",
        id="a figure that was not detected",
    ),
    pytest.param(
        row(analyte=" "), "results-0-analyte", "This is empty", id="no analyte"
    ),
    pytest.param(row(method=" "), "results-0-method", "This is empty", id="no method"),
    pytest.param(
        row(1), "results-1-analyte", "噻虫嗪 is reported twice", id="an analyte twice"
    ),
    pytest.param(
        found_row(analyte="毒死蜱"),
        "results-0-value",
        "but the report says pass",
        id="a pass over a banned substance",
    ),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    ready: Cast, changes: Values, field: str, words: str, language: str
) -> None:
    client = client_for(ready.registry, language)
    sign_in(client, ready, "ben")
    rows = [changes] if "results-0-loq" in changes else [row(), changes]
    values = typed(*rows)

    answer = sends(client, values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for name in ("number", "sampled_on", "tested_on", "results-0-loq"):
        if values[name]:
            assert values[name].replace("<", "&lt;") in answer.text
    assert reports(ready) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_loq_above_the_limit_is_refused_at_its_row(tea: Cast, language: str) -> None:
    client = client_for(tea.registry, language)
    sign_in(client, tea, "ben")

    answer = sends(client, typed(row(), row(1, analyte="唑螨酯", loq="8.1")), TEA)

    wrong = error_at(answer.text, "results-1-loq")
    assert "8.1" in wrong
    if language == "en":
        assert "above the limit of 8 mg/kg for 唑螨酯 in 茶叶 (GB 2763-2026)" in wrong
    assert reports(tea, TEA) == []


def test_a_unit_mistaken_by_a_thousand_is_noticed(
    tea: Cast, ben_client: FlaskClient
) -> None:
    answer = sends(ben_client, typed(row(analyte="唑螨酯", loq="10")), TEA)

    assert "Check the unit" in error_at(answer.text, "results-0-loq")


def test_an_inspector_of_the_owner_is_refused_and_keeps_the_form(
    ready: Cast, ben_client: FlaskClient
) -> None:
    account = account_by_login("ben")
    assert account is not None
    keep_membership(account.account_id, ready.amina.organisation.did, Role.WORKER)

    answer = sends(ben_client, typed())

    assert "Another inspector must test it" in said(answer)
    assert 'value="LP-1"' in answer.text
    assert reports(ready) == []


def test_a_report_number_is_taken_once(ready: Cast, ben_client: FlaskClient) -> None:
    sends(ben_client, typed())

    answer = sends(ben_client, typed(sample_number="S-2"))

    assert "already logged report LP-1" in error_at(answer.text, "number")
    assert len(reports(ready)) == 1


def test_a_batch_that_is_not_there_is_said_so(ben_client: FlaskClient) -> None:
    answer = ben_client.get(NEW, query_string={"batch": PATH})

    assert answer.status_code == 404
    assert f"No batch {PATH} is registered here" in said(answer)


def test_without_a_batch_one_is_looked_for(ben_client: FlaskClient) -> None:
    assert ben_client.get(NEW).location == "/inspections/find"


# A second look


def confirmation(page: str) -> str:
    """Return the value of the box that confirms the figures shown."""
    return page.partition('name="confirmed" value="')[2].partition('"')[0]


def test_a_failing_figure_is_confirmed_before_it_is_signed(
    tea: Cast, ben_client: FlaskClient
) -> None:
    failed = typed(found_row(analyte="唑螨酯", value="8.1"), verdict="fail")

    asked = sends(ben_client, failed, TEA)

    assert asked.status_code == 200
    assert "Compare the figures" in error_at(asked.text, "confirmed")
    assert reports(tea, TEA) == []

    box = confirmation(asked.text)
    done = sends(ben_client, failed | {"confirmed": box}, TEA)
    assert done.status_code == 303
    assert reports(tea, TEA)[0].report.verdict == "fail"


def test_a_confirmation_is_of_the_figures_that_were_shown(
    tea: Cast, ben_client: FlaskClient
) -> None:
    failed = typed(found_row(analyte="唑螨酯", value="8.1"), verdict="fail")
    box = confirmation(sends(ben_client, failed, TEA).text)

    changed = failed | {"results-0-value": "81", "confirmed": box}
    answer = sends(ben_client, changed, TEA)

    assert "Compare the figures" in error_at(answer.text, "confirmed")
    assert confirmation(answer.text) not in {"", box}
    assert reports(tea, TEA) == []


# While one types


def judged(client: FlaskClient, values: Values, batch: str = PATH) -> TestResponse:
    sent = hidden_inputs(client.get(NEW, query_string={"batch": batch}).text) | values
    token = sent.pop("csrf_token")
    headers = {"X-CSRFToken": token, "Referer": "https://localhost/"}
    return client.post("/inspections/judge", data=sent, headers=headers)


def test_each_row_is_judged_while_one_types(tea: Cast, ben_client: FlaskClient) -> None:
    answer = judged(
        ben_client,
        typed(
            found_row(analyte="唑螨酯", value="8.1"),
            {"results-1-analyte": "氟啶虫酰胺"},
            found_row(2, analyte="甲", value="0.001"),
        ),
        TEA,
    )

    readings = answer.text.split("data-reading>")[1:]
    assert len(readings) == 3
    assert "Not acceptable" in readings[0]
    assert "15 mg/kg" in readings[1]
    assert "lies below the LOQ" in readings[2]
    assert 'name="confirmed"' in answer.text
    assert reports(tea, TEA) == []


def test_without_a_sampling_day_nothing_is_judged(
    tea: Cast, ben_client: FlaskClient
) -> None:
    values = typed(found_row(analyte="唑螨酯", value="8.1"), sampled_on="")

    assert "Not acceptable" not in judged(ben_client, values, TEA).text


def test_what_is_judged_stays_text(ready: Cast, ben_client: FlaskClient) -> None:
    hostile = "<img src=x onerror=alert(1)>"

    answer = judged(ben_client, typed(found_row(analyte=hostile)))

    assert hostile not in answer.text
    assert "&lt;img" in answer.text


def test_judging_needs_the_token(ready: Cast, ben_client: FlaskClient) -> None:
    answer = ben_client.post("/inspections/judge", data=typed() | {"batch": PATH})

    assert answer.status_code == 400


# Sessions and retries


def test_a_session_that_ends_keeps_the_rows(
    ready: Cast, ben_client: FlaskClient
) -> None:
    page = ben_client.get(NEW, query_string={"batch": PATH})
    report = typed(row(), row(1, analyte="吡虫啉", loq="0.02"))
    values = hidden_inputs(page.text) | report
    ben_client.delete_cookie(COOKIE)

    sent = ben_client.post(NEW, data=values, query_string={"batch": PATH})

    assert sent.status_code == 303
    assert sent.location.startswith("/login")
    assert reports(ready) == []

    target = sent.location.partition("next=")[2].partition("&")[0]
    back = sign_in(ben_client, ready, "ben", target.replace("%2F", "/"))
    form = ben_client.get(back.location).text
    assert "what you had typed before your session ended" in form
    assert LOT in form
    for text in ("LP-1", "吡虫啉", "0.02", "2026-11-04"):
        assert f'value="{text}"' in form

    again = hidden_inputs(form) | report
    assert ben_client.post(NEW, data=again).status_code == 303
    assert len(reports(ready)[0].report.results) == 2


def test_what_was_kept_is_not_put_under_another_batch(
    tea: Cast, ben_client: FlaskClient
) -> None:
    page = ben_client.get(NEW, query_string={"batch": PATH})
    values = hidden_inputs(page.text) | typed()
    ben_client.delete_cookie(COOKIE)
    ben_client.post(NEW, data=values, query_string={"batch": PATH})
    sign_in(ben_client, tea, "ben")

    form = ben_client.get(NEW, query_string={"batch": TEA}).text

    assert TEA_LOT in form
    assert 'value="LP-1"' not in form


def test_a_form_sent_twice_logs_one_report(
    ready: Cast, ben_client: FlaskClient
) -> None:
    page = ben_client.get(NEW, query_string={"batch": PATH})
    values = hidden_inputs(page.text) | typed()

    answers = [ben_client.post(NEW, data=values) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(reports(ready)) == 1


# Correcting


def test_a_correction_starts_from_the_report_and_says_why(
    ready: Cast, ben_client: FlaskClient
) -> None:
    old = ready.logs_inspection(ready.ben).record_id
    where = f"/inspections/{old}/correct"
    form = ben_client.get(where).text
    for text in ("LP-2026-0001", "S-0001", "2026-11-02", "噻虫嗪", METHOD):
        assert f'value="{text}"' in form

    values = typed(number="LP-2026-0001", sample_number="S-9")
    refused = post(ben_client, where, values)
    assert "This is empty" in error_at(refused.text, "reason")
    assert len(reports(ready)) == 1

    done = post(ben_client, where, values | {"reason": "样品编号录入有误"})
    assert done.status_code == 303
    new = said(ben_client.get(done.location))
    assert "This corrects an earlier report: 样品编号录入有误" in new
    assert "it no longer counts" in said(ben_client.get(f"/inspections/{old}"))
    assert "Corrected by a later report" in said(ben_client.get("/inspections"))


def test_a_failure_is_turned_into_a_pass_by_a_retest_only(
    ready: Cast, ben_client: FlaskClient
) -> None:
    failed = ready.logs_inspection(ready.ben, verdict="fail").record_id
    where = f"/inspections/{failed}/correct"
    values = typed(number="LP-2", reason="罗农复检[2026]3号")

    refused = post(ben_client, where, values)
    assert "only by an ordered retest" in error_at(refused.text, "verdict")

    own = post(ben_client, where, values | {"retest": "y"})
    assert "made by another accredited laboratory" in said(own)

    ready.another_laboratory()
    bea = client_for(ready.registry)
    sign_in(bea, ready, "bea")
    done = post(bea, where, values | {"retest": "y"})
    assert done.status_code == 303
    assert [r.report.retest for r in reports(ready)] == [False, True]


def test_a_report_is_corrected_once(ready: Cast, ben_client: FlaskClient) -> None:
    old = ready.logs_inspection(ready.ben).record_id
    values = typed(number="LP-2", reason="更正")
    where = f"/inspections/{old}/correct"
    post(ben_client, where, values)

    answer = post(ben_client, where, values | {"number": "LP-3"})

    assert "is not one of this batch" in said(answer)
    assert len(reports(ready)) == 2


# Looking


def test_the_list_is_searched(ready: Cast, ben_client: FlaskClient) -> None:
    assert "No reports yet" in said(ben_client.get("/inspections"))
    ready.logs_inspection(ready.ben)

    def shown(text: str) -> str:
        return said(ben_client.get("/inspections", query_string={"q": text}))

    assert "LP-2026-0001" in shown("2026-00")
    assert "LP-2026-0001" in shown("小黄姜")
    assert "LP-2026-0001" in shown(LOT)
    assert "No report matches" in shown("大蒜")


def test_a_long_list_has_pages_newest_first(
    ready: Cast, ben_client: FlaskClient
) -> None:
    for number in range(PAGE_ROWS + 1):
        ready.logs_inspection(ready.ben, number=f"N-{number:03d}")

    first = ben_client.get("/inspections").text
    assert f"N-{PAGE_ROWS:03d}" in first
    assert "N-000" not in first
    second = ben_client.get("/inspections", query_string={"offset": PAGE_ROWS}).text
    assert "N-000" in second
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_only_inspectors_type_reports(ready: Cast, amina_client: FlaskClient) -> None:
    for path in ("/inspections", "/inspections/find", f"{NEW}?batch={PATH}"):
        assert amina_client.get(path).status_code == 403


def test_the_owner_may_look_at_a_report(ready: Cast, amina_client: FlaskClient) -> None:
    found = ready.logs_inspection(ready.ben).record_id

    page = said(amina_client.get(f"/inspections/{found}"))

    assert "Report LP-2026-0001" in page
    assert "Correct this report" not in page


def test_a_report_that_is_not_there_is_said_so(ben_client: FlaskClient) -> None:
    answer = ben_client.get("/inspections/00000000-0000-4000-8000-000000000000")

    assert answer.status_code == 404
    assert "There is no such report here" in said(answer)


def test_another_laboratory_is_offered_a_retest(
    ready: Cast, ben_client: FlaskClient
) -> None:
    body = next(given for who, _, given in organisations() if who == "ben")
    ready.admits(ready.grace, replace(body, slug="city-lab", uscc=uscc(30)))
    theirs = ready.logs_inspection(ready.joins("fay", "city-lab")).record_id

    page = ben_client.get(f"/inspections/{theirs}")
    assert "Log an ordered retest" in said(page)
    form = ben_client.get(f"/inspections/{theirs}/correct").text
    assert "Ordered retest of report LP-2026-0001" in form
    assert 'value="LP-2026-0001"' not in form
    assert inspections_by(ready.ben.organisation.did) == []
