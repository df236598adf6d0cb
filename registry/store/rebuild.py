"""`registry rebuild`: make every projected row again from the records alone."""

from collections.abc import Callable

from registry.store.database import writing
from registry.store.projections import clear, project
from registry.store.queries.records import all_records
from registry.store.tables import PROJECTED


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Delete the projections and replay the log, in one transaction.

    Args:
        progress: told the number of records done, now and then.

    Returns:
        How many records were replayed.
    """
    done = 0
    with writing():
        clear()
        for record in all_records():
            project(record)
            done += 1
            if progress and done % 500 == 0:
                progress(done)
    return done


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Return every projected row of every table, sorted: equal before and after."""
    return {
        table._meta.table_name: sorted(
            (tuple(row.__data__.values()) for row in table.select()), key=repr
        )
        for table in PROJECTED
    }
