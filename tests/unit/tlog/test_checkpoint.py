from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import BadCheckpoint
from registry.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from registry.tlog.merkle import EMPTY_ROOT
from registry.tlog.note import NoteSigner, sign_note
from tests.support.keys import seed

ORIGIN = "trace.example/log"
LOG = NoteSigner(ORIGIN, seed("log"))
CHECKPOINT = Checkpoint(ORIGIN, 42, EMPTY_ROOT)
ROOT_TEXT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_back(tree_size: int, root_hash: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, tree_size, root_hash)
    note = sign_checkpoint(checkpoint, LOG)
    assert open_checkpoint(note, ORIGIN, LOG.verifier) == checkpoint


def test_a_checkpoint_is_three_lines() -> None:
    assert CHECKPOINT.text == f"{ORIGIN}\n42\n{ROOT_TEXT}\n"


def test_another_logs_checkpoint_is_refused_even_under_the_same_key() -> None:
    note = sign_checkpoint(replace(CHECKPOINT, origin="other.example/log"), LOG)
    with pytest.raises(BadCheckpoint, match=r"'other.example/log', expected"):
        open_checkpoint(note, ORIGIN, LOG.verifier)


def test_a_checkpoint_signed_by_another_key_is_refused() -> None:
    eve = NoteSigner(ORIGIN, seed("eve"))
    with pytest.raises(BadCheckpoint, match="no trusted key"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, eve), ORIGIN, LOG.verifier)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n42\n",
        f"{ORIGIN}\n42\n{ROOT_TEXT}\nextension\n",
        f"{ORIGIN}\n42\n{ROOT_TEXT}\n\n",
        f"\n42\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n042\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n+42\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n-1\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n٤٢\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n42\n{ROOT_TEXT[:-1]}\n",
        f"{ORIGIN}\n42\n{ROOT_TEXT[:-2]}V=\n",
        f"{ORIGIN}\n42\nAAAA\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        open_checkpoint(sign_note(text, [LOG]), ORIGIN, LOG.verifier)


@pytest.mark.parametrize(
    "checkpoint",
    [
        replace(CHECKPOINT, origin=""),
        replace(CHECKPOINT, origin="two\nlines"),
        replace(CHECKPOINT, origin="tab\t"),
        replace(CHECKPOINT, tree_size=-1),
        replace(CHECKPOINT, tree_size=2**63),
        replace(CHECKPOINT, root_hash=b"short"),
    ],
)
def test_what_no_reader_would_accept_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match="signed"):
        sign_checkpoint(checkpoint, LOG)
