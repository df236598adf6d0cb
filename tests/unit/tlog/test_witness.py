from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import BadCheckpoint, InvalidInput
from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.cosignature import CosignatureSigner
from registry.tlog.note import MAX_NOTE_BYTES, NoteSigner
from registry.tlog.witness import (
    AddCheckpoint,
    encode_conflict,
    parse_add_checkpoint,
    parse_conflict,
    verify_answer,
)
from tests.support.keys import seed

# The request in the text of C2SP tlog-witness.
PUBLISHED = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()  # noqa: E501 - as published
HASH = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw="
ORIGIN = "trace.example/log"
CHECKPOINT = Checkpoint(ORIGIN, 42, bytes(32))
NOTE = sign_checkpoint(CHECKPOINT, NoteSigner(ORIGIN, seed("log")))
UNION = CosignatureSigner("witness.example/union", seed("union"))
UNIVERSITY = CosignatureSigner("witness.example/university", seed("university"))
AT = datetime(2026, 11, 21, 2, 31, tzinfo=UTC)


def test_the_request_of_the_standard_is_read_and_written_back() -> None:
    request = parse_add_checkpoint(PUBLISHED)
    assert request.old_size == 20852014
    assert len(request.proof) == 4
    assert request.claimed_origin == "example.com/behind-the-sofa"
    assert request.checkpoint_note.startswith(b"example.com/behind-the-sofa\n20852163")
    assert request.encode() == PUBLISHED


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=200),
)
def test_any_request_is_read_back(size: int, proof: list[bytes], note: bytes) -> None:
    request = AddCheckpoint(size, tuple(proof), note)
    assert parse_add_checkpoint(request.encode()) == request


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_other_bytes_are_refused_or_are_the_one_spelling(body: bytes) -> None:
    try:
        request = parse_add_checkpoint(b"old " + body)
    except InvalidInput:
        return
    assert request.encode() == b"old " + body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty line"),
        (b"old 1\n" + NOTE.partition(b"\n\n")[0], "empty line"),
        (b"old 01\n\n" + NOTE, "not a tree size"),
        (b"old -1\n\n" + NOTE, "not a tree size"),
        (b"old +1\n\n" + NOTE, "not a tree size"),
        (b"old  1\n\n" + NOTE, "not a tree size"),
        (b"old 9223372036854775808\n\n" + NOTE, "not a tree size"),
        (b"old \n\n" + NOTE, "not a tree size"),
        (b"1\n\n" + NOTE, "first line"),
        (b"new 1\n\n" + NOTE, "not a tree size"),
        (b"old 1\r\n\n" + NOTE, "not a tree size"),
        (b"old 1\nha*h\n\n" + NOTE, "not base64"),
        (b"old 1\nAAAA\n\n" + NOTE, "not 32 bytes"),
        (f"old 1\n{HASH[:-2]}x=\n\n".encode() + NOTE, "canonical base64"),
        (("old 1\n" + f"{HASH}\n" * 64 + "\n").encode() + NOTE, "64 lines"),
        ("old １\n\n".encode() + NOTE, "ascii"),
        (b"old 1\n\n" + bytes(MAX_NOTE_BYTES + 4 * 1024), "at most"),
    ],
)
def test_a_malformed_request_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        parse_add_checkpoint(body)


def test_sixty_three_proof_lines_are_the_most() -> None:
    body = ("old 1\n" + f"{HASH}\n" * 63 + "\n").encode() + NOTE
    assert len(parse_add_checkpoint(body).proof) == 63


def test_the_size_of_a_conflict_is_read_back() -> None:
    assert encode_conflict(20852014) == b"20852014\n"
    assert parse_conflict(b"20852014\n") == 20852014


@pytest.mark.parametrize(
    "body", [b"", b"7", b"07\n", b"7\n7\n", b" 7\n", b"-7\n", b"\xff\n", b"seven\n"]
)
def test_another_conflict_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="tree size was expected"):
        parse_conflict(body)


def test_the_witness_line_is_found_among_those_of_unknown_keys() -> None:
    other, own = (
        str(signer.cosign(CHECKPOINT, AT)).encode() for signer in (UNIVERSITY, UNION)
    )
    line = verify_answer(other + own, CHECKPOINT.text, UNION.verifier)
    assert str(line).encode() == own


@pytest.mark.parametrize("lines", [b"", b"thanks\n", NOTE])
def test_an_answer_without_the_witness_line_is_refused(lines: bytes) -> None:
    with pytest.raises(BadCheckpoint):
        verify_answer(lines, CHECKPOINT.text, UNION.verifier)


def test_a_cosignature_of_another_checkpoint_is_refused() -> None:
    other = Checkpoint(ORIGIN, 43, bytes(32))
    line = str(UNION.cosign(other, AT)).encode()
    with pytest.raises(BadCheckpoint, match="does not verify"):
        verify_answer(line, CHECKPOINT.text, UNION.verifier)


def test_an_answer_cannot_bring_its_own_text() -> None:
    """An empty line would end the text later, and the witness may sign any text."""
    longer = Checkpoint(f"{CHECKPOINT.text}\nmore", 7, bytes(32))
    line = str(UNION.cosign(longer, AT)).encode()
    smuggled = longer.text.removeprefix(f"{CHECKPOINT.text}\n").encode() + b"\n" + line
    with pytest.raises(BadCheckpoint, match="another text"):
        verify_answer(smuggled, CHECKPOINT.text, UNION.verifier)
