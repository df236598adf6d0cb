"""GS1 keys, and the Digital Link that names a batch everywhere in the registry.

GS1 General Specifications: check digits (7.9), restricted circulation numbers (1.4.4),
SSCC (3.2), lot (3.4.1), serial (3.5.2); GS1 Digital Link URI Syntax 1.4. Keys are typed
by hand and read from packs, so spaces, hyphens and full-width digits are accepted and
nothing else is repaired.

What is narrower here than in GS1: lot and serial hold only `0-9A-Z-`, so that they
stand in a URL, in the alphanumeric mode of a QR code and in speech without an escape;
the path starts at `/01/`, because a custom stem would let `/10/.../01/...` slip through
as a stem followed by a bare GTIN.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from registry.errors import InvalidInput

GTIN_LENGTHS = (8, 12, 13, 14)

# GS1 Prefixes of the 13-digit form for restricted circulation (1.4.4): 20-29, 02 and
# 04; and the two GTIN-8 prefixes 0 and 2, which the 13-digit form pads with zeros.
_RESTRICTED_PREFIXES = ("2", "02", "04", "000000", "000002")
_COMPONENT = re.compile(r"[0-9A-Za-z-]{1,20}")
_ELEMENT = re.compile(r"\(([0-9]{2,4})\)([^()]*)")
_QUALIFIERS = ("10", "21")


def check_digit(body: str) -> str:
    """Return the check digit of the digits before it (GenSpecs 7.9.1).

    Weights 3 and 1 from the right; both are coprime to 10, so any one wrong digit is
    caught. Swapped neighbours that differ by five are not.
    """
    weighted = (int(digit) * (1, 3)[n % 2 == 0] for n, digit in enumerate(body[::-1]))
    return str(-sum(weighted) % 10)


def _parse_key(text: str, field: str, name: str, lengths: tuple[int, ...]) -> str:
    """Return the digits of a GS1 key, its length and check digit checked."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidInput.at(
            field,
            "{given} is not a {name}: it must hold digits only. Copy the number "
            "printed under the barcode.",
            given=text.strip() or "(empty)",
            name=name,
        )
    if len(digits) not in lengths:
        raise InvalidInput.at(
            field,
            "{given} has {count} digits; a {name} has {expected}. Count the digits "
            "under the barcode.",
            given=digits,
            count=len(digits),
            name=name,
            expected=" / ".join(map(str, lengths)),
        )
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        raise InvalidInput.at(
            field,
            "{given} ends in {last}, but its other digits give the check digit "
            "{expected}. One digit is wrong: compare it with the pack.",
            given=digits,
            last=digits[-1],
            expected=expected,
        )
    return digits


def parse_gtin(text: str, field: str = "gtin") -> str:
    """Return a GTIN-8, -12, -13 or -14 in its 14-digit form (GenSpecs 3.3.2).

    Raises:
        InvalidInput: not digits, wrong length or wrong check digit.
    """
    return _parse_key(text, field, "GTIN", GTIN_LENGTHS).zfill(14)


def restricted_gtin(company_number: int, item: int) -> str:
    """Return a restricted circulation number, prefix 2, in its 14-digit form.

    `2` + six digits of the company + five of the item + check digit. It means something
    inside this registry only and must not be sold under elsewhere (GenSpecs 1.4.4).

    Args:
        company_number: the registry's own number of the owner, 0 to 999,999.
        item: the owner's number of the product, 0 to 99,999.

    Raises:
        ValueError: either does not fit; a number is never wrapped round.
    """
    if not 0 <= company_number <= 999_999 or not 0 <= item <= 99_999:
        raise ValueError(f"no restricted number for {company_number}, item {item}")
    body = f"2{company_number:06d}{item:05d}"
    return "0" + body + check_digit(body)


def is_restricted(gtin: str) -> bool:
    """Tell whether a 14-digit GTIN is for restricted circulation (GenSpecs 1.4.4)."""
    return gtin[1:].startswith(_RESTRICTED_PREFIXES)


def parse_gln(text: str, field: str = "gln") -> str:
    """Return a 13-digit Global Location Number.

    Raises:
        InvalidInput: not digits, wrong length or wrong check digit.
    """
    return _parse_key(text, field, "GLN", (13,))


def sscc(extension: int, company_prefix: str, serial_reference: int) -> str:
    """Return the 18-digit SSCC of a pallet or case (GenSpecs 3.2).

    Args:
        extension: first digit, 0 to 9, of the owner's choice.
        company_prefix: GS1 Company Prefix, 4 to 12 digits.
        serial_reference: number of the unit, in the digits that remain of 16.

    Raises:
        ValueError: a part does not fit.
    """
    width = 16 - len(company_prefix)
    fits = 0 <= extension <= 9 and 4 <= len(company_prefix) <= 12
    if not (fits and company_prefix.isdigit() and 0 <= serial_reference < 10**width):
        raise ValueError(f"no SSCC for {extension} {company_prefix} {serial_reference}")
    body = f"{extension}{company_prefix}{serial_reference:0{width}d}"
    return body + check_digit(body)


