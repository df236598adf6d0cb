"""Batches and what was used on them."""

from registry.domain.batch import Batch
from registry.domain.operations import Operation
from registry.domain.records import SignedRecord
from registry.store.tables import projected


def origin(record: SignedRecord) -> None:
    """A batch; a correction replaces the row and keeps what inspections made of it."""
    batch = Batch.from_claims(record.subject, record.issuer)
    values = {
        "path": batch.link.path,
        "gtin": batch.link.gtin,
        "lot": batch.link.lot,
        "owner": batch.owner,
        "product_name": batch.product_name,
        "product_name_en": batch.product_name_en,
        "commodity": batch.commodity,
        "division": batch.division,
        "harvested_on": batch.harvested_on.isoformat(),
        "quantity": batch.quantity.text,
        "unit": batch.quantity.unit,
        "record_id": record.record_id,
        "leaf_index": record.leaf_index,
    }
    projected.Batch.insert(values | {"inspection": ""}).on_conflict(
        conflict_target=(projected.Batch.path,), update=values
    ).execute()


def operation(record: SignedRecord) -> None:
    """A use of an input."""
    use = Operation.from_claims(record.subject, record.batches[0])
    projected.Operation.create(
        record_id=record.record_id,
        batch=use.batch_path,
        substance=use.substance,
        applied_on=use.applied_on.isoformat(),
        leaf_index=record.leaf_index,
    )
