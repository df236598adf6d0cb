"""A log of 260 entries, one witness, and one entry's proof, stage by stage."""

from datetime import UTC, datetime

from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.cosignature import CosignatureSigner
from registry.tlog.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    tree_root,
)
from registry.tlog.note import NoteSigner, add_signatures
from registry.tlog.proof import TlogProof
from registry.tlog.tiles import TileId, TileReader, append, tile_path
from tests.support.keys import seed

ORIGIN = "trace.example/log"
TREE_SIZE = 260
LEAF_INDEX = 77
OLD_SIZE = 131
COSIGNED_AT = datetime(2026, 11, 21, 2, 31, tzinfo=UTC)
ENTRIES = [f"entry {index}" for index in range(TREE_SIZE)]
LOG = NoteSigner(ORIGIN, seed("log"))
WITNESS = CosignatureSigner("witness.example/union", seed("union"))


def vector() -> dict[str, object]:
    """Return every stage of the log, and the proof files that must be refused."""
    grown = append(0, lambda _: b"", [leaf_hash(entry.encode()) for entry in ENTRIES])
    reader = TileReader(grown.tiles.__getitem__)
    checkpoint = Checkpoint(ORIGIN, TREE_SIZE, grown.root_hash)
    note = sign_checkpoint(checkpoint, LOG)
    cosigned = add_signatures(note, [WITNESS.cosign(checkpoint, COSIGNED_AT)])
    path = inclusion_path(reader, LEAF_INDEX, TREE_SIZE)
    proof = TlogProof(LEAF_INDEX, path, cosigned).encode().decode()
    return {
        "origin": ORIGIN,
        "log_seed": seed("log").hex(),
        "log_vkey": LOG.verifier.vkey,
        "witness_vkey": WITNESS.verifier.vkey,
        "cosigned_at": int(COSIGNED_AT.timestamp()),
        "entries": ENTRIES,
        "root_hashes": {
            str(size): tree_root(reader, size).hex()
            for size in (1, 2, 3, OLD_SIZE, 255, 256, 257, TREE_SIZE)
        },
        "tiles": {_path(tile, data): data.hex() for tile, data in grown.tiles.items()},
        "checkpoint": note.decode(),
        "cosigned_checkpoint": cosigned.decode(),
        "inclusion": {
            "leaf_index": LEAF_INDEX,
            "path": [node.hex() for node in path],
        },
        "consistency": {
            "old_size": OLD_SIZE,
            "path": [
                node.hex() for node in consistency_path(reader, OLD_SIZE, TREE_SIZE)
            ],
        },
        "proof": proof,
        "refused": [
            {"fault": fault, "code": code, "entry": entry, "proof": spoiled}
            for fault, (code, entry, spoiled) in _refused(proof).items()
        ],
    }


def _refused(proof: str) -> dict[str, tuple[str, str, str]]:
    entry = ENTRIES[LEAF_INDEX]
    lines = proof.split("\n")
    first, second = lines[2], lines[3]
    signature = next(line for line in lines if line.startswith(f"\u2014 {ORIGIN}"))
    return {
        "other_entry": ("not_in_log", ENTRIES[0], proof),
        "other_index": ("not_in_log", entry, proof.replace("index 77", "index 76")),
        "index_outside_tree": (
            "not_in_log",
            entry,
            proof.replace("index 77", "index 260"),
        ),
        "path_shortened": ("not_in_log", entry, proof.replace(f"{first}\n", "")),
        "path_swapped": (
            "not_in_log",
            entry,
            proof.replace(f"{first}\n{second}", f"{second}\n{first}"),
        ),
        "tree_size_changed": ("bad_checkpoint", entry, proof.replace("260", "261")),
        "origin_changed": (
            "bad_checkpoint",
            entry,
            proof.replace(f"\n\n{ORIGIN}\n", "\n\nother.example/log\n"),
        ),
        "log_signature_missing": (
            "bad_checkpoint",
            entry,
            proof.replace(f"{signature}\n", ""),
        ),
    }


def _path(tile: TileId, data: bytes) -> str:
    return tile_path(tile.level, tile.index, len(data) // 32)
