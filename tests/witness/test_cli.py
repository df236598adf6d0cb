"""`registry witness`: init, follow, and the refusals of serve."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry.errors import InvalidInput
from registry.tlog.cosignature import CosignatureVerifier
from registry.tlog.note import NoteSigner
from registry.witness.cli import open_witness, witness
from registry.witness.heads import Heads
from registry.witness.key import read_key
from tests.support.keys import seed
from tests.witness.parties import LOG, ORIGIN

OTHER = NoteSigner("other.example/log", seed("other")).verifier


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(witness, [str(argument) for argument in arguments])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "witness"
    made = run("init", directory, "--name", "w.example/u", "--log", LOG.verifier.vkey)
    assert made.exit_code == 0, made.output
    return directory


def test_init_prints_the_key_that_others_trust(tmp_path: Path) -> None:
    made = run("init", tmp_path / "w", "--name", "w.example/u")
    verifier = CosignatureVerifier.parse(made.output.strip())
    assert verifier.name == "w.example/u"
    assert read_key(tmp_path / "w" / "key").verifier == verifier


def test_two_witnesses_have_two_keys(directory: Path, tmp_path: Path) -> None:
    run("init", tmp_path / "second", "--name", "w.example/u")
    keys = {read_key(each / "key").verifier for each in tmp_path.iterdir()}
    assert len(keys) == 2


def test_only_its_owner_reads_the_key(directory: Path) -> None:
    assert stat.S_IMODE((directory / "key").stat().st_mode) == 0o400
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_witness_is_made_once(directory: Path) -> None:
    key = (directory / "key").read_bytes()
    again = run("init", directory, "--name", "w.example/u")
    assert again.exit_code == 1
    assert "A witness keeps one key" in again.output
    assert (directory / "key").read_bytes() == key


@pytest.mark.parametrize("name", ["", "w example", "w+example", "w\nexample"])
def test_a_name_must_fit_a_signature_line(tmp_path: Path, name: str) -> None:
    refused = run("init", tmp_path / "w", "--name", name)
    assert refused.exit_code == 1
    assert "cannot name a witness" in refused.output


def test_a_log_is_followed_by_its_whole_key(tmp_path: Path) -> None:
    refused = run("init", tmp_path / "w", "--name", "w.example/u", "--log", ORIGIN)
    assert refused.exit_code == 1
    assert "not a verifier key" in refused.output
    assert not (tmp_path / "w").exists()


def test_more_logs_are_followed_later(directory: Path) -> None:
    assert run("follow", directory, OTHER.vkey).exit_code == 0
    heads = Heads(directory / "witness.db").all()
    assert [head.origin for head in heads] == ["other.example/log", ORIGIN]


def test_a_lost_memory_is_not_begun_anew(directory: Path) -> None:
    (directory / "witness.db").unlink()
    for refused in (run("serve", directory), run("follow", directory, OTHER.vkey)):
        assert refused.exit_code == 1
        assert "make a new witness" in refused.output
    assert not (directory / "witness.db").exists()


def test_a_damaged_memory_is_not_served(directory: Path) -> None:
    (directory / "witness.db").write_bytes(b"not a database, but long enough" * 40)
    refused = run("serve", directory)
    assert refused.exit_code == 1
    assert "not a database" in refused.output


@pytest.mark.parametrize(
    "text", ["", "w.example/u\n", "w.example/u 00\n", "w.example/u x\n", "a b c\n"]
)
def test_a_damaged_key_is_refused(directory: Path, text: str) -> None:
    (directory / "key").chmod(0o600)
    (directory / "key").write_text(text)
    with pytest.raises(InvalidInput, match="damaged"):
        open_witness(directory)


def test_a_key_that_others_can_read_is_refused(directory: Path) -> None:
    (directory / "key").chmod(0o440)
    with pytest.raises(InvalidInput, match="others can read it"):
        open_witness(directory)


def test_a_missing_key_is_refused(directory: Path) -> None:
    (directory / "key").unlink()
    with pytest.raises(InvalidInput, match="missing"):
        open_witness(directory)
