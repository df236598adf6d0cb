"""One batch as its owner sees it: where it stands, what is said of it, what is next."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import assert_never

from flask import url_for
from markupsafe import Markup

from labels import symbol_svg
from registry.clock import from_millis
from registry.domain.batch import State
from registry.domain.inputs import Finding, check_harvest
from registry.domain.labelling import labelled
from registry.domain.quantity import Quantity
from registry.domain.records import RecordType, SignedRecord
from registry.errors import Message, msg
from registry.interop.dossier import Dossier
from registry.service import Registry
from registry.store.queries.batches import state_of
from registry.store.queries.certificates import certificates_by_path
from registry.web.format import moment
from registry.web.i18n import language
from registry.web.seal import Seal

RECORDS = MappingProxyType(
    {
        RecordType.PRODUCT: msg("Product"),
        RecordType.ORIGIN: msg("Origin"),
        RecordType.OPERATION: msg("Input used"),
        RecordType.INSPECTION: msg("Test"),
        RecordType.CERTIFICATION: msg("Certificate"),
        RecordType.CERTIFICATION_STATUS: msg("Change of a certificate"),
        RecordType.LABEL: msg("Labels"),
    }
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do now: why, and where."""

    text: Message
    action: Message
    href: str


@dataclass(frozen=True, slots=True)
class BatchView:
    """A dossier with what only its owner is shown.

    Attributes:
        findings: inputs used too close to harvest or too often.
        unlabelled: what no label stands for yet.
        symbol: QR code of the batch's public address, as SVG.
        public_url: what the symbol says.
    """

    dossier: Dossier
    state: State
    place: str
    findings: tuple[Finding, ...]
    unlabelled: Quantity
    next_step: NextStep
    symbol: Markup
    public_url: str

    def seal(self, record: SignedRecord) -> Seal:
        """Return the seal of who signed `record`."""
        issuer = self.dossier.parties[record.issuer]
        return Seal(
            issuer.name if language() == "zh" else issuer.name_en,
            issuer.short_name,
            moment(from_millis(record.logged_at)),
            f"/records/{record.record_id}",
        )


def batch_view(registry: Registry, found: Dossier, today: date) -> BatchView:
    """Return what its owner is shown of a batch."""
    batch = found.batch
    state = _state(found, today)
    runs = [run for _, run in found.label_runs]
    public_url = batch.link.uri(registry.settings.base_url)
    return BatchView(
        dossier=found,
        state=state,
        place=registry.reference.divisions.full_name(batch.division),
        findings=tuple(
            check_harvest(
                [operation for _, operation in found.operations],
                batch.harvested_on,
                batch.commodity,
                registry.reference,
            )
        ),
        unlabelled=Quantity(batch.quantity.value - labelled(runs), batch.quantity.unit),
        next_step=_next_step(found, state),
        # Our own drawing: a title, escaped, and paths.
        symbol=Markup(symbol_svg(public_url)),  # noqa: S704
        public_url=public_url,
    )


def _state(found: Dossier, today: date) -> State:
    """Return where it stands by its standing tests and its certificates today."""
    path = found.batch.link.path
    verdicts = {
        entry.report.verdict for entry in found.inspections if not entry.superseded_by
    }
    inspection = "fail" if "fail" in verdicts else "pass" if verdicts else ""
    covering = certificates_by_path([path, path.partition("/10/")[0]])
    certificates = [row for rows in covering.values() for row in rows]
    return state_of(inspection, certificates, today)


def _next_step(found: Dossier, state: State) -> NextStep:
    batch = found.batch.link
    labels = NextStep(
        msg("It can go to market: print its labels."),
        msg("Print labels"),
        url_for("labels.index", gtin=batch.gtin, lot=batch.lot),
    )
    match state:
        case State.FAILED:
            return NextStep(
                msg(
                    "A test failed. Do not sell this batch; ask the laboratory about "
                    "a retest, or have it destroyed."
                ),
                msg("See the results"),
                "#tests",
            )
        case State.SUSPENDED | State.EXPIRED:
            return NextStep(
                msg(
                    "Its certificate does not hold today. Ask who issued it what to "
                    "do, and print no new labels with its mark."
                ),
                msg("See the certificate"),
                "#certificates",
            )
        case State.DRAFT | State.REGISTERED if not found.operations:
            return NextStep(
                msg("Record what was used on it: the laboratory tests for that first."),
                msg("Record an input used"),
                url_for("operations.new", gtin=batch.gtin, lot=batch.lot),
            )
        case State.DRAFT | State.REGISTERED:
            return NextStep(
                msg(
                    "Bring a sample to the laboratory and show this code: the batch is "
                    "found by it."
                ),
                msg("Show the code"),
                "#code",
            )
        case State.TESTED | State.CERTIFIED:
            return labels
        case _:
            assert_never(state)
