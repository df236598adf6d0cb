"""The dossier of a batch: everything a page, a gate or the command line shows of it.

All of it is read from the signed records of the batch's bundle, after the bundle was
verified; the projected rows only say which records those are. The verdict is therefore
never better than what can be proved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.clock import legal_date
from registry.domain.batch import Batch
from registry.domain.certification import Certificate, Change, Standing
from registry.domain.gs1 import DigitalLink
from registry.domain.inputs import Finding, check_harvest
from registry.domain.inspection import AnalyteJudgement, judge, overall
from registry.domain.inspection_report import Report
from registry.domain.labelling import LabelRun
from registry.domain.operations import Operation
from registry.domain.parties import Organisation
from registry.domain.products import Product
from registry.domain.records import RecordType, SignedRecord
from registry.domain.verdict import (
    CertificateFact,
    Evidence,
    InspectionFact,
    Verdict,
)
from registry.domain.verdict import judge as judge_evidence
from registry.errors import BadRecord
from registry.interop.gathered import Gathered, gather
from registry.service import Registry
from registry.verify import Bundle, Check


@dataclass(frozen=True, slots=True)
class InspectionEntry:
    """A report, its judgements line by line, and what superseded it (or empty)."""

    record: SignedRecord
    report: Report
    judgements: tuple[AnalyteJudgement, ...]
    superseded_by: str

    @property
    def fact(self) -> InspectionFact:
        """As the verdict reads it."""
        return InspectionFact(
            self.record.record_id,
            self.report,
            overall(self.judgements),
            tuple(
                judgement.result.analyte
                for judgement in self.judgements
                if judgement.rule == "banned_substance"
            ),
        )


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """A certificate and the records that changed it, oldest first."""

    record: SignedRecord
    certificate: Certificate
    changes: tuple[tuple[SignedRecord, Change], ...]

    @property
    def fact(self) -> CertificateFact:
        """As the verdict reads it."""
        newest = self.changes[-1][1] if self.changes else None
        return CertificateFact(self.record.record_id, self.certificate, newest)

    def standing(self, today: date) -> Standing:
        """Tell how it stands on a legal date."""
        return self.certificate.standing(self.fact.change, today)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A batch with all that is said of it.

    Attributes:
        findings: what the inputs used leave to look at before the harvest.
        gathered: the records, who signed them, and every step of verification.
    """

    link: DigitalLink
    batch: Batch
    origin: SignedRecord
    operations: tuple[tuple[SignedRecord, Operation], ...]
    findings: tuple[Finding, ...]
    inspections: tuple[InspectionEntry, ...]
    certificates: tuple[CertificateEntry, ...]
    label_runs: tuple[tuple[SignedRecord, LabelRun], ...]
    gathered: Gathered
    verdict: Verdict

    @property
    def parties(self) -> Mapping[str, Organisation]:
        """Everybody whose record is sound, by DID."""
        return self.gathered.parties

    @property
    def records(self) -> tuple[SignedRecord, ...]:
        """The sound records of the batch and its product, in log order."""
        return self.gathered.records

    @property
    def bundle(self) -> Bundle:
        """The evidence, to be checked elsewhere."""
        return self.gathered.bundle

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every step of verification, on this server."""
        return self.gathered.checks

    @property
    def owner(self) -> Organisation | None:
        """Whose batch it is; None where the record that admits them is damaged."""
        return self.parties.get(self.batch.owner)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A batch whose origin cannot be proved: nothing to show but the checks, in red."""

    link: DigitalLink
    gathered: Gathered
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ProductDossier:
    """A product: what is said of all its batches, and nothing of any one of them."""

    product: Product
    record: SignedRecord
    certificates: tuple[CertificateEntry, ...]
    gathered: Gathered


def dossier(registry: Registry, link: DigitalLink, now: datetime) -> Dossier | None:
    """Return the dossier of a batch, or None if it was never registered here.

    Args:
        registry: the open registry.
        link: of the batch; a serial is ignored here.
        now: for what has expired, and how old the witnesses' word is.

    Raises:
        BadRecord: the record of its origin is damaged.
    """
    found = find_batch(registry, link, now)
    if isinstance(found, Damaged):
        raise BadRecord(str(found.gathered.failures[0].detail))
    return found


