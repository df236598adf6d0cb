"""`registry sign`: every command from a terminal, in custody and with one's own key."""

import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry.cli import main
from registry.cli.opening import opened as opened_home
from registry.commands.catalogue import COMMANDS, command_named
from registry.domain.batch import RegisterBatch
from registry.domain.certification import Certify, ChangeCertificate
from registry.domain.inspection import AnalyteResult
from registry.domain.inspection_report import LogInspection
from registry.domain.keys import EndKey, possession_message
from registry.domain.labelling import IssueLabels
from registry.domain.operations import RecordOperation
from registry.domain.parties import Actor, RegisterOrganisation
from registry.domain.plots import RegisterPlot
from registry.domain.products import RegisterProduct
from registry.domain.quantity import Quantity
from registry.installation import install
from registry.signing.canonical import canonicalize, parse_object
from registry.signing.key_file import read_key_file, write_key_file
from registry.signing.keys import PublicKey, decode_multibase, public_key_of
from registry.store.database import close_database
from registry.store.queries.organisations import keys_of
from registry.store.queries.records import newest
from tests.support.audit import check_log
from tests.support.cast import GTIN, PATH, Cast, gather, uscc
from tests.support.keys import seed
from tests.support.own_keys import (
    ends_key,
    enrolment,
    enrols_own,
    own_seed,
    own_signer,
)
from tests.support.registry import HOST, NOW
from tests.support.web import enrol

PASSPHRASE = "ginger by the river"
ACTORS = {
    "organisation": "grace",
    "inspection": "ben",
    "certification": "chloe",
    "certification-status": "chloe",
}
SIGNERS = ("amina", "ben", "chloe", "grace")


def given_for(command: str, cast: Cast) -> object:
    """Return an input that the rules allow once the story has been told."""
    custodial = keys_of(cast.amina.organisation.did)[0].verification_method
    kilogram = Quantity(Decimal(1), "KGM")
    return {
        "organisation": RegisterOrganisation(
            "luoping-tea", "processor", "罗平茶厂", "Tea", "茶厂", "530324", uscc(9)
        ),
        "key": enrolment(cast.amina, "second"),
        "end-key": EndKey(cast.amina.organisation.did, custodial, "retire", "换发"),
        "product": RegisterProduct(
            "06901234567908", "绿茶", "Tea", "茶叶", "tea_leaf", "530324"
        ),
        "plot": RegisterPlot("P2", "坡地", "530324", Quantity(Decimal(500), "MTK")),
        "origin": RegisterBatch(
            GTIN, "NEW-1", ("P1",), date(2026, 3, 1), date(2026, 11, 1), kilogram
        ),
        "operation": RecordOperation(
            PATH, "fertilising", "有机肥", "", "1 t/亩", date(2026, 4, 1)
        ),
        "inspection": LogInspection(
            PATH,
            "LP-2",
            "S-2",
            date(2026, 11, 2),
            date(2026, 11, 4),
            "pass",
            (
                AnalyteResult(
                    "噻虫嗪", None, Decimal("0.01"), "mg/kg", "GB 23200.121-2026"
                ),
            ),
        ),
        "certification": Certify(
            "GF-2",
            "green_food",
            "NY/T 1193",
            (PATH,),
            date(2026, 11, 5),
            date(2029, 11, 4),
        ),
        "certification-status": ChangeCertificate("GF-53-2026-0001", "suspend", "复查"),
        "label-run": IssueLabels(PATH, 10, kilogram, "40x30"),
    }[command]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry after the story, each signer with a key of its own and an account."""
    home = tmp_path_factory.mktemp("sign") / "home"
    values = {"identity_host": HOST, "base_url": f"https://{HOST}"}
    install(home, "demo", values, lambda name: seed(f"secret {name}"))
    with opened_home(home) as registry:
        cast = gather(registry)
        cast.tells_the_story()
        for name in SIGNERS:
            enrols_own(cast, cast.people[name])
            enrol(cast, name)
    return home


@pytest.fixture
def home(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of that registry, in the time of the cast."""
    # The package exports the command group under the name of its module.
    module = sys.modules["registry.cli.sign"]
    monkeypatch.setattr(module, "utc_now", lambda: NOW)
    copied = tmp_path / "home"
    shutil.copytree(told, copied)
    yield copied
    with opened_home(copied) as registry:
        check_log(registry)
    close_database()


