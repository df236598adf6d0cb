"""How values read on a page: dates, quantities, digests, identifiers.

Data columns show `2026-11-22`; sentences say `11 月 22 日`. People here weigh in 斤 and
measure in 亩, records in SI: a quantity shows both. Nothing is rounded: what a record
says is what a page shows. No floats.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from flask import Flask
from markupsafe import Markup

from registry.clock import SHANGHAI
from registry.errors import Message, msg
from registry.web.assets import init_assets
from registry.web.i18n import language, say, spoken
from registry.web.seal import init_seal

MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
THIN = "\N{NARROW NO-BREAK SPACE}"

# UN/CEFACT Recommendation 20 code -> symbol.
SYMBOLS = {
    "KGM": "kg", "GRM": "g", "TNE": "t", "LTR": "L", "MLT": "mL", "MTK": "m²",
    "HAR": "ha", "KMT": "km", "CEL": "°C", "NA": "mg/kg", "H87": "", "DAY": "d",
}  # fmt: skip

# What people also say: 1 kg = 2 斤, 1 hectare = 15 亩.
JIN = {"KGM": Decimal(2), "TNE": Decimal(2000)}
MU = {"MTK": Decimal("0.0015"), "HAR": Decimal(15)}

LIMIT_AT = 70  # per cent of a result bar: the rule stands in the same place in each row


class Quantity(Protocol):
    """Anything with a decimal value and a UN/CEFACT unit code."""

    @property
    def value(self) -> Decimal | str:
        """The number, exact."""
        ...

    @property
    def unit(self) -> str:
        """The unit code."""
        ...


@dataclass(frozen=True, slots=True)
class Bar:
    """A result against its limit, in per cent of the bar's width.

    Attributes:
        value: the ink line's end, at most 100.
        limit: where the vermilion rule stands.
    """

    value: Decimal
    limit: int


def init_format(app: Flask) -> None:
    """Register the filters, the mark and the assets with the templates of `app`."""
    app.jinja_env.filters.update(
        legal_date=legal_date,
        day=spoken(day),
        moment=spoken(moment),
        quantity=spoken(quantity),
        number=number,
        short_hash=short_hash,
        short_did=short_did,
    )
    app.jinja_env.globals["limit_bar"] = limit_bar
    init_assets(app)
    init_seal(app)


def legal_date(value: date | str) -> str:
    """Return a legal date as data shows it: `2026-11-22`."""
    return _date(value).isoformat()


def day(value: date | str, *, year: bool = False) -> str:
    """Return a legal date as a sentence says it: `11 月 22 日`, `22 Nov`."""
    found = _date(value)
    if language() == "zh":
        text = f"{found.month}{THIN}月{THIN}{found.day}{THIN}日"
        return f"{found.year}{THIN}年{THIN}{text}" if year else text
    text = f"{found.day} {MONTHS[found.month - 1]}"
    return f"{text} {found.year}" if year else text


def moment(value: datetime | str) -> str:
    """Return a point in time in Shanghai, to the minute, with its zone said.

    Args:
        value: aware, or RFC 3339 text with an offset.

    Raises:
        ValueError: `value` has no offset: which day it is could not be told.
    """
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    if when.tzinfo is None:
        raise ValueError(f"{value} has no UTC offset")
    local = when.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return say(msg("{when} (China time, UTC+8)", when=local))


def number(value: Decimal | int | str) -> str:
    """Return `value` exactly, with thousands apart: `1,250.5`."""
    return f"{Decimal(value):,f}"


def quantity(given: Quantity) -> Markup:
    """Return value and unit, and what people call it: `1,250 kg (2,500 斤)`."""
    unit = str(given.unit)
    symbol = SYMBOLS.get(unit, unit)
    shown = Markup('<span class="q">{} <span class="unit">{}</span>').format(
        number(given.value), symbol
    )
    if also := _customary(Decimal(given.value), unit):
        shown += Markup(' <span class="unit">{}</span>').format(say(also))
    return shown + Markup("</span>")


def _customary(value: Decimal, unit: str) -> Message | None:
    """Return what people call it, or None where they say the same."""
    if unit in JIN:
        return msg("({amount} jin)", amount=number((value * JIN[unit]).normalize()))
    if unit in MU:
        # To a thousandth, the finest that forms take: 6,666.67 m² was typed as 10 亩.
        amount = (value * MU[unit]).quantize(Decimal("0.001")).normalize()
        return msg("({amount} mu)", amount=number(amount))
    return None


def limit_bar(value: Decimal | str | None, limit: Decimal | str) -> Bar:
    """Return where a result ends and its limit stands; no value is an empty bar."""
    ceiling = Decimal(limit)
    if value is None:
        return Bar(Decimal(0), LIMIT_AT)
    if not ceiling:  # banned: any finding is over
        return Bar(Decimal(100 if Decimal(value) else 0), LIMIT_AT)
    share = (Decimal(value) * LIMIT_AT / ceiling).quantize(Decimal("0.1"))
    return Bar(min(share, Decimal(100)), LIMIT_AT)


def short_hash(digest: str | bytes) -> str:
    """Return both ends of a digest: enough to compare by eye, not to rely on."""
    text = digest.hex() if isinstance(digest, bytes) else digest
    return f"{text[:6]}…{text[-6:]}"


def short_did(did: str) -> str:
    """Return what tells one issuer from another: `did:web:h:orgs:amina` is `amina`."""
    return did.partition("#")[0].rpartition(":")[2]


def _date(value: date | str) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime):  # a datetime is a date, but of which zone?
        raise TypeError("a legal date is a date; see clock.legal_date")
    return value
