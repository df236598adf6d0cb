import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import UntrustedKey
from registry.signing.custody import open_seed, seal_seed
from tests.support.keys import seed

SEED = seed("amina")
KEK = seed("kek")
METHOD = "did:web:trace.example:orgs:amina#z6Mk"
NONCE = bytes(range(12))
SEALED = seal_seed(SEED, KEK, "kek-1", METHOD, NONCE)


def test_a_sealed_seed_opens_for_its_own_key() -> None:
    assert open_seed(SEALED, KEK, "kek-1", METHOD) == SEED
    assert len(SEALED) == 60
    assert SEED not in SEALED


def test_a_seed_moved_to_another_organisation_does_not_open() -> None:
    with pytest.raises(UntrustedKey, match="moved"):
        open_seed(SEALED, KEK, "kek-1", METHOD.replace("amina", "dan"))


@pytest.mark.parametrize(("kek", "kek_id"), [(seed("other"), "kek-1"), (KEK, "kek-2")])
def test_a_seed_does_not_open_under_another_key_encryption_key(
    kek: bytes, kek_id: str
) -> None:
    with pytest.raises(UntrustedKey):
        open_seed(SEALED, kek, kek_id, METHOD)


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_one_altered_bit_keeps_a_seed_shut(bit: int) -> None:
    altered = bytearray(SEALED)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UntrustedKey):
        open_seed(bytes(altered), KEK, "kek-1", METHOD)


@pytest.mark.parametrize("length", [0, 5, 12, 27, 59])
def test_a_truncated_seed_does_not_open(length: int) -> None:
    with pytest.raises(UntrustedKey):
        open_seed(SEALED[:length], KEK, "kek-1", METHOD)


def test_a_name_with_a_bar_could_shift_the_context_and_is_refused() -> None:
    with pytest.raises(ValueError, match="bar"):
        seal_seed(SEED, KEK, "kek|1", METHOD, NONCE)


@pytest.mark.parametrize(
    ("a_seed", "kek", "nonce", "what"),
    [
        (SEED[:31], KEK, NONCE, "seed"),
        (SEED, KEK[:16], NONCE, "key-encryption key"),
        (SEED, KEK, NONCE[:8], "nonce"),
    ],
)
def test_sealing_wants_full_lengths(
    a_seed: bytes, kek: bytes, nonce: bytes, what: str
) -> None:
    with pytest.raises(ValueError, match=f"the {what} has"):
        seal_seed(a_seed, kek, "kek-1", METHOD, nonce)
