import hashlib

import base58
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import BadSignature, InvalidInput
from registry.signing import keys
from registry.signing.keys import (
    Ed25519Signer,
    PublicKey,
    decode_multibase,
    encode_multibase,
    public_key_of,
)
from tests.support.keys import seed

AMINA = public_key_of(seed("amina"))

# RFC 8032, section 7.1, test 2
RFC_SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
RFC_KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
RFC_SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_a_signature_is_that_of_rfc_8032() -> None:
    signer = Ed25519Signer("did:example:a#key", bytes.fromhex(RFC_SEED))
    assert public_key_of(bytes.fromhex(RFC_SEED)).raw.hex() == RFC_KEY
    assert signer.sign(b"\x72").hex() == RFC_SIGNATURE


def test_a_key_verifies_what_its_signer_signed() -> None:
    AMINA.verify(
        Ed25519Signer("did:example:a#key", seed("amina")).sign(b"rice"), b"rice"
    )


@pytest.mark.parametrize(("name", "data"), [("amina", b"maize"), ("eve", b"rice")])
def test_a_signature_over_other_bytes_or_by_another_key_is_refused(
    name: str, data: bytes
) -> None:
    signature = Ed25519Signer("did:example:a#key", seed(name)).sign(data)
    with pytest.raises(BadSignature, match=AMINA.multibase):
        AMINA.verify(signature, b"rice")


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadSignature):
        AMINA.verify(bytes(length), b"rice")


def test_a_multikey_begins_with_z6mk_and_is_read_back() -> None:
    assert AMINA.multibase.startswith("z6Mk")
    assert PublicKey.parse(AMINA.multibase) == AMINA


@given(st.binary(max_size=80))
def test_multibase_is_read_back(data: bytes) -> None:
    assert decode_multibase(encode_multibase(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        AMINA.multibase[1:],
        AMINA.multibase + " ",
        AMINA.multibase + "\n",
        AMINA.multibase[:-1] + "0",
        AMINA.multibase[:-1] + "é",
        "z" + "1" * 128,
        encode_multibase(b"\xec\x01" + AMINA.raw),
        encode_multibase(b"\xed\x01" + AMINA.raw[:-1]),
        encode_multibase(b"\xed\x01" + AMINA.raw + b"\0"),
    ],
)
def test_what_is_not_an_ed25519_multikey_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        PublicKey.parse(text)


def _accepts_a_signature_nobody_made(raw: bytes) -> bool:
    """Whether OpenSSL takes the identity point and zero for a signature by `raw`."""
    nobodys = (1).to_bytes(32, "little") + bytes(32)
    for number in range(200):
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(nobodys, bytes([number]))
        except InvalidSignature:
            continue
        return True
    return False


@pytest.mark.parametrize("sign_bit", [0, 1 << 255])
@pytest.mark.parametrize("y", sorted(keys._SMALL_ORDER_Y))
def test_a_key_that_anyone_can_sign_for_is_refused(y: int, sign_bit: int) -> None:
    raw = (y | sign_bit).to_bytes(32, "little")
    assert _accepts_a_signature_nobody_made(raw)
    with pytest.raises(InvalidInput, match="weak"):
        PublicKey(raw)


def test_an_honest_key_takes_no_signature_that_nobody_made() -> None:
    assert not _accepts_a_signature_nobody_made(AMINA.raw)


def test_a_key_in_a_second_encoding_is_refused() -> None:
    with pytest.raises(InvalidInput):
        PublicKey((2**255 - 19 + 3).to_bytes(32, "little"))


def test_test_seeds_come_from_their_names() -> None:
    named = hashlib.sha256(b"produce-registry test key amina").digest()
    assert seed("amina") == named
    assert base58.b58decode(AMINA.multibase[1:])[:2] == b"\xed\x01"
