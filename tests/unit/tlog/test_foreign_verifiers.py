"""Our log before readers and verifiers that were not written here."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import metamorphic_log
import pytest
from cryptography.exceptions import InvalidSignature
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tlog import (
    Checkpoint,
    ConsistencyProof,
    ConsistencyProofInvalid,
    InclusionProof,
    InclusionProofInvalid,
)

from registry.tlog.tiles import encode_entry_bundle, tile_path

LOG: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/log.json").read_text("utf-8")
)
ENTRIES = [entry.encode() for entry in LOG["entries"]]
SIZE = len(ENTRIES)
ROOT = bytes.fromhex(LOG["root_hashes"][str(SIZE)])
INDEX = LOG["inclusion"]["leaf_index"]
LEAF = sha256(b"\x00" + ENTRIES[INDEX]).digest()
PATH = [bytes.fromhex(node) for node in LOG["inclusion"]["path"]]
OLD_SIZE = LOG["consistency"]["old_size"]
OLD_ROOT = bytes.fromhex(LOG["root_hashes"][str(OLD_SIZE)])
OLD_PATH = [bytes.fromhex(node) for node in LOG["consistency"]["path"]]
OTHER_ROOT = bytes.fromhex(LOG["root_hashes"]["255"])


@pytest.fixture
def served(tmp_path: Path) -> TilesReader:
    """The log as files, read by tlog-scales."""
    files = {path: bytes.fromhex(tile) for path, tile in LOG["tiles"].items()}
    files["checkpoint"] = LOG["cosigned_checkpoint"].encode()
    for number in range(0, SIZE, 256):
        bundle = ENTRIES[number : number + 256]
        path = tile_path("entries", number // 256, len(bundle))
        files[path] = encode_entry_bundle(bundle)
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return TilesReader(LocalBackend(tmp_path))


def test_tlog_scales_reads_our_tiles_bundles_and_checkpoint(
    served: TilesReader,
) -> None:
    checkpoint = served.get_checkpoint()
    assert (checkpoint.origin, checkpoint.size) == (LOG["origin"], SIZE)
    assert served.calculate_root_hash() == checkpoint.root_hash == ROOT
    assert [served.get_entry(index) for index in range(SIZE)] == ENTRIES


def test_tlog_scales_makes_the_same_proofs_of_our_tiles(served: TilesReader) -> None:
    served.set_size(SIZE)
    assert served.get_inclusion_proof(INDEX, SIZE).node_hashes == PATH
    assert served.get_consistency_proof(OLD_SIZE, SIZE).node_hashes == OLD_PATH


def test_tlog_scales_accepts_our_signatures_and_the_witness() -> None:
    checkpoint = Checkpoint.from_text(LOG["cosigned_checkpoint"])
    vkeys = [Vkey.from_string(LOG[name]) for name in ("log_vkey", "witness_vkey")]
    accepted = VkeySet(*vkeys).verify(checkpoint.signatures, checkpoint)
    assert {vkey.name for vkey, _ in accepted} == {vkey.name for vkey in vkeys}


@pytest.mark.parametrize("name", ["log_vkey", "witness_vkey"])
def test_tlog_scales_refuses_a_tampered_checkpoint(name: str) -> None:
    genuine = Checkpoint.from_text(LOG["cosigned_checkpoint"])
    with pytest.raises(InvalidSignature):
        replace(genuine, size=SIZE + 1).verify(Vkey.from_string(LOG[name]))


def test_tlog_scales_accepts_our_proofs_and_refuses_tampered_ones() -> None:
    InclusionProof(INDEX, SIZE, PATH).check(LEAF, ROOT)
    ConsistencyProof(OLD_SIZE, SIZE, OLD_PATH).check(OLD_ROOT, ROOT)
    with pytest.raises(InclusionProofInvalid):
        InclusionProof(INDEX + 1, SIZE, PATH).check(LEAF, ROOT)
    with pytest.raises(ConsistencyProofInvalid):
        ConsistencyProof(OLD_SIZE, SIZE, OLD_PATH).check(OTHER_ROOT, ROOT)


def test_metamorphic_log_accepts_our_checkpoint_and_inclusion() -> None:
    vkeys = [LOG["log_vkey"]]
    head = metamorphic_log.checkpoint_verify(LOG["checkpoint"], vkeys)
    assert (head.origin, head.size, head.root) == (LOG["origin"], SIZE, ROOT)
    note = LOG["cosigned_checkpoint"]
    metamorphic_log.checkpoint_verify_inclusion(note, vkeys, INDEX, LEAF, PATH)


def test_metamorphic_log_accepts_our_consistency_path() -> None:
    metamorphic_log.verify_consistency(OLD_SIZE, SIZE, OLD_PATH, OLD_ROOT, ROOT)


def test_metamorphic_log_refuses_a_tampered_checkpoint() -> None:
    tampered = LOG["checkpoint"].replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n")
    assert tampered != LOG["checkpoint"]
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.checkpoint_verify(tampered, [LOG["log_vkey"]])


def test_metamorphic_log_refuses_tampered_proofs() -> None:
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.verify_inclusion(INDEX + 1, SIZE, LEAF, PATH, ROOT)
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.verify_consistency(OLD_SIZE, SIZE, OLD_PATH, OTHER_ROOT, ROOT)
