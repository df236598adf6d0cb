"""The story: who is admitted, what they grow, and the order in which it is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from registry.clock import legal_date
from registry.commands.issuing import new_request_id
from registry.commands.organisations import (
    OPERATOR_SLUG,
    ROOT_SLUG,
    Founding,
    admit,
    found,
)
from registry.commands.products import add_plot, add_product
from registry.demo.batches import BatchLife
from registry.demo.certificates import plan_certificates
from registry.demo.dice import Dice
from registry.demo.drafts import plan_draft
from registry.demo.people import Login, enrol, logins_of, nameless, random_password
from registry.demo.plans import PLOTS, SEASONS, plan_batches
from registry.demo.schedule import Schedule, at
from registry.demo.stage import Stage
from registry.demo.tables import DemoParty, DemoProduct, demo_uscc, parties, products
from registry.domain.parties import Kind, Organisation
from registry.domain.plots import RegisterPlot
from registry.domain.products import RegisterProduct
from registry.domain.quantity import parse_quantity
from registry.service import Registry
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

Progress = Callable[[int, int], None]


def tell(
    registry: Registry,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
    password: Callable[[], str] = random_password,
) -> list[Login]:
    """Fill an empty registry with two seasons up to `now`.

    Args:
        registry: empty, its entropy seeded.
        now: where the story ends.
        progress: told (steps done, steps in all).
        password: gives each account its password; no record depends on it.

    Returns:
        The accounts that were made.
    """
    today = legal_date(now)
    stage = Stage(registry, Dice(registry.entropy), today)
    schedule = Schedule()
    logins: list[Login] = []
    begin = today - SEASONS
    schedule.add(at(begin, 9), partial(_found, stage, logins, password))
    for party in parties():
        schedule.add(at(begin, 10), partial(_admit, stage, logins, password, party))
    for product in products():
        day = begin + timedelta(days=stage.dice.between(5, 30))
        schedule.add(at(day, 9), partial(_name_product, stage, product))
        plan_certificates(stage, product, schedule)
        plan_draft(stage, product, schedule)
    for plan in plan_batches(products(), registry.reference, today, stage.dice):
        BatchLife(stage, plan).put_on(schedule)
    schedule.run(now, progress)
    return logins


def _found(
    stage: Stage, logins: list[Login], password: Callable[[], str], now: datetime
) -> None:
    request_id = new_request_id(stage.registry.entropy)
    found(stage.registry, FOUNDING, request_id=request_id, now=now)
    for slug in (OPERATOR_SLUG, ROOT_SLUG):
        _staff(stage, logins, password, slug, now)


def _admit(
    stage: Stage,
    logins: list[Login],
    password: Callable[[], str],
    party: DemoParty,
    now: datetime,
) -> None:
    """Let its authority, or the operator, admit an organisation."""
    admit(
        stage.registry,
        stage.people[party.admitted_by],
        party.given,
        request_id=stage.request_id(),
        now=now,
    )
    _staff(stage, logins, password, party.given.slug, now)


def _staff(
    stage: Stage,
    logins: list[Login],
    password: Callable[[], str],
    slug: str,
    now: datetime,
) -> None:
    """Give an organisation its people; the first one acts in the story."""
    organisation = organisation_by_slug(slug)
    if organisation is None:
        raise RuntimeError(f"{slug} was not admitted")
    own = logins_of(slug, password)
    logins += own
    actors = [enrol(stage.registry, login, organisation, now) for login in own]
    stage.people[slug] = actors[0] if actors else nameless(stage.registry, organisation)


def _name_product(stage: Stage, product: DemoProduct, now: datetime) -> None:
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
