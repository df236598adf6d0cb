"""The batch to show first."""

from datetime import date

from registry.domain.batch import State
from registry.store.queries.batches import BatchRow, batches_of
from registry.store.queries.inspections import inspections_of_batch
from registry.store.queries.labels import label_runs
from registry.store.queries.organisations import organisations


def best_batch(today: date) -> str:
    """Return the path of the certified batch with the fullest story, newest first.

    Full means: tested, then labelled, then vouched for by an authority.
    """
    rows = [
        (row, bool(party.vouched_by))
        for party in organisations().values()
        for row in batches_of(party.did, today, limit=200)
        if row.state is State.CERTIFIED
    ]
    best, _ = max(rows, key=lambda item: _fullness(*item))
    return best.path


def _fullness(row: BatchRow, vouched: bool) -> tuple[bool, bool, bool, date, str]:
    return (
        bool(inspections_of_batch(row.path)),
        bool(label_runs(row.path)),
        vouched,
        row.harvested_on,
        row.path,
    )
