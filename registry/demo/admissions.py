"""Who is admitted by whom, and what the cooperatives name before they grow it."""

from datetime import datetime

from registry.commands.organisations import (
    OPERATOR_SLUG,
    ROOT_SLUG,
    Founding,
    admit,
    found,
)
from registry.commands.products import add_plot, add_product
from registry.demo.people import enrol, logins_of, nameless
from registry.demo.plans import PLOTS
from registry.demo.stage import Stage
from registry.demo.tables import DemoParty, DemoProduct, demo_uscc
from registry.domain.parties import Kind, Organisation
from registry.domain.plots import RegisterPlot
from registry.domain.products import RegisterProduct
from registry.domain.quantity import parse_quantity
from registry.store.queries.organisations import organisation_by_slug
from registry.store.queries.products import products_of

FOUNDING = Founding(
    authority_name="云南省农业农村厅(演示)",
    authority_name_en="Yunnan Department of Agriculture (demo)",
    authority_short="滇农",
    division="53",
    operator_name="源证演示运营中心",
    operator_name_en="Yuanzheng operating centre (demo)",
    operator_short="源证",
    operator_uscc=demo_uscc(0, Kind.OPERATOR, "53"),
)

FIELD_NAMES = ("河边地", "东山坡", "大棚区", "老村口")


def found_registry(stage: Stage, now: datetime) -> None:
    """Write entry 0 and let the operator and the root authority in."""
    found(stage.registry, FOUNDING, request_id=stage.request_id(), now=now)
    for slug in (OPERATOR_SLUG, ROOT_SLUG):
        _staff(stage, slug, now)


def admit_party(stage: Stage, party: DemoParty, now: datetime) -> None:
    """Let its authority, or the operator, admit an organisation."""
    admit(
        stage.registry,
        stage.people[party.admitted_by],
        party.given,
        request_id=stage.request_id(),
        now=now,
    )
    _staff(stage, party.given.slug, now)


def _staff(stage: Stage, slug: str, now: datetime) -> None:
    """Give an organisation its people; the first one acts in the story."""
    organisation = organisation_by_slug(slug)
    if organisation is None:
        raise RuntimeError(f"{slug} was not admitted")
    own = logins_of(organisation, stage.password) if stage.password else []
    stage.logins += own
    actors = [enrol(stage.registry, login, organisation, now) for login in own]
    stage.people[slug] = actors[0] if actors else nameless(stage.registry, organisation)


def name_product(stage: Stage, product: DemoProduct, now: datetime) -> None:
    """Register a product; before its first, the owner registers the plots."""
    owner = stage.owner(product)
    if not products_of(owner.organisation.did):
        _name_plots(stage, owner.organisation, now)
    add_product(
        stage.registry,
        owner,
        RegisterProduct(
            product.gtin,
            product.name,
            product.name_en,
            product.commodity,
            product.product_class,
            product.division,
            product.brand,
        ),
        request_id=stage.request_id(),
        now=now,
    )
    (stage.gtins[product.name],) = {
        held.gtin
        for held in products_of(owner.organisation.did)
        if held.name == product.name
    }


def _name_plots(stage: Stage, organisation: Organisation, now: datetime) -> None:
    """Register plots in townships below the owner's seat."""
    townships = stage.registry.reference.divisions.children(organisation.division)
    for number in range(1, PLOTS + 1):
        mu = f"{stage.dice.between(40, 600) / 10}"
        add_plot(
            stage.registry,
            stage.people[organisation.slug],
            RegisterPlot(
                f"P{number}",
                FIELD_NAMES[number - 1],
                stage.dice.pick(townships).code,
                parse_quantity(mu, "亩", "area", "area"),
            ),
            request_id=stage.request_id(),
            now=now,
        )
