"""From an offline root to a stranger who checks a bundle by its trust list."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry.cli import main
from registry.clock import utc_now
from registry.interop.bundles import bundle_of
from registry.interop.trust import FILE, parse_issued
from registry.service import POLICY_FILE
from registry.signing.keys import public_key_of
from registry.signing.trust_list import verify_trust_list
from tests.support.cast import PATH, gather
from tests.support.registry import opened, settings_for
from tests.support.trust import (
    ROOT,
    ROOT_SEED,
    UNION,
    UNIVERSITY,
    cosign,
    issues_trust_list,
    write_policy,
)

PASSPHRASE = "ginger by the river"
HOME_TOML = """mode = "demo"
identity_host = "trace.example"
base_url = "https://trace.example"
"""


def call(*arguments: object, typed: str = "") -> Result:
    """Run `registry` in a process of its own but for the fork."""
    runner = CliRunner(env={"LC_ALL": "C"})
    return runner.invoke(main, [str(one) for one in arguments], input=typed)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A registry's home, with settings and secrets."""
    home = tmp_path / "home"
    home.mkdir()
    settings_for(home)
    (home / "registry.toml").write_text(HOME_TOML, "utf-8")
    return home


@pytest.fixture
def root_file(tmp_path: Path) -> Path:
    """A root key on a stick."""
    file = tmp_path / "root.pem"
    made = call("trust", "root", file, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert made.exit_code == 0, made.output
    assert "did:key:z6Mk" in made.output
    return file


def issue(home: Path, root_file: Path, passphrase: str = PASSPHRASE) -> Result:
    return call("trust", "issue", home, "--root", root_file, typed=f"{passphrase}\n")


def test_a_root_is_encrypted_and_its_owners_alone(root_file: Path) -> None:
    assert root_file.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY")
    assert stat.S_IMODE(root_file.stat().st_mode) == 0o400


def test_a_root_is_never_written_over(root_file: Path) -> None:
    before = root_file.read_bytes()
    again = call("trust", "root", root_file, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")

    assert again.exit_code == 1
    assert root_file.read_bytes() == before


def test_a_short_passphrase_makes_no_root(tmp_path: Path) -> None:
    refused = call("trust", "root", tmp_path / "r.pem", typed="short\nshort\n")

    assert refused.exit_code == 1
    assert "too short" in refused.output
    assert not (tmp_path / "r.pem").exists()


def test_each_list_has_the_next_version_and_all_are_kept(
    home: Path, root_file: Path
) -> None:
    for version in (1, 2, 3):
        made = issue(home, root_file)
        assert made.exit_code == 0, made.output
        assert f"version {version}" in made.output

    assert parse_issued((home / FILE).read_bytes()).version == 3
    kept = sorted(path.name for path in home.glob("trust-list.*.json"))
    assert kept == [f"trust-list.{version}.json" for version in (1, 2, 3)]


def test_a_version_does_not_fall_when_the_newest_list_is_lost(
    home: Path, root_file: Path
) -> None:
    issue(home, root_file)
    issue(home, root_file)
    (home / FILE).unlink()

    issue(home, root_file)

    assert parse_issued((home / FILE).read_bytes()).version == 3


def test_the_wrong_passphrase_signs_nothing(home: Path, root_file: Path) -> None:
    refused = issue(home, root_file, "another passphrase")

    assert refused.exit_code == 1
    assert not (home / FILE).exists()


def test_another_root_is_refused(home: Path, root_file: Path, tmp_path: Path) -> None:
    issue(home, root_file)
    other = tmp_path / "other.pem"
    call("trust", "root", other, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")

    refused = issue(home, other)

    assert refused.exit_code == 1
    assert "phones have pinned" in refused.output
    assert parse_issued((home / FILE).read_bytes()).version == 1


def test_the_list_names_the_witnesses_of_the_policy(
    home: Path, root_file: Path
) -> None:
    write_policy(home, threshold=2)
    issue(home, root_file)

    data = (home / FILE).read_bytes()
    found = verify_trust_list(data, parse_issued(data).root, 0, utc_now())
    assert [witness.vkey for witness in found.witnesses] == [
        UNION.verifier.vkey,
        UNIVERSITY.verifier.vkey,
    ]
    assert found.quorum == 2


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (
            "group inner 1 union\ngroup outer 1 inner university\nquorum outer\n",
            "group of groups",
        ),
        ("witness own {own}\ngroup all 3 union university own\nquorum all\n", "3 wit"),
    ],
    ids=["group of groups", "the operator's own witness"],
)
def test_a_quorum_that_a_list_cannot_say_is_refused(
    home: Path, root_file: Path, policy: str, words: str
) -> None:
    own = type(UNION)("trace.example/witness", ROOT_SEED).verifier.vkey
    text = (
        f"witness union {UNION.verifier.vkey}\n"
        f"witness university {UNIVERSITY.verifier.vkey}\n{policy.format(own=own)}"
    )
    (home / POLICY_FILE).write_text(text, "utf-8")

    refused = issue(home, root_file)

    assert refused.exit_code == 1
    assert words in refused.output


def test_a_list_is_shown_with_its_root(home: Path, root_file: Path) -> None:
    issue(home, root_file)

    shown = call("trust", "show", home / FILE)

    assert shown.exit_code == 0
    assert "Trust on first use" in shown.output
    assert "Version 1" in shown.output
    assert "Quorum: 0 of 0" in shown.output


def test_a_list_of_another_root_is_not_shown_as_trusted(
    home: Path, root_file: Path
) -> None:
    issue(home, root_file)

    shown = call("trust", "show", home / FILE, "--root", f"did:key:{ROOT.multibase}")

    assert shown.exit_code == 1
    assert "cannot be relied on" in shown.output


# verify


@pytest.fixture
def watched(home: Path) -> Path:
    """A told registry whose head two witnesses cosigned an hour ago; its home."""
    write_policy(home, threshold=2)
    with opened(settings_for(home)) as registry:
        gather(registry).tells_the_story()
        issues_trust_list(registry, utc_now())
        for witness in (UNION, UNIVERSITY):
            cosign(registry, witness, utc_now() - timedelta(hours=1))
        _write_bundle(home)
    return home


def _write_bundle(home: Path, version: int = 1) -> None:
    with opened(settings_for(home)) as registry:
        made = bundle_of(registry.ledger, PATH, registry.policy, version)
        (home / "bundle.json").write_bytes(made.encode())


def check(home: Path, root: str = f"did:key:{ROOT.multibase}") -> Result:
    chosen = ("--root", root) if root else ()
    return call("verify", home / "bundle.json", "--trust", home / FILE, *chosen)


def test_a_watched_bundle_holds_by_its_trust_list(watched: Path) -> None:
    result = check(watched)

    assert result.exit_code == 0, result.output
    assert "2 of 2 witnesses saw this state within 24 hours" in result.output
    assert "no other record is about this" in result.output
    assert "first use" not in result.output


def test_an_old_word_of_the_witnesses_is_stale(watched: Path) -> None:
    bundle = watched / "bundle.json"
    text = bundle.read_text("utf-8")
    late = utc_now() - timedelta(hours=25)
    with opened(settings_for(watched)) as registry:
        head = registry.ledger.head()
        both = [each.cosign(head.checkpoint, late) for each in (UNION, UNIVERSITY)]
        lines = "".join(map(str, both))
        note = (head.note.decode() + lines).replace("\n", "\\n")
    start = text.index('"checkpoint":"') + len('"checkpoint":"')
    bundle.write_text(text[:start] + note + text[text.index('"', start) :], "utf-8")

    result = check(watched)

    assert result.exit_code == 1
    assert "stale" in result.output


def test_a_bundle_without_witnesses_has_too_few(watched: Path) -> None:
    with opened(settings_for(watched)) as registry:
        (watched / "bundle.json").write_bytes(bundle_of(registry.ledger, PATH).encode())

    result = check(watched)

    assert result.exit_code == 1
    assert "few_witnesses" in result.output


def test_a_bundle_of_a_newer_list_is_told(watched: Path) -> None:
    _write_bundle(watched, version=2)

    result = check(watched)

    assert result.exit_code == 1
    assert "newer_trust" in result.output


def test_a_list_without_its_root_proves_nothing(watched: Path) -> None:
    result = check(watched, root="")

    assert result.exit_code == 2
    assert "--root" in result.output


def test_a_list_of_another_root_checks_nothing(watched: Path) -> None:
    other = public_key_of(bytes(range(32))).multibase
    result = check(watched, root=f"did:key:{other}")

    assert result.exit_code == 2
    assert "cannot be relied on" in result.output