def find_batch(
    registry: Registry, link: DigitalLink, now: datetime
) -> Dossier | Damaged | None:
    """Return what `dossier` does, or what is left of a batch that is damaged."""
    batch_link = DigitalLink(link.gtin, link.lot)
    found = gather(registry, batch_link.path)
    origins = found.of(RecordType.ORIGIN)
    if origins:
        return _dossier(registry, batch_link, origins[-1], found, now)
    if found.named and found.failures:
        return Damaged(batch_link, found, _judge(found, (), (), now))
    return None


def _dossier(
    registry: Registry,
    link: DigitalLink,
    origin: SignedRecord,
    found: Gathered,
    now: datetime,
) -> Dossier:
    batch = Batch.from_claims(origin.subject, origin.issuer)
    inspections = _inspections(registry, batch, found)
    certificates = _certificates(found)
    operations = tuple(
        (record, Operation.from_claims(record.subject, link.path))
        for record in found.of(RecordType.OPERATION)
    )
    return Dossier(
        link=link,
        batch=batch,
        origin=origin,
        operations=operations,
        findings=tuple(
            check_harvest(
                [use for _, use in operations],
                batch.harvested_on,
                batch.commodity,
                registry.reference,
            )
        ),
        inspections=inspections,
        certificates=certificates,
        label_runs=tuple(
            (record, LabelRun.from_claims(record.subject, link.path))
            for record in found.of(RecordType.LABEL)
        ),
        gathered=found,
        verdict=_judge(found, inspections, certificates, now),
    )


def _judge(
    found: Gathered,
    inspections: Sequence[InspectionEntry],
    certificates: Sequence[CertificateEntry],
    now: datetime,
) -> Verdict:
    return judge_evidence(
        Evidence(
            proofs_failed=found.failure_messages,
            inspections=[e.fact for e in inspections if not e.superseded_by],
            certificates=[entry.fact for entry in certificates],
            today=legal_date(now),
            freshness=found.freshness(now),
        )
    )


def product_dossier(registry: Registry, gtin: str) -> ProductDossier | None:
    """Return what is said of a product, or None if it was never registered here.

    None also where its record is damaged: a product alone is never vouched for.
    """
    found = gather(registry, DigitalLink(gtin).path)
    records = found.of(RecordType.PRODUCT)
    if not records:
        return None
    return ProductDossier(
        Product.from_claims(records[-1].subject, records[-1].issuer),
        records[-1],
        _certificates(found),
        found,
    )


def _inspections(
    registry: Registry, batch: Batch, found: Gathered
) -> tuple[InspectionEntry, ...]:
    records = found.of(RecordType.INSPECTION)
    superseded = {
        record.supersedes.removeprefix("urn:uuid:"): record.record_id
        for record in records
        if record.supersedes
    }
    entries = []
    for record in records:
        report = Report.from_claims(record.subject, batch.link.path, record.issuer)
        judgements = tuple(
            judge(
                result,
                batch.commodity,
                report.sampled_on,
                registry.reference,
                batch.product_class,
            )
            for result in report.results
        )
        entries.append(
            InspectionEntry(
                record, report, judgements, superseded.get(record.record_id, "")
            )
        )
    return tuple(entries)


def _certificates(found: Gathered) -> tuple[CertificateEntry, ...]:
    changes = found.of(RecordType.CERTIFICATION_STATUS)
    entries = []
    for record in found.of(RecordType.CERTIFICATION):
        certificate = Certificate.from_claims(record.subject, record.issuer)
        entries.append(
            CertificateEntry(
                record,
                certificate,
                tuple(
                    (change, Change(change.subject.text("change")))
                    for change in changes
                    if change.issuer == record.issuer
                    and change.subject.text("certificateNumber") == certificate.number
                ),
            )
        )
    return tuple(entries)
