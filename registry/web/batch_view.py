"""One batch as its owner sees it: where it stands, what is said of it, what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from flask import url_for
from markupsafe import Markup

from labels import symbol_svg
from registry.domain.batch import Batch, State
from registry.domain.gs1 import DigitalLink
from registry.domain.labelling import LabelRun, labelled
from registry.domain.quantity import Quantity, decimal_text
from registry.domain.records import SignedRecord
from registry.errors import Message, msg
from registry.interop.dossier import Dossier
from registry.service import Registry
from registry.store.queries.batches import state_of
from registry.store.queries.certificates import certificates_by_path
from registry.web.seal import Seal
from registry.web.signers import name_by_did, seal_of

SYMBOL_PX = 216


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
        unlabelled: what no label stands for yet.
        symbol: QR code of the batch's public address, as SVG.
        public_url: what the symbol says.
    """

    dossier: Dossier
    state: State
    place: str
    unlabelled: Quantity
    next_step: NextStep
    symbol: Markup
    public_url: str

    def seal(self, record: SignedRecord) -> Seal:
        """Return the seal of who signed `record`."""
        return seal_of(record, self.dossier.gathered)

    def signer(self, record: SignedRecord) -> str:
        """Return the name of who signed `record`."""
        return name_by_did(record.issuer, self.dossier.parties)


def page_of(link: DigitalLink) -> str:
    """Return the owner's page of a batch."""
    return url_for("batches.show", gtin=link.gtin, lot=link.lot)


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
        unlabelled=unlabelled(batch, runs),
        next_step=_next_step(found, state),
        # Our own drawing: a title, escaped, and paths.
        symbol=Markup(  # noqa: S704
            symbol_svg(public_url).replace("<svg ", f"<svg width={SYMBOL_PX} ", 1)
        ),
        public_url=public_url,
    )


def unlabelled(batch: Batch, runs: Sequence[LabelRun]) -> Quantity:
    """Return how much of a batch no label stands for yet."""
    left = batch.quantity.value - labelled(runs)
    return Quantity(Decimal(decimal_text(left)), batch.quantity.unit)


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
