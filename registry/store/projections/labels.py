"""Label runs."""

from registry.domain.labelling import LabelRun
from registry.domain.records import SignedRecord
from registry.store.tables import projected


def label_run(record: SignedRecord) -> None:
    """A run, however long, is one row."""
    run = LabelRun.from_claims(record.subject, record.batches[0])
    projected.LabelRun.create(
        record_id=record.record_id,
        batch=run.batch_path,
        run=run.run,
        count=run.count,
        leaf_index=record.leaf_index,
    )
