import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.errors import BadCheckpoint, InvalidInput
from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.cosignature import (
    CosignatureSigner,
    CosignatureVerifier,
    open_cosigned_checkpoint,
)
from registry.tlog.note import NoteSignature, NoteSigner, add_signatures
from tests.support.keys import seed

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/published/c2sp.json").read_text("utf-8")
)["cosigned_message"]
ORIGIN = "trace.example/log"
LOG = NoteSigner(ORIGIN, seed("log"))
UNION = CosignatureSigner("witness.example/union", seed("union"))
UNIVERSITY = CosignatureSigner("witness.example/university", seed("university"))
CHECKPOINT = Checkpoint(ORIGIN, 42, bytes(32))
NOTE = sign_checkpoint(CHECKPOINT, LOG)
AT = datetime(2026, 11, 21, 2, 31, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def _open(note: bytes, *signers: CosignatureSigner) -> dict[str, datetime]:
    witnesses = [signer.verifier for signer in signers]
    opened = open_cosigned_checkpoint(note, ORIGIN, LOG.verifier, witnesses)
    assert opened.checkpoint == CHECKPOINT
    return {witness.name: at for witness, at in opened.cosigned_at.items()}


def test_the_signed_message_is_that_of_the_standard() -> None:
    origin, size, root = PUBLISHED["checkpoint"].values()
    at = datetime.fromtimestamp(PUBLISHED["timestamp"], UTC)
    line = UNION.cosign(Checkpoint(origin, size, b64decode(root)), at)
    assert int.from_bytes(line.signature[:8]) == PUBLISHED["timestamp"]
    Ed25519PublicKey.from_public_bytes(UNION.verifier.public_key).verify(
        line.signature[8:], PUBLISHED["message"].encode()
    )


def test_each_trusted_witness_says_when_it_saw_the_checkpoint() -> None:
    lines = [UNION.cosign(CHECKPOINT, AT), UNIVERSITY.cosign(CHECKPOINT, LATER)]
    assert _open(add_signatures(NOTE, lines), UNION, UNIVERSITY) == {
        "witness.example/union": AT,
        "witness.example/university": LATER,
    }


def test_a_checkpoint_that_no_witness_saw_yet_has_no_times() -> None:
    assert _open(NOTE, UNION) == {}


def test_a_witness_that_is_not_trusted_counts_for_nothing() -> None:
    note = add_signatures(NOTE, [UNIVERSITY.cosign(CHECKPOINT, AT)])
    assert _open(note, UNION) == {}


def test_witnesses_alone_do_not_make_a_checkpoint() -> None:
    unsigned_by_the_log = add_signatures(
        f"{CHECKPOINT.text}\n".encode(), [UNION.cosign(CHECKPOINT, AT)]
    )
    with pytest.raises(BadCheckpoint, match=r"not signed by trace.example/log"):
        _open(unsigned_by_the_log, UNION)


def test_a_cosignature_of_another_checkpoint_condemns_the_note() -> None:
    other = Checkpoint(ORIGIN, 43, bytes(32))
    note = add_signatures(NOTE, [UNION.cosign(other, AT)])
    with pytest.raises(BadCheckpoint, match="union does not verify"):
        _open(note, UNION)


def test_a_witness_time_cannot_be_moved() -> None:
    line = UNION.cosign(CHECKPOINT, AT)
    moved = (int(AT.timestamp()) + 1).to_bytes(8) + line.signature[8:]
    note = add_signatures(NOTE, [NoteSignature(line.name, line.key_id, moved)])
    with pytest.raises(BadCheckpoint, match="does not verify"):
        _open(note, UNION)


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        (bytes(71), "71 bytes"),
        (bytes(73), "73 bytes"),
        (bytes(64), "64 bytes"),
        ((2**63).to_bytes(8) + bytes(64), "after the year 9999"),
    ],
)
def test_a_malformed_cosignature_is_refused(signature: bytes, reason: str) -> None:
    with pytest.raises(BadCheckpoint, match=reason):
        UNION.verifier.verify(CHECKPOINT.text, signature)


def test_a_witness_vkey_is_read_back_and_is_not_a_logs() -> None:
    vkey = UNION.verifier.vkey
    assert CosignatureVerifier.parse(vkey) == UNION.verifier
    with pytest.raises(InvalidInput, match="0x04"):
        CosignatureVerifier.parse(LOG.verifier.vkey)


def test_one_key_has_another_id_as_log_and_as_witness() -> None:
    as_witness = CosignatureSigner(ORIGIN, seed("log")).verifier
    assert as_witness.public_key == LOG.verifier.public_key
    assert as_witness.key_id != LOG.verifier.key_id


@pytest.mark.parametrize(
    "at", [AT.replace(tzinfo=None), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)]
)
def test_a_time_that_no_reader_could_state_is_not_cosigned(at: datetime) -> None:
    with pytest.raises(ValueError, match="cannot be of the time"):
        UNION.cosign(CHECKPOINT, at)