def call(*words: object, typed: str = "", passphrase: str = PASSPHRASE) -> Result:
    environment = {
        "LC_ALL": "C.UTF-8",
        "REGISTRY_HOME": "",
        "REGISTRY_SIGN_PASSPHRASE": passphrase,
    }
    return CliRunner(env=environment).invoke(
        main, ["sign", *map(str, words)], input=typed
    )


def cast_of(home: Path) -> Cast:
    """Return the cast, whose names need no database."""
    with opened_home(home) as registry:
        cast = Cast(registry, requests=10_000)
        for name, slug in (
            ("amina", "luoping-ginger"),
            ("dan", "luoping-honey"),
            ("ben", "luoping-inspection"),
            ("chloe", "yunnan-green"),
            ("grace", "luoping-agriculture"),
        ):
            cast.joins(name, slug)
    return cast


def write_input(home: Path, command: str, cast: Cast) -> Path:
    with opened_home(home):
        given = given_for(command, cast)
    path = home.parent / "input.json"
    path.write_bytes(command_named(command).dump(given))
    return path


def key_file(home: Path, who: Actor, name: str = "own") -> Path:
    path = home.parent / f"{name}.pem"
    write_key_file(path, own_seed(who, name), PASSPHRASE)
    return path


def newest_key(home: Path) -> str:
    """Return the key that signed the newest record."""
    with opened_home(home):
        return newest(1)[0].verification_method


def prepared(home: Path, command: str = "plot", name: str = "amina") -> Path:
    """Prepare a command for a person's own key, and return the file."""
    cast = cast_of(home)
    path = home.parent / "prepared.json"
    done = call(
        "prepare",
        home,
        command,
        write_input(home, command, cast),
        f"--actor-login={name}",
        f"--key={own_signer(cast.people[name]).verification_method}",
        "-o",
        path,
    )
    assert done.exit_code == 0, done.output
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_signed_in_custody(home: Path, command: str) -> None:
    name = ACTORS.get(command, "amina")
    cast = cast_of(home)
    given = write_input(home, command, cast)

    done = call("run", home, command, given, f"--actor-login={name}")

    assert done.exit_code == 0, done.output
    assert "Signed and logged: record " in done.output
    own = own_signer(cast.people[name]).verification_method
    assert newest_key(home) != own
    assert newest_key(home).startswith(cast.people[name].organisation.did)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_signed_with_ones_own_key(home: Path, command: str) -> None:
    name = ACTORS.get(command, "amina")
    who = cast_of(home).people[name]
    waiting = prepared(home, command, name)

    signing = call("document", waiting, f"--key={key_file(home, who)}", "--yes")
    done = call(
        "submit",
        home,
        waiting.with_suffix(".signed.json"),
        f"--actor-login={name}",
    )

    assert (signing.exit_code, done.exit_code) == (0, 0), signing.output + done.output
    assert newest_key(home) == own_signer(who).verification_method


def test_a_new_key_file_is_enrolled_by_what_is_printed(home: Path) -> None:
    did = cast_of(home).amina.organisation.did
    path = home.parent / "new.pem"

    done = call("key", path, f"--organisation={did}")

    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    printed = [line.partition(": ")[2] for line in done.output.splitlines()]
    public_key = PublicKey.parse(printed[0])
    assert public_key == public_key_of(read_key_file(path, PASSPHRASE))
    public_key.verify(decode_multibase(printed[1]), possession_message(did, public_key))


