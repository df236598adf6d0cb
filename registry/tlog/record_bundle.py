"""Record bundles: the secured records of 256 leaves in one file.

Beside C2SP's entry bundles (`tile/entries/<N>`), which hold the leaves, the registry
serves `records/<N>[.p/<W>]` with the records that those leaves commit to: for each, a
big-endian 32-bit length and the exact bytes. An auditor of a million records thus asks
four thousand times, not a million.
"""

from collections.abc import Sequence

from registry.errors import BadRecord
from registry.tlog.tile_path import TilePath

LENGTH_BYTES = 4
LONGEST = 256 * 1024


def record_bundle_path(index: int, width: int) -> str:
    """Return a bundle's path below the log, such as `records/x001/234.p/17`."""
    return str(TilePath("entries", index, width)).replace("tile/entries", "records", 1)


def encode_record_bundle(records: Sequence[bytes]) -> bytes:
    """Return the bundle of `records`, at most 256 of them."""
    return b"".join(
        len(record).to_bytes(LENGTH_BYTES, "big") + record for record in records
    )


def parse_record_bundle(data: bytes) -> tuple[bytes, ...]:
    """Return the records of a bundle.

    Raises:
        BadRecord: it is cut off, or a record is longer than any can be.
    """
    records = []
    offset = 0
    while offset < len(data):
        end = offset + LENGTH_BYTES
        length = int.from_bytes(data[offset:end], "big")
        if end > len(data) or length > LONGEST or end + length > len(data):
            raise BadRecord(f"the record bundle is cut off at byte {offset}")
        records.append(data[end : end + length])
        offset = end + length
    return tuple(records)
