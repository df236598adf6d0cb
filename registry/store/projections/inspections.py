"""Reports, and the standing result of a batch for lists."""

from registry.domain.inspection_report import Report
from registry.domain.records import SignedRecord
from registry.store.tables import projected
from registry.store.tables.projected import Inspection


def inspection(record: SignedRecord) -> None:
    """A report; the one it supersedes stays and is marked."""
    report = Report.from_claims(record.subject, record.batches[0], record.issuer)
    if record.supersedes:
        Inspection.update(superseded_by=record.record_id).where(
            Inspection.record_id == record.supersedes.removeprefix("urn:uuid:")
        ).execute()
    Inspection.create(
        record_id=record.record_id,
        batch=report.batch_path,
        issuer=record.issuer,
        number=report.number,
        verdict=report.verdict,
        sampled_on=report.sampled_on.isoformat(),
        person=record.person,
        superseded_by="",
        leaf_index=record.leaf_index,
    )
    _mark_batch(report.batch_path)


def _mark_batch(path: str) -> None:
    """One standing failure outweighs every pass."""
    standing = Inspection.select(Inspection.verdict).where(
        (Inspection.batch == path) & (Inspection.superseded_by == "")
    )
    verdicts = {row.verdict for row in standing}
    projected.Batch.update(inspection="fail" if "fail" in verdicts else "pass").where(
        projected.Batch.path == path
    ).execute()
