import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import BadCheckpoint, InvalidInput, VerificationError
from registry.tlog.base64_text import encode_base64
from registry.tlog.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    NoteSigner,
    NoteVerifier,
    add_signatures,
    open_note,
    sign_note,
)
from tests.support.keys import seed

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/published/c2sp.json").read_text("utf-8")
)["note"]
LOG = NoteSigner("trace.example/log", seed("log"))
SECOND = NoteSigner("trace.example/log", seed("the log's next key"))
EVE = NoteSigner("eve.example/log", seed("eve"))
TEXT = "one\n\nthree\n"
NOTE = sign_note(TEXT, [LOG])
LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), max_size=6
)


def test_the_note_of_the_standard_opens() -> None:
    verifier = NoteVerifier.parse(PUBLISHED["vkey"])
    opened = open_note(PUBLISHED["note"].encode(), [verifier])
    assert opened.text == PUBLISHED["text"]
    assert list(opened.signatures) == [verifier]


def test_a_vkey_is_read_back_as_the_standard_writes_it() -> None:
    verifier = NoteVerifier.parse(PUBLISHED["vkey"])
    assert verifier.name == "example.com/foo"
    assert verifier.key_id.hex() == "530d903a"
    assert verifier.vkey == PUBLISHED["vkey"]


@given(LINES)
def test_a_signed_text_is_read_back(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in [*lines, "end"])
    assert open_note(sign_note(text, [LOG]), [LOG.verifier]).text == text


def test_a_note_may_be_signed_by_several_keys() -> None:
    note = sign_note(TEXT, [LOG, EVE])
    opened = open_note(note, [EVE.verifier, LOG.verifier])
    assert set(opened.signatures) == {LOG.verifier, EVE.verifier}
    for signer in (LOG, EVE):
        signer.verifier.verify(TEXT, opened.signatures[signer.verifier])


def test_signatures_of_unknown_keys_are_ignored() -> None:
    note = add_signatures(NOTE, [EVE.sign("another text\n"), SECOND.sign("again\n")])
    assert set(open_note(note, [LOG.verifier]).signatures) == {LOG.verifier}


def test_a_key_that_signed_twice_counts_once() -> None:
    note = add_signatures(NOTE, [LOG.sign(TEXT)])
    assert len(open_note(note, [LOG.verifier]).signatures) == 1


def test_a_note_without_a_trusted_signature_does_not_open() -> None:
    for verifiers in ([], [EVE.verifier], [SECOND.verifier]):
        with pytest.raises(BadCheckpoint, match="no trusted key"):
            open_note(NOTE, verifiers)


def test_one_bad_signature_of_a_known_key_condemns_the_note() -> None:
    note = add_signatures(NOTE, [EVE.sign("another text\n")])
    with pytest.raises(BadCheckpoint, match=r"eve.example/log does not verify"):
        open_note(note, [LOG.verifier, EVE.verifier])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(NOTE) * 8 - 1))
def test_one_altered_bit_condemns_a_note(bit: int) -> None:
    altered = bytearray(NOTE)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VerificationError):
        open_note(bytes(altered), [LOG.verifier])


def test_sixteen_signatures_are_read_and_more_than_the_limit_are_not() -> None:
    others = [NoteSigner(f"w{n}.example", seed("eve")) for n in range(MAX_SIGNATURES)]
    within = sign_note(TEXT, [LOG, *others[: MAX_SIGNATURES - 1]])
    assert open_note(within, [LOG.verifier]).text == TEXT
    with pytest.raises(BadCheckpoint, match="over 64 signatures"):
        open_note(sign_note(TEXT, [LOG, *others]), [LOG.verifier])


def test_a_note_over_the_size_limit_is_not_read() -> None:
    filler = "x" * (MAX_NOTE_BYTES - len(NOTE)) + "\n"
    with pytest.raises(BadCheckpoint, match="bytes"):
        open_note(sign_note(filler + TEXT, [LOG]), [LOG.verifier])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n\n\xe2\x80\x94", b"\n\xe2\x80\x94"),
        (b"\xe2\x80\x94 ", b"- "),
        (b"\xe2\x80\x94 trace.example/log ", b"\xe2\x80\x94 "),
        (b"\xe2\x80\x94 trace", b"\xe2\x80\x94 +trace"),
        (b"\xe2\x80\x94 trace.example", b"\xe2\x80\x94 \xc2\xa0trace.example"),
        (b"=\n", b"\n"),
        (b"=\n", b"=\n\n"),
        (b"=\n", b"="),
        (b"=\n", b"= \n"),
        (b"three", b"th\xffree"),
        (b"three", b"th\tree"),
        (b"three\n", b"three\r\n"),
        (b"=\n", b"=\n\xe2\x80\x94 short.example AAAAAA==\n"),
        (b"=\n", b"=\n\xe2\x80\x94 spare.example AAAAAAH=\n"),
    ],
)
def test_a_malformed_note_does_not_open(old: bytes, new: bytes) -> None:
    assert NOTE.count(old) == 1
    with pytest.raises(BadCheckpoint):
        open_note(NOTE.replace(old, new), [LOG.verifier])


@pytest.mark.parametrize("text", ["", "no newline", "tab\there\n", "bell\x07\n"])
def test_what_is_not_whole_lines_of_text_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="whole lines"):
        sign_note(text, [LOG])


def test_a_note_that_nobody_signs_is_none() -> None:
    with pytest.raises(ValueError, match="at least once"):
        sign_note(TEXT, [])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x00"])
def test_a_key_name_without_spaces_and_plus_is_wanted(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a key"):
        NoteSigner(name, seed("log"))


def _with_material(material: bytes) -> str:
    name, key_id, _ = LOG.verifier.vkey.split("+", 2)
    return f"{name}+{key_id}+{encode_base64(material)}"


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "trace.example/log",
        LOG.verifier.vkey.replace("trace", "other"),
        LOG.verifier.vkey.upper(),
        LOG.verifier.vkey + "\n",
        LOG.verifier.vkey.replace("+", "-"),
        _with_material(b"\x04" + LOG.verifier.public_key),
        _with_material(b"\x01" + LOG.verifier.public_key[:-1]),
        _with_material(b""),
    ],
)
def test_a_vkey_that_does_not_agree_with_itself_is_refused(vkey: str) -> None:
    with pytest.raises(InvalidInput, match="is not a verifier key"):
        NoteVerifier.parse(vkey)