def parse_sscc(text: str, field: str = "sscc") -> str:
    """Return an 18-digit Serial Shipping Container Code.

    Raises:
        InvalidInput: not digits, wrong length or wrong check digit.
    """
    return _parse_key(text, field, "SSCC", (18,))


def _parse_component(text: str, field: str) -> str:
    """Return a lot or serial in upper case."""
    value = unicodedata.normalize("NFKC", text).strip()
    if not _COMPONENT.fullmatch(value):
        raise InvalidInput.at(
            field,
            "{given} cannot be used here: 1 to 20 of the letters A-Z, digits and "
            "hyphen are possible. Leave out spaces and other signs.",
            given=text.strip() or "(empty)",
        )
    return value.upper()


def parse_lot(text: str, field: str = "lot") -> str:
    """Return a batch or lot number, AI (10), in upper case.

    Raises:
        InvalidInput: not 1 to 20 of `0-9A-Z-`.
    """
    return _parse_component(text, field)


def parse_serial(text: str, field: str = "serial") -> str:
    """Return a serial number, AI (21), in upper case.

    Raises:
        InvalidInput: not 1 to 20 of `0-9A-Z-`.
    """
    return _parse_component(text, field)


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A product, one batch of it, or one item: GS1 Digital Link URI Syntax 1.4, 4.

    Attributes:
        gtin: 14 digits.
        lot: AI (10), or None for every batch.
        serial: AI (21), or None for every item.
    """

    gtin: str
    lot: str | None = None
    serial: str | None = None

    @property
    def path(self) -> str:
        """The path that names it: key first, qualifiers in GS1 order."""
        qualifiers = zip(_QUALIFIERS, (self.lot, self.serial), strict=True)
        return f"/01/{self.gtin}" + "".join(
            f"/{key}/{value}" for key, value in qualifiers if value is not None
        )

    def uri(self, base_url: str) -> str:
        """Return the URI under `base_url`, such as `https://trace.example`."""
        return base_url.rstrip("/") + self.path


def parse_digital_link(text: str, field: str = "code") -> DigitalLink:
    """Return what a scanned or typed code names.

    Args:
        text: a URL on any host, a path from `/01/`, or a bracketed element string
            such as `(01)06901234567892(10)A1`. The fragment is not part of the name.
        field: the input's name.

    Raises:
        InvalidInput: another form, unknown or misplaced keys, a bad check digit.
    """
    given = unicodedata.normalize("NFKC", text).strip()
    pairs = _elements(given) if given.startswith("(") else _segments(given)
    if not pairs:
        raise InvalidInput.at(
            field,
            "{given} is not a product code. Scan the label, or type the code printed "
            "under it: (01)... or /01/...",
            given=given[:60] or "(empty)",
        )
    keys = [key for key, _ in pairs]
    if keys[0] != "01" or keys[1:] not in (["10"], ["21"], ["10", "21"], []):
        raise InvalidInput.at(
            field,
            "This code has the keys {given}; expected are 01 (product), then 10 "
            "(batch), then 21 (serial). Type it in the order printed on the label.",
            given=", ".join(keys),
        )
    named = dict(pairs)
    return DigitalLink(
        parse_gtin(named["01"], field),
        parse_lot(named["10"], field) if "10" in named else None,
        parse_serial(named["21"], field) if "21" in named else None,
    )


def _elements(text: str) -> list[tuple[str, str]]:
    """Return (key, value) of an element string; empty if it is not one."""
    bare = "".join(text.split())
    pairs = _ELEMENT.findall(bare)
    whole = "".join(f"({key}){value}" for key, value in pairs)
    return pairs if whole == bare else []


def _segments(text: str) -> list[tuple[str, str]]:
    """Return (key, value) of a URL or path; empty if it is not one.

    A key of ours in the query is put at the end of the list, where the order check
    refuses it: qualifiers stand in the path (URI Syntax 1.4, 4.10).
    """
    try:
        parts = urlsplit(f"https://bare.invalid{text}" if text[:1] == "/" else text)
    except ValueError:  # a bracket that is no IPv6 address
        return []
    segments = [unquote(part) for part in parts.path.strip("/").split("/")]
    if parts.scheme not in {"http", "https"} or len(segments) % 2:
        return []
    query = [pair for pair in parse_qsl(parts.query) if pair[0] in {"01", *_QUALIFIERS}]
    return [*zip(segments[::2], segments[1::2], strict=True), *query]
