"""The batch to show first."""

from collections.abc import Sequence
from datetime import date

from registry.domain.batch import State
from registry.domain.limits import ResidueLimit, find_limit
from registry.store.queries.batches import BatchRow, batch_by_path, batches_of
from registry.store.queries.inspections import inspections_of_batch
from registry.store.queries.labels import label_runs
from registry.store.queries.organisations import organisations


def best_batch(today: date, limits: Sequence[ResidueLimit]) -> str:
    """Return the path of the certified batch with the fullest story, newest first.

    Full means: tested against limits in force, labelled, vouched for by an authority.
    """
    rows = [
        (row, bool(party.vouched_by))
        for party in organisations().values()
        for row in batches_of(party.did, today, limit=200)
        if row.state is State.CERTIFIED
    ]
    best, _ = max(rows, key=lambda item: _fullness(item[0], item[1], limits))
    return best.path


def _fullness(
    row: BatchRow, vouched: bool, limits: Sequence[ResidueLimit]
) -> tuple[bool, bool, bool, date, str]:
    return (
        _judged(row.path, limits),
        bool(label_runs(row.path)),
        vouched,
        row.harvested_on,
        row.path,
    )


def _judged(path: str, limits: Sequence[ResidueLimit]) -> bool:
    """Tell whether a report on the batch has results with a limit in force."""
    batch = batch_by_path(path)
    return batch is not None and any(
        find_limit(limits, batch.commodity, result.analyte, row.report.sampled_on)
        for row in inspections_of_batch(path)
        for result in row.report.results
    )
