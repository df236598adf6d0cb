"""From records to rows: `project` one record, `rebuild` all of them.

Each module handles the record types of one noun. A handler reads nothing but the record
and rows that earlier records made, so replaying the log gives the same rows.
"""

from collections.abc import Callable, Mapping

from registry.domain.records import RecordType, SignedRecord
from registry.store.projections import (
    batches,
    certifications,
    inspections,
    labels,
    organisations,
    products,
)
from registry.store.tables import PROJECTED
from registry.store.tables.projected import RecordBatch

Handler = Callable[[SignedRecord], None]

HANDLERS: Mapping[RecordType, Handler] = {
    RecordType.GENESIS: organisations.genesis,
    RecordType.ORGANISATION: organisations.organisation,
    RecordType.KEY: organisations.key,
    RecordType.PRODUCT: products.product,
    RecordType.PLOT: products.plot,
    RecordType.ORIGIN: batches.origin,
    RecordType.OPERATION: batches.operation,
    RecordType.INSPECTION: inspections.inspection,
    RecordType.CERTIFICATION: certifications.certification,
    RecordType.CERTIFICATION_STATUS: certifications.certification_status,
    RecordType.LABEL: labels.label_run,
}


def project(record: SignedRecord) -> None:
    """Write the rows of one record."""
    if record.batches:
        RecordBatch.insert_many(
            [{"path": path, "leaf_index": record.leaf_index} for path in record.batches]
        ).execute()
    HANDLERS[record.record_type](record)


def clear() -> None:
    """Delete every projected row; the records are untouched."""
    for table in PROJECTED:
        table.delete().execute()
