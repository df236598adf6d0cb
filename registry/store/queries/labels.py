"""Label runs."""

from dataclasses import dataclass

from registry.domain.labelling import LabelRun
from registry.store.queries.records import record_by_id
from registry.store.tables import projected


@dataclass(frozen=True, slots=True)
class LabelRunRow:
    """A run and the record that issued it."""

    record_id: str
    run: LabelRun
    logged_at: int


def label_runs(path: str) -> list[LabelRunRow]:
    """Return a batch's runs in order of issue."""
    rows = (
        projected.LabelRun.select()
        .where(projected.LabelRun.batch == path)
        .order_by(projected.LabelRun.run)
    )
    found = []
    for row in rows:
        record = record_by_id(row.record_id)
        if record is None:
            raise LookupError(f"label row without record {row.record_id}")
        found.append(
            LabelRunRow(
                row.record_id,
                LabelRun.from_claims(record.subject, path),
                record.logged_at,
            )
        )
    return found


def label_run(path: str, run: int) -> LabelRunRow | None:
    """Return one run of a batch, or None."""
    return next((row for row in label_runs(path) if row.run.run == run), None)
