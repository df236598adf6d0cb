"""The main job through the commands, on both databases."""

from registry.domain.records import RecordType
from registry.interop.bundles import bundle_of
from registry.store.queries.batches import batch_by_path
from registry.store.queries.records import records_naming
from registry.store.rebuild import rebuild, snapshot
from registry.verify import Trust, parse_bundle, verify_bundle
from tests.support.cast import PATH, Cast


def test_a_batch_is_registered_operated_inspected_and_certified(cast: Cast) -> None:
    cast.tells_the_story()

    assert [record.record_type for record in records_naming([PATH])] == [
        RecordType.ORIGIN,
        RecordType.OPERATION,
        RecordType.INSPECTION,
        RecordType.CERTIFICATION,
        RecordType.LABEL,
    ]
    batch = batch_by_path(PATH)
    assert batch is not None
    assert batch.quantity.text == "2000"


def test_a_bundle_is_verified_without_the_database(cast: Cast) -> None:
    cast.tells_the_story()
    ledger = cast.registry.ledger
    encoded = bundle_of(ledger, PATH).encode()

    records = verify_bundle(
        parse_bundle(encoded), Trust(ledger.origin, ledger.verifier)
    )

    assert RecordType.CERTIFICATION in {record.record_type for record in records}


def test_rebuilding_gives_the_rows_that_were_there(cast: Cast) -> None:
    cast.tells_the_story()
    before = snapshot()

    replayed = rebuild()

    assert replayed == cast.registry.ledger.head().tree_size
    assert snapshot() == before
    assert all(before.values()), "a table without rows proves nothing"
