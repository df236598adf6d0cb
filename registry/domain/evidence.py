"""What the records of a batch come to: the facts that its verdict rests on.

Records and reference data in, facts out. The registry's own pages and an auditor who
has nothing but a bundle run this same code, so neither can read a record otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.batch import Batch
from registry.domain.certification import Certificate, Change, Standing
from registry.domain.inspection import (
    AnalyteJudgement,
    ResidueReference,
    judge,
    overall,
)
from registry.domain.inspection_report import Report
from registry.domain.records import RecordType, SignedRecord
from registry.domain.verdict import CertificateFact, Evidence, InspectionFact
from registry.errors import Message
from registry.signing.trust_list import Freshness


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
class Facts:
    """A batch as its newest origin has it, its inspections and its certificates."""

    origin: SignedRecord
    batch: Batch
    inspections: tuple[InspectionEntry, ...]
    certificates: tuple[CertificateEntry, ...]

    def evidence(
        self, today: date, freshness: Freshness, failed: tuple[Message, ...] = ()
    ) -> Evidence:
        """Return what the verdict takes.

        Args:
            today: legal date.
            freshness: of the witnesses' word on the log that the records are from.
            failed: messages of the proofs that do not hold.
        """
        standing = [entry for entry in self.inspections if not entry.superseded_by]
        return Evidence(
            proofs_failed=failed,
            inspections=[entry.fact for entry in standing],
            certificates=[entry.fact for entry in self.certificates],
            today=today,
            freshness=freshness,
        )


def read_facts(
    records: Iterable[SignedRecord], reference: ResidueReference
) -> Facts | None:
    """Return the facts in the records about a batch, or None without its origin.

    Args:
        records: verified, in log order; others may be among them.
        reference: limits, bans and methods.

    Raises:
        BadRecord: a record does not say what its type must.
    """
    about = [record for record in records if record.batches]
    origins = _of(about, RecordType.ORIGIN)
    if not origins:
        return None
    batch = Batch.from_claims(origins[-1].subject, origins[-1].issuer)
    inspections = _inspections(about, batch, reference)
    return Facts(origins[-1], batch, inspections, read_certificates(about))


def read_certificates(records: Sequence[SignedRecord]) -> tuple[CertificateEntry, ...]:
    """Return the certificates in `records`, oldest first, with what changed them.

    Raises:
        BadRecord: a record does not say what its type must.
    """
    changes = _of(records, RecordType.CERTIFICATION_STATUS)
    entries = []
    for record in _of(records, RecordType.CERTIFICATION):
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


def _of(records: Iterable[SignedRecord], record_type: RecordType) -> list[SignedRecord]:
    return [record for record in records if record.record_type is record_type]


def _inspections(
    records: Sequence[SignedRecord], batch: Batch, reference: ResidueReference
) -> tuple[InspectionEntry, ...]:
    inspections = _of(records, RecordType.INSPECTION)
    superseded = {
        record.supersedes.removeprefix("urn:uuid:"): record.record_id
        for record in inspections
        if record.supersedes
    }
    entries = []
    for record in inspections:
        report = Report.from_claims(record.subject, batch.link.path, record.issuer)
        judgements = tuple(
            judge(
                result,
                batch.commodity,
                report.sampled_on,
                reference,
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
