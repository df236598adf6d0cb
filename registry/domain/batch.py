"""Batches: what was planted where, harvested when, and how much of it there is.

An OriginRecord commissions a batch (EPCIS bizStep `commissioning`). Everything later
hangs on its Digital Link `/01/{gtin}/10/{lot}`, which is unique in the registry.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from registry.domain.claims import Claims, quantity_claim
from registry.domain.gs1 import DigitalLink, parse_lot
from registry.domain.names import noted
from registry.domain.parties import Actor
from registry.domain.plots import Plot, common_division
from registry.domain.products import Product
from registry.domain.quantity import Quantity
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import Conflict, InvalidInput, NotAllowed, Problems

# The highest yields on record for any vegetable under glass are near 80 kg/m2 a year; a
# typing slip of one digit (kg for 斤 is only a factor of two) lands far above. A bound
# per product is part of the balance rules.
ABSURD_KG_PER_M2 = Decimal(100)

# Perennials (tea, walnut) stand for decades; a date before this is a slip.
LONGEST_GROWTH = timedelta(days=366 * 60)


class State(enum.StrEnum):
    """Where a batch stands in its life, worked out from its records on a day."""

    DRAFT = "draft"
    REGISTERED = "registered"
    TESTED = "tested"
    FAILED = "failed"
    CERTIFIED = "certified"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class PlotShare:
    """A plot that a batch grew on and the area of it that the batch took, in m2."""

    code: str
    area: Quantity


@dataclass(frozen=True, slots=True)
class Batch:
    """An origin batch.

    Attributes:
        quantity: what was harvested, KGM or H87.
        division: GB/T 2260 code of the place of origin, the smallest that holds every
            plot.
    """

    link: DigitalLink
    owner: str
    product_name: str
    product_name_en: str
    commodity: str
    product_class: str
    division: str
    plots: tuple[PlotShare, ...]
    planted_on: date
    harvested_on: date
    quantity: Quantity

    @property
    def area(self) -> Quantity:
        """Area under the batch, in m2."""
        return Quantity(sum((p.area.value for p in self.plots), Decimal(0)), "MTK")

    def subject(self, identity_host: str) -> dict[str, object]:
        """Return the `credentialSubject` of its OriginRecord."""
        return {
            "id": self.link.uri(f"https://{identity_host}"),
            "type": "Batch",
            "gtin": self.link.gtin,
            "lot": self.link.lot,
            "productName": self.product_name,
            "productNameEn": self.product_name_en,
            "commodity": self.commodity,
            "productClass": self.product_class,
            "division": self.division,
            "plots": [
                {"code": share.code, "area": quantity_claim(share.area)}
                for share in self.plots
            ],
            "plantedOn": self.planted_on.isoformat(),
            "harvestedOn": self.harvested_on.isoformat(),
            "quantity": quantity_claim(self.quantity),
            "bizStep": "commissioning",
            "disposition": "active",
        }

    @classmethod
    def from_claims(cls, subject: Claims, owner: str) -> "Batch":
        """Read it back from a record of `owner`."""
        return cls(
            link=DigitalLink(subject.text("gtin"), subject.text("lot")),
            owner=owner,
            product_name=subject.text("productName"),
            product_name_en=subject.text("productNameEn"),
            commodity=subject.text("commodity"),
            product_class=subject.text("productClass"),
            division=subject.text("division"),
            plots=tuple(
                PlotShare(share.text("code"), share.quantity("area"))
                for share in subject.each("plots")
            ),
            planted_on=subject.day("plantedOn"),
            harvested_on=subject.day("harvestedOn"),
            quantity=subject.quantity("quantity"),
        )


@dataclass(frozen=True, slots=True)
class RegisterBatch:
    """Input: register a batch. An empty lot asks for the next free one.

    `supersedes`, the id of an OriginRecord, and `reason` ask for its correction.
    """

    gtin: str
    lot: str
    plots: tuple[str, ...]
    planted_on: date
    harvested_on: date
    quantity: Quantity
    supersedes: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BatchContext:
    """What the registry already holds that bears on a new batch.

    Attributes:
        product: the product of the GTIN, whoever owns it; None if unknown.
        plots: the actor's plots among those named.
        lot_is_taken: whether (GTIN, lot) exists.
    """

    product: Product | None
    plots: Sequence[Plot]
    lot_is_taken: bool
    today: date
    identity_host: str


def register_batch(
    actor: Actor, given: RegisterBatch, context: BatchContext
) -> tuple[Batch, Statement]:
    """Decide whether `actor` may register this batch, and say so.

    A correction goes through `origin_correction.correct_batch`.

    Raises:
        InvalidInput: every wrong field at once.
        NotAllowed: the product is another's.
        Conflict: the lot exists.
    """
    require(actor, Action.REGISTER_BATCH)
    product = _own_product(actor, context.product, given.gtin)
    problems = Problems()
    lot = noted(problems, parse_lot, given.lot)
    _check_dates(given, context.today, problems)
    plots = _named_plots(actor, given, context.plots, problems)
    division = common_division(plots)
    if plots and not division:
        problems.add(
            "plots",
            "These plots lie in different provinces, so the batch has no one place of "
            "origin. Register a batch for each.",
        )
    check_goods(given.quantity, "quantity", problems)
    _check_yield(given.quantity, plots, problems)
    problems.raise_if_any()
    if context.lot_is_taken:
        raise Conflict.at(
            "lot",
            "Batch {lot} of this product exists already. Choose another number, for "
            "example with the next day or letter.",
            lot=lot,
        )
    batch = Batch(
        DigitalLink(product.gtin, lot),
        actor.organisation.did,
        product.name,
        product.name_en,
        product.commodity,
        product.product_class,
        division,
        tuple(PlotShare(plot.code, plot.area) for plot in plots),
        given.planted_on,
        given.harvested_on,
        given.quantity,
    )
    return batch, Statement(
        RecordType.ORIGIN,
        actor.organisation.did,
        batch.subject(context.identity_host),
        (batch.link.path,),
        actor.person,
    )


def _own_product(actor: Actor, product: Product | None, gtin: str) -> Product:
    """Return the product if it is the actor's."""
    if product is None:
        raise InvalidInput.at(
            "gtin",
            "No product with GTIN {gtin} is registered. Register the product first.",
            gtin=gtin,
        )
    if product.owner != actor.organisation.did:
        raise NotAllowed.at(
            "gtin",
            "GTIN {gtin} belongs to another organisation; a batch of it is theirs to "
            "register.",
            gtin=gtin,
        )
    return product


