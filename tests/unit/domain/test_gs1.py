"""GS1 keys and Digital Links."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.gs1 import (
    DigitalLink,
    check_digit,
    is_restricted,
    parse_digital_link,
    parse_gln,
    parse_gtin,
    parse_lot,
    parse_serial,
    parse_sscc,
    restricted_gtin,
    sscc,
)
from registry.errors import InvalidInput

DIGITS = "0123456789"
COMPONENT = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=1, max_size=20)


def with_check_digit(body: str) -> str:
    return body + check_digit(body)


GTIN14 = st.text(DIGITS, min_size=13, max_size=13).map(with_check_digit)


@pytest.mark.parametrize(
    ("typed", "gtin"),
    [
        ("6901234567892", "06901234567892"),  # the example of GS1 China
        ("690 1234 567892", "06901234567892"),
        ("６９０１２３４５６７８９２", "06901234567892"),
        ("614141007349", "00614141007349"),  # GS1 General Specifications, GTIN-12
        ("95200002", "00000095200002"),
        ("10614141007346", "10614141007346"),
    ],
)
def test_a_gtin_of_any_length_becomes_fourteen_digits(typed: str, gtin: str) -> None:
    assert parse_gtin(typed) == gtin


def test_a_wrong_check_digit_names_the_expected_one() -> None:
    with pytest.raises(InvalidInput, match="check digit 2"):
        parse_gtin("6901234567893")


def test_a_gtin_of_eleven_digits_is_refused_with_the_lengths() -> None:
    with pytest.raises(InvalidInput, match="11 digits; a GTIN has 8 / 12 / 13 / 14"):
        parse_gtin("69012345678")


@pytest.mark.parametrize("text", ["", "69012345O7892", "٦٩٠١٢٣٤٥٦٧٨٩٢"])
def test_a_gtin_holds_ascii_digits_only(text: str) -> None:
    with pytest.raises(InvalidInput, match="digits only"):
        parse_gtin(text)


def test_a_refusal_names_the_field_it_was_asked_for() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_gtin("1", "products.2.gtin")
    assert refusal.value.problems[0].field == "products.2.gtin"


@given(GTIN14, st.integers(0, 13), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_any_single_wrong_digit_is_caught(gtin: str, place: int, shift: int) -> None:
    wrong = str((int(gtin[place]) + shift) % 10)
    with pytest.raises(InvalidInput, match="One digit is wrong"):
        parse_gtin(gtin[:place] + wrong + gtin[place + 1 :])


@given(st.integers(0, 999_999), st.integers(0, 99_999))
@settings(max_examples=60, deadline=None)
def test_restricted_numbers_are_valid_distinct_and_marked(
    company: int, item: int
) -> None:
    gtin = restricted_gtin(company, item)
    assert parse_gtin(gtin[1:]) == gtin
    assert is_restricted(gtin)
    assert gtin[2:8] == f"{company:06d}"
    assert gtin[8:13] == f"{item:05d}"


@pytest.mark.parametrize(("company", "item"), [(1_000_000, 0), (0, 100_000), (-1, 0)])
def test_a_restricted_number_is_never_wrapped_round(company: int, item: int) -> None:
    with pytest.raises(ValueError, match="no restricted number"):
        restricted_gtin(company, item)


@pytest.mark.parametrize(
    ("typed", "restricted"),
    [
        ("6901234567892", False),
        ("614141007349", False),
        (with_check_digit("20123456789"), True),  # GTIN-12, U.P.C. prefix 2
        (with_check_digit("2012345"), True),  # GTIN-8, prefix 2
        ("95200002", False),
    ],
)
def test_restricted_circulation_is_told_by_the_prefix(
    typed: str, restricted: bool
) -> None:
    assert is_restricted(parse_gtin(typed)) is restricted


def test_a_gln_has_thirteen_digits_and_a_check_digit() -> None:
    assert parse_gln("6901234 567892") == "6901234567892"
    with pytest.raises(InvalidInput, match="a GLN has 13"):
        parse_gln("690123456789")


def test_an_sscc_is_made_and_read_back() -> None:
    # GS1 General Specifications 7.9.1, the worked example of the check digit.
    assert parse_sscc("376104250021234569") == "376104250021234569"
    assert sscc(3, "76104250", 2123456) == "376104250021234569"


@pytest.mark.parametrize(
    ("extension", "prefix", "reference"),
    [(10, "76104250", 1), (3, "761", 1), (3, "7610425A", 1), (3, "76104250", 10**8)],
)
def test_an_sscc_whose_parts_do_not_fit_is_not_made(
    extension: int, prefix: str, reference: int
) -> None:
    with pytest.raises(ValueError, match="no SSCC"):
        sscc(extension, prefix, reference)


def test_lot_and_serial_are_read_in_upper_case() -> None:
    assert parse_lot(" ql-20260301-a ") == "QL-20260301-A"
    assert parse_serial("ｂ７") == "B7"


@pytest.mark.parametrize("text", ["", "A B", "A/10", "批次1", "A" * 21, "ß", "A_1"])
def test_a_lot_outside_the_alphabet_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 20"):
        parse_lot(text)


@given(
    GTIN14,
    st.none() | COMPONENT,
    st.none() | COMPONENT,
    st.sampled_from(
        ["", "https://trace.example", "HTTP://OTHER.EXAMPLE:8080/", "https://xn--a.cn"]
    ),
    st.sampled_from(["", "#SIGNED", "?linkType=gs1:pip", "?linkType=linkset#X"]),
)
@settings(max_examples=80, deadline=None)
def test_a_digital_link_reads_back_from_every_host(
    gtin: str, lot: str | None, serial: str | None, base: str, tail: str
) -> None:
    link = DigitalLink(gtin, lot, serial)
    assert parse_digital_link(link.uri(base) + tail) == link


@given(GTIN14, st.none() | COMPONENT, st.none() | COMPONENT)
@settings(max_examples=60, deadline=None)
def test_a_digital_link_reads_back_from_its_element_string(
    gtin: str, lot: str | None, serial: str | None
) -> None:
    text = f"(01){gtin}"
    text += f"(10){lot}" if lot is not None else ""
    text += f"(21){serial}" if serial is not None else ""
    assert parse_digital_link(text) == DigitalLink(gtin, lot, serial)


def test_the_path_names_product_batch_and_item_in_gs1_order() -> None:
    link = DigitalLink("06901234567892", "A1", "S9")
    assert link.path == "/01/06901234567892/10/A1/21/S9"
    assert link.uri("https://trace.example/") == f"https://trace.example{link.path}"


def test_an_element_string_is_read_with_spaces_and_a_short_gtin() -> None:
    link = parse_digital_link("(01) 6901234567892 (10) a1")
    assert link == DigitalLink("06901234567892", "A1")


@pytest.mark.parametrize(
    "text",
    [
        "/10/A1/01/06901234567892",
        "/01/06901234567892/21/S9/10/A1",
        "/01/06901234567892/10/A1/10/A2",
        "/01/06901234567892/22/2A/10/A1",
        "/01/06901234567892/17/261231",
        "/01/06901234567892?10=A1&01=06901234567892",
        "(10)A1(01)06901234567892",
        "(00)376104250021234569",
        "https://trace.example/stem/x/01/06901234567892",
    ],
)
def test_keys_that_are_unknown_or_out_of_order_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="has the keys"):
        parse_digital_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "6901234567892",
        "ftp://trace.example/01/06901234567892",
        "javascript:alert(1)",
        "https://trace.example/orgs/ql/plots",
        "https://[bad/01/06901234567892",
        "(01)06901234567892(10",
        "(01)06901234567892 x (10)A1)",
    ],
)
def test_text_that_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a product code"):
        parse_digital_link(text)


def test_a_digital_link_with_a_bad_check_digit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="check digit 2"):
        parse_digital_link("https://trace.example/01/06901234567893/10/A1")


def test_an_escaped_slash_does_not_smuggle_a_key_into_the_lot() -> None:
    with pytest.raises(InvalidInput, match="1 to 20"):
        parse_digital_link("/01/06901234567892/10/A1%2F21%2FS9")
