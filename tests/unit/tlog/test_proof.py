import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import BadCheckpoint, InvalidInput, NotInLog
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import CosignatureVerifier, open_cosigned_checkpoint
from registry.tlog.note import NoteVerifier
from registry.tlog.proof import MAX_PATH, TlogProof, parse_proof, verify_proof

LOG: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/log.json").read_text("utf-8")
)
FILE = LOG["proof"].encode()
ORIGIN = LOG["origin"]
VERIFIER = NoteVerifier.parse(LOG["log_vkey"])
ENTRY = LOG["entries"][LOG["inclusion"]["leaf_index"]].encode()
HASHES = st.binary(min_size=32, max_size=32)


def test_a_proof_file_shows_its_entry_under_the_checkpoint() -> None:
    size = len(LOG["entries"])
    root_hash = bytes.fromhex(LOG["root_hashes"][str(size)])
    checkpoint = verify_proof(parse_proof(FILE), ENTRY, ORIGIN, VERIFIER)
    assert checkpoint == Checkpoint(ORIGIN, size, root_hash)


def test_a_proof_file_carries_what_witnesses_said() -> None:
    witness = CosignatureVerifier.parse(LOG["witness_vkey"])
    opened = open_cosigned_checkpoint(
        parse_proof(FILE).checkpoint_note, ORIGIN, VERIFIER, [witness]
    )
    cosigned_at = datetime.fromtimestamp(LOG["cosigned_at"], UTC)
    assert opened.cosigned_at == {witness: cosigned_at}


def test_a_proof_file_is_laid_out_as_the_standard_says() -> None:
    note = "log.example\n2\nroot\n\n— log.example sig\n".encode()
    proof = TlogProof(1, (b"\0" * 32,), note, b"extra data")
    node = "A" * 43 + "="
    assert proof.encode() == (
        b"c2sp.org/tlog-proof@v1\nextra ZXh0cmEgZGF0YQ==\nindex 1\n"
        + f"{node}\n\n".encode()
        + note
    )


@given(
    st.integers(0, 2**63 - 2),
    st.lists(HASHES, max_size=MAX_PATH),
    st.binary(max_size=200),
    st.binary(max_size=80),
)
def test_a_proof_file_is_read_back(
    leaf_index: int, path: list[bytes], note: bytes, extra: bytes
) -> None:
    proof = TlogProof(leaf_index, tuple(path), note, extra)
    assert parse_proof(proof.encode()) == proof


@pytest.mark.parametrize("case", LOG["refused"], ids=lambda case: case["fault"])
def test_a_spoiled_proof_is_refused(case: dict[str, str]) -> None:
    genuine = (LOG["proof"], ENTRY.decode())
    assert (case["proof"], case["entry"]) != genuine
    error = {kind.code: kind for kind in (NotInLog, BadCheckpoint)}[case["code"]]
    proof = parse_proof(case["proof"].encode())
    with pytest.raises(error):
        verify_proof(proof, case["entry"].encode(), ORIGIN, VERIFIER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"proof@v1", b"proof@v2"),
        (b"index 77\n", b""),
        (b"index 77", b"index 077"),
        (b"index 77", b"index  77"),
        (b"index 77", b"index -1"),
        (b"index 77", b"index 9223372036854775807"),
        (b"index 77\n", b"index 77\nextra AAAA\n"),
        (b"index 77\n", b"extra \nindex 77\n"),
        (b"index 77\n", b"extra AAA\nindex 77\n"),
        (b"index 77\n", b"index 77\nAAAA\n"),
        (b"index 77\n", b"index 77\n" + (b"A" * 43 + b"=\n") * 55),
        (b"index 77\n", b"index 77\r\n"),
        (b"index 77", "index ٧٧".encode()),
        (b"\n\ntrace", b"\ntrace"),
    ],
)
def test_a_file_in_another_form_is_refused(old: bytes, new: bytes) -> None:
    assert FILE.count(old) == 1
    with pytest.raises(InvalidInput, match="not a tlog-proof file"):
        parse_proof(FILE.replace(old, new))


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v1\n\n"]
)
def test_a_file_that_ends_early_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="not a tlog-proof file"):
        parse_proof(data)


def test_a_file_over_the_size_limit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too large"):
        parse_proof(FILE + bytes(600 * 1024))
