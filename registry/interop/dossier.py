"""The dossier of a batch: everything a page, a gate or the command line shows of it.

All of it is read from the signed records of the batch's bundle, after the bundle was
verified; the projected rows only say which records those are. The verdict is therefore
never better than what can be proved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.batch import Batch
from registry.domain.certification import Certificate, Change
from registry.domain.gs1 import DigitalLink
from registry.domain.inspection import AnalyteJudgement, judge, overall
from registry.domain.inspection_report import Report
from registry.domain.labelling import LabelRun
from registry.domain.operations import Operation
from registry.domain.parties import Organisation
from registry.domain.records import RecordType, SignedRecord
from registry.domain.verdict import (
    CertificateFact,
    Evidence,
    InspectionFact,
    Verdict,
)
from registry.domain.verdict import judge as judge_evidence
from registry.errors import Message, msg
from registry.interop.bundles import bundle_of
from registry.service import Registry
from registry.store.queries.organisations import organisations
from registry.store.queries.records import record_by_id
from registry.verify import Bundle, Check, Trust, checks


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


@dataclass(frozen=True, slots=True)
class Dossier:
    """A batch with all that is said of it.

    Attributes:
        parties: everybody who signed, by DID.
        records: the batch's own records in log order, with the time they were logged.
        checks: every step of verification, on this server.
    """

    batch: Batch
    origin: SignedRecord
    parties: Mapping[str, Organisation]
    operations: tuple[tuple[SignedRecord, Operation], ...]
    inspections: tuple[InspectionEntry, ...]
    certificates: tuple[CertificateEntry, ...]
    label_runs: tuple[tuple[SignedRecord, LabelRun], ...]
    records: tuple[SignedRecord, ...]
    bundle: Bundle
    checks: tuple[Check, ...]
    verdict: Verdict

    @property
    def owner(self) -> Organisation:
        """Whose batch it is."""
        return self.parties[self.batch.owner]


def dossier(registry: Registry, link: DigitalLink, today: date) -> Dossier | None:
    """Return the dossier of a batch, or None if it was never registered here.

    Args:
        registry: the open registry.
        link: of the batch; a serial is ignored here.
        today: legal date, for what has expired.
    """
    path = DigitalLink(link.gtin, link.lot).path
    bundle = bundle_of(registry.ledger, path)
    records = _logged(bundle, path)
    origin = _newest(records, RecordType.ORIGIN)
    if origin is None:
        return None
    batch = Batch.from_claims(origin.subject, origin.issuer)
    trust = Trust(registry.ledger.origin, registry.ledger.verifier)
    found = tuple(checks(bundle, trust))
    inspections = _inspections(registry, batch, records)
    certificates = _certificates(records)
    evidence = Evidence(
        proofs_failed=_failures(found),
        inspections=[e.fact for e in inspections if not e.superseded_by],
        certificates=[entry.fact for entry in certificates],
        today=today,
    )
    return Dossier(
        batch=batch,
        origin=origin,
        parties=organisations({record.issuer for record in records}),
        operations=tuple(
            (record, Operation.from_claims(record.subject, path))
            for record in _of(records, RecordType.OPERATION)
        ),
        inspections=inspections,
        certificates=certificates,
        label_runs=tuple(
            (record, LabelRun.from_claims(record.subject, path))
            for record in _of(records, RecordType.LABEL)
        ),
        records=records,
        bundle=bundle,
        checks=found,
        verdict=judge_evidence(evidence),
    )


def _logged(bundle: Bundle, path: str) -> tuple[SignedRecord, ...]:
    """Return the records that name the batch or its product, with their log times."""
    named = {path, path.partition("/10/")[0]}
    found = []
    for bundled in bundle.records:
        if named & set(bundled.batches):
            record = record_by_id(bundled.read().record_id)
            if record is not None:
                found.append(record)
    return tuple(found)


def _of(records: Sequence[SignedRecord], record_type: RecordType) -> list[SignedRecord]:
    return [record for record in records if record.record_type is record_type]


def _newest(
    records: Sequence[SignedRecord], record_type: RecordType
) -> SignedRecord | None:
    found = _of(records, record_type)
    return found[-1] if found else None


def _failures(found: Sequence[Check]) -> tuple[Message, ...]:
    if all(check.holds for check in found):
        return ()
    return (
        msg(
            "{count} of {all} checks of signatures and log failed: what is shown here "
            "is not what was signed.",
            count=sum(not check.holds for check in found),
            all=len(found),
        ),
    )


def _inspections(
    registry: Registry, batch: Batch, records: Sequence[SignedRecord]
) -> tuple[InspectionEntry, ...]:
    found = _of(records, RecordType.INSPECTION)
    superseded = {
        record.supersedes.removeprefix("urn:uuid:"): record.record_id
        for record in found
        if record.supersedes
    }
    entries = []
    for record in found:
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


def _certificates(records: Sequence[SignedRecord]) -> tuple[CertificateEntry, ...]:
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