def test_a_key_file_is_never_written_over(home: Path) -> None:
    did = cast_of(home).amina.organisation.did
    path = home.parent / "new.pem"
    path.write_text("something else")

    done = call("key", path, f"--organisation={did}")

    assert done.exit_code == 1
    assert "never written over" in done.output
    assert path.read_text() == "something else"


def test_what_is_signed_is_shown_and_asked_for(home: Path) -> None:
    waiting = prepared(home)
    who = cast_of(home).amina

    refused = call("document", waiting, f"--key={key_file(home, who)}", typed="n\n")

    assert refused.exit_code == 1
    assert "credentialSubject.name: 坡地" in refused.output
    assert not waiting.with_suffix(".signed.json").exists()


def test_a_document_changed_on_the_way_is_not_signed(home: Path) -> None:
    waiting = prepared(home)
    members = parse_object(waiting.read_bytes())
    text = canonicalize(members).replace("坡地".encode(), "好地".encode())
    waiting.write_bytes(text)
    who = cast_of(home).amina

    refused = call("document", waiting, f"--key={key_file(home, who)}", "--yes")

    assert refused.exit_code == 1
    assert "not what the registry prepared" in refused.output
    assert not waiting.with_suffix(".signed.json").exists()


def test_a_file_of_another_key_signs_nothing(home: Path) -> None:
    waiting = prepared(home)
    dan = cast_of(home).dan

    refused = call("document", waiting, f"--key={key_file(home, dan)}", "--yes")

    assert refused.exit_code == 1
    assert "This was prepared for" in refused.output


def test_a_wrong_passphrase_signs_nothing(home: Path) -> None:
    waiting = prepared(home)
    file = key_file(home, cast_of(home).amina)

    refused = call("document", waiting, f"--key={file}", "--yes", passphrase="guess")

    assert refused.exit_code == 1
    assert "passphrase is wrong" in refused.output


def test_a_key_revoked_since_submits_nothing(home: Path) -> None:
    waiting = prepared(home)
    cast = cast_of(home)
    file = key_file(home, cast.amina)
    assert call("document", waiting, f"--key={file}", "--yes").exit_code == 0
    method = own_signer(cast.amina).verification_method
    with opened_home(home) as registry:
        cast.registry = registry
        ends_key(cast, cast.amina, method, "revoke")

    signed = waiting.with_suffix(".signed.json")
    refused = call("submit", home, signed, "--actor-login=amina")

    assert refused.exit_code == 1
    assert "is not an active key" in refused.output


def test_an_altered_signature_is_refused_without_a_traceback(home: Path) -> None:
    waiting = prepared(home)
    other = prepared(home, "product")
    file = key_file(home, cast_of(home).amina)
    assert call("document", other, f"--key={file}", "--yes").exit_code == 0
    signed = other.with_suffix(".signed.json")
    members = parse_object(signed.read_bytes())
    again = prepared(home)
    members["requestId"] = parse_object(again.read_bytes())["requestId"]
    signed.write_bytes(canonicalize(members))

    refused = call("submit", home, signed, "--actor-login=amina")

    assert waiting == again
    assert refused.exit_code == 1
    assert "bad_signature" in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize(
    "words",
    [
        ("document", "{}", "--key={key}", "--yes"),
        ("submit", "{home}", "{}", "--actor-login=amina"),
    ],
)
def test_another_file_is_refused_in_a_sentence(
    home: Path, words: tuple[str, ...]
) -> None:
    stranger = home.parent / "stranger.json"
    stranger.write_text('{"documents":[1]}')
    file = key_file(home, cast_of(home).amina)
    refused = call(*(word.format(stranger, home=home, key=file) for word in words))

    assert refused.exit_code == 1
    assert "This is not a file of" in refused.output


def test_nobody_acts_under_an_unknown_login(home: Path) -> None:
    given = write_input(home, "plot", cast_of(home))

    refused = call("run", home, "plot", given, "--actor-login=eve")

    assert refused.exit_code == 1
    assert "There is no account eve" in refused.output
