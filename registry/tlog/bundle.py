"""Entry bundles: up to 256 entries as C2SP tlog-tiles serves them.

Each entry is its length in two bytes, big-endian, and its bytes; so an entry has at
most 65,535 bytes.
"""

from collections.abc import Sequence

from registry.errors import InvalidInput
from registry.tlog.tile_path import TILE_WIDTH

MAX_ENTRY_BYTES = 0xFFFF
_LENGTH_BYTES = 2


def encode_entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of 1 to 256 `entries` in the order of their leaves.

    Raises:
        ValueError: there are too many or none, or one has over 65,535 bytes.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise ValueError(
            f"a bundle holds 1 to {TILE_WIDTH} entries, not {len(entries)}"
        )
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise ValueError(f"an entry has over {MAX_ENTRY_BYTES} bytes")
    return b"".join(
        part
        for entry in entries
        for part in (len(entry).to_bytes(_LENGTH_BYTES), entry)
    )


def parse_entry_bundle(data: bytes) -> tuple[bytes, ...]:
    """Return the entries of a bundle.

    Raises:
        InvalidInput: it ends within an entry, or holds none or more than 256.
    """
    entries: list[bytes] = []
    start = 0
    while start < len(data):
        body = start + _LENGTH_BYTES
        end = body + int.from_bytes(data[start:body])
        if body > len(data) or end > len(data):
            raise InvalidInput.at(
                "bundle",
                "The bundle ends within entry {number}; fetch it again.",
                number=len(entries),
            )
        entries.append(data[body:end])
        start = end
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise InvalidInput.at(
            "bundle",
            "The bundle holds {given} entries; a bundle holds 1 to 256.",
            given=len(entries),
        )
    return tuple(entries)
