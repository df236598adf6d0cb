"""What there is to do today: one list for each kind of organisation."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext

from registry.clock import legal_date
from registry.commands.people import unmanaged
from registry.domain.batch import State
from registry.domain.certification import Standing
from registry.domain.parties import Actor, Kind, Organisation
from registry.domain.roles import Action, may
from registry.errors import msg
from registry.service import Registry
from registry.store.batch_drafts import batch_drafts_of
from registry.store.queries.batches import batch_count, batches_matching, batches_of
from registry.store.queries.certificates import (
    CertificateRow,
    certificates_held,
    certificates_of,
)
from registry.store.queries.inspection_lists import (
    failures_within,
    inspections_matching,
)
from registry.store.queries.products import plots_of, products_of
from registry.store.queries.results import results_of
from registry.web import words
from registry.web.agenda import (
    Agenda,
    Item,
    Section,
    Step,
    batch_item,
    batch_page,
    certificate_item,
    report_item,
    result_item,
)
from registry.web.health import CHECKS, OK, examine
from registry.web.i18n import language, say
from registry.web.words import Word

SHOWN = 5
SEARCHED = 200  # the newest batches; what is older is found in the list of batches
SOON = timedelta(days=60)

_UNMANAGED = Word("yellow", msg("Nobody manages it yet"))
_TROUBLE = Word("red", msg("Needs a person"))
_WELL = Word("green", msg("In order"))


def agenda(registry: Registry, actor: Actor, today: date) -> Agenda:
    """Return what the actor may do and should see today."""
    sections = _sections(registry, actor, today)
    return Agenda(_step(actor), [section for section in sections if section.items])


def _sections(registry: Registry, actor: Actor, today: date) -> Iterator[Section]:
    match actor.organisation.kind:
        case Kind.COOPERATIVE | Kind.PROCESSOR:
            yield from _grower(actor, today)
        case Kind.INSPECTION_BODY:
            yield from _inspector(actor, today)
        case Kind.CERTIFICATION_BODY:
            yield from _certifier(actor, today)
        case Kind.AUTHORITY:
            yield from _authority(actor)
        case Kind.OPERATOR:
            yield from _operator(registry, actor)
        case Kind.MARKET | Kind.CARRIER | Kind.SERVICE_STATION:
            return


def _grower(actor: Actor, today: date) -> Iterator[Section]:
    own = actor.organisation.did
    newest = batches_of(own, today, limit=SEARCHED)

    def standing(state: State) -> list[Item]:
        rows = [row for row in newest if row.state is state][:SHOWN]
        return [batch_item(row, batch_page(actor, row.path)) for row in rows]

    yield Section(msg("Did not pass: do not sell"), standing(State.FAILED))
    if may(actor, Action.REGISTER_BATCH):
        yield Section(msg("Drafts to go on with"), _drafts(own))
    yield Section(msg("Not tested yet"), standing(State.REGISTERED))
    yield Section(
        msg("Newest results"),
        [
            result_item(row, batch_page(actor, row.path))
            for row in results_of(own, SHOWN)
        ],
    )
    yield Section(
        msg("Certificates to look after"),
        _certificates(certificates_held(own), today, _record_page),
    )


def _drafts(owner: str) -> list[Item]:
    is_chinese = language() == "zh"
    names = {
        product.gtin: product.name if is_chinese else product.name_en
        for product in products_of(owner)
    }
    return [
        Item(
            names.get(kept.draft.gtin) or gettext("No product chosen"),
            ", ".join(kept.draft.plots),
            legal_date(kept.saved_at),
            words.state[State.DRAFT],
            url_for("batches.draft", draft_id=kept.draft_id),
        )
        for kept in batch_drafts_of(owner)[:SHOWN]
    ]


def _inspector(actor: Actor, today: date) -> Iterator[Section]:
    may_log = may(actor, Action.LOG_INSPECTION)
    if may_log:
        waiting = [
            row
            for row in batches_matching("", today)
            if row.state is State.REGISTERED and not actor.belongs_to(row.owner)
        ]
        yield Section(
            msg("Batches that wait for a test"),
            [
                batch_item(row, url_for("inspections.new", batch=row.path))
                for row in waiting[:SHOWN]
            ],
        )
    reports = inspections_matching(actor.organisation.did, limit=SHOWN)
    yield Section(
        msg("Your newest reports"),
        [
            report_item(row, url_for("inspections.show", record_id=row.record_id))
            for row in reports
        ],
    )


def _certifier(actor: Actor, today: date) -> Iterator[Section]:
    rows = certificates_of(actor.organisation.did)
    page = _certificate_page if may(actor, Action.CERTIFY) else _record_page
    yield Section(
        msg("Certificates that end soon or are suspended"),
        _certificates(rows, today, page),
    )


def _certificates(
    rows: list[CertificateRow], today: date, page: Callable[[str], str]
) -> list[Item]:
    """Return those that somebody should do something about, the first to end first."""
    items = []
    for row in sorted(rows, key=lambda row: row.certificate.valid_until):
        standing = row.standing(today)
        is_near = abs(row.certificate.valid_until - today) <= SOON
        is_held = standing in {Standing.VALID, Standing.EXPIRED}
        if standing is Standing.SUSPENDED or (is_near and is_held):
            items.append(certificate_item(row, standing, page(row.record_id)))
    return items[:SHOWN]


def _record_page(record_id: str) -> str:
    return f"/records/{record_id}"


def _certificate_page(record_id: str) -> str:
    return url_for("certifications.show", record_id=record_id)


def _authority(actor: Actor) -> Iterator[Section]:
    failures = failures_within(actor.organisation.division, limit=SHOWN)
    yield Section(
        msg("Failed tests in your division"),
        [report_item(row, row.path) for row in failures],
    )
    yield _without_manager(actor)


def _operator(registry: Registry, actor: Actor) -> Iterator[Section]:
    if may(actor, Action.OPERATE):
        found = examine(registry)
        yield Section(
            msg("Health of the registry"),
            [
                Item(
                    say(check.name),
                    "" if found[key] == OK else say(check.trouble),
                    None,
                    _WELL if found[key] == OK else _TROUBLE,
                    url_for("health.ready"),
                )
                for key, check in CHECKS.items()
            ],
        )
    yield _without_manager(actor)


def _without_manager(actor: Actor) -> Section:
    """Return the parties that one admitted and that nobody can act for yet."""
    may_invite = may(actor, Action.REGISTER_ORGANISATION)
    parties = unmanaged(actor)[:SHOWN] if may_invite else []
    return Section(
        msg("Invite their first manager"), [_party_item(party) for party in parties]
    )


def _party_item(party: Organisation) -> Item:
    return Item(
        party.name if language() == "zh" else party.name_en,
        say(words.kind[party.kind]),
        None,
        _UNMANAGED,
        url_for("accounts.first_manager", slug=party.slug),
    )


def _step(actor: Actor) -> Step:
    """Return the first thing that the actor may do, in the order of the work."""
    if may(actor, Action.REGISTER_BATCH):
        return _growers_step(actor.organisation.did)
    if may(actor, Action.LOG_INSPECTION):
        return Step(
            msg("Which batch did you test?"),
            msg("Scan the label, or type the number on it, and log the result."),
            msg("Log an inspection"),
            url_for("inspections.find"),
        )
    if may(actor, Action.CERTIFY):
        return Step(
            msg("What do you certify?"),
            msg("Find the product or batch, and say what it is certified for."),
            msg("Certify"),
            url_for("certifications.find"),
        )
    if may(actor, Action.REGISTER_ORGANISATION):
        return Step(
            msg("Who takes part?"),
            msg("Admit organisations; each signs with a key of its own."),
            msg("Organisations"),
            url_for("organisations.index"),
        )
    return Step(
        msg("Nothing waits for you"),
        msg("You can check any batch by the code on its label."),
        msg("Type in a code"),
        "/check",
    )


def _growers_step(owner: str) -> Step:
    if not products_of(owner):
        return Step(
            msg("Begin with a product"),
            msg("It has a name and a number (GTIN). Plots and batches come after it."),
            msg("Register a product"),
            url_for("products.new"),
        )
    if not plots_of(owner):
        return Step(
            msg("Next, a plot"),
            msg(
                "Where it grows, and how large that is. Then you can register batches."
            ),
            msg("Register a plot"),
            url_for("plots.new"),
        )
    if not batch_count(owner):
        return Step(
            msg("Now the first batch"),
            msg(
                "What was harvested of one product in one go, or a draft of what grows."
            ),
            msg("New batch"),
            url_for("batches.new"),
        )
    return Step(
        msg("All is done"),
        msg("Nothing waits for you. Harvested something?"),
        msg("New batch"),
        url_for("batches.new"),
    )
