"""Label runs and the serials they promise."""

from collections.abc import Iterator
from datetime import datetime

from registry.commands.issuing import Receipt, issue
from registry.domain.gs1 import DigitalLink
from registry.domain.labelling import IssueLabels, LabelRun, issue_labels
from registry.domain.parties import Actor
from registry.domain.records import Statement
from registry.domain.serial import (
    SerialPosition,
    encode_serial,
    open_serial,
    peek_run,
    run_key,
)
from registry.errors import NotFound
from registry.service import Registry
from registry.store.queries.batches import batch_by_path
from registry.store.queries.inspections import inspections_of_batch
from registry.store.queries.labels import label_run, label_runs


def add_label_run(
    registry: Registry,
    actor: Actor,
    given: IssueLabels,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Issue labels, never more than the batch can fill."""

    def decide() -> list[Statement]:
        runs = [row.run for row in label_runs(given.batch_path)]
        _, statement = issue_labels(
            actor,
            given,
            batch_by_path(given.batch_path),
            runs,
            registry.identity_host,
            failed=any(
                row.report.verdict == "fail" and not row.superseded_by
                for row in inspections_of_batch(given.batch_path)
            ),
        )
        return [statement]

    return issue(
        registry,
        actor.organisation.did,
        given,
        decide,
        request_id=request_id,
        now=now,
    )[0]


def serials(
    registry: Registry, link: DigitalLink, run: LabelRun
) -> Iterator[DigitalLink]:
    """Yield the Digital Link of every label of a run, in order."""
    key = run_key(registry.serial_master, link.gtin, link.lot or "", run.run)
    for index in range(run.count):
        serial = encode_serial(key, SerialPosition(run.run, index))
        yield DigitalLink(link.gtin, link.lot, serial)


def check_serial(registry: Registry, link: DigitalLink) -> SerialPosition:
    """Return the position of a genuine serial.

    Raises:
        NotFound: never issued. Invented, mistyped and beyond the run look alike.
    """
    serial = link.serial or ""
    run = peek_run(serial)
    key = run_key(registry.serial_master, link.gtin, link.lot or "", run)
    position = open_serial(key, serial)
    row = label_run(DigitalLink(link.gtin, link.lot).path, run)
    if row is None or position.index >= row.run.count:
        raise NotFound.at("serial", "This code was not issued here.")
    return position