def _named_plots(
    actor: Actor, given: RegisterBatch, plots: Sequence[Plot], problems: Problems
) -> list[Plot]:
    """Return the actor's plots among those named, each once, by code."""
    own = {plot.code: plot for plot in plots if plot.owner == actor.organisation.did}
    named = sorted(set(given.plots))
    if not named:
        problems.add("plots", "Choose at least one plot that the batch grew on.")
    for code in named:
        if code not in own:
            problems.add(
                "plots",
                "You have no plot {code}. Register the plot first, or choose another.",
                code=code,
            )
    return [own[code] for code in named if code in own]


def _check_dates(given: RegisterBatch, today: date, problems: Problems) -> None:
    """Note dates that cannot be: order, future, and slips of the century."""
    if given.harvested_on < given.planted_on:
        problems.add(
            "harvested_on",
            "Harvested on {harvested}, before planting on {planted}. Check both dates.",
            harvested=given.harvested_on.isoformat(),
            planted=given.planted_on.isoformat(),
        )
    if given.harvested_on > today:
        problems.add(
            "harvested_on",
            "{harvested} is in the future. A batch is registered once it is harvested; "
            "until then keep it as a draft.",
            harvested=given.harvested_on.isoformat(),
        )
    if given.harvested_on - given.planted_on > LONGEST_GROWTH:
        problems.add(
            "planted_on",
            "{planted} is more than 60 years before the harvest. Check the year.",
            planted=given.planted_on.isoformat(),
        )


def check_goods(quantity: Quantity, field: str, problems: Problems) -> None:
    """Note an amount of goods that is not above zero, nor kilograms or whole pieces."""
    if quantity.unit not in {"KGM", "H87"}:
        problems.add(
            field,
            "Goods are measured in kg (KGM) or pieces (H87), not in {unit}.",
            unit=quantity.unit,
        )
    elif quantity.value <= 0:
        problems.add(
            field,
            "The quantity is {given}. Type an amount above zero.",
            given=quantity.text,
        )
    elif quantity.unit == "H87" and quantity.value % 1:
        problems.add(
            field,
            "{given} is not a whole number of pieces. Count them again.",
            given=quantity.text,
        )


def _check_yield(quantity: Quantity, plots: Sequence[Plot], problems: Problems) -> None:
    """Note a quantity that no such area can bear."""
    area = sum((plot.area.value for plot in plots), Decimal(0))
    if quantity.unit == "KGM" and area and quantity.value > area * ABSURD_KG_PER_M2:
        problems.add(
            "quantity",
            "{given} kg from {area} m² is more than {most} kg per m², which no crop "
            "bears. Check the quantity, its unit and the plots.",
            given=quantity.text,
            area=Quantity(area, "MTK").text,
            most=ABSURD_KG_PER_M2,
        )


def own_batch(actor: Actor, batch: Batch | None) -> Batch:
    """Return the batch if the actor's organisation owns it.

    Raises:
        NotAllowed: it is another's. The answer for an unknown batch is the same, so
            that guessing numbers tells nothing.
    """
    if batch is None or batch.owner != actor.organisation.did:
        raise NotAllowed.at(
            "batch",
            "This batch is not registered by {organisation}. Only its owner can do "
            "this.",
            organisation=actor.organisation.name,
        )
    return batch
